"""Boxes that stand among an article's paragraphs and are not its text: known by their names, or by being one link."""

import re
import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from pipeline.scrape.page import visible

BORDERS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+")
LARGEST_SHARE = 0.3  # of the page's paragraphs: a larger element holds the article, whatever it is called
ALL_SHARE = 0.6  # of the page's paragraphs, for all boxes together
ENOUGH = 500  # characters in paragraphs: a page of fewer is written in other elements
WEIGHED = 300  # elements: a page that names more of them is none of an outlet's
NEVER = frozenset(["html", "body", "main", "h1", "a"])
LINK_LENGTH = range(25, 400)  # characters of a title, or of a box of some
NEAR = 12  # elements and gaps on either side that are looked at
NEIGHBOURS, LONG = 2, 60  # paragraphs beside a link that make it stand in the text, and their characters
MOST_PARTS = 60  # elements and texts in a box that leads elsewhere
LABEL, LABEL_ENDS, ARROWS = 30, (":", "–", "-", ">", "→"), "<>→▶►➡• "  # before a link
SENTENCE_ENDS = (".", "…", ":", ". »", ".»")


def without_inserts(soup: BeautifulSoup) -> bool:
    """Takes the boxes out of the tree; whether there were any.

    `<div class="newsletter-inline">` goes, `<article class="has-newsletter">` with the article in it stays.
    """
    unwanted = _named(soup) + [tag for tag in soup.find_all(["p", "div", "section"]) if _leads_elsewhere(tag)]
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


def _named(soup: BeautifulSoup) -> list[Tag]:
    """The boxes that a name tells; none where together they hold most of the page and the names mean other things."""
    weights = _weights(soup)
    whole = weights[id(soup)]
    named = [tag for tag in soup.find_all(_is_named, limit=WEIGHED) if weights[id(tag)] <= LARGEST_SHARE * whole]
    boxes = {id(tag): tag for tag in named if tag.find("h1") is None}
    outer = [tag for tag in boxes.values() if not any(id(parent) in boxes for parent in tag.parents)]
    return outer if sum(weights[id(tag)] for tag in outer) <= ALL_SHARE * whole else []


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


def _leads_elsewhere(tag: Tag) -> bool:
    """Whether an element among paragraphs is a link to another page: "Sur ce sujet : la faillite qui inquiète"."""
    if not _is_small(tag) or tag.find("a") is None or not _is_among_paragraphs(tag):
        return False
    links = [visible(link.get_text(" ")) for link in tag.find_all("a")]
    text = visible(tag.get_text(" "))
    if tag.name != "p":
        return len(text) in LINK_LENGTH and sum(map(len, links)) >= len(text) / 2
    return len(links) == 1 and len(links[0]) in LINK_LENGTH and _is_labelled(text, links[0])


def _is_labelled(text: str, link: str) -> bool:
    """Whether the text is the link, with nothing but arrows or a short label before it, and no sentence."""
    label = text.removesuffix(link).strip(ARROWS)
    short = len(label) <= LABEL and (not label or label.endswith(LABEL_ENDS))
    return text.endswith(link) and short and not text.endswith(SENTENCE_ENDS)


def _is_small(tag: Tag) -> bool:
    return sum(1 for _ in islice(tag.descendants, MOST_PARTS)) < MOST_PARTS


def _is_among_paragraphs(tag: Tag) -> bool:
    beside = [*islice(tag.previous_siblings, NEAR), *islice(tag.next_siblings, NEAR)]
    paragraphs = [other for other in beside if isinstance(other, Tag) and other.name == "p"]
    return sum(len(other.get_text()) >= LONG for other in paragraphs) >= NEIGHBOURS


@cache
def _rows() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(resources.files("pipeline").joinpath("tables", "inserts.toml").read_text("utf-8"))
    return {row["name"]: _pattern(row["words"]) for row in table["insert"]}


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile("|".join(words.pattern for words in _rows().values()))


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[ -])(?:{'|'.join(map(re.escape, words))})(?=[ -]|$)")
