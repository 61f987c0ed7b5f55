"""Articles, claims and conflicts into the database, one transaction an article.

A kill at any moment leaves a database that the next run completes: the groups whose conflicts are out of date are
noted in the transaction that changes their claims, and struck off in the one that writes their conflicts.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.compare import groups_of
from pipeline.compare.metrics import family_of
from pipeline.errors import ReadError, shown
from pipeline.models import Article, Claim, Conflict, digest
from pipeline.store.cells import LARGE, cell_claims, has_claims
from pipeline.store.copies import find_original, save_bands, signature_of, text_key
from pipeline.store.reading import conflicts_where
from pipeline.store.rows import (
    CLAIM_COLUMNS,
    CONFLICT_COLUMNS,
    OF_ARTICLE,
    Cell,
    article_key,
    article_row,
    claim_row,
    conflict_row,
    gravity,
    near_text,
    near_to,
    review_key,
    statement_of,
)

INSERT = "INSERT OR {} INTO {} ({}) VALUES ({})"
INSERT_CLAIM, INSERT_CONFLICT = (
    INSERT.format(otherwise, table, ", ".join(f'"{c}"' for c in columns), ", ".join(f":{c}" for c in columns))
    for otherwise, table, columns in (("ABORT", "claims", CLAIM_COLUMNS), ("REPLACE", "conflicts", CONFLICT_COLUMNS))
)
STORED = "SELECT id, path, coalesce(modified, published) AS day, content_hash, text_key, version FROM articles"
MOVE_CLAIM = 'UPDATE claims SET "start" = :start, "end" = :end WHERE claim_id = :claim_id'
MOVE_METRIC = "UPDATE claims SET family = :family WHERE metric = :metric AND family <> :family"
MOVE_CONFLICTS = """
UPDATE conflicts SET cell = 'group/' || claims.family || '/' || coalesce(claims.company, '') FROM claims
WHERE claims.claim_id = conflicts.a AND conflicts.cell LIKE 'group/%'"""
OLD_CONFLICTS = "SELECT conflict_id, review_key FROM conflicts WHERE cell = ?"
AMONG = " AND statement_a IN (SELECT value FROM json_each(?)) AND statement_b IN (SELECT value FROM json_each(?))"
DROP_CONFLICT = "DELETE FROM conflicts WHERE conflict_id = ? AND cell = ?"


@dataclass
class RunCounts:
    """What a run has done so far, as its row says."""

    articles: int = 0
    unchanged: int = 0
    copies: int = 0
    skipped: int = 0
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
) -> bool:
    """Puts the article's claims in place of those it had; whether it is kept.

    What is stored already, as the same words elsewhere or as a newer version of the page, is kept once: only where
    it was read and who published it there is noted.
    """
    key, words = article_key(article), text_key(article.text)
    with db.atomic():
        stored = next(db.query(f"{STORED} WHERE id = ?", [key]), None)
        twin = None if stored else next(db.query(f"{STORED} WHERE text_key = ? LIMIT 1", [words]), None)
        kept = not twin and not (stored and _is_older(article, stored))
        if kept:
            corrected = stored is not None and stored["text_key"] != words
            if corrected:
                db.execute("DELETE FROM files WHERE article_id = ?", [key])  # whoever had its text may differ now
            _save_row(db, article, key, stored, run_id)
            _replace_claims(db, key, claims, corrected)
        _save_file(db, article, twin["id"] if twin else key, extractor)
    return kept


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
    signature = signature_of(article.text)
    row = {
        "id": key,
        **article_row(article),
        "text_key": text_key(article.text),
        "signature": signature.tobytes() if signature is not None else None,
        "copy_of": find_original(db, key, signature) if signature is not None else None,
        "version": stored["version"] if stored else 1,
    }
    if stored and stored["content_hash"] != row["content_hash"]:
        row["version"] += 1
    columns = [name for name in row if name != "id"]
    db.execute(
        f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join(f':{c}' for c in row)}) "
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}",
        row,
    )
    save_bands(db, key, signature)
    version = {c: row[c] for c in ("version", "content_hash", "published", "modified")}
    db.table("article_versions").insert({"article_id": key, **version, "run_id": run_id}, ignore=True)


def _save_file(db: Database, article: Article, key: str, extractor: str) -> None:
    row = {name: getattr(article, name) for name in ("path", "url", "source", "content_hash")}
    row |= {"article_id": key, "extractor": extractor}
    db.table("files").insert(row, pk="path", replace=True)


def _replace_claims(db: Database, key: str, claims: Sequence[Claim], corrected: bool = False) -> None:
    """Only what differs is touched, so that an unchanged claim keeps its conflicts.

    Where the article was `corrected`, the conflicts of the claims that it took back stay on record.
    """
    rows = {claim.claim_id: claim_row(claim, key) for claim in claims}
    old = {claim.claim_id: claim for claim in cell_claims(db, Cell(article_id=key))}
    gone = [claim for name, claim in old.items() if name not in rows]
    new = [claim for claim in claims if claim.claim_id not in old]
    if corrected:
        _supersede(db, {claim.claim_id for claim in gone})
    db.conn.executemany("DELETE FROM claims WHERE claim_id = ?", [(claim.claim_id,) for claim in gone])
    db.conn.executemany(INSERT_CLAIM, [rows[claim.claim_id] for claim in new])
    db.conn.executemany(MOVE_CLAIM, [row for name, row in rows.items() if name in old])
    _note(db, [*_touched(db, [*gone, *new]), *([Cell(article_id=key)] if gone or new else [])])
    names = {row[side] for row in rows.values() for side in ("company", "counterparty") if row[side]}
    db.conn.executemany("INSERT OR IGNORE INTO companies (name) VALUES (?)", [(name,) for name in sorted(names)])


def _supersede(db: Database, gone: Set[str]) -> None:
    marks = ", ".join("?" * len(gone))
    for conflict in conflicts_where(db, f"conflicts.a IN ({marks}) OR conflicts.b IN ({marks})", [*gone, *gone]):
        settled = conflict.model_copy(update={"superseded": True})
        row = {"conflict_id": conflict.conflict_id, "gravity": gravity(conflict), "document": settled.model_dump_json()}
        db.table("superseded").insert(row, pk="conflict_id", replace=True)


def _touched(db: Database, claims: Iterable[Claim]) -> Iterator[Cell]:
    """The groups of claims that came or went; of large ones the neighbourhoods of these claims."""
    nears = {claim.claim_id: (claim, near) for claim in claims if (near := near_to(claim))}
    for (company, family), members in groups_of(claim for claim, _ in nears.values()).items():
        group = Cell(company, family)
        if has_claims(db, group, LARGE):
            yield from (replace(group, near=nears[claim.claim_id][1]) for claim in members)
        else:
            yield group


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
    rows = [(cell.key, cell.company, cell.family, cell.article_id, near_text(cell.near)) for cell in cells]
    db.conn.executemany("INSERT OR IGNORE INTO pending VALUES (?, ?, ?, ?, ?)", rows)


def note_all(db: Database, comparer: str) -> None:
    """Notes every cell as out of date where the stored conflicts were found by another version of the comparison, which
    may have looked at other metrics together."""
    with db.atomic():
        stored = next(db.query("SELECT value FROM settings WHERE name = 'comparer'"), {"value": None})
        if stored["value"] == comparer:
            return
        _regroup(db)
        groups = db.query("SELECT DISTINCT coalesce(company, '') AS company, family FROM claims")
        _note(db, [Cell(row["company"], row["family"]) for row in groups])
        _note(db, [Cell(article_id=row["id"]) for row in db.query("SELECT id FROM articles")])
        db.table("settings").insert({"name": "comparer", "value": comparer}, pk="name", replace=True)


def _regroup(db: Database) -> None:
    """Puts each metric into the family that it belongs to now, and conflicts into the cells of their claims."""
    metrics = [row["metric"] for row in db.query("SELECT DISTINCT metric FROM claims")]
    db.conn.executemany(MOVE_METRIC, [{"metric": metric, "family": family_of(metric)} for metric in metrics])
    db.execute(MOVE_CONFLICTS)


def save_conflicts(db: Database, cell: Cell, claims: Iterable[Claim], conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Puts the conflicts between the claims of a cell in place of those it had and strikes it off; those that are new.

    A conflict is not new where only another mention stands for the same figures, nor where it was judged before.
    """
    with db.atomic():
        found = {conflict.conflict_id: conflict for conflict in conflicts}
        old = _old_conflicts(db, cell, claims)
        db.conn.executemany(DROP_CONFLICT, [(row["conflict_id"], cell.name) for row in old])
        db.conn.executemany(INSERT_CONFLICT, [conflict_row(conflict, cell.name) for conflict in found.values()])
        _strike_off(db, cell)
    known = {row["conflict_id"] for row in old} | {row["review_key"] for row in old}
    keys = {review_key(conflict.a, conflict.b): conflict for conflict in found.values()}
    known |= _settled(db, list(keys))
    return [conflict for key, conflict in keys.items() if not {conflict.conflict_id, key} & known]


def _settled(db: Database, keys: Sequence[str]) -> set[str]:
    """Those of the review keys that somebody has dismissed or resolved."""
    asked = "review_key IN (SELECT value FROM json_each(?))"
    rows = db.query(f"SELECT review_key FROM reviews WHERE status <> 'confirmed' AND {asked}", [json.dumps(keys)])
    return {row["review_key"] for row in rows}


def _old_conflicts(db: Database, cell: Cell, claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """The stored conflicts of a cell; of a neighbourhood those between the statements of these claims."""
    if not cell.near:
        return list(db.query(OLD_CONFLICTS, [cell.name]))
    among = json.dumps(sorted({statement_of(claim) for claim in claims}))
    return list(db.query(OLD_CONFLICTS + AMONG, [cell.name, among, among]))


def _strike_off(db: Database, cell: Cell) -> None:
    if cell.near or cell.article_id:
        db.execute("DELETE FROM pending WHERE cell = ?", [cell.key])
    else:
        db.execute("DELETE FROM pending WHERE company = ? AND family = ?", [cell.company, cell.family])
