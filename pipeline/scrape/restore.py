"""Parts of an article that trafilatura leaves out and the page's structure proves: its standfirst, its headings."""

import re

from bs4 import BeautifulSoup, Tag

from pipeline.scrape.page import visible

STANDFIRST = "[class*=chapo], [class*=standfirst], [class*=chapeau], [class*=article-lead], [class*=article__lead]"
ASIDE = ["aside", "nav", "footer", "form", "a"]
HEADINGS, OPENED = ["h2", "h3", "h4"], ["p", "ul", "ol", "table", "blockquote"]
PROOF = 60  # characters from which two pieces of text are known to be the same
LONGEST_HEADING, LONGEST_STANDFIRST = 150, 900


def restored(text: str, soup: BeautifulSoup, description: str | None) -> str:
    """The text with its standfirst in front and with the headings that open one of its paragraphs.

    Only what stands in the page and not in the text: "Le contrat court sur quatre ans." under the title, which the
    page's description repeats or its class names, comes first.
    """
    if not text:
        return text
    standfirst = _standfirst(text, soup, description)
    return "\n\n".join([*([standfirst] if standfirst else []), _with_headings(text, soup)])


def _standfirst(text: str, soup: BeautifulSoup, description: str | None) -> str | None:
    named = soup.select(STANDFIRST)
    told = (description or "")[:PROOF]
    repeated = [tag for tag in soup.find_all(["p", "h2"]) if told and visible(tag.get_text(" ")).startswith(told)]
    for tag in (named if len(named) == 1 else []) + (repeated if len(told) == PROOF else []):
        line = visible(tag.get_text(" "))
        if PROOF <= len(line) <= LONGEST_STANDFIRST and line[:PROOF] not in text and not tag.find_parent(ASIDE):
            return line
    return None


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


def _proof(block: str) -> str:
    return re.sub(r"\W+", " ", block).strip()[:PROOF]
