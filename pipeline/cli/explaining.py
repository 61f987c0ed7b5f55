"""`recoupe explain`: why each field of each claim is what it is."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import typer

from extractors.rules.company import CompanyTable, company_table
from pipeline.cli.common import CompaniesFile, Paths, Strict, close, own_companies, warn
from pipeline.errors import ReadError
from pipeline.explain import Explanation, explain_article, page_parts, render_terminal
from pipeline.read import find_sources, read_articles
from pipeline.render import console

Form = Literal["text", "html", "jsonl"]


def explain(
    paths: Paths,
    form: Annotated[Form, typer.Option("--format", help="For a terminal, a browser or a program.")] = "text",
    companies: CompaniesFile = None,
    strict: Strict = False,
) -> None:
    """Show articles with every mention marked, and under each amount what decided each field."""
    table = company_table().extended(own_companies(companies)) if companies else company_table()
    failures: list[ReadError] = []
    rest = _explained(paths, table, failures)
    first = next(rest, None)
    if first is not None:
        _write(chain([first], rest), form)
    close(int(first is not None), len(failures) or first is None, strict)


def _explained(paths: Sequence[Path], table: CompanyTable, failures: list[ReadError]) -> Iterator[Explanation]:
    """The explanation of each article; one that cannot be read is a failure and one line on standard error."""
    for found in (article for path in find_sources(paths) for article in read_articles(path)):
        if isinstance(found, ReadError):
            failures.append(found)
            warn(str(found))
        else:
            yield explain_article(found, table)


def _write(explanations: Iterable[Explanation], form: Form) -> None:
    """Writes each explanation to standard output as soon as it is there."""
    if form == "html":
        sys.stdout.writelines(page_parts(explanations))
        return
    for explanation in explanations:
        if form == "jsonl":
            print(explanation.model_dump_json(), flush=True)
        else:
            render_terminal(explanation, console(sys.stdout))
