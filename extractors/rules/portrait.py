"""How an article describes its companies beside their names, so that a later noun can be told to mean one of them.

"le suédois Northvolt", "Rond Carré (Toulouse, embauche)", "Helmvogt, qui entraîne des robots à Munich": later "le
Suédois", "la Toulousaine", "le Munichois".
"""

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from extractors.document import Document
from extractors.mentions import CompanyMention
from extractors.rules.company import split
from extractors.rules.period_patterns import fold
from extractors.tables import csv_table, toml_table

# The noun phrase that ends in the name.
BEFORE = re.compile(
    r".*(?<!\w)(?:(?:le|la|du|au|son|sa|un|une|ce|cette|notre) |l['’]|d['’]une? )"
    r"((?:(?!(?:à|a|ont|est|et|ou|par|pour|avec|sur|dans|que|qui|en|aux?) )[\w’'-]+ ){1,6})(?:« ?)?",
    re.IGNORECASE,
)
# What stands behind it: a place, brackets, "est un ...", an apposition, which a comma closes where it has an article.
BEHIND = re.compile(
    r"(?: ?»)?(?:,? (?:(?:basé|installé|implanté|situé)e? à|de|d['’]) ?([A-ZÉ][\w’'-]+)(?! [A-ZÉ])| \(([^()\n]{3,60})\)"
    r"| est (?:(?:le|la|une?) |l['’])([^,.;:()\n]{3,60})|, ((?:(?:le|la) |l['’])[^,.;:()\n]{3,90}),"
    r"|, ((?:une? |\w+(?:eur|ant|ien|ier)(?:e|ne)? |\w+(?:euse|iste|ière) )[^,.;:()\n]{3,90})[,.;)\n])"
)
WORD = re.compile(r"[^\W\d_][\w-]{3,}")
SHARED, LEAST = 5, 4  # letters at the start that words of one root share, fewer where one of them is shorter
# "le Munichois", "la Toulousaine": an adjective of place by itself
OF_PLACE = re.compile(
    r"(?<![\w'’])(?:(?:le|la|du|au) |l['’])[\w-]{2,}"
    r"(?:(?:o|a)ise?|aine?|ien(?:ne)?|éen(?:ne)?|ine?|ande?|ole?|tannique|arde?|(?:bret|wall|lett|sax)on(?:ne)?)"
    r"(?=(?-i: [a-zà-ÿ])|[,.;:)’'])",
    re.IGNORECASE,
)


class Portraits:
    """The words by which each company is described, with the countries they speak of ("@SE")."""

    def __init__(self, document: Document, named: Sequence[CompanyMention]) -> None:
        self._by_root: dict[str, dict[str, set[str]]] = {}  # the first letters, the words, the companies
        for mention in named:
            for word in _described(document.plain, mention):
                self._by_root.setdefault(word[:LEAST], {}).setdefault(word, set()).add(mention.name)

    def alike(self, words: Collection[str]) -> Counter[str]:
        """By how many of the words each company has been described."""
        return Counter(name for word in words for name in self._described_as(word))

    def _described_as(self, word: str) -> set[str]:
        found = self._by_root.get(word[:LEAST], {})
        return {name for other, names in found.items() if _same(word, other) for name in names}


def words_of(text: str) -> list[str]:
    """The words of a description without case and accents, and the countries that they speak of."""
    found = [w for w in WORD.findall(fold(text)) if w not in _empty()]
    return found + sorted({f"@{_countries()[w]}" for w in found if w in _countries()})


def _described(plain: str, mention: CompanyMention) -> Iterator[str]:
    before = BEFORE.fullmatch(plain, max(0, mention.start - 70), mention.start)
    if before:
        yield from words_of(before[1])
    behind = BEHIND.match(plain, mention.end)
    if behind:
        yield from words_of(" ".join(text for text in behind.groups() if text))


def _same(one: str, other: str) -> bool:
    """Whether two words have a root in common: "Munich" and "munichois", "éditeur" and "édition"."""
    if one.startswith("@") or other.startswith("@"):
        return one == other
    length = min(SHARED, len(one), len(other))
    return length >= LEAST and one[:length] == other[:length]


@functools.cache
def _empty() -> Collection[str]:
    return frozenset(toml_table("cues")["reference"]["empty"])


@functools.cache
def _countries() -> Mapping[str, str]:
    rows = csv_table("countries")
    return {fold(w): row["country"] for row in rows for key in ("adjectives", "places") for w in split(row[key])}
