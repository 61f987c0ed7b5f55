"""Arithmetic of days: units of time, shifts and fiscal calendars; no text, no clock."""

import calendar
from datetime import date, timedelta

from pipeline.models import Period

DAY = timedelta(days=1)
MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAYS_OF = {"week": 7, "day": 1}


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of a month stays the last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = month_end(year, month)
    at_end = day == month_end(day.year, day.month)
    return last if at_end or day.day > last.day else last.replace(day=day.day)


def months_from(year: int, month: int, count: int) -> Period:
    """`count` whole months beginning with a month; `month` may lie outside 1 to 12 and then counts on or back."""
    start = add_months(date(year, 1, 1), month - 1)
    return Period(start=start, end=add_months(start, count) - DAY)


def shift(period: Period, years: int = 0, months: int = 0, days: int = 0) -> Period:
    """The period moved by whole years, months and days; an open side stays open, month ends stay month ends."""
    return period.model_copy(
        update={
            side: add_months(day, years * 12 + months) + days * DAY
            for side, day in (("start", period.start), ("end", period.end))
            if day is not None
        }
    )


def ending(end: date, months: int) -> Period:
    """The `months` months that end on a day: three months to 26 October begin on 27 July."""
    return Period(start=add_months(end, -months) + DAY, end=end)


def fiscal_year(year: int, end_month: int = 12) -> Period:
    """The fiscal year named `year`, the year in which it ends: "exercice 2026" of a January closer ends 2026-01-31."""
    return ending(month_end(year, end_month), 12)


def fiscal_year_of(day: date, end_month: int) -> Period:
    """The fiscal year that `day` lies in."""
    return fiscal_year(day.year + (day.month > end_month), end_month)


def fiscal_quarter(year: int, quarter: int, end_month: int = 12) -> Period:
    """Quarter 1 to 4 of the fiscal year named `year`."""
    return months_from(year, end_month + 3 * (quarter - 1) - 11, 3)


def unit_around(day: date, unit: str, end_month: int = 12) -> Period:
    """The day, week (from Monday), month, quarter, half or year of the calendar that `day` lies in.

    Quarters and halves count from the end of the fiscal year, years are those of the calendar.
    """
    if unit == "day":
        return Period(start=day, end=day)
    if unit == "week":
        monday = day - day.weekday() * DAY
        return Period(start=monday, end=monday + 6 * DAY)
    length = MONTHS_OF[unit]
    offset = 0 if unit == "year" else end_month
    return months_from(day.year, day.month - (day.month - 1 - offset) % length, length)


def move(period: Period, unit: str, count: int) -> Period:
    """The period moved by `count` units."""
    if unit in ("day", "week"):
        return shift(period, days=count * (7 if unit == "week" else 1))
    return shift(period, months=count * MONTHS_OF[unit])


def length_in_months(period: Period) -> int:
    """The length of a closed period in months, rounded; 0 for days and weeks, and for open periods."""
    if period.start is None or period.end is None:
        return 0
    return round(((period.end - period.start).days + 1) / 30.44)


def covering(*periods: Period) -> Period:
    """The closed period from the earliest start to the latest end."""
    return Period(
        start=min(period.start for period in periods if period.start),
        end=max(period.end for period in periods if period.end),
    )
