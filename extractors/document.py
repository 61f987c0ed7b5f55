"""The shape of an article's text: lines, headings, sentences. No meaning, no models; offsets count on the text."""

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from extractors.tables import plain

LineKind = Literal["title", "heading", "item", "paragraph"]

BULLET = re.compile(r"\s*(?:[•·▪●‣◦*–—→►-]|\d{1,2}[.)])\s+")
# Words before whose full stop no sentence ends.
ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mme|Mlle|Dr|Pr|St|Ste|env|ex|cf|art|vs|approx|no|n°|etc|av|apr|Inc|Corp|Ltd|Co|p|vol|janv|févr|avr|juil|sept|oct|nov|déc)|\b[A-Z])\.$"
)
# Possessive, and from the first mark of a run alone: a row of dots or blanks is read once.
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"»”)\]*]*+\s++(?=[«\"“(\[*–—•$€£]*\s*[A-ZÀ-ÖØ-Þ0-9])|\n+")
SENTENCE_MAX = 1000  # characters; the parser's time grows with the square, and no sentence is half as long
BARRED = re.compile(r"[^|]+")  # the cells of a row with bars, empty ones too
SPACED = re.compile(r"[^|\s](?: ?[^|\s])*")  # those of a row with tabs or wide blanks
RULE = re.compile(r"[\s|:=+-]+")  # "|---|---|" under the head of a table
OPENING = 3  # sentences
RUBRIC = 400  # characters that may stand before a headline
CELL_MAX = 40  # characters
HEADING_MAX = 110  # characters; longer lines without a final stop are paragraphs cut short


@dataclass(frozen=True)
class Line:
    """One line that is not blank. `heading` is the index of the heading line above it, if any."""

    start: int
    end: int
    kind: LineKind
    heading: int | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence; `line` is the index of its line, `index` its own."""

    start: int
    end: int
    line: int
    index: int


@dataclass
class Document:
    """A text cut into lines and sentences, with look-ups by offset."""

    text: str
    plain: str = field(init=False)
    lines: list[Line] = field(init=False)
    sentences: list[Sentence] = field(init=False)

    def __post_init__(self) -> None:
        self.plain = plain(self.text)
        self.lines = _lines(self.plain)
        self.sentences = _sentences(self.plain, self.lines)
        self._starts = [s.start for s in self.sentences]

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence that holds the offset (the one before it, where it stands between two)."""
        return self.sentences[max(0, bisect_right(self._starts, offset) - 1)]

    @functools.cached_property
    def opening(self) -> tuple[int, int]:
        """The first line, as a rule the headline; of a long one its first sentences."""
        if not self.lines:
            return 0, 0
        last = self.sentences[min(OPENING, len(self.sentences)) - 1]
        return self.lines[0].start, min(self.lines[0].end, last.end)

    def opens_with(self, title: str) -> bool:
        """Whether the text repeats its headline, behind a rubric or a name at most."""
        return plain(title) in self.plain[: len(title) + RUBRIC]

    def column_head(self, offset: int) -> tuple[int, int] | None:
        """The cell that heads the column of the cell at an offset, in a table of rows cut by bars, tabs or wide blanks.
        A head without a cell over the labels has one cell less."""
        number = self.sentence_at(offset).line
        row, head = self._cells(number), self._cells(self._heads[number])
        here = next((i for i, (start, end) in enumerate(row) if start <= offset < end), 0)
        shift = len(row) - len(head)
        if self._heads[number] == number or not here or shift not in (0, 1):
            return None
        # sentences with wide blanks between them are no cells
        found, own = head[here - shift], row[here]
        return found if max(found[1] - found[0], own[1] - own[0]) <= CELL_MAX else None

    @functools.cached_property
    def _heads(self) -> list[int]:
        """For each line the first of the rows that it closes: the head of its table, or the line itself."""
        heads: list[int] = []
        for number in range(len(self.lines)):
            inside = number and (len(self._cells(number - 1)) > 1 or self._is_rule(number - 1))
            heads.append(heads[-1] if inside else number)
        return heads

    def _cells(self, number: int) -> list[tuple[int, int]]:
        start, end = self.lines[number].start, self.lines[number].end
        if self._is_rule(number):
            return []
        cell = BARRED if "|" in self.plain[start:end] else SPACED
        return [m.span() for m in cell.finditer(self.plain, start, end)]

    def _is_rule(self, number: int) -> bool:
        line = self.lines[number]
        return bool(RULE.fullmatch(self.plain, line.start, line.end))

    def heading_of(self, line: int) -> Line | None:
        """The heading above a line, if there is one."""
        above = self.lines[line].heading
        return None if above is None else self.lines[above]


def _lines(text: str) -> list[Line]:
    spans = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]
    lines: list[Line] = []
    heading: int | None = None
    for i, (start, end) in enumerate(spans):
        following = text[slice(*spans[i + 1])] if i + 1 < len(spans) else ""
        kind = _line_kind(text[start:end], i, following)
        lines.append(Line(start, end, kind, heading if kind != "heading" else None))
        if kind == "heading":
            heading = i
    return lines


def _line_kind(line: str, index: int, following: str) -> LineKind:
    bare = line.strip().strip("*#_ ")
    if BULLET.match(line) and not re.fullmatch(r"\d{1,2}[.)]\s+[^:;]{0,60}", line.strip()):
        return "item"
    if bare and len(bare) <= HEADING_MAX and bare[-1] not in ".;,:»" and not _is_row(bare):
        if index == 0:
            return "title"
        if following and (len(following) > len(bare) or BULLET.match(following) or bare.isupper()):
            return "heading"
    return "paragraph"


def _is_row(line: str) -> bool:
    """Whether a line is a row of a table or a "label: figure" line, which heads nothing."""
    return bool(re.search(r"\||\t|\s{3,}|:\s*\S*\d|\d[\d ,.'%]*[^\w\s]?$", line)) and not re.fullmatch(
        r"[\w\s.'-]*\b(?:19|20)\d\d", line
    )


def _sentences(text: str, lines: Sequence[Line]) -> list[Sentence]:
    spans: list[tuple[int, int, int]] = []
    for number, line in enumerate(lines):
        start = line.start
        for stop in SENTENCE_END.finditer(text, line.start, line.end):
            if ABBREVIATION.search(text, max(start, stop.start() - 6), stop.start() + 1):
                continue
            spans += _pieces(text, start, stop.end(), number)
            start = stop.end()
        if text[start : line.end].strip():
            spans += _pieces(text, start, line.end, number)
    return [Sentence(*span, index) for index, span in enumerate(spans)] or [Sentence(0, len(text), 0, 0)]


def _pieces(text: str, start: int, end: int, line: int) -> Iterator[tuple[int, int, int]]:
    """The sentence as (start, end, line); one that is too long to be one cut at blanks."""
    while end - start > SENTENCE_MAX:
        cut = text.rfind(" ", start + SENTENCE_MAX // 2, start + SENTENCE_MAX) + 1 or start + SENTENCE_MAX
        yield start, cut, line
        start = cut
    yield start, end, line
