"""Fits a network by which the right candidates of each claim are the likeliest (a conditional logit with one layer).

Mini-batches of claims, AdamW (Loshchilov and Hutter, 2019). Features and units are dropped at random (Srivastava and
others, 2014), so that no claim is decided by one of them alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from extractors.relate.rank import Floats, Network
from extractors.relate.scene import Features

Ints = NDArray[np.int64]
Parts = dict[str, Floats]

BATCH, RATE, DECAY, DROPPED_UNITS = 64, 0.01, 0.1, 0.5
MEAN, SQUARE = 0.9, 0.999  # AdamW's memory


@dataclass
class Instance:
    """The candidates of one field of one claim and which of them are right; `where` shows the amount in its text."""

    features: list[Features]
    right: list[bool]
    values: list[object]
    group: str
    where: str


@dataclass(frozen=True)
class Plan:
    """How a field is fitted: rectified units, networks to take the mean of, times that each claim is seen, the share of
    features dropped, and claims in which a feature must occur to get a weight."""

    units: int = 0
    networks: int = 1
    epochs: int = 6
    dropped: float = 0.1
    seen: int = 3


@dataclass
class Matrix:
    """Candidates by features; claim `i` has the candidates `claims[i]:claims[i + 1]`."""

    claims: Ints
    features: sparse.csr_matrix
    right: Floats


def fit(data: Sequence[Instance], plan: Plan) -> Network:
    """The weights for the instances: the mean of networks that start and learn in other orders (Hansen and Salamon,
    1990), itself one network. The same data give the same weights."""
    usable = [i for i in data if any(i.right) and not all(i.right)]
    counted = Counter(name for i in usable for name in {n for f in i.features for n in f})
    names = sorted(n for n, c in counted.items() if c >= plan.seen)
    rows = {n: k for k, n in enumerate(names)}
    matrix = _matrix(usable, rows)
    found = [_learn(matrix, plan, np.random.default_rng(seed)) for seed in range(plan.networks)]
    return Network(
        rows,
        linear=np.mean([parts["linear"] for parts in found], axis=0),
        inner=np.concatenate([parts["inner"] for parts in found], axis=1),
        bias=np.concatenate([parts["bias"] for parts in found]),
        outer=np.concatenate([parts["outer"] / np.float32(plan.networks) for parts in found]),
    )


def _start(size: int, units: int, rng: np.random.Generator) -> Parts:
    return {
        "linear": np.zeros(size, np.float32),
        "inner": rng.normal(0, 0.1, (size, units)).astype(np.float32),
        "bias": np.zeros(units, np.float32),
        "outer": rng.normal(0, 0.3, units).astype(np.float32),
    }


def _matrix(data: Sequence[Instance], rows: dict[str, int]) -> Matrix:
    columns: list[int] = []
    values: list[float] = []
    claims, ends = [0], [0]
    for instance in data:
        for features in instance.features:
            known = [(rows[n], v) for n, v in features.items() if n in rows]
            columns.extend(c for c, _ in known)
            values.extend(v for _, v in known)
            ends.append(len(columns))
        claims.append(len(ends) - 1)
    shape = (len(ends) - 1, len(rows))
    right = np.array([ok for i in data for ok in i.right], dtype=np.float32)
    return Matrix(np.array(claims), sparse.csr_matrix((np.array(values, np.float32), columns, ends), shape), right)


def _learn(of: Matrix, plan: Plan, rng: np.random.Generator) -> Parts:
    parts = _start(of.features.shape[1], plan.units, rng)
    mean, square = ({k: np.zeros_like(v) for k, v in parts.items()} for _ in range(2))
    number = len(of.claims) - 1
    steps = plan.epochs * -(-number // BATCH)
    order = np.concatenate([rng.permutation(number) for _ in range(plan.epochs)])
    for step, batch in enumerate(np.array_split(order, steps), start=1):
        for part, gradient in _gradients(of, batch, parts, plan.dropped, rng).items():
            mean[part] = MEAN * mean[part] + (1 - MEAN) * gradient
            square[part] = SQUARE * square[part] + (1 - SQUARE) * gradient**2
            move = mean[part] / (1 - MEAN**step) / (np.sqrt(square[part] / (1 - SQUARE**step)) + 1e-8)
            parts[part] -= (RATE * (1 - step / steps) * (move + DECAY * parts[part])).astype(np.float32)
    return parts


def _gradients(of: Matrix, batch: Ints, parts: Parts, dropped: float, rng: np.random.Generator) -> Parts:
    """Of the mean negative log-likelihood of the right candidates of a batch of claims."""
    chosen = np.concatenate([np.arange(of.claims[c], of.claims[c + 1]) for c in batch])
    owner = np.repeat(np.arange(len(batch)), of.claims[batch + 1] - of.claims[batch])
    given = of.features[chosen]
    given.data = given.data * _kept(given.data.shape, dropped, rng)
    units = given @ parts["inner"] + parts["bias"]
    lit = (units > 0) * _kept(units.shape, DROPPED_UNITS, rng)
    scores = given @ parts["linear"] + (units * lit) @ parts["outer"]
    slope = _slopes(scores, owner, of.right[chosen], len(batch))
    back = given.T.tocsr()
    inward = np.outer(slope, parts["outer"]) * lit
    return {
        "linear": back @ slope,
        "inner": back @ inward,
        "bias": inward.sum(axis=0),
        "outer": (units * lit).T @ slope,
    }


def _kept(shape: tuple[int, ...], dropped: float, rng: np.random.Generator) -> Floats:
    """Which are not dropped, and weigh more for it."""
    return ((rng.random(shape) >= dropped) / (1 - dropped)).astype(np.float32)


def _slopes(scores: Floats, owner: Ints, right: Floats, claims: int) -> Floats:
    """The slope of the loss by each candidate's score."""
    top = np.full(claims, -np.inf, np.float32)
    np.maximum.at(top, owner, scores)
    likely = np.exp(scores - top[owner])
    good = likely * right
    share = likely / np.bincount(owner, likely, claims)[owner]
    wanted = good / np.maximum(np.bincount(owner, good, claims), 1e-12)[owner]
    slopes: Floats = ((share - wanted) / claims).astype(np.float32)
    return slopes


def accuracy(data: Sequence[Instance], by: Network) -> tuple[int, int, int]:
    """(right, reachable, all): how many instances the weights decide rightly, and how many could be."""
    hit = sum(i.right[int(np.argmax(by.scores(i.features)))] for i in data)
    return hit, sum(any(i.right) for i in data), len(data)


def table(of: Network, digits: int = 1) -> str:
    """The weight of each feature as a row of a table in TOML, the greatest first."""
    rows = sorted(of.rows.items(), key=lambda row: -of.linear[row[1]])
    return "\n".join(f'"{name}" = {of.linear[row]:.{digits}f}' for name, row in rows)
