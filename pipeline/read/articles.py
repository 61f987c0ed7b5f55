"""One file, archive or stream to its articles; whatever goes wrong is a ReadError of one line."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ReadError, missing
from pipeline.models import Article
from pipeline.read.content import ONE_A_FILE, PAGE_LIMIT, TEXT_LIMIT, Member, page_article, text_article
from pipeline.read.packs import pack_members
from pipeline.read.rows import csv_articles, jsonl_articles
from pipeline.read.sources import (
    PACK_SUFFIXES,
    PAGE_SUFFIXES,
    ROW_SUFFIXES,
    STDIN,
    SUFFIXES,
    TEXT_SUFFIXES,
    WARC_SUFFIXES,
    kind_of,
)
from pipeline.read.warc import warc_members
from pipeline.scrape.encoding import encoding_of

SIDECAR_LIMIT = 100_000  # bytes


def read_article(path: Path) -> Article:
    """The one article of a text file or a page ("2025-11-05-openai.txt").

    Raises ReadError where the file is missing, unreadable, empty, binary, too large, in no known encoding, or holds
    no article.
    """
    kind = kind_of(path)
    if kind in TEXT_SUFFIXES or path.is_dir() or not path.exists():
        return text_article(_bytes(path, TEXT_LIMIT), path)
    if kind in PAGE_SUFFIXES:
        return page_article(_bytes(path, PAGE_LIMIT), path, *_sidecar(path))
    if kind in SUFFIXES:
        raise ReadError(path, "an archive holds many articles", "read it with read_articles")
    raise ReadError(path, f"no reader for {kind or 'a file without suffix'}", f"known are {' '.join(sorted(SUFFIXES))}")


def read_articles(path: Path, *, hosts: frozenset[str] = frozenset()) -> Iterator[Article | ReadError]:
    """All articles of a file, an archive or standard input ("-"), each as soon as it is read.

    What cannot be read comes as a ReadError in its place, so that one bad page of an archive costs no other. `hosts`
    limits a web archive to the outlets named ("lemonde.fr", with its subdomains).
    """
    for found in read_members(path, hosts=hosts):
        yield found.article() if isinstance(found, Member) else found


def read_members(path: Path, *, hosts: frozenset[str] = frozenset()) -> Iterator[Article | Member | ReadError]:
    """The same, but the pages and texts of an archive as bytes that are still to be understood."""
    kind = kind_of(path)
    try:
        if path == STDIN:
            yield from _stdin_articles()
        elif kind in WARC_SUFFIXES:
            yield from warc_members(path, hosts)
        elif kind in PACK_SUFFIXES:
            yield from pack_members(path)
        elif kind in ROW_SUFFIXES:
            with path.open("rb") as stream:
                yield from (jsonl_articles if kind == ".jsonl" else csv_articles)(stream, path)
        else:
            yield read_article(path)
    except ReadError as error:
        yield error
    except OSError as error:
        yield _unreadable(path, error)


def _stdin_articles() -> Iterator[Article | ReadError]:
    """Standard input holds JSON lines, a page or a text: its first character tells which."""
    stream = sys.stdin.buffer
    head = stream.peek(64) if hasattr(stream, "peek") else b""
    first = head.decode(encoding_of(head), "ignore").lstrip("\ufeff \r\n\t")[:1]
    if first == "{":
        yield from (found if isinstance(found, ReadError) else _named(found) for found in jsonl_articles(stream, "-"))
        return
    data = stream.read(PAGE_LIMIT + 1)
    yield _named(page_article(data, "-") if first == "<" else text_article(data, "-"))


def _named(article: Article) -> Article:
    """What is piped has no name: its address or its content keeps it apart from what is piped next."""
    return article.model_copy(update={"path": f"-#{article.url or article.content_hash[:12]}"})


def _sidecar(path: Path) -> tuple[str | None, str | None]:
    """The address and charset that `recoupe fetch` noted beside a page ("a.html", "a.headers.json")."""
    try:
        about = json.loads(path.with_suffix(".headers.json").read_bytes()[:SIDECAR_LIMIT])
        address, kind = about["final_url"], about["headers"].get("content-type", "")
        charset = re.search(r"charset=[\"']?([\w.:-]{2,40})", kind, re.I)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None, None
    return address if isinstance(address, str) else None, charset[1] if charset else None


def _bytes(path: Path, limit: int) -> bytes:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ReadError(path, "neither a file nor a folder", "give '-' to read standard input")  # a pipe may never end
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if len(data) > limit:
        raise ReadError(path, f"larger than {limit // 1_000_000} MB", ONE_A_FILE)
    return data


def _unreadable(path: Path, error: Exception) -> ReadError:
    if isinstance(error, FileNotFoundError):
        return missing(path)
    if isinstance(error, IsADirectoryError):
        return ReadError(path, "the folder cannot be listed", "give yourself the right to read it")
    if isinstance(error, PermissionError):
        return ReadError(path, "the file cannot be opened", "give yourself the right to read it")
    reason = str(error).partition("\n")[0][:120]
    return ReadError(path, f"the file cannot be read ({reason})", "check the disk and the file")
