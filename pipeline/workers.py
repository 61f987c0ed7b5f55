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
from pipeline.errors import ReadError, shown
from pipeline.extract import extract_claims
from pipeline.models import Article, Claim
from pipeline.read import find_sources, read_articles
from pipeline.read.sources import PAGE_SUFFIXES, TEXT_SUFFIXES, kind_of
from pipeline.scrape.language import is_in

CHUNK = 8  # articles handed to a worker at a time
AHEAD = 4  # chunks a worker may be ahead of the one whose results are taken: bounds the memory
WORTH_IT = 100  # files from which a second process saves more than loading its model costs


@dataclass(frozen=True)
class Work:
    """What to read and how. `rows` are the user's companies, `hosts` limits web archives, `language` may be "any"."""

    paths: Sequence[Path]
    jobs: int = 1
    rows: tuple[Mapping[str, str], ...] = ()
    hosts: frozenset[str] = frozenset()
    language: str = "fr"

    @property
    def files(self) -> int:
        """How many files there are to read."""
        return sum(1 for _ in find_sources(self.paths))

    @property
    def processes(self) -> int:
        """The number asked for; of 0, as many as pay off."""
        return self.jobs or max(1, min(os.cpu_count() or 1, self.files // WORTH_IT))


@dataclass(frozen=True)
class Outcome:
    """What became of one article: its claims, or an error, or why it was left alone."""

    path: str
    article: Article | None = None
    claims: tuple[Claim, ...] = ()
    error: ReadError | None = None
    skipped: str | None = None  # "unchanged" or its language


class WorkerError(Exception):
    """A worker process was killed."""


Known = Callable[[str], str | None]  # the content hash of an article's path for which nothing needs to be done
Task = tuple[Path | Article, str | None] | Outcome  # a file or an article with its known hash, or what is settled


def process(work: Work, known: Known = lambda path: None) -> Iterator[Outcome]:
    """The outcome of each article of each file, in the order of the paths.

    Memory does not grow with the number of files, nor with the size of an archive. Raises WorkerError when the system
    kills a worker.
    """
    tasks = (task for path in find_sources(work.paths) for task in _tasks(path, work, known))
    if work.processes > 1:
        yield from _in_pool(tasks, work)
        return
    table = _table(work)
    for task in tasks:
        yield _outcome(task, work, table)


def _tasks(path: Path, work: Work, known: Known) -> Iterator[Task]:
    """A file with one article is read where it is processed, an archive here, article by article."""
    if kind_of(path) in TEXT_SUFFIXES | PAGE_SUFFIXES:
        yield path, known(shown(path))
        return
    for found in read_articles(path, hosts=work.hosts):
        yield _failed(found) if isinstance(found, ReadError) else (found, known(found.path))


def _failed(error: ReadError) -> Outcome:
    return Outcome(error.path, error=error)


def _outcome(task: Task, work: Work, table: CompanyTable) -> Outcome:
    if isinstance(task, Outcome):
        return task
    source, known = task
    article = source if isinstance(source, Article) else next(read_articles(source), None)
    if article is None:
        return _failed(ReadError(str(source), "the file holds no article", "save the article again"))
    if isinstance(article, ReadError):
        return _failed(article)
    if article.content_hash == known:
        return Outcome(article.path, skipped="unchanged")
    if not is_in(article, work.language):
        return Outcome(article.path, skipped=article.language)
    try:
        return Outcome(article.path, article, tuple(extract_claims(article, table)))
    except Exception as error:  # one text that breaks a rule must not end a run over thousands
        problem = f"extraction failed ({type(error).__name__}: {error})"
        return _failed(ReadError(article.path, problem, "report it with the article's text"))


def _table(work: Work) -> CompanyTable:
    return company_table().extended(work.rows) if work.rows else company_table()


_worker: tuple[Work, CompanyTable] | None = None


def _start_worker(work: Work) -> None:
    global _worker
    _worker = work, _table(work)


def _work(tasks: Sequence[Task]) -> list[Outcome]:
    assert _worker is not None
    return [_outcome(task, *_worker) for task in tasks]


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    rest = iter(tasks)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _in_pool(tasks: Iterable[Task], work: Work) -> Iterator[Outcome]:
    os.environ["OMP_NUM_THREADS"] = "1"  # one thread a worker: more of them fight for the same cores
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(work.processes, mp_context=context, initializer=_start_worker, initargs=(work,))
    waiting: deque[Future[list[Outcome]]] = deque()
    chunks = _chunks(tasks)
    try:
        waiting.extend(pool.submit(_work, chunk) for chunk in islice(chunks, work.processes * AHEAD))
        while waiting:
            yield from waiting.popleft().result()
            waiting.extend(pool.submit(_work, chunk) for chunk in islice(chunks, 1))
    except BrokenProcessPool as error:
        problem = "a worker process was killed, perhaps for want of memory"
        raise WorkerError(f"{problem}; run again with --jobs 1: what is stored is kept") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
