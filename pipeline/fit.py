"""Fits the weights by which the extractors choose among candidates, from articles with gold claims.

    python -m pipeline.fit corpus/articles [MORE…] [--folds 5]

Each field is a conditional logit: the weights that make the right candidates of each claim likeliest, with a penalty
on their squares. `--folds` also tells how it does on stories it has not seen; nothing is written then.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors import read_scene
from extractors.mentions import Amount
from extractors.relate import Relation, Scene, Site, relate_one
from extractors.relate.attribution import attribution_candidates
from extractors.relate.company import company_candidates, counterparty_candidates
from extractors.relate.metric import metric_candidates
from extractors.relate.modality import modality_candidates
from extractors.relate.period import anchors, period_candidates
from extractors.relate.rank import WEIGHTS, Candidate, Choice, score, weights
from extractors.relate.scope import scope_candidates
from extractors.rules.company import CompanyTable, company_table
from pipeline.extract import resolve_chain
from pipeline.gold import GoldArticle, GoldClaim, fold, load_gold
from pipeline.models import Article, Period

FIELDS = ("metric", "company", "counterparty", "period", "attribution", "modality", "scope")
PENALTY = {"metric": 0.02, "company": 0.02, "counterparty": 0.02, "period": 0.02, "attribution": 0.03, "modality": 0.02, "scope": 0.03}
SEEN_AT_LEAST = 3  # claims in which a feature must occur to get a weight
STEPS, RATE = 300, 0.05
HALVES = 2  # parts of the stories that take turns at being unseen


@dataclass
class Instance:
    """The candidates of one field of one claim and which of them are right."""

    features: list[dict[str, float]]
    right: list[bool]
    group: str
    values: list[object]
    where: str


def instances(article: GoldArticle, table: CompanyTable, forced: bool) -> Iterator[tuple[str, Instance]]:
    """Instances of every field. `forced`: the amounts before count with their gold values, else as now predicted."""
    scene = read_scene(article.text, [c.amount for c in article.claims], table, article.debris, article.article.title, article.article.source)
    before: list[Relation] = []
    for index, claim in enumerate(article.claims):
        site = Site(scene, claim.amount, index)
        relation = relate_one(site, before)
        truth = _truth(site, claim, relation, before, article, table)
        for field, candidates, right in truth.fields:
            yield field, Instance([c.features for c in candidates], right, article.group, [c.value for c in candidates], _where(article, claim))
        before.append(truth.relation if forced else relation)


def _where(article: GoldArticle, claim: GoldClaim) -> str:
    start, end = claim.amount.start, claim.amount.end
    passage = f"{article.text[max(0, start - 130) : start]}[{claim.amount.text}]{article.text[end : end + 70]}"
    return f"{Path(article.article.path).name}: {' '.join(passage.split())}"


@dataclass
class Truth:
    fields: list[tuple[str, Sequence[Candidate[Any]], list[bool]]]
    relation: Relation


def _truth(site: Site, claim: GoldClaim, predicted: Relation, before: Sequence[Relation], article: GoldArticle, table: CompanyTable) -> Truth:
    """The candidates of each field, given the right metric and company, and the relation they make."""
    fields: list[tuple[str, Sequence[Candidate[Any]], list[bool]]] = []
    relation = predicted

    def settle(field: str, candidates: Sequence[Candidate[Any]], is_right: Callable[[Candidate[Any]], bool]) -> Choice[Any]:
        right = [is_right(c) for c in candidates]
        fields.append((field, candidates, right))
        good = [c for c, ok in zip(candidates, right, strict=True) if ok]
        if not good:
            return getattr(predicted, field)
        best = max(good, key=lambda c: score(field, c.features))
        return Choice(best.value, best.mention)

    metric = settle("metric", metric_candidates(site, before), lambda c: c.value in claim.answers("metric"))
    company = settle("company", company_candidates(site, metric.value, metric.mention, before), lambda c: fold(c.value) in claim.folded("company"))
    other = settle("counterparty", counterparty_candidates(site, metric.value, metric.mention, company.value, before), lambda c: fold(c.value) in claim.folded("counterparty"))
    known = table.by_name.get(company.value or "")
    year_end = known.fiscal_year_end if known else 12

    def right_period(c: Candidate[Any]) -> bool:
        chain = (*reversed(anchors(site, c.value, before, metric.value)), c.value)
        period = resolve_chain(chain, article.article, year_end, claim.modality == "forecast") or Period()
        return claim.accepts_period(period.start, period.end)

    period = settle("period", period_candidates(site, metric.value, company.value, before), right_period)
    cited = settle("attribution", attribution_candidates(site, metric.value, company.value, before), lambda c: claim.accepts_attribution(c.value))
    modality = settle("modality", modality_candidates(site, metric.value, cited.value, before), lambda c: c.value in claim.answers("modality"))
    scopes = scope_candidates(site, metric.value, company.value, before)
    named = [c for c in scopes if claim.scope_like(c.value)]
    scope = settle("scope", scopes, lambda c: c in named if named else claim.accepts_scope(c.value))
    relation = replace(relation, metric=metric, company=company, counterparty=other, period=period, attribution=cited, modality=modality, scope=scope, anchor=anchors(site, period.value, before, metric.value))
    return Truth(fields, relation)


Floats = NDArray[np.float64]


def fit(data: Sequence[Instance], penalty: float) -> dict[str, float]:
    """Weights by feature name."""
    usable = [i for i in data if any(i.right) and not all(i.right)]
    counted = Counter(name for i in usable for name in {n for f in i.features for n in f})
    index = {n: k for k, n in enumerate(sorted(n for n, c in counted.items() if c >= SEEN_AT_LEAST))}
    rows, columns, values, owner, right = [], [], [], [], []
    for number, instance in enumerate(usable):
        for features, ok in zip(instance.features, instance.right, strict=True):
            for name, value in features.items():
                if name in index:
                    rows.append(len(owner))
                    columns.append(index[name])
                    values.append(value)
            owner.append(number)
            right.append(ok)
    weight = _descend(np.array(rows), np.array(columns), np.array(values), np.array(owner), np.array(right), len(usable), len(index), penalty)
    return {n: round(float(weight[k]), 3) for n, k in index.items() if abs(weight[k]) >= 0.02}


def _descend(rows: Any, columns: Any, values: Floats, owner: Any, right: Any, claims: int, size: int, penalty: float) -> Floats:
    """Adam on the penalized negative log-likelihood of the right candidates."""
    weight, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        scores = np.bincount(rows, values * weight[columns], len(owner))
        scores = np.exp(np.clip(scores - _max_by(scores, owner, claims)[owner], -50, 0))
        share = scores / np.bincount(owner, scores, claims)[owner]
        good = np.where(right, scores, 0.0)
        good /= np.maximum(np.bincount(owner, good, claims), 1e-12)[owner]
        gradient = np.bincount(columns, values * (share - good)[rows], size) + penalty * weight * np.sqrt(claims)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        weight -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weight


def _max_by(scores: Floats, owner: Any, claims: int) -> Floats:
    top = np.full(claims, -np.inf)
    np.maximum.at(top, owner, scores)
    return top


def accuracy(data: Sequence[Instance], weight: dict[str, float]) -> tuple[int, int, int]:
    """(right, reachable, all): how many instances the weights decide rightly, and how many could be."""
    hit = reach = 0
    for instance in data:
        scores = [sum(weight.get(n, 0.0) * v for n, v in f.items()) for f in instance.features]
        hit += instance.right[max(range(len(scores)), key=scores.__getitem__)]
        reach += any(instance.right)
    return hit, reach, len(data)


def collect(articles: Sequence[GoldArticle], forced: bool) -> dict[str, list[Instance]]:
    """Instances of all articles by field."""
    data: dict[str, list[Instance]] = defaultdict(list)
    table = company_table()
    for article in articles:
        for field, instance in instances(article, table, forced):
            data[field].append(instance)
    return data


def cross_validate(data: dict[str, list[Instance]], folds: int) -> None:
    """Prints the accuracy by field on stories left out of the fit."""
    for field, all_instances in data.items():
        groups = sorted({i.group for i in all_instances})
        hits = reach = total = 0
        for k in range(folds):
            held = set(groups[k::folds])
            weight = fit([i for i in all_instances if i.group not in held], PENALTY[field])
            h, r, t = accuracy([i for i in all_instances if i.group in held], weight)
            hits, reach, total = hits + h, reach + r, total + t
        print(f"{field:13} {hits / total:.3f} (could be {reach / total:.3f})")


def main() -> None:
    """Fits on the given folders and writes weights.json, or only cross-validates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    args = parser.parse_args()
    articles = [a for folder in args.folders for a in load_gold(folder)]
    data = collect(articles, forced=True)
    if args.folds:
        cross_validate(data, args.folds)
        return
    for field, more in stumbling(articles, data).items():
        data[field] = [*data[field], *more]
    _write({field: fit(data[field], PENALTY[field]) for field in FIELDS})


def stumbling(articles: Sequence[GoldArticle], data: Mapping[str, Sequence[Instance]]) -> dict[str, list[Instance]]:
    """Instances in which the amounts before hold what weights that never saw the story made of them, mistakes
    included: so it will be on new articles."""
    more: dict[str, list[Instance]] = defaultdict(list)
    groups = sorted({a.group for a in articles})
    for k in range(HALVES):
        unseen = set(groups[k::HALVES])
        _write({f: fit([i for i in data[f] if i.group not in unseen], PENALTY[f]) for f in FIELDS})
        for field, found in collect([a for a in articles if a.group in unseen], forced=False).items():
            more[field].extend(found)
    return more


def _write(fitted: Mapping[str, Mapping[str, float]]) -> None:
    WEIGHTS.write_text(json.dumps(fitted, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    weights.cache_clear()


if __name__ == "__main__":
    main()
