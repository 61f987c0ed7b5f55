"""What a period's symbols are read against, and which of the same stretch of several years is meant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.models import Period
from pipeline.period_calendar import MONTHS_OF

Values = dict[str, str]
YEAR_FIELDS = ("year", "yy", "year_turn")
ISO_UNITS = {"day": "D", "week": "W", "month": "M", "quarter": "M", "half": "M", "year": "Y"}
NEARER = 5  # an undated day is taken from the future when that is this many times nearer than the past one


@dataclass(frozen=True)
class Reading:
    """What symbols are read against. `future`: the next stretch is meant; `backward`: the last one ("depuis juin")."""

    published: date | None
    end_month: int = 12
    anchor: Period | None = None
    future: bool = False
    backward: bool = False


def duration_of(values: Values) -> str:
    """ISO 8601: {"count": "4", "unit": "year"} is P4Y, "un an et demi" P18M, "deux trimestres" P6M."""
    count, unit = int(values["count"]), values["unit"]
    if unit in ("quarter", "half"):
        count *= MONTHS_OF[unit]
    if "half_more" in values and unit == "year":
        count, unit = count * 12 + 6, "month"
    return f"P{count}{ISO_UNITS[unit]}"


def year_of(values: Values, reading: Reading) -> int | None:
    """The calendar year that the symbols name: "2025", "'25", "l'an dernier" (against the publication)."""
    if "year" in values:
        return int(values["year"])
    if "yy" in values:
        short = int(values["yy"])
        return short + (1900 if short > 60 else 2000)
    if "year_turn" in values and reading.published:
        return reading.published.year + int(values["year_turn"])
    return None


def fiscal_number(values: Values) -> int | None:
    """The number of a fiscal year: the second of "2024-2025" or "2024/25", "2026", "FY25"."""
    if "to_year" in values:
        last = values["to_year"]
        return int(values["year"][: 4 - len(last)] + last)
    return year_of({field: value for field, value in values.items() if field != "year_turn"}, Reading(None))


def chosen(
    candidates: Iterable[Period], reading: Reading, turn: str | None = None, nearby: bool = True
) -> Period | None:
    """Which of the same stretch of several years is meant, seen from the publication.

    "dernier" is the last one over, "prochain" the next to begin; else the last that began, or with `nearby` the next
    one where it is much nearer.
    """
    day = reading.published
    spans = sorted((c.start, c.end) for c in candidates if c.start and c.end)
    if day is None or not spans:
        return None
    begun = [span for span in spans if span[0] <= day]
    coming = [span for span in spans if span[0] > day]
    over = [span for span in begun if span[1] < day]
    if turn == "-1":
        return _period(over[-1:])
    if turn == "1":
        return _period(coming[:1])
    if reading.future:
        return _period([span for span in spans if span[1] >= day][:1])
    if nearby and begun and coming and not reading.backward:
        behind, ahead = (day - begun[-1][1]).days, (coming[0][0] - day).days
        return _period(coming[:1] if behind > NEARER * ahead else begun[-1:])
    return _period(begun[-1:] or coming[:1])


def _period(spans: list[tuple[date, date]]) -> Period | None:
    return Period(start=spans[0][0], end=spans[0][1]) if spans else None


def of_year(values: Values, reading: Reading, build: Callable[[int], Period], nearby: bool = True) -> Period | None:
    """`build(year)` for the year that is named, else for the one that is chosen."""
    year = year_of(values, reading)
    if year is not None:
        return build(year)
    if reading.published is None:
        return None
    years = range(reading.published.year - 2, reading.published.year + 3)
    candidates = []
    for candidate in years:
        try:
            candidates.append(build(candidate))
        except ValueError:  # 29 February
            continue
    return chosen(candidates, reading, values.get("turn"), nearby)
