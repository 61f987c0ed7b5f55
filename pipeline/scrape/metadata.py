"""Title, author, dates, outlet, address and language of a page, from what it declares and what it shows."""

import re
from datetime import date
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from rapidfuzz import fuzz

from pipeline.models import DateOrigin
from pipeline.scrape.authors import bylines, signature
from pipeline.scrape.dates import byline_dates, date_in_name, written_date
from pipeline.scrape.declared import LONGEST, Page
from pipeline.scrape.jsonld import body_of, text_of
from pipeline.scrape.page import visible
from pipeline.scrape.sites import Site, host_of

TITLE_METAS = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "title")
PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "date.issued", "pubdate", "publish-date",
    "publication_date", "cxenseparse:recs:publishtime", "date",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "date.modified",
    "last-modified",
)
SITE_METAS = ("og:site_name", "application-name", "dc.publisher", "publisher")
DESCRIPTION_METAS = ("og:description", "description", "twitter:description")
PUBLISHED_SELECTORS = (
    "[itemprop=datePublished], abbr.published, abbr[class*=date]",
    "time[pubdate], time.published, time.entry-date, .entry-date time, time[class*=publi]",
    "article header time, header time, article time, .article time",
)
MODIFIED_SELECTORS = "[itemprop=dateModified], time.updated:not(.published, .entry-date), [class*=modifi] time"
TITLE_END = re.compile(r"\s{1,5}[|–—•·»-]\s{1,5}")
SLOGAN = 3  # words: fewer are part of a name
SAVED_FROM = re.compile(r"(?:saved from url=\(\d+\)|^\s*url:)\s*(https?://[^\s>]{1,2000})", re.M)


class PageMetadata(NamedTuple):
    """What is known about a page's article; what is not told is None. `signed` are the lines that name its authors."""

    title: str | None
    url: str | None
    source: str | None
    author: str | None
    signed: tuple[str, ...]
    published: date | None
    published_origin: DateOrigin | None
    modified: date | None
    language: str | None
    free: bool | None
    body: str | None


def page_address(page: Page, given: str | None, markup_head: str = "") -> str | None:
    """The canonical address: link, og:url, JSON-LD, then the one given or noted by the browser that saved the page."""
    saved = SAVED_FROM.search(markup_head)
    base = given or (saved[1] if saved else None)
    link = page.soup.select_one("link[rel~=canonical][href]")
    declared = [str(link["href"]) if link else None, page.metas.get("og:url"), text_of(page.node.get("url"))]
    for address in declared:
        absolute = _joined(base, address)
        if absolute and not _is_front_page(absolute):
            return absolute
    return base


def read_metadata(page: Page, url: str | None, site: Site | None, file_name: str = "") -> PageMetadata:
    source = (site.name if site else None) or _outlet(page.meta(SITE_METAS)) or text_of(page.node.get("publisher"))
    beside_title = bylines(page.soup)
    author, signed = signature(page, site, source, beside_title)
    modified = written_date(text_of(page.node.get("dateModified"))) or written_date(page.meta(MODIFIED_METAS))
    written, changed = byline_dates(beside_title)
    published, origin = _dated(
        (_published(page, site) or date_in_name(urlsplit(url or "").path), "metadata"),
        (date_in_name(file_name), "file name"),
        (written, "byline"),
    )
    free = str(page.node.get("isAccessibleForFree", "")).rpartition("/")[2].lower()
    return PageMetadata(
        title=_title(page, site, source),
        url=url,
        source=source or host_of(url) or None,
        author=author,
        signed=signed,
        published=published,
        published_origin=origin,
        modified=modified or _times(page.soup, MODIFIED_SELECTORS) or changed,
        language=_language(page),
        free={"false": False, "true": True}.get(free),
        body=body_of(page.node),
    )


def _outlet(name: str | None) -> str | None:
    """ "Maddyness" of "Maddyness - Le média pour comprendre l'économie de demain"."""
    head, *rest = TITLE_END.split(name or "", maxsplit=1)
    return (head if rest and len(rest[0].split()) >= SLOGAN else name) or None


