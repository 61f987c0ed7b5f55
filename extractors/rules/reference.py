"""Resolves the nouns that stand for a company ("la start-up", "le fabricant de puces", "l'opérateur bernois")."""

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.document import Document, Sentence
from extractors.mentions import CompanyMention, Mention
from extractors.rules.company import Company, CompanyTable, find_references, split
from extractors.rules.portrait import OF_PLACE, Portraits, words_of
from extractors.syntax import Parse
from extractors.tables import csv_table, toml_table


@functools.cache
def _sector_of_noun() -> Mapping[str, frozenset[str]]:
    nouns: dict[str, set[str]] = {}
    for row in csv_table("sectors"):
        for noun in split(row["nouns"]):
            nouns.setdefault(noun.lower(), set()).add(row["sector"])
    return {noun: frozenset(sectors) for noun, sectors in nouns.items()}


@functools.cache
def _country_of_adjective() -> Mapping[str, str]:
    return {a.lower(): row["country"] for row in csv_table("countries") for a in split(row["adjectives"])}


@dataclass(frozen=True)
class Reference:
    """A noun, pronoun or possessive that stands for a company; `names` are those it can mean, the likeliest first,
    `alike` those that the text has described in its words."""

    mention: Mention
    names: tuple[str, ...]
    alike: frozenset[str] = frozenset()


ALTERNATIVES = 4
ALIKE = 1.5  # for each word of the noun by which the text has described the company
OTHER_TYPE = 1.5  # "la start-up" is no fund
RECENCY = {0: 0.6, 1: 1.5, 2: 1.0, 3: 0.6}  # by the sentences between the two
LEAST = -1.0  # of what a reference can stand for
ADJECTIVE = 24  # characters behind a noun in which its adjective ends
_UNLISTED = Company("")
# The words behind a noun that belong to it: "fabricant de puces", "groupe nantais".
FOLLOWING = re.compile(r"(?: (?:de |d['’]|des |du |en )?[a-zà-ÿ][\w-]{3,}){1,3}")
PRONOUN = re.compile(
    r"(?<![\w'])(?:il|elle|ils|elles|celui-ci|celle-ci|ce dernier|cette dernière|l'intéressée?)(?!\w)", re.IGNORECASE
)
POSSESSIVE = re.compile(r"(?<![\w'])(?:son|sa|ses|leur|leurs)(?= \w)", re.IGNORECASE)


def find_all(
    document: Document, named: Sequence[CompanyMention], parses: Mapping[int, Parse], table: CompanyTable
) -> list[Reference]:
    """Every reference of the parsed sentences, with the companies named before it that it can stand for.

    They must fit the noun's sector and the adjective's country where both are known; those that the text last made
    its subject come first, then those it names most.
    """
    counts = Counter(m.name for m in named)
    ranking = _Ranking(document, parses, table, {name: count / len(named) for name, count in counts.items()})
    portraits = Portraits(document, named)
    found = []
    for start, end, noun, rule in _spans(document, table):
        sentence = document.sentence_at(start)
        if sentence.index not in parses or any(m.start < end + 1 and m.end > start for m in named):
            continue
        earlier = [m for m in named if m.start < start and table.by_name.get(m.name, _UNLISTED).type != "media"]
        likeness = _likeness(document, start, end, rule, earlier, portraits)
        if rule == "place" and not likeness:
            continue
        names = ranking.names(sentence, earlier, noun, document.plain[end : end + ADJECTIVE], likeness)
        if names:
            kind = "reference" if rule == "place" else rule
            mention = Mention(start=start, end=end, text=document.text[start:end], rule=f"company.{kind}")
            found.append(Reference(mention, names, frozenset(likeness)))
    return sorted(found, key=lambda r: r.mention.start)


def _spans(document: Document, table: CompanyTable) -> Iterator[tuple[int, int, str, str]]:
    nouns = find_references(document, table)
    yield from ((start, end, noun, "reference") for start, end, noun in nouns)
    taken = {start for start, _, _ in nouns}
    yield from ((m.start(), m.end(), "", "place") for m in OF_PLACE.finditer(document.plain) if m.start() not in taken)
    yield from ((m.start(), m.end(), "", "pronoun") for m in PRONOUN.finditer(document.plain))
    yield from ((m.start(), m.end(), "", "possessive") for m in POSSESSIVE.finditer(document.plain))


def _likeness(
    document: Document, start: int, end: int, rule: str, earlier: Sequence[CompanyMention], portraits: Portraits
) -> dict[str, int]:
    """The companies described most in the words of a noun and of what follows it, and by how many of them."""
    if rule not in ("reference", "place"):
        return {}
    behind = FOLLOWING.match(document.plain, end) if rule == "reference" else None
    words = words_of(document.plain[start : behind.end() if behind else end])
    if rule == "place":  # "le Français" is not every company of France
        words = [word for word in words if not word.startswith("@")]
    told = portraits.alike(words)
    shared = {m.name: told[m.name] for m in earlier if m.name in told}
    most = max(shared.values(), default=0)
    return {name: most for name, number in shared.items() if number == most}


@dataclass(frozen=True)
class _Ranking:
    """Ranks the companies that a reference can stand for; `shares`: of all names in the document, those of each."""

    document: Document
    parses: Mapping[int, Parse]
    table: CompanyTable
    shares: Mapping[str, float]

    def names(
        self, here: Sentence, earlier: Sequence[CompanyMention], noun: str, behind: str, likeness: Mapping[str, int]
    ) -> tuple[str, ...]:
        """The likeliest of the companies mentioned earlier, for a noun ("": none) and the text behind it."""
        sectors = _sector_of_noun().get(noun, frozenset())
        adjective = re.match(r"\s+([a-zà-ÿ-]+)", behind) if noun else None
        country = _country_of_adjective().get(adjective.group(1)) if adjective else None
        scores: dict[str, float] = {}
        for mention in earlier:
            salience = self._salience(mention, here) + _fit(self.table.by_name.get(mention.name), sectors, country)
            salience += ALIKE * likeness.get(mention.name, 0)
            salience -= OTHER_TYPE if noun and self.table.type_of(mention.name) not in _types_of(noun) else 0.0
            scores[mention.name] = max(salience, scores.get(mention.name, salience))
        ranked = sorted(scores, key=lambda n: -scores[n])
        return tuple(n for n in ranked if scores[n] > LEAST)[:ALTERNATIVES]

    def _salience(self, mention: CompanyMention, here: Sentence) -> float:
        there = self.document.sentence_at(mention.start)
        parse = self.parses.get(there.index)
        token = parse.head_of(mention.start, mention.end) if parse else None
        subject = bool(parse and token is not None and parse.tokens[token].dep in ("nsubj", "nsubj:pass", "ROOT"))
        apart = here.index - there.index
        return (
            RECENCY.get(apart, 0.0)
            + (1.2 if subject and apart <= 3 else 0.0)
            + (0.5 if there.line == here.line else 0.0)
            + 2.0 * self.shares[mention.name]
            + (0.4 if there.line == 0 else 0.0)
        )


def _types_of(noun: str) -> Collection[str]:
    """The types of organisation that a noun can stand for."""
    types: Mapping[str, Collection[str]] = toml_table("cues")["reference"]["types"]
    return types.get(noun, types["others"])


def _fit(company: Company | None, sectors: frozenset[str], country: str | None) -> float:
    fit = 0.0
    if sectors and company:
        fit += 3.0 if sectors & set(company.sectors) else -3.0
    if country and company and company.country:
        fit += 2.0 if company.country == country else -4.0
    return fit
