"""The time an amount holds for, among the periods of its sentence, its passage, its heading and the amounts before."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.mentions import PeriodMention
from extractors.relate.period_context import (
    RESULTS,
    behind_contre,
    counterparts,
    frame,
    in_pair,
    inherited,
    kind_of,
    none,
    own_years,
    year_ago,
)
from extractors.relate.period_time import UNKNOWN, hardly_begun, is_over, lag, told_as
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site, cue_pattern, geometry
from extractors.rules.fiscal import ends_month
from extractors.tables import toml_table

PASSAGE = 3  # sentences before
PARAGRAPH = 12  # sentences before of a paragraph, however long
STRETCH = frozenset({"month", "to_month", "quarter", "half", "first", "unit"})  # of a year that they leave open
STRADDLING = frozenset({"exercise", "year", "to_year"})  # the symbols of "2024/25"
CLOSING_DAY = frozenset({"day", "month", "year", "year_turn", "part"})  # the symbols of "au 31 mars 2025", "fin mars"
AHEAD = frozenset({"day", "week", "month", "quarter", "half", "span"})
# Words before a date that tie it to something else: the birth of the company, a person's arrival, a legal case.
OTHER_EVENT = re.compile(
    r"(?:fondée?s?|créée?s?|née?s?|lancée?s?|arrivée?s?|nommée?s?|introduite?s?|entrée?s?|cotée?s?|existe|ouverte?s?|sortie?s?|constituée?s?|installée?s?|publiée?s?|annoncée?s?|déposée?s?|rachetée?s?|naissance|création|fondation)[^.;]{0,18}$"
)
ENDS = ("day", "month", "quarter", "half", "year")
OWN_END = {f"{end} end, amount {end}" for end in ("first", "last")}
# What may lie between an amount and the period right behind or before it.
RIGHT_BEHIND = re.compile(r"\s*(?:(?:de|d'|en|pour|sur|au)?\s*[a-zà-ÿ' -]{0,30}?(?:en |au |à |de |sur |pour |, )?)")
RIGHT_BEFORE = re.compile(r"\s*(?:\)|:|,|–|-)?\s*[^,.;:]{0,14}")
# Features that tell more together with the kind and grain of the period.
CROSSED = frozenset(
    [
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
    ]
)


def period_candidates(
    site: Site, metric: str, company: str | None, before: Sequence[Relation]
) -> list[Candidate[PeriodMention | None]]:
    """Period mentions near the amount, those of the amounts before it, and none. Where the head of the amount's column
    in a table is a period, it is the only one."""
    kind = kind_of(metric)
    mentioned = list(_mentioned(site, kind))
    if metric in RESULTS:
        mentioned = [replace(c, value=_to_date(c.value)) if c.value else c for c in mentioned]
    headed = [c for c in mentioned if site.heads_column(c.mention)]
    if headed:
        return [*(_of_row(site, c) for c in headed), *own_years(site, headed, company, kind)]
    framed = list(frame(site, metric, company, before, kind))
    found = [
        *mentioned,
        *own_years(site, mentioned, company, kind),
        *counterparts(site, mentioned, metric, before, kind),
        *inherited(site, metric, company, before, kind),
        *framed,
        *year_ago(site, framed, before, kind),
    ]
    return [*found, Candidate(None, None, none(site, metric, kind, found))]


def _of_row(site: Site, headed: Candidate[PeriodMention | None]) -> Candidate[PeriodMention | None]:
    """The month, quarter or half of the amount's row in the year that heads its column, or that year."""
    year = headed.value
    row = site.scene.within(site.scene.periods, site.line.start, site.amount.start)
    shorter = [m for m in row if m.kind == "published" and m.grain in AHEAD and m.values.keys() <= STRETCH]
    if not shorter or year is None or year.values.keys() not in ({"year"}, STRADDLING):
        return headed
    part, fiscal = shorter[0], "exercise" in year.values
    if fiscal and not part.values.keys() <= {"quarter", "half"}:
        return headed
    read = {"kind": "fiscal" if fiscal else "absolute", "values": year.values | part.values}
    return replace(headed, value=part.model_copy(update=read), mention=part)


