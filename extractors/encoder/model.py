"""The fitted encoder: its vocabulary, its transformer, and what scores the values of each field."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.encoder.pieces import Vocabulary
from extractors.encoder.transformer import Dense, Floats, Norm, Transformer, dense, gelu, norm, transformer
from extractors.stored import unpacked

Arrays = Mapping[str, NDArray[np.generic]]
MODEL = Path(__file__).parent / "encoder.npz"
HEADS = 12  # of the attention, as in the model it comes from
OPENS, CLOSES, UNKNOWN = "<s>", "</s>", "<unk>"
UNREAD = -6.0  # the score of a value that no words in the window stand for
CLASSIFIED = ("metric", "modality", "per")  # the values of the other fields are words of the text
POINTED = ("company", "counterparty", "period")
PARTY = "party"  # what judges names is called


@dataclass(frozen=True)
class Judge:
    """Two affine maps with a gelu between."""

    inner: Dense
    out: Dense

    def __call__(self, x: Floats) -> Floats:
        """x (n by h) to n by as many scores as there are."""
        return self.out(gelu(self.inner(x)))


@dataclass(frozen=True)
class Classifier:
    """Scores the classes of a field by the amount's vector."""

    judge: Judge
    classes: Sequence[str]

    def scores(self, amount: Floats) -> dict[str, float]:
        """The score of each class for an amount (h)."""
        return dict(zip(self.classes, self.judge(amount[None])[0].tolist(), strict=True))


@dataclass(frozen=True)
class Pointer:
    """Scores words of the text by their vector and the amount's, by how they were found and how far away they are."""

    amount: Dense
    words: Dense
    rules: Floats
    distances: Floats
    nobody: Floats
    out: Dense

    def scores(self, amount: Floats, words: Floats, rules: Sequence[int], distances: Sequence[int]) -> Floats:
        """The score of no value, then those of words (n by h), for an amount (h)."""
        told = self.words(words) + self.rules[list(rules)] + self.distances[list(distances)]
        mapped = np.concatenate([self.nobody[None], told])
        asked = self.amount(amount[None])
        half = asked.shape[1] // 2
        alike = (asked[:, half:] * mapped[:, half:]).sum(axis=1) / np.float32(half**0.5)
        result: Floats = self.out(gelu(asked[:, :half] + mapped[:, :half]))[:, 0] + alike
        return result


@dataclass(frozen=True)
class Model:
    """All that was fitted. `marks` are the rows of the pieces that open and close a window, `rules` those of the rules
    that found words (0 for any other). `party` judges whether a name is that of a claim's company or counterparty."""

    vocabulary: Vocabulary
    marks: tuple[int, int]
    transformer: Transformer
    norm: Norm
    classifiers: Mapping[str, Classifier]
    pointers: Mapping[str, Pointer]
    party: Judge
    rules: Mapping[str, int]


_silent = False


def silence() -> None:
    """Has this process read without the encoder: what is fitted beside it must not lean on what it knows by heart."""
    global _silent
    _silent = True


def model() -> Model | None:
    """The model that ships; None where it is missing or silenced."""
    return None if _silent else _shipped()


@functools.cache
def _shipped() -> Model | None:
    if not MODEL.exists():
        return None
    with np.load(MODEL) as stored:
        return _model({name: stored[name] for name in stored.files})


def _model(arrays: Arrays) -> Model:
    pieces = unpacked(arrays["vocabulary"])
    rows = {piece: row for row, piece in enumerate(pieces)}
    scores = arrays["vocabulary.scores"].astype(float).tolist()
    return Model(
        Vocabulary(dict(zip(pieces, scores, strict=True)), rows[UNKNOWN]),
        (rows[OPENS], rows[CLOSES]),
        transformer(arrays, HEADS),
        norm(arrays, "read", 1e-5),
        {field: _classifier(arrays, field) for field in CLASSIFIED},
        {field: _pointer(arrays, field) for field in POINTED},
        _judge(arrays, PARTY),
        {rule: row + 1 for row, rule in enumerate(unpacked(arrays["rules"]))},
    )


def _judge(arrays: Arrays, name: str) -> Judge:
    return Judge(dense(arrays, f"{name}.inner"), dense(arrays, f"{name}.out"))


def _classifier(arrays: Arrays, field: str) -> Classifier:
    return Classifier(_judge(arrays, field), unpacked(arrays[f"{field}.classes"]))


def _pointer(arrays: Arrays, field: str) -> Pointer:
    amount, words, out = (dense(arrays, f"{field}.{part}") for part in ("amount", "words", "out"))
    rules, distances, nobody = (arrays[f"{field}.{part}"].astype(np.float32) for part in ("rules", "distances", "none"))
    return Pointer(amount, words, rules, distances, nobody, out)
