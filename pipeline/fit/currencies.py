"""Fits what the evidence for the currency of a sum that omits it weighs, and for the Canadian dollar as what an article
means by "$", from articles with gold claims.

    python -m pipeline.fit.currencies corpus/articles corpus/training

prints the rows of `extractors/tables/currency_evidence.toml`.
"""

import argparse
import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from extractors.rules.money import read_quantities
from extractors.rules.money.home import HOME
from extractors.rules.money.inference import likeliest, undecided
from pipeline.fit.network import Instance, Plan, accuracy, fit, table
from pipeline.gold import GoldArticle, load_gold

PLAN = Plan(epochs=20, dropped=0.05)
HOME_PLAN = replace(PLAN, epochs=400)  # of a few hundred articles
# A wrong currency is evidence for the next sum. The first round sees only right ones, the second also the answers of
# the first, as the extraction does (dataset aggregation: Ross, Gordon and Bagnell, 2011).
ROUNDS = 2


class Reading:
    """An article's sums, and the gold currencies of those that are claims."""

    def __init__(self, gold: GoldArticle) -> None:
        self._group = gold.group
        self._read = read_quantities(gold.text, gold.debris)
        self._right = {c.amount.start: c.answers("currency") for c in gold.claims}

    def instances(self, weights: Mapping[str, float] | None) -> Iterator[Instance]:
        """For each sum that omits its currency: the evidence for each currency of the article. The sums before count
        with the currencies that the weights give them; without weights, with the gold ones."""
        page, sums, readings = self._read
        for amount, evidence in undecided(page, copy.deepcopy(sums), readings):  # which sets their currencies
            codes = self._right.get(amount.start, ())
            gold = next((str(code) for code in codes if code), None)
            amount.currency = gold if weights is None else likeliest(evidence, weights)
            marks = [code in codes for code in evidence]
            yield Instance.of([dict(told) for told in evidence.values()], marks, self._group)

    def home(self) -> Iterator[Instance]:
        """Whether the article means the Canadian dollar by "$", and what speaks for it."""
        _, sums, readings = self._read
        told = readings.home_evidence()
        codes = Counter(code for s in sums if s.currency == "dollar" for code in self._right.get(s.start, ())[:1])
        if told and codes:
            canadian = codes.most_common(1)[0][0] == HOME
            yield Instance.of([told, {}], [canadian, not canadian], self._group)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    articles = [Reading(gold) for folder in parser.parse_args().folders for gold in load_gold(folder)]
    data: list[Instance] = []
    weights: dict[str, float] | None = None
    for _ in range(ROUNDS):
        data += [i for article in articles for i in article.instances(weights)]
        network = fit(data, PLAN)
        weights = {name: float(network.linear[row]) for name, row in network.rows.items()}
    print(table(network, 2))
    print("\n[home]")
    print(table(fit([i for article in articles for i in article.home()], HOME_PLAN), 2))
    hits, reachable, total = accuracy([i for article in articles for i in article.instances(weights)], network)
    print(f"# {hits} of {reachable} judged rightly, {total} in all")


if __name__ == "__main__":
    main()
