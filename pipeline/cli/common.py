"""What the commands share: options, the two consoles and how errors end a command."""

import csv
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperGroup

from pipeline.errors import ReadError, missing
from pipeline.names import UnknownCompanyError
from pipeline.render import Format
from pipeline.store import StoreError, UnknownConflictError
from pipeline.workers import Work, WorkerError

INTERRUPTED = 130  # the exit status of a command stopped by Ctrl-C

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", readable=False, help="Articles, or folders of them.")]
Database = Annotated[Path, typer.Option("--db", metavar="FILE", help="The database of facts.")]
DEFAULT_DB = Path("facts.db")
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="Default: table on a terminal, else jsonl.", show_default=False)
]
Jobs = Annotated[int, typer.Option(min=0, help="Processes; 0 takes as many as pay off.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with status 1 when any article could not be read.")]
CompaniesFile = Annotated[
    Path | None,
    typer.Option("--companies", metavar="FILE.csv", help="Your companies: name, aliases (a|b), fiscal_year_end."),
]

COLUMNS = ("name", "aliases", "fiscal_year_end")

Hosts = Annotated[list[str] | None, typer.Option("--host", help="Of web archives, only this host; may be repeated.")]
Language = Annotated[str, typer.Option(help="Leave out articles in other languages; any keeps them.")]


class Commands(TyperGroup):
    """Ends a command on an error that the user can mend with one line on standard error and status 1."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (ReadError, StoreError, UnknownCompanyError, UnknownConflictError, WorkerError) as error:
            warn(str(error))
        except KeyboardInterrupt:
            warn("stopped; what is stored is kept, and the next run goes on from here")
            raise typer.Exit(INTERRUPTED) from None
        raise typer.Exit(1)


def stderr() -> Console:
    """The console for all that is no result."""
    return Console(stderr=True, highlight=False)


def warn(message: str) -> None:
    """One line on standard error."""
    typer.echo(message, err=True)


def chosen(form: Format | None) -> Format:
    """The format asked for, else the one that fits where standard output goes."""
    return form or ("table" if sys.stdout.isatty() else "jsonl")


def usage(message: str, option: str) -> typer.BadParameter:
    """A usage error (status 2) about an option."""
    return typer.BadParameter(message, param_hint=f"'{option}'")


def day(text: str | None, option: str) -> date | None:
    """The date of an option. Raises a usage error."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise usage(f"{text!r} is no date: write it as 2025-11-05", option) from None


def own_companies(path: Path | None) -> tuple[dict[str, str], ...]:
    """The rows of the user's file. Raises ReadError that names the line for a wrong one."""
    if path is None:
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            first = lines.readline()
            lines.seek(0)
            reader = csv.DictReader(lines, delimiter=max(",;\t", key=first.count), strict=True)
            columns = [column.strip() for column in reader.fieldnames or ()]
            unknown = [column for column in columns if column not in COLUMNS]
            if "name" not in columns or unknown:
                problem = f"unknown column {unknown[0]!r}" if unknown else "no column 'name' in line 1"
                raise ReadError(path, problem, f"write: {','.join(COLUMNS)}")
            reader.fieldnames = columns
            return tuple(_company(row, path, reader.line_num) for row in reader)
    except OSError as error:
        raise ReadError(path, error.strerror or "cannot be read", "check its name and permissions") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReadError(path, f"is no CSV in UTF-8 ({error})", "save it again, quotes closed") from error


def _company(row: dict[str, str | None], path: Path, line: int) -> dict[str, str]:
    if any(key is None for key in row):
        raise ReadError(path, f"line {line} has more cells than line 1", "separate aliases by |")
    values = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
    month = values.get("fiscal_year_end") or "12"
    if not values["name"]:
        raise ReadError(path, f"line {line} has no name", "fill it in or delete the line")
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        raise ReadError(path, f"line {line}: fiscal_year_end {month!r} is no month", "write 1 to 12")
    return values


def work_of(paths: list[Path], jobs: int, companies: Path | None, hosts: Sequence[str] | None, language: str) -> Work:
    """What the options ask to be read. Raises ReadError for a wrong file of companies, and where no path leads
    anywhere: no database is made for a slip of the pen."""
    if not any(str(path) == "-" or os.path.lexists(path) for path in paths):
        raise missing(paths[0])
    return Work(paths, jobs, own_companies(companies), frozenset(hosts or ()), language)


def progress(console: Console) -> Progress:
    """A bar with rate and remaining time; shown on a terminal only."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.speed:.1f}/s"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def close(read: int, failed: int, strict: bool) -> None:
    """Ends a batch: status 1 where no article could be read, or with `strict` where one could not."""
    if failed and (strict or not read):
        raise typer.Exit(1)
