"""What "livres" and "dollars" mean in one article."""

import bisect
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from extractors.rules.money.currencies import currency_at, places_of, rows_of, shared_nouns
from extractors.rules.money.firms import home_currencies
from extractors.rules.money.home import HOME, evidence, is_home
from extractors.rules.money.page import Page, inside

# What stands before a currency that is named without a sum.
_LOOSE = re.compile(r"(?:(?<=\n)|(?<!\w)(?:en|les|des) )\(?(?=[a-z])")
_AMERICAN = re.compile(r"\bdollars? (?:américains?|us)\b|\$ ?us\b|\bus ?\$")
# So many mentions of a country make it the home of an article that writes "dollars américains".
_AT_HOME = 3
_BEFORE_EUROS = re.compile(r"\b(?:19[4-9]\d|200[01])\b")  # a year in which France paid in francs
_ADJECTIVES = {"canadien": "CAD", "américain": "USD", "australien": "AUD"}
_DECLARATION = re.compile(
    r"\b(?:sauf (?:indication|mention|avis)|tous les montants|toutes les sommes|les montants|"
    r"les (?:dollars|chiffres) sont|dans (?:tout |toute )?cet(?:te)? (?:article|dépêche|texte)|"
    r"dans tout (?:l'article|le texte))"
)


class Span(Protocol):
    """Anything with offsets."""

    start: int
    end: int


class Readings:
    """What the shared nouns mean in one article: by what it declares, by the countries it names, by default."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._known: dict[str, str | None] = {}
        self._named: dict[str, list[tuple[int, str]]] = {}
        self._places: dict[str, list[int]] = {}

    def code(self, name: str | None, at: int) -> str | None:
        """The ISO code of `Currency.name` at an offset; None for None and for a noun without a reading.

        An article on Sweden and Norway speaks of two crowns: the country named last in the paragraph tells which."""
        if name is None or name.isupper():
            return name
        if name not in self._known:
            declared = self._local() if name == "local" else self._declared(name)
            self._named[name] = [] if declared or name == "dollar" else self._where(name)
            self._known[name] = declared or self._by_country(name)
        before = self._named[name][: bisect.bisect(self._named[name], (at, ""))]
        near = before and before[-1][0] >= self._page.line(at)[0]
        return before[-1][1] if near else self._known[name]

    @functools.cached_property
    def firms(self) -> list[tuple[int, str]]:
        """Where the article names listed firms, and the currency at the home of each."""
        return home_currencies(self._page)

    def places(self, code: str) -> list[int]:
        """Where the article names a country, people or city of the currency."""
        if code not in self._places:
            self._places[code] = places_of(self._page, code)
        return self._places[code]

    def names(self, sums: Iterable[Span]) -> Iterator[tuple[int, str]]:
        """Where a currency is named apart from the sums ("(en euros)"), and its code."""
        spans = sorted((s.start, s.end) for s in sums)
        for found in _LOOSE.finditer(self._page.low):
            currency = currency_at(self._page, found.end())
            code = currency and self.code(currency.name, currency.start)
            if currency and code and not inside(currency.start, spans):
                yield currency.start, code

    def _where(self, noun: str) -> list[tuple[int, str]]:
        """Where the article names the countries that share the noun, and their currencies."""
        codes = shared_nouns().get(noun, ())
        places = [(start, code) for code in codes for start in self.places(code)]
        return sorted(places + [(start, code) for start, code in self.firms if code in codes])

    def _declared(self, noun: str) -> str | None:
        """What the article says once: "(en dollars canadiens, sauf indication contraire)"."""
        for found in _DECLARATION.finditer(self._page.low):
            start, end = self._page.line(found.start())
            start, end = max(start, found.start() - 60), min(end, found.end() + 60)
            for word in re.finditer(rf"\b{noun}s?\b", self._page.low[start:end]):
                full = currency_at(self._page, start + word.start())
                if full and full.name.isupper():
                    return full.name
            adjective = noun == "dollar" and re.search("canadien|américain|australien", self._page.low[start:end])
            if adjective:
                return _ADJECTIVES[adjective[0]]
        return None

    def _by_country(self, noun: str) -> str | None:
        default = rows_of("default").get(noun)
        if noun == "dollar":
            return self._home() or default
        named = Counter(code for _, code in self._named[noun])
        if not named:
            return "FRF" if noun == "franc" and _BEFORE_EUROS.search(self._page.low) else default
        return max(sorted(named), key=lambda code: (named[code], code == default))

    def _home(self) -> str | None:
        """The dollar of the country that the article is at home in.

        Of other countries than Canada one that takes the trouble to write "dollars américains" and speaks of Australia
        throughout means the Australian one, unless it writes "dollars australiens" as well.
        """
        american = _AMERICAN.search(self._page.low)
        # "L'américain Tern lève 40 M$ et ouvre à Montréal": France puts the sign behind its numbers too
        if (american or self._mentions("USD") < self._mentions(HOME)) and is_home(self.home_evidence()):
            return HOME
        if not american:
            return None
        others = set(shared_nouns()["dollar"]) - {HOME, "USD", *self._in_full()}
        best = max(sorted(others), key=self._mentions, default="")
        return best if self._mentions(best) >= _AT_HOME else None

    def home_evidence(self) -> dict[str, float]:
        """What speaks for the Canadian dollar as what the article means by "$"; nothing where Canada is not named."""
        if not self._mentions(HOME):
            return {}
        named = {code: self._mentions(code) for code in (*shared_nouns()["dollar"], "EUR")}
        return evidence(self._page.low, named)

    def _local(self) -> str | None:
        """What "dollars locaux" are: the dollar, other than the American one, that the article writes in full."""
        return next(iter(self._in_full()), None)

    def _in_full(self) -> list[str]:
        """The dollars, other than the American one, that the article writes in full."""
        full = (currency_at(self._page, m.start()) for m in re.finditer(r"\bdollars? (?!loca|amér)", self._page.low))
        return [c.name for c in full if c and c.name.isupper()]

    def _mentions(self, code: str) -> int:
        return len(self.places(code))
