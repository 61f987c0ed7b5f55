"""Reads a whole text with a small transformer and tells how likely each value of a field is, from the words alone.

It needs no cue and no name list, which makes it a second opinion: `extractors.relate.rank` weighs it as one more piece
of evidence. The model is multilingual-e5-small (Microsoft, MIT licence) cut to the pieces of French words, fitted
further by `python -m pipeline.fit.encoder`, and run by numpy.
"""

from extractors.encoder.reading import Reading, Span

__all__ = ["Reading", "Span"]
