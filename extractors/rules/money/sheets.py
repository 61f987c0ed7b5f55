"""Plain-text tables and lists: the unit ("en millions d'euros"), then rows of a label and columns of figures, or
items in its own line ("2021 : 14,9 ; 2022 : 14,7")."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from extractors.rules.money.currencies import currency_after
from extractors.rules.money.lexicon import money_words
from extractors.rules.money.page import Page, inside
from extractors.rules.money.quantities import Quantity

_UNITS = {"million": 10**6, "milliard": 10**9, "millier": 10**3, "m": 10**6, "md": 10**9, "k": 10**3}
_HEADING = re.compile(r"\ben (?:(million|milliard|millier|md|m|k)s?(?: d'| de | |(?=[€$£])))?(?=\w|[€$£])")
_AFTER_UNIT = re.compile(r" ?(?:[)|\t:*]|\.?$|\(|,? (?:sauf|hors)|  )", re.MULTILINE)
_LONGEST_HEADING = 160
# "| (M$) | Atos | Lectra |", "(M€)   T1 2025   T1 2024": the unit in brackets in the first line of a table
_CORNER = re.compile(r"^(?:\|[^|\n]{0,40})?\((?:en )?(m|md|k|)(?=[€$£])", re.MULTILINE)
# "Chiffre d'affaires (millions d'euros)", "CA 2025, M€": the unit at the end of the line above a table
_BARE_UNIT = re.compile(r"(?:\(|, )(?:(million|milliard|millier)s (?:d'|de )|(m|md|k)(?=[€$£]|eur|usd|chf|gbp))")
_BARE_END = re.compile(r"\)?[ :]*$", re.MULTILINE)
_SAME_UNIT = re.compile(r"\(mêmes? unités?\)[ :]*$", re.MULTILINE)
_NUMBER = r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_CELL = re.compile(rf"\s*[-+–−(]?\s?(?:environ )?({_NUMBER})(?: ?[àa–-] ?({_NUMBER}))?\s?\)?\**\s*$")
# A line of cells: below it, the unit may stand anywhere in the paragraph above.
_GRID = re.compile(r"\n\s*(?:[^|\n]*\|[^|\n]*\||[^;.:\n]+ ; [^;.:\n]+ ; |[^|\n]+ \| |[^\n]*\S {3,}\S[^\n]*\S {3,}\S)")
# "2021 : 14,9 ;", "(précédent : 702,3)", "2022, 14,1 ;"
_ITEM = re.compile(
    rf"(?:(?<=[;:(.|])|^) ?(?P<label>[^;:(|\n]{{2,40}}?)(?: ?: ?|(?<=\b(?:19|20)\d\d), )[-+–−]?(?P<figure>{_NUMBER})"
    r"(?= ?(?:[;()|]|\.(?!\d)|, [^\W\d]|$))", re.MULTILINE,
)  # fmt: skip
_TAIL = re.compile(r"(?<=\s)[-+–−(]?\d[\d ',.)(+–−-]*$")
_PERIOD = re.compile(
    r"(?:[tsqh][1-4]|[1-4][tsqh]|exercice|au|\d{1,2}/\d{1,2}/)? ?(?:19|20)\d\d(?:-(?:19|20)?\d\d)?"
    r"|[tsqh][1-4]|\d[tsqh]\d\d"
)
_VARIATION = re.compile(r"var\b|variation|évolution|évol|écart|%|croissance")


class Heading(NamedTuple):
    """The unit that a table's heading gives, and where its rows begin."""

    line_end: int
    factor: Decimal | None
    currency: str
    columns: tuple[str, ...]


class Cell(NamedTuple):
    start: int
    end: int
    label: str


