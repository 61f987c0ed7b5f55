"""Stretches of time told by another one: "un an plus tôt", "au trimestre précédent", "à la même période de 2024"."""

from pipeline.models import Period
from pipeline.period_calendar import DAY, MONTHS_OF, covering, fiscal_year, length_in_months, move, shift, unit_around
from pipeline.period_points import point
from pipeline.period_reading import Reading, Values, chosen, year_of

SHORT = ("day", "week", "month")  # units that are told from the day of publication where no anchor is known
NAMED = ("season", "month", "day", "weekday")
REPORTING_MONTHS = 3  # in these first months of a year "sur l'ensemble de l'année" is the year before


def anchored(values: Values, reading: Reading) -> Period | None:
    """The days of a stretch that the anchor tells; None without one, save days, weeks and months by the publication."""
    if "day_anchor" in values:
        base = reading.anchor or _published(reading)
        return shift(base, days=int(values["day_anchor"])) if base else None
    if "sense" in values:
        return _moved(values, reading)
    if "anchor" in values:
        named = {field: value for field, value in values.items() if field in NAMED}
        return _namesake(named, values["anchor"], reading) if named else _neighbour(values, reading)
    return _same(values, reading) if "same" in values else _whole(values["whole"], reading)


def _published(reading: Reading) -> Period | None:
    return Period(start=reading.published, end=reading.published) if reading.published else None


def _moved(values: Values, reading: Reading) -> Period | None:
    """The anchor moved: "six mois plus tard", "un an et demi auparavant"."""
    unit, count = values["unit"], int(values["sense"]) * int(values["count"])
    base = reading.anchor or (_published(reading) if unit in ("day", "week") else None)
    if base is None:
        return None
    half = 6 * int(values["sense"]) if "half_more" in values and unit == "year" else 0
    return shift(move(base, unit, count), months=half)


def _neighbour(values: Values, reading: Reading) -> Period | None:
    """Reads "l'année précédente", "au trimestre suivant", "les trois mois suivants", "pour le précédent"."""
    turn, unit, count = int(values["anchor"]), values.get("unit"), int(values.get("count", "1"))
    base = reading.anchor or (_published(reading) if unit in SHORT else None)
    if base is None or base.start is None or base.end is None:
        return None
    if unit is None:
        months = length_in_months(base)
        days = 0 if months else (base.end - base.start + DAY).days
        return shift(base, months=turn * months, days=turn * days)
    if count == 1 and unit in MONTHS_OF and 2 < length_in_months(base) <= MONTHS_OF[unit]:
        return move(base, unit, turn)
    around = unit_around(base.start if turn < 0 else base.end, unit, reading.end_month)
    return covering(move(around, unit, turn), move(around, unit, turn * count))


def _namesake(named: Values, anchor: str, reading: Reading) -> Period | None:
    """Reads "l'été d'après", "en octobre suivant", "le lundi suivant": behind the anchor, or before it."""
    base = reading.anchor
    edge = base and (base.end if anchor == "1" else base.start)
    return point({**named, "turn": anchor}, Reading(edge)) if edge else None


def _same(values: Values, reading: Reading) -> Period | None:
    """The anchor itself, its year or month, or the same stretch of another year."""
    base = reading.anchor
    if base is None or base.end is None:
        return point(values, reading) if "year_turn" in values else None
    if "back" in values:
        return shift(base, years=-1)
    if "year_turn" in values:
        return shift(base, years=int(values["year_turn"]))
    year = year_of(values, reading)
    if year is not None:
        return shift(base, years=year - base.end.year)
    if values["same"] == "year" and length_in_months(base) < MONTHS_OF["year"]:
        return fiscal_year(base.end.year)
    return unit_around(base.end, "month") if values["same"] == "month" and length_in_months(base) == 0 else base


def _whole(unit: str, reading: Reading) -> Period | None:
    """Reads "sur le trimestre", "pour l'ensemble de l'année": the unit that the anchor or the publication lies in."""
    months = MONTHS_OF[unit]
    if reading.anchor and reading.anchor.end:
        if length_in_months(reading.anchor) == months:
            return reading.anchor
        return unit_around(reading.anchor.end, unit, reading.end_month)
    day = reading.published
    if day is None:
        return None
    around = unit_around(day, unit, reading.end_month)
    if reading.future or unit == "month":
        return around
    if unit == "year":
        return move(around, unit, -1) if day.month <= REPORTING_MONTHS else around
    return chosen([move(around, unit, -1)], reading, "-1")
