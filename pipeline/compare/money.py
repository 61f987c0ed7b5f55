"""Amounts in English words."""

from decimal import Decimal

from pipeline.models import Claim

_UNITS = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_BOUNDS = {"exact": "", "range": "", "approx": "about ", "at_least": "at least ", "at_most": "at most "}


def money(amount: Decimal | None, currency: str | None) -> str:
    """The amount in English words: "12.7 billion USD"."""
    if amount is None:
        return "any amount"
    for unit, name in _UNITS:
        if amount >= unit:
            return f"{_plain(amount / unit)} {name} {currency}"
    return f"{_plain(amount)} {currency}"


def _plain(number: Decimal) -> str:
    digits = format(round(number, 3 if number < 1000 else 0).normalize(), "f")
    return digits if number < 10000 else f"{number:,.0f}"


def figure(claim: Claim) -> str:
    """The claim's amount with its bound: "at least 2.5 billion USD", "3 to 4 million EUR"."""
    low, high = claim.amount_min, claim.amount_max
    per = f" per {claim.per}" if claim.per else ""
    if low is not None and high is not None and low != high:
        return f"{money(low, claim.currency)} to {money(high, claim.currency)}{per}"
    return f"{_BOUNDS[claim.bound]}{money(low if low is not None else high, claim.currency)}{per}"
