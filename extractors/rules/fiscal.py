"""The month in which a company's fiscal year ends, where an article tells it.

"dont l'exercice court de mai à avril", "exercice clos fin mars", "les exercices commencent en juillet", "S1 2024/25
(1er octobre 2024 – 31 mars 2025)".
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractors.mentions import PeriodMention

MONTHS = {"quarter": 3, "half": 6}
# What a fiscal year is called before the months that it runs over, or the month in which it begins.
RUNS = re.compile(r"(?:exercices?|années? (?:fiscales?|comptables?))\b[^.;!?]{0,60}$", re.IGNORECASE)
BEGINS = re.compile(
    r"(?:exercices?|années? (?:fiscales?|comptables?))\b[^.;!?:]{0,40}\b"
    r"(?:(?:commence|débute|démarre|s['’]ouvre)(?:nt)?|ouvert|entamé)\b[^.;!?:\d]{0,12}$",
    re.IGNORECASE,
)
TO_COME = re.compile(r"(?:ach[eè]v|termin|cl[oô]tur|finir)\w*a\b|prendra", re.IGNORECASE)
TOUCHING = re.compile(r"\s*[(,:]\s*(?:du |de |soit )?")


def year_ends(text: str, periods: Sequence[PeriodMention]) -> Iterator[tuple[PeriodMention, int]]:
    """The mentions that tell in which month (1 to 12) a fiscal year ends, each with the month."""
    for before, mention in pairwise((None, *periods)):
        month = mention and (_closing(mention) or _bounds(text, before, mention))
        if mention and month:
            yield mention, month


def _closing(mention: PeriodMention) -> int | None:
    """Of "exercice clos le 31 mars", "premier semestre de l'exercice, clos le 30 septembre"."""
    values = mention.values
    if "close_month" not in values or not ("exercise" in values or values.get("unit") == "year"):
        return None
    month = int(values["close_month"])
    # a quarter that is reported is over: what will close is the year
    return month if TO_COME.search(mention.text) else _moved(month, _months_to_come(values))


def _bounds(text: str, before: PeriodMention | None, mention: PeriodMention) -> int | None:
    """Of "l'exercice court de mai à avril", "l'exercice commence en juillet", "S1 2024/25 (octobre – mars 2025)"."""
    values = mention.values
    if "month" not in values:
        return None
    first, last = int(values["month"]), int(values.get("to_month", "0"))
    known = before and "exercise" in before.values and TOUCHING.fullmatch(text, before.end, mention.start)
    if known and before and last and (last - first) % 12 == 11 - _months_to_come(before.values, whole=True):
        return _moved(last, _months_to_come(before.values))
    lead = text[max(0, mention.start - 100) : mention.start]
    if last and (last - first) % 12 == 11 and RUNS.search(lead):
        return last
    return _moved(first, -1) if not last and BEGINS.search(lead) else None


def _months_to_come(values: dict[str, str], whole: bool = False) -> int:
    """Months from the end of a quarter or half to the end of its year; `whole`: that it is shorter than a year."""
    part = next((p for p in MONTHS if p in values), None)
    if part is None:
        return 0
    return 12 - MONTHS[part] if whole else 12 - MONTHS[part] * int(values[part])


def _moved(month: int, by: int) -> int:
    return (month - 1 + by) % 12 + 1
