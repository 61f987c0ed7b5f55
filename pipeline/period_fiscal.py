"""Fiscal years and parts of years: quarters, halves, first and last months, of the calendar or the company's own."""

from collections.abc import Callable
from datetime import date

from pipeline.models import Period
from pipeline.period_calendar import DAY, MONTHS_OF, add_months, fiscal_year, fiscal_year_of, months_from, shift
from pipeline.period_reading import YEAR_FIELDS, Reading, Values, chosen, fiscal_number, of_year, year_of


def _latest_over(first: Period | None, second: Period | None, reading: Reading) -> Period | None:
    """Of the calendar's and the company's own reading the one that ended last before the publication."""
    day = reading.published
    over = [found for found in (first, second) if found and found.end and day and found.end < day]
    return max(over, key=lambda found: found.end or date.min, default=first)


def _part_of_year(values: Values, reading: Reading, month: int, length: int) -> Period | None:
    """A quarter, half or first months of the calendar year, or of the fiscal year where that is what can be meant."""

    def fiscal(year: int) -> Period:
        return months_from(year, reading.end_month - 12 + month, length)

    if "exercise" in values:
        if _straddles_somewhere(values, reading):
            return None
        number = fiscal_number(values)
        if number is not None:
            return fiscal(number)
        return _reported(values, reading, fiscal)
    calendar = of_year(values, reading, lambda year: months_from(year, month, length), nearby=False)
    if reading.end_month == 12 or "year_turn" in values:
        return calendar
    own = of_year(values, reading, fiscal, nearby=False)
    return own if reading.future else _latest_over(calendar, own, reading)


def _straddles_somewhere(values: Values, reading: Reading) -> bool:
    """Whether a fiscal year lies in two calendar years ("2024-2025") and nothing tells where it ends."""
    return "to_year" in values and reading.end_month == 12


def _reported(values: Values, reading: Reading, fiscal: Callable[[int], Period]) -> Period | None:
    """A part of a fiscal year without a number: the last that is over, in a forecast the next."""
    if reading.published is None:
        return None
    years = range(reading.published.year - 2, reading.published.year + 3)
    turn = None if reading.future else "-1"
    return chosen([fiscal(year) for year in years], reading, values.get("turn", turn))


def quarter(values: Values, reading: Reading) -> Period | None:
    """Reads "au troisième trimestre": three months of the calendar or the fiscal year."""
    return _part_of_year(values, reading, 3 * int(values["quarter"]) - 2, 3)


def half(values: Values, reading: Reading) -> Period | None:
    """Reads "au premier semestre": six months of the calendar or the fiscal year."""
    return _part_of_year(values, reading, 6 * int(values["half"]) - 5, 6)


def first_months(values: Values, reading: Reading) -> Period | None:
    """Reads "les neuf premiers mois": of the year that is named, else the last time they were over."""
    length = int(values["first"]) * MONTHS_OF.get(values["unit"], 0)
    if not 0 < length <= 12:
        return None
    if "exercise" in values or any(field in values for field in YEAR_FIELDS):
        return _part_of_year(values, reading, 1, length)
    calendar = _reported(values, reading, lambda year: months_from(year, 1, length))
    own = _reported(values, reading, lambda year: months_from(year, reading.end_month - 11, length))
    return own if reading.end_month == 12 or reading.future else _latest_over(calendar, own, reading)


def final_months(values: Values, reading: Reading) -> Period | None:
    """Reads "les trois derniers mois de l'année"."""
    length = int(values["final"]) * MONTHS_OF.get(values["unit"], 0)
    if not 0 < length <= 12:
        return None
    rest = {field: value for field, value in values.items() if field not in ("final", "unit")}
    whole = fiscal_stretch(rest, reading) if "exercise" in rest else year_stretch(rest, reading)
    return Period(start=add_months(whole.end, -length) + DAY, end=whole.end) if whole and whole.end else None


def fiscal_stretch(values: Values, reading: Reading) -> Period | None:
    """A fiscal year, or the beginning, middle or end of one."""
    number = fiscal_number(values)
    if _straddles_somewhere(values, reading):
        return None
    whole = fiscal_year(number, reading.end_month) if number is not None else _running_fiscal(values, reading)
    return _slice(whole, values["part"]) if whole and "part" in values else whole


def _running_fiscal(values: Values, reading: Reading) -> Period | None:
    day = reading.anchor.end if reading.anchor and "turn" not in values else reading.published
    if day is None:
        return None
    around = fiscal_year_of(day, reading.end_month)
    return shift(around, years=int(values.get("turn", "0")))


def _slice(year: Period, part: str) -> Period:
    """The first quarter, the two in the middle, or the last quarter of a year."""
    skipped, length = {"start": (0, 3), "mid": (3, 6), "end": (9, 3)}[part]
    start = year.start or date.min
    return Period(start=add_months(start, skipped), end=add_months(start, skipped + length) - DAY)


def year_stretch(values: Values, reading: Reading) -> Period | None:
    """Reads "en 2025", "l'an dernier", or the beginning, middle or end of one: "fin 2025"."""
    year = year_of(values, reading)
    if year is None:
        return None
    whole = fiscal_year(year)
    return _slice(whole, values["part"]) if "part" in values else whole
