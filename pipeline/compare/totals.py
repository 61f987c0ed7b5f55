"""Totals of an article whose items stand elsewhere in it: counted deals, shares of one offer, a list of rounds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.compare.comparable import same_name
from pipeline.compare.facts import Fact, words
from pipeline.compare.periods import NEAR_DAYS
from pipeline.compare.rates import RateTable
from pipeline.compare.splits import sum_cues
from pipeline.compare.sums import Sum, added, distinct, level, one_account
from pipeline.compare.verdict import MissingRateError, in_currency_of

_SHARE = words("part quote-part tranche contribution")
_ROUNDS = words("levée levées levé lève tour tours financement financements start-up opération opérations")
_LIST_DAYS = 31
_LATE_DAYS = 7  # a list of the week's or month's rounds comes out a few days later and dates none of them


def totals(facts: Sequence[Fact], rates: RateTable) -> Iterator[Sum]:
    """Totals of the article that their items exceed, or do not make although they are counted."""
    plain = [fact for fact in facts if level(fact)]
    least = [fact for fact in facts if level(fact) or fact.claim.bound == "at_least"]  # enough to exceed a total
    for fact in plain:
        for found in (_counted(fact, plain), _shared(fact, plain), _invested(fact, least), _listed(fact, plain, rates)):
            if found:
                yield found


def _counted(total: Fact, facts: list[Fact]) -> Sum | None:
    """ "En additionnant les trois contrats, 24,2 milliards": the three are those of the same two companies, some of
    which may be done and others planned."""
    match = sum_cues().counted.search(total.claim.sentence)
    if match is None or not total.party or not total.kind.deal or total.claim.company is None:
        return None
    items = [
        fact
        for fact in facts
        if fact.claim.company == total.claim.company and fact.claim.metric == total.claim.metric
        and same_name(fact.party, total.party) and fact.claim.currency == total.claim.currency
        and fact.amount < total.amount and fact.claim.sentence != total.claim.sentence
    ]  # fmt: skip
    items = distinct(items)
    if len(items) != sum_cues().numerals[match[1].lower()] or added(items).meets(total.interval):
        return None
    return Sum(total, tuple(items), added(items))


def _shared(total: Fact, facts: list[Fact]) -> Sum | None:
    """The shares of one offer, told in one sentence and voice, that exceed the offer, be it planned or rumoured."""
    if total.kind.kind != "event" or not total.party or total.scope:
        return None
    sentences: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        joint = fact.claim.metric == "acquisition" or fact.scope & _SHARE
        same = fact.claim.metric == total.claim.metric and same_name(fact.party, total.party)
        elsewhere = fact.claim.sentence != total.claim.sentence
        alike = fact.claim.currency == total.claim.currency
        if joint and same and elsewhere and alike and fact.amount < total.amount:
            sentences[fact.claim.sentence, fact.voice].append(fact)
    for items in map(distinct, sentences.values()):
        owners = {(fact.claim.company, fact.scope) for fact in items}
        known = any(fact.claim.company == total.claim.company for fact in items)
        if len(items) > 1 and len(owners) == len(items) and known and added(items).above(total.interval):
            return Sum(total, tuple(items), added(items))
    return None


def _invested(total: Fact, facts: list[Fact]) -> Sum | None:
    """What each investor put into one round, told for its very date or all in one sentence, where it exceeds the round:
    200, 120 and 80 millions of 380."""
    company, window = words(total.claim.company), total.window
    if total.claim.metric != "funding" or total.scope or window is None:
        return None
    pools: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        mine = fact.claim.metric == "investment" and same_name(fact.party, company) and one_account(total, fact)
        if not mine or fact.scope or fact.window is None:
            continue
        if total.stated and fact.stated and fact.window == window:
            pools[""].append(fact)
        if fact.window.gap(window) <= NEAR_DAYS:
            pools[fact.claim.sentence].append(fact)
    for items in map(distinct, pools.values()):
        if len(items) > 1 and added(items).above(total.interval):
            return Sum(total, tuple(items), added(items))
    return None


def _listed(total: Fact, facts: list[Fact], rates: RateTable) -> Sum | None:
    """The rounds of a week or month that exceed the sum its article gives for all of them."""
    window = total.window
    if total.claim.metric != "market_size" or total.scope or window is None or window.days > _LIST_DAYS:
        return None
    if not words(f"{total.claim.sentence} {total.claim.title or ''}") & _ROUNDS:
        return None
    rounds = [
        fact
        for fact in facts
        if fact.claim.metric == "funding" and fact.voice == total.voice and not fact.scope
        and fact.window is not None and (window == fact.window or window.holds(fact.window) or _of_late(fact, total))
    ]  # fmt: skip
    largest = {fact.claim.company: fact for fact in sorted(rounds, key=lambda f: f.amount)}
    try:
        items = [f for f in largest.values() if not in_currency_of(total, f, rates)[1]]
        foreign = [in_currency_of(total, f, rates)[0].low or Decimal(0) for f in largest.values() if f not in items]
    except MissingRateError:
        return None
    values = added(items)
    values = values._replace(low=(values.low or Decimal(0)) + sum(foreign, Decimal(0)), high=None)
    if len(items) < 2 or not values.above(total.interval):
        return None
    return Sum(total, tuple(sorted(items, key=lambda f: f.claim.start)), values)


def _of_late(fact: Fact, total: Fact) -> bool:
    """Whether an undated round is one of the list: told outside the total's sentence, soon after the total's period."""
    published, window = fact.claim.published, total.window
    if fact.stated or published is None or window is None or fact.claim.sentence == total.claim.sentence:
        return False
    return 0 <= (published - window.end).days <= _LATE_DAYS
