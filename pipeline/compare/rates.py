"""Rates of exchange: the ECB's daily ones as CurrencyConverter ships them, and the currencies tied to another."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from currency_converter import CurrencyConverter, RateNotFoundError

_PEGS = Path(__file__).parents[2] / "extractors" / "tables" / "currency_pegs.toml"
CLOSED_DAYS = 10  # the longest run of days without a fixing, and some reserve


class Rate(NamedTuple):
    """How many units of the second currency one unit of the first buys, and the day the rate is of."""

    value: Decimal
    day: date


class RateTable(Protocol):
    """Where rates come from; a test or a user may bring another."""

    def rate(self, source: str, target: str, day: date) -> Rate | None:
        """The rate of the day or of the nearest earlier one; None where a currency is not in the table."""


class EcbRates:
    """The European Central Bank's reference rates; weekends and days past the last rate take the nearest earlier."""

    def __init__(self) -> None:
        self._table = CurrencyConverter(decimal=True)
        self._pegs: dict[str, tuple[str, Decimal]] = {
            code: (peg["to"], Decimal(peg["units"])) for code, peg in tomllib.loads(_PEGS.read_text("utf-8")).items()
        }
        self._known: dict[tuple[str, date], Rate | None] = {}

    def rate(self, source: str, target: str, day: date) -> Rate | None:
        """`rate("USD", "EUR", day)`: euros for one dollar, with the day of the fixing."""
        first, second = self._per_euro(source, day), self._per_euro(target, day)
        if first is None or second is None:
            return None
        return Rate(second.value / first.value, min(first.day, second.day))

    def _per_euro(self, currency: str, day: date) -> Rate | None:
        if (currency, day) not in self._known:
            self._known[currency, day] = self._pegged(currency, day) or self._fixing(currency, day)
        return self._known[currency, day]

    def _pegged(self, currency: str, day: date) -> Rate | None:
        if currency == "EUR":
            return Rate(Decimal(1), day)
        if currency not in self._pegs:
            return None
        anchor, units = self._pegs[currency]
        base = self._per_euro(anchor, day)
        return base and Rate(base.value * units, base.day)

    def _fixing(self, currency: str, day: date) -> Rate | None:
        if currency not in self._table.currencies:
            return None
        first, last = self._table.bounds[currency]
        start = min(day, last)
        for back in range(CLOSED_DAYS):
            fixing = start - timedelta(days=back)
            if fixing < first:
                return None
            try:
                return Rate(Decimal(self._table.convert(1, "EUR", currency, fixing)), fixing)
            except RateNotFoundError:
                continue
        return None


@cache
def ecb_rates() -> RateTable:
    """The packaged table, read once a process."""
    return EcbRates()
