"""Plain numbers that repeat the unit of a sum before them: "14 Mds$, dont 2,5 pour …", "n'en promettait que 450"."""

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from extractors.rules.money.lexicon import HEDGE, alternatives, money_words, owners
from extractors.rules.money.numerals import find_numbers
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import DIFFERENCE, Quantity, said_of_sum
from extractors.tables import toml_table

# An ellipsis does not reach further back than this.
_REACH = 160
# A number this long is written out: "600 000" after "19 millions"
_LONG = 10_000
# How much smaller or larger the number is than its model: 1,36 goes with "1,6 milliard", not with "570 millions".
_ORDER = (Decimal("0.01"), 1000)
# "sur 4,4 milliards, après 486 millions ; il lui en reste 270": 270 rather goes with 486
_ALIKE = Decimal(20)

_ENDS = re.compile(r" ?(?:[.;:!?)»]|,(?!\d)| [-–] |$|\n)")
# "dont 380 000 de sous-traitance": nothing that is counted is joined to its number by "de"
_OF = re.compile(r" (?:de |d')(?!(?:l'|\d|la |le |les |[cmnst]es |nos |vos |leurs? |plus|moins))")
_OF_MONEY = re.compile(r" (?:de |d')(?:son |sa |leur )?")
# "2024, 237": a comma behind a year separates, behind another number it may go on with it
_SIGN_BEFORE = re.compile(r"[\[#/×+-] ?$|\d ?$|\d[.,]$|\d(?<!\b(?:19|20)\d\d)[.,] $")
# "10 milliards de dollars (1)": a footnote
_NOTE = re.compile(r"\([1-3]\)")
_YEAR = r"\b(?:19|20)\d\d(?:-(?:19|20)?\d\d)?\b|\b[tsqh][1-4]\b"
_DAY = r"\b\d{1,2}(?:er)? (?=janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)"
_DATES = re.compile(f"{_YEAR}|{_DAY}")
_NAME_BEFORE = re.compile(r"(\w[\w&-]*) ?$")
# Behind a number that is no sum: "noté 17 sur 20", "le score est de 12 à 4"
_SCORE = re.compile(r"\d (?:à|sur) $")
# A number between the two that counts no things: "(+ 9 %)"
_SHARE = re.compile(r"\d[\d., ]* ?(?:%|pour cent)")
# "Proximus en a payé 600 millions, Orange Belgium 322 et Digi 114": the verb and the unit are left out together
_GAPPED = re.compile(
    r",? (?:et |puis )?(?:le |la |l'|les )?(?:(?:[a-zà-ÿ-]+ ){0,2}(?:[A-ZÀ-Þ][\w&'.-]* (?:de |du |des |d')?){1,4})$"
)
_NEXT = re.compile(r"(?: ?[.;]|,? et |, )(?!\d)|$|\n")
_ITEM = re.compile(r" ?[;.,]?\n+[-–•*→] ?[^\n:]{1,60}: ?")


class _Patterns(NamedTuple):
    """What may stand behind an elliptic number, what may not stand before it, what counts things bought."""

    goes_on: re.Pattern[str]
    participle: re.Pattern[str]
    no_sum: re.Pattern[str]
    pieces: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    table = toml_table("money_words")["ellipsis"]
    participle = rf" ({alternatives(table['participles'])})(?= ?[;,.)]| (?:{alternatives(table['agents'])})(?!\w))"
    return _Patterns(
        goes_on=re.compile(rf" (?:{alternatives(table['behind'])})(?!\w)"),
        participle=re.compile(participle),
        no_sum=re.compile(rf"(?<!\w)(?:{alternatives(table['not_before'])}) ?$"),
        pieces=re.compile(rf"\b(?:{alternatives(table['pieces'])})(?: [a-zà-ÿ]+){{0,2}} $"),
    )


@functools.cache
def number_of_things() -> re.Pattern[str]:
    """What stands before a number of the things just named: "il s'en est vendu près de"."""
    return re.compile(rf"\b(?:{alternatives(toml_table('money_words')['ellipsis']['sold'])}) {HEDGE}$")


def repeats_unit(page: Page, quantity: Quantity, sums: Sequence[Quantity]) -> Quantity | None:
    """The sum whose unit a plain number leaves out, None where the number stands for something else.

    `sums` are the money quantities before it. Between the two stand no things that are counted, behind it no noun.
    """
    base = sums[-1] if sums else None
    if base is None or quantity.year_like or quantity.start - base.end > _REACH:
        return None
    if base.factor is None and _in_words(page, quantity) and not DIFFERENCE.match(page.low, quantity.end):
        return None  # "une sonde coûte 79 euros, et une meule en réclame trois"
    gap = page.low[base.end : quantity.start]
    if not (_is_gapped(page, base, quantity) or _stands_alone(page, quantity)):
        return None
    if _counts(page, base.end, quantity.start) or (_in_words(page, quantity) and _named_number(gap)):
        return None
    if "\n" in gap and not _ITEM.fullmatch(gap):
        return None
    if number_of_things().search(gap):
        return None
    if base.factor is None and base.value < _LONG and quantity.step >= 1 and _patterns().pieces.search(gap):
        return None
    return _of_one_order(quantity, sums)


