"""Fiscal years, quarters and other stretches of time joined with the date on which they close or open.

"exercice clos le 31 mars 2025", "le trimestre arrêté fin juin", "exercice ouvert le 1er juillet", "a clos fin mars le
meilleur exercice de son histoire". The words stand in `periods.toml`, section closing.
"""

import re
from dataclasses import replace

from extractors.rules.period_patterns import REACH, SPAN_END, TABLES, Stretch, add, core_of, values_of

CLOSES = {"exercise", "quarter", "half", "unit"}  # fields of what can close on a date
LINK = rf"(?: {TABLES.any_of('closing', 'prepositions')})? ?"
PAST = r"(?:(?:qui )?s'(?:est|etait) )?"
SHUT = rf" ?[,(]* ?(?:{PAST}{TABLES.any_of('closing', 'verbs')}e?s?|{TABLES.any_of('closing', 'coming')}s?){LINK}"
CLOSED = rf"(?:{SHUT}| au )"
CLOSING = re.compile(CLOSED)
COMING = re.compile(rf" ?[,(]* ?{TABLES.any_of('closing', 'coming')}s?{LINK}")
OPENING = re.compile(rf" ?[,(]* ?{TABLES.any_of('closing', 'opening')}s?{LINK}")
# "le trimestre clos", "le trimestre de septembre", "les neuf mois arrêtés", "son bilan, arrêté": stretches of time only
# through their closing date
CLOSING_NOUN = TABLES.compile(
    "{lead}(?:(?P<unit__quarter>{trimestre}) (?:de |d')|"
    "(?:(?P<unit__quarter>trimestre(?: fiscal)?)|(?P<unit__half>semestre(?: fiscal)?)|"
    rf"(?P<exercise>exercice(?: fiscal| comptable)?)|{{how_many}} {{unit}}){CLOSED}|(?:l'|son |leur |notre )?"
    rf"(?P<exercise>annee|bilan|comptes)(?: annuels?| sociaux| complete| pleine| ecoulee| passee)?(?! a ){SHUT})",
    after=r"\Z",
)
CLOSER = re.compile(rf"(?<!\w){TABLES.any_of('closing', 'closers')} (?:(?:en|au|le|a|des) )?\Z")
JUST_LINKED = re.compile(LINK)
CLOSED_YEAR = TABLES.compile(
    "(?: en [a-z]+)? (?:{the}(?:un )?[\\w' -]{0,24}?{exercise}|(?:une|son|sa|leur) [a-z' -]{0,24}?(?P<exercise>annee))",
    before="",
)


def closed(plain: str, stretches: list[Stretch]) -> list[Stretch]:
    """The stretches of folded text, those that close or open on a date joined with it."""
    result: list[Stretch] = []
    for stretch in stretches:
        if not result or stretch.start >= result[-1].end:
            add(result, _joined(plain, result[-1] if result else None, stretch) or stretch)
    return result


def _joined(plain: str, before: Stretch | None, date: Stretch) -> Stretch | None:
    fields = date.values.keys()
    if "month" not in fields or any(field.startswith(SPAN_END) for field in fields):
        return None
    closes = {f"close_{field}": value for field, value in date.values.items()}
    if before and CLOSES & before.values.keys():
        joined = _ends(plain, before, date, closes)
        if joined is not None:
            return replace(before, end=date.end, kind="fiscal", values={**before.values, **joined})
    noun = CLOSING_NOUN.search(plain, max(0, date.core - REACH), date.core)
    if noun:
        values = {**values_of(noun), **closes}
        return Stretch(noun.start(), core_of(noun), date.end, "closing date", "fiscal", "span", values)
    return _closed_by_someone(plain, date, closes)


def _ends(plain: str, before: Stretch, date: Stretch, closes: dict[str, str]) -> dict[str, str] | None:
    """What the date tells of the end of the stretch before it, if it does."""
    whole = "exercise" in before.values
    if whole and "year" not in date.values and COMING.fullmatch(plain, before.end, date.core):
        return {**closes, "close_turn": "1"}
    if CLOSING.fullmatch(plain, before.end, date.core):
        return closes
    if not whole:
        return None
    if JUST_LINKED.fullmatch(plain, before.end, date.core) and _by_someone(plain, before.start):
        return closes  # "ferme son exercice le 31 octobre"
    return _opens(date) if OPENING.fullmatch(plain, before.end, date.core) else None


def _opens(date: Stretch) -> dict[str, str]:
    """The last month of a year that opens on a date: "exercice ouvert le 1er juillet 2025" closes in June 2026."""
    month = int(date.values["month"])
    ends = {"close_month": str((month - 2) % 12 + 1)}
    if "year" not in date.values:
        return {**ends, "close_turn": "1"}
    return {**ends, "close_year": str(int(date.values["year"]) + (month > 1))}


def _closed_by_someone(plain: str, date: Stretch, closes: dict[str, str]) -> Stretch | None:
    """Of "a clos fin mars le meilleur exercice de son histoire"."""
    year = CLOSED_YEAR.match(plain, date.end) if _by_someone(plain, date.core) else None
    if not year:
        return None
    values = {**values_of(year), **closes}
    return Stretch(date.start, date.core, year.end(), "closing date", "fiscal", "year", values)


def _by_someone(plain: str, offset: int) -> bool:
    """Whether a verb of closing stands right before an offset."""
    return CLOSER.search(plain, max(0, offset - REACH), offset) is not None
