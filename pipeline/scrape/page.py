"""Bytes of a page to a tree that is safe to work on: no scripts, no images in the markup, no bomb."""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from pipeline.errors import ReadError
from pipeline.scrape.encoding import decode

MARKUP_LIMIT = 6_000_000  # characters that remain without scripts, styles and embedded images
TAG_LIMIT = 35_000  # elements; read in 6 seconds
DEPTH_LIMIT = 400  # real pages nest 60 deep; parsers and walkers are slow or fail on thousands
DATA_URI = re.compile(r"data:[a-z]{1,20}/[^\"'\s)>]{200,}", re.I)
PACKED = re.compile(rb"data:[a-z]{1,20}/[^\"'\s)>]{2000,}", re.I)  # pages saved in one file: most of their bytes
LONG_ATTRIBUTE = re.compile(r"=\"[^\"<>]{20000,}\"|='[^'<>]{20000,}'")
LONG_TAG = re.compile(r"(<[a-zA-Z][\w:-]{0,50})\s[^<>]{2000,}(?=>)")
CROWDED = 1_000  # attributes, or words in them: libxml2 compares each attribute with all before it
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
OPENING_ONLY = re.compile(r"<[a-zA-Z]")
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
UNCLOSED = frozenset(
    ["p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot"]
)  # HTML closes these by itself
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # soft hyphens, zero width, direction
REMEDY = "save the article's text as .txt"


def page_markup(html: bytes | str, path: Path | str, declared: str | None = None) -> str:
    """The page as text without scripts (JSON-LD is kept), styles, comments and embedded images.

    Raises ReadError where no encoding fits, and for pages too large or nested too deep to be an article's.
    """
    markup = html if isinstance(html, str) else decode(PACKED.sub(b"", html), declared=declared)
    if markup is None:
        raise ReadError(path, "the page is in no encoding that could be recognised", "save it as UTF-8")
    markup = _without_blocks(CONTROLS.sub("", markup))
    markup = LONG_TAG.sub(_uncrowded, LONG_ATTRIBUTE.sub('=""', DATA_URI.sub("", markup)))
    if len(markup) > MARKUP_LIMIT or len(OPENING_ONLY.findall(markup)) > TAG_LIMIT:
        raise ReadError(path, "the page is too large to be an article", REMEDY)
    if _deepest(markup) > DEPTH_LIMIT:
        raise ReadError(path, "the page nests its tags too deep to be an article", REMEDY)
    return markup


def parse(markup: str) -> BeautifulSoup:
    return BeautifulSoup(markup, "lxml")


def visible(text: str) -> str:
    """Text on one line without soft hyphens, zero-width and direction marks; every kind of space is a plain one."""
    return " ".join(INVISIBLE.sub("", text).split())


def _without_blocks(markup: str) -> str:
    """One pass from left to right, so that a thousand openings without an end cost no more than one."""
    lowered = markup.lower() if len(markup.lower()) == len(markup) else markup
    kept, at = [], 0
    for found in re.finditer(r"<script|<style|<svg|<amp-ad|<!--", lowered):
        if found.start() < at:
            continue
        tag = lowered[found.start() : found.start() + 200].partition(">")[0]
        if tag.startswith("<script") and "ld+json" in tag:
            continue
        ending = "-->" if found[0] == "<!--" else f"</{found[0][1:]}"
        end = lowered.find(ending, found.start() + 2)  # "<!-->" is a whole comment
        end = lowered.find(">", end + len(ending) - 1) if end >= 0 else end
        if end < 0:
            break
        kept.append(markup[at : found.start()])
        at = end + 1
    return "".join([*kept, markup[at:]])


def _uncrowded(tag: re.Match[str]) -> str:
    """The tag, without its attributes if they are too many."""
    return tag[1] if max(tag[0].count("="), len(tag[0].split())) > CROWDED else tag[0]


def _deepest(markup: str) -> int:
    depth = deepest = 0
    for closing, name in OPENING.findall(markup):
        if name.lower() in VOID or name.lower() in UNCLOSED:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest
