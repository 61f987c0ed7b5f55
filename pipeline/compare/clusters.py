"""Claims reduced to what they say: mentions of one statement together, statements that agree in one cluster."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from pipeline.compare.agreeing import agree
from pipeline.compare.facts import Fact, fact_of, why_unusable
from pipeline.compare.periods import Window
from pipeline.compare.rates import RateTable
from pipeline.models import Claim

_SHOWN = 6  # mentions of a cluster that are tried as its side of a conflict
_PRECISION = {"exact": 0, "range": 1, "approx": 2, "at_least": 3, "at_most": 3}


def statement_key(claim: Claim) -> tuple[object, ...]:
    """Equal for two mentions of one statement: all that `Fact` is made of, but for the article."""
    dated = bool(claim.period_start or claim.period_end)
    plan = claim.modality == "forecast"
    return (
        claim.metric, claim.change, claim.per, claim.scope, claim.counterparty, claim.modality,
        claim.attribution if plan else None,
        claim.period_start, claim.period_end, claim.published if plan or not dated else None,
        claim.quote, claim.amount_min, claim.amount_max, claim.bound, claim.currency,
    )  # fmt: skip


@dataclass(slots=True)
class Statement:
    """One thing said, and all claims that say it."""

    fact: Fact
    mentions: list[Claim]


def statements_of(claims: Iterable[Claim]) -> list[Statement]:
    """The distinct statements of the claims that can be compared, in the order of their periods."""
    found: dict[tuple[object, ...], Statement | None] = {}
    for claim in claims:
        key = statement_key(claim)
        if key not in found:
            found[key] = None if why_unusable(claim) else Statement(fact_of(claim), [])
        statement = found[key]
        if statement is not None:
            statement.mentions.append(claim)
    for statement in found.values():
        if statement is not None:
            statement.mentions.sort(key=lambda c: (str(c.published), c.article, c.start))
            statement.fact = replace(statement.fact, claim=statement.mentions[0])
    return sorted((s for s in found.values() if s is not None), key=_order)


def _order(statement: Statement) -> tuple[object, ...]:
    window = statement.fact.window
    assert window is not None
    claim = statement.fact.claim
    return window.start, window.end, _PRECISION[claim.bound], statement.fact.amount, claim.article, claim.start


@dataclass(eq=False)
class Cluster:
    """Statements about one thing that can all be true; the first is the most precise of the earliest period.

    What is cached is asked for only once the cluster is complete.
    """

    statements: list[Statement] = field(default_factory=list)

    @property
    def fact(self) -> Fact:
        """The statement that stands for all."""
        return self.statements[0].fact

    @property
    def window(self) -> Window:
        """The period of the standing statement."""
        window = self.fact.window
        assert window is not None
        return window

    @property
    def claims(self) -> list[Claim]:
        """All mentions."""
        return [claim for statement in self.statements for claim in statement.mentions]

    @cached_property
    def articles(self) -> frozenset[str]:
        """The articles that say it."""
        return frozenset(claim.article for claim in self.claims)

    @cached_property
    def weight(self) -> int:
        """How many mentions stand behind it."""
        return sum(len(statement.mentions) for statement in self.statements)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """A few of its mentions, one an article of each statement."""
        every = (replace(s.fact, claim=claim) for s in self.statements for claim in _one_an_article(s.mentions))
        return tuple(islice(every, _SHOWN))

    def takes(self, statement: Statement, rates: RateTable) -> bool:
        """Whether the statement says what this cluster says."""
        fact = statement.fact
        return all(_agree(own.fact, fact, rates) for own in islice(self.statements, _SHOWN))


def _one_an_article(mentions: list[Claim]) -> Iterator[Claim]:
    seen: set[str] = set()
    for claim in mentions:
        if claim.article not in seen:
            seen.add(claim.article)
            yield claim


def _agree(a: Fact, b: Fact, rates: RateTable) -> bool:
    if a.voice != b.voice or a.interval.open != b.interval.open:
        return False
    if a.claim.currency == b.claim.currency and not a.interval.meets(b.interval):
        return False
    return agree(a, b, rates)
