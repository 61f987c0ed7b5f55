"""One number that was given for two periods, or as two metrics."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from pipeline.compare.clusters import Cluster
from pipeline.compare.comparable import same_name, why_apart
from pipeline.compare.facts import Fact, words
from pipeline.compare.finding import Finding
from pipeline.compare.intervals import digits_of
from pipeline.compare.metrics import exclusions
from pipeline.compare.periods import NEAR_DAYS
from pipeline.compare.verdict import Verdict

_SAME_NUMBER = Decimal("0.01")
_TELLING_DIGITS = 2  # "5 milliards" comes back by chance, "8,5 milliards" hardly
_LEVEL_DIGITS = 3  # a level may stand still ("8,5 milliards de dette" twice), but not to the last of three digits
_MOVING = frozenset({"cash", "recurring_revenue", "backlog"})  # levels that are never the same on two days
_AS_LONG = 7  # days by which two periods of one kind differ in length
_MONTH = 31  # days
_FAR_DAYS = 800  # a quarter is mistaken for the one before or for that of the last year
_VARIANTS = words("ajusté ajustée courant récurrent normalisé IFRS non-IFRS publié hors éléments exceptionnels")


def _figure(cluster: Cluster) -> bool:
    return cluster.fact.claim.bound in ("exact", "approx") and cluster.fact.voice != "denied"


def other_periods(clusters: list[Cluster]) -> Iterator[Finding]:
    """Clusters of one cell with one number and two periods of one length, told by different articles."""
    by_number: dict[tuple[object, ...], list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        fact = cluster.fact
        if _dated(fact) and _figure(cluster) and not cluster.window.open:
            for amount in {statement.fact.amount for statement in cluster.statements}:
                by_number[amount, fact.claim.currency, fact.voice].append(cluster)
    for same in by_number.values():
        for first, second in pairwise(sorted(same, key=lambda c: c.window)):
            if first is not second and _two_periods(first, second):
                yield Finding(first.fact, second.fact, Verdict("period", "tension"), first, second)


def _dated(fact: Fact) -> bool:
    """Whether the figure is that of its period: not a price or a valuation, which holds until the next."""
    moving = fact.claim.metric in _MOVING and digits_of(fact.amount) >= _LEVEL_DIGITS
    return fact.stated and (fact.kind.kind in ("flow", "event") or moving)


def _two_periods(first: Cluster, second: Cluster) -> bool:
    a, b = first.window, second.window
    if a.gap(b) == 0 or (b.start - a.start).days > _FAR_DAYS or not _one_thing(first, second):
        return False
    if digits_of(first.fact.amount) < _TELLING_DIGITS and a.gap(b) > NEAR_DAYS:
        return False
    # an article that gives the number for both periods means it
    return not first.articles & second.articles and why_apart(first.fact, second.fact) == "two times"


def _one_thing(first: Cluster, second: Cluster) -> bool:
    """Whether both may tell one figure: flows of periods as long, deals with one party or in one month."""
    a, b = first.window, second.window
    if first.fact.kind.kind == "flow":
        return abs(a.days - b.days) <= _AS_LONG
    if first.fact.kind.kind != "event" or same_name(first.fact.party, second.fact.party):
        return True
    return a.days == b.days <= _MONTH and a.start.month == b.start.month


def other_metrics(clusters: list[Cluster]) -> Iterator[Finding]:
    """Clusters of one family with one number and period, but two metrics that exclude one another."""
    places: dict[tuple[object, ...], list[tuple[Fact, Cluster]]] = defaultdict(list)
    found: set[tuple[int, int]] = set()
    for cluster in filter(_figure, clusters):
        figures = {s.fact.amount: s.fact for s in cluster.statements if digits_of(s.fact.amount) >= _TELLING_DIGITS}
        for fact in figures.values():
            for other_fact, other in _near(fact, places):
                pair = id(other), id(cluster)
                if pair not in found and _two_metrics(other_fact, fact, other, cluster):
                    found.add(pair)
                    a, b = _told_apart_least(other, cluster)
                    yield Finding(a, b, Verdict("metric", "tension"), other, cluster)
        for fact in figures.values():
            places[next(_places(fact, reach=0))].append((fact, cluster))


def _near(fact: Fact, places: dict[tuple[object, ...], list[tuple[Fact, Cluster]]]) -> Iterator[tuple[Fact, Cluster]]:
    for place in _places(fact, reach=1):
        yield from places.get(place, ())


def _places(fact: Fact, reach: int) -> Iterator[tuple[object, ...]]:
    """Where clusters of nearly one number and one start of period meet: no cluster is compared with all."""
    assert fact.window is not None
    month = fact.window.start.year * 12 + fact.window.start.month
    exponent = fact.amount.adjusted()
    leading = int(fact.amount.scaleb(1 - exponent))
    for m in range(month - reach, month + reach + 1):
        for lead in range(leading - reach, leading + reach + 1):
            yield fact.claim.currency, exponent, lead, m


def _two_metrics(a: Fact, b: Fact, first: Cluster, second: Cluster) -> bool:
    exclusion = exclusions().get(frozenset((a.claim.metric, b.claim.metric)))
    if exclusion is None or a.voice != b.voice or (a.claim.change, a.claim.per) != (b.claim.change, b.claim.per):
        return False
    if abs(a.amount / b.amount - 1) > _SAME_NUMBER or not a.interval.meets(b.interval):
        return False
    if (a.scope ^ b.scope) - _VARIANTS or (a.party and b.party and not same_name(a.party, b.party)):
        return False
    if not _one_time(first, second):
        return False
    return exclusion.strict or not first.articles & second.articles


def _one_time(first: Cluster, second: Cluster) -> bool:
    a, b = first.fact, second.fact
    if a.kind.kind == b.kind.kind == "flow":
        return a.stated == b.stated and first.window.same(second.window)
    return first.window.same(second.window) or first.window.gap(second.window) <= NEAR_DAYS


def _told_apart_least(first: Cluster, second: Cluster) -> tuple[Fact, Fact]:
    """Mentions of two articles where there are such."""
    pairs = [(a, b) for a in first.facts for b in second.facts]
    return min(pairs, key=lambda pair: pair[0].claim.article == pair[1].claim.article)
