"""The encoder: pieces with their offsets, windows that hold their amount, likelihoods that add up to one."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import extract, read_scene
from extractors.encoder import Reading, Span
from extractors.encoder.model import Model, model
from extractors.encoder.pieces import Vocabulary
from extractors.encoder.windows import LEAD, READ, WINDOW, Cut, distance
from extractors.rules.company import company_table
from extractors.rules.money import find_amounts

TEXT = "Brévalis a levé 12 millions d’euros auprès de Kerno, et Lumen en a perdu 3 millions.\n"


@pytest.fixture(scope="module")
def known() -> Model:
    found = model()
    assert found is not None
    return found


def test_a_word_is_cut_where_its_pieces_are_the_likeliest() -> None:
    vocabulary = Vocabulary({"<unk>": 0.0, "▁mill": -3.0, "▁million": -4.0, "ion": -3.0, "s": -2.0}, 0)
    assert [(p.row, p.start, p.end) for p in vocabulary.pieces("millions")] == [(2, 0, 7), (4, 7, 8)]


@given(st.text(max_size=200))
def test_pieces_stand_in_the_order_of_the_text_and_cover_all_but_blanks(text: str) -> None:
    known = model()
    assert known is not None
    pieces = known.vocabulary.pieces(text)
    assert all(0 <= p.start <= p.end <= len(text) for p in pieces)
    assert [p.start for p in pieces] == sorted(p.start for p in pieces)
    covered = {i for p in pieces for i in range(p.start, p.end)}
    assert all(i in covered for i, c in enumerate(text) if c.isalnum())


@given(st.integers(1, READ), st.integers(0, 40), st.data())
def test_the_window_of_an_amount_holds_it_and_what_stands_near(count: int, lead: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, count - 1))
    place = first, data.draw(st.integers(first + 1, min(count, first + 12)))
    cut = Cut("a " * count, Vocabulary({"<unk>": 0.0, "▁a": -1.0, "▁b": -1.0}, 0), "b " * lead)
    window = cut.window(place)
    inner = cut.inside(place, window)
    assert inner and inner[1] - inner[0] == place[1] - place[0]
    assert cut.rows(window) == [2] * lead + [1] * min(count, WINDOW - lead)
    assert cut.inside((max(0, place[0] - 100), min(count, place[1] + 100)), window)


def test_only_the_beginning_of_a_long_text_is_read(known: Model) -> None:
    """An article has ten seconds; a live blog of 15,000 words must not spend them here."""
    text = TEXT * 900
    reading, windows = Reading(text), Cut(text, known.vocabulary).windows
    assert len(windows) == 8 and windows[-1] == (READ - WINDOW, READ)
    last = text.rindex("12 millions")
    assert reading.likelihoods("metric", last, last + 11, {"funding": [], "revenue": []}) == {}
    assert len(reading.likelihoods("metric", 16, 27, {"funding": [], "revenue": []})) == 2
    behind = Span(last, last + 11, "named")
    assert set(reading.likelihoods("company", 16, 27, {"Kerno": [behind], None: []})) == {"Kerno", None}


def test_distances_tell_sides_and_powers_of_two() -> None:
    assert [distance((10, 12), words) for words in ((13, 14), (18, 19), (8, 9), (0, 1))] == [12, 13, 2, 3]


def test_likelihoods_are_those_of_one_value_or_another(known: Model) -> None:
    start, end = TEXT.index("12 millions"), TEXT.index(" auprès")
    values = {
        name: [Span(TEXT.index(name), TEXT.index(name) + len(name), "company.unlisted")]
        for name in ("Brévalis", "Kerno", "Lumen")
    }
    reading = Reading(TEXT)
    for field in known.pointers:
        likely = reading.likelihoods(field, start, end, {**values, None: []})
        assert np.exp(list(likely.values())).sum() == pytest.approx(1, abs=1e-5)
    metric = reading.likelihoods("metric", start, end, {"funding": [], "revenue": []})
    assert metric["funding"] > metric["revenue"]


def test_the_parties_of_claims_are_told_from_other_names(known: Model) -> None:
    text = (
        "Brévalis a levé 12 millions d’euros auprès de Kerno, a annoncé lundi à Grenoble sa présidente, Odile Marnac.\n"
    )
    places = {name: [(text.index(name), text.index(name) + len(name))] for name in ("Brévalis", "Grenoble")}
    odds = Reading(text).parties({**places, "behind what is read": [(10**6, 10**6 + 4)]})
    assert odds.keys() == places.keys() and odds["Brévalis"] > odds["Grenoble"]


def test_a_reading_of_other_company_names_is_the_same_in_kind() -> None:
    """The encoder has not learnt names by heart: who raises and who invests is told by the words around them."""
    for name, investor in (("Quidorne", "Valpré"), ("Zentaris", "Mobrio"), ("Ostéal", "Fénix Partners")):
        (claim,) = extract(f"{name} a levé 12 millions d’euros auprès de {investor}, a annoncé lundi la start-up.")
        assert (claim.company.value, claim.metric.value, claim.counterparty.value) == (name, "funding", investor)


def test_a_text_longer_than_a_window_is_read_to_its_end() -> None:
    long = "La société poursuit ses travaux sans rien annoncer de plus à la presse. " * 120
    claims = extract(f"{long}\n{TEXT}")
    assert [c.amount.text for c in claims] == ["12 millions d’euros", "3 millions"]
    assert claims[0].company.value == "Brévalis"


def test_a_headline_opens_every_window_at_offsets_below_zero(known: Model) -> None:
    lead = "Kerno, Brévalis et Lumen\n\n"
    cut, head = Cut(TEXT * 60, known.vocabulary, lead), Cut(lead, known.vocabulary)
    place = cut.place(-len(lead), 5 - len(lead))
    assert place and place[0] == -head.count
    for window in cut.windows:
        assert cut.rows(window)[: head.count] == head.rows((0, head.count))
        assert cut.inside(place, window) == head.place(0, 5)
    endless = Cut(TEXT, known.vocabulary, lead * 100)
    assert endless.rows(endless.windows[0])[LEAD:] == Cut(TEXT, known.vocabulary).rows((0, endless.count))
    assert endless.place(-len(lead), 5 - len(lead)) is None


def test_a_company_that_only_the_headline_names_can_be_chosen() -> None:
    text = "Douze mois après son premier tour, la jeune pousse remet ça : 9 millions d’euros, menés par Kerno.\n"
    (claim,) = extract(text, title="Ostélys lève 9 millions d’euros pour ses capteurs")
    assert (claim.company.value, claim.metric.value) == ("Ostélys", "funding")


def test_a_headline_that_the_text_repeats_is_not_looked_for_before_it() -> None:
    title = "Ostélys lève 9 millions d’euros"
    for text, before in ((f"{title}\n\nElle vend des capteurs.\n", False), ("Elle lève 9 millions d’euros.\n", True)):
        scene = read_scene(text, find_amounts(text), company_table(), title=title, published=date(2026, 2, 13))
        (named,) = scene.title_companies
        assert (scene.title_names, named.start < 0) == (("Ostélys",), before)
        assert scene.reading.lead == (f"{title}\n" if before else "") + "13 février 2026\n\n"
