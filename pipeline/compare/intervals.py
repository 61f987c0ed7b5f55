"""The interval of values that an amount stands for, from the precision it is written with."""

import re
from decimal import Decimal
from typing import NamedTuple

from pipeline.models import Claim

_NUMBER = re.compile(
    r"\d{1,3}(?:[\s\u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d+)?"  # 12 200 · 3'759 · 1 846,4
    r"|\d{1,3}(?:\.\d{3}){2,}"  # 1.250.000
    r"|\d+(?:[.,]\d+)?"  # 12,7 · 2024 · 8.85
)
_HALF = re.compile(r"\bdemi", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]")
_APPROX = Decimal("0.1")
_THOUSAND = Decimal(1000)


class Interval(NamedTuple):
    """Values from `low` (included) to `high`; None is an open side; `closed` tells whether `high` belongs to it."""

    low: Decimal | None
    high: Decimal | None
    closed: bool = True

    def meets(self, other: "Interval") -> bool:
        """Whether some value lies in both."""
        return not (self.above(other) or other.above(self))

    def above(self, other: "Interval") -> bool:
        """Whether every value of this one is greater than every value of the other."""
        if self.low is None or other.high is None:
            return False
        return self.low > other.high if other.closed else self.low >= other.high

    def times(self, factor: Decimal) -> "Interval":
        """The same values in another unit (a currency, a power of ten)."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Interval(low, high, self.closed)

    def widened(self, share: Decimal) -> "Interval":
        """Both ends moved outwards by a share of themselves."""
        low = None if self.low is None else self.low * (1 - share)
        return Interval(low, None if self.high is None else self.high * (1 + share), self.closed)

    @property
    def open(self) -> bool:
        """Whether one side has no end ("au moins", "au plus")."""
        return self.low is None or self.high is None


def _power_of_ten(number: Decimal) -> bool:
    return number > 0 and number.normalize().as_tuple().digits == (1,)


def _step_of_digits(written: str, amount: Decimal) -> Decimal | None:
    """The step of a number in digits, or None where number and amount are no power of ten apart ("3 milliards et
    demi")."""
    text = _SPACES.sub("", written)
    text = text.replace(".", "") if text.count(".") > 1 else text.replace(",", ".")
    number = Decimal(text)
    if not number:
        return None
    # a reader of "8,3 milliards" as binary float hands over 8300000000.000001
    magnitude = (amount / number).quantize(Decimal("1e-9")).normalize()
    if not _power_of_ten(magnitude):
        return None
    if number == number.to_integral_value():
        # "12 200 milliards" is "12,2 mille milliards": its zeros are no digits
        while number >= _THOUSAND and not number % 100:
            number, magnitude = number / _THOUSAND, magnitude * _THOUSAND
        text = format(number.normalize(), "f")
    decimals = len(text.partition(".")[2])
    return magnitude.scaleb(-decimals)


def _step_of_words(amount: Decimal, half: bool) -> Decimal:
    """The last digit of the amount counted in its magnitude: a tenth of a milliard for 3 milliards et demi."""
    unit = Decimal(1)
    while amount >= unit * _THOUSAND or (half and amount >= unit * 100):
        unit *= _THOUSAND
    exponent = (amount / unit).normalize().as_tuple().exponent
    return unit.scaleb(min(0, int(exponent)))


def step_of(quote: str, amount: Decimal) -> Decimal:
    """The size of the last written digit, in the amount's unit.

    >>> step_of("12,7 milliards", Decimal(12_700_000_000))
    Decimal('1E+8')
    """
    for match in _NUMBER.finditer(quote):
        step = _step_of_digits(match[0], amount)
        if step is not None:
            return step
    return _step_of_words(amount, bool(_HALF.search(quote)))


def interval_of(claim: Claim) -> Interval:
    """All values the claim's amount may stand for, in units of its currency.

    An exact figure stands for all that rounds or truncates to it ("12,7 milliards": 12.65 up to 12.80), `approx` for
    10 % around it, a bound for an open side, a range for both its ends.
    """
    low, high = claim.amount_min, claim.amount_max
    if claim.bound == "exact" and low is not None and low == high:
        step = step_of(claim.quote, low)
        return Interval(low - step / 2, low + step, closed=False)
    if claim.bound == "approx" and low is not None and high is not None:
        return Interval(low * (1 - _APPROX), high * (1 + _APPROX))
    return Interval(low, high)


def amount_of(claim: Claim) -> Decimal:
    """The figure a reader remembers: the value, the bound, or the middle of a range."""
    ends = [end for end in (claim.amount_min, claim.amount_max) if end is not None]
    return sum(ends, Decimal(0)) / len(ends) if ends else Decimal(0)


def digits_of(amount: Decimal) -> int:
    """How many significant digits the figure has: 3 for 12 700 000, 1 for 5 000."""
    return len(format(amount, ".6g").replace(".", "").partition("e")[0].strip("0")) if amount else 0
