"""The weights: what a fit learns from small data, and that the choice follows them."""

import os
from pathlib import Path

import numpy as np
import pytest

from extractors.relate.rank import Candidate, Network, choose, load, save, use
from pipeline.fit.network import Instance, Numbering, Plan, accuracy, fit, joined, received, sent
from pipeline.fit.spread import spread


def instance(*marks: tuple[dict[str, float], bool]) -> Instance:
    return Instance.of([f for f, _ in marks], [ok for _, ok in marks], "story")


def alone(weights: dict[str, float]) -> Network:
    """A network without units."""
    none = np.zeros(0, np.float32)
    linear = np.array(list(weights.values()), np.float32)
    return Network({n: k for k, n in enumerate(weights)}, linear, np.zeros((len(weights), 0), np.float32), none, none)


DATA = [instance(({"near": 1.0, "always": 1.0}, True), ({"far": 1.0, "always": 1.0}, False)) for _ in range(40)]
# right is what has both signs or neither: no sum of single weights tells it
BOTH = [
    instance(({"a": 1.0, "b": 1.0, "x": 1.0}, True), ({"a": 1.0, "x": 1.0}, False), ({"b": 1.0, "x": 1.0}, False)),
    instance(({"x": 1.0}, True), ({"a": 1.0, "x": 1.0}, False), ({"b": 1.0, "x": 1.0}, False)),
] * 400


def weight(of: Network, feature: str) -> float:
    return float(of.linear[of.rows[feature]])


def test_a_feature_of_the_right_candidates_gets_the_higher_weight() -> None:
    fitted = fit(DATA, Plan(epochs=20))
    assert weight(fitted, "near") > 0 > weight(fitted, "far")
    assert abs(weight(fitted, "always")) < weight(fitted, "near")
    assert accuracy(DATA, fitted) == (40, 40, 40)


def test_units_learn_what_features_tell_only_together() -> None:
    straight, with_units = fit(BOTH, Plan()), fit(BOTH, Plan(units=16))
    assert accuracy(BOTH, straight)[0] < len(BOTH)
    assert accuracy(BOTH, with_units)[0] == len(BOTH)


def test_rare_features_get_no_weight() -> None:
    rare = instance(({"near": 1.0, "once": 1.0}, True), ({"far": 1.0}, False))
    assert "once" not in fit([*DATA, rare], Plan(seen=3)).rows


def test_claims_without_a_right_candidate_teach_nothing_and_count_as_unreachable() -> None:
    lost = instance(({"near": 1.0}, False), ({"far": 1.0}, False))
    assert np.array_equal(fit([*DATA, lost], Plan()).linear, fit(DATA, Plan()).linear)
    assert accuracy([lost], alone({"near": 1.0})) == (0, 0, 1)


def test_the_mean_of_networks_is_one_network() -> None:
    found = fit(BOTH, Plan(units=4, networks=3))
    assert found.inner.shape == (3, 12) and found.outer.shape == found.bias.shape == (12,)


def test_two_networks_are_joined_to_their_mean() -> None:
    first, second = fit(BOTH, Plan(units=8)), fit([*BOTH, *DATA], Plan(units=4, networks=2))
    features = [{"a": 1.0, "x": 1.0}, {"b": 1.0, "near": 2.0}, {"far": 1.0}, {}]
    mean = (first.scores(features) + second.scores(features)) / 2
    assert np.allclose(joined(first, second).scores(features), mean, atol=1e-4)


@pytest.mark.parametrize("units", [0, 8])
def test_the_shares_of_the_features_sum_up_to_the_score(units: int) -> None:
    fitted = fit(BOTH, Plan(units))
    features = {"a": 1.0, "b": 1.0, "x": 1.0}
    start = float(np.maximum(fitted.bias, 0) @ fitted.outer) if units else 0.0
    lit = fitted.bias + sum((fitted.inner[fitted.rows[n]] for n in features), np.zeros_like(fitted.bias)) > 0
    rest = float(fitted.bias[lit] @ fitted.outer[lit]) if units else start
    assert sum(fitted.shares(features).values()) + rest == pytest.approx(float(fitted.scores([features])[0]), abs=1e-3)


def test_weights_are_read_back_as_they_were_saved(tmp_path: Path) -> None:
    fitted = fit(BOTH, Plan(units=8))
    save({"company": fitted}, tmp_path / "weights.npz")
    read = load(tmp_path / "weights.npz")["company"]
    assert list(read.rows) == list(fitted.rows)
    candidates = [{"a": 1.0, "b": 1.0, "x": 1.0}, {"b": 1.0}]
    assert np.allclose(read.scores(candidates), fitted.scores(candidates), atol=0.02)


def test_weights_of_a_name_with_a_line_break_are_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line break"):
        save({"company": alone({"near": 1.0, "far\nbehind": 2.0})}, tmp_path / "weights.npz")
    assert not (tmp_path / "weights.npz").exists()


def test_the_choice_is_the_highest_sum_and_says_why() -> None:
    use({"company": alone({"subject": 2.0, "far": -1.0})})
    try:
        choice = choose("company", [Candidate("A", None, {"far": 1.0}), Candidate("B", None, {"subject": 1.0})])
    finally:
        use(None)
    assert (choice.value, choice.reasons, choice.runners_up) == ("B", (("subject", 2.0),), (("A", 3.0),))


def test_an_opinion_adds_to_every_candidate_of_its_value_and_is_told_as_a_reason() -> None:
    use({"company": alone({"subject": 2.0, "far": -1.0})})
    try:
        candidates = [Candidate("A", None, {"far": 1.0}), Candidate("B", None, {"subject": 1.0})]
        choice = choose("company", candidates, {"A": 2.0, "B": -2.0})
        assert (choice.value, dict(choice.reasons)) == ("A", {"far": -1.0, "encoder": 2.0})
        assert choice.runners_up == (("B", 1.0),)
    finally:
        use(None)


def test_instances_of_another_process_are_numbered_anew(monkeypatch) -> None:
    names, found = sent(DATA[:3])
    monkeypatch.setattr("pipeline.fit.network.NUMBERING", Numbering())
    instance(({"other": 1.0}, True), ({}, False))
    again = received(names, found)
    assert accuracy(again, alone({"near": 1.0, "far": -1.0})) == (3, 3, 3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes can be forked")
def test_spread_work_comes_back_in_order() -> None:
    secret = 40
    assert list(spread(lambda n: n + secret, 5, jobs=2)) == list(spread(lambda n: n + secret, 5, jobs=1))
