"""Texts in the arrays that fitted weights are stored as."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def packed(lines: Iterable[str]) -> NDArray[np.uint8]:
    """Lines (which hold no line break) as one array of bytes."""
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def unpacked(array: NDArray[np.generic]) -> list[str]:
    """The lines again."""
    return array.tobytes().decode().split("\n")
