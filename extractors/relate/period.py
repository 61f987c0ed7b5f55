"""The time an amount holds for, among the periods of its sentence, its passage, its heading and the amounts before."""

import functools
import re
from collections.abc import Iterator, Sequence

from extractors.mentions import PeriodMention
from extractors.relate.modality import CONDITIONAL, FUTURE
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site, cue_pattern, geometry
from extractors.tables import toml_table

FLOW = frozenset(
    [
        "revenue",
        "gross_profit",
        "operating_profit",
        "ebitda",
        "net_profit",
        "cash_flow",
        "loss",
        "operating_loss",
        "spending",
        "capex",
        "payment",
        "subsidy",
        "shareholder_return",
        "salary",
        "market_size",
    ]
)
EVENT = frozenset(["funding", "acquisition", "contract", "investment", "fine"])
PASSAGE = 3  # sentences before
AHEAD = frozenset({"day", "week", "month", "quarter", "half", "span"})
# Words before a date that tie it to something else: the birth of the company, a person's arrival, a legal case.
OTHER_EVENT = re.compile(
    r"(?:fondée?s?|créée?s?|née?s?|lancée?s?|arrivée?s?|nommée?s?|introduite?s?|entrée?s?|cotée?s?|existe|ouverte?s?|sortie?s?|constituée?s?|installée?s?|publiée?s?|annoncée?s?|déposée?s?|rachetée?s?|naissance|création|fondation)[^.;]{0,18}$"
)


def kind_of(metric: str) -> str:
    """flow, event or stock (CONFLICTS.md)."""
    return "flow" if metric in FLOW else "event" if metric in EVENT else "stock"


def period_candidates(
    site: Site, metric: str, company: str | None, before: Sequence[Relation]
) -> list[Candidate[PeriodMention | None]]:
    """Period mentions near the amount, those of the amounts before it, and none."""
    kind = kind_of(metric)
    found = [
        *_mentioned(site, kind),
        *_inherited(site, metric, company, before, kind),
        *_frame(site, metric, company, before, kind),
    ]
    return [*found, Candidate(None, None, _none(site, metric, kind, found))]


def _mentioned(site: Site, kind: str) -> Iterator[Candidate[PeriodMention | None]]:
    scene, document = site.scene, site.scene.document
    first = document.sentences[max(0, site.sentence.index - PASSAGE)]
    heading = document.heading_of(site.sentence.line)
    spans = {(min(first.start, site.line.start), site.sentence.end)}
    spans |= {(heading.start, heading.end)} if heading else set()
    spans |= {(document.lines[0].start, document.lines[0].end)} if document.lines else set()
    here = scene.within(scene.periods, site.sentence.start, site.sentence.end)
    seen: set[int] = set()
    for start, end in spans:
        for mention in scene.within(scene.periods, start, end):
            if mention.start not in seen and not site.amount.start <= mention.start < site.amount.end:
                seen.add(mention.start)
                features = _features(site, mention, here, kind)
                yield Candidate(mention, mention, features)
                if mention.kind == "published" and mention.grain in AHEAD:
                    yield Candidate(_ahead(mention), mention, features | _ahead_features(site, mention, kind))
                    yield from _dated(site, mention, features, kind)


