"""Periods in text: every stretch of time a French article names, as symbols.

No date is computed here and the clock is not read: "au T3 2025" comes back as {"quarter": "3", "year": "2025"},
"mardi" as {"weekday": "2"}. `pipeline.periods.resolve` turns the symbols into days.
"""

import re
from dataclasses import replace
from typing import cast

from extractors.mentions import PeriodKind, PeriodMention
from extractors.rules.period_closing import closed
from extractors.rules.period_guards import is_period
from extractors.rules.period_patterns import REACH, SPAN_END, TABLES, Stretch, add, core_of, fold, values_of

RULES = TABLES.rules()

ARTICLE = r"(?: (?:le|la|les)| l'|l')?"
POSSESSIVE = "(?:sa |son |la |le |les |ses |leur |leurs |l')"
EVENTS = TABLES.any_of("span", "events")
EVENT = {"since": rf"|depuis {POSSESSIVE}{EVENTS}(?: de [\w-]{{2,20}})?,?(?: en| le)?"}  # "depuis sa fondation en 2019"
FRAME = {
    frame: TABLES.compile(f"(?:{TABLES.any_of('frames', frame)}{ARTICLE}{EVENT.get(frame, '')}) ?", after=r"\Z")
    for frame in TABLES.data["frames"]
}
FRAME_KIND: dict[str, PeriodKind] = {"since": "since", "after": "since", "until": "deadline", "before": "deadline"}
JOIN = re.compile(f" ?(?P<join>{TABLES.any_of('span', 'join')}) ?")
OPENING = TABLES.compile(f"{TABLES.any_of('span', 'open')} ?", after=r"\Z")
CALENDAR_FIELDS = {"year", "month", "quarter", "half", "day", "season"}
DATED = {"year", "yy", "to_year", "to_yy", "decade"}


def find_periods(text: str) -> list[PeriodMention]:
    """Every stretch of time in `text`, in order, none overlapping another; where two rules meet the longer wins.

    >>> find_periods("Au T3 2025, les revenus")[0].values
    {'quarter': '3', 'year': '2025'}
    """
    plain = fold(text)
    stretches = _framed(plain, closed(plain, _spanned(plain, _points(text, plain))))
    return [_mention(text, stretch) for stretch in stretches]


def _points(text: str, plain: str) -> list[Stretch]:
    """The longest matches of the rules, spans and frames not yet put together."""
    found = []
    for rule in RULES:
        for match in rule.matches(plain):
            core = core_of(match)
            stretch = Stretch(match.start(), core, match.end(), rule.name, rule.kind, rule.grain, values_of(match))
            if is_period(stretch.rule, text, plain, stretch.core, stretch.end, core > match.start()):
                found.append(stretch)
    found.sort(key=lambda s: s.start - s.end)
    taken = bytearray(len(plain) + 1)
    kept = []
    for stretch in found:
        if not any(taken[stretch.start : stretch.end]):
            taken[stretch.start : stretch.end] = b"\1" * (stretch.end - stretch.start)
            kept.append(stretch)
    return sorted(kept, key=lambda s: s.start)


def _spanned(plain: str, points: list[Stretch]) -> list[Stretch]:
    """Neighbours joined into one: "de janvier" + "à septembre 2025"; "et" joins only after "entre"."""
    joined: list[Stretch] = []
    for point in points:
        span = _span(plain, joined[-1], point) if joined else None
        add(joined, span or point)
    return joined


def _span(plain: str, first: Stretch, second: Stretch) -> Stretch | None:
    if second.rule == "year" and first.rule not in ("year", "part of a year"):
        return None
    join = JOIN.fullmatch(plain, first.end, second.core)
    if not join or not _alike(first, second):
        return None
    opening = OPENING.search(plain, max(0, first.core - REACH), first.core)
    between = opening is not None and opening[0].startswith("entre")
    if join["join"].startswith("et") != between:
        return None
    values = {**first.values, **{SPAN_END + field: value for field, value in second.values.items()}}
    start = min(first.start, opening.start()) if opening else first.start
    return Stretch(start, first.core, second.end, "span", "calendar", "span", values)


def _alike(first: Stretch, second: Stretch) -> bool:
    """Whether two neighbours can be the ends of one span: both calendar dates, neither a span already."""
    ends = (first.values.keys(), second.values.keys())
    return all(CALENDAR_FIELDS & keys and not any(key.startswith(SPAN_END) for key in keys) for keys in ends)


def _framed(plain: str, stretches: list[Stretch]) -> list[Stretch]:
    """Stretches with the words before them that open or close them: "depuis 2019", "d'ici 2027"."""
    result: list[Stretch] = []
    for stretch in stretches:
        floor = max(0, stretch.core - REACH, result[-1].end if result else 0)
        result.append(_frame(plain, floor, stretch))
    return result


def _frame(plain: str, floor: int, stretch: Stretch) -> Stretch:
    found = ((regex.search(plain, floor, stretch.core), frame) for frame, regex in FRAME.items())
    matches = [(match.start(), frame) for match, frame in found if match]
    if not matches or any(key.startswith(SPAN_END) for key in stretch.values):
        return stretch
    start, frame = min(matches)
    values = {**stretch.values, "frame": frame}
    return replace(stretch, start=min(start, stretch.start), kind=FRAME_KIND[frame], values=values)


def _mention(text: str, stretch: Stretch) -> PeriodMention:
    alone = text[stretch.start : stretch.end].strip(" .") == text.strip(" \n.")
    values = {**stretch.values, "alone": "1"} if alone else stretch.values
    return PeriodMention(
        start=stretch.start,
        end=stretch.end,
        text=text[stretch.start : stretch.end],
        rule=stretch.rule,
        kind=_kind(stretch),
        grain=stretch.grain,
        values=values,
    )


def _kind(stretch: Stretch) -> PeriodKind:
    if stretch.kind != "calendar":
        return cast(PeriodKind, stretch.kind)
    if "exercise" in stretch.values:
        return "fiscal"
    return "absolute" if DATED & stretch.values.keys() else "published"
