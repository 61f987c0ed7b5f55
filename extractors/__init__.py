"""Reads a text and tells which amounts of money it states, of whom, of what and when. Knows no file and no database.

>>> relations = extract("Mistral AI a levé 1,7 milliard d'euros en septembre 2025.")
"""

from collections.abc import Mapping, Sequence
from datetime import date

from babel.dates import format_date

from extractors.document import Document, Sentence
from extractors.encoder import Reading
from extractors.mentions import Amount, CompanyMention
from extractors.relate import Relation, Scene, relate
from extractors.relate.scene import WEAK
from extractors.rules.attribution import find_attributions
from extractors.rules.company import (
    CompanyTable,
    company_table,
    find_listed,
    find_periphrases,
    find_products,
    without_overlaps,
)
from extractors.rules.company_unknown import find_unlisted, name_evidence, tickers
from extractors.rules.metric import find_metric_cues
from extractors.rules.money import find_amounts
from extractors.rules.period import find_periods
from extractors.rules.reference import find_all
from extractors.syntax import Parse, parse

__all__ = ["Relation", "Scene", "extract", "proposed_names", "read_scene"]

Spans = Sequence[tuple[int, int]]
HEADLINE = 300  # characters; a longer title is none


def extract(
    text: str,
    debris: Spans = (),
    table: CompanyTable | None = None,
    title: str | None = None,
    outlet: str | None = None,
    published: date | None = None,
) -> list[Relation]:
    """The amounts of a text with all that was attached to them; `debris` spans yield none.

    `title` is a headline that is not part of the text: it yields no claims, but it may name the topic. `outlet` is who
    publishes it, which is never what an amount is about; `published` the day, before which nothing is a forecast. The
    encoder reads headline and day before the text.
    """
    amounts = find_amounts(text, debris)
    return (
        relate(read_scene(text, amounts, table or company_table(), debris, title, outlet, published)) if amounts else []
    )


def read_scene(
    text: str,
    amounts: Sequence[Amount],
    table: CompanyTable,
    debris: Spans = (),
    title: str | None = None,
    outlet: str | None = None,
    published: date | None = None,
) -> Scene:
    """Everything found around the given amounts. Only passages that can hold a claim are parsed."""
    document, parses = _parsed(text, amounts)
    lead = _lead(title, published, document)
    reading = Reading(text, lead)
    named, evidence = _companies(document, parses, table, amounts, reading, outlet, title)
    companies = _outside(named, debris)
    return Scene(
        document=document,
        amounts=amounts,
        periods=find_periods(text),
        companies=companies,
        references=find_all(document, [m for m in companies if m.rule not in WEAK], parses, table),
        evidence=evidence,
        title_companies=_titled(document, title, lead, table, outlet) if title else (),
        title_sums={a.low for a in find_amounts(title) if a.low is not None} if title else (),
        cues=find_metric_cues(text, 0, len(text)),
        attributions=find_attributions(document, 0, len(text)),
        parses=parses,
        table=table,
        reading=reading,
        published=published,
    )


def proposed_names(
    text: str, amounts: Sequence[Amount], table: CompanyTable, outlet: str | None = None, title: str | None = None
) -> dict[str, set[str]]:
    """Names that no table lists, with the kinds of evidence that they are organisations'."""
    document, parses = _parsed(text, amounts)
    return name_evidence(document, parses, table, outlet, title)


def _parsed(text: str, amounts: Sequence[Amount]) -> tuple[Document, dict[int, Parse]]:
    document = Document(text)
    return document, parse(document, _worth_parsing(document, amounts), [_masked(a) for a in amounts])


def _masked(amount: Amount) -> tuple[int, int]:
    return amount.start, max(amount.end, amount.conversion[1] if amount.conversion else 0)


def _worth_parsing(document: Document, amounts: Sequence[Amount]) -> list[Sentence]:
    """The sentences with amounts, the one before each, and the title and opening that name the topic."""
    indices = {0, 1}
    for amount in amounts:
        here = document.sentence_at(amount.start)
        indices |= {here.index, max(0, here.index - 1)}
    return [s for s in document.sentences if s.index in indices]


def _companies(
    document: Document,
    parses: dict[int, Parse],
    table: CompanyTable,
    amounts: Sequence[Amount],
    reading: Reading,
    outlet: str | None,
    title: str | None = None,
) -> tuple[list[CompanyMention], Mapping[str, tuple[str, ...]]]:
    listed = find_listed(document, table, reading)
    named = without_overlaps(
        [*listed, *find_products(document, table), *find_periphrases(document, table, {m.name for m in listed})]
    )
    taken = [(m.start, m.end) for m in named] + [_masked(a) for a in amounts]
    unlisted, evidence = find_unlisted(document, parses, table, taken, reading, outlet, title)
    return without_overlaps([*named, *unlisted]), evidence


def _lead(title: str | None, published: date | None, document: Document) -> str:
    """What the encoder reads before the text: the headline, where the text does not repeat it, and the day."""
    headline = f"{title}\n" if title and len(title) <= HEADLINE and not document.opens_with(title) else ""
    day = f"{format_date(published, 'long', 'fr')}\n" if published else ""
    return f"{headline}{day}\n" if headline or day else ""


def _titled(document: Document, title: str, lead: str, table: CompanyTable, outlet: str | None) -> list[CompanyMention]:
    """The companies that a headline names, below zero where the encoder reads it before the text."""
    headline = Document(title)
    mentions, _ = _companies(headline, parse(headline, headline.sentences, []), table, [], Reading(title), outlet)
    letters, start = tickers(document.plain), -len(lead) if lead.startswith(title) else 0
    return [
        m.model_copy(update={"start": start + m.start, "end": start + m.end})
        for m in mentions
        if m.rule not in WEAK and m.name not in letters
    ]


def _outside(mentions: Sequence[CompanyMention], debris: Spans) -> list[CompanyMention]:
    return [m for m in mentions if not any(start <= m.start < end for start, end in debris)]
