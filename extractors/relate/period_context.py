"""The periods that an amount takes from what stands around it: from the amounts before, from what the article reports
on, or from nowhere."""

import re
from collections.abc import Iterator, Mapping, Sequence

from extractors.mentions import PeriodMention
from extractors.relate.period_time import lag
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site

Candidates = Sequence[Candidate[PeriodMention | None]]
RESULTS = frozenset(
    ["revenue", "gross_profit", "operating_profit", "ebitda", "net_profit", "cash_flow", "loss", "operating_loss"]
)
FLOW = RESULTS | {"spending", "capex", "payment", "subsidy", "shareholder_return", "salary", "market_size"}
EVENT = frozenset(["funding", "acquisition", "contract", "investment", "fine"])
YEARLY = frozenset(["year", "year_turn", "exercise", "alone"])  # the symbols of nothing but a year
NUMBERED = {"exercise", "year"}  # those of a fiscal year that leaves nothing open
SHORTER = frozenset(["month", "quarter", "half", "span"])


def kind_of(metric: str) -> str:
    """flow, event or stock (CONFLICTS.md)."""
    return "flow" if metric in FLOW else "event" if metric in EVENT else "stock"


def inherited(
    site: Site, metric: str, company: str | None, before: Sequence[Relation], kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The periods of the three amounts before."""
    seen: set[int] = set()
    for back, last in enumerate(reversed(before[-3:]), start=1):
        mention = last.period.value
        if mention is None or mention.start in seen:
            continue
        seen.add(mention.start)
        where = site.apart(last.sentence, last.line)
        features: Features = {"inherited": 1.0, f"inherited {back}, {where}": 1.0, f"inherited {where}": 1.0}
        if last.metric.value == metric:
            features[f"inherited, same metric, {where}"] = 1.0
        if last.company.value == company:
            features[f"inherited, same company, {where}"] = 1.0
        fresh = site.scene.within(site.scene.periods, last.amount.end, site.sentence.end)
        fresh = [p for p in fresh if p.start != mention.start]
        features["inherited, no period since" if not fresh else "inherited, period since"] = 1.0
        gap = site.since(last.amount)
        features |= {
            f"inherited over {m.strip()}": 1.0 for m in (" et ", " contre ", " dont ", ";", " puis ", "(") if m in gap
        }
        crossed = {f"{n} & {kind}": v for n, v in features.items()} | {
            f"{n} & {mention.kind}/{mention.grain}": v for n, v in features.items()
        }
        yield Candidate(mention, mention, features | crossed)


def counterparts(
    site: Site, mentioned: Candidates, metric: str, before: Sequence[Relation], kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """Years read as the same stretch of theirs: "0,9 milliard au premier semestre, contre 0,7 l'an dernier"."""
    for year, features in _years(mentioned):
        if year.kind == "fiscal" or "same" not in features:
            continue
        read = year.model_copy(update={"kind": "anchored", "values": {**year.values, "same": "1"}})
        chain = anchors(site, read, before, metric)
        if chain and chain[0].grain in SHORTER:
            here = any(r.sentence == site.sentence.index and r.period.value is chain[0] for r in before)
            told = ["counterpart", f"counterpart of {chain[0].grain}", f"counterpart & {kind}"]
            told += ["counterpart, behind contre" if behind_contre(site) else "counterpart, plain"]
            told += ["counterpart of the sentence"] if here else []
            yield Candidate(read, year, features | dict.fromkeys(told, 1.0))


def own_years(
    site: Site, mentioned: Candidates, company: str | None, kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """Fiscal years that the words leave open: "l'exercice" as the last one, and the years of a company whose own end in
    another month than December."""
    shifted = site.scene.year_end(company) != 12
    beside = "beside a fiscal year" if any(c.value and c.value.kind == "fiscal" for c in mentioned) else "alone"
    for year, features in _years(mentioned):
        values = {"turn" if field == "year_turn" else field: value for field, value in year.values.items()}
        if year.kind == "fiscal":
            values = {"turn": "-1", **values}
        elif not shifted:
            continue
        read = year.model_copy(update={"kind": "fiscal", "values": {"exercise": "1", **values}})
        told = [
            "own year",
            f"own year & {kind}",
            f"own year, {beside}",
            f"own year, {year.kind}",
            f"own year, {lag(site, year)}",
        ]
        yield Candidate(read, year, features | dict.fromkeys(told, 1.0))


def _years(mentioned: Candidates) -> Iterator[tuple[PeriodMention, Features]]:
    """The mentions of nothing but a year."""
    for candidate in mentioned:
        year = candidate.value
        if year and year.grain == "year" and year.values.keys() <= YEARLY and not year.values.keys() >= NUMBERED:
            yield year, candidate.features


# Grains in which companies report.
REPORTED = frozenset({"quarter", "half", "year", "span"})
# What joins the amounts of a change, and the second of them behind the first.
JOINED = re.compile(r"[^.;]{0,20}(?<!\w)(?:à|puis)(?!\w)[^.;]{0,20}")
PAIRED = re.compile(r"[^.;\d]{0,20}(?<!\w)à\s(?:[a-zà-ÿ' ]{0,15}\s)?\d.*")
HOPED = re.compile(r"[^.;]{0,25}(?:attendu|prév|vis|espér|promis|anticip|consensus|analyste)")
YEAR_AGO = "year ago"  # the rule, and the reading of the stretch that an amount is compared with


def year_ago(
    site: Site, framed: Candidates, before: Sequence[Relation], kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The stretch a year before the one reported on, for what is compared without a date: "de 14 à 29,5 millions au
    premier semestre", "19 millions, contre 12". `framed` are the candidates of `frame`."""
    place = in_pair(site)
    if place != "first" and not behind_contre(site):
        return
    here = site.scene.within(site.scene.periods, site.sentence.start, site.sentence.end)
    behind = "date behind" if any(p.start >= site.amount.end for p in here) else "no date behind"
    hoped = "hoped for" if HOPED.match(site.text(site.amount.end, site.amount.end + 60)) else "no hope"
    last, reported = [r.period.value for r in before[-1:]], [c.value for c in framed]
    origins = {"last": last, "sentence": here, "frame": reported}
    for origin, base in _stretches(origins):
        signs = ["", f", {origin}", f", {behind}", f", {hoped}", f", {place} of a change", f", {origin}, {behind}"]
        told = [f"{YEAR_AGO}{sign}{crossed}" for sign in signs for crossed in ("", f" & {kind}")]
        read = {"kind": "anchored", "rule": YEAR_AGO, "values": {"same": "1", "year_turn": "-1"}}
        value = base.model_copy(update=read)
        yield Candidate(value, value, dict.fromkeys(told, 1.0))


def _stretches(
    origins: Mapping[str, Sequence[PeriodMention | None]],
) -> Iterator[tuple[str, PeriodMention]]:
    """The stretches that a company reports on, each once, with where it comes from."""
    seen: set[int] = set()
    for origin, found in origins.items():
        for base in found:
            if base and base.kind != "anchored" and base.grain in REPORTED and base.start not in seen:
                seen.add(base.start)
                yield origin, base


def in_pair(site: Site) -> str:
    """Whether the amount is the first or the last of a change ("de 320 à 362 millions"), or alone."""
    if PAIRED.fullmatch(site.text(site.amount.end, site.amount.end + 40).partition("\n")[0]):
        return "first"
    before = [a for a in site.others if a.end <= site.amount.start]
    gap = site.text(before[-1].end, site.amount.start) if before else ""
    return "last" if JOINED.fullmatch(gap) else "alone"


def frame(
    site: Site, metric: str, company: str | None, before: Sequence[Relation], kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The period that the article reports on: that of the last figure which was no comparison, else the first named."""
    reported = [
        r
        for r in reversed(before)
        if r.period.value
        and r.period.value.kind not in ("anchored", "duration", "deadline")
        and kind_of(r.metric.value) == "flow"
        and r.modality.value != "forecast"
    ]
    own = [r for r in reported if r.company.value == company] or reported
    named = site.scene.within(site.scene.periods, site.sentence.start, site.sentence.end)
    here = "period in the sentence" if named else "no period in the sentence"
    behind = "contre" if behind_contre(site) else "plain"
    lasting = any(p.kind == "duration" for p in named)
    for label, mention in (("frame", own[0].period.value if own else None), ("lead", _lead(site))):
        if mention is not None:
            features: Features = {
                label: 1.0,
                f"{label}, {here}": 1.0,
                f"{label}, {behind}": 1.0,
                f"{label} {mention.grain}": 1.0,
            }
            if lasting:
                features[f"{label}, beside a duration"] = 1.0
            if own and label == "frame":
                features["frame, same company" if own[0].company.value == company else "frame, other company"] = 1.0
                features["frame, same line" if own[0].line == site.sentence.line else "frame, other line"] = 1.0
            crossed = {f"{n} & {kind}": v for n, v in features.items()} | {f"{label}, {here} & {metric}": 1.0}
            yield Candidate(mention, mention, features | crossed)


def _lead(site: Site) -> PeriodMention | None:
    """The first reporting period that the article names before the amount."""
    return next(
        (
            p
            for p in site.scene.periods
            if p.start < site.amount.start
            and p.grain in REPORTED
            and p.kind not in ("anchored", "duration", "deadline", "since")
        ),
        None,
    )


def behind_contre(site: Site) -> bool:
    """Whether the amount is what another is compared with: "contre 2 milliards"."""
    return bool(
        re.search(r"contre\s+(?:[a-zà-ÿ'-]+\s+){0,3}$", site.text(max(0, site.amount.start - 30), site.amount.start))
    )


def none(site: Site, metric: str, kind: str, found: Sequence[Candidate[PeriodMention | None]]) -> Features:
    """The features of an amount that holds for no stated time; `found` are the periods it could hold for."""
    here = sum(1 for c in found if "same" in c.features)
    features: Features = {
        "none": 1.0,
        f"none & {kind}": 1.0,
        f"none & {metric}": 1.0,
        f"none, {min(here, 2)} in the sentence & {kind}": 1.0,
        f"none, {min(here, 2)} in the sentence": 1.0,
    }
    if site.amount.per:
        features[f"none & per {site.amount.per}"] = 1.0
    text = site.text(max(site.sentence.start, site.amount.start - 60), site.amount.start)
    if re.search(r"désormais|actuellement|aujourd'hui|à présent|toujours|encore|jusqu'à", text):
        features["none & now"] = 1.0
    if site.sentence.line == 0:
        features["none in the title"] = 1.0
    return features | ({"none & change": 1.0} if site.amount.change else {})


def anchors(
    site: Site, chosen: PeriodMention | None, before: Sequence[Relation], metric: str
) -> tuple[PeriodMention, ...]:
    """The chain of periods an anchored one counts from: that of the amount before with the same metric, else of the
    amount before, else the nearest period in the text."""
    if chosen is None or chosen.kind != "anchored":
        return ()
    if chosen.rule == YEAR_AGO:
        return _stretch_at(site, chosen.start, before)
    dated = [r for r in reversed(before[-6:]) if r.period.value is not None and r.period.value.start != chosen.start]
    # "31,9 milliards, contre 19,3 un an plus tôt et 26,4 au trimestre précédent": both count from the first
    plain = [
        r for r in dated if r.period.value is not None and r.period.value.kind not in ("anchored", "duration")
    ] or dated
    same = [r for r in plain if r.metric.value == metric] or plain
    if same and same[0].period.value is not None:
        return (same[0].period.value, *same[0].anchor)
    earlier = [p for p in site.scene.periods if p.end <= chosen.start and p.kind != "anchored" and p.kind != "duration"]
    return tuple(earlier[-1:])


def _stretch_at(site: Site, start: int, before: Sequence[Relation]) -> tuple[PeriodMention, ...]:
    """The period that stands there, as it was read for an amount before."""
    read = [r.period.value for r in reversed(before) if r.period.value and r.period.value.kind != "anchored"]
    return tuple(p for p in (*read, *site.scene.periods) if p.start == start)[:1]
