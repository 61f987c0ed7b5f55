"""The articles with gold claims: well formed, no name twice, and amounts that the rules find without any weight."""

from collections import Counter
from pathlib import Path

import pytest

from extractors.rules.metric import metrics
from extractors.rules.money import find_amounts
from pipeline.gold import GoldArticle, load_gold

CORPUS = Path(__file__).parent.parent / "corpus"
FOLDERS = ("articles", "training", "validation", "heldout")


@pytest.fixture(scope="module", params=FOLDERS)
def golds(request: pytest.FixtureRequest) -> list[GoldArticle]:
    return load_gold(CORPUS / request.param)


def test_every_claim_has_a_metric_of_the_table_and_stands_in_the_text(golds: list[GoldArticle]) -> None:
    for gold in golds:
        spans = [(claim.amount.start, claim.amount.end) for claim in gold.claims]
        assert spans == sorted(set(spans)), gold.article.path
        assert {claim.fields["metric"] for claim in gold.claims} <= set(metrics()), gold.article.path


def test_no_two_articles_have_one_name() -> None:
    names = Counter(path.name for folder in FOLDERS for path in (CORPUS / folder).rglob("*.txt"))
    assert [name for name, times in names.items() if times > 1] == []


def test_amounts_are_found(golds: list[GoldArticle]) -> None:
    wanted = found = right = 0
    for gold in golds:
        amounts = {a.start: a for a in find_amounts(gold.article.text, gold.article.debris)}
        claims = [c for c in gold.claims if not c.fields.get("optional")]
        wanted += len(claims)
        found += sum(c.amount.start in amounts for c in claims)
        right += sum(
            c.amount.start in amounts and amounts[c.amount.start].currency in c.answers("currency") for c in claims
        )
    assert found / wanted >= 0.97 and right / wanted >= 0.94
