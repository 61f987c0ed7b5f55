"""Whether two claims say the same, and where the claims that may agree with one are to be looked for."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pipeline.compare.comparable import ONE_THING, why_apart
from pipeline.compare.facts import Fact, fact_of, why_unusable
from pipeline.compare.periods import FISCAL_SHIFT_DAYS, NEAR_DAYS, Window
from pipeline.compare.rates import RateTable, ecb_rates
from pipeline.compare.verdict import MissingRateError, in_currency_of, verdict
from pipeline.models import Claim

_WIDEST = 2  # an exact figure of one digit stands for its half up to its double


def agree(a: Fact, b: Fact, rates: RateTable) -> bool:
    """Whether two facts are comparable and one value fits both; a part of a whole period does not say the same."""
    if "denied" in (a.voice, b.voice):
        return False
    assert a.window is not None and b.window is not None
    if a.kind.kind == "flow" and a.stated and b.stated and not a.window.same(b.window):
        return False
    if why_apart(a, b, ONE_THING) is not None or verdict(a, b, rates) is not None:
        return False
    return a.claim.currency == b.claim.currency or _rated(a, b, rates)


def _rated(a: Fact, b: Fact, rates: RateTable) -> bool:
    try:
        in_currency_of(a, b, rates)
    except MissingRateError:
        return False
    return True


def agreeing(claim: Claim, others: Iterable[Claim], rates: RateTable | None = None) -> Iterator[Claim]:
    """Those of the others that agree with the claim: "environ 4,3 Md$" with "4,3 milliards" of the same half-year."""
    if why_unusable(claim):
        return
    fact, table = fact_of(claim), rates or ecb_rates()
    for other in others:
        if not why_unusable(other) and agree(fact, fact_of(other), table):
            yield other


class Reach(NamedTuple):
    """Claims of `company` and `metric` that start between the two days `starts`, end between the two days `ends`, and
    state from `least` to `most`, a bound, a range or another currency."""

    company: str | None
    metric: str
    currency: str | None
    starts: Window
    ends: Window
    least: Decimal
    most: Decimal


def reach(claim: Claim) -> Reach | None:
    """Where all claims lie that may agree with one; None where none can."""
    if why_unusable(claim):
        return None
    fact = fact_of(claim)
    starts, ends = _days(fact)
    low, high = fact.interval.low or Decimal(0), fact.interval.high or Decimal("Infinity")
    return Reach(claim.company, claim.metric, claim.currency, starts, ends, low / _WIDEST, high * _WIDEST)


def _days(fact: Fact) -> tuple[Window, Window]:
    window = fact.window
    assert window is not None
    if fact.kind.kind == "flow" and fact.stated and not fact.kind.project:
        # a flow agrees only with its own period, or nearly
        return _around(window.start), _around(window.end)
    return Window(date.min, _moved(window.end, NEAR_DAYS)), Window(_moved(window.start, -NEAR_DAYS), date.max)


def _around(day: date) -> Window:
    return Window(_moved(day, -FISCAL_SHIFT_DAYS), _moved(day, FISCAL_SHIFT_DAYS))


def _moved(day: date, days: int) -> date:
    """The day so many days later; an open side stays open."""
    return day if day in (date.min, date.max) else day + timedelta(days)
