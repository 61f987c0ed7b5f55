"""How a stretch of an unnamed year lies to the day of publication, and whether its sentence tells what is to come."""

import functools

from extractors.mentions import PeriodMention
from extractors.relate.modality import CONDITIONAL, FUTURE
from extractors.relate.scene import Site, cue_pattern

MONTHS = {"month": 1, "quarter": 3, "half": 6}
# By the months, within the year of publication, from the end of the stretch to the publication: at most so many.
LAGS = {
    -7: "published long before its end",  # in January "en décembre" is last year's
    -4: "published before its end",
    -1: "published shortly before its end",
    0: "published at its end",
    2: "published just after it",
    8: "published later",
    11: "published long after it",  # in December "en janvier" may be next year's
}
UNKNOWN = "published whenever"


def lag(site: Site, mention: PeriodMention) -> str:
    """How long after the stretch the article was published, where nothing names the year."""
    end, published = _last_month(mention), site.scene.published
    if end is None or published is None:
        return UNKNOWN
    return next(told for most, told in LAGS.items() if published.month - end <= most)


def is_over(site: Site, mention: PeriodMention) -> bool:
    """Whether the stretch of the year of publication was over then; of one in another year nothing is asked."""
    end, published = _last_month(mention), site.scene.published
    return end is None or published is None or published.month > end


def hardly_begun(site: Site, mention: PeriodMention) -> bool:
    """Whether two months or more of the stretch of the year of publication were still to come."""
    end, published = _last_month(mention), site.scene.published
    return end is not None and published is not None and end - published.month > 1


def _last_month(mention: PeriodMention) -> int | None:
    """The month in which a stretch ends, by the calendar."""
    values = mention.values
    if mention.kind not in ("published", "fiscal") or values.get("year_turn", "0") != "0" or "turn" in values:
        return None
    if values.keys() & {"year", "yy", "day", "to_year"}:
        return None
    if values.keys() & {"exercise", "year_turn"} and mention.grain == "year":
        return 12
    if values.get("unit") in MONTHS and values.get("first", "").isdigit():
        return int(values["first"]) * MONTHS[values["unit"]]
    last = {unit: values.get(f"to_{unit}", values.get(unit, "")) for unit in MONTHS}
    return next((int(n) * MONTHS[unit] for unit, n in last.items() if n.isdigit()), None)


def told_as(site: Site) -> str:
    """What the amount's sentence has signs of: of a future, a condition, a plan, or of none."""
    return _signs(site.text(site.sentence.start, site.sentence.end))


@functools.lru_cache(maxsize=1)  # all that may date an amount asks it of the same sentence
def _signs(sentence: str) -> str:
    signs = (("future", FUTURE), ("conditional", CONDITIONAL), ("plan", cue_pattern("modality", "forecast")))
    return "+".join(name for name, pattern in signs if pattern.search(sentence)) or "fact"
