"""Pages and texts packed in a .zip or .tar.gz, read without writing anything to disk."""

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.errors import ReadError
from pipeline.read.content import PAGE_LIMIT, Member
from pipeline.read.sources import PAGE_SUFFIXES, TEXT_SUFFIXES

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MEMBER_LIMIT = 100_000
TOTAL_LIMIT = 4_000_000_000  # bytes unpacked
RATIO_LIMIT = 200  # unpacked to packed; HTML packs 5 to 20 fold
ALLOWANCE = 20_000_000  # bytes that may be unpacked whatever the ratio
BOMB = "unpacks to far more than a pack of pages would"
UNPACK = "unpack it yourself and read the folder"


def pack_members(path: Path) -> Iterator[Member | ReadError]:
    """All pages and texts in the pack; "pages.zip/2025/openai.html" is an article's path.

    Raises ReadError for a pack that is damaged or a bomb; a member that cannot be read is yielded as a ReadError.
    """
    try:
        yield from _zip(path) if zipfile.is_zipfile(path) else _tar(path)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, NotImplementedError) as error:
        raise ReadError(path, f"the archive is damaged ({str(error)[:80]})", "fetch or pack it again") from error


def _zip(path: Path) -> Iterator[Member | ReadError]:
    with zipfile.ZipFile(path) as pack:
        members = pack.infolist()
        if len(members) > MEMBER_LIMIT:
            raise ReadError(path, f"holds more than {MEMBER_LIMIT:,} files", UNPACK)
        unpacked = 0
        for member in sorted(members, key=lambda member: member.filename):
            place = f"{path}/{member.filename}"
            if member.is_dir() or not _is_wanted(member.filename):
                continue
            if member.flag_bits & 1:
                yield ReadError(place, "the file is encrypted", UNPACK)
            elif _leaves(member.filename):
                yield ReadError(place, "the name leads out of the archive", "pack the files again")
            else:
                with pack.open(member) as stream:
                    data = stream.read(PAGE_LIMIT + 1)
                unpacked += len(data)
                _refuse_bomb(path, len(data), member.compress_size, unpacked)
                yield _member(data, place)


def _tar(path: Path) -> Iterator[Member | ReadError]:
    with path.open("rb") as packed:
        zipped = packed.read(2) == b"\x1f\x8b"
        packed.seek(0)
        plain = gzip.GzipFile(fileobj=packed) if zipped else packed
        counted = _Counted(plain, packed, path)
        with tarfile.open(fileobj=io.BufferedReader(counted, 1 << 20), mode="r|") as pack:
            for count, member in enumerate(pack):
                if count > MEMBER_LIMIT:
                    raise ReadError(path, f"holds more than {MEMBER_LIMIT:,} files", UNPACK)
                if not member.isfile() or not _is_wanted(member.name):
                    continue
                place = f"{path}/{member.name}"
                if _leaves(member.name):
                    yield ReadError(place, "the name leads out of the archive", "pack the files again")
                elif stream := pack.extractfile(member):
                    yield _member(stream.read(PAGE_LIMIT + 1), place)


def _member(data: bytes, place: str) -> Member:
    return Member(data, place, page=PurePosixPath(place).suffix.lower() in PAGE_SUFFIXES)


def _is_wanted(name: str) -> bool:
    pure = PurePosixPath(name)
    aside = any(part.endswith(("_files", "_fichiers")) or part in ("__MACOSX",) for part in pure.parts)
    return pure.suffix.lower() in PAGE_SUFFIXES | TEXT_SUFFIXES and not aside and not pure.name.startswith(".")


def _leaves(name: str) -> bool:
    pure = PurePosixPath(name.replace("\\", "/"))
    return pure.is_absolute() or ".." in pure.parts


def _refuse_bomb(path: Path, size: int, packed: int, total: int) -> None:
    if total > TOTAL_LIMIT or size > ALLOWANCE + RATIO_LIMIT * packed:
        raise ReadError(path, BOMB, UNPACK)


class _Counted(io.RawIOBase):
    """A stream that refuses to give far more than was read from the packed file beneath it."""

    def __init__(self, plain: io.BufferedIOBase | gzip.GzipFile, packed: io.BufferedReader, path: Path) -> None:
        self.plain, self.packed, self.path, self.given = plain, packed, path, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self.plain.read(len(view))
        self.given += len(data)
        _refuse_bomb(self.path, self.given, self.packed.tell(), self.given)
        view[: len(data)] = data
        return len(data)
