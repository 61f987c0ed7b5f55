"""What the extractors find: spans of text with their symbolic value, before any date or company calendar is known.

Every mention satisfies `text[mention.start:mention.end] == mention.text`; offsets are Unicode code points.
"""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Bound = Literal["exact", "approx", "at_least", "at_most", "range"]
Per = Literal["day", "week", "month", "quarter", "year", "share", "unit"]
Modality = Literal["asserted", "hedged", "forecast", "negated"]
Grain = Literal["day", "week", "month", "quarter", "half", "year", "span"]


class Frozen(BaseModel):
    """Base of every value that passes between stages: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(Frozen):
    """A span of the text and the name of the rule that found it."""

    start: int
    end: int
    text: str
    rule: str


class Amount(Mention):
    """A sum of money as written: `text` is the quote of the GUIDE (no qualifier, no rate).

    `low`/`high` are in units of the currency (494000000): equal for one value, `high` None for "au moins",
    `low` None for "au plus". `step` is the size of the last written digit in the same units ("12,7 milliards":
    1e8), which the comparison uses for rounding. `currency` is None where neither the amount nor its surroundings
    tell it; `currency_inferred` says that the amount itself omits it. `conversion` is the span of a bracketed
    conversion that belongs to this amount ("(8 millions d'euros)").
    """

    low: Decimal | None
    high: Decimal | None
    step: Decimal
    bound: Bound = "exact"
    bound_cue: str | None = None
    currency: str | None = None
    currency_inferred: bool = False
    per: Per | None = None
    per_cue: str | None = None
    change: bool = False
    change_cue: str | None = None
    conversion: tuple[int, int] | None = None


PeriodKind = Literal[
    "absolute",  # "au T3 2025": a year is written, or a full date
    "published",  # "l'an dernier", "mardi", "en octobre": needs the publication date
    "anchored",  # "un an plus tôt", "au trimestre précédent", "à la même échéance": needs another period
    "fiscal",  # "exercice 2025", "premier trimestre de l'exercice 2026": needs the company's calendar
    "deadline",  # "d'ici 2027": only an end
    "since",  # "depuis 2019": only a start
    "duration",  # "sur quatre ans": a length, no place in time
]


class PeriodMention(Mention):
    """A stretch of time as written. `values` holds the symbolic parts ({"quarter": "3", "year": "2025"}) that
    `pipeline.normalize` turns into days."""

    kind: PeriodKind
    grain: Grain
    values: dict[str, str]


class CompanyMention(Mention):
    """A name, alias, product or periphrasis of an organisation; `name` is the canonical one."""

    name: str
    known: bool = True


class Cue(Mention):
    """A word or group of words that speaks for `value` on one dimension (a metric code, a modality, a rate)."""

    value: str
    weight: float = 1.0
