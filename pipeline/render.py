"""Claims and conflicts as JSON lines, CSV and terminal tables."""

import csv
import json
import sys
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Literal, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.models import Claim, Conflict, Incomparable, Standing, credit

Format = Literal["jsonl", "csv", "table"]
Row = dict[str, Any]

CLAIM_FIELDS = (
    "claim_id", "article", "source", "url", "title", "published", "agency", "quote", "start", "end", "sentence",
    "amount_min", "amount_max", "bound", "currency", "currency_inferred", "per", "change", "company", "company_mention",
    "counterparty", "metric", "scope", "period_start", "period_end", "duration", "modality", "attribution",
)  # fmt: skip
AGREEING_FIELDS = (*CLAIM_FIELDS, *Standing.model_fields)
CONFLICT_FIRST = ("kind", "severity", "reason", "a", "b")
SIDE_FIELDS = ("article", "source", "published", "quote", "sentence")  # of each side in a row of CSV
FLAT_FIELDS = (
    "conflict_id", "kind", "severity", "status", "company", "metric", "reason",
    *(f"{side}_{name}" for side in ("a", "b") for name in SIDE_FIELDS), "values_a", "values_b", "rate", "rate_day",
    "sum", "cause", "cause_evidence", "second_cause", "second_cause_evidence", "articles_a", "origins_a", "articles_b",
    "origins_b", "superseded",
)  # fmt: skip
FILE_WIDTH = 160  # columns of a table that goes to a file
UNITS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"))
BOUNDS = {"at_least": "≥ ", "at_most": "≤ ", "approx": "~ "}


def number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole amounts stay integers, so that no digit is lost."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def claim_row(claim: Claim) -> Row:
    """The claim's fields as JSON values, in the order in which they are documented."""
    values = claim.model_dump(mode="json", include=set(CLAIM_FIELDS))
    return {name: values[name] for name in CLAIM_FIELDS}


def conflict_row(conflict: Conflict) -> Row:
    """The conflict's fields as JSON values: kind, severity, reason, both claims, then how they were compared."""
    values = conflict.model_dump(mode="json", exclude={"a", "b"})
    values |= {"a": claim_row(conflict.a), "b": claim_row(conflict.b)}
    values["rate"] = number(conflict.rate)
    return {name: values[name] for name in (*CONFLICT_FIRST, *(n for n in values if n not in CONFLICT_FIRST))}


def write_claims(claims: Iterable[Claim], form: Format, out: TextIO | None = None) -> int:
    """Writes the claims to `out` (standard output) as they come; how many there were."""
    return write(map(claim_row, claims), form, CLAIM_FIELDS, _claim_table, out or sys.stdout)


def write_agreeing(claims: Iterable[tuple[Claim, Standing]], form: Format, out: TextIO | None = None) -> int:
    """Writes each claim with who says the same, of which a row of CSV has the ids alone; how many claims there were."""
    rows = ({**claim_row(claim), **standing.model_dump(mode="json")} for claim, standing in claims)
    flat = ({**row, "agreements": " ".join(one["claim_id"] for one in row["agreements"])} for row in rows)
    return write(flat if form == "csv" else rows, form, AGREEING_FIELDS, _claim_table, out or sys.stdout)


def write_incomparable(found: Iterable[Incomparable], form: Format, out: TextIO | None = None) -> int:
    """Writes what could not be compared, and why; how many there were."""
    fields = ("reason", *(f"{side}_{name}" for side in ("a", "b") for name in SIDE_FIELDS))
    rows = (_incomparable_row(one) for one in found)
    flat = (_sides(row) for row in rows) if form == "csv" else rows
    return write(flat, form, fields, _incomparable_table, out or sys.stdout)


def _incomparable_row(one: Incomparable) -> Row:
    return {"reason": one.reason, "a": claim_row(one.a), "b": claim_row(one.b) if one.b else None}


def _sides(row: Row) -> Row:
    return {f"{side}_{name}": (row[side] or {}).get(name) for side in ("a", "b") for name in SIDE_FIELDS} | row


def _incomparable_table(rows: list[Row]) -> Table:
    table = Table("Why", "Who says what", box=None, pad_edge=False, padding=(0, 1, 1, 0))
    for row in rows:
        table.add_row(Text(row["reason"]), Text("\n").join(said(row[side]) for side in ("a", "b") if row[side]))
    return table


def write_conflicts(conflicts: Iterable[Conflict], form: Format, out: TextIO | None = None) -> int:
    """Writes the conflicts to `out` (standard output) as they come; how many there were."""
    if form == "csv":
        return write(map(flat_conflict, conflicts), form, FLAT_FIELDS, _conflict_table, out or sys.stdout)
    return write(map(conflict_row, conflicts), form, (), _conflict_table, out or sys.stdout)


