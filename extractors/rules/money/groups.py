"""What stands together: ranges, before-and-after pairs, lists that share a magnitude, conversions."""

import functools
import re
from decimal import Decimal
from itertools import pairwise

from extractors.rules.money.lexicon import HEDGE, alternatives, money_words
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity
from extractors.rules.money.readings import Readings
from extractors.tables import toml_table

THOUSAND = Decimal(1000)
_TO = re.compile(rf" (?:jusqu')?à {HEDGE}")
_DASH = re.compile(r" ?[-–—] ?")
_LIST_GAP = re.compile(r",? (?:et|puis|ou) (?:d')?|, (?:puis |et )?")
_WITHIN = re.compile(r"\bentre (?:(?:environ|quelque) )?$")
_FROM = re.compile(rf"\b(?:de|d'|à) ?{HEDGE}$")
# "ramené dans une fourchette de 7 à 9 euros": one range, whatever moves it
_SPREAD = re.compile(rf"\b(?:fourchette|éventail)s?(?:,? [\w']+){{0,2}} d[e'] ?{HEDGE}$")
# "de 38 à 51 millions en deux saisons": what takes time moves
_IN_TIME = re.compile(
    r"(?: [a-zà-ÿ']+){0,3}? en (?:[\w-]+ ){1,2}(?:ans?|mois|saisons?|trimestres?|semaines?|jours)(?!\w)"
)
_LEADS_LIST = re.compile(
    r"(?:\b(?:respectivement,?|avec|contre|entre|dont|pour|à|de|d'|des|les|environ|quelque|sont|atteint|atteignent|soit|ou|et)"
    r"|jusqu'à|[:(]) ?$"
)
_LAST_WORD = re.compile(r"(\w+) $")
# No movement makes a sum ten times itself inside one range: "de 124 millions à 380 milliards"; where the first has no
# unit of its own, it may be further away: "des avances de 25 000 à 400 000 francs"
_FAR, _FAR_BARE = 10, 100
_GAP = 20  # characters between what may stand together
_MARKED = re.compile(r"\d{1,3}[.,]\d{3}")
# "deux ou trois millions" is a range, "90 ou 180 euros" are two prices
_NEAR = Decimal("1.5")
# "de 500 000 à 2 millions": 500 000 does not share the magnitude
_ABSURD = 50


def join_groups(page: Page, quantities: list[Quantity], readings: Readings) -> list[Quantity]:
    """The quantities with ranges merged into one, and magnitude and currency shared along pairs and lists."""
    for first, second in pairwise(quantities):
        _share_decimals(page, first, second)
    joined: list[Quantity] = []
    for quantity in quantities:
        previous = joined[-1] if joined else None
        if previous is None or not _join(page, previous, quantity):
            joined.append(quantity)
    _share_in_lists(page, joined)
    return _drop_conversions(page, joined, readings)


def _join(page: Page, first: Quantity, second: Quantity) -> bool:
    """Whether `second` became the upper end of `first`; a before-and-after pair only shares the unit."""
    gap = page.low[first.end : second.start]
    gap = " à " if page.text[first.end : second.start] == " A " else gap  # capitals without accents
    if second.plain and first.plain:
        return _join_plain(page, first, second, gap)
    if len(gap) > _GAP or second.plain or first.high or not _compatible(first, second):
        return False
    before = page.low[max(0, first.start - 90) : first.start]
    if gap in (" et ", " et d'") and _WITHIN.search(before):
        return _merge(first, second, "range: entre … et")
    if gap == " ou " and first.plain and first.value < second.value <= max(first.value + 1, _NEAR * first.value):
        return _merge(first, second, "range: ou")
    if _DASH.fullmatch(gap) and (gap.strip() == gap or not _is_list_number(page, first)):
        return first.amount < second.amount * 1000 and _shares(first, second) and _merge(first, second, "range: dash")
    return bool(_TO.fullmatch(gap)) and _join_by_to(page, first, second)


