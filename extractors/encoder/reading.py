"""How likely the values of a field are for an amount, as the encoder reads the text."""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from scipy.special import log_softmax, logsumexp

from extractors.encoder.model import UNREAD, Model, Pointer, model
from extractors.encoder.transformer import Floats
from extractors.encoder.windows import Cut, Range, distance

V = TypeVar("V")


class Span(NamedTuple):
    """Words of the text that stand for a value: offsets and the rule that found them."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True)
class Window:
    """Pieces read together: of which text, their range, and the sums of their vectors up to each of them."""

    of: Cut
    range: Range
    sums: Floats

    def inside(self, place: Range) -> Range | None:
        """Where a place of the text lies in the window, if there."""
        return self.of.inside(place, self.range)

    def vector(self, place: Range) -> Floats:
        """The mean vector of the pieces at a place of the text that the window holds (h)."""
        inside = self.inside(place)
        assert inside
        mean: Floats = self.means([inside])[0]
        return mean

    def means(self, places: Sequence[Range]) -> Floats:
        """The mean vector of the pieces at each place in the window (n by h)."""
        bounds = np.array(places, dtype=np.int64).reshape(-1, 2)
        lengths = (bounds[:, 1:] - bounds[:, :1]).astype(np.float32)
        result: Floats = (self.sums[bounds[:, 1]] - self.sums[bounds[:, 0]]) / lengths
        return result


class Reading:
    """A text as the encoder reads it, window by window, and only where it is asked. `lead`, as a headline, opens each
    window; its offsets are below zero."""

    def __init__(self, text: str, lead: str = "") -> None:
        self._text, self.lead = text, lead
        self._windows: dict[Range, Window] = {}

    def likelihoods(self, field: str, start: int, end: int, values: Mapping[V, Collection[Span]]) -> Mapping[V, float]:
        """The logarithm of each value's probability among those given for the amount at the offsets, each value with
        the words that stand for it (None and classes need none). Nothing where no model is installed, and behind what
        is read of a long text."""
        known = model()
        if known is None or not values:
            return {}
        amount = self._cut.place(start, end)
        if amount is None:
            return {}
        window = self._window(known, amount)
        if field in known.classifiers:
            scores = known.classifiers[field].scores(window.vector(amount))
            each = [scores.get(str(value), UNREAD) for value in values]
        else:
            each = list(self._pointed(known, known.pointers[field], amount, window, values))
        return dict(zip(values, log_softmax(np.array(each)).tolist(), strict=True))

    def parties(self, names: Mapping[V, Collection[Range]]) -> Mapping[V, float]:
        """The log-odds that each name, by its places in the text, is that of a claim's company or counterparty. Nothing
        of names that stand nowhere in what is read."""
        known = model()
        if known is None:
            return {}
        return {name: odds for name, places in names.items() if (odds := self._odds(known, places)) is not None}

    def _odds(self, known: Model, places: Collection[Range]) -> float | None:
        found = [place for offsets in places if (place := self._cut.place(*offsets))]
        vectors = [self._window(known, place).vector(place) for place in found]
        return float(known.party(np.array(vectors)).mean()) if vectors else None

    def _pointed(
        self, known: Model, pointer: Pointer, amount: Range, window: Window, values: Mapping[V, Collection[Span]]
    ) -> Iterator[float]:
        """The score of each value: of all its words in the amount's window together."""
        read = [
            (value, known.rules.get(span.rule, 0), distance(amount, place), inside)
            for value, spans in values.items()
            for span in spans
            if (place := self._cut.place(span.start, span.end)) and (inside := window.inside(place))
        ]
        scores = pointer.scores(
            window.vector(amount),
            window.means([inside for *_, inside in read]),
            [rule for _, rule, _, _ in read],
            [away for _, _, away, _ in read],
        )
        together: dict[object, list[float]] = {}
        for (value, *_), score in zip(read, scores[1:].tolist(), strict=True):
            together.setdefault(value, []).append(score)
        for value in values:
            yield float(scores[0]) if value is None else float(logsumexp(together.get(value, [UNREAD])))

    @functools.cached_property
    def _cut(self) -> Cut:
        known = model()
        assert known
        return Cut(self._text, known.vocabulary, self.lead)

    def _window(self, known: Model, amount: Range) -> Window:
        span = self._cut.window(amount)
        if span not in self._windows:
            rows = [known.marks[0], *self._cut.rows(span), known.marks[1]]
            vectors = known.norm(known.transformer(rows))[:-1]
            vectors[0] = 0
            self._windows[span] = Window(self._cut, span, vectors.cumsum(axis=0))
        return self._windows[span]
