"""Whether two claims talk about the same thing: labelled levels, the first that speaks wins."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pipeline.compare.facts import Fact, fact_of, why_unusable, words
from pipeline.compare.intervals import digits_of
from pipeline.compare.periods import NEAR_DAYS
from pipeline.models import Claim

Level = tuple[str, Callable[[Fact, Fact], bool]]
_TENS = (Decimal(10), Decimal(100), Decimal(1000))
_TEN_SLACK = Decimal("0.06")
_LIKE = Decimal("1.3")  # sums so near are of one deal although one report names no month
_ONE_DEAL = Decimal(2)  # sums twice as large are of two deals where one report names no party: a loan, and all debts
_NEAR_IN_ONE_ARTICLE = Decimal("1.8")  # beyond it an article speaks of a whole and of its part
_TOLD_OTHERWISE = Decimal(4)  # or, where it cites somebody for one of them, of a figure displayed and one found


def tenfold(a: Fact, b: Fact) -> Decimal | None:
    """10, 100 or 1000 where one amount is that many times the other within rounding: a lost comma, a wrong word."""
    small, large = sorted((a, b), key=lambda fact: fact.amount)
    if a.claim.currency != b.claim.currency or not small.amount:
        return None
    ratio = large.amount / small.amount
    for ten in _TENS:
        if abs(ratio / ten - 1) <= _TEN_SLACK and small.interval.times(ten).meets(large.interval):
            return ten
    return None


def slip(a: Fact, b: Fact) -> bool:
    """Whether one figure is the other with a slip of the pen: a lost comma, digits swapped, another currency."""
    if a.claim.currency != b.claim.currency:
        return a.amount == b.amount and a.claim.metric != "price"  # 499,99 here and there is the trade's custom
    first, second = (re.sub(r"\D", "", fact.claim.quote).strip("0") for fact in (a, b))
    if first == second:
        return tenfold(a, b) is not None
    return len(first) > 1 and sorted(first) == sorted(second)


def _telling_slip(a: Fact, b: Fact) -> bool:
    """Whether the figures are a slip apart that hardly came about by chance: 3 and 30 millions are often two sums."""
    return slip(a, b) and min(digits_of(a.amount), digits_of(b.amount)) > 1


def times(a: Fact, b: Fact) -> Decimal:
    """How many times the smaller the larger amount is."""
    small, large = sorted((a.amount, b.amount))
    return large / small


def same_name(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two names are one: "Lightspeed" and "Lightspeed Venture Partners"."""
    return bool(first and second) and (first <= second or second <= first)


def _published_apart(a: Fact, b: Fact) -> bool:
    first, second = a.claim.published, b.claim.published
    if first is None or second is None:
        return a.claim.article != b.claim.article
    return abs((first - second).days) > NEAR_DAYS


def _other_forecast(a: Fact, b: Fact) -> bool:
    return a.voice == b.voice == "plan" and not (a.forecaster == b.forecaster or same_name(a.forecaster, b.forecaster))


def _other_party(a: Fact, b: Fact) -> bool:
    if a.party and b.party:
        return not (same_name(a.party, b.party) or _tells(a, b.party) or _tells(b, a.party))
    if a.kind.needs != "party" or not (a.party or b.party) or (a.scope and a.scope == b.scope):
        return False
    silent, named = (a, b) if b.party else (b, a)
    return not (_tells(silent, named.party) or times(a, b) < _ONE_DEAL or _telling_slip(a, b))


def _tells(fact: Fact, name: frozenset[str]) -> bool:
    """Whether the claim's own sentence or headline names it, where its party was read from elsewhere or not at all."""
    said = words(fact.claim.sentence)
    if fact.party:
        return name <= said and not fact.party <= said
    return name <= said | words(fact.claim.title)


def _unnamed_deal(a: Fact, b: Fact) -> bool:
    return a.kind.deal and not (a.party or b.party or a.scope or (a.stated and b.stated))


def _other_flow_period(a: Fact, b: Fact) -> bool:
    first, second = a.window, b.window
    assert first is not None and second is not None
    if a.stated != b.stated:
        return not _sum_to_date(a, b)
    if not a.stated:
        return first.gap(second) > NEAR_DAYS
    if first.same(second):
        return False
    if a.claim.per or a.claim.change:
        return True
    whole, part = (first, second) if first.holds(second) else (second, first)
    return part.open or not whole.holds(part)


def _sum_to_date(a: Fact, b: Fact) -> bool:
    """Whether "depuis 2022" and the present tense both mean what has come in so far, of one project or payer."""
    dated = a if a.stated else b
    assert dated.window is not None
    named = same_name(a.party, b.party) or (bool(a.scope) and a.scope == b.scope)
    return a.kind.project and named and dated.window.end == date.max and not _published_apart(a, b)


