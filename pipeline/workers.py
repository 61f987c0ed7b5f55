"""Articles read and their claims extracted, in this process or in several; results come back in the order of paths."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from extractors.rules.company import CompanyTable, company_table
from pipeline.errors import ReadError
from pipeline.extract import extract_claims
from pipeline.models import Article, Claim
from pipeline.read import read_articles

Rows = tuple[Mapping[str, str], ...]  # of the user's own companies
Hashes = Mapping[str, str]  # content hash by path of what needs no work
CHUNK = 8  # files handed to a worker at a time
AHEAD = 4  # chunks a worker may be ahead of the one whose results are taken: bounds the memory
WORTH_IT = 100  # files from which a second process saves more than loading its model costs


@dataclass(frozen=True)
class Outcome:
    """What became of one article: its claims, or an error; neither where it is unchanged."""

    path: str
    article: Article | None = None
    claims: tuple[Claim, ...] = ()
    error: ReadError | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the store has this very article already."""
        return self.article is None and self.error is None


class WorkerError(Exception):
    """A worker process was killed."""


def process(
    paths: Iterable[Path], jobs: int = 1, rows: Rows = (), known: Callable[[Sequence[Path]], Hashes] | None = None
) -> Iterator[list[Outcome]]:
    """The outcomes of each file (an archive has many), in the order of the paths.

    `known` tells for a few paths the content hashes of which nothing needs to be done. Memory does not grow with the
    number of paths. Raises WorkerError when the system kills a worker.
    """
    known = known or (lambda _: {})
    chunks = ((chunk, known(chunk)) for chunk in _chunks(paths, CHUNK if jobs > 1 else 1))
    if jobs > 1:
        yield from _in_pool(chunks, jobs, rows)
        return
    table = _table(rows)
    for (path,), hashes in chunks:
        yield _outcomes(path, hashes, table)


def jobs_for(files: int) -> int:
    """How many processes pay off."""
    return max(1, min(os.cpu_count() or 1, files // WORTH_IT))


def _chunks(paths: Iterable[Path], size: int) -> Iterator[tuple[Path, ...]]:
    rest = iter(paths)
    while chunk := tuple(islice(rest, size)):
        yield chunk


def _table(rows: Rows) -> CompanyTable:
    return company_table().extended(rows) if rows else company_table()


def _outcomes(path: Path, hashes: Hashes, table: CompanyTable) -> list[Outcome]:
    try:
        return [_outcome(article, hashes, table) for article in read_articles(path)]
    except ReadError as error:
        return [Outcome(error.path, error=error)]


def _outcome(article: Article, hashes: Hashes, table: CompanyTable) -> Outcome:
    if hashes.get(article.path) == article.content_hash:
        return Outcome(article.path)
    try:
        return Outcome(article.path, article, tuple(extract_claims(article, table)))
    except Exception as error:  # one text that breaks a rule must not end a run over thousands
        problem = f"extraction failed ({type(error).__name__}: {error})"
        return Outcome(article.path, error=ReadError(article.path, problem, "report it with the article's text"))


_worker_table: CompanyTable | None = None


def _start_worker(rows: Rows) -> None:
    global _worker_table
    _worker_table = _table(rows)


def _work(chunk: Sequence[Path], hashes: Hashes) -> list[list[Outcome]]:
    assert _worker_table is not None
    return [_outcomes(path, hashes, _worker_table) for path in chunk]


def _in_pool(chunks: Iterator[tuple[tuple[Path, ...], Hashes]], jobs: int, rows: Rows) -> Iterator[list[Outcome]]:
    os.environ["OMP_NUM_THREADS"] = "1"  # one thread a worker: more of them fight for the same cores
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker, initargs=(rows,))
    waiting: deque[Future[list[list[Outcome]]]] = deque()
    try:
        waiting.extend(pool.submit(_work, *chunk) for chunk in islice(chunks, jobs * AHEAD))
        while waiting:
            yield from waiting.popleft().result()
            waiting.extend(pool.submit(_work, *chunk) for chunk in islice(chunks, 1))
    except BrokenProcessPool as error:
        problem = "a worker process was killed, perhaps for want of memory"
        raise WorkerError(f"{problem}; run again with --jobs 1: what is stored is kept") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
