"""Claims and conflicts as files for other tools: CSV, JSON lines, Parquet, ClaimReview-shaped JSON-LD."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.models import Claim, Conflict
from pipeline.render import CLAIM_FIELDS, FLAT_FIELDS, flat_conflict, write_claims, write_conflicts

BATCH = 10_000  # rows of a Parquet row group
EXACT = pa.decimal128(38, 6)
TYPES = {
    "start": pa.int64(),
    "end": pa.int64(),
    "amount_min": EXACT,
    "amount_max": EXACT,
    "currency_inferred": pa.bool_(),
    "change": pa.bool_(),
    "published": pa.date32(),
    "period_start": pa.date32(),
    "period_end": pa.date32(),
    "a_published": pa.date32(),
    "b_published": pa.date32(),
    "rate": pa.decimal128(38, 12),
    "rate_day": pa.date32(),
    "superseded": pa.bool_(),
    **{f"{name}_{side}": pa.int64() for name in ("articles", "origins") for side in ("a", "b")},
}
Claims = Callable[[], Iterable[Claim]]
Conflicts = Callable[[], Iterable[Conflict]]


def export_folder(folder: Path, claims: Claims, conflicts: Conflicts) -> list[Path]:
    """Writes every format of both into a folder, which is made where it is missing; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [*(f"claims{suffix}" for suffix in CLAIM_WRITERS), *(f"conflicts{suffix}" for suffix in CONFLICT_WRITERS)]
    for name in names:
        export_file(folder / name, claims, conflicts, of_conflicts=name.startswith("conflicts"))
    return [folder / name for name in names]


def export_file(path: Path, claims: Claims, conflicts: Conflicts, of_conflicts: bool = False) -> None:
    """Writes one file in the format of its suffix (.csv, .jsonl, .parquet; of conflicts also .jsonld).

    It appears whole or not at all. Raises KeyError for another suffix, OSError.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        if of_conflicts:
            CONFLICT_WRITERS[path.suffix](beside, conflicts())
        else:
            CLAIM_WRITERS[path.suffix](beside, claims())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _lines_of_claims(form: Any) -> Callable[[Path, Iterable[Claim]], None]:
    def write(path: Path, claims: Iterable[Claim]) -> None:
        with path.open("w", encoding="utf-8", newline="") as out:
            write_claims(claims, form, out)

    return write


def _lines_of_conflicts(form: Any) -> Callable[[Path, Iterable[Conflict]], None]:
    def write(path: Path, conflicts: Iterable[Conflict]) -> None:
        with path.open("w", encoding="utf-8", newline="") as out:
            write_conflicts(conflicts, form, out)

    return write


def _parquet(path: Path, rows: Iterator[dict[str, Any]], fields: Iterable[str]) -> None:
    """Amounts as exact decimals, days as dates, so that no reader has to guess."""
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in fields])
    with pq.ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _claims_parquet(path: Path, claims: Iterable[Claim]) -> None:
    _parquet(path, (claim.model_dump(include=set(CLAIM_FIELDS)) for claim in claims), CLAIM_FIELDS)


def _conflicts_parquet(path: Path, conflicts: Iterable[Conflict]) -> None:
    _parquet(path, (_dated(conflict) for conflict in conflicts), FLAT_FIELDS)


def _dated(conflict: Conflict) -> dict[str, Any]:
    days = {"a_published": conflict.a.published, "b_published": conflict.b.published, "rate_day": conflict.rate_day}
    rate = conflict.rate and round(conflict.rate, 12)
    return {**flat_conflict(conflict), **days, "rate": rate}


def _json_ld(path: Path, conflicts: Iterable[Conflict]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('{"@context": "https://schema.org", "@graph": [')
        for number, review in enumerate(review for conflict in conflicts for review in claim_reviews(conflict)):
            out.write(("," if number else "") + "\n" + json.dumps(review, ensure_ascii=False))
        out.write("\n]}\n")


def claim_reviews(conflict: Conflict) -> Iterator[dict[str, Any]]:
    """Both sides as schema.org ClaimReviews. There is no `reviewRating`: who is right is for people to say."""
    for side in (conflict.a, conflict.b):
        yield {
            "@type": "ClaimReview",
            "@id": f"urn:recoupe:{conflict.conflict_id}:{side.claim_id}",
            "claimReviewed": side.sentence or side.quote,
            "reviewBody": conflict.reason,
            "author": {"@type": "Organization", "name": "Recoupe"},
            "itemReviewed": _item(side),
        }


def _item(claim: Claim) -> dict[str, Any]:
    outlet = {"@type": "Organization", "name": claim.outlet}
    work = {"@type": "NewsArticle", "headline": claim.title, "url": claim.url, "publisher": outlet}
    cited = {"@type": "Organization", "name": claim.attribution} if claim.attribution else outlet
    item = {"@type": "Claim", "author": cited, "appearance": {k: v for k, v in work.items() if v}}
    return {**item, "datePublished": claim.published.isoformat()} if claim.published else item


CLAIM_WRITERS: dict[str, Callable[[Path, Iterable[Claim]], None]] = {
    ".csv": _lines_of_claims("csv"),
    ".jsonl": _lines_of_claims("jsonl"),
    ".parquet": _claims_parquet,
}
CONFLICT_WRITERS: dict[str, Callable[[Path, Iterable[Conflict]], None]] = {
    ".csv": _lines_of_conflicts("csv"),
    ".jsonl": _lines_of_conflicts("jsonl"),
    ".parquet": _conflicts_parquet,
    ".jsonld": _json_ld,
}
