"""`recoupe run`: articles in, facts and contradictions out."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.common import (
    DEFAULT_DB,
    CompaniesFile,
    Database,
    Jobs,
    Paths,
    Strict,
    close,
    own_companies,
    progress,
    stderr,
    warn,
)
from pipeline.cli.extracting import count
from pipeline.render import told
from pipeline.run import Run
from pipeline.store import open_store
from pipeline.workers import jobs_for


def run(
    paths: Paths,
    db: Database = DEFAULT_DB,
    jobs: Jobs = 0,
    companies: CompaniesFile = None,
    strict: Strict = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out the summary.")] = False,
) -> None:
    """Read articles, extract and store their claims, and cross-check them."""
    rows, files, console = own_companies(companies), count(paths), stderr()
    with open_store(db, create=True) as database:
        work = Run(database, paths, jobs or jobs_for(files), rows)
        with progress(console) as bar:
            reading = bar.add_task("reading", total=files)
            for outcome in work.read():
                if outcome.error:
                    bar.console.print(str(outcome.error), markup=False, soft_wrap=True)
                bar.advance(reading)
            checking = bar.add_task("cross-checking", total=None)
            for _ in work.check():
                bar.advance(checking)
    if not quiet:
        summarize(work, console)
    if not files:
        warn("no articles found; known are .html, .htm, .md and .txt files")
    close(work.counts.articles + work.counts.unchanged, work.counts.failed or not files, strict)


def summarize(work: Run, console: Console) -> None:
    """The counts of a run and its gravest new conflicts with both quotes."""
    counts = work.counts
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for label, value in (
        ("articles read", counts.articles),
        ("unchanged", counts.unchanged),
        ("failed", counts.failed),
        ("claims", counts.claims),
        ("new contradictions", counts.contradictions),
        ("new tensions", counts.tensions),
    ):
        table.add_row(label, f"{value:,}")
    console.print(table)
    for conflict in work.gravest:
        console.print()
        console.print(told(conflict), soft_wrap=True)
