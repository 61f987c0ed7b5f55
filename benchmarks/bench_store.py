"""How the full cross-check grows with the store, and what one more article costs a full store against an empty one.

    python benchmarks/bench_store.py [CLAIMS…] [--keep FOLDER]

For each number of claims (10000 and 100000 unless told) a store is filled with the generator's claims, a quarter of
them of one company, and cross-checked in full. Then articles about that very company are added one by one, as
`recoupe run` does with the model loaded: read, extracted, stored, cross-checked. With --keep the stores are left in the
folder and used again.

Seconds are those of the processor: what else runs on the machine does not count. The first figure of the queries is
the gravest conflicts of that company and metric, the second its claims, the third the claims with their agreements,
twenty of each.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.generate import claims
from pipeline import store
from pipeline.run import Run, check
from pipeline.workers import Work, process

BATCH = 10_000
ARTICLES = 9
SHOWN = 20
NAME = {"name": "Société 0", "aliases": "Zorglub"}
SENTENCES = (
    "Zorglub a réalisé un chiffre d'affaires de {a},4 millions d'euros au troisième trimestre 2024.",
    "Le groupe a perdu {b},7 millions d'euros sur la même période, contre {c},2 millions un an plus tôt.",
    "La dette de Zorglub atteint {d} milliards d'euros, et le groupe est valorisé {e} milliards d'euros.",
    "Le fabricant emploie plusieurs milliers de personnes dans une vingtaine de pays, où il vend des machines, des "
    "logiciels et des services aux entreprises comme aux administrations, sans donner de détail par région.",
    "Zorglub a dépensé {c},9 millions d'euros au deuxième trimestre 2024.",
    "Zorglub disposait de {e},3 milliards d'euros de trésorerie fin octobre, selon son directeur financier.",
    "Les analystes attendaient mieux : ils rappellent que le marché se reprend depuis le printemps, que les commandes "
    "des administrations ont doublé en un an et que deux concurrents ont quitté le pays.",
)


def seconds(work: Callable[[], object]) -> float:
    """How much of the processor's time the work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def fill(db: store.Database, count: int) -> None:
    """Stores claims article by article, many articles a transaction."""
    for _, batch in groupby(enumerate(claims(count)), key=lambda numbered: numbered[0] // BATCH):
        with db.atomic():
            store.save_claims(db, (claim for _, claim in batch))


def check_all(db: store.Database) -> None:
    """The full cross-check, as after a change of its rules."""
    db.execute("DELETE FROM settings WHERE name = 'comparer'")
    for _ in check(db):
        pass


def write_articles(folder: Path) -> Iterator[Path]:
    """Articles about the largest company, each with other figures."""
    for number in range(ARTICLES):
        figures = {name: 3 + (number * 37 + place * 11) % 90 for place, name in enumerate("abcde")}
        head = f"---\nsource: Gazette {number}\npublished: 2024-11-{number + 10}\n---\n"
        path = folder / f"{number}.txt"
        path.write_text(head + "\n".join(SENTENCES).format(**figures), "utf-8")
        yield path


def add(db: store.Database, work: Work) -> None:
    """One article as `recoupe run` adds it."""
    run = Run(db, work)
    for _ in (*run.read(), *run.check()):
        pass


def costs(stores: Sequence[store.Database], articles: list[Work]) -> list[float]:
    """Milliseconds an article in each store, by turns; the first, which warms the caches, is left out."""
    rounds = [[seconds(lambda db=db, work=work: add(db, work)) for db in stores] for work in articles]
    return [1000 * median(column) for column in zip(*rounds[1:], strict=True)]


def queries(db: store.Database) -> list[float]:
    """Milliseconds of three questions by company and metric."""
    wanted = store.ClaimFilter(frozenset({NAME["name"]}), "revenue")
    asked = (
        lambda: list(islice(store.find_conflicts(db, store.ConflictFilter(wanted)), SHOWN)),
        lambda: list(store.find_claims(db, wanted, SHOWN)),
        lambda: list(map(store.Agreements(db).of, store.find_claims(db, wanted, SHOWN))),
    )
    return [1000 * median(seconds(ask) for _ in range(5)) for ask in asked]


@contextmanager
def filled(kept: Path, copy: Path, count: int) -> Iterator[store.Database]:
    """A copy of the store of so many claims, which is made where it is missing."""
    if not kept.exists():
        with store.open_store(copy, create=True) as db:
            print(f"filling {count:,} claims: {seconds(lambda: fill(db, count)):.0f} s", flush=True)
        shutil.copy(copy, kept)
    shutil.copy(kept, copy)
    with store.open_store(copy) as db:
        yield db
    copy.unlink()


def main() -> None:
    """Prints a line a size: the full cross-check and its time a claim, one article and its ratio to the empty store."""
    options = argparse.ArgumentParser()
    options.add_argument("claims", nargs="*", type=int, default=[10_000, 100_000])
    options.add_argument("--keep", type=Path)
    asked = options.parse_args()
    with TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        articles = [Work([path], rows=(NAME,), seconds=None) for path in write_articles(Path(temporary))]
        extraction = 1000 * median([seconds(lambda work=work: list(process(work))) for work in articles][1:])
        print(f"extraction of one article {extraction:.0f} ms")
        print(f"{'claims':>9} {'full check s':>12} {'µs a claim':>10} {'ratio':>5} {'article ms':>10}"
              f" {'empty':>5} {'ratio':>5}  queries ms")  # fmt: skip
        smallest = 0.0
        for count in asked.claims:
            empty, copy = (Path(temporary) / f"{name}-{count}.db" for name in ("empty", "copy"))
            kept = folder / f"claims-{count}.db"
            with filled(kept, copy, count) as db, store.open_store(empty, create=True) as other:
                each = seconds(lambda db=db: check_all(db)) / count * 1e6
                smallest = smallest or each
                full, least = costs((db, other), articles)
                print(
                    f"{count:>9} {each * count / 1e6:>12.1f} {each:>10.1f} {each / smallest:>5.2f} {full:>10.0f}"
                    f" {least:>5.0f} {full / least:>5.2f}  {' '.join(f'{ms:.1f}' for ms in queries(db))}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