def _mentioned(site: Site, kind: str) -> Iterator[Candidate[PeriodMention | None]]:
    scene, document = site.scene, site.scene.document
    first = document.sentences[max(0, site.sentence.index - PASSAGE)]
    far = document.sentences[max(0, site.sentence.index - PARAGRAPH)]
    heading = document.heading_of(site.sentence.line)
    spans = {(min(first.start, max(far.start, site.line.start)), site.sentence.end)}
    spans |= {(heading.start, heading.end)} if heading else set()
    spans |= {document.opening, *([site.column] if site.column else [])}
    here = scene.within(scene.periods, site.sentence.start, site.sentence.end)
    seen: set[int] = set()
    for start, end in spans:
        for mention in scene.within(scene.periods, start, end):
            if mention.start not in seen and not site.amount.start <= mention.start < site.amount.end:
                seen.add(mention.start)
                yield from _readings(site, mention, _features(site, mention, here, kind), kind)


def _to_date(mention: PeriodMention) -> PeriodMention:
    """A result "au 30 septembre", "à fin mars" is what has come together since the year began, and not that of a day:
    of 900 such figures in the gold four are."""
    values = mention.values
    if "month" not in values or values.keys() - CLOSING_DAY:
        return mention
    if not (ends_month(values) if "day" in values else values.get("part") == "end"):
        return mention
    return mention.model_copy(update={"values": {**values, "to_date": "1"}, "grain": "span"})


