"""What most likely happened where two claims conflict: ranked causes, each with its evidence."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.compare import hints
from pipeline.compare.clusters import Cluster
from pipeline.compare.comparable import tenfold
from pipeline.compare.facts import Fact
from pipeline.compare.finding import Finding
from pipeline.compare.origins import Origins
from pipeline.models import Cause

_VARIANTS = Path(__file__).parents[2] / "extractors" / "tables" / "variant_cues.toml"
_SHOWN = 2
_UPDATED_DAYS = 7  # reports of one week go back to one state of knowledge


class Variant(NamedTuple):
    """Words that make two figures of one metric two measures."""

    label: str
    one: re.Pattern[str]
    other: re.Pattern[str]


def _words(row: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in row), re.IGNORECASE)


@cache
def variants() -> tuple[Variant, ...]:
    """The rows of `variant_cues.toml`."""
    rows = tomllib.loads(_VARIANTS.read_text("utf-8"))["variant"]
    return tuple(Variant(row["label"], _words(row["one"]), _words(row["other"])) for row in rows)


class Known:
    """All figures of a group, by amount: where else a number of a conflict was said."""

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        self._facts: dict[tuple[Decimal, str | None], list[Fact]] = defaultdict(list)
        for cluster in clusters:
            for statement in cluster.statements:
                self._facts[statement.fact.amount, statement.fact.claim.currency].append(statement.fact)

    def like(self, fact: Fact) -> Iterator[Fact]:
        """Other statements of the same number."""
        return (f for f in self._facts[fact.amount, fact.claim.currency] if f is not fact)


Test = Callable[[Finding, Known], str | None]


def _magnitude(found: Finding, known: Known) -> str | None:
    ten = tenfold(found.a, found.b)
    return f"one figure is {ten} times the other: {found.a.claim.quote} / {found.b.claim.quote}" if ten else None


def _currency(found: Finding, known: Known) -> str | None:
    if found.verdict.kind != "currency":
        return None
    return f"the number is the same in {found.a.claim.currency} and {found.b.claim.currency}"


def _swapped(found: Finding, known: Known) -> str | None:
    digits = [re.sub(r"\D", "", fact.claim.quote) for fact in (found.a, found.b)]
    if digits[0] == digits[1] or len(digits[0]) < 2 or sorted(digits[0]) != sorted(digits[1]):
        return None
    return f"both are written with the same digits: {found.a.claim.quote} / {found.b.claim.quote}"


def _elsewhere(found: Finding, known: Known, differs: Callable[[Fact, Fact], bool], what: str) -> str | None:
    for fact in (found.a, found.b):
        for other in known.like(fact):
            if differs(fact, other):
                return f"{fact.claim.quote} is {what.format(other=other)} in {other.claim.article}"
    return None


def _period(found: Finding, known: Known) -> str | None:
    if found.verdict.kind == "period":
        return f"the number is the same for {found.a.window} and {found.b.window}"

    def other_period(fact: Fact, other: Fact) -> bool:
        same = (fact.claim.metric, fact.scope, fact.voice) == (other.claim.metric, other.scope, other.voice)
        if not same or not (fact.stated and other.stated) or fact.window is None or other.window is None:
            return False
        return fact.window.gap(other.window) > 0

    return _elsewhere(found, known, other_period, "the figure for {other.window}")


def _metric(found: Finding, known: Known) -> str | None:
    if found.verdict.kind == "metric":
        return f"the number is the same as {found.a.claim.metric} and as {found.b.claim.metric}"
    return _elsewhere(
        found, known, lambda fact, other: fact.claim.metric != other.claim.metric and fact.window == other.window,
        "given as {other.claim.metric}",
    )  # fmt: skip


def _plan(found: Finding, known: Known) -> str | None:
    return _elsewhere(
        found, known, lambda fact, other: (fact.voice, other.voice) == ("done", "plan"), "stated as a plan"
    )


def _scope(found: Finding, known: Known) -> str | None:
    return _elsewhere(
        found, known, lambda fact, other: fact.claim.metric == other.claim.metric and fact.scope != other.scope,
        "given for {other.claim.scope}",
    )  # fmt: skip


def _variant(found: Finding, known: Known) -> str | None:
    first, second = found.a.claim.sentence, found.b.claim.sentence
    for row in variants():
        for here, there in ((first, second), (second, first)):
            match = row.one.search(here)
            if match and not row.one.search(there):
                return f"{row.label}: one sentence says “{match[0]}”, the other does not"
    return None


def _bound(found: Finding, known: Known) -> str | None:
    bounds = found.a.claim.bound, found.b.claim.bound
    open_ends = {"at_least", "at_most"}
    if (bounds[0] in open_ends) == (bounds[1] in open_ends):
        return None
    return f"one is stated as “{bounds[0].replace('_', ' ')}”, the other as “{bounds[1].replace('_', ' ')}”"


def _copied(found: Finding, known: Known) -> str | None:
    first, second = found.a.claim, found.b.claim
    if first.article == second.article:
        return None
    origins = Origins((first, second))
    return f"both go back to {origins.of(first.article)}" if len(origins) == 1 else None


def _later(found: Finding, known: Known) -> str | None:
    first, second = found.a.claim.published, found.b.claim.published
    if not first or not second or found.verdict.kind not in ("value", "part"):
        return None
    if abs((first - second).days) < _UPDATED_DAYS:
        return None
    return f"published {abs((first - second).days)} days apart: the figure may have been updated"


# the order is the likelihood: a slip that leaves its trace in the digits before one that needs another statement, and
# those before what can be said of any two figures
TESTS: tuple[tuple[str, Test], ...] = (
    ("lost comma or wrong magnitude", _magnitude),
    ("swapped currency", _currency),
    ("digits swapped", _swapped),
    ("another period", _period),
    ("another metric", _metric),
    ("a plan read as done", _plan),
    ("another measure", _variant),
    ("another scope", _scope),
    ("a bound read as a figure", _bound),
    ("one source copied with an error", _copied),
    ("a report that is denied", lambda found, _: hints.denied(found)),
    ("one digit mistyped", lambda found, _: hints.one_digit(found)),
    ("a later figure", _later),
    ("a conversion left out or wrong", lambda found, _: hints.unconverted(found)),
    ("rounding or an estimate", lambda found, _: hints.rounded(found)),
    ("a level that moved", lambda found, _: hints.other_days(found)),
    ("an error of the lone voice", lambda found, _: hints.lone(found)),
    ("the same figure for both", lambda found, _: hints.unchanged(found)),
    ("a part whose name was left out", lambda found, _: hints.perimeter(found)),
    ("reports that differ", lambda found, _: hints.reports(found)),
)


def causes_of(found: Finding, known: Known) -> tuple[Cause, ...]:
    """The two most likely causes with their evidence."""
    told = ((label, test(found, known)) for label, test in TESTS)
    causes = (Cause(label=label, evidence=evidence) for label, evidence in told if evidence)
    return tuple(islice(causes, _SHOWN))
