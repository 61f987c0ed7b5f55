"""`recoupe review`, `recoupe timeline` and `recoupe sources`: what editors do with the facts."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from pipeline import compare, store
from pipeline.cli.common import DEFAULT_DB, Database, FormatOption, chosen, usage, warn
from pipeline.cli.querying import Metric, company_names, metric_code
from pipeline.models import Claim
from pipeline.render import amount_text, claim_row, console, period_text, told, write, write_claims


def review(
    conflict_id: Annotated[str, typer.Argument(metavar="ID", help="The conflict's id, or its beginning.")],
    confirm: Annotated[bool, typer.Option("--confirm", help="It is a contradiction.")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="It is none; it is not shown again.")] = False,
    resolve: Annotated[bool, typer.Option("--resolve", help="It was one and has been settled.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Take an earlier judgement back.")] = False,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    db: Database = DEFAULT_DB,
) -> None:
    """Judge a conflict; the judgement holds until one of the two claims changes."""
    asked: dict[store.Status, bool] = {
        "confirmed": confirm,
        "dismissed": dismiss,
        "resolved": resolve,
        "open": reopen,
    }
    statuses = [status for status, wanted in asked.items() if wanted]
    if len(statuses) != 1:
        raise usage("give one of them", "--confirm / --dismiss / --resolve / --reopen")
    with store.open_store(db) as database:
        judged = store.save_review(database, conflict_id, statuses[0], note)
    console(sys.stdout).print(told(judged), Text(f"now {judged.status}"), sep="\n")


def timeline(
    company: Annotated[str, typer.Argument(metavar="COMPANY", help="Company, by any of its names.")],
    metric: Metric = None,
    db: Database = DEFAULT_DB,
    form: FormatOption = None,
) -> None:
    """Show a company's figures over periods and publication dates."""
    code = metric_code(metric)
    with store.read_store(db) as database:
        wanted = store.ClaimFilter(company_names(database, company), code)
        claims = sorted(store.find_claims(database, wanted), key=_in_time)
        disputed = Counter(
            side.claim_id
            for conflict in store.find_conflicts(database, store.ConflictFilter(wanted))
            for side in (conflict.a, conflict.b)
        )
    if not claims:
        warn("no claims match; ask for another metric, or none")
    if chosen(form) != "table":
        write_claims(claims, chosen(form))
    elif claims:
        console(sys.stdout).print(_timeline(claims, disputed))


def _in_time(claim: Claim) -> tuple[str, ...]:
    start = claim.period_start or claim.period_end or claim.published
    return claim.metric, claim.scope or "", str(start or ""), str(claim.period_end or ""), str(claim.published or "")


def _timeline(claims: list[Claim], disputed: Counter[str]) -> Table:
    agreeing = {one.claim_id: len({c.article for c in same}) for same in compare.agreements(claims) for one in same}
    table = Table(box=None, pad_edge=False)
    for name in ("Metric", "Period", "Published", "Amount", "Modality", "Source"):
        table.add_column(name, no_wrap=name not in ("Metric", "Source"))
    table.add_column("Articles", justify="right")
    table.add_column("")
    last = None
    for claim in claims:
        row = claim_row(claim)
        name = f"{claim.metric} ({claim.scope})" if claim.scope else claim.metric
        cells = (
            name if name != last else "",
            period_text(row),
            row["published"] or "",
            amount_text(row),
            claim.modality,
        )
        mark = ("disputed", "bold red") if disputed[claim.claim_id] else ""
        table.add_row(*map(Text, (*cells, claim.outlet, str(agreeing.get(claim.claim_id, 1)))), Text.assemble(mark))
        last = name
    return table


def sources(db: Database = DEFAULT_DB, form: FormatOption = None) -> None:
    """Show each outlet's record: claims, agreements, conflicts, and how often it was the lone voice."""
    with store.read_store(db) as database:
        rows = _records(store.groups(database), store.Copies(database))
        write(rows, chosen(form), ("source", *RECORD), _source_table, sys.stdout)


def _source_table(rows: list[dict[str, Any]]) -> Table:
    table = Table("Source", box=None, pad_edge=False)
    for name in RECORD:
        table.add_column(name.capitalize(), justify="right")
    for row in rows:
        table.add_row(Text(row["source"]), *(f"{row[name]:,}" for name in RECORD))
    return table


RECORD = ("claims", "agreements", "conflicts", "alone")


def _records(groups: Iterable[list[Claim]], copies: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    totals: dict[str, Counter[str]] = {}
    for record in (record for group in groups for record in compare.records(group, copies=copies)):
        counts = totals.setdefault(record.source, Counter())
        counts.update({name: getattr(record, name) for name in RECORD})
    for source in sorted(totals, key=lambda name: -totals[name]["claims"]):
        yield {"source": source, **{name: totals[source][name] for name in RECORD}}
