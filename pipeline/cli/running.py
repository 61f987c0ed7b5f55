"""`recoupe run`: articles in, facts and contradictions out."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline import store
from pipeline.cli.common import (
    DEFAULT_DB,
    CompaniesFile,
    Database,
    Hosts,
    Jobs,
    Language,
    Paths,
    Strict,
    close,
    progress,
    stderr,
    warn,
    work_of,
)
from pipeline.render import told
from pipeline.run import Run


def run(
    paths: Paths,
    db: Database = DEFAULT_DB,
    jobs: Jobs = 0,
    companies: CompaniesFile = None,
    host: Hosts = None,
    language: Language = "fr",
    strict: Strict = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out the summary.")] = False,
) -> None:
    """Read articles, extract and store their claims, and cross-check them."""
    work, console = work_of(paths, jobs, companies, host, language), stderr()
    with store.open_store(db, create=True) as database:
        done = Run(database, work)
        with progress(console) as bar:
            reading = bar.add_task("reading", total=work.files)
            for outcome in done.read():
                if outcome.error:
                    bar.console.print(str(outcome.error), markup=False, soft_wrap=True)
                bar.advance(reading)
            checking = bar.add_task("cross-checking", total=len(store.pending_cells(database)))
            for _ in done.check():
                bar.advance(checking)
    if not quiet:
        summarize(done, console)
    counts = done.counts
    seen = counts.articles + counts.unchanged + counts.skipped
    if not seen and not counts.failed:
        warn("no articles found; recoupe reads text, pages, archives and JSON lines")
    close(seen, counts.failed or not seen, strict)


def summarize(work: Run, console: Console) -> None:
    """The counts of a run and its gravest new conflicts with both quotes."""
    counts = work.counts
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for label, value in (
        ("articles read", counts.articles),
        ("unchanged", counts.unchanged),
        ("copies, kept once", counts.copies),
        ("in other languages", counts.skipped),
        ("failed", counts.failed),
        ("claims", counts.claims),
        ("new contradictions", counts.contradictions),
        ("new tensions", counts.tensions),
    ):
        if value or label not in ("in other languages", "copies, kept once"):
            table.add_row(label, f"{value:,}")
    console.print(table)
    for conflict in work.gravest:
        console.print()
        console.print(told(conflict), soft_wrap=True)
