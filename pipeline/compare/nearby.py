"""Which stored claims one new claim must be compared with: what a store's index has to be asked for."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pipeline.compare.clusters import statement_key
from pipeline.compare.facts import fact_of, why_unusable
from pipeline.compare.intervals import amount_of
from pipeline.compare.metrics import alike
from pipeline.compare.periods import NEAR_DAYS
from pipeline.models import Claim

__all__ = ["Neighbourhood", "neighbourhood", "statement_key"]


class Neighbourhood(NamedTuple):
    """Claims of `company` and one of `metrics` that hold at some day from `first_day` to `last_day`, or (`metric`
    alone) state `amount` for another period, or an amount a comma apart.

    A claim without a period holds on its publication day. Of claims with one `statement_key` a few are enough, so the
    work does not grow with how often a figure is repeated.
    """

    company: str | None
    metric: str
    metrics: frozenset[str]
    first_day: date
    last_day: date
    amount: Decimal

    @property
    def amounts(self) -> list[Decimal]:
        """The amount, and what it is with a comma lost or gained."""
        return [self.amount.scaleb(places) for places in range(-3, 4)]

    def has(self, claim: Claim) -> bool:
        """Whether the stored claim lies in it."""
        if claim.company != self.company or claim.metric not in self.metrics:
            return False
        if claim.metric == self.metric and amount_of(claim) in self.amounts:
            return True
        start = claim.period_start or (date.min if claim.period_end else claim.published)
        end = claim.period_end or (date.max if claim.period_start else claim.published)
        return start is not None and end is not None and start <= self.last_day and end >= self.first_day


def neighbourhood(claim: Claim) -> Neighbourhood | None:
    """The neighbourhood of a new claim; None where it can be compared with nothing."""
    if why_unusable(claim):
        return None
    fact = fact_of(claim)
    assert fact.window is not None
    reach = timedelta(days=NEAR_DAYS)
    start, end = fact.window
    return Neighbourhood(
        company=claim.company,
        metric=claim.metric,
        metrics=alike(claim.metric) | {claim.metric},
        first_day=start if start == date.min else start - reach,
        last_day=end if end == date.max else end + reach,
        amount=fact.amount,
    )