def read_sheets(page: Page, quantities: list[Quantity]) -> list[Quantity]:
    """The quantities, with those inside table rows replaced by the tables' money cells."""
    rows: list[tuple[int, int]] = []
    cells: dict[int, Quantity] = {}
    for start, end, found in (*_in_line(page), *(row for heading in _headings(page) for row in _rows(page, heading))):
        rows.append((start, end))
        cells |= {q.start: q for q in found}
    if not rows:
        return quantities
    rows.sort()
    kept = [q for q in quantities if q.currency or not inside(q.start, rows)]
    taken = {q.start for q in kept}
    return sorted([*kept, *(c for at, c in cells.items() if at not in taken)], key=lambda q: q.start)


def _headings(page: Page) -> Iterator[Heading]:
    """The units of tables, in the order of the text."""
    last: Heading | None = None
    found = (*_HEADING.finditer(page.low), *_CORNER.finditer(page.low), *_BARE_UNIT.finditer(page.low))
    for match in sorted((*found, *_SAME_UNIT.finditer(page.low)), key=lambda m: m.start()):
        start, end = page.line(match.start())
        if match.re is _SAME_UNIT:
            heading = last._replace(line_end=end, columns=()) if last else None
        else:
            heading = _heading(page, match, start, end)
        if heading:
            last = heading
            yield heading


def _heading(page: Page, match: re.Match[str], start: int, end: int) -> Heading | None:
    currency = currency_after(page, match.end(), linked=False)
    closes = _BARE_END if match.re is _BARE_UNIT else _AFTER_UNIT
    if currency is None:
        return None
    alone = end - start <= _LONGEST_HEADING and closes.match(page.low, currency.end)
    if not alone and not _GRID.match(page.low, end):
        return None
    return Heading(end, _factor(match), currency.name, _columns(page.low[currency.end : end]))


def _factor(match: re.Match[str]) -> Decimal | None:
    unit = next(filter(None, match.groups()), None)
    return Decimal(_UNITS[unit]) if unit else None


def _columns(rest: str) -> tuple[str, ...]:
    """The names of the columns behind the unit of a corner."""
    rest = rest.lstrip(") *").rstrip("| ")
    return tuple(c.strip() for c in rest.split("|")[1:]) if rest.startswith("|") else _column_names(rest)


def _in_line(page: Page) -> Iterator[tuple[int, int, list[Quantity]]]:
    """Start, end and money of the items behind a unit in its own line, up to the next unit."""
    units = list(_HEADING.finditer(page.low))
    for match, following in zip_longest(units, units[1:]):
        currency = currency_after(page, match.end(), linked=False)
        end = min(page.line(match.start())[1], following.start() if following else len(page.low))
        cells = _items(page.low, currency.end, end) if currency else []
        if currency and len(cells) > 1:
            heading = Heading(end, _factor(match), currency.name, ())
            yield currency.end, end, [q for cell in cells if (q := _quantity(page, heading, (), 0, cell))]


def _items(text: str, start: int, end: int, offset: int = 0) -> list[Cell]:
    """The labelled figures between two places of a text that begins at the offset."""
    found = _ITEM.finditer(text, start, end)
    return [Cell(offset + m.start("figure"), offset + m.end("figure"), m["label"]) for m in found]


def _rows(page: Page, heading: Heading) -> Iterator[tuple[int, int, list[Quantity]]]:
    """Start, end and money cells of each row, until a blank line or a line that is no row."""
    position, columns, seen = heading.line_end + 1, heading.columns, False
    skipped = 0
    while position < len(page.text):
        start, end = page.line(position)
        position = end + 1
        line = page.low[start:end]
        if not line.strip():
            if seen:
                return
            continue
        if not line.strip("|-: "):
            continue
        if (names := _column_names(line)) and not seen:
            columns = names
            continue
        cells = _cells(line, start, len(columns))
        if not cells:
            skipped += 1
            if seen or skipped > 1:
                return
            continue
        seen = True
        yield (
            start,
            end,
            [
                q
                for at, c in enumerate(cells, start=max(0, len(columns) - len(cells)))
                if (q := _quantity(page, heading, columns, at, c))
            ],
        )


