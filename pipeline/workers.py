"""Articles read and their claims extracted in processes that are watched; results come in the order of the paths."""

import importlib
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from itertools import islice
from multiprocessing.context import BaseContext
from pathlib import Path

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from extractors.rules.company import CompanyTable, company_table
from pipeline import limits
from pipeline.errors import ReadError, shown
from pipeline.extract import extract_claims
from pipeline.models import Article, Claim
from pipeline.read import Member, find_sources, read_articles, read_members
from pipeline.read.sources import PAGE_SUFFIXES, TEXT_SUFFIXES, kind_of
from pipeline.scrape.language import is_in

AHEAD = 16  # articles a worker may be ahead of the one whose result is taken: bounds the memory
WORTH_IT = 100  # files from which a second process saves more than loading its model costs
SECONDS = 10.0  # of processor time an article may take; one of 5,000 words takes one
PATIENCE = 1 if sys.platform == "win32" else 30  # times as long on the clock: a busy machine gives a part of a core
MEMORY = 1_000_000_000  # bytes of data a worker may hold; the model takes 400 MB of them
WARM = "pipeline.warm"  # loads the model where workers are forked from
SPLIT = "shorten it, or split it into one file an article"


@dataclass(frozen=True)
class Work:
    """What to read and how. `rows` are the user's companies, `hosts` limits web archives, `language` may be "any".

    `seconds` of processor time is what an article may take before its process is replaced (on Windows, which has no
    such limit, on the clock); with None all is done in this process, for good or ill.
    """

    paths: Sequence[Path]
    jobs: int = 1
    rows: tuple[Mapping[str, str], ...] = ()
    hosts: frozenset[str] = frozenset()
    language: str = "fr"
    seconds: float | None = SECONDS

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
    """Worker processes cannot be started."""


Known = Callable[[str], str | None]  # the content hash of an article's path for which nothing needs to be done
Source = Path | Member | Article
Task = tuple[Source, str | None]  # a file, a page of an archive or an article, and its known hash
Running = tuple[Task, "ProcessFuture[Outcome]"]


def process(work: Work, known: Known = lambda path: None) -> Iterator[Outcome]:
    """The outcome of each article of each file, in the order of the paths.

    Memory does not grow with the number of files, nor with the size of an archive. An article that takes too long or
    too much memory becomes an error, and the rest goes on. Raises WorkerError where no process can be started.
    """
    tasks = (task for path in find_sources(work.paths) for task in _tasks(path, work, known))
    if work.seconds is not None:
        yield from _watched(tasks, work, work.seconds)
        return
    table = _table(work)
    for task in tasks:
        yield task if isinstance(task, Outcome) else _outcome(task, work, table)


def _tasks(path: Path, work: Work, known: Known) -> Iterator[Task | Outcome]:
    """A file with one article is read where it is processed, an archive unpacked here, page by page."""
    if kind_of(path) in TEXT_SUFFIXES | PAGE_SUFFIXES:
        yield path, known(shown(path))
        return
    for found in read_members(path, hosts=work.hosts):
        yield _failed(found) if isinstance(found, ReadError) else (found, known(_path_of(found)))


def _path_of(source: Source) -> str:
    if isinstance(source, Member):
        return shown(source.place)
    return source.path if isinstance(source, Article) else shown(source)


def _read(source: Source) -> Article | ReadError | None:
    if isinstance(source, Path):
        return next(read_articles(source), None)
    return source.article() if isinstance(source, Member) else source


def _failed(error: ReadError) -> Outcome:
    return Outcome(error.path, error=error)


def _outcome(task: Task, work: Work, table: CompanyTable) -> Outcome:
    source, known = task
    article = _read(source)
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
    except MemoryError:
        raise
    except Exception as error:  # one text that breaks a rule must not end a run over thousands
        problem = f"extraction failed ({type(error).__name__}: {error})"
        return _failed(ReadError(article.path, problem, "report it with the article's text"))


def _table(work: Work) -> CompanyTable:
    return company_table().extended(work.rows) if work.rows else company_table()


_worker: tuple[Work, CompanyTable] | None = None


def _start_worker(work: Work) -> None:
    global _worker
    importlib.import_module(WARM)
    limits.limit_memory(MEMORY)
    _worker = work, _table(work)


def _work(task: Task) -> Outcome:
    assert _worker is not None
    work, table = _worker
    limits.limit_time(work.seconds or 0)
    try:
        return _outcome(task, work, table)
    finally:
        limits.limit_time(0)


def _watched(tasks: Iterable[Task | Outcome], work: Work, seconds: float) -> Iterator[Outcome]:
    """Each article in a worker that is killed and replaced where it overruns."""
    os.environ["OMP_NUM_THREADS"] = "1"  # one thread a worker: more of them fight for the same cores
    waiting: deque[Outcome | Running] = deque()
    with ProcessPool(work.processes, initializer=_start_worker, initargs=[work], context=_context()) as pool:
        started = (_started(pool, task, seconds) for task in tasks)
        try:
            waiting.extend(islice(started, work.processes * AHEAD))
            while waiting:
                first = waiting.popleft()
                yield first if isinstance(first, Outcome) else _result(*first, seconds)
                waiting.extend(islice(started, 1))
        finally:
            for rest in waiting:  # whoever asked has stopped asking
                if not isinstance(rest, Outcome):
                    rest[1].cancel()


def _started(pool: ProcessPool, task: Task | Outcome, seconds: float) -> Outcome | Running:
    if isinstance(task, Outcome):
        return task
    try:
        return task, pool.schedule(_work, args=[task], timeout=seconds * PATIENCE)
    except RuntimeError as error:
        raise WorkerError(f"worker processes cannot be started ({error}); free some memory and run again") from error


def _result(task: Task, future: "ProcessFuture[Outcome]", seconds: float) -> Outcome:
    late = f"took longer than {seconds:g} seconds"
    try:
        return future.result()
    except TookTooLong:
        problem = late
    except MemoryError:
        problem = f"needs more than {MEMORY // 10**9} GB of memory"
    except ProcessExpired as error:
        broken = f"broke its process (exit status {error.exitcode})"
        problem = late if limits.ran_out_of_time(error.exitcode) else broken
    return _failed(ReadError(_path_of(task[0]), problem, SPLIT))


def _context() -> BaseContext:
    """Workers forked from a clean process that holds the model; where there is no fork, each loads it."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([WARM])
    return context
