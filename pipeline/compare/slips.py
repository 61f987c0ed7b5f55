"""Figures a slip of the pen apart that two articles call by different words: 546 and 456 millions of one year, for the
telephones here and for the smartphones there. Whether the words mean one thing is the reader's to say: a tension."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations, islice

from pipeline.compare.clusters import Cluster
from pipeline.compare.comparable import LEVELS, same_name, slip, tenfold
from pipeline.compare.facts import Fact, words
from pipeline.compare.finding import Finding
from pipeline.compare.metrics import alike
from pipeline.compare.rates import RateTable
from pipeline.compare.verdict import Verdict, verdict

_TRIED = 16  # clusters of the same digits that are set against one another
NEVER = 99


def _digits_of_two_times(a: Fact, b: Fact) -> int:
    """A comma that two articles lose between two years, or that one loses which gives no date."""
    if tenfold(a, b) is None:
        return NEVER
    if a.kind.kind == "flow" and a.stated and b.stated:
        return 3
    return 2 if a.scope or same_name(a.party, b.party) else NEVER


def _digits_of_a_plan(a: Fact, b: Fact) -> int:
    """A deal, or the cost of a project, which is a plan here and a fact there."""
    one_project = a.kind.project and bool(a.scope)
    return 2 if one_project or (a.kind.kind == "event" and same_name(a.party, b.party)) else NEVER


# How many digits two figures share by chance too rarely, by the one thing in which the two claims differ: an account
# has many scopes, but a deal is announced and done once.
_TELLING_DIGITS: Mapping[str, Callable[[Fact, Fact], int]] = {
    "two metrics": lambda a, b: 2 if b.claim.metric in alike(a.claim.metric) else NEVER,
    # "l'usine" and "l'usine de Béthune"
    "two scopes": lambda a, b: 2 if same_name(a.scope, b.scope) else 3,
    "a plan and what was done": _digits_of_a_plan,
    "two counterparties": lambda a, b: 2 if _beside(a, b) or _beside(b, a) else NEVER,
    "two times": _digits_of_two_times,
}


def slipped(clusters: Iterable[Cluster], rates: RateTable) -> Iterator[Finding]:
    """Pairs of two articles that differ in one thing alone and whose figures are a slip apart."""
    by_digits: dict[str, list[Cluster]] = defaultdict(list)
    tellers: dict[tuple[Decimal, str | None], set[str]] = defaultdict(set)
    for cluster in clusters:
        fact = cluster.fact
        tellers[fact.amount, fact.claim.currency] |= cluster.articles
        by_digits["".join(sorted(_digits(fact)))].append(cluster)
    for digits, same in by_digits.items():
        for first, second in combinations(islice(same, _TRIED if len(digits) > 1 else 0), 2):
            a, b = first.fact, second.fact
            # who tells both figures means both
            both = (tellers[fact.amount, fact.claim.currency] for fact in (a, b))
            found = None if set.intersection(*both) else _slip(a, b, len(digits), rates)
            if found:
                yield Finding(a, b, found, first, second)


def _digits(fact: Fact) -> str:
    return re.sub(r"\D", "", format(fact.amount.normalize(), "f")).strip("0")


def _slip(a: Fact, b: Fact, digits: int, rates: RateTable) -> Verdict | None:
    apart = [label for label, differs in LEVELS if differs(a, b) or differs(b, a)]
    if len(apart) != 1 or apart[0] not in _TELLING_DIGITS or digits < _TELLING_DIGITS[apart[0]](a, b):
        return None
    if a.claim.currency != b.claim.currency and not slip(a, b):
        return None
    if tenfold(a, b) and "denied" not in (a.voice, b.voice):
        return Verdict("magnitude", "tension")
    found = verdict(a, b, rates)
    swapped = a.amount.adjusted() == b.amount.adjusted() and a.amount != b.amount
    if found is None or not (found.kind == "currency" or (found.kind == "value" and swapped)):
        return None
    return found._replace(severity="tension")


def _beside(a: Fact, b: Fact) -> bool:
    """Whether the sentence of one names the party of the other: "Arkéa lui a ouvert, avec BNP Paribas, une ligne"."""
    return a.party <= words(b.claim.sentence)
