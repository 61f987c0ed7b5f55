"""Fits what each kind of evidence weighs for a name that no table lists, from articles with gold claims.

    python -m pipeline.fit.names corpus/articles

prints the rows of `[evidence]` in `extractors/tables/names.toml`. A name is right when it is that of a party to a gold
claim.
"""

import argparse
from collections.abc import Collection, Iterator
from pathlib import Path

from extractors import proposed_names
from extractors.rules.company import company_table
from pipeline.fit.network import Instance, Plan, accuracy, fit, table
from pipeline.gold import GoldArticle, fold, load_gold


def parties(article: GoldArticle) -> set[str]:
    """The folded names that gold claims have as company or counterparty."""
    return {n for c in article.claims for field in ("company", "counterparty") for n in c.folded(field) if n}


def is_party(name: str, gold: Collection[str]) -> bool:
    """Whether the name is one of the parties, or the beginning of one."""
    folded = fold(name) or ""
    return any(g == folded or g.startswith(f"{folded} ") for g in gold)


def name_instances(article: GoldArticle) -> Iterator[Instance]:
    """For each proposed name: its evidence against nothing at all."""
    meta = article.article
    amounts = [c.amount for c in article.claims]
    gold = parties(article)
    for name, kinds in proposed_names(meta.text, amounts, company_table(), meta.source, meta.title).items():
        right = is_party(name, gold)
        features = {kind: 1.0 for kind in sorted({*kinds, "always"})}
        yield Instance.of([features, {}], [right, not right], article.group)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    data = [i for folder in parser.parse_args().folders for a in load_gold(folder) for i in name_instances(a)]
    weights = fit(data, Plan())
    print(table(weights))
    hits, _, total = accuracy(data, weights)
    print(f"# {hits} of {total} names judged rightly")


if __name__ == "__main__":
    main()
