"""Claims and conflicts as rows of the tables, and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pipeline.compare import Neighbourhood, group_key, neighbourhood, statement_key
from pipeline.compare.intervals import amount_of
from pipeline.models import Article, Claim, Conflict, Kind, digest
from pipeline.read.duplicates import address_key

Row = dict[str, Any]

OF_ARTICLE = ("source", "url", "title", "published", "agency")  # fields of a claim that its article's row holds
OF_CLAIM = tuple(f for f in Claim.model_fields if f not in ("article", *OF_ARTICLE))
INDEXED = ("family", "statement", "first_day", "last_day", "figure", "size", "said_day")  # what claims are found by
CLAIM_COLUMNS = (*OF_CLAIM, "article_id", *INDEXED)
# the columns that make a Claim, for "claims AS {0} JOIN articles AS {1}"
SELECT_CLAIM = ", ".join(
    [*(f'{{0}}."{name}"' for name in OF_CLAIM), "{1}.path AS article", *(f"{{1}}.{name}" for name in OF_ARTICLE)]
)
FROM_CLAIMS = (
    f"SELECT {SELECT_CLAIM.format('claims', 'articles')} FROM claims JOIN articles ON articles.id = claims.article_id"
)
KINDS: tuple[Kind, ...] = ("magnitude", "currency", "value", "part", "metric", "period")  # the surest first
CONFLICT_COLUMNS = (
    "conflict_id", "cell", "a", "b", "kind", "severity", "reason", "superseded", "gravity", "review_key",
    "statement_a", "statement_b", "details", "company_a", "metric_a", "company_b", "metric_b",
)  # fmt: skip
DETAILS = ("values_a", "values_b", "rate", "rate_day", "sum", "causes", "support_a", "support_b")


class Near(NamedTuple):
    """Where to look for what one claim, published on `day`, may conflict with."""

    place: Neighbourhood
    day: date | None


@dataclass(frozen=True)
class Cell:
    """Claims that are compared together: a group (company, '' for none, and family of metrics) or one article.

    Of a large group, `near` is the neighbourhood of the one claim that came or went.
    """

    company: str | None = None
    family: str | None = None
    article_id: str | None = None
    near: Near | None = None

    @property
    def name(self) -> str:
        """The name of the article, or of the group, also for a part of it."""
        return f"article/{self.article_id}" if self.article_id else f"group/{self.family}/{self.company}"

    @property
    def key(self) -> str:
        """The name among the pending cells."""
        return f"{self.name}/{digest(near_text(self.near))}" if self.near else self.name


def near_to(claim: Claim) -> Near | None:
    """Where to look for what the claim may conflict with; None where it can be compared with nothing."""
    place = neighbourhood(claim)
    return Near(place, claim.published) if place else None


def near_text(near: Near | None) -> str | None:
    """A neighbourhood as JSON."""
    if near is None:
        return None
    return json.dumps({**near.place._asdict(), "metrics": sorted(near.place.metrics), "day": near.day}, default=str)


def near_of(text: str | None) -> Near | None:
    """A neighbourhood from JSON."""
    if text is None:
        return None
    row = json.loads(text)
    row |= {name: row[name] and date.fromisoformat(row[name]) for name in ("first_day", "last_day", "day")}
    day = row.pop("day")
    return Near(Neighbourhood(**{**row, "metrics": frozenset(row["metrics"]), "amount": Decimal(row["amount"])}), day)


def article_key(article: Article) -> str:
    """The article's id: a digest of its URL, else of its path."""
    return digest(address_key(article.url) or article.path)


def article_row(article: Article) -> Row:
    """The row of an article without id and version."""
    row = article.model_dump(mode="json", exclude={"debris"})
    return {**row, "debris": json.dumps(article.debris), "content_hash": article.content_hash}


def claim_row(claim: Claim, article_id: str) -> Row:
    """The row of a claim: amounts as text, with what the comparison is indexed by."""
    row: Row = {name: getattr(claim, name) for name in OF_CLAIM}
    row |= {name: text_of(row[name]) for name in ("amount_min", "amount_max", "period_start", "period_end")}
    first, last = days(claim)
    return {
        **row,
        "article_id": article_id,
        "family": group_key(claim)[1],
        "statement": statement_of(claim),
        "first_day": text_of(first),
        "last_day": text_of(last),
        "figure": statement_of(claim.model_copy(update={"published": None})),
        "size": float(amount_of(claim)),
        "said_day": text_of(claim.published),
    }


def claim_of(row: Mapping[str, Any]) -> Claim:
    """The claim of a row selected with SELECT_CLAIM."""
    return Claim.model_validate(dict(row))


def days(claim: Claim) -> tuple[date | None, date | None]:
    """When the claim holds: its period, open ends as the first and last of all days, else its publication day."""
    start = claim.period_start or (date.min if claim.period_end else claim.published)
    end = claim.period_end or (date.max if claim.period_start else claim.published)
    return start, end


def statement_of(claim: Claim) -> str:
    """The same for every mention of one statement, whoever makes it."""
    return digest(claim.company, *map(str, statement_key(claim)))


def conflict_row(conflict: Conflict, cell: str) -> Row:
    """The row of a conflict found in a group or an article."""
    values = conflict.model_dump(mode="json", include=set(DETAILS))
    return {
        "conflict_id": conflict.conflict_id,
        "cell": cell,
        "a": conflict.a.claim_id,
        "b": conflict.b.claim_id,
        "kind": conflict.kind,
        "severity": conflict.severity,
        "reason": conflict.reason,
        "superseded": conflict.superseded,
        "gravity": gravity(conflict),
        "review_key": review_key(conflict.a, conflict.b),
        "statement_a": statement_of(conflict.a),
        "statement_b": statement_of(conflict.b),
        "details": json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False),
        "company_a": conflict.a.company,
        "metric_a": conflict.a.metric,
        "company_b": conflict.b.company,
        "metric_b": conflict.b.metric,
    }


def review_key(a: Claim, b: Claim) -> str:
    """The two figures, whoever gives them and in which spelling: what a judgement holds for."""
    return digest(*sorted((_figure(a), _figure(b))))


def _figure(claim: Claim) -> str:
    voice = "done" if claim.modality in ("asserted", "hedged") else claim.modality
    return digest(
        claim.company, claim.metric, claim.change, claim.per, claim.scope, claim.currency, voice,
        *map(text_of, (claim.amount_min, claim.amount_max, claim.period_start, claim.period_end)),
    )  # fmt: skip


def conflict_of(row: Mapping[str, Any], a: Claim, b: Claim) -> Conflict:
    """The conflict of a row and its two claims."""
    fields = {name: row[name] for name in ("conflict_id", "kind", "severity", "reason", "superseded", "status")}
    return Conflict.model_validate({**fields, **json.loads(row["details"]), "a": a, "b": b})


def gravity(conflict: Conflict) -> float:
    """What editors look at first, for sorting only: contradictions, recognisable slips, then the widest gaps."""
    first, second = (claim.amount_min or claim.amount_max or Decimal(0) for claim in (conflict.a, conflict.b))
    low, high = sorted((first, second))
    gap = float(min(high / low, Decimal(9999))) if low else 0.0
    return 1e6 * (conflict.severity == "contradiction") - 1e4 * KINDS.index(conflict.kind) + gap


def text_of(value: date | Decimal | None) -> str | None:
    """A day or an exact amount as text; equal amounts are equal texts."""
    if isinstance(value, Decimal):
        digits = f"{value:f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    return value.isoformat() if value else None