def _in_words(page: Page, quantity: Quantity) -> bool:
    return not page.low[quantity.start].isdigit()


def _named_number(gap: str) -> bool:
    """Whether a number stands in words between the two: "26 M€ ; vingt-six mois, quatre de plus"."""
    return any(found["words"] not in (None, "un", "une") for found in find_numbers(gap))


def _counts(page: Page, start: int, end: int) -> bool:
    """Whether the last thing between two numbers is counted: "98 personnes reprises au lieu de 110"."""
    gap = _SHARE.sub("", _DATES.sub("", page.low[start:end]))
    last = next(reversed([m.end() for m in re.finditer(r"\d", gap)]), None)
    if last is None:
        return money_words().counting.search(gap) is not None
    return _SCORE.search(gap) is not None or not _no_noun(gap, last)


def _is_gapped(page: Page, base: Quantity, quantity: Quantity) -> bool:
    """Whether only the name of another party stands between a sum and the number that ends its part of the list. Where
    no magnitude is left out the number has thousands: "vendue 300 euros, la PlayStation 5" is no list."""
    least = 10 if base.factor else 1000
    if (quantity.value < least and quantity.step == 1) or not page.low[quantity.start].isdigit():
        return False
    named = _GAPPED.fullmatch(page.text, base.end, quantity.start)
    return named is not None and _NEXT.match(page.text, quantity.end) is not None


def _stands_alone(page: Page, quantity: Quantity) -> bool:
    """Whether no noun follows and nothing before makes the number a date, a rank or a model."""
    before = page.low[max(0, quantity.start - 24) : quantity.start]
    if (
        _patterns().no_sum.search(before)
        or _SIGN_BEFORE.search(before)
        or _NOTE.fullmatch(page.low, quantity.start - 1, quantity.end + 1)
        or before.endswith("\n")
        or (_in_words(page, quantity) and not _said_of_sum(page, quantity))
    ):
        return False
    name = _NAME_BEFORE.search(page.text, max(0, quantity.start - 24), quantity.start)
    model = name is not None and not name[1].islower() and not name[1].isdigit() and name[1].lower() not in owners()
    if model and quantity.step == 1:
        return False
    return _no_noun(page.low, quantity.end)


def _said_of_sum(page: Page, quantity: Quantity) -> bool:
    return said_of_sum(page.low, quantity.start) or DIFFERENCE.match(page.low, quantity.end) is not None


def _no_noun(low: str, end: int) -> bool:
    if _ENDS.match(low, end) or _patterns().goes_on.match(low, end):
        return True
    if participle := _patterns().participle.match(low, end):
        return money_words().count.fullmatch(participle[1]) is None
    of = _OF.match(low, end)
    if of is not None:
        return money_words().count.match(low, of.end()) is None
    of = _OF_MONEY.match(low, end)
    return of is not None and money_words().money.match(low, of.end()) is not None


def _of_one_order(quantity: Quantity, sums: Sequence[Quantity]) -> Quantity | None:
    """The nearest of the last sums whose written number is comparable, rather one of like size."""
    models = [base.high or base for base in reversed(sums[-3:])]
    fit = [m for m in models if _shares_magnitude(quantity, m) or _is_written_out(quantity, m)]
    alike = (m for m in fit if m.factor and 1 / _ALIKE <= quantity.value / m.value <= _ALIKE)
    return next(alike, fit[0]) if fit and fit[0].factor else next(iter(fit), None)


def _shares_magnitude(quantity: Quantity, model: Quantity) -> bool:
    exact = quantity.value < _LONG or model.value >= _LONG / 10
    return exact and bool(model.value) and _ORDER[0] <= quantity.value / model.value <= _ORDER[1]


def _is_written_out(quantity: Quantity, model: Quantity) -> bool:
    """ "600 000" after "19 millions"."""
    return model.factor is not None and quantity.value >= _LONG and quantity.value / (model.amount or 1) >= _ORDER[0]


def take_unit(quantity: Quantity, model: Quantity) -> None:
    """Gives the number the magnitude (unless it is written out) and the currency of `model`."""
    if _shares_magnitude(quantity, model):
        quantity.factor = model.factor
    quantity.currency, quantity.inferred = model.currency, True
    if quantity.high is not None:
        quantity.high.factor = quantity.factor
