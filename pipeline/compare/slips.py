"""Figures a slip of the pen apart that two articles call by different words: 546 and 456 millions of one year, for the
telephones here and for the smartphones there. Whether the words mean one thing is the reader's to say: a tension."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations, islice

from pipeline.compare.clusters import Cluster
from pipeline.compare.comparable import LEVELS, slip, tenfold, why_apart
from pipeline.compare.facts import Fact
from pipeline.compare.finding import Finding
from pipeline.compare.verdict import Verdict

_TELLING_DIGITS = 3  # two digits are those of another figure of the account too often
_TRIED = 16  # clusters of the same digits that are set against one another
_OF_ONE_SCOPE = tuple(level for level in LEVELS if level[0] != "two scopes")


def slipped(clusters: Iterable[Cluster]) -> Iterator[Finding]:
    """Pairs of two articles that differ in scope alone and whose figures are a slip apart."""
    by_digits: dict[tuple[object, ...], list[Cluster]] = defaultdict(list)
    tellers: dict[tuple[Decimal, str | None], set[str]] = defaultdict(set)
    for cluster in clusters:
        fact = cluster.fact
        tellers[fact.amount, fact.claim.currency] |= cluster.articles
        digits = _digits(fact)
        if len(digits) >= _TELLING_DIGITS:
            by_digits[fact.claim.metric, fact.claim.currency, "".join(sorted(digits))].append(cluster)
    for alike in by_digits.values():
        for first, second in combinations(islice(alike, _TRIED), 2):
            a, b = first.fact, second.fact
            # who tells both figures means both
            both = (tellers[f.amount, f.claim.currency] for f in (a, b))
            if a.scope != b.scope and _slip(a, b) and not set.intersection(*both):
                yield Finding(a, b, Verdict("magnitude" if tenfold(a, b) else "value", "tension"), first, second)


def _digits(fact: Fact) -> str:
    return re.sub(r"\D", "", format(fact.amount.normalize(), "f")).strip("0")


def _slip(a: Fact, b: Fact) -> bool:
    if why_apart(a, b, _OF_ONE_SCOPE) or a.interval.meets(b.interval) or not slip(a, b):
        return False
    return tenfold(a, b) is not None or a.amount.adjusted() == b.amount.adjusted()
