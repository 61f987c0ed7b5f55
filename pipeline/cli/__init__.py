"""The command line: one module for each group of commands."""

from collections.abc import Callable
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.cli.common import Commands
from pipeline.cli.explaining import explain
from pipeline.cli.exporting import export
from pipeline.cli.extracting import extract
from pipeline.cli.fetching import fetch, watch
from pipeline.cli.parsing import parse
from pipeline.cli.querying import claims, conflicts
from pipeline.cli.reviewing import review, sources, timeline
from pipeline.cli.running import run
from pipeline.cli.scoring import score

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"recoupe {__version__}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Extract monetary claims from French tech articles and tell which of them contradict each other."""


def _add(command: Callable[..., None], example: str) -> None:
    app.command(epilog=f"Example: {example}")(command)


_add(run, "recoupe run articles/ --db facts.db")
_add(extract, "recoupe extract articles/ --format csv > claims.csv")
_add(parse, 'recoupe parse "OpenAI a levé 6,6 milliards de dollars mardi" --published 2024-10-03')
_add(explain, "recoupe explain articles/openai.txt --format html > openai.html")
_add(claims, "recoupe claims --company OpenAI --metric revenue --period 2024..2025")
_add(conflicts, "recoupe conflicts --company OpenAI --severity contradiction --format table")
_add(review, 'recoupe review 1f2e3d4c --dismiss --note "two different funds"')
_add(timeline, "recoupe timeline OpenAI --metric revenue")
_add(sources, "recoupe sources --format table")
_add(fetch, "recoupe fetch https://outlet.example/feed.xml --to fetched")
_add(watch, "recoupe watch https://outlet.example/feed.xml --every 15m")
_add(export, "recoupe export --to exported/")
_add(score, "recoupe score corpus/articles --errors 20 --field period")
