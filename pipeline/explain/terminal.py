"""An explanation for the terminal: the text with its mentions, and under each paragraph its claims."""

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.explain.models import ClaimExplanation, Explanation, FieldExplanation, Kind, Reason, Span

STYLES: dict[Kind, str] = {
    "amount": "bold reverse",
    "conversion": "underline",
    "company": "bold blue",
    "reference": "blue",
    "period": "green",
    "metric": "magenta",
    "attribution": "cyan",
    "scope": "yellow",
    "cue": "red",
    "debris": "dim",
}


def render_terminal(explanation: Explanation, console: Console) -> None:
    """Prints the article; without colours, mentions stand in brackets with their kind ("[company OpenAI]")."""
    colours = console.color_system is not None
    console.print(_heading(explanation))
    console.print(legend() if colours else Text("[kind words] is a mention, [number words] an amount with its claim"))
    for paragraph in explanation.paragraphs():
        line = Text().join(_shown(span, colours) for span in paragraph.spans)
        console.print()
        console.print(line, soft_wrap=not console.is_terminal)
        for claim in paragraph.claims:
            console.print(Padding(_card(claim), (1, 0, 0, 2), expand=False))
    console.print()


def legend() -> Text:
    """The kinds of mentions, each in its style."""
    return Text("  ").join(Text(kind, style) for kind, style in STYLES.items())


def _heading(explanation: Explanation) -> Text:
    about = (explanation.source, str(explanation.published or ""), explanation.article)
    count = len(explanation.claims)
    title = Text(explanation.title or explanation.article, "bold")
    return Text.assemble(title, "\n", " · ".join(part for part in about if part), f" · {count} claims")


def _shown(span: Span, colours: bool) -> Text:
    """The span in the style of its foremost mention, with the number of the claim that ends here."""
    if not span.marks:
        return Text(span.text)
    first = span.marks[0]
    if colours:
        closing = f"[{first.claim}]" if first.claim and span.end == first.end else ""
        return Text.assemble((span.text, STYLES[first.kind]), (closing, "bold"))
    return Text(f"[{first.claim or first.kind} {span.text}]")


def _card(explained: ClaimExplanation) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, title_justify="left", title_style="bold")
    table.title = Text(f"[{explained.number}] {explained.claim.quote}")
    table.add_column(no_wrap=True, style="dim")
    table.add_column(style="bold", max_width=32)
    table.add_column()
    for field in explained.telling:
        table.add_row(Text(field.field), Text(field.value or "none"), Text("\n").join(_lines(field)))
    table.add_row(Text("else"), None, Text(explained.defaults, "dim"))
    return table


def _lines(field: FieldExplanation) -> Iterator[Text]:
    """How the field was decided, by which words, for and against it, and what came next."""
    quotes = ", ".join(f"{e.note + ' ' if e.note else ''}« {e.text} » ({e.start}-{e.end})" for e in field.evidence)
    if quotes or all(field.how != reason.words for reason in field.reasons):
        yield Text(f"{quotes}: {field.how}" if quotes else field.how)
    for label, style, reasons in (("for", "green", pro(field)), ("against", "red", contra(field))):
        if reasons:
            yield Text.assemble((f"{label}: ", style), "; ".join(f"{r.words} {r.weight:+.2f}" for r in reasons))
    if field.runners_up:
        runners = "; ".join(f"{r.value} ({r.distance:.2f} behind)" for r in field.runners_up)
        yield Text.assemble(("next: ", "yellow"), runners)


def pro(field: FieldExplanation) -> list[Reason]:
    """The reasons that speak for the value."""
    return [reason for reason in field.reasons if reason.weight > 0]


def contra(field: FieldExplanation) -> list[Reason]:
    """The reasons that speak against it."""
    return [reason for reason in field.reasons if reason.weight < 0]
