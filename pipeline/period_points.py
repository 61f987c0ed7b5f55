"""One symbolic stretch of time turned into days: a day, week, month, season, year, or some units before or after."""

from collections.abc import Callable
from datetime import date

from pipeline.models import Period
from pipeline.period_calendar import DAY, covering, months_from, move, shift, unit_around
from pipeline.period_fiscal import final_months, first_months, fiscal_stretch, half, quarter, year_stretch
from pipeline.period_reading import Reading, Values, fiscal_number, of_year

SEASON_STARTS = {"winter": 1, "spring": 4, "summer": 7, "autumn": 10}
SUNDAY = 6


def point(values: Values, reading: Reading) -> Period | None:
    """The days of one stretch of time; None where a year or the publication date is missing, or no such day exists."""
    for fields, read in READERS:
        if fields <= values.keys():
            try:
                return read(values, reading)
            except (ValueError, OverflowError):
                return None
    return None


def _single(day: date) -> Period:
    return Period(start=day, end=day)


def _day(values: Values, reading: Reading) -> Period | None:
    month, day = int(values["month"]), int(values["day"])
    found = of_year(values, reading, lambda year: _single(date(year, month, day)))
    if found and "week_of" in values and found.start:
        sunday = found.start.weekday() == SUNDAY  # "la semaine du 6 octobre" that is a Sunday follows it
        return unit_around(found.start + DAY if sunday else found.start, "week")
    return shift(found, days=int(values.get("day_shift", "0"))) if found else None


def _day_alone(values: Values, reading: Reading) -> Period | None:
    day = reading.published
    return _single(day.replace(day=int(values["day"]))) if day else None


def _month(values: Values, reading: Reading) -> Period | None:
    month = int(values["month"])
    found = of_year(values, reading, lambda year: months_from(year, month, 1))
    if found is None or found.start is None or found.end is None:
        return None
    if "fortnight" in values:
        middle = found.start.replace(day=15)
        first = values["fortnight"] == "1"
        return Period(start=found.start, end=middle - DAY) if first else Period(start=middle, end=found.end)
    return _week_of_month(found.start, found.end, int(values["nth"])) if "nth" in values else found


def _week_of_month(start: date, end: date, nth: int) -> Period:
    """The nth whole week (Monday to Sunday) inside a month; -1 is the last."""
    if nth < 0:
        monday = end - ((end.weekday() + 1) % 7 + 6) * DAY
    else:
        monday = start + (-start.weekday() % 7 + 7 * (nth - 1)) * DAY
    return unit_around(monday, "week")


def _season(values: Values, reading: Reading) -> Period | None:
    start = SEASON_STARTS[values["season"]]
    if "to_year" in values:
        return months_from(fiscal_number(values) or 0, start, 3)
    return of_year(values, reading, lambda year: months_from(year, start, 3))


def _feast(values: Values, reading: Reading) -> Period | None:
    month, _, day = values["feast"].partition("_")
    rest = {field: value for field, value in values.items() if field != "feast"}
    return point({**rest, "month": month, **({"day": day} if day else {})}, reading)


def _weekday(values: Values, reading: Reading) -> Period | None:
    """The last such day, the day of publication included; "prochain" and forecasts take the next."""
    if reading.published is None:
        return None
    ago = (reading.published.isoweekday() - int(values["weekday"])) % 7
    turn = values.get("turn")
    if turn == "1" or (reading.future and turn is None and ago):
        ago -= 7
    elif turn == "-1" and ago == 0:
        ago = 7
    return _single(reading.published - ago * DAY)


def _weekday_and_day(values: Values, reading: Reading) -> Period | None:
    """Reads "mercredi 4": the nearest day with that name and number, within the two months around the publication."""
    if reading.published is None:
        return None
    weekday, number = int(values["weekday"]), int(values["day"])
    near = (reading.published + step * DAY for back in range(62) for step in (-back, back))
    found = next((day for day in near if day.isoweekday() == weekday and day.day == number), None)
    return _single(found) if found else None


