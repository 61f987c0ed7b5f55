"""A conflict before it is worded: the two facts, the verdict and the clusters they stand for."""

from typing import NamedTuple

from pipeline.compare.clusters import Cluster
from pipeline.compare.facts import Fact
from pipeline.compare.verdict import Verdict


class Finding(NamedTuple):
    """`a` and `b` stand for `first` and `second`, all statements that agree with them."""

    a: Fact
    b: Fact
    verdict: Verdict
    first: Cluster
    second: Cluster
