"""What an amount is counted by: "par mois", "le mégawattheure", "mensuels", "par action"."""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from extractors.mentions import Per
from extractors.rules.money.lexicon import Reading, alternatives
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity
from extractors.tables import toml_table

_TIMES: tuple[Per, ...] = ("day", "week", "month", "quarter", "year")
_RATES: tuple[Per, ...] = (*_TIMES, "share", "unit")
_SHARES = re.compile(r"\b(?:titres?|actions?)\b")
# An amount takes its rate from one this near, of this order of size.
_NEAR, _ORDER = 160, 20


class _Patterns(NamedTuple):
    """`behind`, `par` and `ahead` find a rate around an amount, `inside` one in the name of what is measured,
    `anywhere` the words for one wherever they stand."""

    behind: re.Pattern[str]
    par: re.Pattern[str]
    ahead: re.Pattern[str]
    inside: re.Pattern[str]
    anywhere: re.Pattern[str]
    not_yearly: re.Pattern[str]
    joins: re.Pattern[str]
    compares: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    """All patterns; the name of the group that matches is the rate, `_` behind it keeps names apart."""
    table = toml_table("rates")
    between = rf"(?: (?:{alternatives(table['between']['words'])}))*"
    adjectives = "|".join(f"(?P<{per}_>{alternatives(table[per]['adjectives'])})" for per in _TIMES)
    named = "|".join(f"(?P<{per}>{_spellings(per)})" for per in _RATES)
    no_rate = alternatives(table["par"]["not_a_rate"])
    by_unit = rf"par (?!(?:{no_rate})(?!\w))(?P<noun>[^\W\d_][\w-]{{2,}})"
    before, inside = table["before"], (table["share_before"]["cues"], table["unit_before"]["cues"])
    whole = "|".join(f"(?P<{per}__>{alternatives(cues)})" for per, cues in before["whole"].items())
    rated = rf"(?P<rated>{alternatives(before['nouns'])})(?: \w+)? (?:{adjectives})"
    return _Patterns(
        behind=re.compile(rf"{between} ?(?:{named}|{adjectives})(?!\w)"),
        par=re.compile(rf"{between} {by_unit}"),
        ahead=re.compile(rf"(?<!\w)(?:{rated}|{whole})(?!\w)"),
        inside=re.compile(
            rf"(?<!\w)(?:(?P<share>{alternatives(inside[0])})|(?P<unit>{alternatives(inside[1])}))(?!\w)"
        ),
        anywhere=re.compile(
            rf"(?<!\w)(?:{named}|{adjectives}|(?P<share__>{alternatives(table['share']['words'])})|"
            rf"(?P<unit__>{by_unit}|{alternatives(inside[1])}))(?!\w)"
        ),
        not_yearly=re.compile(alternatives(before["not_yearly"])),
        joins=re.compile(rf"(?<![\w'])(?:{alternatives(table['between']['joins'])})(?!\w)"),
        compares=re.compile(rf"(?<!\w)(?:{alternatives(table['between']['compares'])})(?!\w)"),
    )


def _spellings(per: Per) -> str:
    """ "par mois", "/mois", "chaque mois" and the whole expressions of one rate."""
    row = toml_table("rates")[per]
    nouns = alternatives(row.get("nouns", ()))
    return "|".join(filter(None, (nouns and rf"(?:par |/ ?|chaque )(?:{nouns})", alternatives(row["whole"]))))


def read_rate(page: Page, quantity: Quantity, previous: int) -> Reading[Per] | None:
    """What the amount is counted by, and its cue; None for a plain sum."""
    patterns = _patterns()
    window = page.before(quantity.start, previous)
    for position in _ends(page, quantity):
        if found := patterns.behind.match(page.low, position):
            return _of_shares(_reading(found), window)
        if (found := patterns.par.match(page.low, position)) and page.text[found.start("noun")].islower():
            return Reading("unit", found[0].strip())
    for found in patterns.ahead.finditer(window):
        reading = _reading(found)
        if reading.value != "year" or not patterns.not_yearly.fullmatch(found["rated"] or ""):
            return reading
    inside = patterns.inside.search(window)
    # "un dividende de 3 milliards" is the sum of all shares
    if inside is None or (quantity.factor is not None and inside["share"] and " par " not in inside[0]):
        return None
    return _reading(inside)


def find_rates(text: str) -> Iterator[tuple[Per, int, int]]:
    """The words for rates in a text, whatever they stand beside: rate, start, end."""
    for found in _patterns().anywhere.finditer(text.lower()):
        start, end = found.span()
        if not found["noun"] or text[found.start("noun")].islower():  # "par Bpifrance" is no rate
            yield _reading(found).value, start, end


def _ends(page: Page, quantity: Quantity) -> list[int]:
    """Where a rate may begin: behind the amount, and behind its conversion in brackets."""
    if quantity.conversion and page.low.startswith(" (", quantity.end):
        return [quantity.end, quantity.conversion[1] + 1]
    return [quantity.end]


def _of_shares(rate: Reading[Per], before: str) -> Reading[Per]:
    """The rate, where "pièce" counts shares: "ses titres à 100 roupies pièce"."""
    return Reading("share", rate.cue) if rate.value == "unit" and _SHARES.search(before) else rate


def _reading(found: re.Match[str]) -> Reading[Per]:
    names = {name.rstrip("_") for name, text in found.groupdict().items() if text}
    return Reading(next(per for per in _RATES if per in names), found[0].strip())


def inherits_rate(page: Page, first: Quantity, second: Quantity, rate: Per) -> bool:
    """Whether `second` is counted like `first`, which has a rate: same sentence and currency, like size, joined."""
    start, _ = page.sentence(second.start)
    if second.rule == "unit of the sum before":
        return first.start >= start or rate != "year"
    gap = page.low[first.end : second.start]
    # "20 dollars par mois, 23 euros chez nous": one price in two currencies
    other = first.currency != second.currency and not (rate == "month" and first.factor is second.factor is None)
    if first.start < start or other or len(gap) > _NEAR or not first.amount:
        return False
    if not 1 < _ORDER * second.amount / first.amount < _ORDER * _ORDER:
        return False
    patterns = _patterns()
    joins = patterns.compares if rate == "year" or second.factor else patterns.joins
    return joins.search(gap) is not None
