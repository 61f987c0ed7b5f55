"""The month in which a company's fiscal year ends, where an article tells it.

"dont l'exercice court de mai à avril", "exercice clos fin mars", "les exercices commencent en juillet", "S1 2024/25
(1er octobre 2024 – 31 mars 2025)".
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from extractors.mentions import Mention, PeriodMention

M = TypeVar("M", bound=Mention)

MONTHS = {"quarter": 3, "half": 6}
# What a fiscal year is called before the months that it runs over, or the month in which it begins.
RUNS = re.compile(r"(?:exercices?|années? (?:fiscales?|comptables?))\b[^.;!?]{0,60}$", re.IGNORECASE)
BEGINS = re.compile(
    r"(?:exercices?|années? (?:fiscales?|comptables?))\b[^.;!?:]{0,40}\b"
    r"(?:(?:commence|débute|démarre|s['’]ouvre)(?:nt)?|ouvert|entamé)\b[^.;!?:\d]{0,12}$",
    re.IGNORECASE,
)
# "clôture ses comptes fin juin", "dont les livres sont arrêtés au 31 mars", "elle clôture en mars."
BOOKS = r"(?:comptes|livres|bilan|exercices?|années? (?:fiscales?|comptables?))"
CLOSE = r"(?:cl[oô]tur|clo|arr[eê]t|ferm|referm|boucl|ach[eè]v|termin|fini|sold)\w*"
CLOSED_BOOKS = re.compile(
    rf"(?:\b{CLOSE}\s+(?:ses|leurs|les|des|son|sa|leur|l['’]|d['’]|la)\s*{BOOKS}"
    r"(?: annuels?| sociaux| fiscal| comptable)?"
    rf"|\b{BOOKS}\b[^.;!?:\d]{{0,24}}\b{CLOSE}|\bcl[oô]ture (?:des comptes|annuelle|comptable|de l['’]exercice))"
    r"(?: chaque année| toujours| désormais)?,?\s*$",
    re.IGNORECASE,
)
CLOSES_ALONE = re.compile(r"\bcl[oô]tur(?:e|ent|ons|ant|ait|ions)\s*$|\bcl[oô]t\s*$", re.IGNORECASE)
# "le 30 juin, date de clôture de son exercice", "30 septembre 2023. Clôture du deuxième exercice"
IS_CLOSE = re.compile(
    rf"\s*[,.:;(–—-]?\s*(?:(?:date|jour) de (?:la )?)?cl[oô]ture (?:de |du |des |d['’])[^.;!?]{{0,30}}?{BOOKS}\b",
    re.IGNORECASE,
)
NO_OBJECT = re.compile(r"\s*(?:[.,;:)\]–—!?]|$)")
IN_BRACKETS = re.compile(r"[^()]*\)")
TO_COME = re.compile(r"(?:ach[eè]v|termin|cl[oô]tur|finir)\w*a\b|prendra", re.IGNORECASE)
TOUCHING = re.compile(r"\s*[(,:]\s*(?:du |de |soit )?")


def year_ends(text: str, periods: Sequence[PeriodMention]) -> Iterator[tuple[PeriodMention, int]]:
    """The mentions that tell in which month (1 to 12) a fiscal year ends, each with the month."""
    told = False
    for before, mention in pairwise((None, *periods)):
        month = mention and (_closing(mention) or _bounds(text, before, mention) or _stated(text, mention))
        if mention and month:
            told = True
            yield mention, month
    if not told and any(map(_straddles, periods)):
        yield from _balance_day(periods)


def last_before(text: str, mentions: Sequence[M], end: int) -> M | None:
    """The last mention that does not lie in a bracket closed before an offset: "Lumet (Euronext), exercice clos"."""
    return next((m for m in reversed(mentions) if not IN_BRACKETS.match(text, m.end, end)), None)


def _balance_day(periods: Sequence[PeriodMention]) -> Iterator[tuple[PeriodMention, int]]:
    """Of "exercice 2024-2025 … au 31 mars, la dette": the only last day of a month that an article with such a year
    names, since balance sheets are of that day."""
    days = [m for m in periods if m.rule == "day of month" and m.values["month"] != "12" and ends_month(m.values)]
    if len({m.values["month"] for m in days}) == 1:
        yield days[0], int(days[0].values["month"])


def ends_month(values: dict[str, str]) -> bool:
    """Whether a day ("day", "month") is the last of its month."""
    day, month = values["day"], int(values["month"])
    return day.isdigit() and int(day) == monthrange(int(values.get("year", "2025")), month)[1]


def _straddles(mention: PeriodMention) -> bool:
    """Whether a year lies in two calendar years: "exercice 2024-2025", a column "2024-2025"."""
    values = mention.values
    return "to_year" in values and ("exercise" in values or values.keys() == {"year", "to_year"})


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


def _stated(text: str, mention: PeriodMention) -> int | None:
    """Of "clôture ses comptes fin juin", "elle clôture en mars", "le 30 juin, date de clôture de l'exercice"."""
    values = mention.values
    if "month" not in values or any(field.startswith("to_") for field in values):
        return None
    lead = text[max(0, mention.start - 100) : mention.start]
    alone = CLOSES_ALONE.search(lead) and NO_OBJECT.match(text, mention.end)
    told = CLOSED_BOOKS.search(lead) or alone or IS_CLOSE.match(text, mention.end)
    return int(values["month"]) if told else None


def _months_to_come(values: dict[str, str], whole: bool = False) -> int:
    """Months from the end of a quarter or half to the end of its year; `whole`: that it is shorter than a year."""
    part = next((p for p in MONTHS if p in values), None)
    if part is None:
        return 0
    return 12 - MONTHS[part] if whole else 12 - MONTHS[part] * int(values[part])


def _moved(month: int, by: int) -> int:
    return (month - 1 + by) % 12 + 1
