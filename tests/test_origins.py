"""Who stands behind a value: agreeing claims and independent origins, in memory and in a real database."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.generate import claims as invented
from pipeline import store
from pipeline.cli import app
from pipeline.compare import agreeing
from pipeline.compare.origins import Origins
from pipeline.models import Article, Claim, digest
from pipeline.render import told as worded
from pipeline.run import check


def claim(article: str = "a.txt", millions: float = 14, **fields: Any) -> Claim:
    """« 14 M€ de chiffre d'affaires en 2024 »."""
    amount = Decimal(str(millions)) * 10**6
    values = {
        "article": article, "quote": f"{millions:g} M€".replace(".", ","), "start": 0, "end": 5, "sentence": article,
        "amount_min": amount, "amount_max": amount, "currency": "EUR", "company": "Brivel", "metric": "revenue",
        "published": date(2025, 3, 1), "period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31),
    }  # fmt: skip
    made = Claim(**{**values, **fields})
    return made.model_copy(update={"claim_id": digest(made.model_dump(mode="json"))})


def save(db: store.Database, told: Claim, text: str | None = None) -> None:
    article = Article(path=told.article, text=text or told.article, source=told.source, agency=told.agency,
                      published=told.published)  # fmt: skip
    store.save_article(db, article, [told], "1")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[store.Database]:
    with store.open_store(tmp_path / "facts.db", create=True) as database:
        yield database


@pytest.mark.parametrize(
    ("articles", "origins"),
    [
        ([{"agency": "Reuters"}, {"attribution": "l'agence Reuters"}], 1),
        ([{"agency": "AFP"}, {"attribution": "Reuters"}], 2),
        ([{"agency": "AFP"}, {"agency": "AFP"}, {"source": "AFP"}], 1),
        ([{"agency": "Reuters", "attribution": "Brivel"}, {"attribution": "Reuters"}, {"attribution": "Brivel"}], 1),
        # who cites an outlet cites whom that has it from
        ([{"source": "Le Fil", "attribution": "Bloomberg"}, {"attribution": "Le Fil"}, {"source": "Bloomberg"}], 1),
        # an outlet that cites two agencies does not make them one
        ([{"source": "Le Fil", "attribution": "Bloomberg"}, {"source": "Le Fil", "attribution": "Reuters"}], 2),
        # a near-copy (`copy`) of a text that is signed or cited elsewhere
        ([{"copy": True}, {"copy": True, "agency": "Reuters"}, {"attribution": "Reuters"}, {}], 2),
    ],
)
def test_independent_origins(articles: list[dict[str, Any]], origins: int) -> None:
    copies = {f"{n}.txt": "0.txt" for n, row in enumerate(articles) if row.get("copy")}
    fields = [{name: value for name, value in row.items() if name != "copy"} for row in articles]
    told = [claim(article=f"{n}.txt", **row) for n, row in enumerate(fields)]
    assert len(Origins(told, copies)) == len(Origins(reversed(told), copies)) == origins


def test_an_article_that_cites_two_has_two_origins() -> None:
    told = [claim(attribution="Bloomberg"), claim(attribution="Reuters", start=90, end=95)]
    assert len(Origins(told)) == 2
    assert Origins(told).of("a.txt") == "Bloomberg"


def test_agency_copy_and_who_cites_the_agency_are_one_origin(db: store.Database) -> None:
    text = " ".join(f"Le paragraphe {number} de la dépêche dit autre chose." for number in range(30))
    save(db, claim("a.txt", agency="Reuters"), text)
    save(db, claim("b.txt", source="Le Fil"), f"{text} Un mot de plus.")
    save(db, claim("c.txt", source="La Lettre", attribution="Reuters"))
    save(db, claim("z.txt", millions=20))
    assert list(check(db))
    (conflict,) = store.find_conflicts(db, store.ConflictFilter())
    supports = [support for support in (conflict.support_a, conflict.support_b) if support]
    assert sorted((support.articles, support.origins) for support in supports) == [(1, 1), (3, 1)]
    assert {one.agency for one in store.find_claims(db, store.ClaimFilter())} == {"Reuters", None}


