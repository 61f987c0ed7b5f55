"""Addresses, feeds and sitemaps to kept pages, resuming where an earlier run stopped."""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import httpx

from pipeline.fetch.ask import Answer, Asker, LaterError, RefusalError
from pipeline.fetch.guard import RefusedAddressError
from pipeline.fetch.keep import Shelf
from pipeline.fetch.options import FetchOptions, FetchResult, Outcome
from pipeline.scrape.feeds import announced_feed, feed_entries, is_feed, unpacked

MOST_UNPACKED = 50_000_000  # bytes, the standard's limit for a sitemap ("sitemap.xml.gz")
DEEPEST = 2  # a feed that a sitemap index names in a sitemap index
PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "")


def fetch(urls: Iterable[str], to_dir: Path, options: FetchOptions | None = None) -> Iterator[FetchResult]:
    """Fetches each address once, follows feeds to their articles, and says what came of each as soon as it is known.

    Pages stand in `to_dir` (or in `options.warc`) with a sidecar of headers each; a page that is there already is not
    fetched again unless `options.refresh`. Nothing is raised for what a server does; OSError where the disk fails.
    """
    options = options or FetchOptions()
    shelf = Shelf(to_dir, options.warc)
    waiting = deque((url, 0) for url in urls)
    seen: set[str] = set()
    with Asker(options) as asker:
        while waiting:
            written, depth = waiting.popleft()
            url = urldefrag(written.strip())[0]
            if not url or url in seen:
                continue
            seen.add(url)
            result, found = _one(url, shelf, asker, options, given=depth == 0)
            fresh = [address for address in found if address not in seen][: options.max_entries]
            if depth < DEEPEST:
                waiting.extend((address, depth + 1) for address in fresh)
            yield result


def _one(url: str, shelf: Shelf, asker: Asker, options: FetchOptions, given: bool) -> tuple[FetchResult, list[str]]:
    known = shelf.known(url)
    if known and not options.refresh and "entries" not in known:
        return FetchResult(url=url, outcome="kept", path=options.warc or shelf.page(url)), []
    try:
        answer = asker.ask(url, _conditions(known))
    except RefusalError as refusal:
        return FetchResult(url=url, outcome="refused", problem=str(refusal)), []
    except (httpx.HTTPError, httpx.InvalidURL, LaterError, ValueError) as error:
        problem = str(error).partition("\n")[0][:200] or type(error).__name__
        outcome: Outcome = "refused" if isinstance(error.__cause__, RefusedAddressError) else "failed"
        return FetchResult(url=url, outcome=outcome, problem=problem), []
    return _kept(url, answer, shelf, known, given)


def _kept(url: str, answer: Answer, shelf: Shelf, known: dict[str, Any], given: bool) -> tuple[FetchResult, list[str]]:
    if answer.status == 304:
        if "entries" in known:
            return FetchResult(url=url, outcome="unchanged", entries=len(known["entries"])), known["entries"]
        return FetchResult(url=url, outcome="unchanged", path=shelf.warc or shelf.page(url)), []
    if answer.status != 200:
        return FetchResult(url=url, outcome="failed", problem=f"the server answered {answer.status}"), []
    answer = answer._replace(data=unpacked(answer.data, MOST_UNPACKED))
    if not answer.data.strip():
        return FetchResult(url=url, outcome="failed", problem="the answer is empty"), []
    entries = _entries(answer, given)
    if entries is not None:
        shelf.note(url, answer.url, answer.status, answer.headers, entries)
        return FetchResult(url=url, outcome="feed", entries=len(entries)), entries
    kind = _kind(answer)
    if kind not in PAGE_TYPES:
        return FetchResult(url=url, outcome="refused", problem=f"the answer is {kind}, not a page"), []
    path = shelf.put(url, answer.url, answer.status, answer.headers, answer.data)
    return FetchResult(url=url, outcome="saved", path=path), []


def _entries(answer: Answer, given: bool) -> list[str] | None:
    """The articles of a feed; of a front page that the user gave, its feed. None for an article's page."""
    if is_feed(answer.data):
        return [entry.url for entry in feed_entries(answer.data, answer.url)]
    feed = announced_feed(answer.data, answer.url) if given and _kind(answer) in PAGE_TYPES[:2] else None
    return [feed] if feed else None


def _kind(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _conditions(known: dict[str, Any]) -> dict[str, str]:
    headers = known.get("headers")
    kept = headers if isinstance(headers, dict) else {}
    pairs = (("If-None-Match", kept.get("etag")), ("If-Modified-Since", kept.get("last-modified")))
    return {name: str(value) for name, value in pairs if value}
