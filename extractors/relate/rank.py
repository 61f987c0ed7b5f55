"""Chooses among candidates by the sum of the weights of their evidence.

A linear model a reader can follow: every candidate carries named features, `weights.json` gives each a weight (fitted
by `python -m benchmarks.train`), and the highest sum wins. `Choice.reasons` lists what decided.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from extractors.mentions import Mention
from extractors.relate.scene import Features

T = TypeVar("T")
WEIGHTS = Path(__file__).parent / "weights.json"


@dataclass(frozen=True)
class Candidate(Generic[T]):
    """One possible value of a field, the words it was read from, and the evidence for it."""

    value: T
    mention: Mention | None
    features: Features


@dataclass(frozen=True)
class Choice(Generic[T]):
    """The candidate that won, the strongest evidence for it, and the runners-up with their distance in score."""

    value: T
    mention: Mention | None = None
    rule: str = "default"
    reasons: tuple[tuple[str, float], ...] = ()
    runners_up: tuple[tuple[str, float], ...] = ()


@functools.cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Weights by field and feature; empty before the first fit."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8")) if WEIGHTS.exists() else {}


def score(field: str, features: Features) -> float:
    """The sum of the weights of the features."""
    table = weights().get(field, {})
    return sum(table.get(name, 0.0) * value for name, value in features.items())


def choose(field: str, candidates: Sequence[Candidate[T]]) -> Choice[T]:
    """The best candidate; of equal ones the first. Raises ValueError without candidates."""
    scored = sorted(
        ((score(field, c.features), -i, c) for i, c in enumerate(candidates)), reverse=True, key=lambda s: s[:2]
    )
    top, _, best = scored[0]
    table = weights().get(field, {})
    reasons = sorted(
        ((n, round(table.get(n, 0.0) * v, 2)) for n, v in best.features.items()), key=lambda r: -abs(r[1])
    )[:6]
    runners: dict[str, float] = {}
    for value, _, candidate in scored[1:]:
        if candidate.value != best.value:
            runners.setdefault(_label(candidate.value), round(top - value, 2))
    rule = best.mention.rule if best.mention else (reasons[0][0] if reasons else "default")
    return Choice(best.value, best.mention, rule, tuple(reasons), tuple(runners.items())[:3])


def _label(value: object) -> str:
    return str(getattr(value, "text", value))
