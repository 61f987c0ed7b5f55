"""Numbers with their magnitude and currency: "1,7 milliard d'euros", "$10k", "866 millions", "29 francs 95"."""

import functools
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.rules.money.currencies import Currency, currency_after, currency_before, is_other_thing
from extractors.rules.money.lexicon import HEDGE, alternatives
from extractors.rules.money.numerals import Numeral, find_numbers, number_at, read_number
from extractors.rules.money.page import Page
from extractors.tables import csv_table, toml_table


@dataclass(slots=True)
class Quantity:
    """One number of the text. `value` and `step` are without `factor` (None where no magnitude is written).

    `currency` is an ISO code or a shared noun, None where none is written. `high` makes it a range. `money` is None
    as long as nothing has decided it, and `rule` names what did. `native` is the currency that the magnitude
    implies ("crores").
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    factor: Decimal | None = None
    currency: str | None = None
    vague: bool = False
    high: "Quantity | None" = None
    money: bool | None = None
    rule: str = ""
    inferred: bool = False
    native: str | None = None
    partner: "Quantity | None" = None
    conversion: tuple[int, int] | None = None

    @property
    def amount(self) -> Decimal:
        """The value in units of the currency."""
        return self.value * (self.factor or 1)

    @property
    def plain(self) -> bool:
        """Neither magnitude nor currency is written."""
        return self.factor is None and self.currency is None

    @property
    def year_like(self) -> bool:
        return self.plain and self.end - self.start == 4 and 1900 <= self.value <= 2100


@functools.cache
def _magnitudes() -> tuple[dict[str, Decimal], re.Pattern[str], re.Pattern[str]]:
    """Factors by surface; magnitudes that stand alone; those that need a currency ("k" in "10k$")."""
    rows = csv_table("magnitudes")
    factors = {row["surface"]: Decimal(row["factor"]) for row in rows}
    kinds = ("word", "short", "attached")
    words, shorts, attached = (alternatives(r["surface"] for r in rows if r["kind"] == kind) for kind in kinds)
    point = r"(?:(?<=mio|mia|mrd|mln)\.(?= (?:de |d'|francs|chf|eur|€|\$)))?"  # "3 mio. de francs"
    alone = rf"[ -]?({words}|{shorts})(?![^\W\d]){point}|[ ]?({shorts})(?=eur|usd|chf|gbp|f?cfa|e(?!\w))"
    return factors, re.compile(alone), re.compile(rf" ?({attached})(?= ?[^\w\s.,;:!?)(]| ?[a-z]{{1,4}}\b)")


_HALF = re.compile(r" et (demie?|quart|trois quarts)(?!\w)")
_HALVES = {"demi": Decimal("0.5"), "demie": Decimal("0.5"), "quart": Decimal("0.25"), "trois quarts": Decimal("0.75")}
_CENTS = re.compile(
    r"(?: et)? (\d{1,2}) (?:centimes?|cents?|pence)(?!\w)"
    r"| ?(\d\d)(?![\w%]|[.,]\d| ?(?:%|\d|millions?|milliards?|euros?))"
)
ONE = ("million", "milliard", "billion", "trillion")
# "les prévisions ne bougent pas d'un yen"
_IDIOM = re.compile(r"\bpas (?:d')?$")
_ONLY_CENTS = re.compile(r" (centimes?|cents|pence)(?!\w)(?: d'(euros?)| de (dollars?))?")
# "$88M", "$88 M"
_LETTER = re.compile(r"([kmgbtKMGBT]|(?<=\d) [MB])(?!\w)")
# "deux de moins", said of a sum
DIFFERENCE = re.compile(r"(?<!\bun)(?<!\bune) de (?:plus|moins|mieux)(?!\w)")
_JOINS = (" à ", " et ", " ou ", " centime", " pence")
_OF = re.compile(r" de(?= )")
_CENT_OF = {"pence": "GBP"}


def find_quantities(page: Page) -> list[Quantity]:
    """Every number of the page that is, or could be part of, a sum: with magnitude, with currency, or plain figures."""
    found: list[Quantity] = []
    end = 0
    for match in find_numbers(page.low):
        if match.start() < end:
            continue
        quantity = _read(page, match, end)
        if quantity is not None:
            found.append(quantity)
            end = quantity.end
    return found


def _read(page: Page, match: re.Match[str], since: int) -> Quantity | None:
    """The number with what belongs to it from `since` on: a sign between two numbers is the first one's."""
    before = currency_before(page, match.start())
    before = before if before and before.start >= since else None
    if before is None and match.start() and page.low[match.start() - 1].isalpha():
        return None
    factors, alone, attached = _magnitudes()
    end, factor, after = match.end(), None, None
    if match["collective"] and (link := _OF.match(page.low, end)) and alone.match(page.low, link.end()):
        end = link.end()
    if found := alone.match(page.low, end):
        factor, end = factors[found[1] or found[2]], found.end()
    elif match["figures"] and (found := attached.match(page.low, end)):
        after = currency_after(page, found.end(), linked=True)
        if after or (before and not page.low[found.end() : found.end() + 1].isalpha()):
            factor, end = factors[found[1]], found.end()
    elif before and match["figures"] and (letter := _LETTER.match(page.text, end)):
        factor, end = factors[letter[1].strip().lower()], letter.end()
    half = _HALF.match(page.low, end) if factor else None
    end = half.end() if half else end
    rest = _rest(page, end, factor) if factor and not half else None
    end = rest.end if rest else end
    linked = factor is not None or match["collective"] is not None
    after = after or currency_after(page, end, linked)
    if after and factor is None and before is None and is_other_thing(_head(page, after), page, after.start):
        after = None
    if not (match["figures"] or before or after or factor or _may_join(page, match)):
        return None
    quantity = _build(page, match, before, after, factor, end, half)
    if quantity and rest and factor:
        quantity.value += rest.value / factor
        quantity.step = rest.step / factor
    return quantity


