"""Plain text and Markdown, with or without YAML front matter, to an Article. The text is kept as it is written."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ReadError, shown
from pipeline.models import Article, DateOrigin
from pipeline.scrape.dates import byline_dates, date_in_name, day_of, written_date
from pipeline.scrape.debris import find_debris
from pipeline.scrape.language import detect_language
from pipeline.scrape.wording import find_agency, is_ai_written, is_cut, outer_lines

FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n", re.S)
OPENED = re.compile(r"---\n[A-Za-z_]{2,30}[ \t]*:")
FRONT_MATTER_LIMIT = 65_536  # characters
NAMES = {"date": "published", "lang": "language", "updated": "modified", "lastmod": "modified", "auteur": "author"}
DATE_REMEDY = "write it as 2025-11-05"


def plain_article(text: str, path: Path | str) -> Article:
    """The article of a text file's content: `text` is what follows the front matter, verbatim.

    Raises ReadError for a front matter that cannot be read and for a text without a word.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head, body = _split(text, path)
    if not any(character.isalnum() for character in body):
        raise ReadError(path, "the file holds no text", "save the article again")
    fields = {NAMES.get(key, key): value for key, value in head.items()}
    published, modified = _day(fields, "published", path), _day(fields, "modified", path)
    url, source = _words(fields.get("url")), _words(fields.get("source"))
    origin: DateOrigin | None = "front matter" if published else None
    if published is None:
        published, modified, origin = _other_dates(body, path, url, modified)
    return Article(
        path=shown(path),
        text=body,
        title=_words(fields.get("title")) or _markdown_title(body, path),
        url=url,
        source=source,
        author=_words(fields.get("author")),
        published=published,
        published_origin=origin,
        modified=modified,
        language=detect_language(body, _words(fields.get("language"))),
        agency=find_agency(body),
        paywalled=is_cut(outer_lines(body)),
        ai_written=is_ai_written(outer_lines(body)),
        debris=find_debris(body, source),
    )


def _split(text: str, path: Path | str) -> tuple[dict[str, Any], str]:
    found = FRONT_MATTER.match(text)
    if not found:
        if OPENED.match(text):
            raise ReadError(path, "the front matter opened on line 1 is never closed", "close it with a line ---")
        return {}, text
    if len(found[1]) > FRONT_MATTER_LIMIT:
        raise ReadError(path, "the front matter is longer than 64 KB", "keep title, url, source, published and author")
    return _parse(found[1], path), text[found.end() :]


def _parse(front: str, path: Path | str) -> dict[str, Any]:
    try:
        head = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2  # line 1 is the opening ---
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        problem = f"line {line} of the front matter is not YAML ({reason})"
        raise ReadError(path, problem, "put values that hold ': ' or '#' in quotes") from error
    if not isinstance(head, dict):
        raise ReadError(path, "line 2 of the front matter is not 'key: value'", "write it as title: …")
    return {str(key).lower(): value for key, value in head.items()}


def _day(fields: dict[str, Any], name: str, path: Path | str) -> date | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return day_of(value)
    day = value if isinstance(value, date) else written_date(str(value))
    if day is None:
        raise ReadError(path, f"{name} {str(value)[:60]!r} in the front matter is not a date", DATE_REMEDY)
    return day


def _other_dates(
    body: str, path: Path | str, url: str | None, modified: date | None
) -> tuple[date | None, date | None, DateOrigin | None]:
    written, changed = byline_dates(body)
    candidates: list[tuple[date | None, DateOrigin]] = [
        (date_in_name(url or ""), "metadata"),
        (date_in_name(Path(path).name), "file name"),
        (written, "byline"),
    ]
    published, origin = next(((day, name) for day, name in candidates if day), (None, None))
    return published, modified or changed, origin


def _words(value: object) -> str | None:
    """A scalar of the front matter as one line of text; a list of authors becomes "A, B"."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    words = " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
    return words or None


def _markdown_title(body: str, path: Path | str) -> str | None:
    found = re.match(r"\s*# +(\S.*)", body) if Path(path).suffix.lower() == ".md" else None
    return found[1].strip() if found else None
