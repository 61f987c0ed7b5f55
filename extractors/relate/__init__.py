"""Attaches company, counterparty, metric, scope, period, modality and attribution to each amount."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from extractors.relate.attribution import attribution_candidates
from extractors.relate.company import company_candidates, counterparty_candidates
from extractors.relate.metric import metric_candidates
from extractors.relate.modality import modality_candidates
from extractors.relate.opinion import encoder_opinion
from extractors.relate.period import period_candidates
from extractors.relate.period_context import anchors
from extractors.relate.rank import Candidate, Choice, choose
from extractors.relate.rate import rate_candidates
from extractors.relate.relation import Relation
from extractors.relate.scene import Asked, Scene, Site
from extractors.relate.scope import scope_candidates

__all__ = ["Relation", "Scene", "Site", "relate", "relate_one"]

T = TypeVar("T")


def relate(scene: Scene) -> list[Relation]:
    """One relation for each amount of the scene, in the order of the text; each sees those before it."""
    relations: list[Relation] = []
    for index, amount in enumerate(scene.amounts):
        relations.append(relate_one(Site(scene, amount, index), relations))
    return relations


def relate_one(site: Site, before: Sequence[Relation]) -> Relation:
    """The relation of one amount. The metric comes first, since it says which party is the company."""
    metric = _choose(site, "metric", metric_candidates(site, before))
    asked = Asked(site, metric.value, metric.mention)
    company = _choose(site, "company", company_candidates(asked, before))
    asked = replace(asked, company=company.value)
    counterparty = _choose(site, "counterparty", counterparty_candidates(asked, before))
    period = _choose(site, "period", period_candidates(site, metric.value, company.value, before))
    attribution = choose("attribution", attribution_candidates(site, metric.value, company.value, before))
    modality = _choose(
        site, "modality", modality_candidates(site, metric.value, period.value, attribution.value, before)
    )
    per = _choose(site, "per", rate_candidates(site, metric.value, before))
    scope = choose("scope", scope_candidates(site, metric.value, company.value, before))
    return Relation(
        amount=site.amount,
        sentence=site.sentence.index,
        line=site.sentence.line,
        metric=metric,
        company=company,
        counterparty=counterparty,
        period=period,
        anchor=anchors(site, period.value, before, metric.value),
        year_end=site.scene.year_end(company.value),
        modality=modality,
        attribution=attribution,
        scope=scope,
        per=per,
    )


def _choose(site: Site, field: str, candidates: Sequence[Candidate[T]]) -> Choice[T]:
    """The choice where the encoder is asked too. Attributions and scopes it does not read better than the rules."""
    return choose(field, candidates, encoder_opinion(site, field, candidates))
