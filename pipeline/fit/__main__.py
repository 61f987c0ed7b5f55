"""Fits the weights by which the extractors choose among candidates, from articles with gold claims.

    python -m pipeline.fit corpus/articles corpus/examples [--folds 5] [--jobs 2]

`--folds` tells how weights fitted on the other stories do on each story; nothing is written then. `--fields` names
those that are written, `--beside` those of which the mean of the shipped and the new networks is. So the networks of
`company` came about, from half of the articles and then from all: on articles that nothing was fitted on the mean did
better than either, and the new ones of the other fields no better than those before.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from extractors.encoder.model import silence
from extractors.relate.rank import WEIGHTS, Network, load, save, use
from pipeline.fit.instances import Lesson, collect, lessons
from pipeline.fit.network import Instance, Plan, accuracy, fit, joined
from pipeline.fit.spread import spread

# The metric hangs on words, which units would only learn by heart.
PLANS = {
    "metric": Plan(),
    "company": Plan(units=64, networks=3, epochs=12, dropped=0.3, seen=6),
    "counterparty": Plan(units=32, networks=3),
    "period": Plan(units=64, networks=3),
    "attribution": Plan(units=16, networks=3),
    "modality": Plan(units=32, networks=3, epochs=10, dropped=0.25, seen=6),
    "scope": Plan(units=16, networks=3),
    "per": Plan(units=16, networks=3),
}
TURNS = 4  # parts of the stories that take turns at being unseen

Data = Mapping[str, Sequence[Instance]]


def fit_all(of: Sequence[Lesson], jobs: int = 1) -> dict[str, Network]:
    """Weights by field, fitted on what was decided before each field with its gold values, and on what weights that
    never saw the story made of it, mistakes included, as it will be on new articles."""
    forced = collect(of, forced=True, jobs=jobs)
    stumbling = _stumbling(of, forced, jobs)
    return _fitted({field: [*forced[field], *stumbling[field]] for field in PLANS}, PLANS, jobs)


def _fitted(data: Data, plans: Mapping[str, Plan], jobs: int) -> dict[str, Network]:
    fields = list(plans)
    return dict(zip(fields, spread(lambda i: fit(data[fields[i]], plans[fields[i]]), len(fields), jobs), strict=True))


def _stumbling(of: Sequence[Lesson], data: Data, jobs: int) -> Data:
    more: dict[str, list[Instance]] = defaultdict(list)
    groups = sorted({lesson.gold.group for lesson in of})
    for turn in range(TURNS):
        unseen = set(groups[turn::TURNS])
        seen = {field: [i for i in found if i.group not in unseen] for field, found in data.items()}
        use(_fitted(seen, {field: replace(plan, networks=1) for field, plan in PLANS.items()}, jobs))
        for field, found in collect([x for x in of if x.gold.group in unseen], forced=False, jobs=jobs).items():
            more[field].extend(found)
    return more


def cross_validate(of: Sequence[Lesson], folds: int, jobs: int) -> None:
    """Prints the accuracy by field on stories left out of the fit, each field behind those before it as predicted."""
    counts: dict[str, list[int]] = {field: [0, 0, 0] for field in PLANS}
    groups = sorted({lesson.gold.group for lesson in of})
    for turn in range(folds):
        unseen = set(groups[turn::folds])
        fitted = fit_all([x for x in of if x.gold.group not in unseen], jobs)
        use(fitted)
        for field, found in collect([x for x in of if x.gold.group in unseen], forced=False).items():
            counts[field] = [a + b for a, b in zip(counts[field], accuracy(found, fitted[field]), strict=True)]
    for field, (hits, reach, total) in counts.items():
        print(f"{field:13} {hits / total:.3f} (could be {reach / total:.3f})")


def main() -> None:
    """Fits on the given folders and writes the weights, or only cross-validates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--fields", nargs="+", default=list(PLANS), help="those that are written; the others stay")
    parser.add_argument("--beside", nargs="+", default=[], help="fields of which the mean of old and new is written")
    args = parser.parse_args()
    silence()
    of = lessons(args.folders, args.jobs)
    if args.folds:
        cross_validate(of, args.folds, args.jobs)
    else:
        shipped, new = load(WEIGHTS) if WEIGHTS.exists() else {}, fit_all(of, args.jobs)
        means = {field: joined(shipped[field], new[field]) for field in args.beside}
        save(shipped | {field: new[field] for field in args.fields} | means, WEIGHTS)


if __name__ == "__main__":
    main()
