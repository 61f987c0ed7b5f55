"""The period rules as compiled regular expressions, built from `extractors/tables/periods.toml`.

A rule's pattern is written with named tables and pieces ("{lead}{quarter} trimestre{in_year}?"). Each spelling in a
table of words becomes a group whose name carries the value: `quarter__3` for "troisième", so that a match is a set of
symbolic values and no text has to be read twice. `{to_month}` inserts the table `month` under the field `to_month`,
`{first:count}` the table `count` under the field `first`.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from extractors.mentions import Grain

PLACEHOLDER = re.compile(r"\{(?:([a-z_]+):)?([a-z_]+)\}")
GROUP = re.compile(r"\(\?P<(\w+)>")
SPAN_END = "to_"
REACH = 80  # longer than any wording reaches before or after its main word
WORD_END = re.compile(r"\W|\Z")


def _folded(char: str) -> str:
    """The plain letter, space, apostrophe or hyphen that stands for `char`; one character for one."""
    if char in "\u2018\u2019\u02bc\u2032`´":
        return "'"
    if char in "\u2010\u2011\u2012\u2013\u2014\u2212":
        return "-"
    if unicodedata.category(char) == "Zs" or char == "\t":
        return " "
    base = unicodedata.normalize("NFKD", char)[0].lower() if char.isalpha() else char
    return base if len(base) == 1 else char


FOLDED = {code: _folded(chr(code)) for code in (*range(0x20, 0x250), *range(0x2000, 0x2070), 0x2212, 0x3000, 9)}


def fold(text: str) -> str:
    """`text` in lower case without accents, with plain spaces, apostrophes and hyphens; every offset stays true.

    >>> fold("Début\\u00a0Août, l’été")
    'debut aout, l\\'ete'
    """
    return text.translate(FOLDED)


@dataclass(frozen=True)
class Rule:
    """One wording: its name, the kind and grain of what it finds, and its pattern over folded text.

    `near` finds the word that the wording cannot do without; the rule is tried only around it.
    """

    name: str
    kind: str
    grain: Grain
    regex: re.Pattern[str]
    near: re.Pattern[str] | None

    def matches(self, plain: str) -> Iterator[re.Match[str]]:
        """All matches in folded text, in order."""
        for start, end in self._windows(plain) if self.near else ((0, len(plain)),):
            yield from self.regex.finditer(plain, start, end)

    def _windows(self, plain: str) -> Iterator[tuple[int, int]]:
        """The surroundings of all words that `near` finds, merged, from word end to word end."""
        start = end = 0
        for hit in self.near.finditer(plain) if self.near else ():
            if hit.start() - REACH > end:
                if end:
                    yield start, end
                start = hit.start() - REACH
            if hit.end() + REACH > end:
                blank = WORD_END.search(plain, hit.end() + REACH)
                end = blank.start() if blank else len(plain)
        if end:
            yield start, end


class Tables:
    """The file of period words: `words` by field, `pieces` of patterns, and the lists of the other sections."""

    def __init__(self) -> None:
        raw = resources.files("extractors.tables").joinpath("periods.toml").read_text(encoding="utf-8")
        self.data = tomllib.loads(raw)
        self.words: dict[str, dict[str, list[str]]] = self.data["words"]
        self.pieces: dict[str, str] = self.data["pieces"]

    def _words(self, table: str, field: str) -> str:
        """An alternation of all spellings, the longest first, each value in a group of its own."""
        spellings = [(word, value) for value, words in self.words[table].items() for word in words]
        spellings.sort(key=lambda pair: -len(pair[0]))
        # the look at the first letter spares most places in a text the trial of every word
        letters = "".join(sorted({word[0] for word, _ in spellings}))
        words = "|".join(f"(?P<{field}__{value}>{_spelling(word)})" for word, value in spellings)
        return f"(?=[{letters}])(?:{words})"

    def _insert(self, match: re.Match[str]) -> str:
        field, name = match[1], match[2]
        if name in self.pieces:
            return self.expand(self.pieces[name])
        if name in self.words:
            return self._words(name, field or name)
        base = name.removeprefix(SPAN_END)
        if base == name:
            raise ValueError(f"periods.toml: no table of words and no piece is called {name!r}")
        inner = self.expand("{" + base + "}")
        return GROUP.sub(lambda group: f"(?P<{SPAN_END}{group[1]}>", inner)

    def expand(self, pattern: str) -> str:
        """`pattern` with tables and pieces inserted, repeated group names not yet told apart."""
        return PLACEHOLDER.sub(self._insert, pattern)

    def compile(self, pattern: str, before: str = r"(?<!\w)", after: str = r"(?!\w)") -> re.Pattern[str]:
        """The regular expression of a pattern, bounded by word ends unless told otherwise."""
        return re.compile(before + _numbered(f"(?:{self.expand(pattern)})") + after)

    def rules(self) -> tuple[Rule, ...]:
        """All rules of the file in its order."""
        return tuple(
            Rule(
                row["name"],
                row["kind"],
                row["grain"],
                self.compile(row["pattern"]),
                re.compile(row["near"]) if "near" in row else None,
            )
            for row in self.data["rule"]
        )

    def any_of(self, section: str, field: str) -> str:
        """An alternation of the words of one list, the longest first."""
        return "(?:" + "|".join(map(_spelling, sorted(self.data[section][field], key=len, reverse=True))) + ")"


def _spelling(word: str) -> str:
    return re.escape(word[:-1]) + r"\.?" if word.endswith(".") else re.escape(word)


def _numbered(pattern: str) -> str:
    """Repeated group names made unique: the second `year` becomes `year__n2`, which `values_of` reads as `year`."""
    seen: Counter[str] = Counter()

    def rename(group: re.Match[str]) -> str:
        seen[group[1]] += 1
        suffix = f"__n{seen[group[1]]}" if seen[group[1]] > 1 else ""
        return f"(?P<{group[1]}{suffix}>"

    return GROUP.sub(rename, pattern)


def values_of(match: re.Match[str]) -> dict[str, str]:
    """The symbolic values of a match: {"quarter": "3", "year": "2025"} for "T3 2025"."""
    values = {}
    for group, text in match.groupdict().items():
        if text is None or group == "lead":
            continue
        field, _, value = re.sub(r"__n\d+$", "", group).partition("__")
        values[field] = value.replace("minus_", "-") or text
    return values


TABLES = Tables()


@dataclass(frozen=True)
class Stretch:
    """A stretch of time while it is put together: `core` is where it begins without its preposition."""

    start: int
    core: int
    end: int
    rule: str
    kind: str
    grain: Grain
    values: dict[str, str]


def core_of(match: re.Match[str]) -> int:
    """Where a match begins without its preposition."""
    return max(match.end("lead"), match.start()) if "lead" in match.re.groupindex else match.start()


def add(stretches: list[Stretch], new: Stretch) -> None:
    """`new` at the end of the list, in place of those before it that it reaches into."""
    while stretches and stretches[-1].end > new.start:
        stretches.pop()
    stretches.append(new)
