"""Fits what the evidence for the currency of a sum that omits it weighs, from articles with gold claims.

    python -m pipeline.fit.currencies corpus/articles corpus/training

prints the rows of `extractors/tables/currency_evidence.toml`.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from extractors.rules.money import read_quantities
from extractors.rules.money.inference import undecided
from pipeline.fit.network import Instance, Plan, accuracy, fit
from pipeline.gold import GoldArticle, load_gold

PLAN = Plan(epochs=20, dropped=0.05)


def currency_instances(article: GoldArticle) -> Iterator[Instance]:
    """For each gold claim that omits its currency: the evidence for each currency of the article. What stands before
    counts with its gold currency."""
    right = {c.amount.start: c.answers("currency") for c in article.claims}
    for amount, evidence in undecided(*read_quantities(article.article.text, article.article.debris)):
        codes = right.get(amount.start, ())
        amount.currency = next((str(code) for code in codes if code), None)
        marks = [code in codes for code in evidence]
        where = article.article.text[amount.start : amount.end]
        yield Instance([dict(told) for told in evidence.values()], marks, list(evidence), article.group, where)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    data = [i for folder in parser.parse_args().folders for a in load_gold(folder) for i in currency_instances(a)]
    weights = fit(data, PLAN)
    for kind, row in sorted(weights.rows.items(), key=lambda r: -weights.linear[r[1]]):
        print(f'"{kind}" = {weights.linear[row]:.2f}')
    hits, reachable, total = accuracy(data, weights)
    print(f"# {hits} of {reachable} judged rightly, {total} in all")


if __name__ == "__main__":
    main()
