"""What windows look like in disguise, while the encoder is fitted."""

import random

import pytest

from pipeline.fit.encoder import disguise
from pipeline.fit.encoder.samples import Name, Question, Sample

PIECES = ["<mask>", "▁fait", "▁12", "▁34", "▁Alma", "▁Brio", *(f"▁{year}" for year in range(2019, 2029))]
ROW = {piece: row for row, piece in enumerate(PIECES)}


def _sample(company: str) -> Sample:
    words = [f"▁{company}", "▁fait", "▁12", "▁2024", f"▁{company}", "▁2022"]
    return Sample([ROW[word] for word in words], [Name([(0, 1), (4, 5)], True)], [Question((2, 3), {})])


def test_a_disguise_changes_names_amounts_and_years_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disguise, "MASKED", 0)
    monkeypatch.setattr(disguise, "SWAPPED", 0)
    random.seed(1)
    sample = _sample("Alma")
    disguised = disguise.Disguise([sample, _sample("Brio")], PIECES)
    shown = [[PIECES[row] for row in disguised.rows(sample)] for _ in range(200)]
    assert {(first, again) for first, _, _, _, again, _ in shown} == {("▁Alma", "▁Alma"), ("▁Brio", "▁Brio")}
    assert {word for _, word, *_ in shown} == {"▁fait"}
    assert {amount for _, _, amount, *_ in shown} == {"▁12", "▁34"}
    years = {(int(year[1:]), int(before[1:])) for *_, year, _, before in shown}
    assert len(years) > 3 and all(year - before == 2 for year, before in years)


def test_some_pieces_are_hidden() -> None:
    random.seed(1)
    sample = _sample("Alma")
    disguised = disguise.Disguise([sample], PIECES)
    assert any(ROW["<mask>"] in disguised.rows(sample) for _ in range(50))
