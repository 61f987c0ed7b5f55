"""Which parts of a text are not the article: comments, links to other articles, offers, notices, the author's box.

The wordings are rows of `tables/debris.toml`; this module only knows how far each of them reaches.
"""

import itertools
import re
import tomllib
import unicodedata
from bisect import bisect_right
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

Reach = Literal["end", "links", "rest", "line", "sentence", "author", "foot"]
Span = tuple[int, int]

HEAD_LINES = 5  # "3 commentaires" under the title counts comments, it does not open them
BOX_LINES = 8  # an author's box is no longer
SHORT = 320  # characters: a foot line up to this long is the outlet's as a whole
LINK_LENGTH, LISTED = 180, 40  # characters of a title, titles of a list
ENOUGH = 3  # weight of hints that makes debris of a foot line
NAMED, SEPARATED = 2, 2  # weight of the outlet's own name, of a line of dashes above
SENTENCE_END = re.compile(r"(?<=[.!?…])[ )»]*(?= )|(?<= [|·•])|(?<=[a-z0-9)] [–—])")
ARTICLE = re.compile(r"^(?:le |la |les |l')")  # "Le Quotidien de l'Est" offers "L'abonnement au Quotidien de l'Est"
SEPARATOR = re.compile(r"[\W_]*")


class Row(NamedTuple):
    """One row of the table: a named wording and how far it reaches."""

    name: str
    reach: Reach
    pattern: re.Pattern[str]
    whole: bool = False
    weight: int = 0

    def finds(self, line: str) -> re.Match[str] | None:
        return self.pattern.fullmatch(line) if self.whole else self.pattern.search(line)


class Line(NamedTuple):
    """One line that is not blank: where it stands and its folded text; `after_blank` says what precedes it."""

    start: int
    end: int
    text: str
    after_blank: bool


def find_debris(text: str, source: str | None = None) -> tuple[Span, ...]:
    """Spans (start, end) of the text that are no part of the article, sorted and apart from one another.

    `source`, the outlet's name, tells its own offers ("Le Brief coûte 8 € par mois") from those it reports on.
    "Laisser un commentaire" and all that follows is debris, "Deezer laisse un commentaire" is not.
    """
    lines = _lines(text)
    spans = [span for place in range(len(lines)) for span in _from_line(lines, place, len(text))]
    spans += _author_boxes(lines)
    merged = _merge(spans)
    return _merge([*merged, *_foot(lines, merged, ARTICLE.sub("", fold(source or "").strip()))])


def matching_rows(text: str) -> set[str]:
    """Names of the rows of the table whose wording occurs in a line of the text."""
    return {row.name for line in _lines(text) for row in rows() if row.finds(line.text)}


@cache
def rows() -> tuple[Row, ...]:
    table = tomllib.loads(resources.files("pipeline").joinpath("tables", "debris.toml").read_text("utf-8"))
    return tuple(Row(**{**row, "pattern": re.compile(row["pattern"])}) for row in table["row"])


def fold(text: str) -> str:
    """The text without accents and capitals, character for character, so that offsets stay."""
    return text.translate(_folding())


@cache
def _folding() -> dict[int, str]:
    folded = {0x2019: "'", 0xA0: " ", 0x202F: " ", 0x2009: " ", 0x09: " "}
    for code in (*range(ord("A"), ord("Z") + 1), *range(0xC0, 0x180)):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        folded[code] = base if len(base) == 1 else chr(code)
    return folded


def _lines(text: str) -> list[Line]:
    lines, start, blank = [], 0, True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            begin = start + raw.index(stripped[0])
            lines.append(Line(begin, begin + len(stripped), fold(stripped), blank))
        blank = not stripped
        start += len(raw) + 1
    return lines


