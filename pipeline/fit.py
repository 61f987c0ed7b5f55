"""Fits the weights by which the extractors choose among candidates, from articles with gold claims.

    python -m pipeline.fit corpus/articles corpus/examples [--folds 5]

Each field is a conditional logit: the weights that make the right candidates of each claim likeliest, with a penalty
on their squares. `--folds` also tells how it does on stories it has not seen; nothing is written then.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors import read_scene
from extractors.mentions import PeriodMention
from extractors.relate import Relation, Site, relate_one
from extractors.relate.attribution import attribution_candidates
from extractors.relate.company import company_candidates, counterparty_candidates
from extractors.relate.metric import metric_candidates
from extractors.relate.modality import modality_candidates
from extractors.relate.period import anchors, period_candidates
from extractors.relate.rank import WEIGHTS, Candidate, Choice, score, weights
from extractors.relate.scene import Asked, Features
from extractors.relate.scope import scope_candidates
from extractors.rules.company import CompanyTable, company_table
from pipeline.extract import resolve_chain
from pipeline.gold import GoldArticle, GoldClaim, fold, load_examples, load_gold
from pipeline.models import Article, Period

FIELDS = ("metric", "company", "counterparty", "period", "attribution", "modality", "scope")
PENALTY = {
    "metric": 0.02,
    "company": 0.02,
    "counterparty": 0.02,
    "period": 0.02,
    "attribution": 0.03,
    "modality": 0.02,
    "scope": 0.03,
}
SEEN_AT_LEAST = 3  # claims in which a feature must occur to get a weight
WORTH_KEEPING = 0.03  # smaller weights are left out
STEPS, RATE = 300, 0.05
HALVES = 2  # parts of the stories that take turns at being unseen


Floats = NDArray[np.float64]


@dataclass
class Instance:
    """The candidates of one field of one claim and which of them are right; `where` shows the amount in its text."""

    features: list[Features]
    right: list[bool]
    values: list[object]
    group: str
    where: str


def instances(article: GoldArticle, table: CompanyTable, forced: bool) -> Iterator[tuple[str, Instance]]:
    """Instances of every field. `forced`: the amounts before count with their gold values, else as now predicted."""
    meta = article.article
    amounts = [c.amount for c in article.claims]
    scene = read_scene(meta.text, amounts, table, meta.debris, meta.title, meta.source, meta.published)
    before: list[Relation] = []
    for index, claim in enumerate(article.claims):
        site = Site(scene, claim.amount, index)
        predicted = relate_one(site, before)
        settled = Settled(site, claim, predicted, before, article, table)
        truth = settled.relation()
        for field, candidates, right in settled.fields:
            if claim.annotated is not None and not claim.annotated & {field, f"{field}_start"}:
                continue
            values: list[object] = [c.value for c in candidates]
            yield field, Instance([c.features for c in candidates], right, values, article.group, _where(meta, claim))
        before.append(truth if forced else predicted)


def _where(article: Article, claim: GoldClaim) -> str:
    start, end = claim.amount.start, claim.amount.end
    passage = f"{article.text[max(0, start - 130) : start]}[{claim.amount.text}]{article.text[end : end + 70]}"
    return f"{Path(article.path).name}: {' '.join(passage.split())}"


@dataclass
class Settled:
    """The candidates of one claim's fields, each asked for as if the fields before it had been found right."""

    site: Site
    claim: GoldClaim
    predicted: Relation
    before: Sequence[Relation]
    article: GoldArticle
    table: CompanyTable
    fields: list[tuple[str, Sequence[Candidate[Any]], list[bool]]] = dataclass_field(default_factory=list)

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
            anchor=anchors(site, period.value, before, metric.value),
        )

    def _settle(self, field: str, candidates: Sequence[Candidate[Any]], right: Callable[[Any], bool]) -> Choice[Any]:
        marks = [right(c.value) for c in candidates]
        self.fields.append((field, candidates, marks))
        good = [c for c, ok in zip(candidates, marks, strict=True) if ok]
        if not good:
            found: Choice[Any] = getattr(self.predicted, field)
            return found
        best = max(good, key=lambda c: score(field, c.features))
        return Choice(best.value, best.mention)

    def _right_period(self, mention: PeriodMention | None, metric: str, company: str | None) -> bool:
        known = self.table.by_name.get(company or "")
        chain = (*reversed(anchors(self.site, mention, self.before, metric)), mention)
        days = resolve_chain(chain, self.article.article, known.fiscal_year_end if known else 12) or Period()
        return self.claim.accepts_period(days.start, days.end)


def fit(data: Sequence[Instance], penalty: float) -> dict[str, float]:
    """Weights by feature name."""
    usable = [i for i in data if any(i.right) and not all(i.right)]
    counted = Counter(name for i in usable for name in {n for f in i.features for n in f})
    index = {n: k for k, n in enumerate(sorted(n for n, c in counted.items() if c >= SEEN_AT_LEAST))}
    weight = _descend(_matrix(usable, index), len(usable), len(index), penalty)
    return {n: round(float(weight[k]), 2) for n, k in index.items() if abs(weight[k]) >= WORTH_KEEPING}


@dataclass
class Matrix:
    """Candidates by features, sparse: entry `values[i]` stands in `rows[i]`, `columns[i]`; `owner` is the claim of a
    candidate, `right` whether it is right."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats
    owner: NDArray[np.int64]
    right: NDArray[np.bool_]


def _matrix(data: Sequence[Instance], index: Mapping[str, int]) -> Matrix:
    entries: list[tuple[int, int, float]] = []
    owner: list[int] = []
    for number, instance in enumerate(data):
        for features in instance.features:
            entries.extend((len(owner), index[n], v) for n, v in features.items() if n in index)
            owner.append(number)
    rows, columns, values = (np.array(part) for part in zip(*entries, strict=True))
    right = np.array([ok for i in data for ok in i.right])
    return Matrix(rows, columns, values.astype(np.float64), np.array(owner), right)


def _descend(of: Matrix, claims: int, size: int, penalty: float) -> Floats:
    """Adam on the penalized negative log-likelihood of the right candidates."""
    weight, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        scores = np.bincount(of.rows, of.values * weight[of.columns], len(of.owner))
        top = np.full(claims, -np.inf)
        np.maximum.at(top, of.owner, scores)
        scores = np.exp(np.clip(scores - top[of.owner], -50, 0))
        share = scores / np.bincount(of.owner, scores, claims)[of.owner]
        good = np.where(of.right, scores, 0.0)
        good /= np.maximum(np.bincount(of.owner, good, claims), 1e-12)[of.owner]
        gradient = np.bincount(of.columns, of.values * (share - good)[of.rows], size)
        gradient += penalty * weight * np.sqrt(claims)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        weight -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weight


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
    articles = [a for folder in args.folders for a in (*load_gold(folder), *load_examples(folder))]
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
