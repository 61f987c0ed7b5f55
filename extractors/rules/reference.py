"""Resolves the nouns that stand for a company ("la start-up", "le fabricant de puces", "l'opérateur bernois")."""

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.document import Document
from extractors.mentions import CompanyMention, Mention
from extractors.rules.company import Company, CompanyTable, find_references, split
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
    """A noun, pronoun or possessive that stands for a company; `names` are those it can mean, the likeliest first."""

    mention: Mention
    names: tuple[str, ...]


ALTERNATIVES = 4
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
    found = []
    for start, end, noun, rule in _spans(document, table):
        sentence = document.sentence_at(start)
        if sentence.index not in parses or any(m.start < end + 1 and m.end > start for m in named):
            continue
        names = _alternatives(document, start, end, noun, named, parses, table, counts)
        if names:
            found.append(
                Reference(Mention(start=start, end=end, text=document.text[start:end], rule=f"company.{rule}"), names)
            )
    return sorted(found, key=lambda r: r.mention.start)


def _spans(document: Document, table: CompanyTable) -> Iterator[tuple[int, int, str, str]]:
    yield from ((start, end, noun, "reference") for start, end, noun in find_references(document, table))
    yield from ((m.start(), m.end(), "", "pronoun") for m in PRONOUN.finditer(document.plain))
    yield from ((m.start(), m.end(), "", "possessive") for m in POSSESSIVE.finditer(document.plain))


def _alternatives(
    document: Document,
    start: int,
    end: int,
    noun: str,
    named: Sequence[CompanyMention],
    parses: Mapping[int, Parse],
    table: CompanyTable,
    counts: Counter[str],
) -> tuple[str, ...]:
    here = document.sentence_at(start)
    sectors = _sector_of_noun().get(noun, frozenset())
    adjective = re.match(r"\s+([a-zà-ÿ-]+)", document.plain[end : end + 24]) if noun else None
    country = _country_of_adjective().get(adjective.group(1)) if adjective else None
    scores: dict[str, float] = {}
    for mention in named:
        if mention.start >= start or table.by_name.get(mention.name, _UNLISTED).type == "media":
            continue
        salience = _salience(document, mention, here.index, here.line, parses, counts) + _fit(
            table.by_name.get(mention.name), sectors, country
        )
        salience -= OTHER_TYPE if noun and table.type_of(mention.name) not in _types_of(noun) else 0.0
        scores[mention.name] = max(salience, scores.get(mention.name, salience))
    ranked = sorted(scores, key=lambda n: -scores[n])
    return tuple(n for n in ranked if scores[n] > -1.0)[:ALTERNATIVES]


_UNLISTED = Company("")
OTHER_TYPE = 1.5  # "la start-up" is no fund


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


def _salience(
    document: Document,
    mention: CompanyMention,
    sentence: int,
    line: int,
    parses: Mapping[int, Parse],
    counts: Counter[str],
) -> float:
    there = document.sentence_at(mention.start)
    parse = parses.get(there.index)
    token = parse.head_of(mention.start, mention.end) if parse else None
    subject = bool(parse and token is not None and parse.tokens[token].dep in ("nsubj", "nsubj:pass", "ROOT"))
    apart = sentence - there.index
    recency = {0: 0.6, 1: 1.5, 2: 1.0, 3: 0.6}.get(apart, 0.0)
    return (
        recency
        + (1.2 if subject and apart <= 3 else 0.0)
        + (0.5 if there.line == line else 0.0)
        + 2.0 * counts[mention.name] / counts.total()
        + (0.4 if there.line == 0 else 0.0)
    )
