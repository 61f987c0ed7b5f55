"""Periods: every example of corpus/, true offsets, linear time, and the libraries' cases where they are at hand."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.mentions import PeriodMention
from extractors.rules.fiscal import year_ends
from extractors.rules.period import RULES, find_periods
from pipeline.models import Period
from pipeline.periods import fiscal_quarter, fiscal_year, parse_query_period, resolve, shift

ROOT = Path(__file__).parent.parent
EXAMPLES = [json.loads(line) for line in (ROOT / "corpus/examples/period.jsonl").read_text("utf-8").splitlines()]
PEERS = ROOT.parent / "shared/gold/peers/periods.jsonl"


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def resolved(row: dict[str, object], mention: PeriodMention) -> Period | None:
    anchor = row.get("anchor")
    return resolve(
        mention,
        day(row.get("published")),
        row.get("fiscal_year_end", 12),
        Period(start=day(anchor[0]), end=day(anchor[1])) if anchor else None,
    )


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["text"][:60])
def test_example(row):
    mentions = find_periods(row["text"])
    if row["kind"] is None:
        assert mentions == []
        return
    assert [mention.kind for mention in mentions] == [row["kind"]], mentions
    expected = Period(start=day(row.get("start")), end=day(row.get("end")), duration=row.get("duration"))
    assert (resolved(row, mentions[0]) or Period()) == expected, mentions


def test_every_rule_has_an_example():
    used = {mention.rule for row in EXAMPLES for mention in find_periods(row["text"])}
    assert {rule.name for rule in RULES} <= used


def test_near_words_hide_nothing(monkeypatch):
    texts = [row["text"] for row in EXAMPLES]
    found = [find_periods(text) for text in texts]
    monkeypatch.setattr("extractors.rules.period.RULES", tuple(replace(rule, near=None) for rule in RULES))
    assert found == [find_periods(text) for text in texts]


def test_enough_negative_examples():
    assert sum(row["kind"] is None for row in EXAMPLES) >= 40


WORDS = ["au", "T3", "2025", "mars", "de", "à", "fin", "l'exercice", "clos", "le", "30", "trois", "mois", "depuis", "’"]
WORDS += ["été", "12/3", "entre", "et", "d'ici", "an", "premier", "É", ",", "-", "25", "plus tôt", "même", "période"]


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_offsets_are_true_and_mentions_do_not_overlap(text):
    mentions = find_periods(text)
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    for mention in mentions:
        resolve(mention, date(2024, 2, 29), 3, Period(start=date(2024, 2, 1), end=date(2024, 2, 29)))
        resolve(mention, None)


PIECES = ["de janvier à ", "l'exercice 2026, clos le ", "2025-", "d'ici à la fin de ", "1/", "a" * 9, "   ", "le 1er "]


@pytest.mark.parametrize("piece", PIECES)
def test_time_is_linear(piece, grows_linearly):
    assert grows_linearly(lambda times: find_periods(piece * times), 1000)


def test_unknown_rather_than_guessed():
    for text in ("mardi", "un an plus tôt", "à la même échéance", "l'an dernier", "en octobre"):
        assert resolve(find_periods(f"Elle a signé {text}.")[0], None) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Corvane, dont l'exercice court de mai à avril, a relevé ses objectifs.", 4),
        ("L’exercice du constructeur va de juillet à juin.", 6),
        ("À Redmond, les exercices commencent le 1er juillet.", 6),
        ("Exercice ouvert le 1er avril.", 3),
        ("Son exercice se termine le 31 mars.", 3),
        ("L'éditeur, avec un exercice clos fin septembre, publie tard.", 9),
        ("Au premier semestre de son exercice, achevé fin septembre, il a vendu 3 M€.", 3),
        ("Au deuxième trimestre de son exercice, qui s'achèvera en mars, il a vendu 3 M€.", 3),
        ("Ventes du S1 2024/25 (1er octobre 2024 – 31 mars 2025) : 4 M€.", 9),
        ("Premier trimestre de l'exercice 2026, clos fin octobre : 4 M€.", 7),
        ("Au deuxième trimestre, clos le 30 juin, il a vendu 3 M€.", None),
        ("Sur l'exercice 2024, de janvier à mars, rien n'a bougé.", None),
        ("L'exercice a mal commencé : en août 2023, l'atelier a brûlé.", None),
    ],
)
def test_the_month_in_which_a_fiscal_year_ends(text, month):
    assert next((end for _, end in year_ends(text, find_periods(text))), None) == month


def test_a_forecast_takes_the_next():
    mention = find_periods("En mars, Bruyère lèvera 3 M€.")[0]
    assert resolve(mention, date(2025, 11, 18), future=True) == Period(start=date(2026, 3, 1), end=date(2026, 3, 31))


def test_fiscal_calendar():
    assert fiscal_year(2026, 1) == Period(start=date(2025, 2, 1), end=date(2026, 1, 31))
    assert fiscal_quarter(2026, 3, 1) == Period(start=date(2025, 8, 1), end=date(2025, 10, 31))
    assert fiscal_quarter(2025, 3) == Period(start=date(2025, 7, 1), end=date(2025, 9, 30))
    assert shift(Period(end=date(2024, 2, 29)), years=1) == Period(end=date(2025, 2, 28))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-03", "2025-03-01", "2025-03-31"),
        ("2025-T3", "2025-07-01", "2025-09-30"),
        ("T3 2025", "2025-07-01", "2025-09-30"),
        ("s1 2025", "2025-01-01", "2025-06-30"),
        ("2025-06-30", "2025-06-30", "2025-06-30"),
        ("2024-01-01..2025-06-30", "2024-01-01", "2025-06-30"),
        ("2024..", "2024-01-01", None),
        ("..2024-T2", None, "2024-06-30"),
    ],
)
def test_query_period(text, start, end):
    assert parse_query_period(text) == Period(start=day(start), end=day(end))


@pytest.mark.parametrize("text", ["", "..", "2025-13", "T5 2025", "demain", "2025..2024", "2025-02-30"])
def test_query_period_refuses_with_a_remedy(text):
    with pytest.raises(ValueError, match="write 2025"):
        parse_query_period(text)


@pytest.mark.skipif(not PEERS.exists(), reason="the libraries' cases are not at hand")
def test_peers():
    rows = [json.loads(line) for line in PEERS.read_text("utf-8").splitlines()]
    right = 0
    for row in rows:
        days = [resolve(mention, day(row["reference_date"])) for mention in find_periods(row["text"])]
        expected = [Period(start=day(e["start"]), end=day(e["end"])) for e in row["expected"]]
        right += days == expected
    assert right >= 0.9 * len(rows)
