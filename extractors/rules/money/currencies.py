"""Currencies as French articles name them: every name of the CLDR, the table's symbols, and the countries of each."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name

from extractors.rules.money.page import Page
from extractors.tables import TableError, csv_table, plain


class Currency(NamedTuple):
    """A currency as written. `name` is the ISO code, or the lower-case noun where several countries share it."""

    start: int
    end: int
    name: str


_NOT_MONEY = ("XX", "XT", "XA", "XB", "XP", "XS")  # metals, bond units, test codes; real ones are kept below
_REAL_X = {"XAF", "XPF"}


@functools.cache
def rows_of(kind: str) -> dict[str, str]:
    """What the words of one kind in `currencies.csv` mean."""
    rows = csv_table("currencies")
    check_codes(rows)
    return {row["surface"]: row["means"] for row in rows if row["kind"] == kind}


def check_codes(rows: Iterable[Mapping[str, str]]) -> None:
    """Raises TableError for a row whose capital letters are no ISO 4217 code ("EURO")."""
    known = {str(code) for code in Locale.parse("fr").currencies}
    for line, row in enumerate(rows, start=2):
        if row["means"].isupper() and row["means"] not in known:
            problem = f"{row['means']!r} is no ISO 4217 code"
            raise TableError("currencies.csv", line, problem, "write three letters such as EUR")


@functools.cache
def iso_codes() -> frozenset[str]:
    """The ISO codes of all currencies, past ones included."""
    codes = {str(code) for code in Locale.parse("fr").currencies}
    return frozenset(c for c in codes if c in _REAL_X or not c.startswith(_NOT_MONEY)) - rows_of("word").keys()


@functools.cache
def tender() -> dict[str, list[str]]:
    """Country code → ISO codes of what is legal tender there today."""
    rows = get_global("territory_currencies")
    return {place: [code for code, _, end, legal in used if legal and end is None] for place, used in rows.items()}


@functools.cache
def _territories() -> dict[str, frozenset[str]]:
    """ISO code → French names of the territories where it is legal tender today."""
    names, found = Locale.parse("fr").territories, defaultdict(set)
    for territory, codes in tender().items():
        for code in codes if territory in names else ():
            found[code].add(plain(names[territory]).lower())
    return {code: frozenset(places) for code, places in found.items()}


def _cldr_names() -> Iterator[tuple[str, str]]:
    """(French name in lower case, ISO code), singular and plural."""
    for code in sorted(iso_codes()):
        for count in (1, 2):
            name = get_currency_name(code, count=count, locale="fr")
            yield plain(re.sub(r" ?\(.*", "", name)).lower(), code


@functools.cache
def shared_nouns() -> dict[str, tuple[str, ...]]:
    """Head noun in the singular → the currencies in use that share it ("livre" → GBP, EGP, …)."""
    found = defaultdict(set)
    for name, code in _cldr_names():
        head, *rest = name.split()
        if rest and code in _territories() and head not in ("nouveau", "nouveaux"):
            found[_singular(head)].add(code)
    return {head: tuple(sorted(codes)) for head, codes in found.items()}


def _singular(noun: str) -> str:
    return noun if len(noun) < 4 else noun.removesuffix("s")


@functools.cache
def _phrases() -> dict[str, list[tuple[str, str]]]:
    """First word → (whole name, ISO code or shared noun), longest first."""
    names = dict(_cldr_names())
    for noun, codes in shared_nouns().items():
        reading = codes[0] if len(codes) == 1 else noun
        names |= {noun: reading, f"{noun}s": reading}
    names |= rows_of("name")
    found = defaultdict(list)
    for name in sorted(names, key=len, reverse=True):
        found[re.split(r"[ ']", name)[0]].append((name, names[name]))
    return dict(found)


@functools.cache
def _symbols() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One pattern for symbols right before a number, one for those right behind it."""
    either = "|".join(re.escape(s) for s in sorted(rows_of("symbol"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either}) ?$"), re.compile(rf" ?({either})(?![^\W\d])")


_CODE_BEFORE = re.compile(r"(?<!\w)([a-z]{3}) ?$")
_CODE_AFTER = re.compile(r" ?([a-z]{3})(?!\w)")
_CAPITAL = re.compile(r" ?((?<=[Mdsk])[FE](?!\w)|[FE](?![\w.]))")
_WORD = re.compile(r"[^\W\d_]+")
_GOES_ON = re.compile(r"[^\W_]|-[^\W\d_]")  # "deux Francs-Comtois"
_LINK = re.compile(r" (?:d'|de )")


def currency_before(page: Page, position: int) -> Currency | None:
    """A symbol or code that ends at `position`: the "US$" of "US$570,1 milliards"."""
    start = max(0, position - 6)
    window = page.low[start:position]
    if not window or not (window.rstrip()[-1:].isalpha() or window.rstrip()[-1:] in _symbol_ends()):
        return None
    if found := _symbols()[0].search(window):
        name = rows_of("symbol")[found[0].strip()]
        return Currency(start + found.start(), position, name)
    found = _CODE_BEFORE.search(window)
    if found and (code := page.text[start + found.start(1) : start + found.end(1)]) in iso_codes():
        return Currency(start + found.start(), position, code)
    return None


@functools.cache
def _symbol_ends() -> frozenset[str]:
    return frozenset(symbol[-1] for symbol in rows_of("symbol"))


def currency_after(page: Page, position: int, linked: bool) -> Currency | None:
    """The currency right behind `position`; `linked` allows "de" before it ("millions d'euros")."""
    if (found := _CAPITAL.match(page.text, position)) and found[1] in page.capitals:
        return Currency(found.start(1), found.end(), rows_of("capital")[found[1].lower()])
    if found := _symbols()[1].match(page.low, position):
        return Currency(found.start(1), found.end(), rows_of("symbol")[found[1]])
    found = _CODE_AFTER.match(page.low, position)
    if found and (code := page.text[found.start(1) : found.end()]) in iso_codes():
        return Currency(found.start(1), found.end(), code)
    if linked and (link := _LINK.match(page.low, position)):
        return currency_after(page, link.end(), linked=False)
    named = currency_at(page, position + page.low.startswith(" ", position))
    # "84 millions CA" are Canadian dollars, "84 millions de CA" are sales, and so is "un CA"
    return named if linked or named is None or named.end - named.start > 2 else None


def currency_at(page: Page, position: int) -> Currency | None:
    """The currency whose name stands there."""
    word = _WORD.match(page.low, position)
    for phrase, name in _phrases().get(word[0], ()) if word else ():
        end = position + len(phrase)
        if page.low.startswith(phrase, position) and not _GOES_ON.match(page.low, end):
            if len(phrase) < 3 and page.text[position:end].islower():
                continue
            return Currency(position, end, name)
    return None


def is_other_thing(noun: str, page: Page, position: int) -> bool:
    """Whether a shared or homonymous noun means no money here ("trois livres" in a sentence about an author)."""
    speaks = rows_of("also means").get(_singular(noun))
    if speaks is None:
        return False
    start, end = page.sentence(position)
    return speaks == _singular(noun) or re.search(rf"\b(?:{speaks})", page.low[start:end]) is not None


def places_of(page: Page, code: str) -> list[int]:
    """Where the article names a country, people or city of the currency."""
    return [found.start() for found in _places(code).finditer(page.low)]


@functools.cache
def _places(code: str) -> re.Pattern[str]:
    named = sorted(_territories().get(code, frozenset()) | _peoples().get(code, frozenset()))
    hints = [rf"{re.escape(name)}s?\b" for name in named] + [h for h in (rows_of("hint").get(code),) if h]
    if not hints:  # of a currency that is no longer in use
        return re.compile(r"(?!)")
    return re.compile(rf"\b(?:{'|'.join(hints)})")


@functools.cache
def _peoples() -> dict[str, frozenset[str]]:
    """ISO code → what `countries.csv` calls the people and places of the countries whose tender it is today."""
    found = defaultdict(set)
    for row in csv_table("countries"):
        words = [plain(w).lower() for key in ("adjectives", "nouns", "places") for w in row[key].split("|") if w]
        for code in tender().get(row["country"], ()):
            found[code].update(words)
    return {code: frozenset(words) for code, words in found.items()}
