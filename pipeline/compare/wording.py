"""The sentence that tells a journalist what a conflict is."""

from datetime import date

from pipeline.compare.facts import Fact
from pipeline.compare.finding import Finding
from pipeline.compare.hints import causes_of_sum
from pipeline.compare.intervals import Interval
from pipeline.compare.money import figure, money
from pipeline.compare.periods import FISCAL_SHIFT_DAYS
from pipeline.compare.rates import CLOSED_DAYS
from pipeline.compare.sums import Sum
from pipeline.compare.verdict import Verdict, day_of_pair
from pipeline.models import Claim, Conflict, Support, credit, digest

ALONE = Support(articles=1, origins=1)
_TOLD = {
    "magnitude": "a factor of ten, a hundred or a thousand between them",
    "currency": "the same number in two currencies",
    "period": "the same number for two periods",
    "metric": "the same number as two metrics that exclude one another",
    "part": "a part that exceeds its whole",
    "value": "both cannot be true",
}


def _when(fact: Fact) -> str:
    if fact.window is None:
        return ""
    if not fact.stated:
        return f" as of {fact.window.end}"
    start, end = fact.window
    if start == end:
        return f" on {start}"
    if (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31)):
        return f" for {start.year}"
    if start == date.min:
        return f" until {end}"
    return f" since {start}" if end == date.max else f" for {start} to {end}"


def told(fact: Fact) -> str:
    """Who says what for when: `0.5 billion USD planned for 2024 (Le Fil Éco, 2025-11-05)`."""
    claim = fact.claim
    source = credit(claim.source, claim.article, claim.published)
    voice = {"plan": " planned", "denied": " denied", "done": ""}[fact.voice]
    return f"{figure(claim)}{voice}{_when(fact)} ({source})"


def _company(claim: Claim) -> str:
    return claim.company or "the market"


def _metric(claim: Claim) -> str:
    scope = f" ({claim.scope})" if claim.scope else ""
    return f"{claim.metric.replace('_', ' ')}{scope}"


def _note(verdict: Verdict, a: Fact, b: Fact) -> str:
    if verdict.severity == "tension" and verdict.kind in ("value", "magnitude", "currency"):
        bound = a.interval.open or b.interval.open
        return "both can be true only because one is an open bound" if bound else "a slip, if both mean one thing"
    if verdict.kind == "value" and "denied" in (a.voice, b.voice):
        return "one denies what the other states"
    note = _TOLD[verdict.kind]
    if verdict.rate:
        pair = f"1 {b.claim.currency} = {verdict.rate.value:.4g} {a.claim.currency} on {verdict.rate.day}"
        note += f" (converted at {pair}{_nearest(verdict.rate.day, day_of_pair(a, b))})"
    if verdict.kind != "period" and a.window and b.window and a.window != b.window and a.window.same(b.window):
        note += f" (taken as one period: the two differ by at most {FISCAL_SHIFT_DAYS} days)"
    return note


def _nearest(fixing: date, wanted: date) -> str:
    """Why the rate is not of the day it was looked up for, if it is not."""
    if fixing == wanted:
        return ""
    if (wanted - fixing).days >= CLOSED_DAYS:
        return f", the last rate known, for {wanted}"
    return f", the last fixing before {wanted}, a day without one"


def reason_of(verdict: Verdict, a: Fact, b: Fact) -> str:
    """One sentence with both figures, periods and sources."""
    one, other, note = a.claim, b.claim, _note(verdict, a, b)
    if (one.metric, a.scope) == (other.metric, b.scope):
        return f"{_company(one)}, {_metric(one)}: {told(a)} against {told(b)}: {note}."
    return f"{_company(one)}: {_metric(one)} of {told(a)} against {_metric(other)} of {told(b)}: {note}."


def values_text(values: Interval, currency: str | None) -> str:
    """The interval as text: "12.65 billion USD up to 12.8 billion USD"."""
    if values.low is None:
        return f"up to {money(values.high, currency)}"
    if values.high is None:
        return f"from {money(values.low, currency)}"
    return f"{money(values.low, currency)} up to {money(values.high, currency)}"


def conflict_id(a: Claim, b: Claim) -> str:
    """A stable id of the pair, whichever comes first; by place in the text where claims carry no id."""
    return digest(*sorted(c.claim_id or digest(c.article, c.start, c.end) for c in (a, b)))


def conflict_of(finding: Finding) -> Conflict:
    """The finding worded; causes, supports and standing are added by the caller who knows the group."""
    a, b, found = finding.a, finding.b, finding.verdict
    values = b.interval.times(found.rate.value) if found.rate else b.interval
    return Conflict(
        conflict_id=conflict_id(a.claim, b.claim),
        kind=found.kind,
        severity=found.severity,
        reason=reason_of(found, a, b),
        a=a.claim,
        b=b.claim,
        values_a=values_text(a.interval, a.claim.currency),
        values_b=values_text(values, a.claim.currency if found.rate else b.claim.currency),
        rate=found.rate.value if found.rate else None,
        rate_day=found.rate.day if found.rate else None,
    )


def conflict_of_sum(found: Sum) -> Conflict:
    """A total that its items do not make, with the sum written out."""
    total, first = found.total, found.items[0]
    if found.sign in "+-":
        written = f" {found.sign} ".join(figure(item.claim) for item in found.items)
    else:
        written = f"{figure(first.claim)} {found.sign}"
    within = values_text(found.values, total.claim.currency)
    text = f"{written} makes {within} within rounding, not {figure(total.claim)}"
    source = credit(total.claim.source, total.claim.article)
    return Conflict(
        conflict_id=conflict_id(total.claim, first.claim),
        kind="part",
        severity="contradiction",
        reason=f"{_company(total.claim)}, {_metric(total.claim)}: {text} ({source}).",
        a=total.claim,
        b=first.claim,
        values_a=values_text(total.interval, total.claim.currency),
        values_b=values_text(found.values, total.claim.currency),
        sum=text,
        causes=causes_of_sum(found),
        support_a=ALONE,
        support_b=ALONE,
    )
