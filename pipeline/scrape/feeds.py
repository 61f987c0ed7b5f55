"""RSS, Atom, sitemaps and news sitemaps to the addresses of their articles."""

import re
import zlib
from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from extractors.mentions import Frozen
from pipeline.scrape.dates import written_date
from pipeline.scrape.encoding import decode
from pipeline.scrape.page import visible

ROOTS = re.compile(r"<(?:\w{1,20}:)?(rss|feed|urlset|sitemapindex|RDF)[\s>]")
MONTHS = {"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6,
          "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12}  # fmt: skip
RFC_822 = re.compile(r"(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2})[a-z]{0,7} (?P<year>\d{4})")

HEAD = 300_000  # characters in which a page names its feeds
COMMENTS = re.compile(r"comment|réaction", re.I)


class FeedEntry(Frozen):
    """One article of a feed; `is_feed` marks a sitemap that an index of sitemaps names."""

    url: str
    title: str | None = None
    published: date | None = None
    source: str | None = None
    is_feed: bool = False


def unpacked(data: bytes, most: int) -> bytes:
    """What a gzipped sitemap holds, or the bytes as they are where they are none, damaged, or of more than `most`."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacking = zlib.decompressobj(wbits=31)
    try:
        whole = unpacking.decompress(data, most)
    except zlib.error:
        return data
    return whole if unpacking.eof else data


def is_feed(data: bytes) -> bool:
    """Whether the bytes are a feed or sitemap, whatever their server calls them."""
    return bool(ROOTS.search(data[:3000].decode("latin-1"))) and b"<html" not in data[:3000].lower()


def feed_entries(data: bytes, url: str) -> list[FeedEntry]:
    """The entries of a feed that was fetched from `url`, in its order, each address once.

    Empty for what is no feed, and for XML that defines entities: feeds do not, bombs do.
    """
    text = decode(data) or ""
    if b"<!ENTITY" in data or not is_feed(data):
        return []
    soup = BeautifulSoup(text, "xml")
    channel = soup.find(["channel", "feed"])
    source = _text(channel.find("title", recursive=False)) if isinstance(channel, Tag) else None
    entries = [_entry(tag, url, source) for tag in soup.find_all(["item", "entry", "url", "sitemap"])]
    return list({entry.url: entry for entry in reversed(entries) if entry}.values())[::-1]


def announced_feed(data: bytes, url: str) -> str | None:
    """The feed that a front page, or the page of a section, names for its articles; None on an article's own page.

    Of several, the one below the page's own path: "/tech/feed/" on "/tech/", not the feed of the whole outlet.
    """
    soup = BeautifulSoup((decode(data) or "")[:HEAD], "lxml")
    kind = soup.select_one("meta[property='og:type'][content]")
    path = urlsplit(url).path
    if path not in ("", "/") and (kind is None or kind["content"] != "website"):
        return None
    links = soup.select("link[rel~=alternate][href]:is([type='application/rss+xml'], [type='application/atom+xml'])")
    of_articles = [link for link in links if not COMMENTS.search(f"{link['href']} {link.get('title')}")]
    feeds = [address for link in of_articles if (address := _absolute(url, str(link["href"])))]
    own = (feed for feed in feeds if path.strip("/") and urlsplit(feed).path.startswith(path))
    return next(own, feeds[0] if feeds else None)


def _entry(tag: Tag, base: str, source: str | None) -> FeedEntry | None:
    address = _address(tag, base)
    if address is None:
        return None
    title = _text(tag.find("title"))
    dated = tag.find(["pubDate", "published", "publication_date", "date", "updated"])
    name = tag.find("name") if tag.name == "url" else None
    return FeedEntry(
        url=address,
        title=title,
        published=_day(_text(dated)),
        source=_text(name) or source,
        is_feed=tag.name == "sitemap",
    )


def _address(tag: Tag, base: str) -> str | None:
    links = [
        link for link in tag.find_all("link", recursive=False) if link.get("rel") in (None, "alternate", ["alternate"])
    ]
    guid = tag.find("guid", recursive=False)
    written = [str(link.get("href") or link.get_text()) for link in links] + [
        _text(tag.find("loc", recursive=False)) or ""
    ]
    if isinstance(guid, Tag) and guid.get("isPermaLink") != "false":
        written.append(guid.get_text())
    return next((absolute for address in written if (absolute := _absolute(base, address))), None)


def _absolute(base: str, address: str) -> str | None:
    try:
        absolute = urljoin(base, address.strip()) if address.strip() else ""
        parts = urlsplit(absolute)
        return absolute if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _text(tag: object) -> str | None:
    return (visible(tag.get_text(" ")) or None) if isinstance(tag, Tag) else None


def _day(text: str | None) -> date | None:
    """ "Wed, 05 Nov 2025 10:00:00 +0100" and "2025-11-05T10:00:00Z" are 2025-11-05."""
    found = RFC_822.search(text or "")
    if not found:
        return written_date(text)
    try:
        return date(int(found["year"]), MONTHS[found["month"]], int(found["day"]))
    except (KeyError, ValueError):
        return None
