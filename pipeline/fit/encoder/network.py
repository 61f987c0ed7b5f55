"""The encoder as torch fits it, part for part what `extractors.encoder` runs, and how it is stored."""

import functools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from extractors.encoder.model import CLASSIFIED, HEADS, PARTY, POINTED
from extractors.encoder.windows import FAR, SIDES
from extractors.stored import packed
from pipeline.fit.encoder.base import Base

Arrays = dict[str, NDArray[np.generic]]
# All of the base. The lower six are fitted in a third of the time and read in half of it; on new articles they were
# one to four points of core F1 behind.
LAYERS = 12
JUDGED = 128  # units of what scores the values
DROPPED = 0.1
CHANCES = 1 << 24  # numbers of the mask of dropout
# Without these instructions a processor multiplies halves fifty times slower than floats.
HALVES = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
SCALE = "scale"  # what the scales of a map stored as bytes are called
PARTS = {"query": "q", "key": "k", "value": "v", "joined": "ao", "wide": "fi", "narrow": "fo"}
NORMS = {"attended": "aln", "out": "oln"}


class Drop(nn.Module):
    """Dropout that cuts its mask from one drawn once. Torch draws each anew, which takes a processor as long as four
    affine maps of a layer."""

    def forward(self, x: Tensor) -> Tensor:
        """A share of the numbers set to zero, the others raised to keep the mean; outside of a fit all as they are."""
        if not self.training:
            return x
        mask = _mask(x.dtype)
        start = random.randrange(len(mask) - x.numel())
        return x * mask[start : start + x.numel()].view_as(x)


@functools.cache
def _mask(dtype: torch.dtype) -> Tensor:
    return (torch.rand(CHANCES) >= DROPPED).to(dtype) / (1 - DROPPED)


class Layer(nn.Module):
    """See `extractors.encoder.transformer.Layer`."""

    def __init__(self, base: Base, number: int) -> None:
        super().__init__()
        hidden, inner = base.hidden, base.inner
        for part, name in PARTS.items():
            sizes = {"wide": (hidden, inner), "narrow": (inner, hidden)}.get(part, (hidden, hidden))
            self.add_module(part, nn.Linear(*sizes))
            _fill(self.get_submodule(part), base.matrix(f"l{number}.{name}.w", sizes[0]), base, f"l{number}.{name}")
        for part, name in NORMS.items():
            self.add_module(part, nn.LayerNorm(hidden, 1e-12))
            _fill(self.get_submodule(part), base.floats(f"l{number}.{name}.w"), base, f"l{number}.{name}")
        self.drop = Drop()

    def forward(self, x: Tensor, known: Tensor) -> Tensor:
        """x (batch by n by h); `known` (batch by n) is False where a text has ended."""
        batch, n, hidden = x.shape
        query, key, value = (
            part(x).view(batch, n, HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        closed = torch.zeros(known.shape, dtype=query.dtype).masked_fill(~known, -1e4)[:, None, None, :]
        # written out, since torch's own takes twice as long, and in halves, as does a softmax of floats
        with torch.autocast("cpu", enabled=False):
            scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-1, -2) + closed
            seen = torch.softmax(scores, -1) @ value
        x = self.attended(x + self.drop(self.joined(seen.transpose(1, 2).reshape(batch, n, hidden))))
        return self.out(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))


def _fill(module: nn.Module, weight: NDArray[np.float32], base: Base, name: str) -> None:
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight))
        module.bias.copy_(torch.tensor(base.floats(f"{name}.b")))