def _from_line(lines: list[Line], place: int, end: int) -> list[Span]:
    """What the wordings of one line make debris, hints apart."""
    line, spans = lines[place], []
    for row in rows():
        found = row.finds(line.text) if row.reach not in ("foot", "author", "sentence") else None
        if not found:
            continue
        if row.reach == "end":
            spans.append((line.start, end if place >= HEAD_LINES else line.end))
        elif row.reach == "links":
            spans.append((line.start, _end_of_links(lines, place)))
        elif row.reach == "rest":
            spans.append((line.start + found.start(), line.end))
        else:
            spans.append((line.start, line.end))
    return spans + _sentences_of_pages(line)


def _sentences_of_pages(line: Line) -> list[Span]:
    wordings = [row for row in rows() if row.reach == "sentence"]
    return [
        (line.start + a, line.start + b)
        for a, b in _sentences(line.text)
        if any(row.finds(line.text[a:b]) for row in wordings)
    ]


def _sentences(text: str) -> list[Span]:
    cuts = [0, *(found.end() for found in SENTENCE_END.finditer(text)), len(text)]
    spans = []
    for a, b in itertools.pairwise(cuts):
        inner = text[a:b].strip(" |·•–—")
        if inner:
            begin = a + text[a:b].index(inner[0])
            spans.append((begin, begin + len(inner)))
    return spans


def _end_of_links(lines: list[Line], place: int) -> int:
    """End of the titles listed under a heading: short lines without a full stop, up to a blank line.

    Where each title stands between blank lines, one that a paragraph follows is the heading of that paragraph.
    """
    last, spaced = place, place + 1 < len(lines) and lines[place + 1].after_blank
    for n in range(place + 1, min(place + LISTED, len(lines))):
        if not _is_link(lines[n]) or (lines[n].after_blank and not spaced):
            break
        opens_paragraph = n + 1 < len(lines) and not _is_link(lines[n + 1])
        if spaced and opens_paragraph and n > place + 1:
            break
        last = n
    return lines[last].end


def _is_link(line: Line) -> bool:
    listed = re.match(r"[-–—→>•*▶►·]|\d{1,2}[.)] ", line.text)
    return len(line.text) <= LINK_LENGTH and (bool(listed) or not line.text.endswith((".", ":", "…", "! »", ". »")))


def _author_boxes(lines: list[Line]) -> list[Span]:
    marked = [
        n for n, line in enumerate(lines) if any(row.reach == "author" and row.finds(line.text) for row in rows())
    ]
    spans = [(lines[n].start, lines[n].end) for n in marked]
    for a, b in itertools.pairwise(marked):
        if b - a <= BOX_LINES:
            spans.append((lines[a].start, lines[b].end))
    return spans


def _foot(lines: list[Line], known: tuple[Span, ...], source: str) -> list[Span]:
    """Walks up from the end as long as lines are debris, separators or hold enough hints."""
    spans: list[Span] = []
    for n in range(len(lines) - 1, -1, -1):
        line = lines[n]
        if _covered(line, known) or ((spans or known) and _is_separator(line)):
            continue
        separated = n > 0 and _is_separator(lines[n - 1])
        weights = [(begin, _weight(line.text[begin:end], source)) for begin, end in _sentences(line.text)]
        if sum(weight for _, weight in weights) + SEPARATED * separated < ENOUGH:
            break
        whole = separated or len(line.text) <= SHORT
        begin = 0 if whole else next(begin for begin, weight in weights if weight)
        spans.append((line.start + begin, line.end))
        if begin:
            break
    return spans


def _weight(sentence: str, source: str) -> int:
    named = NAMED if source and source in sentence else 0
    return named + sum(ENOUGH if row.reach == "sentence" else row.weight for row in rows() if _hints(row, sentence))


def _hints(row: Row, sentence: str) -> bool:
    return row.reach in ("foot", "sentence") and row.finds(sentence) is not None


def _is_separator(line: Line) -> bool:
    return SEPARATOR.fullmatch(line.text) is not None


def _covered(line: Line, spans: tuple[Span, ...]) -> bool:
    """Whether one of the spans, sorted and apart, holds the whole line."""
    place = bisect_right(spans, line.start, key=lambda span: span[0]) - 1
    return place >= 0 and line.end <= spans[place][1]


def _merge(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
