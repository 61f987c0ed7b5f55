"""What does not add up inside one article."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.compare.facts import fact_of, why_uncountable
from pipeline.compare.rates import RateTable
from pipeline.compare.running import running
from pipeline.compare.series import series
from pipeline.compare.splits import splits
from pipeline.compare.sums import Sum
from pipeline.compare.totals import totals
from pipeline.models import Claim

_REACH = Decimal("1.8")  # beyond it what looks like the items of a total are other things


def find_sums(claims: Iterable[Claim], rates: RateTable) -> Iterator[Sum]:
    """The totals of one article that do not fit their items, one a total."""
    usable = sorted((claim for claim in claims if not why_uncountable(claim)), key=lambda claim: claim.start)
    facts = [fact_of(claim) for claim in usable]
    seen: set[tuple[object, ...]] = set()
    for found in (*splits(facts), *running(facts), *series(facts), *totals(facts, rates)):
        total = found.total.claim
        key = (total.company, total.metric, found.total.amount, frozenset(item.amount for item in found.items))
        if key not in seen and _plausible(found):
            seen.add(key)
            yield found


def _plausible(found: Sum) -> bool:
    """Whether the sum comes near enough to be that of these items: a list and its total differ by one item at most."""
    made = sum(item.amount for item in found.items)
    one_currency = all(item.claim.currency == found.total.claim.currency for item in found.items)
    return found.sign != "+" or not one_currency or made <= found.total.amount * _REACH
