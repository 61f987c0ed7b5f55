"""The comparison of one group of claims: index by period, cluster by value, compare clusters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from pipeline.compare.clusters import Cluster, Statement, statements_of
from pipeline.compare.comparable import same_name, times, why_apart
from pipeline.compare.doubtful import Doubtful
from pipeline.compare.facts import Fact
from pipeline.compare.finding import Finding
from pipeline.compare.misplaced import other_metrics, other_periods
from pipeline.compare.periods import FISCAL_SHIFT_DAYS, NEAR_DAYS
from pipeline.compare.rates import RateTable
from pipeline.compare.slips import slipped
from pipeline.compare.verdict import MissingRateError, Verdict, in_currency_of, verdict
from pipeline.models import Claim

_RIVALS = 12  # a value is compared with the dozen best supported others: a group stays linear however noisy


def _cells(statements: Iterable[Statement]) -> Iterable[list[Statement]]:
    """Statements that differ in time, value and voice alone."""
    cells: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for statement in statements:
        fact = statement.fact
        per = None if fact.kind.market else fact.claim.per
        cells[fact.claim.metric, fact.claim.change, per, tuple(sorted(fact.scope))].append(statement)
    return cells.values()


def _clusters(cell: list[Statement], rates: RateTable) -> list[Cluster]:
    """The cell's statements, in the order of time, gathered where they agree."""
    done: list[Cluster] = []
    live: list[Cluster] = []
    reach = timedelta(days=max(NEAR_DAYS, FISCAL_SHIFT_DAYS))
    for statement in cell:
        window = statement.fact.window
        assert window is not None
        live = [c for c in live if _last_day(c, reach) >= window.start]
        home = next((c for c in live if c.takes(statement, rates)), None)
        if home is None:
            home = Cluster()
            live.append(home)
            done.append(home)
        home.statements.append(statement)
    return done


def _last_day(cluster: Cluster, reach: timedelta) -> date:
    window = cluster.statements[-1].fact.window
    assert window is not None
    if cluster.fact.kind.kind == "flow" and cluster.fact.stated:
        # a flow agrees only with its own period: what starts later than a shift is another one
        return window.start + reach
    return window.end + reach if window.end < date.max - reach else date.max


def _neighbours(clusters: list[Cluster]) -> Iterator[tuple[Cluster, Cluster]]:
    """Pairs of clusters whose periods touch: a sweep over their starts, rivals by their support."""
    live: list[Cluster] = []
    for cluster in sorted(clusters, key=lambda c: (c.window.start, -c.window.days)):
        start = cluster.window.start
        live = [c for c in live if c.window.end >= date.max - timedelta(NEAR_DAYS)
                or c.window.end + timedelta(NEAR_DAYS) >= start]  # fmt: skip
        for rival in sorted(live, key=lambda c: -c.weight)[:_RIVALS]:
            yield rival, cluster
        live.append(cluster)


def _denials(clusters: list[Cluster]) -> Iterator[tuple[Cluster, Cluster]]:
    """Denials without a date, each with the clusters that state its very figure, whenever for."""
    denied = [c for c in clusters if c.fact.voice == "denied" and not c.fact.stated]
    if not denied:
        return
    told: dict[Decimal, list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        if cluster.fact.voice != "denied":
            told[cluster.fact.amount].append(cluster)
    for denial in denied:
        for cluster in told[denial.fact.amount][:_RIVALS]:
            yield cluster, denial


class Echoes:
    """Undated figures that the group dates elsewhere: "le prêt de 55 millions" is that of two years ago."""

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        self._dated: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
        for cluster in clusters:
            for statement in cluster.statements:
                if statement.fact.stated and statement.fact.voice == "done":
                    self._dated[statement.fact.amount, statement.fact.claim.currency].append(statement.fact)

    def has(self, fact: Fact) -> bool:
        """Whether the fact repeats, without its date, what holds at another time."""
        if fact.stated or fact.kind.kind == "flow" or fact.window is None or fact.voice == "denied":
            return False
        dated = self._dated.get((fact.amount, fact.claim.currency), ())
        if not all(other.window and other.window.gap(fact.window) > NEAR_DAYS for other in dated):
            return False
        return any(not (other.party and fact.party) or same_name(other.party, fact.party) for other in dated)


def _conflict(first: Cluster, second: Cluster, echoes: Echoes, doubtful: Doubtful, rates: RateTable) -> Finding | None:
    """The pair of mentions that stands for the conflict of two clusters: of two articles where possible, and the two
    figures that are least apart."""
    best: tuple[tuple[int, Decimal], Fact, Fact, Verdict] | None = None
    for a in first.facts:
        for b in second.facts:
            if why_apart(a, b) or echoes.has(a) or echoes.has(b):
                continue
            found = verdict(a, b, rates)
            if found is None or doubtful.parts(a, b):
                continue
            # no knowledge makes a part greater than its whole
            if found.kind != "part" and _told_by_one(a, b, first, second):
                continue
            # a slip that is recognised explains more than two figures that merely differ
            vague = found.kind == "value"
            kind = 4 * (found.severity == "tension") + 2 * (a.claim.article == b.claim.article) + vague
            rank = kind, times(a, b)
            if best is None or rank < best[0]:
                best = rank, a, b, found
    if best is None:
        return None
    return Finding(best[1], best[2], best[3], first, second)


def _told_by_one(a: Fact, b: Fact, first: Cluster, second: Cluster) -> bool:
    """Whether one of two articles says both things itself: it knows why they differ (a plan and its revision)."""
    if a.claim.article == b.claim.article:
        return False
    return a.claim.article in second.articles or b.claim.article in first.articles


def cells_of(claims: Iterable[Claim], rates: RateTable) -> list[list[Cluster]]:
    """The claims of one company and one family of metrics, clustered: a list for each metric and scope."""
    return [_clusters(cell, rates) for cell in _cells(statements_of(claims))]


def find_in_cells(cells: Sequence[list[Cluster]], rates: RateTable) -> Iterator[Finding]:
    """All conflicts within one group, each two figures once, whoever forecasts or calls them."""
    seen: set[tuple[str, frozenset[object]]] = set()
    for found in _all_in_cells(cells, rates):
        key = found.verdict.kind, frozenset((_figure(found.a), _figure(found.b)))
        if key not in seen:
            seen.add(key)
            yield found


def _figure(fact: Fact) -> tuple[object, ...]:
    claim = fact.claim
    when = fact.window if fact.stated else None
    return claim.metric, claim.change, claim.per, fact.scope, when, claim.currency, fact.amount


def _all_in_cells(cells: Sequence[list[Cluster]], rates: RateTable) -> Iterator[Finding]:
    for clusters in cells:
        echoes, doubtful = Echoes(clusters), Doubtful(clusters, rates)
        for first, second in chain(_neighbours(clusters), _denials(clusters)):
            found = _conflict(first, second, echoes, doubtful, rates)
            if found is not None:
                yield found
        yield from other_periods(clusters)
    every = [cluster for clusters in cells for cluster in clusters]
    yield from other_metrics(every)
    yield from slipped(every, rates)


def unrated(cells: Sequence[list[Cluster]], rates: RateTable) -> Iterator[tuple[Claim, Claim, str]]:
    """Pairs that could be compared if the rates table had their currencies, with the reason."""
    for clusters in cells:
        for first, second in _neighbours(clusters):
            a, b = first.fact, second.fact
            if a.claim.currency == b.claim.currency or why_apart(a, b):
                continue
            try:
                in_currency_of(a, b, rates)
            except MissingRateError as error:
                yield a.claim, b.claim, str(error)
