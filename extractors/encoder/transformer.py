"""The layers of a BERT, forward only, by numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
EPSILON = 1e-12  # of the normalisation, as in BERT


@dataclass(frozen=True)
class Dense:
    """An affine map: weights (out by in) and bias (out)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """x (n by in) to n by out."""
        result: Floats = x @ self.weight.T + self.bias
        return result


@dataclass(frozen=True)
class Norm:
    """Brings each row to mean 0 and variance 1, then scales and shifts it."""

    scale: Floats
    shift: Floats
    epsilon: float = EPSILON

    def __call__(self, x: Floats) -> Floats:
        """x (n by h) to n by h."""
        centred = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + self.epsilon)
        result: Floats = centred / spread * self.scale + self.shift
        return result


def gelu(x: Floats) -> Floats:
    """x times the probability that a normal variable is below it, by the usual approximation (Hendrycks, Gimpel)."""
    inner = x * x * x
    inner *= np.float32(0.044715)
    inner += x
    inner *= np.float32((2 / np.pi) ** 0.5)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner


@dataclass(frozen=True)
class Layer:
    """Attention among all tokens, then two dense maps with a gelu between, each added to what came in."""

    query: Dense
    key: Dense
    value: Dense
    joined: Dense
    attended: Norm
    wide: Dense
    narrow: Dense
    out: Norm
    heads: int

    def __call__(self, x: Floats) -> Floats:
        """x (n by h) to n by h."""
        x = self.attended(x + self.joined(self._attention(x)))
        return self.out(x + self.narrow(gelu(self.wide(x))))

    def _attention(self, x: Floats) -> Floats:
        size = x.shape[1] // self.heads
        query, key, value = self.query(x) / np.float32(size**0.5), self.key(x), self.value(x)
        result = np.empty_like(x)
        for start in range(0, x.shape[1], size):  # head by head, which is faster than all in one product
            part = slice(start, start + size)
            weights = query[:, part] @ key[:, part].T
            weights = np.exp(weights - weights.max(axis=1, keepdims=True))
            result[:, part] = weights @ value[:, part] / weights.sum(axis=1, keepdims=True)
        return result


@dataclass(frozen=True)
class Transformer:
    """Embeddings of pieces and places, and the layers over them. `pieces` are kept as bytes with a scale for each
    block of a row, since they are most of the model."""

    pieces: NDArray[np.int8]
    scales: NDArray[np.float16]
    places: Floats
    norm: Norm
    layers: Sequence[Layer]

    def __call__(self, rows: Sequence[int]) -> Floats:
        """A vector (h) for each piece, by the rows of the pieces; at most as many as there are places."""
        taken, scales = self.pieces[list(rows)], self.scales[list(rows)].astype(np.float32)
        blocks = taken.reshape(len(taken), scales.shape[1], -1).astype(np.float32) * scales[:, :, None]
        x = self.norm(blocks.reshape(taken.shape) + self.places[: len(taken)])
        for layer in self.layers:
            x = layer(x)
        return x


def dense(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Dense:
    """A map stored as bytes (`name.weight`) with one scale for each row (`name.scale`), and its bias."""
    scale = arrays[f"{name}.scale"].astype(np.float32)
    return Dense(
        arrays[f"{name}.weight"].astype(np.float32) * scale[:, None], arrays[f"{name}.bias"].astype(np.float32)
    )


def norm(arrays: Mapping[str, NDArray[np.generic]], name: str, epsilon: float = EPSILON) -> Norm:
    """A normalisation, by the name it is stored under."""
    return Norm(arrays[f"{name}.weight"].astype(np.float32), arrays[f"{name}.bias"].astype(np.float32), epsilon)


def transformer(arrays: Mapping[str, NDArray[np.generic]], heads: int) -> Transformer:
    """The model stored in the arrays that `pipeline.fit.encoder` writes."""
    count = sum(1 for name in arrays if name.endswith(".query.bias"))
    return Transformer(
        pieces=arrays["pieces.weight"].astype(np.int8),
        scales=arrays["pieces.scale"].astype(np.float16),
        places=arrays["places"].astype(np.float32),
        norm=norm(arrays, "norm"),
        layers=[_layer(arrays, f"layers.{i}", heads) for i in range(count)],
    )


def _layer(arrays: Mapping[str, NDArray[np.generic]], name: str, heads: int) -> Layer:
    query, key, value, joined, wide, narrow = (
        dense(arrays, f"{name}.{part}") for part in ("query", "key", "value", "joined", "wide", "narrow")
    )
    attended, out = norm(arrays, f"{name}.attended"), norm(arrays, f"{name}.out")
    return Layer(query, key, value, joined, attended, wide, narrow, out, heads)
