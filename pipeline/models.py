"""The values that pass between the stages: articles, claims and conflicts."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Literal

from pydantic import field_serializer

from extractors.mentions import Bound, Frozen, Modality, Per

DateOrigin = Literal["front matter", "metadata", "file name", "byline"]
Kind = Literal["magnitude", "currency", "period", "metric", "part", "value"]
Severity = Literal["contradiction", "tension"]


class Article(Frozen):
    """One article as read. `text` is never changed after this: all offsets count on it.

    `path` is as the user gave it. `debris` lists spans of `text` (start, end) that are not the article (comment form,
    author box, links to other articles) and yield no claims.
    """

    path: str
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    published_origin: DateOrigin | None = None
    modified: date | None = None
    language: str | None = None
    agency: str | None = None
    paywalled: bool = False
    ai_written: bool = False
    debris: tuple[tuple[int, int], ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 of all that the claims depend on: the text and the metadata."""
        payload = self.model_dump_json(exclude={"path"})
        return hashlib.sha256(payload.encode()).hexdigest()


class Period(Frozen):
    """Inclusive days; an open side is None; `duration` is ISO 8601 ("P4Y") where only a length is known."""

    start: date | None = None
    end: date | None = None
    duration: str | None = None


def credit(source: str | None, article: str, published: object = None) -> str:
    """How a source is shown: the outlet, where none is known the file's name, and the date."""
    return ", ".join(str(part) for part in (source or PurePath(article).name, published) if part)


class Claim(Frozen):
    """One monetary statement of one article (the GUIDE's fields and where they stand)."""

    claim_id: str = ""
    article: str
    source: str | None = None
    url: str | None = None
    title: str | None = None
    published: date | None = None
    agency: str | None = None
    quote: str
    start: int
    end: int
    sentence: str = ""
    amount_min: Decimal | None
    amount_max: Decimal | None
    bound: Bound = "exact"
    currency: str | None
    currency_inferred: bool = False
    per: Per | None = None
    change: bool = False
    company: str | None = None
    company_mention: str | None = None
    counterparty: str | None = None
    metric: str = "other"
    scope: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    duration: str | None = None
    modality: Modality = "asserted"
    attribution: str | None = None

    @property
    def outlet(self) -> str:
        """Who publishes it; where no outlet is known, the article."""
        return self.source or self.article

    @field_serializer("amount_min", "amount_max", when_used="json")
    def _number(self, value: Decimal | None) -> int | float | None:
        # JSON numbers; whole amounts stay integers, so no digit is lost below 2**53 in any reader
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else float(value)


def digest(*parts: object) -> str:
    """A short stable id: the first 16 hex digits of the SHA-256 of the parts as JSON."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


class Cause(Frozen):
    """What may have happened (`label`, "lost comma"), and what in the claims speaks for it."""

    label: str
    evidence: str


class Support(Frozen):
    """Who stands behind one side of a conflict: near-copies and a shared source count as one origin."""

    articles: int
    origins: int


class Agreement(Frozen):
    """A claim of another article that says the same; `origin` is whose word it is: an agency, a source, an outlet."""

    claim_id: str
    article: str
    source: str | None
    quote: str
    origin: str


class Standing(Frozen):
    """Who says what a claim says: how many articles and independent origins, its own among them, and some others."""

    agreements: tuple[Agreement, ...]
    articles: int
    origins: int


class Conflict(Frozen):
    """Two claims that cannot both be true (`contradiction`), or only through an open bound (`tension`).

    `values_a` and `values_b` are the intervals compared, in the currency of `a`; `rate` is what one unit of `b`'s
    currency bought of `a`'s on `rate_day`. Of an arithmetic conflict, `a` is the total, `b` its first item and `sum`
    the sum written out.
    """

    conflict_id: str = ""
    kind: Kind
    severity: Severity
    reason: str
    a: Claim
    b: Claim
    values_a: str | None = None
    values_b: str | None = None
    rate: Decimal | None = None
    rate_day: date | None = None
    sum: str | None = None
    causes: tuple[Cause, ...] = ()
    support_a: Support | None = None
    support_b: Support | None = None
    superseded: bool = False
    status: str = "open"


class Incomparable(Frozen):
    """A claim that can be compared with none, or two that cannot be compared with one another, and why."""

    reason: str
    a: Claim
    b: Claim | None = None
