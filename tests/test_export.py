"""Every exported file opens in the tool it is for, with exact amounts, days and how each conflict was compared."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest

from pipeline.compare import find_conflicts
from pipeline.export import export_folder
from pipeline.models import Claim, Conflict, digest

READERS = {".parquet": "read_parquet", ".csv": "read_csv", ".jsonl": "read_json"}


def claim(article: str, currency: str) -> Claim:
    made = Claim(
        article=article, source=f"Le Fil {article}", published=date(2025, 11, 2), quote="45,5 M", start=3, end=9,
        sentence="Il lève 45,5 M.", amount_min=Decimal(45500000), amount_max=Decimal(45500000), currency=currency,
        company="Société Exemple", metric="funding",
    )  # fmt: skip
    return made.model_copy(update={"claim_id": digest(article)})


@pytest.fixture
def conflict() -> Conflict:
    [found] = find_conflicts([claim("a.txt", "EUR"), claim("b.txt", "CAD")])
    return found


@pytest.fixture
def folder(tmp_path: Path, conflict: Conflict) -> Path:
    export_folder(tmp_path / "out", lambda: [conflict.a, conflict.b], lambda: [conflict])
    return tmp_path / "out"


def rows(query: str) -> list[Any]:
    found = duckdb.sql(query)
    return found.fetchall() if found else []


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize(("name", "count"), [("claims", 2), ("conflicts", 1)])
def test_rows_are_counted_by_duckdb(folder: Path, name: str, count: int, suffix: str) -> None:
    assert rows(f"SELECT count(*) FROM {READERS[suffix]}('{folder / name}{suffix}')") == [(count,)]


def test_parquet_has_types(folder: Path) -> None:
    kinds = dict(rows(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{folder}/claims.parquet')"))
    assert (kinds["amount_min"], kinds["period_start"], kinds["change"]) == ("DECIMAL(38,6)", "DATE", "BOOLEAN")


def test_conflicts_carry_how_they_were_compared(folder: Path, conflict: Conflict) -> None:
    [row] = pyarrow.parquet.read_table(folder / "conflicts.parquet").to_pylist()
    assert row["rate_day"] == date(2025, 10, 31) and row["rate"] == round(conflict.rate or 0, 12)
    assert [row["cause"], row["second_cause"]] == [cause.label for cause in conflict.causes]
    assert (row["articles_a"], row["origins_b"], row["superseded"]) == (1, 1, False)


def test_json_ld_is_claim_review_without_a_verdict(folder: Path) -> None:
    document = json.loads((folder / "conflicts.jsonld").read_text("utf-8"))
    assert document["@context"] == "https://schema.org" and len(document["@graph"]) == 2
    for review in document["@graph"]:
        assert review["@type"] == "ClaimReview" and review["itemReviewed"]["@type"] == "Claim"
        assert review["claimReviewed"] and review["reviewBody"] and "reviewRating" not in review
