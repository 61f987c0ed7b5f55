"""What decided each field: the marks, the evidence, the reasons in words, the three ways to show them."""

import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from extractors.relate.rank import WEIGHTS, Choice, load
from pipeline.cli import app
from pipeline.explain import Explanation, explain_article, render_html, render_terminal
from pipeline.explain.building import reasons_of
from pipeline.explain.models import FieldExplanation, Mark
from pipeline.explain.wording import Row, feature_words, rows, rule_words
from pipeline.extract import extract_claims
from pipeline.models import Article

TEXT = """Zorglub <b>& Cie</b> lève des fonds

Zorglub aurait engrangé près de 12 millions d’euros au T3 2025, selon Les Échos, contre 8 millions un an plus tôt.
Elle compte lever 40 millions de dollars auprès de Microsoft d'ici 2027. L'abonnement coûte 9 euros par mois.

Articles similaires
"""


@pytest.fixture(scope="module")
def article() -> Article:
    debris = TEXT.index("Articles similaires")
    return Article(
        path="zorglub.txt", text=TEXT, source="Le Banc", published=date(2025, 11, 5), debris=((debris, len(TEXT)),)
    )


@pytest.fixture(scope="module")
def explanation(article: Article) -> Explanation:
    return explain_article(article)


def field(explanation: Explanation, number: int, name: str) -> FieldExplanation:
    return next(f for f in explanation.claims[number - 1].fields if f.field == name)


def terminal(explanation: Explanation, colours: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=120, color_system="truecolor" if colours else None, force_terminal=colours, highlight=False
    )
    render_terminal(explanation, console)
    return out.getvalue()


def test_claims_are_those_of_the_extraction(article: Article, explanation: Explanation) -> None:
    assert [c.claim for c in explanation.claims] == extract_claims(article)
    assert [c.number for c in explanation.claims] == [1, 2, 3, 4]


def test_evidence_and_marks_stand_where_they_say(explanation: Explanation) -> None:
    for words in (e for c in explanation.claims for f in c.fields for e in f.evidence):
        assert TEXT[words.start : words.end] == words.text
        assert any((m.start, m.end) == (words.start, words.end) for m in explanation.marks)


@pytest.mark.parametrize(
    "number, name, value, words",
    [
        (1, "bound", "approx", ["près de"]),
        (1, "period", "2025-T3", ["au T3 2025"]),
        (1, "attribution", "Les Échos", ["Les Échos"]),
        (2, "period", "2024-T3", ["un an plus tôt", "au T3 2025"]),
        (3, "metric", "funding", ["lever"]),
        (4, "per", "month", ["par mois"]),
        (4, "change", "false", []),
    ],
)
def test_fields_name_their_words(
    explanation: Explanation, number: int, name: str, value: str, words: list[str]
) -> None:
    found = field(explanation, number, name)
    assert found.value == value
    assert [re.sub(r"^(?:au|par) ", "", e.text) for e in found.evidence] == [
        re.sub(r"^(?:au|par) ", "", w) for w in words
    ]


def test_modality_shows_the_form_of_the_verb(explanation: Explanation) -> None:
    assert "aurait" in [e.text for e in field(explanation, 1, "modality").evidence]


def test_an_inferred_currency_has_no_words(explanation: Explanation) -> None:
    assert field(explanation, 2, "currency").evidence == ()
    assert "inferred" in field(explanation, 2, "currency").how


def test_the_winner_is_ahead_of_every_runner_up(explanation: Explanation) -> None:
    for found in (f for c in explanation.claims for f in c.fields):
        assert all(r.distance >= 0 and r.value != found.value for r in found.runners_up if found.field != "period")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9))))
@settings(max_examples=60)
def test_spans_cover_the_text_once(places: list[tuple[int, int]]) -> None:
    text = "Un deux\ntrois\n\nquatre cinq six"
    marks = tuple(
        Mark(kind="company", start=s, end=min(s + n, len(text)), rule="x") for s, n in places if s < len(text)
    )
    spans = list(Explanation(article="a", text=text, marks=marks, claims=()).spans())
    assert "".join(span.text for span in spans) == text
    assert all(set(s.marks) == {m for m in marks if m.start <= s.start and s.end <= m.end} for s in spans)


