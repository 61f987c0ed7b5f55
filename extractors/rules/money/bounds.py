"""The bound of an amount: "plus de", "jusqu'à", "environ", before it or behind it."""

import functools
import re

from extractors.mentions import Bound
from extractors.rules.money.lexicon import Reading, alternatives
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity
from extractors.tables import toml_table

_BOUNDS: tuple[Bound, ...] = ("at_least", "at_most", "approx")
# What may stand between an amount and a qualifier behind it: "300 millions de cash-flow libre en 2030, minimum"
_COMPLEMENT = r"(?: (?:par|l[ea]|en) \w+| (?:de |d')[\w-]+(?: libre| nette?| brute?)?){0,3},? ?\(?"
# "5 milliards, au moins 2 …": the qualifier belongs to the next number
_NEXT_NUMBER = r"(?![\w']| (?:\d|[$€£]|une? |deux ))"
# "n'a jamais vendu pour plus de 3 millions": a negation turns the bound; "n'a plus que" is none
_NEVER = re.compile(r"\bn(?:e |')[^.;:,]{0,40}\b(?:pas|jamais|guère|plus)\b[^.;:,]{0,40}$")
_TURNS = re.compile(r"plus d|moins d|au[- ]d|supér|infér")
_NOT_ANY_MORE = re.compile(r"\bn(?:e |')[^.;]{0,60}$")


@functools.cache
def _before() -> re.Pattern[str]:
    table = toml_table("bounds")
    cues = "|".join(f"(?P<{bound}>{alternatives(table[bound]['before'])})" for bound in _BOUNDS)
    return re.compile(rf"(?<!\w)(?:{cues})(?: ?(?:{alternatives(table['between']['words'])})(?!\w))* ?$")


@functools.cache
def _behind() -> re.Pattern[str]:
    table = toml_table("bounds")
    cues = "|".join(f"(?P<{bound}>{alternatives(table[bound]['after'])})" for bound in _BOUNDS)
    return re.compile(rf"{_COMPLEMENT}(?:{cues}){_NEXT_NUMBER}")


@functools.cache
def _comparison() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before and behind a sum that another one is compared with: "au-delà des 15 milliards recherchés"."""
    table = toml_table("bounds")["compared"]
    before = rf"(?<!\w)(?:{alternatives(table['cues'])})(?: ?(?:des|les|aux|du))? ?$"
    return re.compile(before), re.compile(rf" (?:{alternatives(table['after'])})")


def read_bound(page: Page, quantity: Quantity, previous: int) -> Reading[Bound]:
    """The bound of an amount and its cue; "exact" where nothing qualifies it."""
    if quantity.high is not None:
        return Reading("range", "")
    window = page.before(quantity.start, previous)
    if page.low.startswith("le ", quantity.start):
        window += "le "  # "passer le milliard": the article inside the sum is what the verb governs
    found = _before().search(window)
    if found and _is_compared(page, quantity, window, found):
        found = None
    found = found or _behind().match(page.low, quantity.end)
    if found is None:
        return Reading("approx", page.low[quantity.start : quantity.end]) if quantity.vague else Reading("exact", "")
    bound = next(b for b in _BOUNDS if found[b])
    if _TURNS.match(found[bound]) and _NEVER.search(window, 0, found.start()):
        bound = "at_most" if bound == "at_least" else "at_least"
    return Reading(bound, found[0].strip())


def _is_compared(page: Page, quantity: Quantity, window: str, found: re.Match[str]) -> bool:
    """Whether the cue compares another sum with this one, or says "plus que" in the sense of "seulement"."""
    before, behind = _comparison()
    if before.search(window) and behind.match(page.low, quantity.end):
        return True
    return found[0].startswith("plus que") and _NOT_ANY_MORE.search(window[: found.start()]) is not None
