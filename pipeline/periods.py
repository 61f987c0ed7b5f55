"""Periods resolved into days: a mention's symbols, the publication date, the company's fiscal calendar, an anchor."""

import re
from dataclasses import replace
from datetime import date

from extractors.mentions import PeriodMention
from pipeline.models import Period
from pipeline.period_anchored import anchored
from pipeline.period_calendar import (
    DAY,
    DAYS_OF,
    MONTHS_OF,
    add_months,
    ending,
    fiscal_quarter,
    fiscal_year,
    fiscal_year_of,
    months_from,
    shift,
    unit_around,
)
from pipeline.period_points import point
from pipeline.period_reading import YEAR_FIELDS, Reading, Values, duration_of, fiscal_number

__all__ = ["fiscal_quarter", "fiscal_year", "parse_query_period", "resolve", "shift"]

SPAN_END = "to_"


def resolve(
    mention: PeriodMention,
    published: date | None,
    fiscal_year_end: int = 12,
    anchor: Period | None = None,
    future: bool = False,
) -> Period | None:
    """The inclusive days of a mention; None where text, publication date and anchor do not tell them.

    `fiscal_year_end` is the month (1 to 12) in which the company's fiscal year ends; the text's own closing date wins
    over it. `anchor` is the period of the neighbouring claim, for "un an plus tôt" and its like. A date without a year
    is the last one that began, unless the next one is at least five times nearer ("en décembre" in November);
    `future` (a forecast) takes the next one instead, as do deadlines and a text that is nothing but the date.

    "au T3 2025" is 2025-07-01 to 2025-09-30; "en octobre", published in November 2025, is October 2025.
    """
    values = mention.values
    frame = values.get("frame")
    ahead = future or "alone" in values or frame in ("until", "before")
    reading = Reading(published, fiscal_year_end, anchor, ahead, backward=frame in ("since", "after"))
    if mention.kind == "duration" or (frame and mention.rule.startswith("duration")):
        return _framed_duration(values, frame, reading)
    stretch = _stretch(values, reading)
    return _framed(stretch, frame, values) if stretch and frame else stretch


def _stretch(values: Values, reading: Reading) -> Period | None:
    if "to_date" in values:
        return _to_date({field: value for field, value in values.items() if field != "to_date"}, reading)
    if any(field.startswith("close_") for field in values):
        return _closed(values, reading)
    if any(field.startswith(SPAN_END) for field in values) and "exercise" not in values and "season" not in values:
        return _span(values, reading)
    if {"anchor", "same", "sense", "day_anchor", "whole"} & values.keys():
        return anchored(values, reading)
    return point(values, reading)


def _to_date(values: Values, reading: Reading) -> Period | None:
    """From the first day of the fiscal year to the day, which may be the year's last."""
    day = point(values, reading)
    if day is None or day.end is None:
        return None
    return Period(start=fiscal_year_of(day.end, reading.end_month).start, end=day.end)


def _framed(stretch: Period, frame: str, values: Values) -> Period:
    if frame == "since":
        return Period(start=stretch.start)
    if frame == "after":
        return Period(start=stretch.end + DAY if stretch.end else None)
    if frame == "until" or values.get("part") == "end":
        return Period(end=stretch.end)
    return Period(end=stretch.start - DAY if stretch.start else None)


def _framed_duration(values: Values, frame: str | None, reading: Reading) -> Period | None:
    """Reads "d'ici cinq ans" ends five years after the publication, "depuis deux ans" began two years before it."""
    if frame in (None, "after"):
        return Period(duration=duration_of(values))
    if reading.published is None:
        return None
    sign = -1 if frame == "since" else 1
    day = point({**values, "shift": str(sign)}, reading)
    return _framed(day, frame or "", {"part": "end"}) if day else None


def _span(values: Values, reading: Reading) -> Period | None:
    """From the first stretch to the second, which lend each other the month and year they do not name."""
    second = {field[3:]: value for field, value in values.items() if field.startswith(SPAN_END)}
    first = {field: value for field, value in values.items() if not field.startswith(SPAN_END)}
    if set(second) == {"year"} and len(second["year"]) == 2:
        second["year"] = first["year"][:2] + second["year"]
    shifted = reading.end_month != 12 and set(first) == set(second) == {"year"}
    if shifted and int(second["year"]) == int(first["year"]) + 1:
        return fiscal_year(int(second["year"]), reading.end_month)  # a column "2024-2025" of a company's accounts
    if "day" in first and "day" in second and "month" not in first and "month" in second:
        first["month"] = second["month"]
    dated_first, dated_second = (any(field in end for field in YEAR_FIELDS) for end in (first, second))
    if dated_first and not dated_second:
        start = point(first, reading)
        end = _following(start, second, reading)
    else:
        end = point(second, reading)
        start = point(first, reading) if dated_first else _preceding(end, first, reading)
    if not start or not end or not start.start or not end.end or start.start > end.end:
        return None
    return Period(start=start.start, end=end.end)


