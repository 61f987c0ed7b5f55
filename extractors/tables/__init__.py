"""Loads the tables beside this file and turns their rows into regular expressions."""

import csv
import functools
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

# Every ending a French verb takes after its stem; wrong combinations ("levissent") do no harm, they are not written.
VERB_ENDING = (
    "(?:e|es|ons|ez|ent|ais|ait|ions|iez|aient|a|ai|as|èrent|é|ée|és|ées|er|era|erai|eront|erait|eraient|erons|ant|"
    "is|it|i|ie|ies|ir|ira|iront|irait|issait|issent|issant|s|t|u|ue|us|ues|re|ra|rait|raient|ront)"
)
# One for one, so that offsets stay true: typographic apostrophes and the spaces of French typography.
PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2011": "-"})


class TableError(ValueError):
    """A wrong row of a table: `str(error)` names the table, the line, the value and the remedy."""

    def __init__(self, table: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{table}, line {line}: {problem}; {remedy}")


def plain(text: str) -> str:
    """The text with straight apostrophes and plain spaces, character for character."""
    return text.translate(PLAIN)


@functools.cache
def toml_table(name: str) -> dict[str, Any]:
    """The table `name`.toml as a dictionary."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@functools.cache
def csv_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `name`.csv, one dictionary a row."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def expand(entry: str) -> str:
    """The regular expression of one table entry: `lev-` becomes the stem with any verb ending."""
    return re.sub(r"(?<=\w)-(?=\s|$|\(\?=)", lambda _: VERB_ENDING, entry)


def words(entries: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds any of the entries at word borders, the longest first."""
    alternatives = sorted((expand(e) for e in entries), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)