def _dated(*candidates: tuple[date | None, DateOrigin]) -> tuple[date | None, DateOrigin | None]:
    return next(((day, origin) for day, origin in candidates if day), (None, None))


def _joined(base: str | None, address: str | None) -> str | None:
    try:
        absolute = urljoin(base or "", (address or "").strip())
        return absolute if urlsplit(absolute).scheme in ("http", "https") and urlsplit(absolute).hostname else None
    except ValueError:
        return None


def _is_front_page(url: str) -> bool:
    return urlsplit(url).path in ("", "/") and not urlsplit(url).query


def _title(page: Page, site: Site | None, source: str | None) -> str | None:
    """The heading that the page shows where its declared titles confirm it; else the declared one."""
    own = page.soup.select_one(site.title) if site and site.title else None
    if own and (shown := visible(own.get_text(" ")[:LONGEST])):
        return shown
    tag = page.soup.find("title")
    declared = [
        text_of(page.node.get("headline")),
        page.meta(TITLE_METAS),
        visible(tag.get_text()[:LONGEST]) if tag else None,
    ]
    known = [title for title in declared if title]
    headings = [visible(h1.get_text(" ")[:LONGEST]) for h1 in page.soup.find_all("h1")[:10]]
    for heading in headings:
        if any(_confirms(title, heading) for title in known):
            return heading
    if known:
        return _shown_part(known[0], page.soup) or _without_site(known[0], source)
    return next((heading for heading in headings if heading), None)


def _confirms(title: str, heading: str) -> bool:
    """Whether a declared title holds the heading; one too short to be compared must be a whole part of it."""
    if len(heading) > 10:
        return fuzz.partial_ratio(heading, title) >= 80
    return bool(heading) and heading in TITLE_END.split(title)


def _shown_part(title: str, soup: BeautifulSoup) -> str | None:
    """ "Le bilan du club" of "Le bilan du club - Le Courrier", where the page shows the one and not the other."""
    cuts = list(TITLE_END.finditer(title))
    head = title[: cuts[-1].start()] if cuts and soup.body else ""
    shown = {visible(text) for text in soup.body.strings if len(text) <= LONGEST} if head and soup.body else set()
    return head if head in shown and title not in shown else None


def _without_site(title: str, source: str | None) -> str:
    """ "Mistral lève 2 milliards - Numerama" without the outlet's name."""
    cuts = list(TITLE_END.finditer(title))
    if cuts and source:
        tail = title[cuts[-1].end() :]
        if fuzz.ratio(tail.lower(), source.lower()) >= 75:
            return title[: cuts[-1].start()]
    return title


def _published(page: Page, site: Site | None) -> date | None:
    own = _times(page.soup, site.published) if site and site.published else None
    return own or declared_date(page) or next((day for s in PUBLISHED_SELECTORS if (day := _times(page.soup, s))), None)


def declared_date(page: Page) -> date | None:
    """The day of publication that JSON-LD or a meta element tells."""
    return written_date(text_of(page.node.get("datePublished"))) or written_date(page.meta(PUBLISHED_METAS))


def _times(soup: BeautifulSoup, selector: str) -> date | None:
    tags = (tag for tag in soup.select(selector)[:5] if not tag.find_parent(["aside", "footer", "nav"]))
    values = (str(tag.get("datetime") or tag.get("content") or tag.get("title") or tag.get_text(" ")) for tag in tags)
    return next((day for value in values if (day := written_date(value))), None)


def _language(page: Page) -> str | None:
    html = page.soup.find("html")
    attribute = str(html.get("lang") or html.get("xml:lang") or "") if isinstance(html, Tag) else ""
    declared = attribute or text_of(page.node.get("inLanguage")) or page.metas.get("og:locale") or ""
    found = re.match(r"[a-z]{2}(?![a-z])", declared.lower())
    return found[0] if found else None
