"""A text cut into pieces, and the windows of them that are read at once."""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from extractors.encoder.pieces import Vocabulary

WINDOW = 510  # pieces; with the two marks around them as many as the transformer has places
# Pieces of a text that are read at all: a window takes a fifth of a second, an article at most ten in all. They are
# some 1,300 words; the longest article of the corpus has 1,570 pieces.
READ = 2048
CHARACTERS = 8 * READ  # that are cut into them: no text has longer pieces on average
FAR, SIDES = 9, 10  # the farthest power of two that distances tell apart, and how many classes a side has

Range = tuple[int, int]  # from the first to behind the last


class Cut:
    """The pieces of a text, of a long one only the first: their rows among the embeddings, and where words lie."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        pieces = vocabulary.pieces(text[:CHARACTERS])[:READ]
        self.rows = [piece.row for piece in pieces]
        self._starts: NDArray[np.int64] = np.array([piece.start for piece in pieces], dtype=np.int64)
        self._ends: NDArray[np.int64] = np.array([piece.end for piece in pieces], dtype=np.int64)

    def place(self, start: int, end: int) -> Range | None:
        """The pieces between two offsets of the text; None behind what is read of it."""
        if not self.rows or end > self._ends[-1]:
            return None
        first = min(int(np.searchsorted(self._ends, start, "right")), len(self.rows) - 1)
        return first, max(int(np.searchsorted(self._starts, end, "left")), first + 1)

    @functools.cached_property
    def windows(self) -> list[Range]:
        """Each overlaps the one before by half."""
        last = max(len(self.rows) - WINDOW, 0)
        return [(start, min(start + WINDOW, len(self.rows))) for start in (*range(0, last, WINDOW // 2), last)]

    def window(self, place: Range) -> Range:
        """The window in which a place is farthest from the cut edges."""
        count = len(self.rows)
        if len(self.windows) == 1:
            return self.windows[0]

        def room(window: Range) -> int:
            before = place[0] - window[0] if window[0] else count
            return min(before, window[1] - place[1] if window[1] < count else count)

        return max(self.windows, key=room)


def within(place: Range, window: Range) -> bool:
    """Whether a place lies in a window."""
    return window[0] <= place[0] and place[1] <= window[1]


def distance(amount: Range, words: Range) -> int:
    """The class of the distance in pieces between an amount and other words: a power of two, by side."""
    behind = words[0] >= amount[0]
    pieces = abs(words[0] - amount[0]) if behind else abs(words[1] - amount[1])
    side = SIDES if behind or words[1] >= amount[1] else 0
    return side + min(int(math.log2(pieces + 1)), FAR)
