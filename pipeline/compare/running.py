"""Totals told behind their items: "12 millions de la région et 8 millions de l'État. Au total, 25 millions"."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations, pairwise

from pipeline.compare.comparable import same_name
from pipeline.compare.facts import Fact
from pipeline.compare.splits import Placed, place, sentences_of, sum_cues
from pipeline.compare.sums import Sum, added, distinct, level, one_account

_SENTENCES = 2  # before that of the total, in which its items may stand
_GAP = 200  # characters from one item to the next, or to the total
_OPENING = 60  # characters from "au total" to the total
_TAIL = 40  # characters behind the total that say what it counts
_CLAUSE = re.compile(r"[,;:.(]")
_REACH = Decimal("1.8")  # beyond it what stands before a total are not its items
_MOST = 8  # items
_SEGMENTED = frozenset(
    {"revenue", "gross_profit", "operating_profit", "net_profit", "ebitda", "loss", "operating_loss"}
)


def running(facts: Sequence[Fact]) -> Iterator[Sum]:
    """Totals that the items told just before them do not make."""
    told = list(chain.from_iterable(place(*each) for each in sentences_of(facts).items()))
    told.sort(key=lambda placed: placed.fact.claim.start)
    for index, total in enumerate(told):
        if level(total.fact) and _is_total(total, told[index - 1] if index else None):
            found = _misfit(total.fact, distinct(placed.fact for placed in _items(total, told[:index])))
            if found:
                yield found


def _is_total(total: Placed, former: Placed | None) -> bool:
    """Whether its own words call it a total of what was told before, and of nothing else."""
    opening, tail = _between(former, total), _CLAUSE.split(total.fact.claim.sentence[total.end :][:_TAIL])[0]
    cues = sum_cues()
    called = cues.before.search(opening[-_OPENING:]) or cues.behind.search(tail)
    return bool(called) and not (cues.loose.search(opening) or cues.loose.search(tail))


def _between(former: Placed | None, latter: Placed) -> str:
    """What stands between two facts, of sentences that tell no fact nothing."""
    sentence = latter.fact.claim.sentence
    if former is None:
        return sentence[: latter.start]
    if former.fact.claim.sentence == sentence:
        return sentence[former.end : latter.start]
    return f"{former.fact.claim.sentence[former.end :]} {sentence[: latter.start]}"


def _items(total: Placed, told: Sequence[Placed]) -> list[Placed]:
    """What is told just before the total and may be part of it; nothing where the list does not claim to be whole."""
    items: list[Placed] = []
    sentences = {total.fact.claim.sentence}
    loose = sum_cues().loose
    for former, latter in pairwise((total, *reversed(told))):
        apart = former.fact.claim.start - latter.fact.claim.end
        sentences.add(latter.fact.claim.sentence)
        if apart > _GAP or len(sentences) > 1 + _SENTENCES or not _is_part(total.fact, latter.fact):
            break
        if loose.search(_between(latter, former)):
            break
        items.append(latter)
    if not items or loose.search(items[-1].fact.claim.sentence[: items[-1].start]):
        return []
    return items[::-1]


def _is_part(total: Fact, item: Fact) -> bool:
    if not (level(item) and one_account(total, item) and item.claim.company == total.claim.company):
        return False
    if not total.scope <= item.scope or (total.party and item.party and not same_name(total.party, item.party)):
        return False
    in_time = _at_one_time(total, item) or (total.window and item.window and total.window.holds(item.window))
    return bool(in_time) and (item.claim.metric == total.claim.metric or item.claim.metric in total.kind.parts)


def _at_one_time(total: Fact, item: Fact) -> bool:
    return not (total.stated and item.stated) or total.window == item.window


def _misfit(total: Fact, items: list[Fact]) -> Sum | None:
    """The sum of all the items, where neither it nor that of some of them is the total."""
    if not 1 < len(items) <= _MOST or any(item.amount >= total.amount for item in items):
        return None
    some = chain.from_iterable(combinations(items, count) for count in range(1, len(items) + 1))
    if any(added(chosen).meets(total.interval) for chosen in some):
        return None
    made = sum(item.amount for item in items)
    if made > total.amount or (made * _REACH >= total.amount and _whole(total, items)):
        return Sum(total, tuple(items), added(items))
    return None


def _whole(total: Fact, items: list[Fact]) -> bool:
    """Whether the items are all there are, so that they may not fall short of the total.

    A sentence that closes with its sum has told them all; one that follows may count segments or years left out.
    """
    if total.claim.metric == "funding_total" or not all(_at_one_time(total, item) for item in items):
        return False
    if all(item.claim.sentence == total.claim.sentence for item in items):
        return True
    return total.claim.metric not in _SEGMENTED and len({item.window for item in items}) == 1
