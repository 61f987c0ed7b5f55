"""The evidence that relations are chosen by: where a mention stands, who gives and who gets, what an amount reaches."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from extractors import extract, read_scene
from extractors.document import Document
from extractors.mentions import Per
from extractors.relate import Site
from extractors.relate.metric import metric_candidates
from extractors.relate.modality import MODALITIES, modality_candidates
from extractors.relate.period import period_candidates
from extractors.relate.period_context import YEAR_AGO, anchors
from extractors.relate.period_time import UNKNOWN, lag
from extractors.relate.rank import Choice
from extractors.relate.rate import RATES, rate_candidates
from extractors.relate.relation import Relation
from extractors.relate.roles import direction_of, respective, role_of, wanted_side
from extractors.relate.scene import geometry
from extractors.relate.standing import topic
from extractors.rules.company import company_table
from extractors.rules.money import find_amounts


def site(text: str, which: int = 0) -> Site:
    amounts = find_amounts(text)
    return Site(read_scene(text, amounts, company_table()), amounts[which], which)


def side(text: str, name: str) -> str | None:
    at = site(text)
    mention = next(m for m in at.companies if m.name == name)
    role = role_of(at, mention, at.verb)
    return role.side if role else None


@pytest.mark.parametrize(
    ("text", "giver", "receiver"),
    [
        ("OpenAI a versé 494 millions de dollars à Microsoft.", "OpenAI", "Microsoft"),
        ("Nvidia investit 5 milliards de dollars dans Intel.", "Nvidia", "Intel"),
        ("Orange a reçu 40 millions d'euros de Google.", None, "Orange"),
        ("La Cnil a infligé 150 millions d'euros à Shein.", "Shein", "Cnil"),
        ("Splunk a été racheté 28 milliards de dollars par Cisco.", "Cisco", None),
    ],
)
def test_the_verb_tells_who_gives_and_who_gets(text: str, giver: str | None, receiver: str | None) -> None:
    assert giver is None or side(text, giver) == "giver"
    assert receiver is None or side(text, receiver) == "receiver"


@pytest.mark.parametrize(("verb", "direction"), [("verse", "give"), ("encaissé", "receive"), ("parle", None)])
def test_direction_of_a_verb(verb: str, direction: str | None) -> None:
    assert direction_of(verb) == direction


@pytest.mark.parametrize(("metric", "wanted"), [("fine", "giver"), ("funding", "receiver"), ("valuation", None)])
def test_the_side_of_the_company_follows_the_metric(metric: str, wanted: str | None) -> None:
    assert wanted_side(metric) == wanted


def test_respectively_pairs_the_second_with_the_second() -> None:
    text = "Microsoft et Nvidia ont investi respectivement 5 milliards de dollars et 10 milliards de dollars."
    at = site(text, 1)
    microsoft, nvidia = at.companies
    assert respective(at, nvidia, [microsoft]) and not respective(at, microsoft, [nvidia])


def test_geometry_tells_side_distance_and_what_is_crossed() -> None:
    at = site("Ledger a levé 5 millions d'euros et Qonto 7 millions d'euros.", 1)
    ledger, qonto = at.companies
    near, far = geometry(at, qonto, [ledger]), geometry(at, ledger, [qonto])
    assert {"side=L", "L:nearest uncrossed", "L:touches"} <= near.keys()
    assert "L:crossed=1" in far and "L:nearest" not in far


def test_the_topic_is_the_last_subject() -> None:
    at = site("Doctolib a racheté MonDocteur. Les comptes ont suivi. Elle a levé 5 millions d'euros.")
    assert topic(at) == "Doctolib"


def test_an_anchored_period_counts_from_the_figure_that_was_no_comparison() -> None:
    text = (
        "Le bénéfice atteint 31 millions d'euros au troisième trimestre 2025, contre 19 millions un an plus tôt "
        "et 26 millions au trimestre précédent."
    )
    first, second, third = (site(text, n) for n in range(3))
    now, year_before, quarter_before = first.scene.periods
    profit = Choice("net_profit")
    before = [Relation(s.amount, 0, 0, profit, Choice(None), period=Choice(p)) for s, p in
              ((first, now), (second, year_before))]  # fmt: skip
    assert anchors(third, quarter_before, before, "net_profit") == (now,)
    assert anchors(third, now, before, "net_profit") == ()


@pytest.mark.parametrize(
    ("text", "which", "compared"),
    [
        ("Au premier semestre 2025, le bénéfice recule de 21 à 16 millions d'euros.", 0, True),
        ("Au premier semestre 2025, le bénéfice recule de 21 à 16 millions d'euros.", 1, False),
        ("Au premier semestre 2025, 16 millions d'euros de bénéfice, contre 21 millions.", 1, True),
        ("Il a cédé 16 millions d'euros de titres au premier semestre 2025.", 0, False),
    ],
)
def test_what_is_compared_without_a_date_may_be_of_the_year_before(text: str, which: int, compared: bool) -> None:
    at = site(text, which)
    read = [c.value for c in period_candidates(at, "net_profit", None, []) if c.value and c.value.rule == YEAR_AGO]
    assert bool(read) == compared
    assert [anchors(at, value, [], "net_profit") for value in read] == [(at.scene.periods[0],)] * len(read)


def test_no_feature_holds_a_line_break() -> None:
    at = site("Le chiffre\nd'affaires, le prix de l'action :\n7 millions d'euros.")
    names = [name for candidate in metric_candidates(at, []) for name in candidate.features]
    assert any(name.startswith("cue ") for name in names)
    assert not [name for name in names if "\n" in name]


def test_every_modality_is_a_candidate_with_the_evidence_of_its_clause() -> None:
    at = site("Le groupe aurait dépensé 3 millions d'euros, et non 5.")
    candidates = modality_candidates(at, "spending", None, None, [])
    assert tuple(c.value for c in candidates) == MODALITIES
    hedged = next(c for c in candidates if c.value == "hedged")
    assert "hedged & conditional in clause" in hedged.features


def test_every_rate_is_a_candidate_with_the_words_around_and_the_amount_before() -> None:
    offers = "Orion Fibre facture 30 euros par mois. Polaire Fibre demande 35 euros."
    text = f"Deux offres s'opposent.\nTarifs mensuels\n{offers}"
    first, at = site(text), site(text, 1)
    monthly: Choice[Per | None] = Choice("month")
    before = [
        Relation(first.amount, first.sentence.index, first.sentence.line, Choice("price"), Choice(None), per=monthly)
    ]
    candidates = {c.value: c.features for c in rate_candidates(at, "price", before)}
    assert tuple(candidates) == RATES
    assert {"named in the heading", "named in the paragraph"} <= candidates["month"].keys()
    assert "rate month & behind month of one order, line, same metric" in candidates["month"]
    assert "no rate, one in the paragraph" in candidates[None]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("L'éditeur de ChatGPT a levé 5 millions de dollars.", "OpenAI"),
        ("La start-up Zphyria lève 5 millions d'euros.", "Zphyria"),
        ("• Zphyria (biotech, Lyon) : 5 millions d'euros", "Zphyria"),
        ("mobili9 a levé 5 millions d'euros.", "mobili9"),
        ("La maison mère de Free investit 5 millions d'euros.", "Iliad"),
    ],
)
def test_companies_are_found_by_name_periphrasis_and_surroundings(text: str, name: str) -> None:
    assert name in {m.name for m in site(text).companies}


@pytest.mark.parametrize("text", ["Le ministre Hugo Vaillancourt promet 5 millions d'euros.", "• Mi-2025 : 5 M€ levés"])
def test_people_and_dates_are_no_companies(text: str) -> None:
    assert not [m for m in site(text).companies if m.rule != "company.capitalised"]


BARS = """Lumeo : les comptes

