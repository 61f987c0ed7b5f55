"""Finds organisations in a text: names of the table, periphrases ("l'éditeur de ChatGPT"), and names nobody listed."""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.document import Document
from extractors.encoder import Reading
from extractors.mentions import CompanyMention, Mention
from extractors.tables import csv_table, expand, plain, toml_table, words

Row = Mapping[str, str]
WORD = re.compile(r"[^\W_][\w&+.-]*[\w&+]|[^\W_]")
# A periphrasis names its company through a product, a head office, a person or a former name.
OF = r"(?:\s+[a-zà-ÿ-]+){0,3}?\s+(?:de\s+la\s+|de\s+l'|des\s+|du\s+|de\s+|d')"


def split(cell: str | None) -> list[str]:
    """The values of a table cell ("a|b")."""
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


@dataclass(frozen=True)
class Company:
    """One row of the table."""

    name: str
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    country: str = ""
    type: str = "company"
    fiscal_year_end: int = 12
    parent: str = ""
    ambiguous: frozenset[str] = frozenset()

    @classmethod
    def from_row(cls, row: Row) -> "Company":
        """A company of a table row; every column but `name` may be missing."""
        return cls(
            name=row["name"].strip(),
            aliases=tuple(split(row.get("aliases"))),
            products=tuple(split(row.get("products"))),
            seats=tuple(split(row.get("seats"))),
            sectors=tuple(split(row.get("sector"))),
            country=(row.get("country") or "").strip(),
            type=(row.get("type") or "company").strip(),
            fiscal_year_end=int(row.get("fiscal_year_end") or 12),
            parent=(row.get("parent") or "").strip(),
            ambiguous=frozenset(split(row.get("ambiguous"))),
        )


# A capitalised word before an ambiguous one makes both parts of a name ("Pollen Bleu").
CAPITAL_BEFORE = re.compile(
    r"(?<![\w'.])(?!(?:Le|La|Les|Chez|Pour|Avec|Et|De|Du|Selon|Mais|Face|Quant)\b)[A-ZÀ-ÖØ-Þ][\w-]* $"
)
LEAST_ODDS = -1.5  # of an ambiguous word that opens a sentence: four of five of them are names
OPENING = ("«", '"', "“", ":")
LABELLED = re.compile(r"\s*[:(|–]|\.\s")


class CompanyTable:
    """The known companies, looked up by name, alias, product, seat and person."""

    def __init__(self, companies: Iterable[Company]) -> None:
        self.by_name: dict[str, Company] = {}
        self.surfaces: dict[str, str] = {}
        self.products: dict[str, str] = {}
        self.seats: dict[str, set[str]] = {}
        self.ambiguous: set[str] = set()
        for company in companies:
            self._add(company)
        self.people = {plain(r["person"]): r["company"] for r in csv_table("people") if r["company"]}
        self.persons = {plain(r["person"]) for r in csv_table("people")}
        self.surnames = {plain(r["person"]).split()[-1] for r in csv_table("people")}
        self._by_first_word = index_by_first_word(self.surfaces)
        self._products_by_first_word = index_by_first_word(self.products)

    def _add(self, company: Company) -> None:
        self.by_name[company.name] = company
        for surface in (company.name, *company.aliases):
            self.surfaces[plain(surface)] = company.name
            if len(surface) > 4 and not surface.isupper():
                self.surfaces.setdefault(plain(surface).upper(), company.name)
        for product in company.products:
            self.products.setdefault(plain(product), company.name)
        for seat in company.seats:
            self.seats.setdefault(plain(seat), set()).add(company.name)
        self.ambiguous.update(plain(a) for a in company.ambiguous)

    def type_of(self, name: str) -> str:
        """company, fund, bank, authority or media; of unlisted names by the words in them."""
        known = self.by_name.get(name)
        if known:
            return known.type
        return next((kind for kind, pattern in _types().items() if pattern.search(name)), "company")

    def extended(self, rows: Iterable[Row]) -> "CompanyTable":
        """This table with a user's rows (name, aliases, fiscal_year_end) added; theirs win."""
        return CompanyTable([*self.by_name.values(), *(Company.from_row(r) for r in rows)])

    def names_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, canonical name) of every listed name, the longest first at each place."""
        return spans_of(text, self._by_first_word, self.surfaces)

    def products_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, name of the maker) of every listed product."""
        return spans_of(text, self._products_by_first_word, self.products)


