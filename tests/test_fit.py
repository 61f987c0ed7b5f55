"""The weights: what a fit learns from small data, and that the choice follows them."""

import json

import pytest

from extractors.relate import rank
from extractors.relate.rank import Candidate, choose
from pipeline.fit import SEEN_AT_LEAST, Instance, accuracy, fit


def instance(*marks: tuple[dict[str, float], bool]) -> Instance:
    return Instance([f for f, _ in marks], [ok for _, ok in marks], [ok for _, ok in marks], "story", "x")


DATA = [instance(({"near": 1.0, "always": 1.0}, True), ({"far": 1.0, "always": 1.0}, False)) for _ in range(6)]


def test_a_feature_of_the_right_candidates_gets_the_higher_weight() -> None:
    weight = fit(DATA, penalty=0.02)
    assert weight["near"] > 0 > weight["far"]
    assert accuracy(DATA, weight) == (6, 6, 6)


def test_rare_features_and_features_that_tell_nothing_get_no_weight() -> None:
    rare = instance(({"near": 1.0, "once": 1.0}, True), ({"far": 1.0}, False))
    assert SEEN_AT_LEAST > 1
    assert not {"once", "always"} & fit([*DATA, rare], penalty=0.02).keys()


def test_claims_without_a_right_candidate_teach_nothing_and_count_as_unreachable() -> None:
    lost = instance(({"near": 1.0}, False), ({"far": 1.0}, False))
    assert fit([*DATA, lost], 0.02) == fit(DATA, 0.02)
    assert accuracy([lost], {"near": 1.0}) == (0, 0, 1)


def test_the_choice_is_the_highest_sum_and_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"company": {"subject": 2.0, "far": -1.0}}), "utf-8")
    monkeypatch.setattr(rank, "WEIGHTS", path)
    rank.weights.cache_clear()
    try:
        choice = choose("company", [Candidate("A", None, {"far": 1.0}), Candidate("B", None, {"subject": 1.0})])
    finally:
        rank.weights.cache_clear()
    assert (choice.value, choice.reasons, choice.runners_up) == ("B", (("subject", 2.0),), (("A", 3.0),))
