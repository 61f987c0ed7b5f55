"""How many independent origins stand behind a value, in memory and in a real database."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline import store
from pipeline.compare.origins import Origins
from pipeline.models import Article, Claim, digest
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
