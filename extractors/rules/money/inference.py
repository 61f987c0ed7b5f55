"""The currency of a sum that omits it: from its sentence, its passage, or the whole article."""

from collections import Counter
from collections.abc import Sequence

from extractors.rules.money.currencies import Readings
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity

# A currency that most of the article's sums have outweighs a rare one in the sentence before.
_DOMINANT, _RARE = 0.6, 0.2
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


class _Article:
    """The sums of one article and the currencies they are written in."""

    def __init__(self, page: Page, amounts: Sequence[Quantity], readings: Readings) -> None:
        self._page, self._amounts = page, amounts
        self._shares = Counter(a.currency for a in amounts if a.currency and not a.inferred)
        self._total = sum(self._shares.values())
        self._main = self._shares.most_common(1)[0][0] if self._shares else None
        # where "dollar" means the Canadian one, the American one is a stranger however often it comes
        home = readings.code("dollar") if "USD" in self._shares else None
        self._stranger = "USD" if home and home != "USD" else None

    def currency(self, at: int) -> str | None:
        """The currency of the sum number `at`, None where the article writes none at all."""
        if self._amounts[at].rule == "cents" and self._main:
            return self._main
        return self._in_sentence(at) or self._coordinated(at) or self._in_paragraph(at) or self._anywhere(at)

    def _before(self, at: int, start: int) -> list[str]:
        """The currencies of the sums from `start` up to the one in question."""
        return [a.currency for a in self._amounts[max(0, at - _BACK) : at] if a.currency and a.start >= start]

    def _in_sentence(self, at: int) -> str | None:
        here = self._before(at, self._page.sentence(self._amounts[at].start)[0])
        return here[-1] if here else None

    def _coordinated(self, at: int) -> str | None:
        """The currency right behind: "24 milliards, puis 30 milliards d'euros"."""
        behind = self._amounts[at + 1] if at + 1 < len(self._amounts) else None
        if behind is None or behind.inferred or behind.start - self._amounts[at].end >= _CLOSE:
            return None
        return behind.currency

    def _in_paragraph(self, at: int) -> str | None:
        """The currency last used in the paragraph; one that is rare in the article gives way to its main one."""
        here = self._before(at, self._page.line(self._amounts[at].start)[0])
        if not here or here == [self._stranger]:
            return None
        rare = here[-1] == self._stranger or self._shares[here[-1]] <= _RARE * self._total
        return self._main if rare and self._main in here else here[-1]

    def _anywhere(self, at: int) -> str | None:
        """The main currency where the paragraph comes to it, or where the one last used is rare; else that one."""
        before = self._before(at, 0)
        last = before[-1] if before else None
        _, end = self._page.line(self._amounts[at].start)
        ahead = (a.currency for a in self._amounts[at + 1 : at + _BACK] if a.start < end and not a.inferred)
        if last is None or last == self._stranger or next((c for c in ahead if c), None) == self._main:
            return self._main
        main_rules = self._main is not None and self._shares[self._main] >= _DOMINANT * self._total
        return self._main if main_rules and self._shares[last] <= _RARE * self._total else last