| En millions d'euros | 2024 | 2025 |
|---|---|---|
| Chiffre d'affaires | 38,1 | 44,7 |
| Dette nette | | 4,1 |
"""
BLANKS = """Atriade et Sopravia se marient.

                     Atriade     Sopravia
Chiffre d'affaires     1 212 M€    668 M€
Ebitda     97 M€    22 M€
"""
METRICS = """Les levées de la semaine

Entreprise | Secteur | Montant levé | Valorisation
Lumeo | santé | 12 M€ | 60 M€
Brumelle | énergie | 8 M€ | 31 M€
"""


@pytest.mark.parametrize(
    ("text", "cell", "head"),
    [
        (BARS, "44,7", "2025"),
        (BARS, "4,1", "2025"),
        (BLANKS, "22 M€", "Sopravia"),
        (METRICS, "31 M€", "Valorisation"),
        (BARS, "Chiffre", None),  # a label heads its row
        (BARS, "2024", None),
        ("Lumeo a levé 12 M€.\nBrumelle en a levé 8.", "12 M€", None),
        ("Ventes | 12 M€", "12 M€", None),  # a row alone
        ("a | b | c | d\nVentes | 12 M€", "12 M€", None),  # rows that do not fit
    ],
)
def test_a_cell_of_a_table_has_the_head_of_its_column(text: str, cell: str, head: str | None) -> None:
    document = Document(text)
    found = document.column_head(text.index(cell))
    assert (text[slice(*found)].strip() if found else None) == head


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        (BARS, "period", ["2024", "2025", "2025"]),
        (BLANKS, "company", ["Atriade", "Sopravia", "Atriade", "Sopravia"]),
        (METRICS, "metric", ["funding", "valuation", "funding", "valuation"]),
        (METRICS, "company", ["Lumeo", "Lumeo", "Brumelle", "Brumelle"]),
    ],
)
def test_the_head_of_a_column_tells_what_its_amounts_are(text: str, field: str, values: list[str]) -> None:
    found = [getattr(relation, field).value for relation in extract(text)]
    assert [getattr(value, "text", value) for value in found] == values


def test_the_same_text_gives_the_same_relations_in_every_process() -> None:
    code = (
        "from extractors import extract\n"
        "for r in extract('Zphyria, Zphyria Bio et Kraluna Bio ont promis 5 M€. Zphyria en lève 3.'):\n"
        "    print(r.company, r.counterparty, r.metric, r.period, r.scope)\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1 and runs.pop().strip()


@pytest.mark.parametrize(
    ("published", "words", "told"),
    [
        (date(2025, 2, 6), "au premier semestre", "published before its end"),
        (date(2025, 6, 20), "au premier semestre", "published at its end"),
        (date(2025, 8, 1), "au deuxième trimestre", "published just after it"),
        (date(2025, 11, 3), "au premier trimestre", "published later"),
        (date(2025, 1, 15), "en décembre", "published long before its end"),
        (date(2025, 1, 15), "en décembre 2024", UNKNOWN),
    ],
)
def test_how_long_after_a_stretch_the_article_appeared(published: date, words: str, told: str) -> None:
    text = f"Brévalis a vendu pour 3 millions d'euros {words}."
    amounts = find_amounts(text)
    at = Site(read_scene(text, amounts, company_table(), published=published), amounts[0], 0)
    assert lag(at, at.scene.periods[0]) == told


def test_a_paragraph_without_end_offers_no_more_candidates_than_a_long_one() -> None:
    def offered(sentences: int) -> list[int]:
        text = " ".join(f"Brévalis a vendu pour {n + 2} millions d'euros en mars." for n in range(sentences))
        amounts = find_amounts(text)
        at = Site(read_scene(text, amounts, company_table()), amounts[-1], len(amounts) - 1)
        return [len(metric_candidates(at, [])), len(period_candidates(at, "revenue", "Brévalis", []))]

    assert offered(80) == offered(40)
