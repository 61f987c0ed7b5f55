"""The claims that are compared together: a whole group, one article, or what one claim of a large group may meet."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from pipeline.models import Claim
from pipeline.store.rows import FROM_CLAIMS, Cell, Near, claim_of, near_of, text_of

LARGE = 100  # claims of a group from which only the neighbourhoods of what changed are compared
WORTH = 100  # claims of a whole group that cost as much as one neighbourhood
FIGURES = 24  # of a neighbourhood, the most often stated: a value is compared with few others, the best supported
SLACK = 0.02  # relative; one number given as two metrics differs by less

# `found`: the same metric at the same time, the same number, also with a comma lost, at another; `others`: the numbers
# of both, and the first with a comma lost, as other metrics.
# Each figure is represented by its mention of the nearest day and its newest, so that the work does not grow with how
# often it is repeated.
NEIGHBOURS = f"""
WITH found AS MATERIALIZED (
    SELECT rowid AS id, figure, size, said_day FROM claims
    WHERE company IS :company AND metric = :metric AND first_day <= :last_day AND last_day >= :first_day
    UNION ALL
    SELECT rowid, figure, size, said_day FROM claims
    WHERE company IS :company AND metric = :metric AND size IN ({{sizes}})
        AND NOT (first_day <= :last_day AND last_day >= :first_day)
), figures AS MATERIALIZED (
    SELECT figure, size FROM found GROUP BY figure ORDER BY size = :size DESC, count(*) DESC, figure LIMIT {FIGURES}
), others AS (
    SELECT rowid AS id, figure, said_day FROM claims INDEXED BY claims_size
    WHERE company IS :company AND metric IN ({{metrics}}) AND size IN (SELECT size FROM figures)
        AND first_day <= :last_day AND last_day >= :first_day
    UNION
    SELECT rowid, figure, said_day FROM claims INDEXED BY claims_size
    WHERE company IS :company AND metric IN ({{metrics}}) AND size BETWEEN :least AND :most
        AND first_day <= :last_day AND last_day >= :first_day
    UNION
    SELECT rowid, figure, said_day FROM claims INDEXED BY claims_size
    WHERE company IS :company AND metric IN ({{metrics}})
        AND size IN ({{sizes}})
        AND first_day <= :last_day AND last_day >= :first_day
), chosen AS MATERIALIZED (
    SELECT id, figure, abs(julianday(said_day) - julianday(:day)) AS days FROM found
    WHERE figure IN (SELECT figure FROM figures)
    UNION ALL
    SELECT id, figure, abs(julianday(said_day) - julianday(:day)) FROM others
), representatives AS (
    SELECT first_value(id) OVER (PARTITION BY figure ORDER BY days, id) AS id FROM chosen
    UNION
    SELECT max(id) FROM chosen GROUP BY figure
)
{FROM_CLAIMS} WHERE claims.rowid IN (SELECT id FROM representatives)
ORDER BY articles.path, claims.start"""


def cell_claims(db: Database, cell: Cell) -> list[Claim]:
    """The claims of a cell, sorted by article and place; of the neighbourhood of a claim, those that represent it."""
    if cell.near:
        return [claim_of(row) for row in db.query(*_neighbours(cell.near))]
    where, values = "claims.company IS ? AND claims.family = ?", [cell.company or None, cell.family]
    if cell.article_id:
        where, values = "claims.article_id = ?", [cell.article_id]
    rows = db.query(f"{FROM_CLAIMS} WHERE {where} ORDER BY articles.path, claims.start", values)
    return [claim_of(row) for row in rows]


def _neighbours(near: Near) -> tuple[str, dict[str, Any]]:
    """The query for a neighbourhood and its parameters."""
    place, size = near.place, float(near.place.amount)
    others = {f"other_{number}": metric for number, metric in enumerate(sorted(place.metrics - {place.metric}))}
    middle = date.fromordinal((place.first_day.toordinal() + place.last_day.toordinal()) // 2)
    sizes = {f"size_{number}": float(amount) for number, amount in enumerate(place.amounts)}
    return NEIGHBOURS.format(metrics=_marks(others), sizes=_marks(sizes)), {
        **others,
        **sizes,
        "company": place.company,
        "metric": place.metric,
        "first_day": text_of(place.first_day),
        "last_day": text_of(place.last_day),
        "day": text_of(near.day or middle),
        "size": size,
        "least": size * (1 - SLACK),
        "most": size * (1 + SLACK),
    }


def _marks(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in names)


def has_claims(db: Database, group: Cell, count: int) -> bool:
    """Whether a group has at least so many claims."""
    some = "SELECT 1 FROM claims WHERE company IS ? AND family = ? LIMIT ?"
    [row] = db.query(f"SELECT count(*) AS found FROM ({some})", [group.company or None, group.family, count])
    return bool(row["found"] >= count)


def pending_cells(db: Database) -> list[Cell]:
    """The cells whose conflicts are out of date; a group of which many parts are, as a whole."""
    rows = list(db.query("SELECT company, family, article_id, near FROM pending ORDER BY cell"))
    parts = Counter(Cell(row["company"], row["family"]) for row in rows if row["near"])
    whole = {group for group, count in parts.items() if not has_claims(db, group, count * WORTH)}
    return list(dict.fromkeys(_pending(row, whole) for row in rows))


def _pending(row: dict[str, Any], whole: set[Cell]) -> Cell:
    group = Cell(row["company"], row["family"], row["article_id"])
    return group if group in whole else replace(group, near=near_of(row["near"]))
