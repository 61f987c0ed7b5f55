"""Articles that are one text: the same words, or near-copies of agency copy, found by MinHash as they come in."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray
from sqlite_utils import Database

from pipeline.models import digest

Signature = NDArray[np.uint32]
PERMUTATIONS, BAND = 128, 5  # two texts that share 60 % of their shingles meet in a band with 90 % probability
ALIKE = 0.6  # share of common shingles of a near-copy: another headline, a paragraph cut
SHINGLE = 5  # words
KNOWN = 65_536  # paths whose original is remembered while a store is compared
FEWEST = 40  # words; shorter texts are copies only where they are equal


def text_key(text: str) -> str | None:
    """The same for texts of the same words; None for a text without words."""
    words = _words(text)
    return digest(*words) if words else None


def signature_of(text: str) -> Signature | None:
    """What near-copies share; None for a text too short to tell."""
    words = _words(text)
    if len(words) < FEWEST:
        return None
    shingles = {" ".join(words[at : at + SHINGLE]).encode() for at in range(len(words) - SHINGLE + 1)}
    found = MinHash(num_perm=PERMUTATIONS)
    found.update_batch(sorted(shingles))
    return np.asarray(found.hashvalues, dtype=np.uint32)


def find_original(db: Database, key: str, signature: Signature) -> str | None:
    """The id of the article that this one is a near-copy of, the first of its kind."""
    bands = _bands(signature)
    marks = ", ".join("?" * len(bands))
    rows = db.query(
        f"""SELECT id, coalesce(copy_of, id) AS original, signature FROM articles
        WHERE id IN (SELECT article_id FROM article_bands WHERE band IN ({marks})) AND id <> ? ORDER BY rowid""",
        [*bands, key],
    )
    for row in rows:
        if np.mean(signature == np.frombuffer(row["signature"], dtype=np.uint32)) >= ALIKE and row["original"] != key:
            return str(row["original"])
    return None


def save_bands(db: Database, key: str, signature: Signature | None) -> None:
    """Puts the article where its near-copies will look for it."""
    db.execute("DELETE FROM article_bands WHERE article_id = ?", [key])
    if signature is not None:
        rows = [(band, key) for band in _bands(signature)]
        db.conn.executemany("INSERT OR IGNORE INTO article_bands VALUES (?, ?)", rows)


class Copies(Mapping[str, str]):
    """The path of the original by the path of an article that is, or has, a near-copy; asked once of the database,
    which holds still meanwhile."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._any = any(True for _ in db.query("SELECT 1 FROM articles WHERE copy_of IS NOT NULL LIMIT 1"))
        self._asked = lru_cache(KNOWN)(self._original)

    def __getitem__(self, path: str) -> str:
        found = self._asked(path) if self._any else None
        if found is None:
            raise KeyError(path)
        return found

    def _original(self, path: str) -> str | None:
        rows = self._db.query(f"{ORIGINALS} AND articles.path = ?", [path])
        return next((str(row["original"]) for row in rows), None)

    def __iter__(self) -> Iterator[str]:
        return (str(row["path"]) for row in self._db.query(ORIGINALS))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return self._any


ORIGINALS = """SELECT articles.path, coalesce(first.path, articles.path) AS original FROM articles
LEFT JOIN articles AS first ON first.id = articles.copy_of
WHERE (articles.copy_of IS NOT NULL OR EXISTS (SELECT 1 FROM articles AS copy WHERE copy.copy_of = articles.id))"""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _bands(signature: Signature) -> list[int]:
    return [int(digest(at, signature[at : at + BAND].tolist())[:15], 16) for at in range(0, PERMUTATIONS - BAND, BAND)]
