"""A claim as the comparison sees it: what is measured, when it holds, which values it stands for."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from pipeline.compare.intervals import Interval, amount_of, interval_of
from pipeline.compare.metrics import MetricKind, metric_kinds
from pipeline.compare.periods import Window
from pipeline.models import Claim

_TABLES = Path(__file__).parents[2] / "extractors" / "tables"
_YEAR = re.compile(r"(?:19|20)\d\d")

Voice = Literal["done", "plan", "denied"]
_VOICES: dict[str, Voice] = {"asserted": "done", "hedged": "done", "forecast": "plan", "negated": "denied"}
_NEAR_BEFORE, _NEAR_BEHIND = 60, 30  # characters by the amount in which words give its metric another meaning
_EMPTY = frozenset(re.findall(r"\w+", "a au aux d de des du en et l la le les par pour s sa ses son sur un une the of"))


@lru_cache(maxsize=65536)
def words(text: str | None) -> frozenset[str]:
    """The words that tell one scope or name from another: no accents, articles or plural endings."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c)).lower()
    found = (word.rstrip("sx") or word for word in re.findall(r"[a-z0-9]+", plain) if word not in _EMPTY)
    return frozenset(found)


@cache
def _empty() -> Mapping[str, frozenset[str]]:
    """Words that narrow nothing: of any metric, and by metric."""
    rows = tomllib.loads((_TABLES / "empty_scopes.toml").read_text("utf-8"))
    return {metric: words(" ".join(row)) for metric, row in rows.items()}


@cache
def _synonyms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    rows = tomllib.loads((_TABLES / "scope_synonyms.toml").read_text("utf-8"))
    read_as = {phrase.lower(): name for name, phrases in rows.items() for phrase in phrases}
    longest_first = "|".join(re.escape(phrase) for phrase in sorted(read_as, key=len, reverse=True))
    return re.compile(rf"\b({longest_first})(?:e?s|x)?\b", re.IGNORECASE), read_as


@lru_cache(maxsize=65536)
def _scope_words(scope: str) -> frozenset[str]:
    pattern, read_as = _synonyms()
    return words(pattern.sub(lambda found: read_as[found[1].lower()], scope.replace("’", "'")))


@cache
def _other_meanings() -> Mapping[str, re.Pattern[str]]:
    rows = tomllib.loads((_TABLES / "metric_meanings.toml").read_text("utf-8"))
    return {m: re.compile(rf"\b(?:{'|'.join(r['says'])})", re.IGNORECASE) for m, r in rows.items()}


def _means_otherwise(claim: Claim) -> bool:
    """Whether words by the amount make it another thing than its metric usually is."""
    says = _other_meanings().get(claim.metric)
    at = claim.sentence.find(claim.quote) if says else -1
    if says is None or at < 0:
        return False
    return bool(says.search(claim.sentence, max(0, at - _NEAR_BEFORE), at + len(claim.quote) + _NEAR_BEHIND))


def scope_of(claim: Claim) -> frozenset[str]:
    """The words that narrow the claim's metric, without those of time and those that its other fields say."""
    said = words(claim.counterparty).union(*(_empty().get(row, ()) for row in ("any", "company", claim.metric)))
    return frozenset(word for word in _scope_words(claim.scope or "") - said if not _YEAR.fullmatch(word))


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim with all that comparing needs worked out once."""

    claim: Claim
    kind: MetricKind
    window: Window | None
    stated: bool
    interval: Interval
    amount: Decimal
    scope: frozenset[str]
    party: frozenset[str]
    voice: Voice
    forecaster: frozenset[str]
    means_otherwise: bool


def why_unusable(claim: Claim) -> str | None:
    """Why the claim can be compared with none at all, or None. "un montant de 0 €" cannot."""
    reason = why_uncountable(claim)
    if reason:
        return reason
    if claim.company is None and claim.metric != "market_size":
        return "it names no company"
    needs = metric_kinds()[claim.metric].needs
    if needs == "scope" and claim.scope is None:
        return f"a {claim.metric} without what it is paid for"
    return None


def why_uncountable(claim: Claim) -> str | None:
    """Why the claim's amount cannot even be added to others of its article, or None."""
    if claim.metric not in metric_kinds():
        return f"the metric {claim.metric!r} is not one that is compared"
    if not (claim.amount_min or claim.amount_max):
        return "its amount is zero or missing"
    if min(claim.amount_min or 0, claim.amount_max or 0) < 0:
        return "its amount is negative: what a company loses is the metric's to say"
    if claim.currency is None:
        return "its currency is unknown"
    if claim.period_start and claim.period_end and claim.period_end < claim.period_start:
        return f"its period ends on {claim.period_end}, before it starts on {claim.period_start}"
    if _window(claim, metric_kinds()[claim.metric])[0] is None:
        return "it has no date: no period is stated and none can be taken from its article"
    return None


def _window(claim: Claim, kind: MetricKind) -> tuple[Window | None, bool]:
    """When the claim holds, and whether it says so itself."""
    start, end, published = claim.period_start, claim.period_end, claim.published
    today = Window(published, published) if published else None
    if kind.kind == "flow":
        if start or end:
            return Window(start or date.min, end or date.max), True
        # a rate in the present tense and the cost of a project need no period to be placed
        present = claim.per is not None or kind.project or (kind.scoped and claim.scope is not None)
        return (today if present else None), False
    if end:
        return Window(start or (min(published, end) if published else end), end), True
    if start and kind.kind == "event":
        return Window(start, start), True
    if start and published and published < start:
        return Window(start, start), True  # "499,99 dollars à partir de septembre"
    return today, False


def fact_of(claim: Claim) -> Fact:
    """The claim's fact. `why_unusable` must have found nothing."""
    kind = metric_kinds()[claim.metric]
    window, stated = _window(claim, kind)
    voice = _VOICES[claim.modality]
    return Fact(
        claim=claim,
        kind=kind,
        window=window,
        stated=stated,
        interval=interval_of(claim),
        amount=amount_of(claim),
        scope=scope_of(claim),
        party=words(claim.counterparty),
        voice=voice,
        forecaster=words(claim.attribution) if voice == "plan" else frozenset(),
        means_otherwise=_means_otherwise(claim),
    )