def spans_of(
    text: str, by_first_word: Mapping[str, Sequence[str]], names: Mapping[str, str]
) -> Iterator[tuple[int, int, str]]:
    at = 0
    for word in WORD.finditer(text):
        if word.start() < at:
            continue
        for surface in by_first_word.get(word.group(), ()):
            end = word.start() + len(surface)
            if text.startswith(surface, word.start()) and not text[end : end + 1].isalnum():
                yield word.start(), end, names[surface]
                at = end
                break


def index_by_first_word(surfaces: Iterable[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for surface in sorted(surfaces, key=len, reverse=True):
        first = WORD.match(surface)
        if first:
            index.setdefault(first.group(), []).append(surface)
    return index


@functools.cache
def company_table() -> CompanyTable:
    """The companies that ship with Recoupe."""
    return CompanyTable(Company.from_row(row) for row in csv_table("companies"))


def find_listed(document: Document, table: CompanyTable, reading: Reading) -> list[CompanyMention]:
    """Names and aliases of the table; an ambiguous one ("Orange", "Free") only where it is written as a name or, where
    a sentence opens with it, by what the encoder reads."""
    found = [_whole(document, start, end, name) for start, end, name in table.names_in(document.plain)]
    doubtful = [m for m in found if document.plain[m.start : m.end] in table.ambiguous]
    unsure = {m.start: m for m in doubtful if not _reads_as_name(document, m)}
    odds = reading.parties({at: [(at, m.end)] for at, m in unsure.items() if _may_be_name(document, m)})
    return [m for m in found if m.start not in unsure or odds.get(m.start, LEAST_ODDS) > LEAST_ODDS]


def _whole(document: Document, start: int, end: int, name: str) -> CompanyMention:
    """A mention of a listed name, or of the longer one that it opens ("Swisscom Ventures", "Orange Belgium")."""
    longer = _affiliate().match(document.plain, end)
    if longer is None or not document.plain[start].isupper():
        return _mention(document, start, end, "company.name", name)
    return _mention(document, start, longer.end(), "company.name", document.text[start : longer.end()], known=False)


@functools.cache
def _affiliate() -> re.Pattern[str]:
    countries = [noun for row in csv_table("countries") for noun in split(row["nouns"]) if noun != "France"]
    tails = [*toml_table("names")["affiliates"], *countries]
    return re.compile(rf" (?:{'|'.join(map(re.escape, sorted(tails, key=len, reverse=True)))})(?![\w'-])")


def find_products(document: Document, table: CompanyTable) -> list[CompanyMention]:
    """Products of the table, as weak mentions of their makers: a price is the maker's, a market share is not."""
    return [
        _mention(document, start, end, "company.product", name)
        for start, end, name in table.products_in(document.plain)
        if document.plain[start:end] not in table.ambiguous
    ]


def _may_be_name(document: Document, mention: Mention) -> bool:
    """Whether an ambiguous word is capitalised and no part of a longer name."""
    text, start = document.plain, mention.start
    return any(c.isupper() for c in mention.text) and not CAPITAL_BEFORE.search(text, max(0, start - 30), start)


def _reads_as_name(document: Document, mention: Mention) -> bool:
    """Whether it is so not only because it opens a sentence, unless it does there what companies do."""
    text, start, end = document.plain, mention.start, mention.end
    if not _may_be_name(document, mention):
        return False
    line = document.lines[document.sentence_at(start).line]
    opens = start == document.sentence_at(start).start or text[max(0, start - 2) : start].strip(" ")[-1:] in OPENING
    whole = text[line.start : line.end].strip("*#. ") == text[start:end]
    return not opens or whole or bool(LABELLED.match(text, end) or acts().match(text, end))


@functools.cache
def acts() -> re.Pattern[str]:
    """What companies do, behind a name: "X lève", "X a racheté", "X, qui facture", "X est", "X annonce"."""
    cues, wordings = toml_table("cues"), toml_table("names")["wordings"]
    verbs = [expand(v) for key in ("give", "receive") for v in cues["direction"][key]] + wordings["acts"]
    between = "|".join(wordings["between"])
    return re.compile(rf"(?:,? qui)?(?: (?:{between})){{0,3}} (?:{'|'.join(verbs)})(?!\w)", re.IGNORECASE)


@functools.cache
def _types() -> Mapping[str, re.Pattern[str]]:
    """Words in the name of an organisation that tell its type."""
    return {kind: words(entries) for kind, entries in toml_table("names")["types"].items()}


@functools.cache
def _reference_nouns() -> str:
    nouns = [n for n in toml_table("cues")["reference"]["nouns"]]
    nouns += [n for row in csv_table("sectors") for n in split(row["nouns"])]
    return "|".join(sorted({*nouns, "maison[- ]mère", "patron", "maison mère"}, key=len, reverse=True))


@functools.cache
def _periphrasis() -> re.Pattern[str]:
    determiner = r"(?:le|la|l'|du|au|ce|cette|son|sa|aux|les|un|une)\s*"
    return re.compile(rf"(?<!\w)(?P<det>{determiner})(?P<noun>{_reference_nouns()})(?!\w)(?P<of>{OF})?", re.IGNORECASE)


# Nouns whose complement is another company than the one meant ("la filiale d'Orange" is not Orange).
OTHER_PARTY = re.compile(
    r"filiale|concurrent|rival|fournisseur|prestataire|sous-traitant|client|coentreprise|direction|fonds|service", re.I
)


def find_periphrases(document: Document, table: CompanyTable, present: Collection[str] = ()) -> list[CompanyMention]:
    """ "l'éditeur de ChatGPT", "le géant de Redmond", "la maison mère de Facebook", "le groupe de Sam Altman"."""
    found = []
    for match in _periphrasis().finditer(document.plain):
        if match["of"] and not OTHER_PARTY.match(match["noun"]):
            owner = _owner(document.plain, match.end(), match["noun"].lower(), table, present)
            if owner:
                end, name = owner
                found.append(_mention(document, match.start(), end, "company.periphrasis", name))
    return found


def _owner(text: str, at: int, noun: str, table: CompanyTable, present: Collection[str]) -> tuple[int, str] | None:
    for kind, names in (
        ("product", table.products),
        ("person", table.people),
        ("seat", table.seats),
        ("name", table.surfaces),
    ):
        for surface in _prefixes(text, at):
            if surface not in names:
                continue
            value = names[surface]
            if kind == "name":
                company = table.by_name[str(value)]
                value = company.parent if "mère" in noun and company.parent else ""
                if not value and not re.match(r"(?:le )?(?:groupe|géant|maison|société|firme)$", noun):
                    continue
                value = value or company.name
            if isinstance(value, set):
                # many companies sit in one town: the one the article names, else the only one there
                here = value & set(present) or (value if len(value) == 1 else set())
                value = min(here, default="")
            if value:
                return at + len(surface), str(value)
    return None


def _prefixes(text: str, at: int) -> list[str]:
    """The longest runs of up to four words that start here, the longest first."""
    ends = [m.end() for m, _ in zip(WORD.finditer(text, at, at + 60), range(4), strict=False)]
    return [text[at:end] for end in reversed(ends)]


def find_references(document: Document, table: CompanyTable) -> list[tuple[int, int, str]]:
    """(start, end, noun) of "la start-up", "le groupe", "l'opérateur bernois": nouns that stand for a company."""
    return [
        (m.start(), m.end("noun"), m["noun"].lower())
        for m in _periphrasis().finditer(document.plain)
        if not m["det"].lower().startswith(("un", "les", "aux"))
    ]


def _mention(document: Document, start: int, end: int, rule: str, name: str, known: bool = True) -> CompanyMention:
    return CompanyMention(start=start, end=end, text=document.text[start:end], rule=rule, name=name, known=known)


def without_overlaps(mentions: Sequence[CompanyMention]) -> list[CompanyMention]:
    """The longest of overlapping mentions, sorted by place."""
    kept: list[CompanyMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= k.start or mention.start >= k.end for k in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


@functools.cache
def before_name() -> re.Pattern[str]:
    """Words after which a capitalised run is a company ("la start-up Phagos")."""
    return words(toml_table("cues")["reference"]["before_name"])
