"""The encoder's opinion of the candidates: evidence from the words alone, beside that of the rules."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from extractors.encoder import Span
from extractors.encoder.model import POINTED
from extractors.relate.rank import Candidate, value_key
from extractors.relate.scene import Site

NAMED = frozenset({"company", "counterparty"})  # whose names may stand anywhere in the text
# What the encoder's log-likelihoods are worth in scores, chosen on new articles that nothing was fitted on.
TRUST = defaultdict(lambda: 1.0, metric=1.35, modality=1.15, per=1.5)
# What is taken from the score of nobody as counterparty, whom networks and encoder favour too much on new articles.
RELUCTANCE = {"counterparty": 0.75}


def encoder_opinion(site: Site, field: str, candidates: Sequence[Candidate[Any]]) -> Mapping[object, float]:
    """What the encoder adds to the scores of each value's candidates: how much likelier it is than by chance, and less
    for nothing."""
    amount = site.amount
    likely = site.scene.reading.likelihoods(field, amount.start, amount.end, spans(site, field, candidates))
    scores = {value: TRUST[field] * (logarithm + math.log(len(likely))) for value, logarithm in likely.items()}
    if None in scores:
        scores[None] -= RELUCTANCE.get(field, 0.0)
    return scores


def spans(site: Site, field: str, candidates: Sequence[Candidate[Any]]) -> dict[object, set[Span]]:
    """The words that stand for each value: those that it was read from and, of a company, all that name it. Classes
    need none."""
    found: dict[object, set[Span]] = {}
    for candidate in candidates:
        words = found.setdefault(value_key(candidate.value), set())
        if candidate.mention and field in POINTED:
            words.add(Span(candidate.mention.start, candidate.mention.end, candidate.mention.rule))
    titled = [m for m in site.scene.title_companies if m.start < 0]
    for name, words in found.items() if field in NAMED else ():
        known = {(span.start, span.end) for span in words}
        named = [*site.scene.of(name), *(m for m in titled if m.name == name)] if isinstance(name, str) else ()
        words |= {Span(m.start, m.end, "named") for m in named if (m.start, m.end) not in known}
    return found
