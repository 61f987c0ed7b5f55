"""What may have happened where no other statement of the group explains a conflict, each with its evidence."""

import re
from decimal import Decimal

from pipeline.compare.comparable import times
from pipeline.compare.facts import Fact
from pipeline.compare.finding import Finding
from pipeline.compare.money import figure, money
from pipeline.compare.sums import Sum
from pipeline.models import Cause

_ROUNDED = Decimal("1.1")  # two figures so near may be two roundings or two states of one count


def denied(found: Finding) -> str | None:
    """Who denies what the other reports."""
    for denial, told in ((found.a, found.b), (found.b, found.a)):
        if denial.voice == "denied" != told.voice:
            return f"{said_by(denial)} denies what {said_by(told)} reports: {told.claim.quote}"
    return None


def one_digit(found: Finding) -> str | None:
    """ "232 millions" and "132 millions" differ by one keystroke."""
    quotes = found.a.claim.quote, found.b.claim.quote
    first, second = (re.sub(r"\D", "", quote) for quote in quotes)
    if len(first) != len(second) or len(first) < 2 or sum(a != b for a, b in zip(first, second, strict=True)) != 1:
        return None
    return f"one digit differs: {quotes[0]} / {quotes[1]}"


def unconverted(found: Finding) -> str | None:
    """The number that a conversion would have given."""
    rate, claim = found.verdict.rate, found.a.claim
    if rate is None:
        return None
    would = money(found.b.amount * rate.value, claim.currency)
    return f"converted at the rate of {rate.day}, {found.b.claim.quote} would be {would}"


def unchanged(found: Finding) -> str | None:
    """A figure given for two periods may be that of both."""
    if found.verdict.kind != "period":
        return None
    return f"both may be right: {found.a.claim.quote} for {found.a.window} and again for {found.b.window}"


def rounded(found: Finding) -> str | None:
    """How near the two lie: 2,3 and 2,41 milliards."""
    a, b = found.a, found.b
    if a.claim.currency != b.claim.currency or not 1 < times(a, b) <= _ROUNDED:
        return None
    return f"they lie {100 * (times(a, b) - 1):.1f} % apart: two roundings, or two states of one count"


def other_days(found: Finding) -> str | None:
    """A level stated for two days."""
    a, b = found.a, found.b
    if a.kind.kind != "stock" or a.window is None or a.window == b.window or found.verdict.kind == "period":
        return None
    return f"one holds for {a.window}, the other for {b.window}"


def lone(found: Finding) -> str | None:
    """A figure that one article gives against several that give the other."""
    few, many = sorted(((len(c.articles), f) for c, f in ((found.first, found.a), (found.second, found.b))),
                       key=lambda side: side[0])  # fmt: skip
    if few[0] == many[0]:
        return None
    return f"{few[1].claim.quote} stands in {few[0]} of {few[0] + many[0]} articles, {many[1].claim.quote} in {many[0]}"


def perimeter(found: Finding) -> str | None:
    """The smaller as a share of the larger: it may be a part whose name was left out."""
    a, b = found.a, found.b
    if found.verdict.kind not in ("value", "part") or a.claim.currency != b.claim.currency or times(a, b) <= _ROUNDED:
        return None
    small, large = sorted((a, b), key=lambda fact: fact.amount)
    share = 100 * small.amount / large.amount
    return f"{small.claim.quote} is {share:.2g} % of {large.claim.quote}: it may be a part of it"


def reports(found: Finding) -> str:
    """Whose reports differ; of one article, that it gives both."""
    a, b = found.a, found.b
    if said_by(a) == said_by(b):
        return f"{said_by(a)} gives both {a.claim.quote} and {b.claim.quote}"
    return f"{said_by(a)} says {a.claim.quote}, {said_by(b)} {b.claim.quote}"


def said_by(fact: Fact) -> str:
    """The cited source and the outlet: "Bloomberg in Le Fil Éco"."""
    claim = fact.claim
    return f"{claim.attribution} in {claim.outlet}" if claim.attribution else claim.outlet


def causes_of_sum(found: Sum) -> tuple[Cause, ...]:
    """Why items do not make their total: the figure that would, and what is left over."""
    slip = _fitting_slips(found)
    causes = [Cause(label="a slip in one figure", evidence=slip)] if slip else []
    if found.sign != "+":
        told = f"{figure(found.items[0].claim)} may stand for another stretch than {found.total.window}"
        return (*causes, Cause(label="another period", evidence=told))
    made, total = sum(item.amount for item in found.items), found.total.amount
    gap = money(abs(made - total), found.total.claim.currency)
    if made > total:
        causes.append(Cause(label="items that overlap, or are no part of it", evidence=f"{gap} more than the total"))
    else:
        causes.append(Cause(label="an item that is left out", evidence=f"{gap} less than the total"))
    told = f"{found.total.claim.quote} may be of another scope or date than its {len(found.items)} items"
    return (*causes, Cause(label="another measure", evidence=told))[:2]


def _fitting_slips(found: Sum) -> str | None:
    """Each figure that, with one digit or its unit changed, makes the sum: "132 million EUR for 232 M€"."""
    if found.sign != "+":
        return None
    made = sum((item.amount for item in found.items), Decimal(0))
    needed = [(item, found.total.amount - made + item.amount) for item in found.items]
    fitting = [
        f"{money(amount, fact.claim.currency)} for {fact.claim.quote}"
        for fact, amount in [*needed, (found.total, made)]
        if amount > 0 and _a_slip_apart(fact.amount, amount)
    ]
    return f"with {', or '.join(fitting)} it would add up" if fitting else None


def _a_slip_apart(written: Decimal, needed: Decimal) -> bool:
    """Whether the two differ by one digit, two digits swapped, or a factor of ten, a hundred or a thousand."""
    first, second = (format(amount.normalize(), "f").rstrip("0") for amount in (written, needed))
    if first == second:
        return written != needed
    if len(first) != len(second) or written.adjusted() != needed.adjusted():
        return False
    return sorted(first) == sorted(second) or sum(a != b for a, b in zip(first, second, strict=True)) == 1
