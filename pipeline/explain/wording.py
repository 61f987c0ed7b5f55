"""Puts the names of features and rules into words, by the rows of `tables/evidence.toml`."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from extractors.relate.modality import MODALITIES
from extractors.rules.metric import metrics

SIGNS = re.compile(r"[=:~/_.&\s]+")


@dataclass(frozen=True)
class Row:
    """One way in which features are named: `says` holds the words, `{group}` stands for what the regex caught."""

    like: re.Pattern[str]
    says: str
    example: str

    def words(self, feature: str) -> str | None:
        """The words for a feature; None where the row is not about it."""
        match = self.like.fullmatch(feature)
        if match is None:
            return None
        return self.says.format(**{name: value_words(name, text or "") for name, text in match.groupdict().items()})


def feature_words(feature: str) -> str:
    """A feature in plain words, without the family of metrics that it was counted for.

    "L:nearest uncrossed & own" is "the nearest one before the amount, none in between".
    """
    whole = _first_words(feature)
    if whole:
        return whole
    parts = [_suffixes().sub("", part) for part in _joints().split(feature) if part]
    telling = [part for part in parts if not is_context(part)] or parts[:1]
    return "; ".join(dict.fromkeys(_first_words(part) or _unlisted(part) for part in telling))


def value_words(group: str, text: str) -> str:
    """What a value of a feature means ("L" as a side: "before"), else the value itself."""
    words = _table()["values"].get(group, {}).get(text)
    return words if isinstance(words, str) else SIGNS.sub(" ", text) if group != "word" else text


def rule_words(rule: str) -> str:
    """The rule that found a mention, in words: "company.product" is "product of the company"."""
    return value_words("rule", rule)


def is_context(part: str) -> bool:
    """Whether a part of a feature only says for which metric or kind of mention it was counted."""
    return bool(_contexts().fullmatch(part))


@functools.cache
def rows() -> tuple[Row, ...]:
    """The rows of the table, the first match wins."""
    return tuple(Row(re.compile(row["like"]), row["says"], row["example"]) for row in _table()["features"])


@functools.cache
def _first_words(feature: str) -> str | None:
    """The words of the first row that matches; rows about crossed features are tried on those only."""
    crossed = " & " in feature
    found = (row.words(feature) for row in rows() if (" & " in row.like.pattern) == crossed)
    return next((words for words in found if words), None)


def _unlisted(part: str) -> str:
    words = SIGNS.sub(" ", part)
    return f"how often it is {words}" if is_context(part) else words


@functools.cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("pipeline").joinpath("tables", "evidence.toml").read_text("utf-8"))


@functools.cache
def _contexts() -> re.Pattern[str]:
    return re.compile("|".join((_table()["contexts"], *MODALITIES, *metrics())))


@functools.cache
def _suffixes() -> re.Pattern[str]:
    return re.compile(_table()["suffixes"])


@functools.cache
def _joints() -> re.Pattern[str]:
    return re.compile(_table()["joints"])
