"""`recoupe parse`: what the rules find in a text."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from extractors.rules.company import company_table
from pipeline.cli.common import CompaniesFile, day, own_companies, warn
from pipeline.parse import mentions_of, parse_text
from pipeline.render import amount_text, console, period_text

Item = tuple[str, date | None]


def parse(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text; - reads one text or JSON object a line.")],
    published: Annotated[str | None, typer.Option(metavar="DATE", help="Day that relative dates count from.")] = None,
    form: Annotated[
        Literal["jsonl", "table"] | None,
        typer.Option("--format", help="Default: table on a terminal, else jsonl.", show_default=False),
    ] = None,
    companies: CompaniesFile = None,
) -> None:
    """Show the amounts, periods, companies and metric cues found in a text, and which rule found each."""
    table = company_table().extended(own_companies(companies)) if companies else company_table()
    base = day(published, "--published")
    as_lines = (form or ("table" if sys.stdout.isatty() else "jsonl")) == "jsonl"
    failed = read = 0
    for item in _lines(base) if text == "-" else iter([(text, base)]):
        if isinstance(item, str):
            warn(item)
            failed += 1
            if as_lines:
                print(json.dumps({"error": item}, ensure_ascii=False), flush=True)
            continue
        read += 1
        row = parse_text(*item, table)
        if as_lines:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        else:
            console(sys.stdout).print(_table(row))
    if failed and not read:
        raise typer.Exit(1)


def _lines(base: date | None) -> Iterator[Item | str]:
    """The texts of standard input; a string is what is wrong with a line."""
    for count, line in enumerate(sys.stdin, 1):
        line = line.rstrip("\r\n")
        if not line.lstrip().startswith("{"):
            yield line, base
            continue
        try:
            row = json.loads(line)
            yield str(row["text"]), date.fromisoformat(row["published"]) if row.get("published") else base
        except (ValueError, KeyError, TypeError) as error:
            yield f'line {count}: {_fault(error)}; write {{"text": "…", "published": "2025-11-05"}}'


def _fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "not a JSON object"
    return "no field text" if isinstance(error, KeyError) else f"not as expected ({error})"


def _table(row: dict[str, Any]) -> Table:
    table = Table("Kind", "Text", "Value", "Rule", box=None, pad_edge=False)
    values: dict[str, Callable[[dict[str, Any]], str]] = {
        "amount": amount_text,
        "period": lambda one: period_text({f"period_{k}": one[k] for k in ("start", "end")} | one),
        "company": lambda one: one["name"],
        "metric": lambda one: one["metric"],
    }
    for kind, one in mentions_of(row):
        table.add_row(*map(Text, (kind, one["text"], values[kind](one), one["rule"])))
    return table
