"""Articles as rows: JSON lines with a `text` field, CSV with named columns."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from pipeline.errors import ReadError
from pipeline.models import Article
from pipeline.read.content import TEXT_LIMIT, page_article, text_article
from pipeline.scrape.encoding import encoding_of

HEAD = 1_000_000  # bytes that tell the encoding
FIELDS = ("title", "url", "source", "published", "modified", "author", "language")
TEXT_NAMES = ("text", "texte", "content", "contenu", "body", "article")
NAMES = {"titre": "title", "date": "published", "auteur": "author", "lang": "language", "outlet": "source"}


def jsonl_articles(stream: BinaryIO, path: Path | str) -> Iterator[Article | ReadError]:
    """One article a line: {"text": "OpenAI a perdu…", "published": "2025-11-05", "source": "Le Relais"}.

    A field `html` in the place of `text` is scraped. A line that is no such object is a ReadError that names it.
    """
    for number, line in enumerate(_lines(stream), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            yield _article(_object(line, place), place)
        except ReadError as error:
            yield error


def csv_articles(stream: BinaryIO, path: Path | str) -> Iterator[Article | ReadError]:
    """One article a row, under a first line that names the columns: `text`, and what is known of title, url…"""
    csv.field_size_limit(TEXT_LIMIT)
    lines = _lines(stream)
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(lines, fieldnames=next(csv.reader([first], delimiter=delimiter), []), delimiter=delimiter)
    names = {name.strip().lower() for name in reader.fieldnames or []}
    if not names & {*TEXT_NAMES, "html"}:
        raise ReadError(path, f"line 1 names no column 'text' (it has {', '.join(sorted(names))[:80]})", "name it")
    try:
        for row in reader:
            place = f"{path}:{reader.line_num + 1}"
            try:
                yield _article({str(key): value for key, value in row.items() if key is not None}, place)
            except ReadError as error:
                yield error
    except csv.Error as error:
        raise ReadError(
            path, f"line {reader.line_num + 1} is not CSV ({error})", "quote fields that hold quotes"
        ) from error


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines, each cut at twice the size of an article: a line without an end costs no more memory."""
    text = io.TextIOWrapper(stream, encoding_of(_head(stream)), "replace", newline="")
    try:
        while line := text.readline(2 * TEXT_LIMIT):
            yield line
            while line and not line.endswith("\n"):
                line = text.readline(2 * TEXT_LIMIT)
    finally:
        with suppress(ValueError):  # its opener may have closed it already
            text.detach()


def _head(stream: BinaryIO) -> bytes:
    """The first bytes, which stay to be read."""
    if stream.seekable():
        head = stream.read(HEAD)
        stream.seek(0)
        return head
    return stream.peek(HEAD) if isinstance(stream, io.BufferedReader) else b""


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError(place, f"the line is not JSON ({str(error)[:60]})", "write one object a line") from error
    if not isinstance(row, dict):
        raise ReadError(place, "the line is not a JSON object", 'write {"text": "…"}')
    return row


def _article(row: dict[str, Any], place: str) -> Article:
    fields = {NAMES.get(key.strip().lower(), key.strip().lower()): value for key, value in row.items() if value}
    if isinstance(fields.get("html"), str):
        article = page_article(fields["html"].encode("utf-8", "replace"), place, fields.get("url"), "utf-8")
        return article
    text = next((fields[name] for name in TEXT_NAMES if isinstance(fields.get(name), str)), None)
    if text is None:
        raise ReadError(place, "no field 'text'", "name the article's text so")
    head = {name: fields[name] for name in FIELDS if isinstance(fields.get(name), str | list)}
    front = yaml.safe_dump(head, allow_unicode=True, width=10_000_000, sort_keys=False) if head else ""
    # a text file with front matter is the one form all the rest of the reader knows
    return text_article((f"---\n{front}---\n" if front else "").encode() + text.encode("utf-8", "replace"), place)