def _column_names(line: str) -> tuple[str, ...]:
    """The cells or periods of a line that holds no other figure: "Mois   T3 2024   T3 2025"."""
    rest = _PERIOD.sub("", line)
    if re.search(r"\d", rest):
        return ()
    if "|" in line:
        return tuple(name.strip() for name in line.strip("| ").split("|"))
    found = _PERIOD.findall(line)
    return tuple(found) if len(found) > 1 and len(rest.strip()) < 20 else ()


def _cells(line: str, offset: int, columns: int) -> list[Cell]:
    """The cells of a row behind its label, by "|", tabs, wide spaces, a colon, or the figures at its end."""
    lead = len(line) - len(line.lstrip("| "))
    if lead and "|" in line[:lead]:
        return _cells(line[lead:].rstrip("| "), offset + lead, columns)
    if "|" not in line and "\t" not in line and (items := _items(line, 0, len(line), offset)):
        return items
    for mark in (r"\|| : (?=.*\|)", r" ; ", r"\t", r" {2,}", r" ?: ?", r" / "):
        parts = [(m.start(), m.end()) for m in re.finditer(mark, line.rstrip())]
        if parts and line[: parts[0][0]].strip():
            if mark == r" ?: ?":
                parts = parts[-1:]
            label = line[: parts[0][0]]
            ends = [*(start for start, _ in parts[1:]), len(line)]
            found = [Cell(offset + s, offset + e, label) for (_, s), e in zip(parts, ends, strict=True)]
            return found if any(_CELL.match(line[c.start - offset : c.end - offset]) for c in found) else []
    tail = _TAIL.search(line)
    if tail is None or not line[: tail.start()].strip():
        return []
    return [
        Cell(offset + tail.start() + s, offset + tail.start() + e, line[: tail.start()])
        for s, e in _split_figures(tail[0], columns)
    ]


def _split_figures(figures: str, columns: int) -> list[tuple[int, int]]:
    """Cuts "360 110" into `columns` numbers; thousands are joined only where the count asks for it."""
    tokens = [(m.start(), m.end()) for m in re.finditer(r"\S+", figures)]
    surplus = len(tokens) - columns if columns else len(tokens)
    groups: list[tuple[int, int]] = []
    for start, end in tokens:
        joins = surplus > 0 and groups and re.fullmatch(r"\d{3}(?:[.,]\d+)?\)?", figures[start:end])
        if joins and re.fullmatch(r"[-+–−(]?\d{1,3}(?: \d{3})*", figures[groups[-1][0] : groups[-1][1]]):
            groups[-1] = (groups[-1][0], end)
            surplus -= 1
        else:
            groups.append((start, end))
    return groups


def _quantity(page: Page, heading: Heading, columns: tuple[str, ...], at: int, cell: Cell) -> Quantity | None:
    """The money of one cell; None for per cents, counts, text and columns of variations."""
    found = _CELL.match(page.low, cell.start, cell.end)
    column = columns[at] if at < len(columns) else ""
    counted = money_words().count.match(cell.label.lstrip(" •-–*")) or money_words().count.match(column)
    if found is None or counted or "%" in cell.label or _VARIATION.search(column):
        return None
    plain = "par action" in cell.label or "par titre" in cell.label or "bpa" in cell.label
    low, high = (_figure(found, group, None if plain else heading.factor, heading.currency) for group in (1, 2))
    return replace(low, end=high.end, high=high) if low and high else low


def _figure(found: re.Match[str], group: int, factor: Decimal | None, currency: str) -> Quantity | None:
    if found[group] is None:
        return None
    raw = found[group].replace(" ", "").replace("'", "").replace(",", ".")
    return Quantity(
        start=found.start(group),
        end=found.end(group),
        value=Decimal(raw),
        step=Decimal(1).scaleb(-len(raw.partition(".")[2])),
        factor=factor,
        currency=currency,
        money=True,
        rule="table cell",
        inferred=True,
    )
