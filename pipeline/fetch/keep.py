"""Where fetched pages are kept: one file and one sidecar of headers a page, or one record of a WARC."""

import gzip
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastwarc.warc import WarcRecord, WarcRecordType

KEPT_HEADERS = ("content-type", "etag", "last-modified", "date", "content-language")


class Shelf:
    """A folder of pages; a page counts as kept once its sidecar stands, which is written last."""

    def __init__(self, folder: Path, warc: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.warc = folder, warc

    def page(self, url: str) -> Path:
        """The file of an address, legible and unique: "x.example-mistral-leve-2-milliards-1a2b3c4d.html"."""
        parts = urlsplit(url)
        slug = re.sub(r"[^a-z0-9]+", "-", parts.path.lower().rpartition(".")[0] or parts.path.lower()).strip("-")[-60:]
        digest = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:8]
        host = re.sub(r"[^a-z0-9.-]", "", (parts.hostname or "").lower())[:60]
        return self.folder / f"{'-'.join(filter(None, (host, slug, digest)))}.html"

    def sidecar(self, url: str) -> Path:
        return self.page(url).with_suffix(".headers.json")

    def known(self, url: str) -> dict[str, Any]:
        """What the sidecar tells of an address, or nothing."""
        try:
            found = json.loads(self.sidecar(url).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def put(self, url: str, final_url: str, status: int, headers: dict[str, str], data: bytes) -> Path:
        """Keeps a page and then its sidecar; what stands there is whole at every moment."""
        path = self.warc or self.page(url)
        if self.warc:
            _append(self.warc, final_url, status, headers, data)
        else:
            _write(path, data)
        self.note(url, final_url, status, headers)
        return path

    def note(
        self, url: str, final_url: str, status: int, headers: dict[str, str], entries: list[str] | None = None
    ) -> None:
        """Writes the sidecar; a feed's holds its entries, so that they are not lost when it is unchanged next time."""
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        about: dict[str, Any] = {"url": url, "final_url": final_url, "status": status, "headers": kept}
        if entries is not None:
            about["entries"] = entries
        _write(self.sidecar(url), json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n")


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _append(path: Path, url: str, status: int, headers: dict[str, str], data: bytes) -> None:
    """One response record at the end of the archive; the body is stored decoded, so its length is stated anew."""
    shown = {name: value for name, value in headers.items() if name in KEPT_HEADERS}
    lines = [f"HTTP/1.1 {status} OK", *(f"{name}: {value}" for name, value in shown.items())]
    head = "\r\n".join([*lines, f"content-length: {len(data)}"]) + "\r\n\r\n"
    content = head.encode("latin-1", "replace") + data
    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.headers["WARC-Target-URI"] = url
    record.headers["WARC-Date"] = _moment(headers.get("date")).strftime("%Y-%m-%dT%H:%M:%SZ")
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.set_bytes_content(content)
    member = io.BytesIO()
    with gzip.GzipFile(fileobj=member, mode="wb") as stream:
        record.write(stream, checksum_data=True)
    with path.open("ab", buffering=0) as archive:  # at once: a run that is killed leaves no half of a record
        archive.write(member.getvalue())


def _moment(written: str | None) -> datetime:
    """When the server says it answered; the WARC standard wants a moment, so else the present one."""
    try:
        return parsedate_to_datetime(written or "").astimezone(UTC)
    except (ValueError, TypeError):
        return datetime.now(UTC)
