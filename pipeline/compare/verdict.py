"""What two comparable facts say about one another: nothing, a tension or a contradiction, and of which kind."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pipeline.compare.comparable import tenfold, times
from pipeline.compare.facts import Fact
from pipeline.compare.intervals import Interval
from pipeline.compare.rates import Rate, RateTable
from pipeline.models import Kind, Severity

EXCHANGE_SLACK = Decimal("0.15")
_STRAINED = 2  # a value more than twice an "au moins" makes the bound a poor description


class Verdict(NamedTuple):
    """The kind and severity of a conflict; `rate` where the second amount was converted into the first's currency."""

    kind: Kind
    severity: Severity
    rate: Rate | None = None


class MissingRateError(LookupError):
    """The rates table lacks one of the two currencies."""


def day_of_rate(fact: Fact) -> date:
    """The day whose rate the claim's amount is converted at: the end of its period, at the latest its publication."""
    assert fact.window is not None
    published = fact.claim.published
    if fact.window.end == date.max:
        return published or fact.window.start
    return min(fact.window.end, published) if published else fact.window.end


def day_of_pair(a: Fact, b: Fact) -> date:
    """The day whose rate two amounts are compared at."""
    return min(day_of_rate(a), day_of_rate(b))


def in_currency_of(a: Fact, b: Fact, rates: RateTable) -> tuple[Interval, Rate | None]:
    """The values of `b` in the currency of `a`, and the rate used. Raises MissingRateError."""
    source, target = b.claim.currency, a.claim.currency
    if source == target or source is None or target is None:
        return b.interval, None
    day = day_of_pair(a, b)
    rate = rates.rate(source, target, day)
    if rate is None:
        raise MissingRateError(f"the rates table has no rate between {source} and {target} on {day}")
    return b.interval.times(rate.value).widened(EXCHANGE_SLACK), rate


def _strained(bound: Interval, other: Interval) -> bool:
    """Whether the other lies so far on the open side that nobody would have used this bound."""
    if bound.high is not None or not bound.low or other.low is None or other.high is None:
        return False
    return other.low > _STRAINED * bound.low


def _same_figure(a: Fact, b: Fact) -> bool:
    """Whether a denial speaks of what the other states: "plus de 100 M€" is not the 8 milliards of all debts."""
    if a.claim.currency != b.claim.currency or not a.interval.meets(b.interval):
        return False
    return times(a, b) <= _STRAINED or not (a.interval.open or b.interval.open)


def _disjoint(a: Fact, b: Fact, rates: RateTable) -> Verdict | None:
    try:
        values, rate = in_currency_of(a, b, rates)
    except MissingRateError:
        return None
    closed = a.claim.bound == b.claim.bound or not (a.interval.open or b.interval.open)
    if rate is not None and closed and a.interval.meets(b.interval):
        # one number in two currencies: rounding cannot bring the two together, only a rate near one
        near_one = 1 / (1 + EXCHANGE_SLACK) <= rate.value * b.amount / a.amount <= 1 + EXCHANGE_SLACK
        return None if near_one else Verdict("currency", "contradiction", rate)
    if a.interval.meets(values):
        strained = _strained(a.interval, values) or _strained(values, a.interval)
        return Verdict("value", "tension", rate) if strained else None
    if rate is not None:
        return Verdict("value", "contradiction", rate)
    return Verdict("magnitude" if tenfold(a, b) else "value", "contradiction")


def _part(a: Fact, b: Fact, rates: RateTable) -> Verdict | None:
    """Whether the one that lies inside the other's period is more than it."""
    assert a.window is not None and b.window is not None
    try:
        values, rate = in_currency_of(a, b, rates)
    except MissingRateError:
        return None
    more = values.above(a.interval) if a.window.holds(b.window) else a.interval.above(values)
    return Verdict("part", "contradiction", rate) if more else None


def verdict(a: Fact, b: Fact, rates: RateTable) -> Verdict | None:
    """The conflict between two comparable facts, or None where both can be true."""
    assert a.window is not None and b.window is not None
    if "denied" in (a.voice, b.voice):
        return Verdict("value", "contradiction") if _same_figure(a, b) else None
    if a.kind.kind == "flow" and a.stated and b.stated and not a.window.same(b.window):
        return _part(a, b, rates)
    return _disjoint(a, b, rates)