@pytest.mark.parametrize(
    ("fields", "agrees"),
    [
        ({"millions": 14.3, "quote": "14,3 M€"}, True),
        ({"millions": 15, "bound": "approx"}, True),
        ({"modality": "hedged", "attribution": "Bloomberg"}, True),
        ({"bound": "at_least", "amount_min": Decimal(12000000), "amount_max": None, "quote": "12 M€"}, True),
        ({"millions": 15.2, "quote": "15,2 M$", "currency": "USD"}, True),
        ({"period_start": date(2023, 12, 28), "period_end": date(2024, 12, 28)}, True),
        ({"millions": 16}, False),
        ({"millions": 20, "quote": "20 M$", "currency": "USD"}, False),
        ({"bound": "at_least", "amount_min": Decimal(2000000), "amount_max": None, "quote": "2 M€"}, False),
        ({"modality": "negated"}, False),
        ({"modality": "forecast"}, False),
        ({"scope": "cloud"}, False),
        ({"period_start": date(2024, 1, 1), "period_end": date(2024, 9, 30)}, False),
        ({"period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31)}, False),
    ],
)
def test_claims_that_say_the_same(db: store.Database, fields: dict[str, Any], agrees: bool) -> None:
    told, other = claim("a.txt"), claim(**{"article": "b.txt", **fields})
    for one in (told, other):
        save(db, one)
    standings = [store.Agreements(db).of(one) for one in (told, other)]
    assert [[one.article for one in standing.agreements] for standing in standings] == (
        [["b.txt"], ["a.txt"]] if agrees else [[], []]
    )
    assert [standing.articles for standing in standings] == ([2, 2] if agrees else [1, 1])


def test_a_mention_in_the_same_article_is_no_agreement(db: store.Database) -> None:
    told = claim("a.txt", source="Le Fil")
    save(db, told)
    standing = store.Agreements(db).of(told)
    assert (standing.agreements, standing.articles, standing.origins) == ((), 1, 1)


def test_agreements_of_a_store_are_those_of_every_pair(db: store.Database) -> None:
    every = [one for one in invented(6000) if one.company == "Société 0"][:900]
    bounds = [{"bound": "at_least", "amount_max": None}, {"currency": "USD"}, {"modality": "forecast"}]
    every += [one.model_copy(update={**bounds[n % 3], "claim_id": f"x{n}", "article": f"x{n}.txt"})
              for n, one in enumerate(every[:90])]  # fmt: skip
    store.save_claims(db, every)
    known, sought = store.Agreements(db), {one.claim_id: one for one in every[::9]}
    for one in sought.values():
        alike = {other.article for other in agreeing(one, every)} | {one.article}
        assert known.of(one).articles == len(alike), one
    assert any(known.of(one).articles > 2 for one in sought.values())


def test_agreements_are_found_by_index(db: store.Database) -> None:
    told = claim()
    save(db, told)
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    store.Agreements(db).of(told)
    (query,) = (text for text in asked if "claims_company" in text)
    plan = " ".join(row["detail"] for row in db.query(f"EXPLAIN QUERY PLAN {query}"))
    assert "claims_company (company=? AND metric=? AND first_day>? AND first_day<?)" in plan
    assert "SCAN" not in plan


def test_claims_are_listed_with_their_agreements(db: store.Database, tmp_path: Path) -> None:
    for told in (
        claim("a.txt", source="Le Fil", agency="Reuters"),
        claim("b.txt", source="La Lettre", attribution="Reuters", published=date(2025, 3, 2)),
        claim("c.txt", source="Le Mur", published=date(2025, 3, 3)),
        claim("d.txt", source="Le Mur", millions=31),
    ):
        save(db, told)

    def listed(form: str) -> str:
        asked = ["claims", "--agreements", "--format", form, "--db", str(tmp_path / "facts.db")]
        return CliRunner().invoke(app, asked).stdout

    rows = {row["article"]: row for row in map(json.loads, listed("jsonl").splitlines())}
    assert [(one["article"], one["origin"]) for one in rows["a.txt"]["agreements"]] == [
        ("b.txt", "Reuters"), ("c.txt", "Le Mur"),
    ]  # fmt: skip
    assert {name: (row["articles"], row["origins"]) for name, row in rows.items()} == {
        "a.txt": (3, 2), "b.txt": (3, 2), "c.txt": (3, 2), "d.txt": (1, 1),
    }  # fmt: skip
    [flat] = [row for row in csv.DictReader(listed("csv").splitlines()) if row["article"] == "a.txt"]
    assert flat["agreements"].split() == [rows[name]["claim_id"] for name in ("b.txt", "c.txt")]
    assert "Articles  Origins" in listed("table").splitlines()[0]


def test_a_conflict_shows_who_stands_behind_each_side(db: store.Database) -> None:
    for name, millions in (("here/a.txt", 14), ("here/b.txt", 14), ("here/c.txt", 140)):
        save(db, claim(name, millions, sentence=f"« {name} »"))
    save(db, claim("here/d.txt", 7, company="Corvane"))
    list(check(db))
    [conflict] = store.find_conflicts(db, store.ConflictFilter())
    shown = worded(conflict).plain
    assert "a.txt, 2025-03-01 (2 articles, 2 independent): «" in shown
    assert "c.txt, 2025-03-01: «" in shown and "here/" not in shown.replace("« here/", "")


def test_an_article_at_odds_with_itself_is_named_once(db: store.Database) -> None:
    both = [claim(millions=millions, sentence=f"{millions} M€") for millions in (14, 140)]
    store.save_article(db, Article(path="a.txt", text="14 M€, 140 M€", published=both[0].published), both, "1")
    list(check(db))
    [conflict] = store.find_conflicts(db, store.ConflictFilter())
    assert "\n  the same article: «" in worded(conflict).plain
