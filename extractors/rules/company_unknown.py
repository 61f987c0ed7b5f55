"""Finds the names of organisations that no table lists.

NER alone only proposes: on tech press it calls OpenAI MISC and xAI LOC. A name is taken when its evidence over the
whole article adds up; then every occurrence of it is a mention.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from extractors.document import Document
from extractors.mentions import CompanyMention
from extractors.rules.company import CompanyTable, index_by_first_word, spans_of, split
from extractors.rules.company_names import proposals
from extractors.syntax import Parse, is_unknown_word
from extractors.tables import csv_table, toml_table

TAKEN_FROM = 1.1
CONSIDERED_FROM = 0.4  # a candidate in its own sentence, never the topic
LONGEST = 45  # characters; longer runs of capitals are headlines
ARTICLE = re.compile(r"^(?:(?:le|la|les|de|du|des|un|une|au|aux)\s+(?:l')?|[ld]')(?=\w)", re.IGNORECASE)
LOOSE_END = re.compile(r"\s+(?:le|la|les|a|est|et|de|du|des|à)$")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")  # "Mi-2025", "France 2030": a date, a plan
EDGES = " .,;:«»\"'()*"

Evidence = Mapping[str, tuple[str, ...]]


def find_unlisted(
    document: Document,
    parses: Mapping[int, Parse],
    table: CompanyTable,
    taken: Sequence[tuple[int, int]],
    outlet: str | None = None,
) -> tuple[list[CompanyMention], Evidence]:
    """Mentions of names that the table does not know, and the kinds of evidence for each name.

    `taken` are the spans of known ones, `outlet` who publishes. A name of little evidence comes with the rule
    "company.capitalised", the others with "company.unlisted".
    """
    evidence = _evidence(document, parses, table, outlet)
    weights: Mapping[str, float] = toml_table("names")["evidence"]
    totals = {name: sum(weights[kind] for kind in kinds) for name, kinds in evidence.items()}
    names = {n for n, total in totals.items() if total >= CONSIDERED_FROM}
    sure = {n for n in names if totals[n] >= TAKEN_FROM}
    spelt = {n.upper(): n for n in sorted(sure) if len(n) > 3} | {n: n for n in sorted(names)}
    canonical = {surface: _full(name, sure) for surface, name in spelt.items()}
    found = [
        _mention(document, start, end, name, name in sure)
        for start, end, name in spans_of(document.plain, index_by_first_word(canonical), canonical)
        if all(end <= s or start >= e for s, e in taken)
    ]
    return found, {canonical[n]: tuple(sorted(evidence[n])) for n in sorted(names)}


def _mention(document: Document, start: int, end: int, name: str, sure: bool) -> CompanyMention:
    rule = "company.unlisted" if sure else "company.capitalised"
    return CompanyMention(start=start, end=end, text=document.text[start:end], rule=rule, name=name, known=False)


def _evidence(
    document: Document, parses: Mapping[int, Parse], table: CompanyTable, outlet: str | None
) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    times: Counter[str] = Counter()
    for proposed, kind in proposals(document, parses):
        name = trim(proposed)
        if _can_be_name(name, table) and name != trim(outlet or ""):
            kinds[name].add(kind)
            times[name] += kind in ("capitalised", "lower-case")
    for name, found in kinds.items():
        if times[name] > 1:
            found.add("repeated")
        if " " in name:
            found.add("several words")
        elif name.isalpha() and not is_unknown_word(name):
            found.add("common word")
    people = {n.split()[-1] for n, found in kinds.items() if found & {"full name", "person"}}
    return {n: found for n, found in kinds.items() if n not in people}


def _full(name: str, names: set[str]) -> str:
    """The longer name that a short form stands for ("Larkspur" for "Larkspur Labs")."""
    return min((n for n in names if n.startswith(f"{name} ")), key=lambda n: (len(n), n), default=name)


def trim(name: str) -> str:
    """A proposed name without articles, prepositions and punctuation around it."""
    name = _before().sub("", ARTICLE.sub("", name.strip(EDGES)))
    return LOOSE_END.sub("", name).strip(EDGES)


@functools.cache
def _before() -> re.Pattern[str]:
    return re.compile(
        rf"^(?:{'|'.join(toml_table('names')['wordings']['before'])})\s*(?<=[\s'])(?:à\s+|au\s+)?(?=\S)", re.IGNORECASE
    )


@functools.cache
def _never() -> frozenset[str]:
    places = {place for row in csv_table("countries") for place in split(row["places"])}
    return frozenset(places | set(toml_table("names")["words"]["never"]))


def _can_be_name(name: str, table: CompanyTable) -> bool:
    known = (table.surfaces, table.products, table.seats, table.people, table.surnames, _never())
    if not 2 <= len(name) <= LONGEST or any(name in names for names in known) or YEAR.search(name):
        return False
    never_first = toml_table("names")["wordings"]["never_first"]
    return name.split()[0].lower() not in never_first and any(c.isalpha() for c in name)
