"""One amount with everything attached to it, still symbolic."""

from dataclasses import dataclass, field

from extractors.mentions import Amount, Modality, Per, PeriodMention
from extractors.relate.rank import Choice


@dataclass(frozen=True)
class Relation:
    """The choices made for one amount; `sentence` and `line` are indices in the document.

    `anchor` is the period that an anchored one ("un an plus tôt") counts from, `year_end` the month (1 to 12) in which
    the company's fiscal year ends.
    """

    amount: Amount
    sentence: int
    line: int
    metric: Choice[str]
    company: Choice[str | None]
    counterparty: Choice[str | None] = field(default_factory=lambda: Choice(None))
    period: Choice[PeriodMention | None] = field(default_factory=lambda: Choice(None))
    anchor: tuple[PeriodMention, ...] = ()
    year_end: int = 12
    modality: Choice[Modality] = field(default_factory=lambda: Choice("asserted"))
    attribution: Choice[str | None] = field(default_factory=lambda: Choice(None))
    scope: Choice[str | None] = field(default_factory=lambda: Choice(None))
    per: Choice[Per | None] = field(default_factory=lambda: Choice(None))
