"""The database: what goes in comes out, one transaction an article, queries by index, errors in one line."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store
from pipeline.compare import compare_group
from pipeline.models import Article, Claim, Period, digest
from pipeline.store.rows import CLAIM_COLUMNS, FROM_CLAIMS, OF_ARTICLE, claim_row

ARTICLE = Article(
    path="articles/openai.txt", text="OpenAI a perdu 5 Md$ en 2024.", source="Le Fil", published=date(2025, 3, 1)
)


def claim(article: Article = ARTICLE, amount: str = "5000000000", **fields: Any) -> Claim:
    values: dict[str, Any] = {
        "article": article.path, "source": article.source, "published": article.published, "quote": "5 Md$",
        "start": 15, "end": 20, "sentence": "OpenAI a perdu 5 Md$ en 2024.", "amount_min": Decimal(amount),
        "amount_max": Decimal(amount), "currency": "USD", "company": "OpenAI", "metric": "loss",
        "period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31),
    }  # fmt: skip
    made = Claim(**{**values, **fields})
    return made.model_copy(update={"claim_id": digest(made.model_dump(mode="json"))})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[store.Database]:
    with store.open_store(tmp_path / "facts.db", create=True) as database:
        yield database


def found(db: store.Database, **wanted: Any) -> list[Claim]:
    return list(store.find_claims(db, store.ClaimFilter(**wanted)))


def test_every_field_of_a_claim_is_stored() -> None:
    assert set(Claim.model_fields) <= {*CLAIM_COLUMNS, *OF_ARTICLE, "article"}


def test_claim_comes_back_as_it_was(db: store.Database) -> None:
    full = claim(
        amount="2500000000.05", bound="at_least", currency_inferred=True, per="month", change=True, scope="cloud",
        counterparty="Microsoft", company_mention="la start-up", duration="P4Y", modality="hedged",
        attribution="Bloomberg",
    )  # fmt: skip
    store.save_article(db, ARTICLE, [full], "1")
    assert found(db) == [full]


@given(st.decimals(min_value=0, max_value=10**18, allow_nan=False, places=4))
def test_amounts_are_exact(amount: Decimal) -> None:
    assert Decimal(claim_row(claim(amount=str(amount)), "x")["amount_min"]) == amount


def test_article_known_by_url_is_replaced(db: store.Database) -> None:
    first = ARTICLE.model_copy(update={"url": "https://fil.example/a"})
    later = {"path": "elsewhere/a.txt", "text": "OpenAI a perdu 6 Md$.", "modified": date(2025, 4, 1)}
    second = first.model_copy(update=later)
    store.save_article(db, first, [claim(first)], "1")
    store.save_article(db, second, [claim(second, amount="6000000000")], "1")
    assert [c.amount_min for c in found(db)] == [Decimal(6000000000)]
    assert [row["version"] for row in db["article_versions"].rows] == [1, 2]


def test_older_copy_of_a_page_changes_nothing(db: store.Database) -> None:
    new = ARTICLE.model_copy(update={"url": "https://fil.example/a"})
    old = new.model_copy(update={"path": "old/a.txt", "published": date(2025, 2, 1)})
    store.save_article(db, new, [claim(new)], "1")
    store.save_article(db, old, [claim(old, amount="1")], "1")
    assert [c.article for c in found(db)] == [new.path]
    assert store.known_hash(db, "old/a.txt", "1") == old.content_hash


def test_same_text_is_kept_once_with_all_its_sources(db: store.Database) -> None:
    copy = ARTICLE.model_copy(update={"path": "copie.txt", "source": "Agence", "text": f"  {ARTICLE.text.upper()}"})
    assert store.save_article(db, ARTICLE, [claim()], "1")
    assert not store.save_article(db, copy, [claim(copy)], "1")
    assert len(found(db)) == 1
    assert {row["source"] for row in db["files"].rows} == {"Le Fil", "Agence"}


def test_near_copy_counts_as_one_origin(db: store.Database) -> None:
    agency = " ".join(f"Le paragraphe {number} de la dépêche dit autre chose." for number in range(30))
    for number, text in enumerate((agency, f"{agency} Un mot de plus.", "Rien de tel, tout autre chose. " * 20)):
        path = f"{number}.txt"
        store.save_article(db, ARTICLE.model_copy(update={"path": path, "text": text}), [], "1")
    assert dict(store.Copies(db)) == {"0.txt": "0.txt", "1.txt": "0.txt"}
    assert store.Copies(db).get("2.txt") is None


def test_unchanged_claim_keeps_its_conflicts(db: store.Database) -> None:
    other = ARTICLE.model_copy(update={"path": "articles/autre.txt", "source": "La Lettre", "text": "9 Md$ de pertes."})
    kept, rival = claim(), claim(other, amount="9000000000", quote="9 Md$")
    store.save_article(db, ARTICLE, [kept], "1")
    store.save_article(db, other, [rival], "1")
    check(db)
    store.save_article(db, ARTICLE, [kept.model_copy(update={"start": 99, "end": 104})], "1")
    conflict = next(store.find_conflicts(db, store.ConflictFilter()))
    assert 99 in (conflict.a.start, conflict.b.start)
    assert not store.pending_cells(db)


def check(db: store.Database) -> int:
    new = 0
    for cell in store.pending_cells(db):
        claims = store.cell_claims(db, cell)
        new += len(store.save_conflicts(db, cell, claims, () if cell.article_id else compare_group(claims)))
    return new


def test_failure_between_claims_and_conflicts_is_made_good(db: store.Database) -> None:
    other = ARTICLE.model_copy(update={"path": "articles/autre.txt", "source": "La Lettre", "text": "9 Md$ de pertes."})
    store.save_article(db, ARTICLE, [claim()], "1")
    store.save_article(db, other, [claim(other, amount="9000000000", quote="9 Md$")], "1")
    cell = next(cell for cell in store.pending_cells(db) if cell.company)

    def broken() -> Iterator[Any]:
        yield from compare_group(store.cell_claims(db, cell))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.save_conflicts(db, cell, [], broken())
    assert cell in store.pending_cells(db)
    assert check(db) == 1
    assert check(db) == 0


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"companies": frozenset({"OpenAI"})}, 1),
        ({"companies": frozenset({"xAI"})}, 0),
        ({"metric": "loss", "modality": "asserted", "source": "le fil"}, 1),
        ({"period": Period(start=date(2024, 7, 1), end=date(2024, 9, 30))}, 1),
        ({"period": Period(start=date(2025, 1, 1))}, 0),
        ({"text": "PERDU openai"}, 1),
        ({"text": 'gagné AND "'}, 0),
    ],
)
def test_filters(db: store.Database, wanted: dict[str, Any], count: int) -> None:
    store.save_article(db, ARTICLE, [claim()], "1")
    assert len(found(db, **wanted)) == count


def test_queries_go_by_index(db: store.Database) -> None:
    conditions, values = store.ClaimFilter(frozenset({"OpenAI"}), "loss").sql(db)
    plan = db.query(f"EXPLAIN QUERY PLAN {FROM_CLAIMS} WHERE {' AND '.join(conditions)}", values)
    assert any("(company=? AND metric=?)" in row["detail"] for row in plan)


def test_conflicts_of_a_company_go_by_index(db: store.Database) -> None:
    other = ARTICLE.model_copy(update={"path": "articles/autre.txt", "source": "La Lettre", "text": "9 Md$ de pertes."})
    store.save_article(db, ARTICLE, [claim()], "1")
    store.save_article(db, other, [claim(other, amount="9000000000", quote="9 Md$")], "1")
    check(db)
    asked = store.ConflictFilter(store.ClaimFilter(frozenset({"OpenAI"}), "loss"))
    with listening(db) as queries:
        assert len(list(store.find_conflicts(db, asked))) == 1
    plan = db.query(f"EXPLAIN QUERY PLAN {next(query for query in queries if 'FROM conflicts' in query)}")
    used = " ".join(row["detail"] for row in plan)
    assert "conflicts_company_a" in used and "SCAN conflicts" not in used
    assert not list(store.find_conflicts(db, store.ConflictFilter(store.ClaimFilter(frozenset({"OpenAI"}), "revenue"))))


def told(db: store.Database, name: str, amount: str, **fields: Any) -> None:
    article = ARTICLE.model_copy(
        update={"path": f"articles/{name}.txt", "source": name, "text": f"Un texte de {name}."}
    )
    store.save_article(db, article, [claim(article, amount=amount, **fields)], "1")


def test_dismissed_figures_do_not_come_back_in_another_spelling(db: store.Database) -> None:
    told(db, "Le Fil", "5000000000")
    told(db, "La Lettre", "9000000000", quote="9 Md$")
    assert check(db) == 1
    [first] = store.find_conflicts(db, store.ConflictFilter())
    store.save_review(db, first.conflict_id, "dismissed", "two perimeters")
    told(db, "Ancien", "9000000000", quote="9 milliards", published=date(2024, 1, 1), modality="hedged")
    store.save_article(db, ARTICLE.model_copy(update={"path": "articles/La Lettre.txt", "text": "Corrigé."}), [], "1")
    assert check(db) == 0
    assert not list(store.find_conflicts(db, store.ConflictFilter(statuses=frozenset({"open"}))))
    told(db, "Le Fil", "6000000000", quote="6 Md$")
    assert check(db) == 1


@contextmanager
def listening(db: store.Database) -> Iterator[list[str]]:
    """The queries that are run meanwhile, with their values."""
    heard: list[str] = []
    db.conn.set_trace_callback(heard.append)
    yield heard
    db.conn.set_trace_callback(None)


def test_a_store_of_the_first_version_gets_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "facts.db"
    other = ARTICLE.model_copy(update={"path": "articles/autre.txt", "source": "La Lettre", "text": "9 Md$ de pertes."})
    with store.open_store(path, create=True) as db:
        store.save_article(db, ARTICLE, [claim()], "1")
        store.save_article(db, other, [claim(other, amount="9000000000", quote="9 Md$")], "1")
        check(db)
        [found] = store.find_conflicts(db, store.ConflictFilter())
        store.save_review(db, found.conflict_id, "confirmed")
    with sqlite3.connect(path) as old:
        old.execute("UPDATE reviews SET review_key = 'by statement'")
        old.execute("UPDATE conflicts SET review_key = 'by statement'")
        for name in ("conflicts_company_a", "conflicts_company_b", "conflicts_gravity"):
            old.execute(f"DROP INDEX {name}")
        for name in ("company_a", "metric_a", "company_b", "metric_b"):
            old.execute(f"ALTER TABLE conflicts DROP COLUMN {name}")
        old.execute("CREATE INDEX conflicts_gravity ON conflicts (gravity DESC)")
        old.execute("DELETE FROM _sqlite_migrations WHERE name <> 'first'")
    with pytest.raises(store.StoreError, match="complete it with: recoupe run"), store.read_store(path):
        pass
    asked = store.ConflictFilter(store.ClaimFilter(frozenset({"OpenAI"}), "loss"))
    with store.open_store(path) as db:
        assert check(db) == 0
        assert [conflict.status for conflict in store.find_conflicts(db, asked)] == ["confirmed"]


def test_people_can_read_the_views(db: store.Database) -> None:
    store.save_article(db, ARTICLE, [claim()], "1")
    assert next(db.query("SELECT company, amount_min, source FROM facts")) == {
        "company": "OpenAI", "amount_min": 5e9, "source": "Le Fil"
    }  # fmt: skip
    assert not list(db.query("SELECT * FROM contradictions"))


def newer(path: Path) -> None:
    with store.open_store(path, create=True) as db:
        db.table("_sqlite_migrations").insert({"migration_set": "recoupe", "name": "of_tomorrow", "applied_at": ""})


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (newer, "newer version"),
        (foreign, "not made by Recoupe"),
        (lambda path: path.write_text("notes " * 200), "is not a database"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b""), "is not ready"),
    ],
)
def test_unusable_database_is_one_line(tmp_path: Path, make: Any, says: str) -> None:
    path = tmp_path / "facts.db"
    make(path)
    with pytest.raises(store.StoreError, match=says) as error, store.read_store(path):
        pass
    assert "facts.db" in str(error.value) and "\n" not in str(error.value)


def test_missing_database_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(store.StoreError, match="recoupe run PATH"), store.read_store(tmp_path / "facts.db"):
        pass


def test_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "facts.db"
    with pytest.raises(store.StoreError, match="disk is full"), store.open_store(path, create=True) as db:
        store.save_article(db, ARTICLE, [claim()], "1")
        db.execute("PRAGMA max_page_count = 1")
        for number in range(100):
            big = ARTICLE.model_copy(update={"path": str(number), "text": "mot " * 5000})
            store.save_article(db, big, [], "1")
    with store.read_store(path) as db:
        assert len(found(db)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_folder(tmp_path: Path) -> None:
    path = tmp_path / "facts.db"
    with store.open_store(path, create=True) as db:
        store.save_article(db, ARTICLE, [claim()], "1")
    tmp_path.chmod(0o500)
    try:
        with store.read_store(path) as db:
            assert len(found(db)) == 1
        with pytest.raises(store.StoreError, match="may write to"), store.open_store(tmp_path / "b.db", create=True):
            pass
    finally:
        tmp_path.chmod(0o700)
