"""The currency of a sum that omits it: from its sentence, its passage, or the whole article."""

from collections import Counter
from collections.abc import Sequence

from extractors.rules.money.currencies import Readings
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity

# A currency that most of the article's sums have outweighs a rare one in the sentence before.
_DOMINANT, _RARE = 0.5, 0.3
# Coordinated sums are this close.
_CLOSE = 12
# Neighbours are not sought further away than this many sums.
_BACK = 40


def infer_currencies(page: Page, amounts: Sequence[Quantity], readings: Readings) -> None:
    """Gives every money quantity an ISO code (`currency`), marked `inferred` where it writes none itself."""
    for amount in amounts:
        amount.currency = readings.code(amount.currency or amount.native)
    article = _Article(page, amounts, readings)
    for at, amount in enumerate(amounts):
        if amount.currency is None:
            amount.inferred = True
            amount.currency = article.currency(at)
            article.count(amount)


class _Article:
    """The sums of one article and the currencies they are written in."""

    def __init__(self, page: Page, amounts: Sequence[Quantity], readings: Readings) -> None:
        self._page, self._amounts = page, amounts
        written = [a for a in amounts if a.currency and not a.inferred]
        self._written = Counter(a.currency for a in written)
        # sums in millions are counted apart from prices; what is inferred is counted as it comes
        self._uses = {
            big: Counter(a.currency for a in written if (a.factor is not None) == big) for big in (True, False)
        }
        # where "dollar" means the Canadian one, the American one is a stranger however often it comes
        home = readings.code("dollar") if "USD" in self._written else None
        self._stranger = "USD" if home and home != "USD" else None

    def currency(self, at: int) -> str | None:
        """The currency of the sum number `at`, None where the article writes none at all."""
        if self._amounts[at].rule == "cents" and self._written:
            return self._written.most_common(1)[0][0]
        return self._in_sentence(at) or self._coordinated(at) or self._in_paragraph(at) or self._anywhere(at)

    def count(self, amount: Quantity) -> None:
        """Takes note of an inferred currency."""
        self._uses[amount.factor is not None][amount.currency] += 1

    def _shares(self, at: int) -> Counter[str | None]:
        return self._uses[self._amounts[at].factor is not None] or self._written

    def _main(self, at: int) -> str | None:
        shares = self._shares(at)
        return shares.most_common(1)[0][0] if shares else None

    def _share(self, at: int, code: str | None) -> float:
        shares = self._shares(at)
        return shares[code] / max(1, shares.total())

    def _before(self, at: int, start: int, alike: bool = True) -> list[str]:
        """The currencies of the sums from `start` up to the one in question.

        `alike`: a sum in millions takes after other such sums, a price after prices.
        """
        big = self._amounts[at].factor is not None
        near = [a for a in self._amounts[max(0, at - _BACK) : at] if a.currency and a.start >= start]
        return [a.currency for a in near if a.currency and (not alike or big == (a.factor is not None))]

    def _in_sentence(self, at: int) -> str | None:
        start, _ = self._page.sentence(self._amounts[at].start)
        here = self._before(at, start) or self._before(at, start, alike=False)
        return here[-1] if here else None

    def _coordinated(self, at: int) -> str | None:
        """The currency right behind: "24 milliards, puis 30 milliards d'euros"."""
        behind = self._amounts[at + 1] if at + 1 < len(self._amounts) else None
        if behind is None or behind.inferred or behind.start - self._amounts[at].end >= _CLOSE:
            return None
        return behind.currency

    def _in_paragraph(self, at: int) -> str | None:
        """The currency last used in the paragraph; one that is rare in the article gives way to its main one."""
        start, _ = self._page.line(self._amounts[at].start)
        here = self._before(at, start)
        if not here or here == [self._stranger]:
            return None
        main = self._main(at)
        rare = here[-1] == self._stranger or self._share(at, here[-1]) <= _RARE
        return main if rare and main in self._before(at, start, alike=False) else here[-1]

    def _anywhere(self, at: int) -> str | None:
        """The main currency where the paragraph comes to it or the one last used is rare; else that one."""
        main = self._main(at)
        before = self._before(at, 0) or self._before(at, 0, alike=False)
        last = before[-1] if before else None
        _, end = self._page.line(self._amounts[at].start)
        ahead = (a.currency for a in self._amounts[at + 1 : at + _BACK] if a.start < end and not a.inferred)
        if last is None or last == self._stranger or next((c for c in ahead if c), None) == main:
            return main
        if main != last and self._written[last] == 1 < self._written[main]:
            return main
        return main if self._share(at, main) >= _DOMINANT and self._share(at, last) <= _RARE else last
