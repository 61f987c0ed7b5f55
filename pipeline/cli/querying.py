"""`recoupe claims` and `recoupe conflicts`: questions to the database."""

from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer

from extractors.mentions import Modality
from extractors.rules.company import company_table
from extractors.rules.metric import metrics
from pipeline import compare, store
from pipeline.cli.common import DEFAULT_DB, Database, FormatOption, chosen, usage, warn
from pipeline.models import Kind, Period, Severity
from pipeline.names import match_company
from pipeline.periods import parse_query_period
from pipeline.render import write_agreeing, write_claims, write_conflicts, write_incomparable
from pipeline.run import compared

Company = Annotated[str | None, typer.Option(help="Company, by any of its names.")]
Metric = Annotated[str | None, typer.Option(help="Metric code: revenue, loss, funding, …")]
Source = Annotated[str | None, typer.Option(help="Outlet.")]
Limit = Annotated[int | None, typer.Option(min=0, help="At most so many.")]
Shown = Literal["open", "confirmed", "dismissed", "resolved", "superseded", "all"]
UNSETTLED = frozenset({"open", "confirmed"})


def claims(
    db: Database = DEFAULT_DB,
    company: Company = None,
    metric: Metric = None,
    period: Annotated[str | None, typer.Option(help="2025, 2025-T3, 2025-S1, 2025-03 or FROM..TO.")] = None,
    source: Source = None,
    modality: Annotated[Modality | None, typer.Option(help="How the article puts it.")] = None,
    text: Annotated[str | None, typer.Option(metavar="WORDS", help="Words of the sentence.")] = None,
    agreements: Annotated[
        bool, typer.Option("--agreements", help="Add which other articles say the same, and how many origins.")
    ] = False,
    form: FormatOption = None,
    limit: Limit = None,
) -> None:
    """List the stored claims."""
    code, days = metric_code(metric), _days(period)
    with store.read_store(db) as database:
        wanted = store.ClaimFilter(company_names(database, company), code, days, source, modality, text)
        found = store.find_claims(database, wanted, limit)
        if agreements:
            known = store.Agreements(database)
            shown = write_agreeing(((claim, known.of(claim)) for claim in found), chosen(form))
        else:
            shown = write_claims(found, chosen(form))
    if not shown:
        warn("no claims match")


def conflicts(
    db: Database = DEFAULT_DB,
    company: Company = None,
    metric: Metric = None,
    severity: Annotated[Severity | None, typer.Option(help="How grave.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What most likely happened.")] = None,
    source: Source = None,
    status: Annotated[Shown | None, typer.Option(help="Default: open and confirmed.", show_default=False)] = None,
    origin: Annotated[
        Path | None, typer.Option("--from", metavar="CLAIMS.jsonl", help="Compare these claims, without a database.")
    ] = None,
    incomparable: Annotated[bool, typer.Option("--incomparable", help="List what could not be compared.")] = False,
    form: FormatOption = None,
    limit: Limit = None,
) -> None:
    """List the flagged conflicts, the gravest first."""
    code = metric_code(metric)
    with compared(origin) if origin else store.read_store(db) as database:
        sides = store.ClaimFilter(company_names(database, company), code, source=source)
        if incomparable:
            groups = store.groups(database, sides)
            unlike = (one for group in groups for one in compare.find_incomparable(group))
            shown = write_incomparable(islice(unlike, limit), chosen(form))
        else:
            found = store.find_conflicts(database, _filter(sides, severity, kind, status))
            shown = write_conflicts(islice(found, limit), chosen(form))
    if not shown:
        warn("nothing matches")


def _filter(
    sides: store.ClaimFilter, severity: Severity | None, kind: Kind | None, status: Shown | None
) -> store.ConflictFilter:
    if status == "superseded":
        return store.ConflictFilter(sides, severity, kind, superseded=True)
    if status == "all":
        return store.ConflictFilter(sides, severity, kind, superseded=None)
    return store.ConflictFilter(sides, severity, kind, frozenset({status}) if status else UNSETTLED)


def company_names(database: store.Database, company: str | None) -> frozenset[str] | None:
    """The canonical names that the option stands for. Raises UnknownCompanyError."""
    return match_company(company, store.company_names(database), company_table()) if company else None


def metric_code(code: str | None) -> str | None:
    """The metric of the option. Raises a usage error that lists the codes."""
    if code and code not in metrics():
        raise usage(f"{code!r} is no metric; known are {', '.join(metrics())}", "--metric")
    return code


def _days(period: str | None) -> Period | None:
    try:
        return parse_query_period(period) if period else None
    except ValueError as error:
        raise usage(str(error), "--period") from None