def _dated(
    site: Site, mention: PeriodMention, features: Features, kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The mention read in the year that the text named last: "2024 fut rude. Au premier semestre, …"."""
    running = mention.values.get("year_turn") == "0" and "cette" not in mention.text.lower()  # "mois de l'année"
    if "turn" in mention.values or "weekday" in mention.values or ("year_turn" in mention.values and not running):
        return
    years = [p for p in site.scene.periods if p.end <= mention.start and p.values.get("year", "").isdigit()]
    if years:
        apart = site.scene.document.sentence_at(mention.start).index
        apart -= site.scene.document.sentence_at(years[-1].start).index
        values = {k: v for k, v in mention.values.items() if k != "year_turn"} | {"year": years[-1].values["year"]}
        dated = mention.model_copy(update={"kind": "absolute", "values": values})
        told: Features = {"dated": 1.0, f"dated {min(apart, 4)} back": 1.0, f"dated & {kind}": 1.0}
        told |= {
            f"dated {mention.grain}": 1.0,
            f"dated from {years[-1].kind}": 1.0,
            f"dated from {years[-1].grain}": 1.0,
        }
        yield Candidate(dated, mention, features | told)


def _ahead(mention: PeriodMention) -> PeriodMention:
    """The mention read as the next of its kind: "au second semestre" of a plan is the one to come."""
    return mention.model_copy(update={"values": {**mention.values, "alone": "1"}})


def _ahead_features(site: Site, mention: PeriodMention, kind: str) -> Features:
    text = site.text(site.sentence.start, site.sentence.end)
    told = [
        name
        for name, pattern in (
            ("future", FUTURE),
            ("conditional", CONDITIONAL),
            ("plan", cue_pattern("modality", "forecast")),
        )
        if pattern.search(text)
    ]
    features: Features = {
        "ahead": 1.0,
        f"ahead {mention.grain}": 1.0,
        f"ahead & {kind}": 1.0,
        f"ahead, told as {'+'.join(told) or 'fact'}": 1.0,
    }
    return features | {f"ahead {mention.grain}, told as {'+'.join(told) or 'fact'}": 1.0}


def _features(site: Site, mention: PeriodMention, here: Sequence[PeriodMention], kind: str) -> Features:
    features = geometry(site, mention, here)
    features[f"kind {mention.kind}"] = features[f"grain {mention.grain}"] = 1.0
    before = site.text(max(0, mention.start - 40), mention.start)
    if OTHER_EVENT.search(before):
        features["dates something else"] = 1.0
    if _compared().search(before):
        features["compared with"] = 1.0
    if mention.grain == "day" and cue_pattern("announcing", "verbs").search(
        site.text(max(site.sentence.start, mention.start - 60), mention.end + 60)
    ):
        features["day of the news"] = 1.0
    opens = mention.start - site.line.start <= 6
    if opens:
        features["opens line"] = 1.0
    if mention.start - site.sentence.start <= 4 and "same" in features:
        features["opens sentence"] = 1.0
    gap = site.text(*site.between(mention.start, mention.end))
    if (
        mention.start >= site.amount.end
        and re.fullmatch(r"\s*(?:(?:de|d'|en|pour|sur|au)?\s*[a-zà-ÿ' -]{0,30}?(?:en |au |à |de |sur |pour |, )?)", gap)
        and len(gap) < 40
    ):
        features["right behind"] = 1.0
    if mention.end <= site.amount.start and re.fullmatch(r"\s*(?:\)|:|,|–|-)?\s*[^,.;:]{0,14}", gap):
        features["right before"] = 1.0
    if _behind_contre(site):
        features["amount behind contre"] = 1.0
        features["amount behind contre, " + ("anchored" if mention.kind == "anchored" else "other kind")] = 1.0
        if mention.start > site.amount.end:
            features["amount behind contre, period behind"] = 1.0
    if _column(site, mention):
        features["column"] = 1.0
    tag = f"{mention.kind}/{mention.grain}"
    crossed = {f"{n} & {kind}": v for n, v in features.items()}
    crossed |= {
        f"{n} & {tag}": v
        for n, v in features.items()
        if n
        in (
            "same",
            "title",
            "heading",
            "opens line",
            "right behind",
            "right before",
            "dates something else",
            "compared with",
            "day of the news",
            "L:nearest uncrossed",
            "R:nearest uncrossed",
            "line",
        )
    }
    return features | crossed | {f"{tag} & {kind}": 1.0, f"rule {mention.rule}": 1.0}


@functools.cache
def _compared() -> re.Pattern[str]:
    compared = "|".join(toml_table("cues")["comparing"]["before"])
    return re.compile(rf"(?<!\w)(?:{compared})\s*(?:(?:en|au|à|le|la|l'|les|du|de|d')\s*){{0,2}}$")


def _column(site: Site, mention: PeriodMention) -> bool:
    """Whether the period heads the amount's column in a plain-text table."""
    document, scene = site.scene.document, site.scene
    row = [a.start for a in scene.within(scene.amounts, site.line.start, site.line.end)]
    for number in range(site.sentence.line - 1, max(-1, site.sentence.line - 8), -1):
        line = document.lines[number]
        heads = [p.start for p in scene.within(scene.periods, line.start, line.end)]
        if len(heads) > 1:
            return (
                len(heads) == len(row)
                and mention.start in heads
                and heads.index(mention.start) == row.index(site.amount.start)
            )
    return False


def _inherited(
    site: Site, metric: str, company: str | None, before: Sequence[Relation], kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
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


# Grains in which companies report.
REPORTED = frozenset({"quarter", "half", "year", "span"})


def _frame(
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
    here = (
        "period in the sentence"
        if site.scene.within(site.scene.periods, site.sentence.start, site.sentence.end)
        else "no period in the sentence"
    )
    behind = "contre" if _behind_contre(site) else "plain"
    lasting = any(
        p.kind == "duration" for p in site.scene.within(site.scene.periods, site.sentence.start, site.sentence.end)
    )
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


def _behind_contre(site: Site) -> bool:
    return bool(
        re.search(r"contre\s+(?:[a-zà-ÿ'-]+\s+){0,3}$", site.text(max(0, site.amount.start - 30), site.amount.start))
    )


def _none(site: Site, metric: str, kind: str, found: Sequence[Candidate[PeriodMention | None]]) -> Features:
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
