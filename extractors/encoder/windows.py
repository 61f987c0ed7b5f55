"""A text cut into pieces, and the windows of them that are read at once."""

import functools
import math

import numpy as np

from extractors.encoder.pieces import Vocabulary

WINDOW = 510  # pieces; with the two marks around them as many as the transformer has places
# Pieces of a text that are read at all: a window takes a fifth of a second, an article at most ten in all. They are
# some 1,300 words; the longest article of the corpus has 1,570 pieces.
READ = 2048
CHARACTERS = 8 * READ  # that are cut into them: no text has longer pieces on average
LEAD = 128  # pieces of what stands before a text: its headline and day
FAR, SIDES = 9, 10  # the farthest power of two that distances tell apart, and how many classes a side has

Range = tuple[int, int]  # from the first to behind the last


class Cut:
    """The pieces of a text, of a long one only the first: their rows among the embeddings, and where words lie. `lead`
    stands before the text, at offsets and pieces below zero, and each window opens with it."""

    def __init__(self, text: str, vocabulary: Vocabulary, lead: str = "") -> None:
        before, own = vocabulary.pieces(lead)[:LEAD], vocabulary.pieces(text[:CHARACTERS])[:READ]
        self._lead, self.count = [piece.row for piece in before], len(own)
        self._rows = [piece.row for piece in own]
        self._starts = np.array([*(p.start - len(lead) for p in before), *(p.start for p in own)], dtype=np.int64)
        self._ends = np.array([*(p.end - len(lead) for p in before), *(p.end for p in own)], dtype=np.int64)

    def place(self, start: int, end: int) -> Range | None:
        """The pieces between two offsets of the text; None behind what is read of it or of what stands before it."""
        if not self._ends.size or end > self._ends[-1]:
            return None
        first = min(int(np.searchsorted(self._ends, start, "right")), self._ends.size - 1) - len(self._lead)
        last = max(int(np.searchsorted(self._starts, end, "left")) - len(self._lead), first + 1)
        return None if end <= 0 < last else (first, last)

    @functools.cached_property
    def windows(self) -> list[Range]:
        """Each overlaps the one before by half."""
        width = WINDOW - len(self._lead)
        last = max(self.count - width, 0)
        return [(start, min(start + width, self.count)) for start in (*range(0, last, width // 2), last)]

    def window(self, place: Range) -> Range:
        """The window in which a place is farthest from the cut edges."""
        if len(self.windows) == 1:
            return self.windows[0]

        def room(window: Range) -> int:
            before = place[0] - window[0] if window[0] else self.count
            return min(before, window[1] - place[1] if window[1] < self.count else self.count)

        return max(self.windows, key=room)

    def rows(self, window: Range) -> list[int]:
        """The pieces that are read of a window."""
        return [*self._lead, *self._rows[slice(*window)]]

    def inside(self, place: Range, window: Range) -> Range | None:
        """Where a place lies among the pieces that are read of a window, if there."""
        if place[0] >= 0 and (place[0] < window[0] or place[1] > window[1]):
            return None
        shift = len(self._lead) - (window[0] if place[0] >= 0 else 0)
        return place[0] + shift, place[1] + shift


def distance(amount: Range, words: Range) -> int:
    """The class of the distance in pieces between an amount and other words: a power of two, by side."""
    behind = words[0] >= amount[0]
    pieces = abs(words[0] - amount[0]) if behind else abs(words[1] - amount[1])
    side = SIDES if behind or words[1] >= amount[1] else 0
    return side + min(int(math.log2(pieces + 1)), FAR)
