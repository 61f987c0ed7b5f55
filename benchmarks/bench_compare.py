"""How the cross-check grows with the store, and what one article costs it.

    python benchmarks/bench_compare.py [--million]

Prints the time a claim at each size and its ratio to the smallest: near 1 is linear growth.
"""

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.generate import claims
from pipeline.compare import (
    compare_article,
    compare_group,
    find_conflicts,
    groups_of,
    neighbourhood,
    statement_key,
)

_SIZES = (10_000, 100_000)


def full(count: int) -> tuple[float, int]:
    """Seconds and conflicts of a full cross-check."""
    store = list(claims(count))
    start = time.perf_counter()
    found = find_conflicts(store)
    return time.perf_counter() - start, len(found)


def one_article(count: int) -> float:
    """Milliseconds to check one more article of eight claims against what a store's index hands over for them."""
    store = list(claims(count))
    article, groups = store[-8:], groups_of(store[:-8])
    handed = []
    for claim in article:
        near = neighbourhood(claim)
        asked = [c for group in groups.values() if group[0].company == claim.company for c in group]
        known = {statement_key(c): c for c in asked if near and near.has(c)}
        handed.append([*known.values(), claim])
    del store, groups, asked
    gc.collect()  # a store on disk leaves no million objects for the collector to walk
    start = time.perf_counter()
    list(compare_article(article))
    for group in handed:
        list(compare_group(group))
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """The table on standard output."""
    sizes = (*_SIZES, 1_000_000) if "--million" in sys.argv else _SIZES
    find_conflicts(claims(100))  # the rates are read once
    smallest = None
    print(f"{'claims':>10} {'seconds':>9} {'µs/claim':>9} {'ratio':>6} {'conflicts':>10} {'article ms':>10}")
    for size in sizes:
        seconds, found = full(size)
        each = seconds / size * 1e6
        smallest = smallest or each
        print(
            f"{size:>10} {seconds:>9.1f} {each:>9.1f} {each / smallest:>6.2f} {found:>10} {one_article(size):>10.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
