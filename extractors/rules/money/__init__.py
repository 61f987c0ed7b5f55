"""The money dimension: every sum of an article with its value, bound, currency, rate and change.

    find_amounts("OpenAI a perdu près de 5 milliards de dollars en 2024, contre 866 millions un an plus tôt.")

The stages in reading order: numbers with magnitude and currency (`quantities`), ranges, lists and conversions
(`groups`), tables in plain text (`sheets`), sums without a currency (`bare`, `ellipsis`, `inference`), what qualifies
them (`bounds`, `rates`, `changes`).
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from extractors.mentions import Amount, Per
from extractors.rules.money.bare import decide_money
from extractors.rules.money.bounds import read_bound
from extractors.rules.money.changes import read_change
from extractors.rules.money.groups import join_groups
from extractors.rules.money.inference import infer_currencies
from extractors.rules.money.lexicon import Reading
from extractors.rules.money.page import Page, inside
from extractors.rules.money.quantities import Quantity, find_quantities
from extractors.rules.money.rates import inherits_rate, read_rate
from extractors.rules.money.readings import Readings
from extractors.rules.money.sheets import read_sheets

__all__ = ["find_amounts", "read_quantities"]


def find_amounts(text: str, debris: Sequence[tuple[int, int]] = ()) -> list[Amount]:
    """The sums of money in `text`, in order and without overlap; those that begin inside `debris` are left out.

    Values are in units of the currency. "près de 1,7 milliard d'euros" yields one `Amount` with the text
    "1,7 milliard d'euros", low = high = 1700000000, step 100000000, bound "approx", currency "EUR". Never raises.
    """
    page, sums, readings = read_quantities(text, debris)
    infer_currencies(page, sums, readings)
    return _qualified(page, sums)


def read_quantities(text: str, debris: Sequence[tuple[int, int]] = ()) -> tuple[Page, list[Quantity], Readings]:
    """The sums as written, before those that omit their currency are given one, with what reads them."""
    page = Page(text)
    readings = Readings(page)
    spans = sorted(debris)
    quantities = [q for q in find_quantities(page) if not inside(q.start, spans)]
    if quantities:
        quantities = read_sheets(page, join_groups(page, quantities, readings))
        decide_money(page, quantities)
    return page, [q for q in quantities if q.money], readings


def _qualified(page: Page, sums: Sequence[Quantity]) -> list[Amount]:
    """The amounts with bound, rate and change; a rate is handed on along pairs and coordinated sums."""
    # where the one before ends, the qualifiers of the next can begin
    limits = [0, *(q.conversion[1] if q.conversion else q.end for q in sums[:-1])]
    rates = [read_rate(page, q, limit) for q, limit in zip(sums, limits, strict=False)]
    for at, (first, second) in enumerate(pairwise(sums)):
        rate, following = rates[at], rates[at + 1]
        if rate is None and first.partner is second:
            rates[at] = following
        elif rate is not None and following is None and inherits_rate(page, first, second, rate.value):
            rates[at + 1] = rate
    return [_amount(page, q, limit, rate) for q, limit, rate in zip(sums, limits, rates, strict=False)]


def _amount(page: Page, quantity: Quantity, limit: int, rate: Reading[Per] | None) -> Amount:
    bound = read_bound(page, quantity, limit)
    change = read_change(page, quantity, limit)
    low, high = _interval(quantity, bound.value)
    return Amount(
        start=quantity.start,
        end=quantity.end,
        text=page.text[quantity.start : quantity.end],
        rule=quantity.rule,
        low=low,
        high=high,
        step=quantity.step * (quantity.factor or 1),
        bound=bound.value,
        bound_cue=bound.cue or None,
        currency=quantity.currency,
        currency_inferred=quantity.inferred,
        per=rate.value if rate else None,
        per_cue=rate.cue if rate else None,
        change=change is not None,
        change_cue=change,
        conversion=quantity.conversion,
    )


def _interval(quantity: Quantity, bound: str) -> tuple[Decimal | None, Decimal | None]:
    """Both ends in units of the currency; an open side is None."""
    if quantity.high is not None:
        return quantity.amount, quantity.high.amount
    value = quantity.amount
    return (None if bound == "at_most" else value), (None if bound == "at_least" else value)
