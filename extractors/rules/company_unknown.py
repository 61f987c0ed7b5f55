"""Finds the names of organisations that no table lists.

NER alone only proposes: on tech press it calls OpenAI MISC and xAI LOC. A name is taken when its evidence over the
whole article adds up; then every occurrence of it is a mention.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from extractors.document import Document
from extractors.encoder import Reading
from extractors.mentions import CompanyMention
from extractors.rules.company import CompanyTable, acts, index_by_first_word, spans_of, split
from extractors.rules.company_full import MODEL_NUMBER, completed, full_name
from extractors.rules.company_names import NAME, proposals
from extractors.syntax import Parse, is_unknown_word, model
from extractors.tables import csv_table, toml_table

TAKEN_FROM = -0.7  # a company that is missed costs more than a name too many, which the ranking can pass over
CONSIDERED_FROM = -1.8  # a candidate in its own sentence, never the topic
GROWN_FROM = 0.0  # 35 of 38 new firms whose name opens with a listed one have it, and one of two products
TRUST = 0.5  # the encoder's share in the judgement of a name, chosen on corpus/validation
ACRONYM = 6  # letters
SHORT = 600  # characters
FIRMLY = frozenset({"entity ORG", "legal form", "brackets", "label", "after noun"})  # said of firms, not of people
NAMESAKE = "right behind noun"  # the firm that bears its owner's name: "la fromagerie Trémeur"
PERSONAL = frozenset({"person", "office", "speaker"})
OCCURRENCES = frozenset({"capitalised", "opening", "lower-case", "unknown in lower case"})
LOWER = re.compile(r"(?<!\w)[a-zà-ÿ][a-zà-ÿ-]+(?!\w)")
HEADINGS = 3  # of a name that are looked at
LONGEST = 45  # characters; longer runs of capitals are headlines
ARTICLE = re.compile(r"^(?:(?:le|la|les|de|du|des|un|une|au|aux)\s+(?:l')?|[ld]')(?=\w)", re.IGNORECASE)
LOOSE_END = re.compile(r"\s+(?:le|la|les|a|est|et|de|du|des|à)$")
VERB = re.compile(r"-(?:vous|nous|t-(?:il|elle|on)|ils?|elles?|ce|là|ci)$")  # "Rappelez-vous"
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")  # "Mi-2025", "France 2030": a date, a plan
EDGES = " .,;:«»\"'()*"

Evidence = Mapping[str, tuple[str, ...]]


def find_unlisted(
    document: Document,
    parses: Mapping[int, Parse],
    table: CompanyTable,
    taken: Sequence[tuple[int, int]],
    reading: Reading,
    outlet: str | None = None,
    title: str | None = None,
) -> tuple[list[CompanyMention], Evidence]:
    """Mentions of names that the table does not know, and the kinds of evidence for each name.

    `taken` are the spans of known ones, `reading` the text as the encoder reads it, `outlet` who publishes, `title` a
    headline that the text may lack. A name of little evidence comes with the rule "company.capitalised", the others
    with "company.unlisted".
    """
    evidence = name_evidence(document, parses, table, outlet, title)
    odds = reading.parties(places_of(evidence, document))
    totals = {name: _total(kinds, odds.get(name)) for name, kinds in evidence.items()}
    names = {n for n, total in totals.items() if total >= CONSIDERED_FROM}
    names -= {n for n in names if n.isupper() and n.title() in names}
    sure = {n for n in names if totals[n] >= TAKEN_FROM}
    spelt = {n.upper(): n for n in sorted(sure) if len(n) > 3} | {n: n for n in sorted(names)}
    whole = f"{title or ''}\n{document.plain}"
    # a headline tells the name in full that the text cuts short, once and so with little evidence
    told = sure | {n for n in names if n in (title or "") and n.split()[0] in sure}
    inside = {n for n in told if "capitalised" in evidence[n]}
    canonical = {surface: completed(full_name(name, told, inside), whole) for surface, name in spelt.items()}
    found = [
        _mention(document, start, end, name, name in sure)
        for start, end, name in spans_of(document.plain, index_by_first_word(canonical), canonical)
        if all(
            end <= s or start >= e or (start == s and _opens(document.plain[start:end], e - s, totals))
            for s, e in taken
        )
    ]
    known = {name: tuple(sorted(kinds)) for name, kinds in evidence.items()}
    return found, known | {canonical[n]: known[n] for n in sorted(names)}


def _opens(name: str, known: int, totals: Mapping[str, float]) -> bool:
    """Whether a listed name of so many characters only opens a firm's own: "Samsung Next", "Carbon Bee"."""
    capitals = NAME.fullmatch(name) and not MODEL_NUMBER.fullmatch(name, known)
    return bool(capitals) and totals.get(name, CONSIDERED_FROM) >= GROWN_FROM


