"""The currency of a sum that omits it: weighed by where the article's currencies stand and how often."""

import bisect
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity
from extractors.rules.money.readings import Readings
from extractors.tables import toml_table

Evidence = dict[str, dict[str, float]]

# Coordinated sums are this close.
_CLOSE = 12
# "576 millions (en euros)"
_RIGHT_BEHIND = 8
# Neighbours are not sought further away than this many sums.
_BACK = 40
# Those that an article can mean that writes none, the likeliest first.
USUAL = ("EUR", "USD", "CHF", "CAD", "GBP", "XOF", "MAD", "JPY", "CNY")
# What ties a sum to the one before it: "24 milliards, dont 3 pour …", "contre 5 un an plus tôt".
_TIED = re.compile(r"(?:\bcontre|\bdont|\bsoit|\bet|\bou|\bpuis|\bà|\bque|,|\() ?(?:[\w']+ )?$")


def infer_currencies(page: Page, amounts: Sequence[Quantity], readings: Readings) -> None:
    """Gives every money quantity an ISO code (`currency`), marked `inferred` where it writes none itself."""
    weights = toml_table("currency_evidence")["weights"]
    for amount, evidence in undecided(page, amounts, readings):
        amount.currency = likeliest(evidence, weights)


def likeliest(evidence: Evidence, weights: Mapping[str, float]) -> str | None:
    """The currency that most speaks for; None of none."""
    scores = {code: sum(weights.get(name, 0) * v for name, v in told.items()) for code, told in evidence.items()}
    return max(scores, key=lambda code: scores[code], default=None)


def undecided(page: Page, amounts: Sequence[Quantity], readings: Readings) -> Iterator[tuple[Quantity, Evidence]]:
    """Every sum that writes no currency, marked `inferred`, with what speaks for each of the article's currencies.
    Whoever iterates sets its `currency` before going on: it is evidence for the next. The others are given theirs."""
    for amount in amounts:
        amount.currency = readings.code(amount.currency or amount.native, amount.start)
    article = _Article(page, amounts, readings)
    for at, amount in enumerate(amounts):
        amount.currency = amount.currency or article.named_behind(amount)
        if amount.currency is None:
            amount.inferred = True
            yield amount, article.evidence(at)
            article.count(amount)


