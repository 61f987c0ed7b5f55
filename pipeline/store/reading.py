"""Queries over the stored claims and conflicts; rows come as they are asked for, so memory does not grow."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from pipeline.models import Claim, Conflict, Period
from pipeline.store.cells import cell_claims
from pipeline.store.rows import FROM_CLAIMS, Cell, claim_of, conflict_of


@dataclass(frozen=True)
class ClaimFilter:
    """Which claims are asked for; what is None does not matter. `period` asks for overlap, `text` for all its words."""

    companies: frozenset[str] | None = None
    metric: str | None = None
    period: Period | None = None
    source: str | None = None
    modality: str | None = None
    text: str | None = None

    def has(self, claim: Claim) -> bool:
        """Whether the claim is of the company, metric and outlet asked for."""
        named = self.companies is None or claim.company in self.companies
        outlet = self.source is None or (claim.source or "").casefold() == self.source.casefold()
        return named and outlet and self.metric in (None, claim.metric)

    def sql(
        self, db: Database, claims: str = "claims", articles: str = "articles", named: str = "claims.{}"
    ) -> tuple[list[str], list[Any]]:
        """The conditions and their parameters, for these aliases of the tables; `named` is where the company and the
        metric stand."""
        conditions, values = [], list[Any]()
        words = f"{claims}.rowid IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH ?)"
        for condition, value in (
            (f"{named.format('metric')} = ?", self.metric),
            (f"{articles}.source LIKE ?", self.source),
            (f"{claims}.modality = ?", self.modality),
            (words, self.text and db.quote_fts(self.text)),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        if self.companies is not None:
            conditions.append(f"{named.format('company')} IN ({', '.join('?' * len(self.companies))})")
            values += sorted(self.companies)
        if self.period:
            stated = f"({claims}.period_start IS NOT NULL OR {claims}.period_end IS NOT NULL)"
            conditions.append(f"{stated} AND {claims}.first_day <= ? AND {claims}.last_day >= ?")
            values += [str(self.period.end or "9999-12-31"), str(self.period.start or "0001-01-01")]
        return conditions, values


def find_claims(db: Database, wanted: ClaimFilter, limit: int | None = None) -> Iterator[Claim]:
    """The claims asked for, by company, metric and time."""
    conditions, values = wanted.sql(db)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = " ORDER BY claims.company, claims.metric, claims.first_day, claims.rowid LIMIT ?"
    for row in db.query(FROM_CLAIMS + where + order, [*values, -1 if limit is None else limit]):
        yield claim_of(row)


@dataclass(frozen=True)
class ConflictFilter:
    """Which conflicts are asked for; either side may meet the conditions on claims.

    `superseded`: whether a later figure has settled them; None takes both.
    """

    claims: ClaimFilter = ClaimFilter()
    severity: str | None = None
    kind: str | None = None
    statuses: frozenset[str] | None = None
    superseded: bool | None = False

    def has(self, conflict: Conflict) -> bool:
        """Whether a conflict that is not in the tables any more was asked for."""
        asked = ((self.severity, conflict.severity), (self.kind, conflict.kind))
        right = all(wanted in (None, got) for wanted, got in asked)
        return right and (self.claims.has(conflict.a) or self.claims.has(conflict.b))


def find_conflicts(db: Database, wanted: ConflictFilter) -> Iterator[Conflict]:
    """The conflicts asked for, the gravest first."""
    conditions, values = list[str](), list[Any]()
    for condition, value in (
        ("conflicts.superseded = ?", wanted.superseded),
        ("conflicts.severity = ?", wanted.severity),
        ("conflicts.kind = ?", wanted.kind),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if wanted.statuses is not None:
        conditions.append(f"coalesce(reviews.status, 'open') IN ({', '.join('?' * len(wanted.statuses))})")
        values += sorted(wanted.statuses)
    asked = [wanted.claims.sql(db, *names) for names in (("a", "x", "conflicts.{}_a"), ("b", "y", "conflicts.{}_b"))]
    if asked[0][0]:
        conditions.append(" OR ".join(f"({' AND '.join(parts)})" for parts, _ in asked).join("()"))
        values += [value for _, part in asked for value in part]
    yield from conflicts_where(db, " AND ".join(conditions) or "TRUE", values)
    if wanted.superseded is not False:
        yield from filter(wanted.has, _on_record(db))


def _on_record(db: Database) -> Iterator[Conflict]:
    """The conflicts of claims that a newer version of their article took back."""
    rows = db.query("SELECT document FROM superseded ORDER BY gravity DESC, conflict_id")
    return (Conflict.model_validate_json(row["document"]) for row in rows)


def conflicts_where(db: Database, condition: str, values: Sequence[Any]) -> Iterator[Conflict]:
    """The conflicts that meet a condition, the gravest first."""
    rows = db.query(
        f"""SELECT conflicts.*, coalesce(reviews.status, 'open') AS status FROM conflicts
        JOIN claims AS a ON a.claim_id = conflicts.a JOIN articles AS x ON x.id = a.article_id
        JOIN claims AS b ON b.claim_id = conflicts.b JOIN articles AS y ON y.id = b.article_id
        LEFT JOIN reviews ON reviews.review_key = conflicts.review_key
        WHERE ({condition}) AND NOT EXISTS (
            SELECT 1 FROM conflicts AS one WHERE one.conflict_id = conflicts.conflict_id AND one.cell < conflicts.cell
        )
        ORDER BY conflicts.gravity DESC, conflicts.conflict_id""",
        values,
    )
    for row in rows:
        yield conflict_of(row, claim(db, row["a"]), claim(db, row["b"]))


def claim(db: Database, claim_id: str) -> Claim:
    """One claim. Raises KeyError where there is none."""
    row = next(db.query(f"{FROM_CLAIMS} WHERE claims.claim_id = ?", [claim_id]), None)
    if row is None:
        raise KeyError(claim_id)
    return claim_of(row)


def groups(db: Database, wanted: ClaimFilter | None = None) -> Iterator[list[Claim]]:
    """The claims asked for, group by group."""
    conditions, values = (wanted or ClaimFilter()).sql(db)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    joined = f"FROM claims JOIN articles ON articles.id = claims.article_id {where}"
    rows = db.query(f"SELECT DISTINCT coalesce(company, '') AS company, family {joined} ORDER BY 1, 2", values)
    return (cell_claims(db, Cell(row["company"], row["family"])) for row in list(rows))


def known_hash(db: Database, path: str, extractor: str) -> str | None:
    """The content hash of what was read at a path and processed by this very extractor."""
    rows = db.query("SELECT content_hash FROM files WHERE path = ? AND extractor = ?", [path, extractor])
    return next((str(row["content_hash"]) for row in rows), None)


def company_names(db: Database) -> dict[str, list[str]]:
    """The stored companies and their aliases."""
    return {row["name"]: json.loads(row["aliases"]) for row in db.query("SELECT name, aliases FROM companies")}
