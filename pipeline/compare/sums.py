"""Items, their total, and the values that a sum may have."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from pipeline.compare.facts import Fact
from pipeline.compare.intervals import Interval


class Sum(NamedTuple):
    """A total of an article and the items that it does not fit."""

    total: Fact
    items: tuple[Fact, ...]
    values: Interval
    sign: str = "+"


def added(items: Iterable[Fact]) -> Interval:
    """The values that the sum of the items may have: 468 and 232 millions make 699 up to 702."""
    low, high, closed = Decimal(0), Decimal(0), True
    for item in items:
        low += item.interval.low or 0
        high = high + item.interval.high if item.interval.high is not None else Decimal("Infinity")
        closed = closed and item.interval.closed
    return Interval(low, high if high.is_finite() else None, closed)


def level(fact: Fact) -> bool:
    """Whether the fact is a plain figure that can be added up: no rate, change, bound or range, and not denied."""
    return fact.claim.bound in ("exact", "approx") and _plain(fact)


def capped(fact: Fact) -> bool:
    """Whether the fact can be the total of plain figures: itself one, or what they reach at most."""
    return fact.claim.bound in ("exact", "approx", "at_most") and _plain(fact)


def _plain(fact: Fact) -> bool:
    return fact.claim.per is None and not fact.claim.change and fact.voice != "denied"


def one_account(a: Fact, b: Fact) -> bool:
    """Whether two facts are of one currency and voice."""
    return a.claim.currency == b.claim.currency and a.voice == b.voice


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """The facts without repetitions of one figure for one time and company."""
    seen = {(f.claim.company, f.party, f.scope, f.window, f.amount): f for f in reversed(list(facts))}
    return sorted(seen.values(), key=lambda f: f.claim.start)
