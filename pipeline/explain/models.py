"""The explanation of one article: its text, every mention in it, and what decided each field of each claim."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Literal, get_args

from extractors.mentions import Frozen
from pipeline.models import Claim

# Kinds of mentions, those first that are shown where several cover the same words.
Kind = Literal[
    "amount", "conversion", "company", "reference", "period", "metric", "attribution", "scope", "cue", "debris"
]
FieldName = Literal[
    "amount", "bound", "currency", "per", "change", "metric", "company", "counterparty", "period", "modality",
    "attribution", "scope",
]  # fmt: skip

DEFAULTS = {"bound": "exact", "change": "false", "per": None, "counterparty": None, "attribution": None, "scope": None}
NEAR = 1.0  # a runner-up as near as this is worth a row, also where the field is at its default


class Mark(Frozen):
    """A mention: `text[start:end]`, what it stands for, and the rule that found it; `claim` is the number of the claim
    that an amount makes, from 1."""

    kind: Kind
    start: int
    end: int
    value: str | None = None
    rule: str
    claim: int | None = None


class Evidence(Frozen):
    """Words of the article that a field was read from; `note` says how, where they are not read on their own."""

    start: int
    end: int
    text: str
    note: str | None = None


class Reason(Frozen):
    """One reason for a value in words, how much it weighs (below 0: against it), and the features it was read from."""

    words: str
    weight: float
    features: tuple[str, ...]


class RunnerUp(Frozen):
    """A value that lost, and by how much its sum of weights was less."""

    value: str
    distance: float


class FieldExplanation(Frozen):
    """What decided one field. `value` is None where the claim says nothing; `rule` is the rule's name, `how` the same
    in words."""

    field: FieldName
    value: str | None
    rule: str
    how: str
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[Reason, ...] = ()
    runners_up: tuple[RunnerUp, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether the field says no more than most claims, and no other value came near."""
        if self.field == "currency":
            return bool(self.evidence)
        near = any(runner.distance <= NEAR for runner in self.runners_up)
        return not near and self.field in DEFAULTS and self.value == DEFAULTS[self.field]


class ClaimExplanation(Frozen):
    """A claim and what decided each of its fields; claims are numbered from 1 in the order of the text."""

    number: int
    claim: Claim
    fields: tuple[FieldExplanation, ...]

    @property
    def telling(self) -> tuple[FieldExplanation, ...]:
        """The fields that ask for an explanation."""
        return tuple(field for field in self.fields if not field.is_default)

    @property
    def defaults(self) -> str:
        """The other fields in one line: "per none · counterparty none (Oracle 4.20 behind)"."""
        return " · ".join(
            f"{field.field} {field.value or 'none'}"
            + "".join(f" ({r.value} {r.distance:.2f} behind)" for r in field.runners_up[:1])
            for field in self.fields
            if field.is_default
        )


class Span(Frozen):
    """A stretch of text that the same mentions cover, the foremost first; none where it is plain."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...] = ()


class Paragraph(Frozen):
    """One line of the text, cut into spans, and the claims whose amounts stand in it."""

    spans: tuple[Span, ...]
    claims: tuple[ClaimExplanation, ...]


class Explanation(Frozen):
    """An article with every mention marked (marks may overlap) and its claims explained."""

    article: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    text: str
    marks: tuple[Mark, ...]
    claims: tuple[ClaimExplanation, ...]

    def spans(self) -> Iterator[Span]:
        """The text cut wherever a mention or a line begins or ends, without gap or overlap; a line break is a span."""
        breaks = {i + step for i, char in enumerate(self.text) if char == "\n" for step in (0, 1)}
        ends = {m.start for m in self.marks} | {m.end for m in self.marks} | breaks | {len(self.text)}
        waiting = sorted(self.marks, key=lambda m: m.start, reverse=True)
        start, open_marks = 0, list[Mark]()
        for end in sorted(ends - {0}):
            open_marks = [m for m in open_marks if m.end > start]
            while waiting and waiting[-1].start <= start:
                open_marks.append(waiting.pop())
            marks = sorted(open_marks, key=lambda m: (_ORDER[m.kind], m.start))
            yield Span(start=start, end=end, text=self.text[start:end], marks=tuple(marks))
            start = end

    def paragraphs(self) -> Iterator[Paragraph]:
        """The lines of the text that are not blank, each with its claims."""
        for broken, group in groupby(self.spans(), key=lambda s: s.text == "\n"):
            spans = tuple(group)
            if broken or not any(span.text.strip() for span in spans):
                continue
            start, end = spans[0].start, spans[-1].end
            claims = tuple(c for c in self.claims if start <= c.claim.start < end)
            yield Paragraph(spans=spans, claims=claims)


_ORDER: dict[Kind, int] = {kind: place for place, kind in enumerate(get_args(Kind))}
