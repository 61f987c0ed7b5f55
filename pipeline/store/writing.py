"""Articles, claims and conflicts into the database, one transaction an article.

A kill at any moment leaves a database that the next run completes: the groups whose conflicts are out of date are
noted in the transaction that changes their claims, and struck off in the one that writes their conflicts.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.errors import ReadError, shown
from pipeline.models import Article, Claim, Conflict, digest
from pipeline.store.rows import CLAIM_COLUMNS, OF_ARTICLE, Cell, article_key, article_row, claim_row, conflict_row

INSERT_CLAIM = "INSERT INTO claims ({}) VALUES ({})".format(
    ", ".join(f'"{c}"' for c in CLAIM_COLUMNS), ", ".join(f":{c}" for c in CLAIM_COLUMNS)
)
STORED = "SELECT path, coalesce(modified, published) AS day, content_hash, version FROM articles"
MOVE_CLAIM = 'UPDATE claims SET "start" = :start, "end" = :end WHERE claim_id = :claim_id'
OLD_CLAIMS = "SELECT claim_id, company, family FROM claims WHERE article_id = ?"


@dataclass
class RunCounts:
    """What a run has done so far, as its row says."""

    articles: int = 0
    unchanged: int = 0
    failed: int = 0
    claims: int = 0
    contradictions: int = 0
    tensions: int = 0


def start_run(db: Database, paths: Sequence[Path]) -> int:
    """The id of a new run."""
    run = db.table("runs").insert({"paths": json.dumps([shown(path) for path in paths], ensure_ascii=False)}, pk="id")
    return int(str(run.last_pk))


def finish_run(db: Database, run_id: int, counts: RunCounts) -> None:
    """Notes what the run has done."""
    db.table("runs").update(run_id, {**vars(counts), "finished": 1})


def save_failure(db: Database, run_id: int, error: ReadError) -> None:
    """Notes an article that could not be read."""
    row = {"run_id": run_id, "path": error.path, "problem": error.problem, "remedy": error.remedy}
    db.table("run_failures").insert(row)


def save_article(
    db: Database, article: Article, claims: Sequence[Claim], extractor: str, run_id: int | None = None
) -> int:
    """Puts the article's claims in place of those it had; how many are new.

    An older version of a page that is stored already, under another path, is noted and changes nothing.
    """
    key = article_key(article)
    with db.atomic():
        stored = next(db.query(f"{STORED} WHERE id = ?", [key]), None)
        if stored and _is_older(article, stored):
            _save_file(db, article, key, extractor)
            return 0
        _save_row(db, article, key, stored, run_id)
        _save_file(db, article, key, extractor)
        return _replace_claims(db, key, claims)


def save_claims(db: Database, claims: Iterable[Claim]) -> None:
    """Puts claims into the database whose articles are not at hand."""
    articles = defaultdict[str, list[Claim]](list)
    for claim in claims:
        articles[claim.article].append(claim)
    for path, found in articles.items():
        known = {name: getattr(found[0], name) for name in OF_ARTICLE}
        with db.atomic():
            key = digest(path)
            _save_row(db, Article(path=path, text="", **known), key, None, None)
            _replace_claims(db, key, found)


def _is_older(article: Article, stored: Mapping[str, Any]) -> bool:
    day = article.modified or article.published
    return stored["path"] != article.path and bool(stored["day"]) and (day is None or day.isoformat() < stored["day"])


def _save_row(db: Database, article: Article, key: str, stored: Mapping[str, Any] | None, run_id: int | None) -> None:
    row = {"id": key, **article_row(article), "version": stored["version"] if stored else 1}
    if stored and stored["content_hash"] != row["content_hash"]:
        row["version"] += 1
    columns = [name for name in row if name != "id"]
    db.execute(
        f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join(f':{c}' for c in row)}) "
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}",
        row,
    )
    version = {c: row[c] for c in ("version", "content_hash", "published", "modified")}
    db.table("article_versions").insert({"article_id": key, **version, "run_id": run_id}, ignore=True)


def _save_file(db: Database, article: Article, key: str, extractor: str) -> None:
    row = {"path": article.path, "article_id": key, "content_hash": article.content_hash, "extractor": extractor}
    db.table("files").insert(row, pk="path", replace=True)


def _replace_claims(db: Database, key: str, claims: Sequence[Claim]) -> int:
    """Only what differs is touched, so that an unchanged claim keeps its conflicts."""
    rows = {row["claim_id"]: row for row in (claim_row(claim, key) for claim in claims)}
    old = {row["claim_id"]: row for row in db.query(OLD_CLAIMS, [key])}
    gone, new, kept = old.keys() - rows.keys(), rows.keys() - old.keys(), rows.keys() & old.keys()
    db.conn.executemany("DELETE FROM claims WHERE claim_id = ?", [(name,) for name in gone])
    db.conn.executemany(INSERT_CLAIM, [rows[name] for name in rows if name in new])
    db.conn.executemany(MOVE_CLAIM, [rows[name] for name in kept])
    touched = {Cell(row["company"] or "", row["family"]) for row in (*(old[n] for n in gone), *(rows[n] for n in new))}
    _note(db, [*touched, Cell(article_id=key)] if touched else [])
    names = {row[side] for row in rows.values() for side in ("company", "counterparty") if row[side]}
    db.conn.executemany("INSERT OR IGNORE INTO companies (name) VALUES (?)", [(name,) for name in sorted(names)])
    return len(new)


def save_companies(db: Database, rows: Iterable[Mapping[str, str]]) -> None:
    """Adds the user's companies; what is known of one is replaced."""
    with db.atomic():
        for row in rows:
            aliases = [alias.strip() for alias in row.get("aliases", "").split("|") if alias.strip()]
            company = {
                "name": row["name"],
                "aliases": json.dumps(aliases, ensure_ascii=False),
                "country": row.get("country"),
                "fiscal_year_end": int(row.get("fiscal_year_end") or 12),
            }
            db.table("companies").insert(company, pk="name", replace=True)


def _note(db: Database, cells: Iterable[Cell]) -> None:
    rows = [(cell.name, cell.company, cell.family, cell.article_id) for cell in cells]
    db.conn.executemany("INSERT OR IGNORE INTO pending VALUES (?, ?, ?, ?)", rows)


def note_all(db: Database, comparer: str) -> None:
    """Notes every cell as out of date where the stored conflicts were found by another version of the comparison."""
    with db.atomic():
        stored = next(db.query("SELECT value FROM settings WHERE name = 'comparer'"), {"value": None})
        if stored["value"] == comparer:
            return
        groups = db.query("SELECT DISTINCT coalesce(company, '') AS company, family FROM claims")
        _note(db, [Cell(row["company"], row["family"]) for row in groups])
        _note(db, [Cell(article_id=row["id"]) for row in db.query("SELECT id FROM articles")])
        db.table("settings").insert({"name": "comparer", "value": comparer}, pk="name", replace=True)


def save_conflicts(db: Database, cell: Cell, conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Puts the conflicts of a cell in place of those it had and strikes it off; those that are new."""
    found = {conflict.conflict_id: conflict for conflict in conflicts}
    with db.atomic():
        old = {row["conflict_id"] for row in db.query("SELECT conflict_id FROM conflicts WHERE cell = ?", [cell.name])}
        db.execute("DELETE FROM conflicts WHERE cell = ?", [cell.name])
        db.table("conflicts").insert_all(conflict_row(conflict, cell.name) for conflict in found.values())
        db.execute("DELETE FROM pending WHERE cell = ?", [cell.name])
    return [conflict for name, conflict in found.items() if name not in old]