def _day_turn(values: Values, reading: Reading) -> Period | None:
    return _single(reading.published + int(values["day_turn"]) * DAY) if reading.published else None


def _this_week(values: Values, reading: Reading) -> Period | None:
    if reading.published is None:
        return None
    monday = reading.published - reading.published.weekday() * DAY
    return Period(start=monday, end=monday + (int(values["this_week"]) - 1) * DAY)


def _distance(values: Values, reading: Reading) -> Period | None:
    """Reads "il y a deux ans", "dans deux mois": the month for years, the day for shorter units.

    With an anchor "il y a un an" compares: the anchor's own stretch, that many years before.
    """
    if reading.anchor and values["unit"] == "year" and values["shift"] == "-1":
        return shift(reading.anchor, years=-int(values["count"]))
    if reading.published is None:
        return None
    count, unit = int(values["shift"]) * int(values["count"]), values["unit"]
    day = move(_single(reading.published), unit, count)
    if "half_more" in values and unit == "year":
        day = shift(day, months=6 * int(values["shift"]))
    return unit_around(day.start, "month") if unit == "year" and day.start else day


def _units(values: Values, reading: Reading) -> Period | None:
    """Reads "le mois dernier", "les douze derniers mois", "cette semaine": whole units around the publication."""
    if reading.published is None:
        return None
    unit, turn, count = values["unit"], int(values["turn"]), int(values.get("count", "1"))
    around = unit_around(reading.published, unit, reading.end_month)
    return covering(move(around, unit, turn), move(around, unit, turn * count))


# days of the running week and month that "début", "milieu" and "fin" mean, None for the last
PARTS = {
    ("week", "start"): (1, 2),
    ("week", "mid"): (3, 4),
    ("week", "end"): (4, 7),
    ("month", "start"): (1, 10),
    ("month", "mid"): (11, 20),
    ("month", "end"): (21, None),
}


def _part_of_unit(values: Values, reading: Reading) -> Period | None:
    """Reads "en fin de mois", "en début de semaine".

    In an article a part of the month is the whole month, as in "fin septembre"; only a text that is nothing but these
    words, as in a calendar, means its days.
    """
    if reading.published is None:
        return None
    unit = values["unit"]
    around = unit_around(reading.published, unit, reading.end_month)
    whole = move(around, unit, int(values.get("turn", "0")))
    days = PARTS.get((unit, values["part"]))
    if days is None or whole.start is None or (unit == "month" and "alone" not in values):
        return whole
    if reading.future and whole.start + ((days[1] or 31) - 1) * DAY < reading.published:
        whole = move(whole, unit, 1)
    start = whole.start or date.min
    return Period(start=start + (days[0] - 1) * DAY, end=start + (days[1] - 1) * DAY if days[1] else whole.end)


def _decade(values: Values, reading: Reading) -> Period | None:
    return months_from(int(values["decade"]), 1, 120)


READERS: tuple[tuple[set[str], Callable[[Values, Reading], Period | None]], ...] = (
    ({"final"}, final_months),
    ({"first"}, first_months),
    ({"feast"}, _feast),
    ({"day", "month"}, _day),
    ({"day", "weekday"}, _weekday_and_day),
    ({"day"}, _day_alone),
    ({"month"}, _month),
    ({"quarter"}, quarter),
    ({"half"}, half),
    ({"season"}, _season),
    ({"exercise"}, fiscal_stretch),
    ({"weekday"}, _weekday),
    ({"day_turn"}, _day_turn),
    ({"this_week"}, _this_week),
    ({"shift", "count"}, _distance),
    ({"part", "unit"}, _part_of_unit),
    ({"unit", "turn"}, _units),
    ({"decade"}, _decade),
    ({"year"}, year_stretch),
    ({"yy"}, year_stretch),
    ({"year_turn"}, year_stretch),
)