def _mention(document: Document, start: int, end: int, name: str, sure: bool) -> CompanyMention:
    rule = "company.unlisted" if sure else "company.capitalised"
    return CompanyMention(start=start, end=end, text=document.text[start:end], rule=rule, name=name, known=False)


def _total(kinds: Iterable[str], odds: float | None) -> float:
    evidence = weigh(kinds)
    return evidence if odds is None else (1 - TRUST) * evidence + TRUST * odds


def places_of(names: Iterable[str], document: Document) -> dict[str, list[tuple[int, int]]]:
    """Where each of the names stands, the longest at each place."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    known = {name: name for name in names}
    for start, end, name in spans_of(document.plain, index_by_first_word(known), known):
        found[name].append((start, end))
    return found


def weigh(kinds: Iterable[str]) -> float:
    """How much the evidence speaks for an organisation; above zero, more often than not."""
    weights: Mapping[str, float] = toml_table("names")["evidence"]
    return weights["always"] + sum(weights.get(kind, 0.0) for kind in sorted(kinds))


def name_evidence(
    document: Document,
    parses: Mapping[int, Parse],
    table: CompanyTable,
    outlet: str | None = None,
    title: str | None = None,
) -> dict[str, set[str]]:
    """The kinds of evidence for each name that may be an organisation's."""
    kinds: dict[str, set[str]] = defaultdict(set)
    times: Counter[str] = Counter()
    own = _only_publisher(outlet, title)
    for proposed, kind in proposals(document, parses, title):
        name = trim(proposed)
        if _can_be_name(name, table) and name != own:
            kinds[name].add(kind)
            times[name] += kind in OCCURRENCES
    for name in _pieces(kinds, times) | (tickers(document.plain) & kinds.keys()):
        del kinds[name]
    people = {n.split()[-1] for n, found in kinds.items() if "full name" in found or found & PERSONAL}
    people -= {n for n, found in kinds.items() if NAMESAKE in found}
    people |= {n for n, found in kinds.items() if found & PERSONAL and not found & FIRMLY}
    for name in list(_with_verb(kinds)):
        del kinds[name]
    for name, longer in list(_in_capitals(kinds, document)):
        kinds[name].add("heading in capitals")
        if longer:
            kinds[longer] |= kinds[name]
    lower = set(LOWER.findall(document.plain))
    rare = {"once"} if len(document.plain) < SHORT else set()  # in a few lines every name stands once
    return {n: found | set(_of_word(n, times[n], found, lower)) - rare for n, found in kinds.items() if n not in people}


def tickers(text: str) -> set[str]:
    """Under which letters shares are listed, which are no names: the LSPD of "(TSX : LSPD)"."""
    return set(_ticker().findall(text))


@functools.cache
def _ticker() -> re.Pattern[str]:
    exchanges = "|".join(toml_table("names")["wordings"]["exchanges"])
    return re.compile(rf"\((?:{exchanges})[\w ]{{0,24}}?\s?[:,–-]\s?([A-Z][A-Z0-9.]{{1,6}})(?=[),;])")


def _only_publisher(outlet: str | None, title: str | None) -> str:
    """The outlet's name, which is no company of the article; "" where the headline tells of it, as that of a firm's own
    press release does ("Bocage boucle son tour"). "Wafer n° 118" and "La Moisson : neuf tours" only bear the name."""
    own = trim(outlet or "")
    told = own and re.search(rf"(?<!\w){re.escape(own)}(?= [a-zà-ÿ]{{2}}|$)", title or "")
    return "" if told else own


def _in_capitals(names: Collection[str], document: Document) -> Iterator[tuple[str, str | None]]:
    """Names that stand in a heading in capitals too, and what the heading makes of them: of Okapi nothing in "1. OKAPI
    VOIT GRAND", in "OKAPI VISION VOIT GRAND" Okapi Vision. In capitals alone any word may be one."""
    headings = "\n".join(line for line in document.plain.split("\n") if line.isupper())
    for name in (n for n in names if headings and not n.isupper()):
        written = re.compile(rf"(?<!\w){re.escape(name.upper())}(?!\w)(?: ([^\W\d_]{{3,}}) (.{{1,60}}))?")
        for found in islice(written.finditer(headings), HEADINGS):
            word, rest = found[1], found[2]
            yield name, f"{name} {word.title()}" if word and _is_part(name, word, rest) else None


