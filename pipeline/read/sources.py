"""Which files of the paths that the user gave are to be read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

TEXT_SUFFIXES = frozenset({".txt", ".md"})
PAGE_SUFFIXES = frozenset({".html", ".htm", ".mht", ".mhtml"})
WARC_SUFFIXES = frozenset({".warc", ".warc.gz"})
PACK_SUFFIXES = frozenset({".zip", ".tar.gz", ".tgz", ".tar"})
ROW_SUFFIXES = frozenset({".jsonl", ".csv"})
SUFFIXES = TEXT_SUFFIXES | PAGE_SUFFIXES | WARC_SUFFIXES | PACK_SUFFIXES | ROW_SUFFIXES
STDIN = Path("-")


def kind_of(path: Path) -> str:
    """The suffix that says how a file is read: "a/news.WARC.gz" is ".warc.gz", "notes.docx" is ".docx"."""
    name = path.name.lower()
    return next(
        (suffix for suffix in SUFFIXES if suffix.count(".") == 2 and name.endswith(suffix)), path.suffix.lower()
    )


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """The files to read: those given, and in folders all with a known suffix, sorted, each file once.

    Hidden files, the `X_files` folder beside a saved page `X.html` and links that lead back are skipped. A path that
    is missing or cannot be listed is passed on, so that reading it says why and the rest is still read; so is "-",
    standard input.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        for file in _walk(path, seen) if path.is_dir() else [path]:
            if not _seen(file, seen):
                yield file


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    if _seen(folder, seen):
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    pages = {entry.stem for entry in entries if kind_of(entry) in PAGE_SUFFIXES}
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if entry.name.removesuffix("_files").removesuffix("_fichiers") not in pages:
                yield from _walk(entry, seen)
        elif kind_of(entry) in SUFFIXES and (entry.is_file() or entry.is_symlink()):
            yield entry


def _seen(path: Path, seen: set[tuple[int, int]]) -> bool:
    """Whether this very file or folder came before, under any name; one that cannot be examined did not."""
    try:
        status = path.stat()
    except OSError:
        return False
    key = (status.st_dev, status.st_ino)
    known = key in seen
    seen.add(key)
    return known
