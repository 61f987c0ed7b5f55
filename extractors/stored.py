"""Texts in the arrays that fitted weights are stored as."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def packed(lines: Iterable[str]) -> NDArray[np.uint8]:
    """Lines as one array of bytes. Raises ValueError for one that holds a line break: the lines behind it would all
    come back with the number of another."""
    lines = list(lines)
    broken = [line for line in lines if "\n" in line]
    if broken:
        raise ValueError(f"cannot be stored as lines, since they hold a line break: {broken[:3]}")
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def unpacked(array: NDArray[np.generic]) -> list[str]:
    """The lines again."""
    return array.tobytes().decode().split("\n")
