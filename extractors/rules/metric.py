"""Finds the words that say what an amount measures."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from extractors.mentions import Cue
from extractors.tables import plain, toml_table, words

KINDS = ("nouns", "verbs", "weak")


@functools.cache
def _patterns() -> Mapping[tuple[str, str], re.Pattern[str]]:
    table = toml_table("metrics")
    return {(metric, kind): words(row[kind]) for metric, row in table.items() for kind in KINDS if row[kind]}


def metrics() -> tuple[str, ...]:
    """The metric codes of the GUIDE, in the order of the table."""
    return tuple(toml_table("metrics"))


def find_metric_cues(text: str, start: int, end: int) -> list[Cue]:
    """Cues of every metric between two offsets, sorted; of overlapping ones the longest ("perte opérationnelle",
    not "perte"), and all of the same length ("réalisé" speaks for several metrics)."""
    source = plain(text)
    cues = [
        Cue(start=m.start(), end=m.end(), text=text[m.start() : m.end()], rule=f"metric.{kind}", value=metric)
        for (metric, kind), pattern in _patterns().items()
        for m in pattern.finditer(source, start, end)
    ]
    cues.sort(key=lambda c: (c.start, c.start - c.end, c.value))
    return list(_longest(cues))


def _longest(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues, sorted by start and the longest first, that lie in no longer one: what reaches furthest holds them."""
    holder: Cue | None = None
    for cue in cues:
        if holder is None or cue.end > holder.end or (cue.start, cue.end) == (holder.start, holder.end):
            holder = cue
            yield cue
