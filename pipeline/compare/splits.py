"""Totals that one sentence splits: "un tour de 100 M$, réparti entre 75 M$ de FEDA et 50 M$ d'autres fonds", or the
list below it."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.compare.facts import Fact
from pipeline.compare.sums import Sum, added, capped, level, one_account

_TABLE = Path(__file__).parents[2] / "extractors" / "tables" / "sum_cues.toml"
_REACH = 120  # characters between two items of one list
_ABOVE = 200  # characters between a total and the list below it
_ITEM = re.compile(r"[-–—•·▪►*✔]\s|\d{1,2}[.)]\s")
_TAIL = 25  # characters behind an item that still say what it is ("en 2024")


class SumCues(NamedTuple):
    """The compiled rows of `sum_cues.toml`."""

    split: re.Pattern[str]
    among: re.Pattern[str]
    stop: re.Pattern[str]
    counted: re.Pattern[str]
    numerals: dict[str, int]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    loose: re.Pattern[str]


def _any(words: list[str]) -> re.Pattern[str]:
    parts = (word if not word[0].isalpha() else rf"\b{word}\b" for word in words)
    return re.compile("|".join(parts), re.IGNORECASE)


@cache
def sum_cues() -> SumCues:
    """The words that tell how amounts add up."""
    rows = tomllib.loads(_TABLE.read_text("utf-8"))
    counted = re.compile(rf"\b(?:les|ces|des|leurs)\s+({'|'.join(rows['count'])})\b", re.IGNORECASE)
    told = rows["running"]
    return SumCues(
        split=_any(rows["split"]),
        among=_any(rows["among"]),
        stop=_any(rows["stop"]),
        counted=counted,
        numerals=rows["count"],
        before=_any(told["before"]),
        behind=_any(told["behind"]),
        loose=_any(told["loose"]),
    )


class Placed(NamedTuple):
    """A fact and where its quote stands in its sentence."""

    fact: Fact
    start: int
    end: int


def splits(facts: Sequence[Fact]) -> Iterator[Sum]:
    """Totals of the article that the parts in their own sentence do not make, or those in the list below exceed."""
    for index, fact in enumerate(facts):
        items = _below(facts, index)
        if len(items) > 1 and added(items).above(fact.interval):
            yield Sum(fact, tuple(items), added(items))
    for sentence, told in sentences_of(facts).items():
        placed = place(sentence, told)
        for index, total in enumerate(placed):
            found = _misfit(sentence, total, placed[index + 1 :])
            if found:
                yield found


def sentences_of(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The facts by the sentence that tells them, in the order of the text."""
    sentences: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.claim.sentence:
            sentences[fact.claim.sentence].append(fact)
    return sentences


def place(sentence: str, told: list[Fact]) -> list[Placed]:
    """The facts where they stand in their sentence; none where it has one of them elsewhere."""
    first = told[0].claim
    origin = first.start - sentence.find(first.quote)
    placed = [Placed(f, f.claim.start - origin, f.claim.end - origin) for f in told]
    return placed if all(sentence[p.start : p.end] == p.fact.claim.quote for p in placed) else []


def _misfit(sentence: str, total: Placed, behind: list[Placed]) -> Sum | None:
    if not behind or not capped(total.fact):
        return None
    opening = sentence[total.end : behind[0].start]
    cues = sum_cues()
    if cues.stop.search(opening) or len(opening) > _REACH:
        return None
    split, among = cues.split.search(opening), cues.among.search(opening)
    items = _items(sentence, total.fact, behind) if split or among else []
    sums = [added(items[:count]) for count in range(1 if among else 2, len(items) + 1)]
    if not sums or any(values.meets(total.fact.interval) for values in sums):
        return None
    exhaustive = split and split[0] != ":" and not among
    if sums[-1].above(total.fact.interval) or exhaustive:
        return Sum(total.fact, tuple(items), sums[-1])
    return None


def _items(sentence: str, total: Fact, behind: list[Placed]) -> list[Fact]:
    """The parts that follow the total, up to a word that turns to something else."""
    items: list[Fact] = []
    stop = sum_cues().stop
    at = behind[0].start
    for index, placed in enumerate(behind):
        until = behind[index + 1].start if index + 1 < len(behind) else len(sentence)
        between, tail = sentence[at : placed.start], sentence[placed.end : min(until, placed.end + _TAIL)]
        if stop.search(between) or len(between) > _REACH or not _part_of(total, placed.fact):
            break
        items.append(placed.fact)
        at = placed.end
        if stop.search(tail):
            break
    return items


def _below(facts: Sequence[Fact], index: int) -> list[Fact]:
    """The parts that stand in the list below the fact at the index, one a line: the first amount of each."""
    items: list[Fact] = []
    total = facts[index]
    at, line = total.claim.end, total.claim.sentence
    if not capped(total) or _ITEM.match(line):
        return items
    for number in range(index + 1, len(facts)):
        fact = facts[number]
        if fact.claim.sentence != line:
            line = fact.claim.sentence
            far = fact.claim.start - at > (_REACH if items else _ABOVE)
            if far or not _ITEM.match(line) or not _part_of(total, fact):
                break
            items.append(fact)
        elif not items:
            break
        at = fact.claim.end
    return items if len({_named(item) for item in items}) == len(items) else []


def _named(item: Fact) -> tuple[object, ...]:
    return item.claim.company, item.claim.metric, item.scope, item.party


def _part_of(total: Fact, item: Fact) -> bool:
    if not (level(item) and one_account(total, item)):
        return False
    same_time = not (total.stated and item.stated) or total.window == item.window
    return same_time and (item.claim.metric == total.claim.metric or item.claim.metric in total.kind.parts)
