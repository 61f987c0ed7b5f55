"""Which claims contradict. Pure functions over claims: no store, no clock; rates come from a table.

`find_conflicts` takes all claims; `compare_group` those of one company and family of metrics (`group_key`), and
`compare_article` those of one article, so that a store, a stream and a cluster call the same code.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.compare.agreeing import Reach, agreeing, reach
from pipeline.compare.arithmetic import find_sums
from pipeline.compare.clusters import Cluster
from pipeline.compare.comparable import why_incomparable
from pipeline.compare.diagnosis import Known, causes_of
from pipeline.compare.facts import why_unusable
from pipeline.compare.group import cells_of, find_in_cells, unrated
from pipeline.compare.metrics import family_of
from pipeline.compare.nearby import Neighbourhood, neighbourhood, statement_key
from pipeline.compare.origins import Origins
from pipeline.compare.rates import RateTable, ecb_rates
from pipeline.compare.sources import SourceRecord, near_copies, source_records, support_of
from pipeline.compare.standing import superseded
from pipeline.compare.wording import conflict_of, conflict_of_sum
from pipeline.models import Claim, Conflict, Incomparable

__all__ = [
    "Neighbourhood",
    "Origins",
    "Reach",
    "agreeing",
    "agreements",
    "compare_article",
    "compare_group",
    "find_conflicts",
    "find_incomparable",
    "group_key",
    "groups_of",
    "near_copies",
    "neighbourhood",
    "reach",
    "records",
    "statement_key",
    "why_incomparable",
]

Group = tuple[str, str]


def group_key(claim: Claim) -> Group:
    """The group the claim is compared in: its company and the family of its metric."""
    return claim.company or "", family_of(claim.metric)


def groups_of(claims: Iterable[Claim]) -> dict[Group, list[Claim]]:
    """The claims by group, groups in a fixed order."""
    groups: dict[Group, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[group_key(claim)].append(claim)
    return dict(sorted(groups.items()))


def compare_group(
    claims: Sequence[Claim], rates: RateTable | None = None, copies: Mapping[str, str] | None = None
) -> Iterator[Conflict]:
    """The conflicts between claims of one group, one for each two statements however often they are repeated.

    `copies` (`near_copies` of the articles' texts) makes agency copy count as one origin.
    """
    table = rates or ecb_rates()
    cells = cells_of(claims, table)
    known = Known(cluster for clusters in cells for cluster in clusters)
    for found in find_in_cells(cells, table):
        yield conflict_of(found).model_copy(
            update={
                "causes": causes_of(found, known),
                "support_a": support_of(found.first, copies),
                "support_b": support_of(found.second, copies),
                "superseded": superseded(found),
            }
        )


def compare_article(claims: Iterable[Claim], rates: RateTable | None = None) -> Iterator[Conflict]:
    """What does not add up inside one article: 468 and 232 millions of a round of 600."""
    for found in find_sums(claims, rates or ecb_rates()):
        yield conflict_of_sum(found)


def find_conflicts(
    claims: Iterable[Claim], rates: RateTable | None = None, copies: Mapping[str, str] | None = None
) -> list[Conflict]:
    """All conflicts of a store, contradictions first.

    >>> find_conflicts([])
    []
    """
    every = list(claims)
    articles: dict[str, list[Claim]] = defaultdict(list)
    for claim in every:
        articles[claim.article].append(claim)
    found = [conflict for group in groups_of(every).values() for conflict in compare_group(group, rates, copies)]
    found += [conflict for name in sorted(articles) for conflict in compare_article(articles[name], rates)]
    return sorted(found, key=lambda conflict: conflict.severity)


def agreements(claims: Iterable[Claim], rates: RateTable | None = None) -> Iterator[list[Claim]]:
    """Claims of different articles that say the same, together: "4,3 milliards" here and "environ 4,3 Md$" there."""
    for cluster in _clusters(claims, rates or ecb_rates()):
        if len(cluster.articles) > 1:
            yield cluster.claims


def records(
    claims: Iterable[Claim], rates: RateTable | None = None, copies: Mapping[str, str] | None = None
) -> list[SourceRecord]:
    """Each source with its claims, agreements, conflicts and how often it was the lone voice."""
    every = list(claims)
    pairs = ((conflict.a, conflict.b) for conflict in find_conflicts(every, rates, copies))
    return source_records(_clusters(every, rates or ecb_rates()), pairs, copies)


def find_incomparable(claims: Iterable[Claim], rates: RateTable | None = None) -> Iterator[Incomparable]:
    """What was not compared although it states an amount, and why: a claim alone, or a pair without a rate."""
    table = rates or ecb_rates()
    for group in groups_of(claims).values():
        for claim in group:
            reason = why_unusable(claim)
            if reason:
                yield Incomparable(reason=reason, a=claim)
        for a, b, reason in unrated(cells_of(group, table), table):
            yield Incomparable(reason=reason, a=a, b=b)


def _clusters(claims: Iterable[Claim], rates: RateTable) -> Iterator[Cluster]:
    for group in groups_of(claims).values():
        for clusters in cells_of(group, rates):
            yield from clusters
