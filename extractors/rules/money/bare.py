"""Whether a sum without a currency is money: "866 millions", "les 400 millions restants", "12 millions de dette"."""

import functools
import re
from collections.abc import Sequence

from extractors.rules.money.ellipsis import number_of_things, repeats_unit, take_unit
from extractors.rules.money.lexicon import HEDGE, alternatives, money_words, owners
from extractors.rules.money.page import Page
from extractors.rules.money.quantities import Quantity
from extractors.tables import toml_table

# Items of one list stand closer together than this many characters.
_NEAR = 120
# Evidence is not sought further back than this many numbers.
_BACK = 40

_OF = re.compile(r" (?:environ )?(?:de |d'|des |du )(?:l'|la |le |les )?")
_ADJECTIVE = re.compile(r"[\w-]+ ")
_WORD = re.compile(r"[\w-]+")
_NAME = re.compile(r"[A-Z][\w&]+")
_TITLE = re.compile(r" (?:Bank|Capital|Partners|Group|Ventures|Holdings?|Fund|Invest)\b")
_VERSION = re.compile(r" \d")
_FOR = re.compile(rf" (?:pour|rachat de|rachat d') ?{HEDGE}[\d., ]*\d \w+$")
_OVER_TIME = re.compile(r" par (?:an|mois|jour|trimestre)\b| (?:sur|en) \w+ (?:ans|mois)\b")
_BILLED = re.compile(r"\bfactur\w+ (?:[\w'-]+ ){0,4}$")
_SOLD = re.compile(r"\b(?:vend|écoul|livr|expédi|produi|fabriqu|assembl)[^.\n]*$")


@functools.cache
def _neutral() -> re.Pattern[str]:
    """Words behind "de" that say nothing about what is summed up."""
    return re.compile(rf"(?:{alternatives(toml_table('money_words')['neutral']['words'])})(?!\w)")


@functools.cache
def _bought() -> re.Pattern[str]:
    """A verb of trade and "pour" before a sum: "lui a commandé en mars pour 22 millions"."""
    verbs = alternatives(toml_table("money_words")["trade"]["verbs"])
    return re.compile(rf"(?<!\w)(?:{verbs})(?: [\w'-]+){{0,5}}? pour {HEDGE}[\d., ]*\d \w+$")


def decide_money(page: Page, quantities: Sequence[Quantity]) -> None:
    """Sets `money` and `rule` of every quantity, from left to right: earlier decisions are evidence for later ones."""
    rich = any(q.currency for q in quantities)
    decided: list[Quantity] = []
    sums: list[Quantity] = []
    for quantity in quantities:
        if quantity.money is None and quantity.plain:
            _decide_plain(page, quantity, sums)
        elif quantity.money is None:
            quantity.money, reason = is_money(page, quantity, decided, rich)
            quantity.rule = quantity.rule or reason
        decided.append(quantity)
        if quantity.money:
            sums.append(quantity)
    for quantity in reversed(quantities):
        if quantity.partner is not None:
            quantity.money = quantity.partner.money


def _decide_plain(page: Page, quantity: Quantity, sums: Sequence[Quantity]) -> None:
    model = repeats_unit(page, quantity, sums)
    quantity.money = model is not None
    if model is not None:
        take_unit(quantity, model)
        quantity.rule = "unit of the sum before"


def is_money(page: Page, quantity: Quantity, before: Sequence[Quantity], rich: bool) -> tuple[bool, str]:
    """Whether a number with magnitude or currency is money, and the evidence: currency, noun, neighbours, sentence.

    `before` are the decided quantities to its left; `rich` says that the article writes currencies somewhere.
    """
    if quantity.currency is not None:
        return True, "number with currency"
    if number_of_things().search(page.low, max(0, quantity.start - 60), quantity.start):
        return False, "number of things"
    end = quantity.partner.end if quantity.partner else quantity.end
    if (noun := _noun_after(page, quantity.start, end)) is not None:
        return noun
    return _by_neighbours(page, quantity, before, rich)


def _noun_after(page: Page, start: int, end: int) -> tuple[bool, str] | None:
    """What "millions de …" is followed by: money, things that are counted, or nothing that tells."""
    of = _OF.match(page.low, end)
    if of is None:
        return None
    partitive = of[0].strip() in ("de", "d'")
    if partitive and _bought().search(page.low, max(0, end - 100), end):
        return True, "bought for"
    if partitive and _BILLED.search(page.low, max(0, start - 60), start):
        return True, "what is billed"
    if partitive and money_words().count.match(page.low, of.end()):
        return False, "counted noun"
    if money_words().money.match(page.low, of.end()):
        return True, "noun of money"
    if not partitive or _neutral().match(page.low, of.end()):
        return None
    return _unknown_noun(page, of.end(), end)


def _unknown_noun(page: Page, start: int, end: int) -> tuple[bool, str] | None:
    """A noun in no table: what is counted in millions stands in the plural, a payer is a company."""
    name = _NAME.match(page.text, start)
    known = name and (name[0].lower() in owners() or _TITLE.match(page.text, name.end()) or _pays(page, name))
    if name and known and not _VERSION.match(page.text, name.end()):
        return None
    if name is None and (word := _WORD.match(page.low, start)) and word[0][-1] not in "sxz":
        return None
    adjective = _ADJECTIVE.match(page.low, start)
    if adjective and money_words().money.match(page.low, adjective.end()):
        return True, "noun of money"
    if _FOR.search(page.low, max(0, end - 60), end):
        return True, "bought for"
    return False, "unknown noun"


def _pays(page: Page, name: re.Match[str]) -> bool:
    """Whether a name in no table can be a payer's: "Français" and "GPU" are counted, and so is what is sold."""
    counted = name[0].isupper() or name[0][-1] in "sxz"
    return not counted and _SOLD.search(page.low, max(0, name.start() - 60), name.start()) is None


def _by_neighbours(page: Page, quantity: Quantity, before: Sequence[Quantity], rich: bool) -> tuple[bool, str]:
    """The nearest sum or count of the sentence decides; else its words; else what the article counts so far."""
    start, end = page.sentence(quantity.start)
    # a number of users does not tell about a sum of another order: "19 millions de clients, 17 milliards"
    last = next((q for q in reversed(before[-_BACK:]) if q.money or q.factor == quantity.factor), None)
    near = last if last and last.start >= start else None
    cues = list(money_words().cue.finditer(page.low, start, quantity.start))
    if near and (near.money or not cues or cues[-1].start() < near.start):
        return bool(near.money), "like the number before"
    if cues:
        return True, "word of money before"
    in_list = last is not None and last.money and quantity.start - last.end < _NEAR
    if not in_list and money_words().counting.search(page.low, start, quantity.start):
        return False, "counted noun before"
    if _OVER_TIME.match(page.low, quantity.end):
        return True, "rate or duration behind"
    if money_words().cue.search(page.low, quantity.end, end):
        return True, "word of money behind"
    return bool(last.money if last else rich and not quantity.native), "like the passage"
