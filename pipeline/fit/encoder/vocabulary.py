"""The pieces that the encoder keeps: a sixth of the multilingual ones."""

from collections.abc import Iterable

from extractors import syntax
from extractors.encoder.model import CLOSES, OPENS, UNKNOWN
from extractors.encoder.pieces import Vocabulary
from pipeline.fit.encoder.base import Base

MASK = "<mask>"  # hides a piece
SINGLE = 0x250  # every character before it is kept: the Latin ones


def kept(base: Base, texts: Iterable[str]) -> list[int]:
    """The rows of the marks, of single Latin characters and of all pieces of the 500,000 words that the French model
    has vectors for, in any case, and of the given texts."""
    whole = Vocabulary(dict(zip(base.pieces, base.scores.tolist(), strict=True)), base.pieces.index(UNKNOWN))
    rows = {base.pieces.index(mark) for mark in (OPENS, CLOSES, UNKNOWN, MASK)}
    rows |= {row for row, piece in enumerate(base.pieces) if len(piece) == 1 and ord(piece) < SINGLE}
    vocab = syntax.model().vocab
    words = [vocab.strings[key] for key in vocab.vectors]
    for text in (*words, *(word.capitalize() for word in words), *texts):
        rows |= {piece.row for piece in whole.pieces(text)}
    return sorted(rows)
