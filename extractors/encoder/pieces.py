"""Cuts words into the pieces that the encoder knows (a unigram model, as SentencePiece's)."""

import functools
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

BOUNDARY = "▁"  # opens the first piece of a word
UNKNOWN_PENALTY = 10.0  # below the least likely piece, as SentencePiece has it


class Piece(NamedTuple):
    """One piece of a text: its row among the embeddings and its offsets."""

    row: int
    start: int
    end: int


class Vocabulary:
    """The pieces with the logarithms of their probabilities; row `unknown` stands for any other character."""

    def __init__(self, scores: Mapping[str, float], unknown: int) -> None:
        self._rows = {piece: row for row, piece in enumerate(scores)}
        self._scores = tuple(scores.values())
        self._unknown, self._worst = unknown, min(self._scores) - UNKNOWN_PENALTY
        self._longest = max(map(len, scores))
        self._cut = functools.lru_cache(maxsize=1 << 16)(self._best_cut)

    def pieces(self, text: str) -> list[Piece]:
        """The pieces of a text in their order. Control and zero-width characters part words as blanks do."""
        shown = [(c, offset) for offset, raw in enumerate(text) for c in _plain(raw)]
        found: list[Piece] = []
        start = 0
        for end in [i for i, (c, _) in enumerate(shown) if c == " "] + [len(shown)]:
            if start < end:
                offsets = [offset for _, offset in shown[start:end]]
                word = "".join(c for c, _ in shown[start:end])
                for row, first, last in self._cut(BOUNDARY + word):
                    # the boundary itself has no offset of its own
                    first, last = max(first - 1, 0), max(last - 1, 0)
                    found.append(Piece(row, offsets[first], offsets[last - 1] + 1 if last > first else offsets[first]))
            start = end + 1
        return found

    def _best_cut(self, word: str) -> tuple[tuple[int, int, int], ...]:
        """The likeliest pieces of a word: rows with offsets (Viterbi)."""
        best = [0.0] + [float("-inf")] * len(word)
        back = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                row = self._rows.get(word[start:end])
                score = self._worst if row is None else self._scores[row]
                if (row is not None or end == start + 1) and best[start] + score > best[end]:
                    best[end], back[end] = best[start] + score, (start, self._unknown if row is None else row)
        cuts, end = [], len(word)
        while end:
            start, row = back[end]
            cuts.append((row, start, end))
            end = start
        return tuple(reversed(cuts))


@functools.lru_cache(maxsize=1 << 12)
def _plain(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs") or character == BOUNDARY:
        return " "
    return unicodedata.normalize("NFKC", character)
