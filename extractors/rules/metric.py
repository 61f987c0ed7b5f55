"""Finds the words that say what an amount measures."""

import functools
import re
from collections.abc import Mapping

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
    return [c for c in cues if not any(_within(c, other) for other in cues)]


def _within(cue: Cue, other: Cue) -> bool:
    longer = other.end - other.start > cue.end - cue.start
    return longer and other.start <= cue.start and cue.end <= other.end
