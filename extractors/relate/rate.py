"""What an amount is counted by: a rate that stands beside it, or one that it takes from its surroundings."""

from collections.abc import Iterator, Sequence
from typing import get_args

from extractors.mentions import Cue, Per
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site

RATES: tuple[Per | None, ...] = (None, *get_args(Per))
ALIKE = 20  # an amount is of the order of another up to this factor


def rate_candidates(site: Site, metric: str, before: Sequence[Relation]) -> list[Candidate[Per | None]]:
    """No rate and every rate, with the words beside the amount, those of its surroundings and the amount before."""
    evidence = {f"metric {metric}": 1.0, f"written {_form(site)}": 1.0} | _previous(site, metric, before)
    near = {per: {where for where, cues in _around(site) if any(c.value == per for c in cues)} for per in RATES}
    return [Candidate(per, _cue(site, per), _features(site, metric, per, near, evidence)) for per in RATES]


def _features(site: Site, metric: str, per: Per | None, near: dict[Per | None, set[str]], shared: Features) -> Features:
    read = site.amount.per
    features: Features = {f"rate {per}": 1.0}
    if read is not None:
        features["rate read" if read == per else "another rate read"] = 1.0
    features |= {f"rate {per} & {name}": value for name, value in shared.items()}
    for where in sorted(near[per]):
        features |= {f"named {where}": 1.0, f"named {where} & {metric}": 1.0, f"rate {per} & named {where}": 1.0}
    if per is None:
        features |= {f"no rate, one {where}": 1.0 for where in sorted(set().union(*near.values()))}
    return features


def _form(site: Site) -> str:
    """How the amount is written: rates are seldom in millions."""
    value = site.amount.low if site.amount.low is not None else site.amount.high
    size = "small" if value is None or value < 1000 else "thousands" if value < 10**6 else "millions"
    return f"{size}, change" if site.amount.change else size


def _previous(site: Site, metric: str, before: Sequence[Relation]) -> Features:
    """The rate of the amount before, and whether the two are alike."""
    if not before:
        return {}
    last = before[-1]
    where = site.apart(last.sentence, last.line)
    same = "same metric" if last.metric.value == metric else "another metric"
    features: Features = {f"behind {last.per.value}, {where}, {same}": 1.0}
    if last.amount.currency == site.amount.currency and _of_one_order(site, last):
        features[f"behind {last.per.value} of one order, {where}, {same}"] = 1.0
    gap = site.since(last.amount)
    features |= {
        f"behind {last.per.value} over {m.strip()}": 1.0
        for m in (" contre ", " et ", " puis ", " dont ", ";", "(", " au lieu ")
        if last.sentence == site.sentence.index and m in gap
    }
    return features


def _of_one_order(site: Site, last: Relation) -> bool:
    values = [a.low if a.low is not None else a.high for a in (site.amount, last.amount)]
    return all(values) and 1 < ALIKE * (values[0] or 0) / (values[1] or 1) < ALIKE * ALIKE


def _around(site: Site) -> Iterator[tuple[str, Sequence[Cue]]]:
    """The words for rates in the sentence, the rest of its paragraph, the heading above and the whole article."""
    scene, cues = site.scene, site.scene.rates
    yield "in the sentence", scene.within(cues, site.sentence.start, site.sentence.end)
    yield "in the paragraph", scene.within(cues, site.line.start, site.line.end)
    heading = scene.document.heading_of(site.sentence.line)
    yield "in the heading", scene.within(cues, heading.start, heading.end) if heading else ()
    yield "in the article", cues


def _cue(site: Site, per: Per | None) -> Cue | None:
    """The words for the rate that stand nearest, of those in the sentence."""
    here = [c for c in site.scene.within(site.scene.rates, site.sentence.start, site.sentence.end) if c.value == per]
    return min(here, key=lambda c: max(site.amount.start - c.end, c.start - site.amount.end), default=None)