def _rest(page: Page, end: int, factor: Decimal) -> Numeral | None:
    """What a smaller magnitude behind adds, in units: "six cents millions" to "treize milliards"."""
    number = number_at(page.low, end + 1) if page.low[end : end + 1] == " " else None
    read = read_number(number, has_magnitude=True, singular=False) if number else None
    if number is None or read is None or number["one"] or number["collective"]:
        return None
    found = _magnitudes()[1].match(page.low, read.end)
    smaller = _magnitudes()[0][found[1] or found[2]] if found else Decimal(1)
    if smaller * 100 > factor or read.value * smaller >= factor or (found is None and not number[0].endswith(" mille")):
        return None
    return Numeral(number.start(), found.end() if found else read.end, read.value * smaller, read.step * smaller)


def _head(page: Page, currency: Currency) -> str:
    return page.low[currency.start : currency.end].split()[0]


def _may_join(page: Page, match: re.Match[str]) -> bool:
    """A number word alone is kept only where a range may follow ("deux à trois milliards"), cents, "de plus", or where
    it is said of a sum ("la suite en coûtera neuf")."""
    if said_of_sum(page.low, match.start()):
        return match["words"] not in (None, "un", "une")
    follows = page.low.startswith(_JOINS, match.end()) or DIFFERENCE.match(page.low, match.end())
    return match["words"] is not None and bool(follows)


@functools.cache
def _worded() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(toml_table('money_words')['ellipsis']['worded'])}) ?{HEDGE}$")


def said_of_sum(low: str, at: int) -> bool:
    """Whether the words before a number speak of a sum that was told: "en coûtera", ", dont"."""
    return _worded().search(low, max(0, at - 60), at) is not None


@functools.cache
def _own_currencies() -> dict[str, str]:
    """Magnitudes that belong to one currency: "22 000 crores" are rupees."""
    return {row["surface"]: row["currency"] for row in csv_table("magnitudes") if row["currency"]}


def _build(
    page: Page,
    match: re.Match[str],
    before: Currency | None,
    after: Currency | None,
    factor: Decimal | None,
    end: int,
    half: re.Match[str] | None,
) -> Quantity | None:
    singular = after is not None and after.end - after.start > 3 and page.low[after.end - 1] != "s"
    singular = singular or page.low[match.end() : end].strip() in ONE  # "1.250 milliard"
    number = read_number(match, factor is not None, singular)
    if number is None or (match["collective"] and not (factor or after)):
        return None
    if (
        after
        and factor is None
        and match["words"]
        and _IDIOM.search(page.low, max(0, match.start() - 12), match.start())
    ):
        return None
    currency = before or after
    if before and after and page.low[after.start : after.end] in ("us", "ca"):
        currency = after
    quantity = Quantity(
        start=before.start if before else number.start,
        end=after.end if after else end,
        value=number.value,
        step=number.step,
        factor=factor,
        currency=currency.name if currency else None,
        vague=number.vague,
    )
    if currency is None and factor is not None and (last := page.low[number.end : end].strip()) in _own_currencies():
        quantity.native = _own_currencies()[last]
    if half:
        quantity.value += _HALVES[half[1]]
        quantity.step = Decimal("0.1")
    return _with_cents(page, quantity)


def _with_cents(page: Page, quantity: Quantity) -> Quantity:
    """ "29 francs 95", "1 USD et 23 centimes"; "50 centimes" alone is half a unit."""
    if quantity.factor is not None:
        return quantity
    if quantity.currency is None:
        only = _ONLY_CENTS.match(page.low, quantity.end)
        if only is None or (quantity.value == 1 and not page.low[quantity.start].isdigit()):
            return quantity  # "pas un centime"
        return replace(
            quantity, end=only.end(1), value=quantity.value / 100,
            step=quantity.step / 100, currency="EUR" if only[2] else "dollar" if only[3] else _CENT_OF.get(only[1]),
            money=True, rule="cents", inferred=True,
        )  # fmt: skip
    cents = _CENTS.match(page.low, quantity.end)
    if cents is None or quantity.step != 1 or page.text[quantity.end : cents.end()].startswith("\n"):
        return quantity
    value = quantity.value + Decimal(cents[1] or cents[2]) / 100
    return replace(quantity, end=cents.end(), value=value, step=Decimal("0.01"))