def _preceding(end: Period | None, first: Values, reading: Reading) -> Period | None:
    """The last stretch `first` that begins no later than `end`."""
    if end is None or end.start is None:
        return None
    years = (end.start.year, end.start.year - 1)
    found = (point({**first, "year": str(year)}, reading) for year in years)
    return next((period for period in found if period and period.start and period.start <= end.start), None)


def _following(start: Period | None, second: Values, reading: Reading) -> Period | None:
    """The first stretch `second` that ends no earlier than `start` begins."""
    if start is None or start.start is None:
        return None
    found = (point({**second, "year": str(start.start.year + more)}, reading) for more in (0, 1))
    return next((period for period in found if period and period.end and period.end >= start.start), None)


def _closed(values: Values, reading: Reading) -> Period | None:
    """What closes on a stated date: "exercice clos le 31 mars 2025", "premier trimestre …, clos le 30 septembre"."""
    close = {field[6:]: value for field, value in values.items() if field.startswith("close_")}
    own = {field: value for field, value in values.items() if not field.startswith("close_")}
    number = fiscal_number(own)
    if number and not any(field in close for field in YEAR_FIELDS):
        year_end = add_months(date(number, int(close["month"]), 1), _months_to_year_end(own))
        close["year"] = str(2 * number - year_end.year)
    closing = point(close, reading)
    if closing is None or closing.end is None:
        return None
    part_of_year = {"quarter", "half"} & own.keys() and "exercise" in own
    if part_of_year and reading.published and closing.end > reading.published:
        # a quarter is over when it is reported: a closing day still to come is the fiscal year's
        return point({**own, "year": str(closing.end.year)}, replace(reading, end_month=closing.end.month))
    if days := DAYS_OF.get(own.get("unit", "")):  # "les 26 semaines closes le 27 septembre"
        return Period(start=closing.end - (int(own.get("count", "1")) * days - 1) * DAY, end=closing.end)
    return ending(closing.end, _length(own))


def _months_to_year_end(values: Values) -> int:
    """Months from the end of a fiscal quarter or half to the end of its year."""
    return 12 - 3 * int(values["quarter"]) if "quarter" in values else 12 - 6 * int(values.get("half", "2"))


def _length(values: Values) -> int:
    """Months of a quarter, a half, "neuf mois", else of a year."""
    count = values.get("count") or values.get("first")
    if count:
        return int(count) * MONTHS_OF[values["unit"]]
    unit = next((unit for unit in ("quarter", "half") if unit in values), values.get("unit", "year"))
    return MONTHS_OF[unit]


QUERY_PARTS = (
    (re.compile(r"(\d{4})"), lambda year: fiscal_year(year)),
    (re.compile(r"(\d{4})-(\d\d?)"), lambda year, month: unit_around(date(year, month, 1), "month")),
    (re.compile(r"(\d{4})[- ]?[TQ]([1-4])"), lambda year, quarter: fiscal_quarter(year, quarter)),
    (re.compile(r"(\d{4})[- ]?[SH]([12])"), lambda year, half: months_from(year, 6 * half - 5, 6)),
    (re.compile(r"(\d{4})-(\d\d?)-(\d\d?)"), lambda year, month, day: unit_around(date(year, month, day), "day")),
)
QUERY_REVERSED = re.compile(r"([TQSH]\d) ?'?(\d{4})")
REMEDY = "write 2025, 2025-03, 2025-T3, 2025-S1, 2025-03-15 or FROM..TO (2024-01-01..2025-06-30)"


def parse_query_period(text: str) -> Period:
    """The days a user asks for: "2025-T3", "2025", "2025-03", "S1 2025", "2024-01-01..2025-06-30", "2024..".

    Raises ValueError, which says what to write, for anything else.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return _query_part(text)
    start = _query_part(first).start if first.strip() else None
    end = _query_part(last).end if last.strip() else None
    if (start or end) is None or (start and end and start > end):
        raise ValueError(f"period {text!r} is empty: {REMEDY}")
    return Period(start=start, end=end)


def _query_part(text: str) -> Period:
    written = text.strip().upper()
    reversed_part = QUERY_REVERSED.fullmatch(written)
    if reversed_part:
        written = f"{reversed_part[2]}-{reversed_part[1]}"
    for regex, build in QUERY_PARTS:
        match = regex.fullmatch(written)
        if match:
            try:
                return build(*map(int, match.groups()))
            except ValueError:
                break
    raise ValueError(f"{text.strip()!r} is no period: {REMEDY}")
