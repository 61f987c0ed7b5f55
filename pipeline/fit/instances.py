"""What the weights are fitted on: for each field of each gold claim its candidates, and which of them are right."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any

from extractors import Scene, read_scene
from extractors.mentions import PeriodMention
from extractors.relate import Relation, Site, relate_one
from extractors.relate.attribution import attribution_candidates
from extractors.relate.company import company_candidates, counterparty_candidates
from extractors.relate.metric import metric_candidates
from extractors.relate.modality import modality_candidates
from extractors.relate.period import period_candidates
from extractors.relate.period_context import anchors
from extractors.relate.rank import Candidate, Choice, network
from extractors.relate.rate import rate_candidates
from extractors.relate.scene import Asked
from extractors.relate.scope import scope_candidates
from extractors.rules.company import CompanyTable, company_table
from extractors.rules.money import find_amounts
from pipeline.extract import resolve_chain
from pipeline.fit.network import Instance, received, sent
from pipeline.fit.spread import spread
from pipeline.gold import GoldArticle, GoldClaim, fold, load_examples, load_gold
from pipeline.models import Period

NO_TABLE = CompanyTable([])


@dataclass(frozen=True)
class Lesson:
    """An article with gold claims and all that was found around them, read once for all fits."""

    gold: GoldArticle
    scene: Scene


def lessons(folders: Sequence[Path], jobs: int = 1) -> list[Lesson]:
    """The gold articles and examples of the folders with their scenes, read by so many processes."""
    table = company_table()
    articles = [_as_read(a) for folder in folders for a in (*load_gold(folder), *load_examples(folder))]

    def read(index: int) -> Lesson:
        # article and scene are sent together, since they share their amounts, and without the table, which all share
        lesson = Lesson(articles[index], _scene(articles[index], table))
        lesson.scene.table = NO_TABLE
        return lesson

    found = list(spread(read, len(articles), jobs))
    for lesson in found:
        lesson.scene.table = table
    return found


def _as_read(article: GoldArticle) -> GoldArticle:
    """The article with what the rules read beside each amount as its rate, in the place of gold's."""
    read = {a.start: a.per for a in find_amounts(article.text, article.debris)}
    claims = [replace(c, amount=c.amount.model_copy(update={"per": read.get(c.amount.start)})) for c in article.claims]
    return replace(article, claims=claims)


def _scene(article: GoldArticle, table: CompanyTable) -> Scene:
    meta = article.article
    amounts = [c.amount for c in article.claims]
    return read_scene(meta.text, amounts, table, meta.debris, meta.title, meta.source, meta.published)


def collect(of: Sequence[Lesson], forced: bool, jobs: int = 1) -> dict[str, list[Instance]]:
    """Instances by field, collected by so many processes. `forced`: what was decided before (the fields and amounts
    before) counts with its gold values, else as now predicted."""
    data: dict[str, list[Instance]] = defaultdict(list)
    for fields, names, found in spread(lambda index: _sent(of[index], forced), len(of), jobs):
        for field, instance in zip(fields, received(names, found), strict=True):
            data[field].append(instance)
    return data


def _sent(lesson: Lesson, forced: bool) -> tuple[list[str], list[str], list[Instance]]:
    """The fields of the lesson's instances, the names of features, the instances."""
    found = list(_instances(lesson, forced))
    return [field for field, _ in found], *sent([instance for _, instance in found])


def _instances(lesson: Lesson, forced: bool) -> Iterator[tuple[str, Instance]]:
    for asked in settled(lesson, forced):
        for field, candidates, right in asked.annotated():
            yield field, Instance.of([c.features for c in candidates], right, lesson.gold.group)


def settled(lesson: Lesson, forced: bool) -> Iterator["Settled"]:
    """The gold claims of an article, each with the candidates of its fields, behind those before it."""
    before: list[Relation] = []
    for index, claim in enumerate(lesson.gold.claims):
        site = Site(lesson.scene, claim.amount, index)
        predicted = relate_one(site, before)
        asked = Settled(site, claim, predicted, before, lesson.gold, forced)
        truth = asked.relation()
        yield asked
        before.append(truth if forced else predicted)


@dataclass
class Settled:
    """The candidates of one claim's fields, each asked for behind the fields before it (`forced`: found right)."""

    site: Site
    claim: GoldClaim
    predicted: Relation
    before: Sequence[Relation]
    article: GoldArticle
    forced: bool
    fields: list[tuple[str, Sequence[Candidate[Any]], list[bool]]] = dataclass_field(default_factory=list)

    def annotated(self) -> Iterator[tuple[str, Sequence[Candidate[Any]], list[bool]]]:
        """The fields that the claim's gold tells, each with its candidates and which of them are right."""
        told = self.claim.annotated
        for field, candidates, right in self.fields:
            if told is None or told & {field, f"{field}_start"}:
                yield field, candidates, right

    def relation(self) -> Relation:
        """The relation of the right candidates; where none is right, the predicted value stays."""
        claim, site, before = self.claim, self.site, self.before
        metric = self._settle("metric", metric_candidates(site, before), lambda m: m in claim.answers("metric"))
        asked = Asked(site, metric.value, metric.mention)
        names = claim.folded("company"), claim.folded("counterparty")
        company = self._settle("company", company_candidates(asked, before), lambda n: fold(n) in names[0])
        asked = replace(asked, company=company.value)
        other = self._settle("counterparty", counterparty_candidates(asked, before), lambda n: fold(n) in names[1])
        periods = period_candidates(site, metric.value, company.value, before)
        period = self._settle("period", periods, lambda p: self._right_period(p, metric.value, company.value))
        sources = attribution_candidates(site, metric.value, company.value, before)
        cited = self._settle("attribution", sources, claim.accepts_attribution)
        moods = modality_candidates(site, metric.value, period.value, cited.value, before)
        modality = self._settle("modality", moods, lambda m: m in claim.answers("modality"))
        scopes = scope_candidates(site, metric.value, company.value, before)
        alike = any(claim.scope_like(c.value) for c in scopes)
        rates = rate_candidates(site, metric.value, before)
        per = self._settle("per", rates, lambda p: p in claim.answers("per"))
        scope = self._settle("scope", scopes, claim.scope_like if alike else claim.accepts_scope)
        return replace(
            self.predicted,
            metric=metric,
            company=company,
            counterparty=other,
            period=period,
            attribution=cited,
            modality=modality,
            scope=scope,
            per=per,
            anchor=anchors(site, period.value, before, metric.value),
        )

    def _settle(self, field: str, candidates: Sequence[Candidate[Any]], right: Callable[[Any], bool]) -> Choice[Any]:
        marks = [right(c.value) for c in candidates]
        self.fields.append((field, candidates, marks))
        good = [c for c, ok in zip(candidates, marks, strict=True) if ok]
        if not good or not self.forced:
            found: Choice[Any] = getattr(self.predicted, field)
            return found
        best = good[int(network(field).scores([c.features for c in good]).argmax())]
        return Choice(best.value, best.mention)

    def _right_period(self, mention: PeriodMention | None, metric: str, company: str | None) -> bool:
        chain = (*reversed(anchors(self.site, mention, self.before, metric)), mention)
        days = resolve_chain(chain, self.article.article, self.site.scene.year_end(company)) or Period()
        return self.claim.accepts_period(days.start, days.end)
