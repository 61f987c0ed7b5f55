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
# What the encoder's log-likelihoods are worth in scores, chosen on corpus/validation.
TRUST = defaultdict(lambda: 0.75, period=1.0, modality=0.5)


def encoder_opinion(site: Site, field: str, candidates: Sequence[Candidate[Any]]) -> Mapping[object, float]:
    """What the encoder adds to the scores of each value's candidates: how much likelier it is than by chance."""
    amount = site.amount
    likely = site.scene.reading.likelihoods(field, amount.start, amount.end, spans(site, field, candidates))
    return {value: TRUST[field] * (logarithm + math.log(len(likely))) for value, logarithm in likely.items()}


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
