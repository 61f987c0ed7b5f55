"""Opens the database; whatever SQLite has to complain of becomes one line with a remedy."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from pipeline.errors import shown
from pipeline.store.schema import migrations

WAIT = 30.0  # seconds to wait for another process that writes
CACHE = 64_000  # KiB of pages in memory; with SQLite's 2,000 a large store reads its indexes again and again
PROBLEMS = (  # what SQLite says, what that means, what to do
    ("is not a database", "is not a database", "name another file with --db"),
    ("malformed", "is damaged", "restore a copy, or delete it and run again"),
    ("full", "could not be written: the disk is full", "free some space and run again: what is stored is kept"),
    ("readonly", "cannot be written", "name a file in a folder you may write to with --db"),
    ("read-only", "cannot be written", "name a file in a folder you may write to with --db"),
    ("unable to open", "cannot be opened or made", "name a file in a folder you may write to with --db"),
    ("locked", "is in use by another program", "wait until it has finished"),
    ("disk i/o", "could not be written: the disk is full or fails", "free some space and run again"),
)


class StoreError(Exception):
    """A database that cannot be used: `str(error)` is one line with the file and the remedy."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{shown(path)}: the database {problem}; {remedy}")


@contextmanager
def open_store(path: Path, create: bool = False) -> Iterator[Database]:
    """The database of facts, migrated to this version; with `create` it is made where it is missing.

    Raises StoreError, also for what goes wrong while it is in use.
    """
    _look(path, create)
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=WAIT)
        yield _prepared(connection, path)
    except sqlite3.Error as error:
        raise _explained(error, path) from error
    finally:
        if connection:
            connection.close()


@contextmanager
def memory_store() -> Iterator[Database]:
    """An empty database that is gone afterwards."""
    connection = sqlite3.connect(":memory:")
    try:
        yield _prepared(connection, Path(":memory:"))
    finally:
        connection.close()


@contextmanager
def read_store(path: Path) -> Iterator[Database]:
    """The database of facts for queries alone; a folder that may not be written to is enough. Raises StoreError."""
    _look(path)
    connection: sqlite3.Connection | None = None
    try:
        connection = _read_only(path)
        db = Database(connection, recursive_triggers=False)
        _check(db, path)
        if migrations.pending(db):
            raise StoreError(path, "is not ready", "complete it with: recoupe run PATH")
        yield db
    except sqlite3.Error as error:
        raise _explained(error, path) from error
    finally:
        if connection:
            connection.close()


def _look(path: Path, create: bool = False) -> None:
    if path.is_dir():
        raise StoreError(path, "is a folder", "name a file with --db")
    if not create and not path.exists():
        raise StoreError(path, "does not exist", f"make it with: recoupe run PATH --db {shown(path)}")


def _read_only(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=WAIT)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        # a WAL database needs files beside it even to be read; in a read-only folder nobody writes it meanwhile
        connection.close()
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True)
    return connection


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    db = Database(connection)
    _check(db, path)
    db.enable_wal()
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA cache_size = -{CACHE}")
    migrations.apply(db)
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _check(db: Database, path: Path) -> None:
    applied = {migration.name for migration in migrations.applied(db)}
    if not applied and db.table_names():
        raise StoreError(path, "was not made by Recoupe", "name another file with --db")
    if applied - {migration.name for migration in migrations.pending(Database(memory=True))}:
        raise StoreError(path, "was made by a newer version of Recoupe", "install that version, or name another --db")


def _explained(error: sqlite3.Error, path: Path) -> StoreError:
    said = str(error).lower()
    for part, problem, remedy in PROBLEMS:
        if part in said:
            return StoreError(path, problem, remedy)
    return StoreError(path, f"cannot be used ({error})", "check the file, or name another one with --db")