def test_terminal_shows_mentions_without_colours(explanation: Explanation) -> None:
    shown = " ".join(terminal(explanation).split())
    assert "[1 12 millions d’euros]" in shown
    assert "[company Zorglub]" in shown
    assert "[debris Articles similaires]" in shown
    assert "behind" in shown


def test_terminal_numbers_amounts_in_colours(explanation: Explanation) -> None:
    shown = terminal(explanation, colours=True)
    assert "12 millions d’euros\x1b[0m\x1b[1m[1]" in shown


def test_page_holds_the_text_and_is_safe(explanation: Explanation) -> None:
    page = BeautifulSoup(render_html(explanation), "lxml")
    assert not page.find_all(["script", "link", "img", "b"])
    for number in page.select(".text sup"):
        number.decompose()
    lines = [line for line in TEXT.split("\n") if line.strip()]
    assert [p.get_text() for p in page.select(".text")] == lines


def test_every_link_of_a_page_leads_somewhere(explanation: Explanation) -> None:
    page = BeautifulSoup(render_html(explanation, explanation), "lxml")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {str(a["href"]) for a in page.find_all("a")} <= {f"#{one}" for one in ids}
    assert len(page.select(".text a")) == 2 * len(explanation.claims)


def test_json_comes_back_as_it_went(explanation: Explanation) -> None:
    assert Explanation.model_validate_json(explanation.model_dump_json()) == explanation


def test_a_text_without_amounts_is_shown() -> None:
    explained = explain_article(Article(path="a.txt", text="OpenAI recrute.\nRien de plus."))
    assert explained.claims == ()
    assert "[company OpenAI]" in terminal(explained)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.example)
def test_every_row_words_its_example_first(row: Row) -> None:
    assert feature_words(row.example) == row.words(row.example)


@pytest.mark.parametrize(
    "feature, words",
    [
        ("L:nearest uncrossed & own", "the nearest one before the amount, none in between"),
        ("R:words=4-7", "4-7 words behind the amount"),
        ("hedged & conditional in clause", "conditional in the clause"),
        ("main, nobody named & deal", "the article is mostly about it"),
        ("part: role nsubj + governs", "subject of the verb; the amount depends on it"),
        ("market_cap", "how often it is market cap"),
        ("brand_new=thing & own", "brand new thing"),
    ],
)
def test_features_read_as_words(feature: str, words: str) -> None:
    assert feature_words(feature) == words


def test_no_weighted_feature_shows_its_signs() -> None:
    names = [name for network in load(WEIGHTS).values() for name in network.rows]
    assert [name for name in names if re.search(r"[=~_]| & ", feature_words(name))] == []


def test_rules_read_as_words() -> None:
    assert rule_words("company.product") == "product of the company"
    assert rule_words("half of a year") == "half of a year"


def test_features_that_read_alike_are_one_reason() -> None:
    reasons = (("side=L", 0.5), ("side=L & own", 0.25), ("same", 0.0), ("title", -1.0))
    merged = reasons_of(Choice("x", None, "side=L", reasons))
    assert [(r.words, r.weight) for r in merged] == [("in the title", -1.0), ("before the amount", 0.75)]


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "2025-11-05-zorglub.txt"
    path.write_text("La société Zorglub a levé 3 millions d'euros mardi auprès de plusieurs fonds.\n", "utf-8")
    bad = tmp_path / "leer.txt"
    bad.write_text("", "utf-8")
    rows = CliRunner().invoke(app, ["explain", str(tmp_path), "--format", "jsonl"])
    assert rows.exit_code == 0 and "leer.txt" in rows.stderr
    assert [json.loads(row)["claims"][0]["claim"]["quote"] for row in rows.stdout.splitlines()] == [
        "3 millions d'euros"
    ]
    assert "[1] 3 millions d'euros" in CliRunner().invoke(app, ["explain", str(path)]).stdout
    assert CliRunner().invoke(app, ["explain", str(path), "--format", "html"]).stdout.startswith("<!doctype html>")
    assert CliRunner().invoke(app, ["explain", str(bad)]).exit_code == 1
