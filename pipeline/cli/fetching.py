"""`recoupe fetch` and `recoupe watch`: articles from the web."""

import re
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from pipeline import store
from pipeline.cli.common import DEFAULT_DB, CompaniesFile, Database, Jobs, Strict, close, usage, warn, work_of
from pipeline.errors import ReadError, shown
from pipeline.fetch import FetchOptions, FetchResult
from pipeline.fetch import fetch as fetch_pages
from pipeline.render import console, told
from pipeline.run import Run

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
ALL = 10_000  # new conflicts that one round prints at most
Targets = Annotated[list[str], typer.Argument(metavar="URL|FILE...", help="Pages, feeds, sitemaps, files of URLs.")]
Contact = Annotated[str | None, typer.Option(help="Address that a webmaster can write to, sent along.")]
Delay = Annotated[float, typer.Option(min=0, help="Seconds between two requests to a host.")]
Private = Annotated[bool, typer.Option("--allow-private", help="Also fetch from this machine and its network.")]


def fetch(
    targets: Targets,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for the pages.")],
    warc: Annotated[Path | None, typer.Option(metavar="FILE", help="Append to a .warc.gz, not single pages.")] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask again for pages that are there.")] = False,
    contact: Contact = None,
    delay: Delay = 2.0,
    allow_private: Private = False,
    strict: Strict = False,
) -> None:
    """Fetch pages and the articles of feeds; what is there already is not fetched again."""
    options = _options(contact, delay, allow_private, refresh, warc)
    good = bad = 0
    for result in _fetched(_urls(targets), to, options):
        succeeded = _succeeded(result)
        good, bad = good + succeeded, bad + (not succeeded)
        if result.outcome == "saved" and result.path:
            print(shown(result.path), flush=True)
    close(good, bad, strict)


def watch(
    feeds: Targets,
    every: Annotated[str, typer.Option(metavar="TIME", help="Time between rounds: 90s, 15m, 2h, 1d.")] = "15m",
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for the pages.")] = Path("fetched"),
    db: Database = DEFAULT_DB,
    rounds: Annotated[int, typer.Option(min=0, help="Stop after so many rounds; 0 goes on.")] = 0,
    jobs: Jobs = 1,
    companies: CompaniesFile = None,
    contact: Contact = None,
    delay: Delay = 2.0,
    allow_private: Private = False,
) -> None:
    """Fetch feeds again and again, run, and print new contradictions; stops cleanly on a signal."""
    seconds, options = _seconds(every), _options(contact, delay, allow_private)
    urls = list(_urls(feeds))
    with suppress(_StoppedError), _stoppable() as stop:
        done = reached = 0
        while not stop.is_set():
            with stop.breaking():
                reached += sum(_succeeded(result) for result in _fetched(urls, to, options))
            _round(to, db, jobs, companies, stop)
            done += 1
            if done == rounds or stop.wait(seconds):
                if not reached:
                    raise typer.Exit(1)
                return


def _round(to: Path, db: Path, jobs: int, companies: Path | None, stop: threading.Event) -> None:
    """Reads what was fetched and prints what is new. Stopped halfway, it is completed by the next run."""
    with store.open_store(db, create=True) as database:
        run = Run(database, work_of([to], jobs, companies, None, "fr"), shown=ALL)
        for steps in (run.read(), run.check()):
            for _ in steps:
                if stop.is_set():
                    return
    for conflict in run.gravest:
        console(sys.stdout).print(told(conflict), "\n", soft_wrap=True)
    warn(f"{run.counts.articles} new articles, {run.counts.claims} claims, {run.counts.contradictions} contradictions")


class _StoppedError(Exception):
    """A signal came while a server was waited for."""


class _Stop(threading.Event):
    """Set by a signal. What is written is left to be finished; a server that is slow, or asked to wait, is not."""

    _breaks = False

    def caught(self, *_: object) -> None:
        self.set()
        if self._breaks:
            raise _StoppedError

    @contextmanager
    def breaking(self) -> Iterator[None]:
        self._breaks = True
        try:
            yield
        finally:
            self._breaks = False


@contextmanager
def _stoppable() -> Iterator[_Stop]:
    """An event that Ctrl-C and a polite kill set, in place of what they do otherwise."""
    stop = _Stop()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, stop.caught) for one in signals]
    try:
        yield stop
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def _options(
    contact: str | None, delay: float, allow_private: bool, refresh: bool = False, warc: Path | None = None
) -> FetchOptions:
    named = {"contact": contact} if contact else {}
    return FetchOptions(**named, delay=delay, allow_private=allow_private, refresh=refresh, warc=warc)


def _fetched(urls: Iterable[str], to: Path, options: FetchOptions) -> Iterator[FetchResult]:
    try:
        yield from fetch_pages(urls, to, options)
    except OSError as error:
        raise ReadError(
            to, f"cannot be written ({error.strerror or error})", "name another folder with --to"
        ) from error


def _succeeded(result: FetchResult) -> bool:
    """Whether the address came to something; what went wrong is one line on standard error."""
    if result.outcome in ("refused", "failed"):
        warn(f"{shown(result.url)}: {result.outcome}: {result.problem}")
        return False
    return True


def _urls(targets: Sequence[str]) -> Iterator[str]:
    """The addresses, and those in files of one a line (# starts a comment). Raises a usage error."""
    for target in targets:
        if re.match(r"https?://", target, re.I):
            yield target
            continue
        try:
            lines = Path(target).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise usage(f"{target!r} is neither an http(s) address nor a file of them", "URL|FILE...") from None
        yield from (line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d{1,6})([smhd])", text.strip().lower())
    if not found:
        raise usage(f"{text!r} is no time: write 90s, 15m, 2h or 1d", "--every")
    if not int(found[1]):
        raise usage("a feed is not asked without a pause: write 90s, 15m, 2h or 1d", "--every")
    return int(found[1]) * UNITS[found[2]]
