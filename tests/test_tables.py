"""The tables: wrong rows are named, stems expand, and every list of a table is a valid pattern."""

import re

import pytest

from extractors.rules.company import Company, CompanyTable, company_table
from extractors.rules.metric import find_metric_cues, metrics
from extractors.rules.money.currencies import check_codes
from extractors.tables import TableError, csv_table, plain, toml_table, words


def test_a_wrong_iso_code_names_table_line_value_and_remedy() -> None:
    rows = [{"surface": "€", "means": "EUR", "kind": "symbol"}, {"surface": "eu", "means": "EURO", "kind": "symbol"}]
    with pytest.raises(TableError, match=r"currencies.csv, line 3: 'EURO' is no ISO 4217 code; write three letters"):
        check_codes(rows)


def test_plain_text_keeps_every_offset() -> None:
    text = "l’éditeur\u202f:\u00a0«\u2009x\u2009»"
    assert len(plain(text)) == len(text)
    assert plain(text) == "l'éditeur : « x »"


@pytest.mark.parametrize("form", ["lève", "a levé", "lèvera", "lèverait", "levaient"])
def test_a_stem_takes_every_verb_ending(form: str) -> None:
    assert words(["lev-", "lèv-"]).search(form)


def test_a_stem_is_no_beginning_of_other_words() -> None:
    assert not words(["lev-"]).search("levier levure")


def test_every_cue_of_every_metric_is_found_in_a_text_of_its_own() -> None:
    for metric, kinds in toml_table("metrics").items():
        for entries in kinds.values():
            assert all(re.compile(entry) for entry in entries), metric
    assert len(metrics()) == 30
    found = find_metric_cues("Une perte opérationnelle de 3 millions", 0, 38)
    assert [c.value for c in found if c.start == 4] == ["operating_loss"]


def test_companies_point_to_one_row_each() -> None:
    table = company_table()
    assert len(table.by_name) >= 300
    assert {r["parent"] for r in csv_table("companies") if r["parent"]} <= table.by_name.keys()
    assert all(1 <= c.fiscal_year_end <= 12 for c in table.by_name.values())


def test_a_user_s_company_wins_over_the_table() -> None:
    own = {"name": "Microsoft France", "aliases": "Microsoft", "fiscal_year_end": "6"}
    table = CompanyTable([Company("Microsoft")]).extended([own])
    assert [name for _, _, name in table.names_in("Microsoft investit")] == ["Microsoft France"]
