"""Figures of one article over time: parts of a year against the year, a rate against it, a change against levels."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from pipeline.compare.facts import Fact
from pipeline.compare.intervals import Interval
from pipeline.compare.periods import Window
from pipeline.compare.sums import Sum, added, level

_ALIKE_DAYS = 4  # months and quarters differ by as much
_YEAR = range(360, 373)
_RHYTHM = Decimal("0.25")  # "un milliard par mois" is a rhythm and no twelfth
_TIMES_A_YEAR = {"week": 52, "month": 12, "quarter": 4}


def series(facts: Sequence[Fact]) -> Iterator[Sum]:
    """What does not fit among the flows of one article."""
    rows: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        named = fact.claim.company is not None or fact.claim.metric == "market_size"
        if named and fact.kind.kind == "flow" and fact.stated:
            claim = fact.claim
            rows[claim.company, claim.metric, claim.currency, fact.scope, fact.voice].append(fact)
    for row in rows.values():
        levels = _levels(row)
        yield from _tilings(levels)
        yield from _rates(row, levels)
        yield from _changes(row, levels)


def _levels(row: list[Fact]) -> dict[Window, Fact]:
    """The one level of each period; a period with two that disagree is another conflict."""
    levels: dict[Window, Fact | None] = {}
    for fact in row:
        if not level(fact) or fact.window is None or fact.window.open:
            continue
        known = levels.setdefault(fact.window, fact)
        if known is not None and not known.interval.meets(fact.interval):
            levels[fact.window] = None
    return {window: fact for window, fact in levels.items() if fact is not None}


def _tilings(levels: dict[Window, Fact]) -> Iterator[Sum]:
    """Months or quarters that make up a longer period and do not add up to its figure."""
    by_start: dict[object, list[Window]] = defaultdict(list)
    for window in levels:
        by_start[window.start].append(window)
    for whole, total in levels.items():
        for first in by_start[whole.start]:
            items = [levels[window] for window in _tiles(first, whole, by_start)]
            if len(items) > 1 and not added(items).meets(total.interval):
                yield Sum(total, tuple(items), added(items))


def _tiles(first: Window, whole: Window, by_start: dict[object, list[Window]]) -> list[Window]:
    """Periods of one length that follow one another from the whole's first day to its last; none where they don't."""
    tiles = [first] if whole.holds(first) else []
    while tiles and tiles[-1].end < whole.end:
        following = by_start.get(tiles[-1].end + timedelta(days=1), [])
        alike = [w for w in following if abs(w.days - first.days) <= _ALIKE_DAYS and w.end <= whole.end]
        if not alike:
            return []
        tiles.append(alike[0])
    return tiles


def _rates(row: list[Fact], levels: dict[Window, Fact]) -> Iterator[Sum]:
    """A monthly rate whose year does not come near the year's figure."""
    for fact in row:
        times = _TIMES_A_YEAR.get(fact.claim.per or "")
        total = levels.get(fact.window) if fact.window else None
        if times and total and total.window and total.window.days in _YEAR:
            values = fact.interval.times(Decimal(times)).widened(_RHYTHM)
            if not values.meets(total.interval):
                yield Sum(total, (fact,), values, f"× {times}")


def _changes(row: list[Fact], levels: dict[Window, Fact]) -> Iterator[Sum]:
    """A change that is not the difference of the two levels that its article gives for it."""
    for fact in row:
        if not fact.claim.change or fact.claim.per or fact.interval.open or fact.window not in levels:
            continue
        new = levels[fact.window]
        if not new.claim.sentence or new.claim.sentence != fact.claim.sentence:
            continue
        old = [levels[w] for w in levels if (fact.window.start - w.start).days in _YEAR and w.days // 7 ==
               fact.window.days // 7]  # fmt: skip
        gaps = [_gap(new.interval, known.interval) for known in old]
        if len(gaps) == 1 and not gaps[0].meets(fact.interval):
            yield Sum(fact, (new, old[0]), gaps[0], "-")


def _gap(first: Interval, second: Interval) -> Interval:
    """The values that the distance between two levels may have."""
    zero, low, high = Decimal(0), first.low or Decimal(0), first.high or Decimal(0)
    below, above = low - (second.high or zero), high - (second.low or zero)
    return Interval(max(zero, below, -above), max(-below, above))
