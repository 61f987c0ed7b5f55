"""What the table of metrics says about comparing them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

_TABLES = Path(__file__).parents[2] / "extractors" / "tables"


class MetricKind(NamedTuple):
    """One row of `metric_kinds.toml`."""

    kind: Literal["flow", "stock", "event"]
    needs: Literal["party", "scope"] | None = None
    project: bool = False
    scoped: bool = False
    market: bool = False
    deal: bool = False
    parts: frozenset[str] = frozenset()


class Exclusion(NamedTuple):
    """Two metrics that one number cannot be; `strict` where not even one article may give it for both."""

    metrics: frozenset[str]
    strict: bool


@cache
def metric_kinds() -> Mapping[str, MetricKind]:
    """The kind of each metric; a metric that is missing ("other") is never compared."""
    rows = tomllib.loads((_TABLES / "metric_kinds.toml").read_text("utf-8"))
    return {metric: MetricKind(**{**row, "parts": frozenset(row.get("parts", ()))}) for metric, row in rows.items()}


@cache
def exclusions() -> Mapping[frozenset[str], Exclusion]:
    """The pairs of metrics that exclude one another."""
    rows = tomllib.loads((_TABLES / "metric_exclusions.toml").read_text("utf-8"))
    pairs: dict[frozenset[str], Exclusion] = {}
    for name in ("strict", "soft"):
        for group in rows[name]:
            for first in group["one"]:
                for second in group["other"]:
                    if first != second:
                        pair = frozenset((first, second))
                        pairs.setdefault(pair, Exclusion(pair, strict=name == "strict"))
    return pairs


@cache
def _near() -> frozenset[frozenset[str]]:
    rows = tomllib.loads((_TABLES / "metric_exclusions.toml").read_text("utf-8"))["near"]
    return frozenset(frozenset((row["one"], other)) for row in rows for other in row["other"])


@cache
def alike(metric: str) -> frozenset[str]:
    """The metrics as which one sum may be told besides: those that this one excludes, and other names of a deal."""
    pairs = exclusions().keys() | _near()
    return frozenset(other for pair in pairs if metric in pair for other in pair if other != metric)


@cache
def family_of(metric: str) -> str:
    """The name of the metrics that are looked at together, since one number may have been given for two of them."""
    members, grown = {metric}, True
    while grown:
        found = {other for member in members for other in alike(member)}
        grown = not found <= members
        members |= found
    return min(members)
