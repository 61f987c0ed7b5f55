"""Who stands behind a value, and what record each outlet has."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from datasketch import MinHash, MinHashLSH

from pipeline.compare.clusters import Cluster
from pipeline.compare.origins import Origins
from pipeline.models import Claim, Support

_ALIKE = 0.6  # share of common shingles: an agency story with another headline and a cut paragraph
_SHINGLE = 5
_PERMUTATIONS = 128


def _signature(text: str) -> MinHash:
    tokens = re.findall(r"\w+", text.lower())
    shingles = {" ".join(tokens[at : at + _SHINGLE]) for at in range(max(1, len(tokens) - _SHINGLE + 1))}
    signature = MinHash(num_perm=_PERMUTATIONS)
    signature.update_batch([shingle.encode() for shingle in sorted(shingles)])
    return signature


def near_copies(texts: Mapping[str, str]) -> dict[str, str]:
    """The articles that are near-copies of one another, each with the first (by name) of its kind.

    `texts` holds the articles' texts by name; an article that resembles none is left out. Linear in the texts.
    """
    index = MinHashLSH(threshold=_ALIKE, num_perm=_PERMUTATIONS)
    first: dict[str, str] = {}
    for name in sorted(texts):
        signature = _signature(texts[name])
        found = sorted(index.query(signature))
        if found:
            first[name] = first.setdefault(found[0], found[0])
        index.insert(name, signature)
    return first


def support_of(cluster: Cluster, copies: Mapping[str, str] | None = None) -> Support:
    """How many articles and how many independent origins say what the cluster says."""
    return Support(articles=len(cluster.articles), origins=len(Origins(cluster.claims, copies)))


class SourceRecord(NamedTuple):
    """What one outlet's claims came to; shown, and never used to hide a claim."""

    source: str
    claims: int
    agreements: int
    conflicts: int
    alone: int


def source_records(
    clusters: Iterable[Cluster], conflicts: Iterable[tuple[Claim, Claim]], copies: Mapping[str, str] | None = None
) -> list[SourceRecord]:
    """Each source with its claims, those that others share, its conflicts and how often it was the lone voice."""
    claims: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for cluster in clusters:
        lone = len(Origins(cluster.claims, copies)) == 1
        for claim in cluster.claims:
            name = claim.outlet
            claims[name] += 1
            (alone if lone else agreed)[name] += 1
    disputed = Counter(side.outlet for pair in conflicts for side in pair)
    return [SourceRecord(name, claims[name], agreed[name], disputed[name], alone[name]) for name in sorted(claims)]
