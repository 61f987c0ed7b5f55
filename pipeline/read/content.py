"""Bytes whose kind is known, from wherever they come, to an Article."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from pipeline.errors import ReadError
from pipeline.models import Article
from pipeline.read.plain import plain_article
from pipeline.scrape import scrape
from pipeline.scrape.encoding import decode

TEXT_LIMIT = 4_000_000  # bytes: an article of half a million words is none
PAGE_LIMIT = 40_000_000  # bytes: pages saved in one file carry their images
LINE_LIMIT = 50_000
ONE_A_FILE = "split it into one file an article"
SIGNATURES = {  # of files that people take for text
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or office document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "an RTF document",
}
# what HTML parsers raise on markup made to break them; a batch must outlive it
PARSER_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
SAVE_AS_TEXT = "save the article as .txt (UTF-8) or .html"


@dataclass(frozen=True)
class Member:
    """A page or text of an archive whose bytes are read and not yet understood, so that this can be done elsewhere,
    where it can be stopped. `place` is its article's path."""

    data: bytes
    place: str
    page: bool = True
    url: str | None = None
    charset: str | None = None

    def article(self) -> Article | ReadError:
        """The article, or what is wrong with it."""
        if len(self.data) > PAGE_LIMIT:
            return ReadError(self.place, f"larger than {PAGE_LIMIT // 1_000_000} MB", "such a page is no article")
        try:
            if self.page:
                return page_article(self.data, self.place, self.url, self.charset)
            return text_article(self.data, self.place)
        except ReadError as error:
            return error


def text_article(data: bytes, path: Path | str) -> Article:
    """The article of a text file's bytes. Raises ReadError where they are empty, binary or too many."""
    refuse(data, path)
    if len(data) > TEXT_LIMIT:
        raise ReadError(path, f"larger than {TEXT_LIMIT // 1_000_000} MB", ONE_A_FILE)
    text = decode(data)
    if text is None:
        raise ReadError(path, "the text is in no encoding that could be recognised", "save it as UTF-8")
    if "\0" in text or len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f]", text)) > len(text) // 100:
        raise ReadError(path, "the file is binary, not text", SAVE_AS_TEXT)
    if text.count("\n") > LINE_LIMIT:
        raise ReadError(path, f"more than {LINE_LIMIT:,} lines are no article", ONE_A_FILE)
    return plain_article(text, path)


def page_article(data: bytes, path: Path | str, url: str | None = None, encoding: str | None = None) -> Article:
    """The article of a page's bytes: HTML, or MHTML as browsers save it."""
    refuse(data, path)
    if re.search(rb"^content-type:\s*multipart/related", data[:4000], re.I | re.M):
        data, url, encoding = _page_of_mhtml(data, path)
    try:
        return scrape(data, path, url, encoding)
    except PARSER_FAULTS as error:
        fault = f"the page breaks its parser ({type(error).__name__})"
        raise ReadError(path, fault, "save the article's text as .txt") from error


def refuse(data: bytes, path: Path | str) -> None:
    """Raises ReadError for bytes without content and for files that are plainly something else."""
    if not data.strip():
        raise ReadError(path, "the file is empty", "save the article again")
    kind = next((kind for signature, kind in SIGNATURES.items() if data.startswith(signature)), None)
    if kind:
        raise ReadError(path, f"the file is {kind}, not text", SAVE_AS_TEXT)


def _page_of_mhtml(data: bytes, path: Path | str) -> tuple[bytes, str | None, str | None]:
    """The first HTML part with its address and charset."""
    try:
        message = message_from_bytes(data, policy=default)
        part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        content = part.get_payload(decode=True) if part is not None else None
        charset = part.get_content_charset() if part is not None else None
        address = (part["Content-Location"] if part is not None else None) or message["Snapshot-Content-Location"]
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        raise ReadError(path, "the MHTML is damaged", "save the page again as .html") from error
    if not isinstance(content, bytes):
        raise ReadError(path, "the MHTML holds no page", "save the page again as .html")
    url = str(address) if address and str(address).startswith(("http://", "https://")) else None
    return content, url, charset
