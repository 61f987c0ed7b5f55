"""Shows windows in other words, so that the encoder learns from how a thing is said and not of whom or how much."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.fit.encoder.samples import Sample
from pipeline.fit.encoder.vocabulary import MASK

RENAMED, KEPT = 0.7, 0.2  # the share of windows whose companies change names, and of names that stay then
RECKONED, OTHER = 0.6, 0.7  # the share of windows whose amounts change, and of the pieces of their digits that do then
SHIFTED, YEARS = 0.5, (-3, -2, -1, 1, 2)  # the share of windows whose years change, all by as many
MASKED, SWAPPED = 0.09, 0.03  # the shares of pieces that are hidden, and that become others
DIGITS = re.compile(r"(\W?)(\d+)")  # a piece that opens a word has a mark before it
YEAR = re.compile(r"(\W?)(20[0-3]\d)")


class Disguise:
    """Companies take the names of others (as many pieces long, everywhere the same), amounts other digits, years move,
    some pieces are hidden or become others."""

    def __init__(self, of: Sequence[Sample], pieces: Sequence[str]) -> None:
        self._rows = {piece: row for row, piece in enumerate(pieces)}
        self._years = {row: found for row, piece in enumerate(pieces) if (found := YEAR.fullmatch(piece))}
        self._alike: dict[int, list[int]] = {}
        shapes: dict[tuple[str, int], list[int]] = defaultdict(list)
        for row, piece in enumerate(pieces):
            if found := DIGITS.fullmatch(piece):
                self._alike[row] = shapes[found[1], len(found[2])]
                self._alike[row].append(row)
        self._names: dict[int, list[list[int]]] = defaultdict(list)
        for sample in of:
            for first, last in sample.places:
                self._names[last - first].append(sample.rows[first:last])
        self._pieces = [row for sample in of for row in sample.rows]

    def rows(self, sample: Sample) -> list[int]:
        """The rows of a window's pieces in disguise."""
        rows = list(sample.rows)
        amounts = {place for question in sample.questions for place in range(*question.amount)}
        if random.random() < RECKONED:
            for place in amounts:
                if rows[place] in self._alike and random.random() < OTHER:
                    rows[place] = random.choice(self._alike[rows[place]])
        if random.random() < SHIFTED:
            self._shift(rows, [place for place in range(len(rows)) if place not in amounts])
        if random.random() < RENAMED:
            self._rename(rows, sample)
        return [self._hidden(row) for row in rows]

    def _shift(self, rows: list[int], places: Sequence[int]) -> None:
        """Moves all years by as many, if there are pieces for them all."""
        by, dated = random.choice(YEARS), [place for place in places if rows[place] in self._years]
        years = [self._years[rows[place]] for place in dated]
        moved = [self._rows.get(f"{year[1]}{int(year[2]) + by}") for year in years]
        known = [row for row in moved if row is not None]
        if len(known) == len(dated):
            for place, row in zip(dated, known, strict=True):
                rows[place] = row

    def _rename(self, rows: list[int], sample: Sample) -> None:
        taken: dict[tuple[int, ...], list[int]] = {}
        for first, last in sample.places:
            name = sample.rows[first:last]
            other = name if random.random() < KEPT else random.choice(self._names[last - first])
            rows[first:last] = taken.setdefault(tuple(name), other)

    def _hidden(self, row: int) -> int:
        chance = random.random()
        if chance < MASKED:
            return self._rows[MASK]
        return random.choice(self._pieces) if chance < MASKED + SWAPPED else row
