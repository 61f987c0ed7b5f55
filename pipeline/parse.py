"""What the rules find in one piece of text, each with its span and the rule that found it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from extractors import read_scene
from extractors.mentions import Amount, Mention, PeriodMention
from extractors.rules.company import CompanyTable
from extractors.rules.money import find_amounts
from pipeline.models import Period
from pipeline.periods import resolve
from pipeline.render import number

Row = dict[str, Any]


def parse_text(text: str, published: date | None, table: CompanyTable) -> Row:
    """The mentions in `text` by kind, as JSON values; relative dates are resolved against `published`.

    "4,3 milliards au S1 2025" has an amount of 4300000000 and a period from 2025-01-01 to 2025-06-30.
    """
    amounts = find_amounts(text)
    scene = read_scene(text, amounts, table)
    return {
        "text": text,
        "published": published.isoformat() if published else None,
        "amounts": [_found(one, **_amount(one)) for one in amounts],
        "periods": _periods(scene.periods, published),
        "companies": [_found(one, name=one.name, known=one.known) for one in scene.companies],
        "metrics": [_found(one, metric=one.value) for one in scene.cues],
    }


def _found(mention: Mention, **values: Any) -> Row:
    return {"text": mention.text, "span": [mention.start, mention.end], **values, "rule": mention.rule}


def _amount(amount: Amount) -> Row:
    names = ("bound", "currency", "currency_inferred", "per", "change")
    ends = {"amount_min": number(amount.low), "amount_max": number(amount.high)}
    return ends | {name: getattr(amount, name) for name in names}


def _periods(mentions: Iterable[PeriodMention], published: date | None) -> list[Row]:
    """Each period in days; one that leans on another ("un an plus tôt") leans on the one before it."""
    rows, anchor = [], None
    for mention in mentions:
        period = resolve(mention, published, anchor=anchor) or Period()
        anchor = period if period.start or period.end else anchor
        days = period.model_dump(mode="json")
        rows.append(_found(mention, **days, kind=mention.kind, grain=mention.grain))
    return rows


def mentions_of(row: Row) -> Sequence[tuple[str, Row]]:
    """All mentions of a parsed text with their kind, in the order of the text."""
    kinds = {"amounts": "amount", "periods": "period", "companies": "company", "metrics": "metric"}
    return sorted(((kind, one) for name, kind in kinds.items() for one in row[name]), key=lambda pair: pair[1]["span"])