class Encoder(nn.Module):
    """See `extractors.encoder.transformer.Transformer`. The embeddings of the pieces stay as they come."""

    def __init__(self, base: Base, rows: Sequence[int]) -> None:
        super().__init__()
        self.stored = [part[list(rows)] for part in base.quantised("emb.word", base.hidden)]
        words = torch.tensor(base.matrix("emb.word", base.hidden)[list(rows)])
        self.words = nn.Embedding.from_pretrained(words, freeze=True)
        places = base.floats("emb.pos").reshape(-1, base.hidden) + base.floats("emb.type")[: base.hidden]
        self.places = nn.Parameter(torch.tensor(places))
        self.norm = nn.LayerNorm(base.hidden, 1e-12)
        _fill(self.norm, base.floats("emb.ln.w"), base, "emb.ln")
        self.layers = nn.ModuleList(Layer(base, number) for number in range(LAYERS))
        self.read = nn.LayerNorm(base.hidden)
        self.drop = Drop()

    def fix(self, layers: int) -> None:
        """Leaves so many of the lowest layers, and all below them, as they are. With 3 a step takes a third less."""
        parts = (self.norm, *self.layers[:layers])
        for fixed in (self.places, *(p for part in parts for p in part.parameters())):
            fixed.requires_grad_(layers == 0)

    def forward(self, rows: Tensor, known: Tensor) -> Tensor:
        """The vectors (batch by n by h) of pieces by their rows (batch by n)."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALVES):
            x = self.drop(self.norm(self.words(rows) + self.places[: rows.shape[1]]))
            for layer in self.layers:
                x = layer(x, known)
        return self.read(x.float())


class Judge(nn.Module):
    """See `extractors.encoder.model.Judge`."""

    def __init__(self, hidden: int, scores: int = 1) -> None:
        super().__init__()
        self.inner, self.out = nn.Linear(hidden, 2 * JUDGED), nn.Linear(2 * JUDGED, scores)
        self.drop = Drop()

    def forward(self, vectors: Tensor) -> Tensor:
        """The scores (n by as many as there are) of vectors (n by h)."""
        return self.out(self.drop(functional.gelu(self.inner(vectors))))


class Classifier(Judge):
    """See `extractors.encoder.model.Classifier`."""

    def __init__(self, hidden: int, classes: Sequence[str]) -> None:
        super().__init__(hidden, len(classes))
        self.classes = list(classes)


class Pointer(nn.Module):
    """See `extractors.encoder.model.Pointer`."""

    def __init__(self, hidden: int, rules: int) -> None:
        super().__init__()
        self.amount, self.words = nn.Linear(hidden, 2 * JUDGED), nn.Linear(hidden, 2 * JUDGED)
        self.rules = nn.Parameter(torch.randn(rules + 1, 2 * JUDGED) / 10)
        self.distances = nn.Parameter(torch.randn(SIDES + FAR + 1, 2 * JUDGED) / 10)
        self.none = nn.Parameter(torch.zeros(2 * JUDGED))
        self.out = nn.Linear(JUDGED, 1)
        self.drop = Drop()

    def forward(self, amounts: Tensor, words: Tensor, rules: Tensor, distances: Tensor) -> Tensor:
        """The scores of words (n by h) for amounts (n by h)."""
        return self._each(self.amount(amounts), self.words(words) + self.rules[rules] + self.distances[distances])

    def nobody(self, amounts: Tensor) -> Tensor:
        """The scores of no value."""
        return self._each(self.amount(amounts), self.none)

    def _each(self, asked: Tensor, mapped: Tensor) -> Tensor:
        joint = functional.gelu(asked[:, :JUDGED] + mapped[..., :JUDGED])
        alike = (asked[:, JUDGED:] * mapped[..., JUDGED:]).sum(-1) / math.sqrt(JUDGED)
        return self.out(self.drop(joint)).squeeze(-1) + alike


class Network(nn.Module):
    """The encoder with a judge for each field."""

    def __init__(self, encoder: Encoder, classes: Mapping[str, Sequence[str]], rules: Sequence[str]) -> None:
        super().__init__()
        hidden = encoder.norm.normalized_shape[0]
        self.encoder, self.rules = encoder, list(rules)
        self.judges = nn.ModuleDict({field: Classifier(hidden, classes[field]) for field in CLASSIFIED})
        self.judges.update({field: Pointer(hidden, len(rules)) for field in POINTED})
        self.judges[PARTY] = Judge(hidden)

    def save(self, path: Path, pieces: Sequence[str], scores: NDArray[np.float32]) -> None:
        """Writes what `extractors.encoder.model` loads: affine maps as bytes with a scale a row, the rest in half."""
        arrays: Arrays = {"vocabulary": packed(pieces), "vocabulary.scores": scores, "rules": packed(self.rules)}
        arrays["pieces.weight"], arrays["pieces.scale"] = self.encoder.stored
        for name, part in self._parts():
            arrays |= _stored(name, part)
        np.savez_compressed(path, allow_pickle=False, **arrays)

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes over what `save` wrote of a network with the same pieces and classes, and the first of the rules: the
        others begin as the unknown one, which has the first row."""
        with torch.no_grad():
            for name, part in self._parts():
                for key, value in _fitted(part):
                    numbers = arrays[_key(name, key)].astype(np.float32)
                    if _as_bytes(part, key):
                        numbers *= arrays[_key(name, SCALE)].astype(np.float32)[:, None]
                    more = numbers[:1].repeat(len(value) - len(numbers), 0)
                    value.copy_(torch.tensor(np.concatenate([numbers, more])))

    def _parts(self) -> Iterator[tuple[str, nn.Module]]:
        yield from self.encoder.named_modules()
        yield from self.judges.named_modules()


def _key(name: str, key: str) -> str:
    return f"{name}.{key}".lstrip(".")


def _fitted(part: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    return iter(()) if isinstance(part, nn.Embedding) else part.named_parameters(recurse=False)


def _as_bytes(part: nn.Module, key: str) -> bool:
    return isinstance(part, nn.Linear) and key == "weight"


def _stored(name: str, part: nn.Module) -> Arrays:
    arrays: Arrays = {}
    for key, value in _fitted(part):
        numbers = value.detach().numpy()
        if _as_bytes(part, key):
            scale = np.maximum(np.abs(numbers).max(axis=1), 1e-9) / 127
            arrays[_key(name, SCALE)] = scale.astype(np.float32)
            arrays[_key(name, key)] = np.round(numbers / scale[:, None]).astype(np.int8)
        else:
            arrays[_key(name, key)] = numbers.astype(np.float16)
    return arrays | ({_key(name, "classes"): packed(part.classes)} if isinstance(part, Classifier) else {})
