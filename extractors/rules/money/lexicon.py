"""Table entries as pieces of regular expressions over lower-case text."""

import functools
import re
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from extractors.tables import VERB_ENDING, csv_table, toml_table

T = TypeVar("T")

# A qualifier that may stand between a preposition and a number
HEDGE = r"(?:près d[e']|quelque|environ|plus d[e']|moins d[e']|au moins|autour d[e']|seulement|à peine)? ?"

_STEM = re.compile(r"(?<=\w)-(?=[\s|()]|$)")


class Reading(NamedTuple, Generic[T]):
    """A value and the words that speak for it."""

    value: T
    cue: str


class Words:
    """The word lists that tell sums of money from counts, compiled."""

    def __init__(self) -> None:
        table = toml_table("money_words")
        self.money = whole_words(table["money"]["nouns"])
        self.cue = whole_words((*table["money"]["cues"]["nouns"], *table["money"]["cues"]["verbs"]))
        self.count = whole_words(table["count"]["nouns"])
        self.counting = whole_words(table["count"]["subjects"])


@functools.cache
def money_words() -> Words:
    """The compiled table `money_words`."""
    return Words()


@functools.cache
def companies() -> frozenset[str]:
    """First words of the known companies' names, in lower case."""
    return frozenset(re.split(r"\W", row["name"].lower())[0] for row in csv_table("companies"))


@functools.cache
def owners() -> frozenset[str]:
    """Last words of the names that have money: companies, countries and places, funds; in lower case."""
    places = {p for row in csv_table("countries") for column in ("nouns", "places") for p in row[column].split("|")}
    last = {re.split(r"\W", name.lower())[-1] for name in places | {row["name"] for row in csv_table("companies")}}
    return companies() | last | {"ventures", "capital", "partners", "europe", "afrique", "asie"} - {""}


def alternatives(entries: Iterable[str]) -> str:
    """One alternation of all entries, the longest first; "dépass-" stands for every form of the verb."""
    return "|".join(_STEM.sub(lambda _: VERB_ENDING, entry) for entry in sorted(entries, key=len, reverse=True))


def whole_words(entries: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the entries between word borders."""
    return re.compile(rf"(?<!\w)(?:{alternatives(entries)})(?!\w)")