def _readings(
    site: Site, mention: PeriodMention, features: Features, kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The mention as it stands, and as it can be read besides. Of a change from year to year each end has its own."""
    ends = list(_ends(site, mention, features))
    own = [
        c for c in ends if c.features.keys() & OWN_END and "same" in features and c.value and c.value.grain == "year"
    ]
    begun = _only_begun(site, mention)
    yield from own or [Candidate(_of_last_year(mention) if begun else mention, mention, features)]
    if mention.kind == "published" and mention.grain in AHEAD and not begun:
        yield Candidate(_ahead(mention), mention, features | _ahead_features(site, mention, kind))
        yield from _year_before(site, mention, features, kind)
        yield from _dated(site, mention, features, kind)
    yield from () if own else ends


def _dated(
    site: Site, mention: PeriodMention, features: Features, kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The mention read in the year that the text named last: "2024 fut rude. Au premier semestre, …"."""
    running = mention.values.get("year_turn") == "0" and not _says_which(mention)  # "mois de l'année"
    if "turn" in mention.values or "weekday" in mention.values or ("year_turn" in mention.values and not running):
        return
    years = [p for p in site.scene.periods if p.end <= mention.start and p.values.get("year", "").isdigit()]
    if years:
        apart = site.scene.document.sentence_at(mention.start).index
        apart -= site.scene.document.sentence_at(years[-1].start).index
        values = {k: v for k, v in mention.values.items() if k != "year_turn"} | {"year": years[-1].values["year"]}
        dated = mention.model_copy(update={"kind": "absolute", "values": values})
        origin = [f"dated from {years[-1].kind}", f"dated from {years[-1].grain}", f"dated, {lag(site, mention)}"]
        told = ["dated", f"dated {min(apart, 4)} back", f"dated & {kind}", f"dated {mention.grain}", *origin]
        yield Candidate(dated, mention, features | dict.fromkeys(told, 1.0))


def _year_before(
    site: Site, mention: PeriodMention, features: Features, kind: str
) -> Iterator[Candidate[PeriodMention | None]]:
    """The stretch of last year, where that of this year is not over: in January "les neuf premiers mois de l'année"."""
    if is_over(site, mention) or mention.values.keys() & {"turn", "weekday", "part"} or _says_which(mention):
        return
    told = [
        "year before",
        f"year before, {mention.grain}",
        f"year before & {kind}",
        f"year before, told as {told_as(site)}",
    ]
    yield Candidate(_of_last_year(mention), mention, features | dict.fromkeys(told, 1.0))


def _of_last_year(mention: PeriodMention) -> PeriodMention:
    return mention.model_copy(update={"values": {**mention.values, "year_turn": "-1"}})


def _only_begun(site: Site, mention: PeriodMention) -> bool:
    """Whether a fact is told of a half, or of the first months, of a year in which they had only begun: in February
    that is last year's (of 18 such claims of the gold with a half 14 are; of 10 with a quarter one)."""
    if mention.kind != "published" or not mention.values.keys() & {"half", "first"} or _says_which(mention):
        return False
    return not mention.values.keys() & {"turn", "part"} and hardly_begun(site, mention) and told_as(site) == "fact"


def _says_which(mention: PeriodMention) -> bool:
    """Whether the words name the year: "cette année", "de l'an dernier"."""
    return mention.values.get("year_turn", "0") != "0" or "cette" in mention.text.lower()


def _ends(site: Site, mention: PeriodMention, features: Features) -> Iterator[Candidate[PeriodMention | None]]:
    """The first and the last stretch of a span, each by itself: "passé de 320 à 362 millions entre 2023 et 2024"."""
    last = {field[3:]: value for field, value in mention.values.items() if field.startswith("to_")}
    first = {field: value for field, value in mention.values.items() if field in last}
    grain = next((g for g in ENDS if g in last), None)
    if grain is None or not first or mention.kind == "fiscal" or len(last.get("year", "2025")) < 4:
        return
    for end, values in (("first", first), ("last", last)):
        read = mention.model_copy(update={"values": last | values if "year" in last else values, "grain": grain})
        told = [f"{end} end", f"{end} end, amount {in_pair(site)}", f"{end} end of a span in {grain}s"]
        yield Candidate(read, mention, features | dict.fromkeys(told, 1.0))


def _ahead(mention: PeriodMention) -> PeriodMention:
    """The mention read as the next of its kind: "au second semestre" of a plan is the one to come."""
    return mention.model_copy(update={"values": {**mention.values, "alone": "1"}})


def _ahead_features(site: Site, mention: PeriodMention, kind: str) -> Features:
    told = told_as(site)
    names = ["ahead", f"ahead {mention.grain}", f"ahead & {kind}", f"ahead, told as {told}"]
    return dict.fromkeys([*names, f"ahead {mention.grain}, told as {told}", f"ahead, {lag(site, mention)}"], 1.0)


def _features(site: Site, mention: PeriodMention, here: Sequence[PeriodMention], kind: str) -> Features:
    features = geometry(site, mention, here)
    features[f"kind {mention.kind}"] = features[f"grain {mention.grain}"] = 1.0
    if (since := lag(site, mention)) != UNKNOWN:
        features |= dict.fromkeys([since, f"{since}, told as {told_as(site)}", f"{since}, {mention.grain}"], 1.0)
    told = [*_occasion(site, mention), *_place(site, mention, "same" in features), *_beside_contre(site, mention)]
    features |= dict.fromkeys(told, 1.0)
    tag = f"{mention.kind}/{mention.grain}"
    crossed = {f"{n} & {kind}": v for n, v in features.items()}
    crossed |= {f"{n} & {tag}": v for n, v in features.items() if n in CROSSED}
    return features | crossed | {f"{tag} & {kind}": 1.0, f"rule {mention.rule}": 1.0}


def _occasion(site: Site, mention: PeriodMention) -> Iterator[str]:
    """Signs that the period dates something else than the amount."""
    before = site.text(max(0, mention.start - 40), mention.start)
    if OTHER_EVENT.search(before):
        yield "dates something else"
    if _compared().search(before):
        yield "compared with"
    around = site.text(max(site.sentence.start, mention.start - 60), mention.end + 60)
    if mention.grain == "day" and cue_pattern("announcing", "verbs").search(around):
        yield "day of the news"


def _place(site: Site, mention: PeriodMention, same: bool) -> Iterator[str]:
    """Where it stands in its line and sentence (`same`: the amount's own), and how closely to the amount."""
    if mention.start - site.line.start <= 6:
        yield "opens line"
    if mention.start - site.sentence.start <= 4 and same:
        yield "opens sentence"
    gap = site.text(*site.between(mention.start, mention.end))
    if mention.start >= site.amount.end and RIGHT_BEHIND.fullmatch(gap) and len(gap) < 40:
        yield "right behind"
    if mention.end <= site.amount.start and RIGHT_BEFORE.fullmatch(gap):
        yield "right before"


def _beside_contre(site: Site, mention: PeriodMention) -> Iterator[str]:
    if behind_contre(site):
        yield "amount behind contre"
        yield "amount behind contre, " + ("anchored" if mention.kind == "anchored" else "other kind")
        if mention.start > site.amount.end:
            yield "amount behind contre, period behind"


@functools.cache
def _compared() -> re.Pattern[str]:
    compared = "|".join(toml_table("cues")["comparing"]["before"])
    return re.compile(rf"(?<!\w)(?:{compared})\s*(?:(?:en|au|à|le|la|l'|les|du|de|d')\s*){{0,2}}$")