def _other_day(a: Fact, b: Fact) -> bool:
    first, second = a.window, b.window
    assert first is not None and second is not None
    gap = first.gap(second)
    if gap == 0:
        return False
    if tenfold(a, b):
        # a level may move within a month, but not to its tenth
        return gap > NEAR_DAYS
    return a.kind.market or gap > NEAR_DAYS or first.days > 1 or second.days > 1


def _other_event(a: Fact, b: Fact) -> bool:
    first, second = a.window, b.window
    assert first is not None and second is not None
    if first.gap(second) > NEAR_DAYS:
        return True
    if a.claim.currency == b.claim.currency and times(a, b) <= _LIKE:
        return False
    return (first.vague or second.vague) and not first.same(second) and not ((a.party and b.party) or a.scope)


def _other_time(a: Fact, b: Fact) -> bool:
    if _echoes(a, b) or _echoes(b, a):
        return False
    return {"flow": _other_flow_period, "stock": _other_day, "event": _other_event}[a.kind.kind](a, b)


def _echoes(denial: Fact, told: Fact) -> bool:
    """Whether a denial without a date repeats the very figure: it denies that one, whenever it was for."""
    return denial.voice == "denied" and not denial.stated and denial.amount == told.amount


def two_sources(a: Fact, b: Fact) -> bool:
    """Whether one article cites two sources that see it differently: "3,9 millions selon Bercy", 0,2 for the lawyer."""
    first, second = a.claim, b.claim
    if first.article != second.article or not (first.attribution and second.attribution):
        return False
    return words(first.attribution) != words(second.attribution)


def _set_side_by_side(a: Fact, b: Fact) -> bool:
    """Whether the one article that gives both tells them apart itself: a plan and its revision, before and after."""
    first, second = a.claim, b.claim
    if first.article != second.article or two_sources(a, b):
        return False
    if first.sentence and first.sentence == second.sentence:
        return True
    if "denied" in (a.voice, b.voice):
        return False
    if bool(a.party) != bool(b.party) and not _telling_slip(a, b):
        return True
    return not _self_contradiction(a, b)


def _self_contradiction(a: Fact, b: Fact) -> bool:
    """Whether an article may mean one thing by both: by a slip, as told by another, or as a part of its whole.

    Otherwise they are two things whose difference was not read.
    """
    first, second = a.window, b.window
    assert first is not None and second is not None
    if slip(a, b):
        if a.party or a.scope or first == second:
            return True
    elif a.claim.currency != b.claim.currency:
        return False
    elif first == second:
        if a.kind.needs == "party" and not (a.party and b.party):
            return False  # what is owed to one of several
        return bool(a.claim.attribution or b.claim.attribution) and times(a, b) <= _TOLD_OTHERWISE
    elif times(a, b) > _NEAR_IN_ONE_ARTICLE:
        return False
    # of one event an article gives its parts and their sum; of a period or a day there is one value
    dated = a.stated and b.stated and a.kind.kind != "event" and (a.kind.kind == "flow" or not first.gap(second))
    return dated and a.voice != "plan"


LEVELS: tuple[Level, ...] = (
    ("two companies", lambda a, b: a.claim.company != b.claim.company),
    ("two metrics", lambda a, b: a.claim.metric != b.claim.metric),
    ("a level and a change", lambda a, b: a.claim.change != b.claim.change),
    ("a sum and a rate", lambda a, b: a.kind.market is False and a.claim.per != b.claim.per),
    ("two scopes", lambda a, b: a.scope != b.scope),
    ("two meanings of one metric", lambda a, b: a.means_otherwise != b.means_otherwise and not slip(a, b)),
    ("a plan and what was done", lambda a, b: {a.voice, b.voice} == {"done", "plan"}),
    # an offer or a round sought can be denied; a promise stands although nothing was paid
    ("a promise and no payment", lambda a, b: {a.voice, b.voice} == {"denied", "plan"} and a.kind.kind != "event"),
    ("two denials", lambda a, b: a.voice == b.voice == "denied"),
    ("two counterparties", _other_party),
    ("nothing says it is one deal", _unnamed_deal),
    ("two forecasters", _other_forecast),
    ("two states of a plan", lambda a, b: a.voice == b.voice == "plan" and _published_apart(a, b)),
    ("two times", _other_time),
    ("told apart by the article that gives both", _set_side_by_side),
)


# whether two facts are about one thing, whoever says so
ONE_THING = LEVELS[:-1]


def why_apart(a: Fact, b: Fact, levels: tuple[Level, ...] = LEVELS) -> str | None:
    """The first level that keeps the two facts from being compared, or None."""
    return next((label for label, differs in levels if differs(a, b)), None)


def why_incomparable(a: Claim, b: Claim) -> str | None:
    """The reason why two claims cannot be compared, or None where they can.

    "4,3 milliards de revenus au S1 2025" and "12,7 milliards de revenus en 2024" give "two times".
    """
    for claim in (a, b):
        reason = why_unusable(claim)
        if reason:
            return reason
    return why_apart(fact_of(a), fact_of(b))
