"""Parts of an article that trafilatura leaves out and the page's structure proves: standfirst, headings, captions."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement

from pipeline.scrape.maintext import join_lines, lines_of
from pipeline.scrape.page import visible

STANDFIRST = (
    "[class*=chapo], [class*=standfirst], [class*=chapeau], [class*=article-lead], [class*=article__lead], "
    "[class*=subtitle], [class*=entry-excerpt], [class*=post-excerpt], [class*=subheadline], "
    "[itemprop=description]:not(meta)"
)
BYLINE = re.compile(r"\b(?:publié|mis à jour|posté|par [A-Z]|copyright)|©|@|https?:", re.I)
SENTENCE = re.compile(r"[.!?…]\s*[»”\"]?$")
NOT_PLAIN = ["a", "button", "input", "ul", "ol"]
ASIDE = ["aside", "nav", "footer", "form", "a"]
HEADINGS, OPENED = ["h2", "h3", "h4"], ["p", "ul", "ol", "table", "blockquote"]
PROOF = 60  # characters from which two pieces of text are known to be the same
LONGEST_HEADING, LONGEST_STANDFIRST, LONGEST_LIST = 150, 900, 3_000
COVERED = 0.8  # of a text, from which lines are known to be its lines; the rest is the menu
CAPTION_LENGTH = range(30, 400)  # characters
FIGURE = re.compile(r"\d[\d ,.]{0,12}(?:[€$£%]|(?:euros?|dollars?|millions?|milliards?|Md€?|M€)\b)")


def restored(text: str, soup: BeautifulSoup, description: str | None) -> str:
    """The text with its standfirst, the headings that open one of its paragraphs, and lists and captions after one.

    Only what stands in the page and not in the text: "Le contrat court sur quatre ans." under the title, which the
    page's description repeats or its class names, comes first.
    """
    if not text:
        return text
    text = _in_lines(text, soup)
    standfirst = _standfirst(text, soup, description)
    body = _with_followers(_with_headings(text, soup), soup)
    return "\n\n".join([*([standfirst] if standfirst else []), body])


def _in_lines(text: str, soup: BeautifulSoup) -> str:
    """All the words of a page in one block, trafilatura's last resort, parted into the lines that the page shows."""
    if "\n" in text:
        return text
    lines = [line for line in lines_of(soup.body or soup) if line.text.removeprefix("- ").replace(" | ", " ") in text]
    return join_lines(lines) if sum(len(line.text) + 1 for line in lines) >= COVERED * len(text) else text


def _standfirst(text: str, soup: BeautifulSoup, description: str | None) -> str | None:
    named = soup.select(STANDFIRST)
    told = (description or "")[:PROOF]
    repeated = [tag for tag in soup.find_all(["p", "h2"]) if told and visible(tag.get_text(" ")).startswith(told)]
    candidates = (named if len(named) == 1 else []) + (repeated if len(told) == PROOF else []) + _under_title(soup)
    for tag in candidates:
        line = visible(tag.get_text(" "))
        if PROOF <= len(line) <= LONGEST_STANDFIRST and line[:PROOF] not in text and not tag.find_parent(ASIDE):
            return line
    return None


def _under_title(soup: BeautifulSoup) -> list[Tag]:
    """What directly follows the title and is a sentence, without a date or a signature in it."""
    titles = soup.find_all("h1", limit=2)
    after = titles[0].find_next_sibling() if len(titles) == 1 else None
    if after is None or after.name not in ("p", "h2", "div") or after.find([*NOT_PLAIN, "figure", "time", "p"]):
        return []
    line = visible(after.get_text(" "))
    return [after] if SENTENCE.search(line) and not BYLINE.search(line) else []


def _with_headings(text: str, soup: BeautifulSoup) -> str:
    blocks = text.split("\n\n")
    places = {_proof(block): place for place, block in reversed(list(enumerate(blocks)))}
    missing: dict[int, str] = {}
    for heading in soup.find_all(HEADINGS)[:200]:
        line = visible(heading.get_text(" "))
        opened = heading.find_next(OPENED)
        place = places.get(_proof(visible(opened.get_text(" ")))) if isinstance(opened, Tag) else None
        if place is not None and 3 <= len(line) <= LONGEST_HEADING and not heading.find_parent(ASIDE):
            before = blocks[place - 1] if place else ""
            if line != before and line not in blocks:
                missing[place] = line
    return "\n\n".join(f"{missing[n]}\n\n{block}" if n in missing else block for n, block in enumerate(blocks))


def _with_followers(text: str, soup: BeautifulSoup) -> str:
    """The text with what follows one of its paragraphs and is missing."""
    blocks = text.split("\n\n")
    places = {_proof(block): place for place, block in reversed(list(enumerate(blocks)))}
    missing: dict[int, list[str]] = {}
    for before, line in (*_captions(soup), *_lists(soup)):
        place = places.get(_proof(visible(before.get_text(" ")))) if isinstance(before, Tag) else None
        if place is not None and line[:PROOF] not in text:
            missing.setdefault(place, []).append(line)
    return "\n\n".join("\n\n".join([block, *missing.get(n, ())]) for n, block in enumerate(blocks))


def _captions(soup: BeautifulSoup) -> Iterator[tuple[PageElement | None, str]]:
    """Captions with an amount, after the paragraph before; without one they only name a picture."""
    for caption in soup.find_all("figcaption")[:100]:
        line = visible(caption.get_text(" "))
        if len(line) in CAPTION_LENGTH and FIGURE.search(line) and not caption.find_parent(ASIDE):
            yield caption.find_previous("p"), line


def _lists(soup: BeautifulSoup) -> Iterator[tuple[PageElement | None, str]]:
    """Plain lists that directly follow a paragraph; lists of links lead elsewhere."""
    for found in soup.find_all(["ul", "ol"])[:100]:
        if found.find(NOT_PLAIN) or found.find_parent(ASIDE):
            continue
        lines = join_lines(lines_of(found))
        if 0 < len(lines) <= LONGEST_LIST:
            yield found.find_previous_sibling(), lines


def _proof(block: str) -> str:
    return re.sub(r"\W+", " ", block).strip()[:PROOF]