class _Article:
    """The sums of one article and the currencies they are written in."""

    def __init__(self, page: Page, amounts: Sequence[Quantity], readings: Readings) -> None:
        self._page, self._amounts = page, amounts
        written = [a for a in amounts if a.currency and not a.inferred]
        self._written = Counter(a.currency for a in written if a.currency)
        self._first = written[0].currency if written else None
        # sums in millions are counted apart from prices; what is inferred is counted as it comes
        self._uses = {big: Counter(a.currency for a in written if _big(a) == big) for big in (True, False)}
        self._named = list(readings.names(amounts))
        told = sorted(self._written.keys() | {code for _, code in self._named})
        self._unwritten = not told
        self._codes = told or sorted(USUAL)
        self._places = {code: readings.places(code) for code in self._codes}
        self._firms = [(at, code) for at, code in readings.firms if code in self._codes]
        self._homes = Counter(code for _, code in self._firms)
        # where "dollar" means the Canadian one, the American one is a stranger however often it comes
        home = readings.code("dollar", 0) if "USD" in self._written else None
        self._stranger = "USD" if home and home != "USD" else None

    def count(self, amount: Quantity) -> None:
        """Takes note of an inferred currency."""
        self._uses[_big(amount)][amount.currency] += 1

    def named_behind(self, amount: Quantity) -> str | None:
        """The currency in brackets right behind a sum."""
        ahead = bisect.bisect(self._named, (amount.end, ""))
        return next((code for spot, code in self._named[ahead : ahead + 1] if spot < amount.end + _RIGHT_BEHIND), None)

    def evidence(self, at: int) -> Evidence:
        """What speaks for each currency as that of the sum number `at`."""
        found: Evidence = {code: defaultdict(float) for code in self._codes}
        self._tell_frequency(at, found)
        self._tell_names(at, found)
        self._tell_firms(at, found)
        self._tell_before(at, found)
        self._tell_behind(at, found)
        self._tell_places(at, found)
        return found

    def _tell_frequency(self, at: int, found: Evidence) -> None:
        amount = self._amounts[at]
        alike, every = self._uses[_big(amount)], self._uses[True] + self._uses[False]
        for code, told in found.items():
            told["share of the written"] = self._written[code] / max(1, self._written.total())
            told["share"] = every[code] / max(1, every.total())
            told["share among its like"] = alike[code] / max(1, alike.total())
            told["times written"] = math.log(max(1, self._written[code]))
            told["never written"] = code not in self._written
            told["home of the press"] = self._unwritten and code == USUAL[0]
            told["stranger"] = code == self._stranger
            told["first of the article"] = code == self._first

    def _tell_names(self, at: int, found: Evidence) -> None:
        """What is named without a sum: "(en euros)", "En livres sterling, enfin : 49,40"."""
        start = self._amounts[at].start
        here = bisect.bisect(self._named, (start, ""))
        spots = {"sentence": self._page.sentence(start), "paragraph": self._page.line(start)}
        for place, (first, last) in spots.items():
            for spot, code in self._named[max(0, here - _BACK) : here + _BACK]:
                if first <= spot < last:
                    found[code][f"named in the {place}"] = 1
        for since, code in self._named[max(0, here - 1) : here]:
            written = (a for a in self._amounts[max(0, at - _BACK) : at] if not a.inferred)
            found[code]["named last"] = 1
            found[code]["named last, nothing written since"] = not any(a.start > since for a in written)

    def _tell_firms(self, at: int, found: Evidence) -> None:
        """The home of the firms that are named nearby."""
        start = self._amounts[at].start
        here = bisect.bisect(self._firms, (start, ""))
        since, until = self._page.sentence(start)
        for code, times in self._homes.items():
            found[code]["share of the firms"] = times / len(self._firms)
        for spot, code in self._firms[max(0, here - _BACK) : here + _BACK]:
            if since <= spot < until:
                found[code]["firm in the sentence"] = 1
        for spot, code in self._firms[max(0, here - 1) : here]:
            found[code]["firm named last"] = 1
            found[code]["firm named last, in the sentence"] = spot >= since
            found[code]["firm named last, in the paragraph"] = spot >= self._page.line(start)[0]

    def _tell_before(self, at: int, found: Evidence) -> None:
        amount = self._amounts[at]
        near = [a for a in self._amounts[max(0, at - _BACK) : at] if a.currency in found]
        tied = bool(_TIED.search(self._page.low, max(0, amount.start - 30), amount.start))
        spots = {"sentence": self._page.sentence(amount.start)[0], "paragraph": self._page.line(amount.start)[0]}
        for place, since in {**spots, "article": 0}.items():
            here = [a for a in near if a.start >= since]
            like = [a for a in here if _big(a) == _big(amount)]
            for a in here:
                found[a.currency or ""][f"in the {place}"] = 1
            for name, last in ((f"last in the {place}", here[-1:]), (f"last of its like in the {place}", like[-1:])):
                for a in last:
                    told = found[a.currency or ""]
                    told[name] = 1
                    told[f"{name}, written"] = not a.inferred
                    told[f"{name}, tied"] = tied

    def _tell_behind(self, at: int, found: Evidence) -> None:
        amount = self._amounts[at]
        _, sentence = self._page.sentence(amount.start)
        _, paragraph = self._page.line(amount.start)
        ahead = [a for a in self._amounts[at + 1 : at + _BACK] if a.currency and not a.inferred]
        for a in ahead[:1]:
            told = found[a.currency or ""]
            told["right behind"] = a is self._amounts[at + 1] and a.start - amount.end < _CLOSE
            told["next in the sentence"] = a.start < sentence
            told["next in the paragraph"] = a.start < paragraph
            told["next in the article"] = 1

    def _tell_places(self, at: int, found: Evidence) -> None:
        start = self._amounts[at].start
        last = {code: self._places[code][bisect.bisect(self._places[code], start) - 1 :][:1] for code in found}
        before = {code: spots[0] for code, spots in last.items() if spots and spots[0] < start}
        for place, since in (("sentence", self._page.sentence(start)[0]), ("paragraph", self._page.line(start)[0])):
            for code in before:
                found[code][f"country named in the {place}"] = before[code] >= since
        if before:
            found[max(before, key=lambda code: before[code])]["country named last"] = 1
        total = sum(map(len, self._places.values()))
        for code, spots in self._places.items():
            found[code]["share of the countries named"] = len(spots) / max(1, total)


def _big(amount: Quantity) -> bool:
    return amount.factor is not None