def _with_verb(names: Collection[str]) -> Iterator[str]:
    """Headings in capitals that are a name of the text and what the firm does: "TESSEL8 DÉMENT"."""
    spelt = {name.upper(): name for name in names if not name.isupper()}
    for name in (n for n in names if n.isupper() and n.count(" ") == 1):
        first, second = name.split()
        if first in spelt and acts().match(f" {second.lower()}"):
            yield name


def _is_part(name: str, word: str, rest: str) -> bool:
    """Whether the word in capitals behind a name belongs to it: a verb follows."""
    told = model()(f"{name} {word.title()} {rest.lower()}")
    verb = next((token for token in told if token.idx == len(name) + len(word) + 2), None)
    return verb is not None and "Fin" in verb.morph.get("VerbForm")


def _pieces(names: Collection[str], times: Mapping[str, int]) -> set[str]:
    """Names that stand nowhere alone but only within a longer one ("Points" of "Trois Petits Points")."""
    alone = [f" {name} " for name in names if times[name]]
    return {n for n in names if not times[n] and any(f" {n} " in other for other in alone)}


def _of_word(name: str, times: int, found: Collection[str], lower: Collection[str]) -> Iterator[str]:
    """The evidence that lies in the words of the name and in how often it stands."""
    yield "once" if times < 2 else "repeated" if times < 4 else "often"
    words, first = name.split(), name.split()[0]
    if "opening" in found and "capitalised" not in found:
        yield "opening only"
    if len(words) > 1:
        yield "several words"
    elif name.isalpha() and not is_unknown_word(name):
        yield "common word"
        if "opening" in found and "capitalised" not in found:
            yield "common word, opening only"
    if first.lower() in lower and not first.islower():
        yield "also in lower case"
    if first.lower() in demonyms():
        yield "demonym"
    if name.isupper() and len(name) <= ACRONYM:
        yield "acronym"


@functools.cache
def demonyms() -> frozenset[str]:
    """Adjectives of countries and towns, singular and plural."""
    adjectives = {a.lower() for row in csv_table("countries") for a in split(row["adjectives"])}
    return frozenset(adjectives | {f"{a}s" for a in adjectives})


@functools.lru_cache(maxsize=1 << 14)
def trim(name: str) -> str:
    """A proposed name without articles, prepositions and punctuation around it. Capitals alone are no preposition."""
    name = _figure().sub("", ARTICLE.sub("", name.strip(EDGES)))
    first = name.split(" ")[0]
    name = name if first.isupper() and len(first) > 1 else _before().sub("", name)
    return LOOSE_END.sub("", name).strip(EDGES)


@functools.cache
def _figure() -> re.Pattern[str]:
    figures = "|".join(toml_table("names")["wordings"]["figures"])
    return re.compile(rf"^(?:{figures}) (?:(?:ajusté|annuel|net) )?(?:de |du |d')(?:la |l')?(?=\w)", re.IGNORECASE)


@functools.cache
def _before() -> re.Pattern[str]:
    nations = "|".join(sorted(a for a in demonyms() if a.endswith("s")))  # "Lyonnaise de Banque" is a name
    before = [*toml_table("names")["wordings"]["before"], rf"(?:{nations}) d(?:e|u|')"]
    return re.compile(rf"^(?:{'|'.join(before)})\s*(?<=[\s'])(?:à\s+|au\s+)?(?=\S)", re.IGNORECASE)


@functools.cache
def _never() -> frozenset[str]:
    places = {place for row in csv_table("countries") for place in split(row["places"])}
    return frozenset(places | set(toml_table("names")["words"]["never"]))


def _can_be_name(name: str, table: CompanyTable) -> bool:
    known = (table.surfaces, table.products, table.seats, table.persons, table.surnames, _never())
    if not 2 <= len(name) <= LONGEST or any(name in names for names in known) or YEAR.search(name) or VERB.search(name):
        return False
    if name.isupper() and name.count(" ") > 1:
        return False  # a heading
    if "  " in name or "\t" in name:
        return False  # two cells of a row
    never_first = toml_table("names")["wordings"]["never_first"]
    return name.split()[0].lower() not in never_first and any(c.isalpha() for c in name)
