"""Chooses among candidates by what their evidence weighs together.

Every candidate carries named features. A small network scores them: each feature has a weight of its own and a part in
a layer of rectified units, which weigh what only features together tell (a subject that is also the topic). The value
whose candidates are the likeliest together wins. The score of its best candidate falls apart into one share a feature,
exactly, and `Choice.reasons` lists the largest. The weights are fitted by `python -m pipeline.fit`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from extractors.mentions import Mention, PeriodMention
from extractors.relate.scene import Features
from extractors.stored import packed, unpacked

T = TypeVar("T")
Floats = NDArray[np.float32]
WEIGHTS = Path(__file__).parent / "weights.npz"
REASONS, RUNNERS_UP = 6, 3
ENCODER = "encoder"  # what its opinion is called among the features
TINY = 1e-9  # a share that counts as none


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


@dataclass(frozen=True)
class Network:
    """The weights of one field. `rows` is a feature's place in `linear` (n) and `inner` (n by h), `bias` (h) what the
    rectified units start from, `outer` (h) what each adds to the score. Features without a row count nothing."""

    rows: Mapping[str, int]
    linear: Floats
    inner: Floats
    bias: Floats
    outer: Floats

    def scores(self, candidates: Sequence[Features]) -> Floats:
        """The score of each candidate."""
        get = self.rows.get
        known = [[(row, v) for n, v in features.items() if (row := get(n)) is not None] for features in candidates]
        lengths = np.array([len(k) for k in known])
        rows = np.array([row for k in known for row, _ in k], dtype=np.int64)
        values = np.array([v for k in known for _, v in k], dtype=np.float32)
        straight = np.bincount(np.repeat(np.arange(len(known)), lengths), values * self.linear[rows], len(known))
        if not self.outer.size:
            return straight.astype(np.float32)
        units = np.tile(self.bias, (len(known), 1))
        some = np.flatnonzero(lengths)
        starts = (np.cumsum(lengths) - lengths)[some]
        if some.size:
            units[some] += np.add.reduceat(values[:, None] * self.inner[rows], starts)
        return (straight + np.maximum(units, 0) @ self.outer).astype(np.float32)

    def shares(self, features: Features) -> dict[str, float]:
        """What each feature adds to the candidate's score; they sum up to it, but for what the bias adds."""
        known = {n: (self.rows[n], v) for n, v in features.items() if n in self.rows}
        units = self.bias + sum((v * self.inner[r] for r, v in known.values()), np.zeros_like(self.bias))
        lit = np.where(units > 0, self.outer, 0)
        return {n: float(v * (self.linear[r] + self.inner[r] @ lit)) for n, (r, v) in known.items()}


NONE: Mapping[object, float] = {}
_EMPTY = np.zeros(0, dtype=np.float32)
NOTHING = Network({}, _EMPTY, np.zeros((0, 0), dtype=np.float32), _EMPTY, _EMPTY)
_in_use: Mapping[str, Network] | None = None


def network(field: str) -> Network:
    """The weights in use for a field; without any, the first candidate wins."""
    global _in_use
    if _in_use is None:
        _in_use = load(WEIGHTS) if WEIGHTS.exists() else {}
    return _in_use.get(field, NOTHING)


def use(networks: Mapping[str, Network] | None) -> None:
    """Has this process choose by other weights than the shipped ones (None: by those again)."""
    global _in_use
    _in_use = networks


def save(networks: Mapping[str, Network], path: Path) -> None:
    """Writes the weights of all fields, the names of the features one a line."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for field, of in networks.items():
        arrays[f"{field}.names"] = packed(of.rows)
        for part in ("linear", "inner", "bias", "outer"):
            arrays[f"{field}.{part}"] = getattr(of, part).astype(np.float16)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path) -> dict[str, Network]:
    """The weights that `save` wrote, by field."""
    with np.load(path) as arrays:
        fields = [name.removesuffix(".names") for name in arrays.files if name.endswith(".names")]
        return {field: _network(arrays, field) for field in fields}


def _network(arrays: Mapping[str, NDArray[np.generic]], field: str) -> Network:
    names = unpacked(arrays[f"{field}.names"])
    parts = [arrays[f"{field}.{part}"].astype(np.float32) for part in ("linear", "inner", "bias", "outer")]
    return Network({name: row for row, name in enumerate(names)}, *parts)


def choose(field: str, candidates: Sequence[Candidate[T]], opinion: Mapping[object, float] = NONE) -> Choice[T]:
    """The likeliest value, with its best candidate; of equal ones the first. Raises ValueError without candidates.

    A value is as likely as its candidates together: a company named twice speaks twice. So the weights are fitted.
    `opinion` is what else adds to the scores of a value's candidates, by `value_key`.
    """
    weights = network(field)
    values = [value_key(c.value) for c in candidates]
    scores = weights.scores([c.features for c in candidates])
    scores += np.array([opinion.get(value, 0.0) for value in values], dtype=np.float32)
    likely = np.exp(scores - scores.max())
    together: dict[object, float] = {}
    for value, share in zip(values, likely, strict=True):
        together[value] = together.get(value, 0.0) + float(share)
    order = sorted(range(len(values)), key=lambda i: (-together[values[i]], -scores[i], i))
    best, best_value = candidates[order[0]], values[order[0]]
    shares = weights.shares(best.features)
    if best_value in opinion:
        shares[ENCODER] = opinion[best_value]
    reasons = sorted(((n, round(share, 2)) for n, share in shares.items()), key=lambda r: -abs(r[1]))[:REASONS]
    top = together[best_value]
    runners: dict[str, float] = {}
    for place in order[1:]:
        if values[place] != best_value:
            behind = float(np.log(top / max(together[values[place]], TINY)))
            runners.setdefault(_label(candidates[place].value), round(behind, 2))
    rule = best.mention.rule if best.mention else (reasons[0][0] if reasons else "default")
    return Choice(best.value, best.mention, rule, tuple(reasons), tuple(runners.items())[:RUNNERS_UP])


def value_key(value: object) -> object:
    """What makes two values the same: of a mention its place and reading."""
    if isinstance(value, PeriodMention):
        return value.start, value.end, value.kind, tuple(sorted(value.values.items()))
    return value


def _label(value: object) -> str:
    return str(getattr(value, "text", value))
