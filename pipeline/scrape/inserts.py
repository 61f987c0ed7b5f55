"""Boxes that stand among an article's paragraphs and are not its text: known by their names, or by being one link."""

import re
import tomllib
from collections import Counter
from functools import cache
from importlib import resources

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from pipeline.scrape.page import visible

BORDERS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+")
LARGEST_SHARE = 0.3  # of the page's paragraphs: a larger element holds the article, whatever it is called
ENOUGH = 500  # characters in paragraphs: a page of fewer is written in other elements
WEIGHED = 300  # elements: a page that names more of them is none of an outlet's
NEVER = frozenset(["html", "body", "main", "h1", "a"])
LINK_LENGTH = range(25, 220)  # characters of a link that is a title
NEIGHBOURS, LONG = 2, 60  # paragraphs beside a link that make it stand in the text, and their characters
SENTENCE_ENDS = (".", "…", ":", ". »", ".»")


def without_inserts(soup: BeautifulSoup) -> bool:
    """Takes the boxes out of the tree; whether there were any.

    `<div class="newsletter-inline">` goes, `<article class="has-newsletter">` with the article in it stays.
    """
    weights = _weights(soup)
    limit = LARGEST_SHARE * weights[id(soup)]
    named = [tag for tag in soup.find_all(_is_named, limit=WEIGHED) if weights[id(tag)] <= limit]
    unwanted = [tag for tag in named if tag.find("h1") is None] + [p for p in soup.find_all("p") if _is_link(p)]
    for tag in unwanted:
        if not tag.decomposed:
            tag.decompose()
    return bool(unwanted)


def insert_rows(tag: Tag) -> set[str]:
    """Names of the rows of the table that an element's class or id holds a word of."""
    return {name for name, words in _rows().items() if words.search(_names(tag))}


def insert_names() -> set[str]:
    """Names of all rows of the table."""
    return set(_rows())


def _is_named(tag: Tag) -> bool:
    return tag.name not in NEVER and bool(tag.get("class") or tag.get("id")) and bool(_any_word().search(_names(tag)))


def _names(tag: Tag) -> str:
    names = [*tag.get_attribute_list("class"), *tag.get_attribute_list("id")]
    return " ".join(BORDERS.sub("-", str(name)[:100]).lower() for name in names[:20] if name)


def _weights(soup: BeautifulSoup) -> Counter[int]:
    """Characters under each element, by its id; where the page has paragraphs, of those alone: menus are long too."""
    whole, paragraphs = Counter[int](), Counter[int]()
    for tag in reversed(soup.find_all(True)):  # children before their parents
        own = (
            0 if tag.name == "script" else sum(len(text) for text in tag.contents if isinstance(text, NavigableString))
        )
        whole[id(tag)] += own
        if tag.name == "p":
            paragraphs[id(tag)] = whole[id(tag)]
        whole[id(tag.parent)] += whole[id(tag)]
        paragraphs[id(tag.parent)] += paragraphs[id(tag)]
    return paragraphs if paragraphs[id(soup)] >= ENOUGH else whole


def _is_link(paragraph: Tag) -> bool:
    """Whether a paragraph among others is only the title of another page: "Frigos : la faillite qui inquiète"."""
    links = paragraph.find_all("a", limit=2)
    text = visible(paragraph.get_text(" "))
    if len(links) != 1 or len(text) not in LINK_LENGTH or text.endswith(SENTENCE_ENDS):
        return False
    if visible(links[0].get_text(" ")) != text.strip("<>→▶►➡•-–— "):
        return False
    beside = [*paragraph.find_previous_siblings("p", limit=5), *paragraph.find_next_siblings("p", limit=5)]
    return sum(len(other.get_text()) >= LONG for other in beside) >= NEIGHBOURS


@cache
def _rows() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(resources.files("pipeline").joinpath("tables", "inserts.toml").read_text("utf-8"))
    return {row["name"]: _pattern(row["words"]) for row in table["insert"]}


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(words.pattern for words in _rows().values()))


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[ -])(?:{'|'.join(map(re.escape, words))})(?=[ -]|$)")
