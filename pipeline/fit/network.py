"""Fits a network by which the right candidates of each claim are the likeliest (a conditional logit with one layer).

Mini-batches of claims, AdamW (Loshchilov and Hutter, 2019). Features and units are dropped at random (Srivastava and
others, 2014), so that no claim is decided by one of them alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from extractors.relate.rank import NOTHING, Floats, Network
from extractors.relate.scene import Features

Ints = NDArray[np.integer]
Parts = dict[str, Floats]

BATCH, RATE, DECAY, DROPPED_UNITS = 64, 0.01, 0.1, 0.5
MEAN, SQUARE = 0.9, 0.999  # AdamW's memory


class Numbering:
    """The names of features, which millions of candidates share, each with its number."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> Ints:
        """The numbers of names; new ones get the next."""
        return np.array([self._number(name) for name in names], dtype=np.int32)

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        return number


NUMBERING = Numbering()


@dataclass(frozen=True)
class Instance:
    """The candidates of one field of one claim: the features of all (`names` by number and `values`, both k), how many
    each has (`lengths`, n), which candidates are right (n), and the claim's story."""

    names: Ints
    values: Floats
    lengths: Ints
    right: NDArray[np.bool_]
    group: str

    @classmethod
    def of(cls, features: Sequence[Features], right: Sequence[bool], group: str) -> "Instance":
        """From the features of each candidate."""
        names = NUMBERING.of(n for f in features for n in f)
        values = np.array([v for f in features for v in f.values()], dtype=np.float32)
        return cls(names, values, np.array([len(f) for f in features], np.int32), np.array(right, bool), group)


def sent(of: Sequence[Instance]) -> tuple[list[str], list[Instance]]:
    """Instances for another process, which numbers names otherwise: with the names they use, numbered by place."""
    if not of:
        return [], []
    used, places = np.unique(np.concatenate([i.names for i in of]), return_inverse=True)
    parts = np.split(places.astype(np.int32), np.cumsum([len(i.names) for i in of])[:-1])
    return [NUMBERING.names[number] for number in used], [
        replace(i, names=part) for i, part in zip(of, parts, strict=True)
    ]


def received(names: Sequence[str], of: Sequence[Instance]) -> list[Instance]:
    """What another process has sent, numbered as here."""
    numbers = NUMBERING.of(names)
    return [replace(i, names=numbers[i.names]) for i in of]


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
    usable = [i for i in data if i.right.any() and not i.right.all()]
    if not usable:
        return NOTHING
    seen = np.bincount(np.concatenate([np.unique(i.names) for i in usable]), minlength=len(NUMBERING.names))
    names = sorted(name for name, times in zip(NUMBERING.names, seen, strict=True) if times >= plan.seen)
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


def joined(first: Network, second: Network) -> Network:
    """The mean of two networks, itself one network."""
    names = sorted({*first.rows, *second.rows})
    rows = {name: row for row, name in enumerate(names)}
    linear = np.zeros(len(names), np.float32)
    inner = np.zeros((len(names), len(first.bias) + len(second.bias)), np.float32)
    for network, units in ((first, slice(len(first.bias))), (second, slice(len(first.bias), None))):
        places, own = [rows[name] for name in network.rows], list(network.rows.values())
        linear[places] += network.linear[own] / 2
        inner[places, units] = network.inner[own]
    bias = np.concatenate([first.bias, second.bias])
    outer = np.concatenate([first.outer, second.outer]).astype(np.float32) / np.float32(2)
    return Network(rows, linear, inner, bias, outer)


def _start(size: int, units: int, rng: np.random.Generator) -> Parts:
    return {
        "linear": np.zeros(size, np.float32),
        "inner": rng.normal(0, 0.1, (size, units)).astype(np.float32),
        "bias": np.zeros(units, np.float32),
        "outer": rng.normal(0, 0.3, units).astype(np.float32),
    }


def _places(rows: Mapping[str, int]) -> Ints:
    """The row of each numbered name, -1 of those without."""
    return np.array([rows.get(name, -1) for name in NUMBERING.names])


def _matrix(data: Sequence[Instance], rows: Mapping[str, int]) -> Matrix:
    columns = _places(rows)[np.concatenate([i.names for i in data])]
    known = columns >= 0
    lengths = np.concatenate([i.lengths for i in data])
    ends = np.concatenate([[0], np.cumsum(known)])[np.concatenate([[0], np.cumsum(lengths)])]
    values = np.concatenate([i.values for i in data])
    features = sparse.csr_matrix((values[known], columns[known], ends), (len(lengths), len(rows)))
    claims = np.cumsum([0, *(len(i.lengths) for i in data)])
    return Matrix(claims, features, np.concatenate([i.right for i in data]).astype(np.float32))


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
    of = _matrix(data, by.rows)
    scores = of.features @ by.linear + np.maximum(of.features @ by.inner + by.bias, 0) @ by.outer
    best = [start + scores[start:end].argmax() for start, end in pairwise(of.claims)]
    hit = int(of.right[best].sum())
    return hit, sum(bool(i.right.any()) for i in data), len(data)


def table(of: Network, digits: int = 1) -> str:
    """The weight of each feature as a row of a table in TOML, the greatest first."""
    rows = sorted(of.rows.items(), key=lambda row: -of.linear[row[1]])
    return "\n".join(f'"{name}" = {of.linear[row]:.{digits}f}' for name, row in rows)
