"""HTML to an Article: the main text as lines and what the page says about itself."""

from pathlib import Path

from pipeline.errors import ReadError, shown
from pipeline.models import Article
from pipeline.scrape.debris import Span, find_debris
from pipeline.scrape.declared import Page, open_page
from pipeline.scrape.inserts import without_inserts
from pipeline.scrape.language import detect_language
from pipeline.scrape.maintext import lines_of, main_text, site_text
from pipeline.scrape.metadata import (
    DESCRIPTION_METAS,
    PageMetadata,
    declared_date,
    page_address,
    read_metadata,
)
from pipeline.scrape.page import page_markup, parse
from pipeline.scrape.restore import restored
from pipeline.scrape.sites import find_site
from pipeline.scrape.wording import find_agency, is_ai_written, is_cut

__all__ = ["scrape"]

FEWEST_WORDS = 12  # a page of less is a menu, a form or an error
FEWEST_DECLARED = 6  # of a page that declares itself an article: "Qubitek lève 4 millions d'euros" in a ticker
SCRAPS = 60  # characters
CUT_LENGTH = 2_500  # characters: a longer text of a page for subscribers was saved by one


def scrape(html: bytes | str, path: Path | str, url: str | None = None, encoding: str | None = None) -> Article:
    """The article of a page: paragraphs, headings, items and rows as lines, the title first, without page debris.

    `url` and `encoding` are what is known from outside (the address fetched, the header's charset). Raises ReadError
    where the page holds no article ("a menu, a form, an error"), or is too large or too deep to be read safely.
    """
    head = (html[:3000].decode("latin-1") if isinstance(html, bytes) else html[:3000]) if html else ""
    markup = page_markup(html, path, encoding)
    soup = parse(markup)
    page = open_page(soup)
    address = page_address(page, url, head)
    site = find_site(address, declared_date(page))
    about = read_metadata(page, address, site, Path(path).name)
    lines = [line.text for line in lines_of(soup)]
    cut = bool(site and site.cut and soup.select_one(site.cut))
    text = site_text(soup, site) if site else ""
    text = text or _undeclared(markup, page, address)
    text = _complete(_without_debris(text, about), about)
    if len(text.split()) < (FEWEST_DECLARED if page.is_article else FEWEST_WORDS):
        raise ReadError(path, "no article was found in the page", "save the article's own page, or its text as .txt")
    return Article(
        path=shown(path),
        text=text,
        title=about.title,
        url=about.url,
        source=about.source,
        author=about.author,
        published=about.published,
        published_origin=about.published_origin,
        modified=about.modified,
        language=detect_language(text, about.language),
        agency=find_agency(text, *about.signed),
        paywalled=cut or _is_cut(about, lines, text),
        ai_written=is_ai_written(lines),
        debris=find_debris(text, about.source),
    )


def _undeclared(markup: str, page: Page, address: str | None) -> str:
    """The main text of a page whose outlet has no declaration; with its boxes where without them nothing is left."""
    told = page.meta(DESCRIPTION_METAS)
    if without_inserts(page.soup):
        text = main_text(str(page.soup), address)
        if len(text) >= SCRAPS:
            return restored(text, page.soup, told)
    return restored(main_text(markup, address), page.soup, told)


def _is_cut(about: PageMetadata, lines: list[str], text: str) -> bool:
    return is_cut(lines) or (about.free is False and len(text) < CUT_LENGTH)


def _without_debris(text: str, about: PageMetadata) -> str:
    """The text without its debris, where that is the lesser part of it and its wordings, all French, can be trusted."""
    if detect_language(text, about.language) not in ("fr", None):
        return text
    kept = _without(text, find_debris(text, about.source))
    return kept if 2 * len(kept) > len(text) else text


def _without(text: str, debris: tuple[Span, ...]) -> str:
    """The text without its debris and the gaps that it leaves."""
    kept, at = [], 0
    for start, end in debris:
        kept.append(text[at:start])
        at = end
    return "\n\n".join(part for piece in [*kept, text[at:]] if (part := piece.strip()))


def _complete(text: str, about: PageMetadata) -> str:
    """The JSON-LD's body where the markup yields next to nothing, and the title as the first line.

    Before a title that the text holds stand scraps of the menu.
    """
    if about.body and len(text) < 250 < len(about.body):
        text = about.body
    before, title, after = text.partition(f"{about.title}\n")
    if title and len(before) <= SCRAPS and before.endswith("\n"):
        text = title + after
    if about.title and about.title not in text[: len(about.title) + 400]:
        text = f"{about.title}\n\n{text}"
    return text