def _join_plain(page: Page, first: Quantity, second: Quantity, gap: str) -> bool:
    """ "dont 60 à 70 déjà comptabilisés": the range repeats the unit of a sum before it."""
    if first.high or first.year_like or second.year_like or not (gap == " à " or (gap == "-" and first.value > 31)):
        return False
    before = page.low[max(0, first.start - 90) : first.start]
    if _FROM.search(before) and _movement().search(before):
        return False
    return first.value < second.value <= 2 * first.value and _merge(first, second, "range: plain")


def _join_by_to(page: Page, first: Quantity, second: Quantity) -> bool:
    """ "A à B": one range, two levels after a movement, or two sums that only stand side by side."""
    sentence = page.sentence(first.start)[0]
    before = page.low[max(sentence, first.start - 90) : first.start]
    _share_thousands(first, second)
    low = first.amount if first.factor or not _shares(first, second) else first.value * (second.factor or 1)
    ordered = low < second.amount <= (_FAR_BARE if first.plain and not second.factor else _FAR) * low
    if not _FROM.search(before):
        return ordered and _merge(first, second, "range: à")
    moved = (
        _movement().search(before)
        or _IN_TIME.match(page.low, second.end)
        or _moved().search(page.low, sentence, first.start)
    )
    if ordered and (_SPREAD.search(before) or not moved):
        return _merge(first, second, "range: de … à")
    _share(first, second, "before and after")
    first.partner = second
    return False


def _share_thousands(first: Quantity, second: Quantity) -> None:
    """ "36 à 38 000 euros": the thousands are written once."""
    meant = first.value * THOUSAND
    if first.plain and not second.factor and second.value % THOUSAND == 0 and meant < second.value <= _FAR * meant:
        first.factor = THOUSAND


def _share_decimals(page: Page, first: Quantity, second: Quantity) -> None:
    """ "1,044 à 1,046 milliard": three digits behind a comma are no thousands where the magnitude is written once."""
    if not (first.plain and second.factor and second.start - first.end <= _GAP and first.step == 1):
        return
    meant = first.value / THOUSAND
    if _MARKED.fullmatch(page.low, first.start, first.end) and meant / _FAR < second.value < _FAR * meant:
        first.value, first.step = meant, 1 / THOUSAND


def _compatible(first: Quantity, second: Quantity) -> bool:
    """One unit can hold for both: no other currency, no year, and no absurd value from the shared magnitude."""
    if first.year_like and first.currency is None and (second.factor or not second.year_like):
        return False
    goes_on = second.currency is None and second.factor is not None  # "entre 500 000 euros et 1 million"
    return goes_on or first.currency in (None, second.currency)


def _shares(first: Quantity, second: Quantity) -> bool:
    return first.factor is not None or first.value * (second.factor or 1) <= _ABSURD * second.amount


def _share(first: Quantity, second: Quantity, rule: str) -> None:
    if first.factor is None and first.currency is None and _shares(first, second):
        first.factor = second.factor
    if first.currency is None:
        first.currency = second.currency
        first.inferred = first.currency is not None
    first.rule = rule


def _merge(first: Quantity, second: Quantity, rule: str) -> bool:
    _share(first, second, rule)
    if first.factor is None and first.amount < second.value:
        first.factor = second.factor  # "$1.85 et $1.95 billion"
    first.inferred = False
    first.high, first.end = second, second.end
    return True


def _is_list_number(page: Page, quantity: Quantity) -> bool:
    """ "1 – 35 M€": the figure that opens a line counts the items."""
    return quantity.plain and quantity.value < 10 and quantity.start == page.line(quantity.start)[0] > 0


@functools.cache
def _moved() -> re.Pattern[str]:
    """A movement told in full, whose verb the next leaves out: "passe de 3 à 4 euros, le second de 5 à 6"."""
    figure = r"[\d., ]+(?:[a-z$€£]+ )?"
    return re.compile(rf"{_movement().pattern[:-1]}{figure}à {HEDGE}{figure}")


