"""Whether an amount is a difference: "de plus", "en hausse de", "l'action gagnait 2,05 euros"."""

import functools
import re
from typing import NamedTuple

from extractors.rules.money.lexicon import HEDGE, alternatives
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity
from extractors.tables import toml_table

# The words between the noun or verb of a change and its "de"; "à", "contre" and a first sum end its reach.
_OBJECT = r"(?: (?!à |contre |dont |d[e'] ?\d)[\w'-]+){0,5}?"
_OF = r" d(?:e|'|'au moins|e plus de|e près de|'environ|e quelque|'à peu près) ?$"
# A verb that governs an amount stands this near.
_VERB_REACH = 25
_THAN = re.compile(r" (?:que |qu')")


class _Patterns(NamedTuple):
    """Cues behind an amount, before it, and the verbs of funding that take "supplémentaires" another way."""

    behind: re.Pattern[str]
    extra: re.Pattern[str]
    of: re.Pattern[str]
    verb: re.Pattern[str]
    share: re.Pattern[str]
    funding: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    table = toml_table("changes")
    after, before, shares = table["after"], table["before"], table["shares"]
    nouns, verbs = alternatives(shares["nouns"]), alternatives(shares["verbs"])
    return _Patterns(
        behind=re.compile(rf"(?:,? (?:par an|par mois))? (?:{alternatives(after['always'])})(?!\w)"),
        extra=re.compile(rf" (?:{alternatives(after['unless_funding'])})(?!\w)"),
        of=re.compile(rf"(?<!\w)(?:{alternatives(before['de'])})(?!\w){_OBJECT}{_OF}"),
        verb=re.compile(rf"(?<!\w)(?:{alternatives(before['object'])}) ?{HEDGE}$"),
        share=re.compile(rf"(?<!\w)(?:{nouns})(?!\w)[^.;:]{{0,60}}(?<!\w)(?:{verbs})(?: \w+)? $"),
        funding=re.compile(rf"(?<!\w)(?:{alternatives(table['funding']['verbs'])})(?!\w)"),
    )


def read_change(page: Page, quantity: Quantity, previous: int) -> str | None:
    """The words that make the amount a difference; None for a level."""
    patterns = _patterns()
    repeats = quantity.rule == "unit of the sum before"
    found = patterns.behind.match(page.low, quantity.end)
    # "puis 25 de plus", "emprunter 5 milliards de plus" are one more sum, "25 de plus qu'en 2023" a difference
    window = page.before(quantity.start, previous)
    one_more = repeats or patterns.funding.search(window[-_VERB_REACH:])
    if found and (not one_more or _THAN.match(page.low, found.end())):
        return found[0].strip()
    if quantity.factor is None and (found := patterns.share.search(window)):
        return found[0].strip()
    if not repeats and (found := patterns.extra.match(page.low, quantity.end)):
        start, end = page.sentence(quantity.start)
        if not patterns.funding.search(page.low, start, end):
            return found[0].strip()
    if quantity.partner is not None:
        return None
    found = patterns.of.search(window) or patterns.verb.search(window)
    return found[0].strip() if found else None
