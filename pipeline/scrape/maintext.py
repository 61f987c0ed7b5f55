"""The main text of a page as lines: by the site's declaration where there is one, else by trafilatura."""

import itertools
import re
from collections.abc import Set
from typing import NamedTuple

import trafilatura
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString
from lxml import etree

from pipeline.scrape.page import visible
from pipeline.scrape.sites import Site

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "button",
        "form",
        "nav",
        "iframe",
        "select",
        "object",
        "video",
        "audio",
        "dialog",
    ]
)
BLOCKS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "li",
        "item",
        "tr",
        "row",
        "blockquote",
        "quote",
        "div",
        "section",
        "figure",
        "figcaption",
        "pre",
        "dt",
        "dd",
        "summary",
        "article",
        "aside",
        "header",
        "footer",
        "ul",
        "ol",
        "list",
        "table",
        "dl",
        "main",
        "details",
        "body",
    ]
)
ITEMS, ROWS = frozenset({"li", "item"}), frozenset({"tr", "row"})
CLOSE = ITEMS | ROWS | {"dt", "dd"}  # their lines follow one another without a gap
LISTS = frozenset({"ul", "ol", "list", "table", "dl"})
BREAKS = frozenset({"br", "lb"})
CELLS = frozenset({"td", "th", "cell"})
ROOT = re.compile(r"<(?:html|body|head)[\s>]", re.I)
LONGEST_CELL = 150  # characters: a longer one holds text, and its table lays out the page
COMPARED_TAGS = 25_000  # in larger pages trafilatura's comparison with other extractors takes quadratic time
MAIN_TEXT_LIMIT = 2_000_000  # characters of markup that trafilatura is asked to weigh


def site_text(soup: BeautifulSoup, site: Site) -> str:
    """The text of the elements that the declaration names, or "" where the page has none of them."""
    chosen = soup.select(site.body)
    unwanted = set(map(id, soup.select(site.remove))) if site.remove else set()
    inside = set(map(id, chosen))
    tops = [tag for tag in chosen if not any(id(parent) in inside for parent in tag.parents)]
    return join_lines([line for tag in tops for line in lines_of(tag, unwanted)])


def main_text(markup: str, url: str | None) -> str:
    """The text that trafilatura finds, or ""."""
    weighed = markup[:MAIN_TEXT_LIMIT]
    if not ROOT.search(weighed):
        weighed = f"<html><body>{weighed}</body></html>"  # of a mere part of a page trafilatura takes the first element
    fast = weighed.count("<") > COMPARED_TAGS
    found = trafilatura.bare_extraction(weighed, url=url, fast=fast, include_comments=False)
    body = getattr(found, "body", None)  # taken as a tree: trafilatura's own XML breaks on names such as "12:30"
    return (
        join_lines(lines_of(BeautifulSoup(etree.tostring(body, encoding="unicode"), "xml"))) if body is not None else ""
    )


def join_lines(lines: list["TextLine"]) -> str:
    """One text: paragraphs apart by a blank line; items, rows and lines broken by <br> below one another."""
    text = ""
    for line in lines:
        gap = "\n" if line.close else "\n\n"
        text += (gap if text else "") + line.text
    return text


class TextLine(NamedTuple):
    """A line of the page; `close` where it follows the line before without a gap."""

    text: str
    close: bool


def lines_of(root: Tag, unwanted: Set[int] = frozenset()) -> list[TextLine]:
    """The lines under an element; "<li>CA : 12 M€</li>" is "- CA : 12 M€", a row's cells are parted by " | "."""
    writer = _Lines()
    loose: set[int] = set()  # rows and cells of tables that lay out the page
    waiting: list[tuple[PageElement, bool]] = [(root, False)]
    while waiting:  # a stack of our own: pages nest deeper than Python's
        node, leaving = waiting.pop()
        if isinstance(node, Tag):
            if node.name in SKIPPED or id(node) in unwanted:
                continue
            if node.name in ROWS and not leaving and _lays_out(node):
                loose.update(map(id, (node, *node.find_all(CELLS, recursive=False))))
            name = "div" if id(node) in loose else node.name
            writer.leave(name) if leaving else writer.enter(name)
            if not leaving:
                waiting.append((node, True))
                waiting.extend((child, False) for child in reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            writer.pieces.append(str(node))
    writer.end_line()
    return writer.lines


def _lays_out(row: Tag) -> bool:
    return any(_is_long(cell) for cell in row.find_all(CELLS, recursive=False))


def _is_long(cell: Tag) -> bool:
    sizes = itertools.accumulate(len(piece.strip()) for piece in cell.strings)
    return any(size > LONGEST_CELL for size in sizes)


class _Lines:
    """Collects text between the borders of blocks; `kinds` are the blocks that are open."""

    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        self.pieces: list[str] = []
        self.kinds: list[str] = []
        self.broken = False
        self.last = ""

    def enter(self, name: str) -> None:
        if self._in_row():
            return self.kinds.append(name) if name in ROWS else None
        if name in BREAKS:
            self.end_line()
            self.broken = True
        elif name in BLOCKS:
            self.end_line()
            self.kinds.append(name)

    def leave(self, name: str) -> None:
        if name in CELLS:
            self.pieces.append(" | ")
        elif name in ROWS or (name in BLOCKS and not self._in_row()):
            self.end_line()
            if self.kinds:
                self.kinds.pop()

    def end_line(self) -> None:
        kind = next((kind for kind in reversed(self.kinds) if kind in CLOSE or kind in LISTS), "")
        text = visible("".join(self.pieces))
        self.pieces = []
        text = text.strip("| ") if kind in ROWS else text
        if re.search(r"\w", text):
            shown = f"- {text}" if kind in ITEMS and not self.broken else text
            self.lines.append(TextLine(shown, self.broken or (bool(kind) and kind == self.last)))
            self.last = kind
        self.broken = False

    def _in_row(self) -> bool:
        return any(kind in ROWS for kind in self.kinds[-1:])
