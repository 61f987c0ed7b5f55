"""Whether time has settled a conflict: a newer version, a later figure for a period that was still open."""

from pipeline.compare.facts import Fact
from pipeline.compare.finding import Finding

_SETTLED = ("value", "part")  # a lost comma or a wrong currency stays one


def superseded(found: Finding) -> bool:
    """Whether the later of the two replaces the earlier, so that the conflict is kept but not shown by default."""
    earlier, later = sorted((found.a, found.b), key=lambda fact: str(fact.claim.published or ""))
    if earlier.claim.published is None or later.claim.published is None:
        return False
    if _newer_version(earlier, later):
        return True
    return found.verdict.kind in _SETTLED and _was_open(earlier) and not _was_open(later)


def _newer_version(earlier: Fact, later: Fact) -> bool:
    """One page in two versions; two claims of one version conflict as they stand."""
    first, second = earlier.claim, later.claim
    return first.url is not None and first.url == second.url and first.published != second.published


def _was_open(fact: Fact) -> bool:
    """Whether the period still ran when the figure was reported as done."""
    window, published = fact.window, fact.claim.published
    if fact.kind.kind != "flow" or not fact.stated or window is None or published is None:
        return False
    return fact.voice == "done" and window.start <= published < window.end