@functools.cache
def _movement() -> re.Pattern[str]:
    table = toml_table("changes")["movement"]
    cues = alternatives((*table["verbs"], *table["nouns"]))
    # "il faudrait relever la mise de 3 à 4 milliards" asks for a range, "un montant de 3 à 4 milliards" is one
    wish = r"(?<!faut )(?<!faudra )(?<!faudrait )(?!montants?\b)"
    return re.compile(rf"(?<!\w){wish}(?:{cues})(?:[ ,:]{{1,3}}[\w'-]+){{0,6}}?[ ,:(]{{1,3}}d[e'] ?{HEDGE}$")


def _share_in_lists(page: Page, quantities: list[Quantity]) -> None:
    """ "respectivement 7,3, 5,1 et 4,6 milliards d'euros": each bare one takes the unit of the one behind it."""
    for at in range(len(quantities) - 2, -1, -1):
        first, second = quantities[at], quantities[at + 1]
        gap = page.low[first.end : second.start]
        if not first.plain or second.plain or first.year_like or not _LIST_GAP.fullmatch(gap):
            continue
        previous = quantities[at - 1].end if at else None
        if _is_listed(page, first, gap, previous) and _shares(first, second) and _compatible(first, second):
            _share(first, second, "list: unit of the next")
            first.partner = second


def _is_listed(page: Page, first: Quantity, gap: str, previous: int | None) -> bool:
    """Whether a plain number belongs to a list: before "ou", behind a preposition, a colon or another item, or with
    decimals."""
    if gap.startswith(" ou "):
        return True
    if previous is not None and _LIST_GAP.fullmatch(page.low, previous, first.start):
        return True
    if first.step < 1 and not page.text[max(0, first.start - 2)].isupper():
        return True
    lead = page.low[max(0, first.start - 24) : first.start]
    verb = _LAST_WORD.search(lead)
    return bool(" puis " in gap or _LEADS_LIST.search(lead) or (verb and money_words().cue.fullmatch(verb[1])))


# From the dong to the dinar: no two currencies are further apart
_PLAUSIBLE_RATE = (Decimal("0.00002"), Decimal(50000))
_BRACKET = r"[^\n.;()]{0,28}[(\[](?:soit|ou|≈|~|=|équivalent à|l'équivalent de|contre-valeur(?: de)?)?"
_CLAUSE = r"(?:[^\n.;()\d]|(?:19|20)\d\d){0,60}, (?:soit|ou|l'équivalent de)| soit| l'équivalent de"
_OPENING = re.compile(
    rf"(?:{_BRACKET}|{_CLAUSE}) ?(?:un peu |tout |à peu près |≈|~|presque )?{HEDGE}(?: ?(?:les|de))? ?"
)
_CLOSING = re.compile(r"[^()\n]{0,60}[)\]]")


def _drop_conversions(page: Page, quantities: list[Quantity], readings: Readings) -> list[Quantity]:
    """Without the sums that only restate the one before in another currency; that one keeps their span."""
    kept: list[Quantity] = []
    base: Quantity | None = None
    spoken: str | None = None
    for quantity in quantities:
        own = readings.code(quantity.currency, quantity.start)
        spoken = (base and readings.code(base.currency, base.start)) or spoken
        if base and own and spoken and own != spoken and _converts(page, base, quantity):
            base.conversion = (quantity.start, quantity.end)
            continue
        kept.append(quantity)
        base = base if quantity.plain else quantity
    return kept


def _converts(page: Page, base: Quantity, quantity: Quantity) -> bool:
    """Whether `quantity`, in another currency, stands in brackets or behind "soit" right after `base`."""
    if base.conversion or not _PLAUSIBLE_RATE[0] < _ratio(base, quantity) < _PLAUSIBLE_RATE[1]:
        return False
    gap = page.low[base.end : quantity.start]
    if len(gap) > 70 or not _OPENING.fullmatch(gap):
        return False
    return not ("(" in gap or "[" in gap) or _CLOSING.match(page.low, quantity.end) is not None


def _ratio(first: Quantity, second: Quantity) -> Decimal:
    return first.amount / second.amount if second.amount else Decimal(0)