def write(
    rows: Iterator[Row], form: Format, fields: Iterable[str], table: Callable[[list[Row]], Table], out: TextIO
) -> int:
    """Writes rows of JSON values to `out`: `fields` are the columns of CSV, `table` makes the table."""
    if form == "table":
        shown = list(rows)
        if shown:
            console(out).print(table(shown))
        return len(shown)
    if form == "csv":
        writer = csv.DictWriter(out, tuple(fields), extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        return sum(1 for _ in map(writer.writerow, rows))
    return sum(1 for row in rows if out.write(json.dumps(row, ensure_ascii=False) + "\n"))


def console(out: TextIO) -> Console:
    """A console for tables: as wide as the terminal, or wide enough for a file."""
    return Console(file=out, highlight=False, width=None if out.isatty() else FILE_WIDTH)


def flat_conflict(conflict: Conflict) -> Row:
    """The conflict as one row of a table, with what tells its two sides apart."""
    row = conflict_row(conflict)
    flat = {**_sides(row), "company": row["a"]["company"], "metric": row["a"]["metric"]}
    for name, cause in zip_longest(("cause", "second_cause"), conflict.causes[:2]):
        flat |= {name: cause and cause.label, f"{name}_evidence": cause and cause.evidence}
    for side, support in (("a", conflict.support_a), ("b", conflict.support_b)):
        flat |= {f"{name}_{side}": support and getattr(support, name) for name in ("articles", "origins")}
    return {name: flat[name] for name in FLAT_FIELDS}


def amount_text(claim: Mapping[str, Any]) -> str:
    """The amount of a claim's row for a narrow column: "~ 1.46 bn USD", "3 m - 4 m EUR / month"."""
    low, high = claim["amount_min"], claim["amount_max"]
    ends = [_short(v) for v in dict.fromkeys((low, high)) if v is not None]
    rate = f" / {claim['per']}" if claim["per"] else ""
    sign = "Δ " if claim["change"] else ""
    return f"{sign}{BOUNDS.get(claim['bound'], '')}{' - '.join(ends)} {claim['currency'] or '?'}{rate}"


def _short(value: float) -> str:
    number = Decimal(str(value))
    for unit, name in UNITS:
        if number >= unit:
            return f"{(number / unit).normalize():,f} {name}"
    return f"{number:,f}"


def period_text(claim: Mapping[str, Any]) -> str:
    """The period of a claim's row: "2025", "2025-T3", "2025-03", "..2027-12-31", "P4Y" or nothing."""
    start, end = claim["period_start"], claim["period_end"]
    if not (start or end):
        return claim["duration"] or ""
    return WHOLE.get((str(start)[5:], str(end)[5:]), _stretch)(str(start or ""), str(end or ""))


def _stretch(start: str, end: str) -> str:
    if start == end:
        return start
    if start[:7] == end[:7] and start.endswith("-01") and int(end[8:]) == monthrange(int(end[:4]), int(end[5:7]))[1]:
        return start[:7]
    return f"{start}..{end}"


def _named(name: str) -> Callable[[str, str], str]:
    return lambda start, end: f"{start[:4]}{name}" if start[:4] == end[:4] else f"{start}..{end}"


WHOLE = {  # first and last day of the stretches that have a name
    ("01-01", "12-31"): _named(""),
    ("01-01", "06-30"): _named("-S1"),
    ("07-01", "12-31"): _named("-S2"),
    ("01-01", "03-31"): _named("-T1"),
    ("04-01", "06-30"): _named("-T2"),
    ("07-01", "09-30"): _named("-T3"),
    ("10-01", "12-31"): _named("-T4"),
}


def _claim_table(rows: list[Row]) -> Table:
    table = Table("Company", "Metric", box=None, pad_edge=False)
    for name in ("Amount", "Period", "Modality"):
        table.add_column(name, no_wrap=True)
    table.add_column("Source")
    table.add_column("Quote")
    counts = [name for name in ("articles", "origins") if rows and name in rows[0]]
    for name in counts:
        table.add_column(name.capitalize(), justify="right", no_wrap=True)
    for row in rows:
        metric = f"{row['metric']} ({row['scope']})" if row["scope"] else row["metric"]
        company = row["company"] or "-"
        if row["counterparty"]:
            company += f" / {row['counterparty']}"
        cells = (company, metric, amount_text(row), period_text(row), row["modality"], _source(row), row["quote"])
        table.add_row(*map(Text, cells), *(f"{row[name]:,}" for name in counts))
    return table


def _conflict_table(rows: list[Row]) -> Table:
    table = Table("Conflict", "What", "Says who", box=None, pad_edge=False, padding=(0, 1, 1, 0))
    for row in rows:
        style = "bold red" if row["severity"] == "contradiction" else "yellow"
        head = Text.assemble((row["severity"], style), f"\n{row['kind']}\n{row['conflict_id']}")
        if row["status"] != "open":
            head.append(f"\n{row['status']}")
        table.add_row(head, Text(row["reason"]), Text("\n").join(_voices(row)))
    return table


def _voices(row: Row) -> Iterator[Text]:
    """Both sides of a conflict, each with how many articles stand behind it where it is not alone."""
    for side in ("a", "b"):
        support = row[f"support_{side}"]
        many = support and support["articles"] > 1
        behind = f" ({support['articles']:,} articles, {support['origins']:,} independent)" if many else ""
        again = side == "b" and row["a"]["article"] == row["b"]["article"]
        yield said(row[side], "the same article" if again else _source(row[side]) + behind)


def _source(claim: Mapping[str, Any]) -> str:
    return credit(claim["source"], claim["article"], claim["published"])


def said(claim: Mapping[str, Any], source: str | None = None) -> Text:
    """What a claim's source says: the sentence with the quote in bold."""
    sentence = Text(f"« {' '.join(claim['sentence'].split()) or claim['quote']} »")
    sentence.highlight_words([" ".join(claim["quote"].split())], "bold")
    return Text.assemble(f"{source or _source(claim)}: ", sentence)


def told(conflict: Conflict) -> Text:
    """A conflict in four lines: what it is, why, and both sides."""
    style = "bold red" if conflict.severity == "contradiction" else "yellow"
    head = Text.assemble((f"{conflict.severity}, {conflict.kind}", style), f" [{conflict.conflict_id}]")
    sides = [Text("  ").append_text(voice) for voice in _voices(conflict_row(conflict))]
    return Text("\n").join([head, Text(conflict.reason), *sides])
