"""Figures that were hardly read right: one article gives several for what looks like one thing.

An author contradicts himself by a slip of the pen, which leaves a trace, or because two sources do. Without either,
the two figures are of two things (a whole and its part, two years of one row) whose difference was not read, and
another article's figure can be held against the nearest of them only.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations, islice

from pipeline.compare.clusters import Cluster, Statement
from pipeline.compare.comparable import ONE_THING, slip, times, two_sources, why_apart
from pipeline.compare.facts import Fact
from pipeline.compare.rates import RateTable
from pipeline.compare.verdict import verdict

_NEAR = Decimal("1.5")  # the nearest of several figures may still be the one meant, but not from further away
_READ = 16  # statements of one article about one thing that are set against one another


class Doubtful:
    """The figures of one cell that their own article contradicts without a trace, each with its rivals there."""

    def __init__(self, clusters: Iterable[Cluster], rates: RateTable) -> None:
        told: dict[str, list[Statement]] = defaultdict(list)
        for cluster in clusters:
            for statement in cluster.statements:
                for article in {claim.article for claim in statement.mentions}:
                    told[article].append(statement)
        self._rivals: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
        for article, statements in told.items():
            for first, second in combinations(islice(statements, _READ), 2):
                if _unexplained(first.fact, second.fact, rates):
                    self._rivals[_place(article, first.fact)].append(second.fact)
                    self._rivals[_place(article, second.fact)].append(first.fact)

    def parts(self, a: Fact, b: Fact) -> bool:
        """Whether one of two articles' figures is doubtful, and the other neither near it nor a slip away."""
        if a.claim.article == b.claim.article or "denied" in (a.voice, b.voice):
            return False
        rivals = [times(a, rival) for rival in self._rivals.get(_place(b.claim.article, b), ())]
        rivals += [times(b, rival) for rival in self._rivals.get(_place(a.claim.article, a), ())]
        if not rivals or slip(a, b):
            return False
        return times(a, b) > min(_NEAR, *rivals)


def _place(article: str, fact: Fact) -> tuple[object, ...]:
    return article, fact.window, fact.voice, fact.interval


def _unexplained(a: Fact, b: Fact, rates: RateTable) -> bool:
    if "denied" in (a.voice, b.voice) or slip(a, b) or two_sources(a, b):
        return False
    return why_apart(a, b, ONE_THING) is None and verdict(a, b, rates) is not None
