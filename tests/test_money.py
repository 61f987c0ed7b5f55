"""Amounts: every example of `corpus/examples/money.jsonl`, and what holds for any text."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.mentions import Amount
from extractors.rules.money import find_amounts
from extractors.rules.money.currencies import iso_codes
from extractors.tables import csv_table

ROOT = Path(__file__).parents[1]
EXAMPLES = [json.loads(line) for line in (ROOT / "corpus/examples/money.jsonl").read_text("utf-8").splitlines()]
PEERS = ROOT.parent / "shared/gold/peers/money.jsonl"

PIECES = [
    *("12", "1,5", "1 200", "deux cents", "un", "millions", "milliard", "€", "$", "d'euros", "de francs", "k€", "Md$"),
    *("entre", "et", "à", "de", "(", ")", "soit", "contre", "plus de", "par mois", "de plus", ".", ",", "\n", "|", "-"),
    *("en millions d'euros", "utilisateurs", "2025", "%", "dont", "\u202f", "’", "İ", "F", "\t"),
]


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of one amount of an example; those left out have their default."""
    low, high = row["value"] if isinstance(row["value"], list) else (row["value"], row["value"])
    bound = row.get("bound", "exact")
    return {
        "text": row["quote"],
        "low": None if bound == "at_most" else Decimal(low),
        "high": None if bound == "at_least" else Decimal(high),
        "bound": bound,
        "currency": row["currency"],
        "per": row.get("per"),
        "change": row.get("change", False),
    }


def number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def fields(amount: Amount) -> dict[str, Any]:
    return amount.model_dump(include={"text", "low", "high", "bound", "currency", "per", "change"})


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["text"][:60])
def test_example(row: dict[str, Any]) -> None:
    found = find_amounts(row["text"])
    assert [fields(a) for a in found] == [expected(e) for e in row["amounts"]]
    marked = [(a.text, a.currency_inferred) for a in found]
    assert all((e["quote"], True) in marked for e in row["amounts"] if e.get("inferred"))


def test_a_conversion_belongs_to_its_amount() -> None:
    text = "Le contrat vaut 9 millions de dollars (environ 8 millions d'euros)."
    (amount,) = find_amounts(text)
    assert amount.conversion is not None
    assert text[slice(*amount.conversion)] == "8 millions d'euros"


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("12,7 milliards d'euros", 10**8),
        ("13 milliards d'euros", 10**9),
        ("12,70 milliards d'euros", 10**7),
        ("40 €", 1),
    ],
)
def test_step_is_the_size_of_the_last_written_digit(text: str, step: int) -> None:
    assert [a.step for a in find_amounts(text)] == [step]


def test_amounts_inside_debris_are_left_out() -> None:
    text = "Il coûte 12 euros.\nOffre : 1 € le premier mois."
    assert [a.text for a in find_amounts(text, [(19, len(text))])] == ["12 euros"]


def test_every_cue_and_evidence_is_told() -> None:
    (amount,) = find_amounts("Elle brûle près de 3 millions de dollars par mois.")
    assert (amount.bound_cue, amount.per_cue, amount.rule) == ("près de", "par mois", "number with currency")


@pytest.mark.parametrize("row", csv_table("currencies"), ids=lambda row: f"{row['kind']} {row['surface']}")
def test_every_currency_row_is_reachable(row: dict[str, str]) -> None:
    if row["kind"] not in ("symbol", "name"):
        pytest.skip("hints and readings are exercised by the examples")
    surface = row["surface"].upper() if len(row["surface"]) < 3 else row["surface"]
    (amount,) = find_amounts(f"Le groupe investit 12 millions {surface} cette année.")
    if row["means"] in iso_codes():
        assert amount.currency == row["means"]


@pytest.mark.skipif(not PEERS.exists(), reason="the peers' cases are not part of the project")
def test_cases_of_other_libraries() -> None:
    for line in PEERS.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = [(a.low, a.high, a.currency) for a in find_amounts(row["text"])]
        wanted = [(number(e["value_min"]), number(e["value_max"]), e["currency"]) for e in row["expected"]]
        assert found == wanted, row["text"]


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)))
def test_any_text_yields_grounded_ordered_amounts(text: str) -> None:
    found = find_amounts(text)
    end = 0
    for amount in found:
        assert end <= amount.start < amount.end
        assert text[amount.start : amount.end] == amount.text
        assert amount.low is not None or amount.high is not None
        end = amount.end


HOSTILE = ["1 ", "5 à ", "5 M€, ", "dont 5 ", "(5 $ ", "un ", "soit ", "1.", "| 1 ", "- a : 5\n", "5 M€. "]


@pytest.mark.parametrize("unit", [*HOSTILE, "vendu pour 5 millions de "])
def test_time_grows_linearly_on_hostile_text(unit: str, grows_linearly: Callable[..., bool]) -> None:
    assert grows_linearly(lambda length: find_amounts((unit * length)[:length]), 20_000)
