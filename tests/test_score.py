"""The figures are those of the scorers beside the gold files."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.compare import find_conflicts
from pipeline.extract import extract_claims
from pipeline.gold import load_gold
from pipeline.models import Claim
from pipeline.score import conflict_files, score_claims, score_conflicts

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "gold"
STORY = "---\nsource: Le Fil\n---\nMistral a levé 105 millions d'euros, puis 385 millions d'euros en 2023.\n"


@pytest.fixture
def scorers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ModuleType, ModuleType]]:
    if not (SHARED / "score.py").exists():
        pytest.skip("the shared scorers are absent")
    monkeypatch.syspath_prepend(str(SHARED))
    yield importlib.import_module("score"), importlib.import_module("score_conflicts")
    for name in ("score", "score_conflicts"):
        sys.modules.pop(name)


def test_figures_of_the_shared_scorers(scorers: tuple[ModuleType, ModuleType]) -> None:
    folder = SHARED / "dev" / "world"
    golds = load_gold(folder)
    claims = {gold.article.path: extract_claims(gold.article) for gold in golds}
    every = [claim for found in claims.values() for claim in found]
    report, errors = scorers[0].score(folder, [claim.model_dump_json() for claim in every])
    mine = score_claims(golds, claims)
    assert mine.report() == report
    assert [(m.article, m.field, m.quote) for m in mine.misses] == [error[:3] for error in errors]
    flags = find_conflicts(every)
    theirs, missed, wrong = scorers[1].score(folder, [flag.model_dump_json() for flag in flags])
    scored = score_conflicts(folder, flags)
    assert scored.report() == theirs
    assert (len(scored.missed), len(scored.wrong)) == (len(missed), len(wrong))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    story = tmp_path / "deep" / "story"
    story.mkdir(parents=True)
    (story / "a.txt").write_text(STORY, "utf-8")
    gold = {"amount_min": 105e6, "amount_max": 105e6, "currency": "EUR", "company": "Mistral AI", "metric": "funding"}
    claims = [{"quote": "105 millions d'euros", **gold}, {"quote": "385 millions d'euros", "optional": True}]
    (story / "a.gold.json").write_text(json.dumps({"article": "a.txt", "claims": claims}), "utf-8")
    mentions = {side: {"article": "a.txt", "quote": quote} for side, quote in (("a", "105 millions"), ("b", "385 mil"))}
    pair = {"kind": "value", "severity": "contradiction", **mentions}
    (story / "conflicts.gold.json").write_text(json.dumps({"conflicts": [pair]}), "utf-8")
    return tmp_path


def claim(path: str, quote: str, **fields: object) -> Claim:
    start = STORY.split("---\n")[2].index(quote)
    values = {"article": path, "quote": quote, "start": start, "end": start + len(quote), "amount_min": 105000000,
              "amount_max": 105000000, "currency": "EUR", "company": "Mistral AI SAS", "metric": "funding"}  # fmt: skip
    return Claim.model_validate({**values, **fields})


def test_optional_claims_do_not_count_and_legal_forms_do_not_matter(folder: Path) -> None:
    [gold] = load_gold(folder)
    path = gold.article.path
    found = [claim(path, "105 millions d'euros"), claim(path, "385 millions d'euros")]
    report = score_claims([gold], {path: found}).report()
    assert (report["gold claims"], report["predicted"], report["strict"]["f1"]) == (1, 1, 1.0)


def test_errors_name_the_field(folder: Path) -> None:
    [gold] = load_gold(folder)
    wrong = claim(gold.article.path, "105 millions d'euros", metric="valuation", scope="IA")
    scored = score_claims([gold], {gold.article.path: [wrong, claim(gold.article.path, "2023")]})
    assert [(m.field, m.got, m.want) for m in scored.misses] == [
        ("metric", ["valuation"], ["funding"]),
        ("scope", ["IA"], [None]),
        ("SPURIOUS", "funding", None),
    ]


def test_conflict_counts_in_either_order(folder: Path) -> None:
    assert len(conflict_files(folder)) == 1
    assert score_conflicts(folder, []).report()["recall"] == 0.0
