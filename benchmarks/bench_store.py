"""What one more article costs a store that is full already, against an empty one, and how long queries take.

    python benchmarks/bench_store.py [CLAIMS] [FILE.db]

The store is filled with the generator's claims (a quarter of them of one company) and cross-checked in full; a FILE.db
that exists is used as it is.
"""

import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.generate import claims
from pipeline import store
from pipeline.models import Claim
from pipeline.run import check

BATCH = 10_000


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fill(db: store.Database, count: int) -> None:
    """Stores claims article by article, many articles a transaction."""
    for _, batch in groupby(enumerate(claims(count)), key=lambda numbered: numbered[0] // BATCH):
        with db.atomic():
            store.save_claims(db, (claim for _, claim in batch))


def add(db: store.Database, article: list[Claim]) -> None:
    """One article with its cross-check, in the style of `recoupe run`."""
    store.save_claims(db, article)
    for _ in check(db):
        pass


def main() -> None:
    """Prints one line a figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with TemporaryDirectory() as folder:
        path = Path(sys.argv[2] if len(sys.argv) > 2 else f"{folder}/full.db")
        fresh = not path.exists()
        articles = (list(article) for _, article in groupby(claims(count + 800), key=lambda claim: claim.article))
        [last] = deque(articles, maxlen=1)
        with store.open_store(path, create=True) as full, store.open_store(Path(folder) / "empty.db", True) as empty:
            if fresh:
                print(f"filling {count:>9,} claims {seconds(lambda: fill(full, count)):8.2f} s")
                print(f"full cross-check        {seconds(lambda: list(check(full))):8.2f} s")
            list(check(empty))
            print(f"one article, empty store{1000 * seconds(lambda: add(empty, last)):8.2f} ms")
            print(f"one article, full store {1000 * seconds(lambda: add(full, last)):8.2f} ms")
            wanted = store.ClaimFilter(frozenset({"Société 0"}), "revenue")
            print(
                f"a query, 20 claims      {1000 * seconds(lambda: list(store.find_claims(full, wanted, 20))):8.2f} ms"
            )


if __name__ == "__main__":
    main()
