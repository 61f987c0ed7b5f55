"""Bytes to text: what the bytes prove, then what they declare, then what statistics propose."""

import codecs
import re

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = [  # UTF-32 first: its little-endian mark starts with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
DECLARATION = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{2,40})", re.I)
DECLARED_WITHIN = 4096  # bytes; browsers look at 1,024, saved pages put comments before the declaration
WINDOWS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}  # as browsers read these labels
SAMPLE = 200_000  # bytes that detection looks at
UNPROVED = ("cp1252", "mac-roman")


def decode(data: bytes, *, declared: str | None = None) -> str | None:
    """The text of the bytes, or None where no encoding fits them.

    `declared` is what a header said ("iso-8859-1"); a declaration inside the bytes is found here. Bytes that are valid
    UTF-8 are UTF-8 whatever they declare: no other encoding produces them by accident ("Société" in cp1252 does not).
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    for claimed in ("utf-8", declared, declaration(data)):
        text = _strict(data, claimed)
        if text is not None:
            return text
    return _damaged_utf8(data) or _detected(data)


def encoding_of(head: bytes) -> str:
    """The encoding of a long text that starts with these bytes: UTF-8 unless they prove or suggest another."""
    mark = next((name for mark, name in BYTE_ORDER_MARKS if head.startswith(mark)), None)
    if mark:
        return mark
    cut = head[: len(head) - 4]  # may end within a character
    if not cut or _strict(cut.rstrip(bytes(range(0x80, 0x100))), "utf-8") is not None or _damaged_utf8(cut):
        return "utf-8"
    best = from_bytes(cut[:SAMPLE], cp_isolation=list(UNPROVED)).best()
    return best.encoding if best else "utf-8"


def declaration(data: bytes) -> str | None:
    """The encoding that a `<meta charset>` or an XML declaration names."""
    found = DECLARATION.search(data[:DECLARED_WITHIN])
    return found[1].decode("ascii") if found else None


def _strict(data: bytes, name: str | None) -> str | None:
    if not name:
        return None
    try:
        codec = codecs.lookup(name).name
        if codec.startswith(("utf-16", "utf-32")) and b"\0" not in data[:DECLARED_WITHIN]:
            return None  # a declaration that can be read as ASCII disproves itself
        text = codecs.decode(data, WINDOWS.get(codec, codec))
    except (LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 cut or hurt in a few places: far more characters that only UTF-8 explains than bytes that it cannot."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    explained = sum(1 for character in text[:SAMPLE] if character > "\x7f") - broken
    return text if explained > 10 * broken else None


def _detected(data: bytes) -> str | None:
    # short French text is cp1252 or, from old Macs, mac-roman before it is any of the hundred others
    best = from_bytes(data[:SAMPLE], cp_isolation=list(UNPROVED)).best() or from_bytes(data[:SAMPLE]).best()
    return _strict(data, best.encoding) if best else None
