"""Web archives (.warc, .warc.gz), streamed record by record with flat memory."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.errors import ReadError, shown
from pipeline.read.content import PAGE_LIMIT, Member
from pipeline.scrape.sites import host_of

PAGE_TYPES = ("text/html", "application/xhtml+xml")
CUT = "the archive is cut off after its last whole record"
AGAIN = "fetch it again; the articles before the cut were read"
CHUNK = 1 << 16


def warc_members(path: Path, hosts: frozenset[str] = frozenset()) -> Iterator[Member | ReadError]:
    """The pages among the answers of an archive; "news.warc.gz#https://x.example/a" is an article's path.

    Only pages that were answered with 200, from `hosts` where any are named. Raises ReadError at the end where the
    archive is cut off: the reader beneath ends there in silence, so the last record is measured.
    """
    last: tuple[int, int] | None = None
    try:
        for record in ArchiveIterator(str(path), record_types=WarcRecordType.any_type, parse_http=False):
            last = (record.stream_pos, record.content_length)
            if record.record_type == WarcRecordType.response:
                yield from _answer(record, path, hosts)
    except (OSError, ValueError, RuntimeError, zlib.error) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise ReadError(path, f"the archive is damaged ({str(error)[:80]})", AGAIN) from error
    if last is None:
        raise ReadError(path, "the archive holds no record", "check that it is a WARC file")
    if not _is_whole(path, *last):
        raise ReadError(path, CUT, AGAIN)


def _answer(record: WarcRecord, path: Path, hosts: frozenset[str]) -> Iterator[Member | ReadError]:
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    host = host_of(url)
    if hosts and not any(host == wanted or host.endswith("." + wanted) for wanted in hosts):
        return
    place = f"{path}#{url}"
    try:
        found = _page(record)
        if found is not None:
            data, charset = found
            yield Member(data, place, url=url, charset=charset)
    except (OSError, ValueError, RuntimeError) as error:
        yield ReadError(shown(place), f"the record is damaged ({str(error)[:80]})", "fetch the page again")


def _page(record: WarcRecord) -> tuple[bytes, str | None] | None:
    """The bytes and charset of a page that was answered with 200, at most one byte more than a page may have.

    Archives keep a server's "content-encoding: gzip" beside content that was unpacked already: where a header lies,
    the content is taken as it stands. The record is read apart from the archive, which a fault in it would end.
    """
    content = record.reader.read(PAGE_LIMIT + 1)
    for decoding in ("all", "transfer", "none"):
        answer = WarcRecord()
        answer.init_headers(WarcRecordType.response)
        answer.is_http = True
        answer.set_bytes_content(content)
        try:
            answer.parse_http(auto_decode=decoding)
            kind = (answer.http_content_type or "").lower()
            if answer.http_headers is None or answer.http_headers.status_code != 200 or kind not in PAGE_TYPES:
                return None
            return answer.reader.read(PAGE_LIMIT + 1), answer.http_charset
        except (OSError, ValueError, RuntimeError):
            if decoding == "none":
                raise
    return None


def _is_whole(path: Path, start: int, length: int) -> bool:
    """Whether the last record is all there and nothing unread stands behind it."""
    with path.open("rb") as file:
        file.seek(start)
        magic = file.read(2)
        file.seek(start)
        if magic != b"\x1f\x8b":
            head = file.read(CHUNK)
            end_of_head = head.find(b"\r\n\r\n")
            return end_of_head >= 0 and path.stat().st_size >= start + end_of_head + 4 + length
        member = zlib.decompressobj(wbits=31)
        while not member.eof and (chunk := file.read(CHUNK)):
            member.decompress(chunk, 1 << 20)
            while member.unconsumed_tail and not member.eof:
                member.decompress(member.unconsumed_tail, 1 << 20)
        return member.eof and not member.unused_data and not file.read(1)
