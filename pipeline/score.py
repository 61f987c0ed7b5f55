"""Precision and recall of claims and conflicts against gold files (the arithmetic of the GUIDE and of CONFLICTS)."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.gold import GoldArticle, GoldClaim, fold, nth
from pipeline.models import Claim, Conflict
from pipeline.read import read_article

FIELDS = (
    "amount", "bound", "currency", "per", "change", "company", "counterparty", "metric", "scope", "period",
    "modality", "attribution",
)  # fmt: skip
CORE = frozenset({"amount", "currency", "company", "metric", "period"})
PARTS = {"amount": ("amount_min", "amount_max"), "period": ("period_start", "period_end")}
BEFORE, AFTER = 90, 60  # characters of context shown with an error


@dataclass(frozen=True)
class Miss:
    """One error: `field` is a scored field, MISSED or SPURIOUS."""

    article: str
    field: str
    quote: str
    got: object
    want: object
    context: str


@dataclass
class ClaimScore:
    """Counts over all articles; `report` turns them into figures."""

    totals: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """Counts, precision, recall and F1 of spans, amounts, core and strict, and accuracy by field."""
        totals, matched = self.totals, self.totals["matched"]
        report: dict[str, Any] = {
            "gold claims": totals["gold"],
            "predicted": totals["predicted"],
            "matched": matched,
            "grounded": totals["grounded"] / totals["found"] if totals["found"] else 0.0,
        }
        self.right["span"] = matched
        for name in ("span", "amount+currency", "core", "strict"):
            report[name] = _rates(self.right[name], totals["predicted"], totals["gold"])
        report["fields"] = {f: round(self.right[f] / matched, 4) if matched else 0.0 for f in FIELDS}
        return report

    def add(self, gold: GoldArticle, claims: Sequence[Claim]) -> None:
        """Counts one article's claims."""
        pairs, missed, extra = _pair_up(gold.claims, claims)
        optional = sum(1 for g, _ in pairs if _optional(g))
        self.totals["found"] += len(claims)
        self.totals["grounded"] += sum(gold.text[c.start : c.end] == c.quote for c in claims)
        self.totals["predicted"] += len(claims) - optional
        self.totals["gold"] += sum(1 for g in gold.claims if not _optional(g))
        name = Path(gold.article.path).name
        for wanted, claim in pairs:
            if not _optional(wanted):
                self._match(name, gold.text, wanted, claim)
        for wanted in missed:
            if not _optional(wanted):
                span = wanted.amount.start, wanted.amount.end
                self.misses.append(Miss(name, "MISSED", wanted.amount.text, None, None, _context(gold.text, *span)))
        for claim in extra:
            context = _context(gold.text, claim.start, claim.end)
            self.misses.append(Miss(name, "SPURIOUS", claim.quote, claim.metric, None, context))

    def _match(self, name: str, text: str, gold: GoldClaim, claim: Claim) -> None:
        fields = claim.model_dump(mode="json")
        right = {f for f in FIELDS if _same(f, claim, fields, gold)}
        self.totals["matched"] += 1
        self.right.update(right)
        self.right["amount+currency"] += {"amount", "currency"} <= right
        self.right["core"] += right >= CORE
        self.right["strict"] += right == set(FIELDS)
        for wrong in (f for f in FIELDS if f not in right):
            parts = PARTS.get(wrong, (wrong,))
            got, want = [fields[p] for p in parts], [gold.fields[p] for p in parts]
            context = _context(text, gold.amount.start, gold.amount.end)
            self.misses.append(Miss(name, wrong, gold.amount.text, got, want, context))


def score_claims(golds: Iterable[GoldArticle], claims: Mapping[str, Sequence[Claim]]) -> ClaimScore:
    """The score of the claims, listed by the path of their article."""
    total = ClaimScore()
    for gold in golds:
        total.add(gold, claims.get(gold.article.path, ()))
    return total


def _rates(right: int, predicted: int, gold: int) -> dict[str, float]:
    p, r = right / predicted if predicted else 0.0, right / gold if gold else 0.0
    return {"p": round(p, 4), "r": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def _optional(gold: GoldClaim) -> bool:
    return bool(gold.fields.get("optional"))


def _context(text: str, start: int, end: int) -> str:
    return " ".join(text[max(0, start - BEFORE) : end + AFTER].split())


Pair = tuple[GoldClaim, Claim]


def _pair_up(golds: Sequence[GoldClaim], claims: Sequence[Claim]) -> tuple[list[Pair], list[GoldClaim], list[Claim]]:
    """Greedy one-to-one pairing by overlap of spans: pairs, golds without a claim, claims without a gold."""
    free, pairs, missed = list(claims), [], []
    for gold in golds:
        best = max(free, key=lambda c: _overlap(gold, c), default=None)
        if best is not None and _overlap(gold, best) > 0:
            free.remove(best)
            pairs.append((gold, best))
        else:
            missed.append(gold)
    return pairs, missed, free


def _overlap(gold: GoldClaim, claim: Claim) -> int:
    return min(gold.amount.end, claim.end) - max(gold.amount.start, claim.start)


def _same(name: str, claim: Claim, fields: Mapping[str, Any], gold: GoldClaim) -> bool:
    if name == "amount":
        return _values(fields) == _values(gold.fields)
    if name == "period":
        return gold.accepts_period(claim.period_start, claim.period_end)
    if name == "scope":
        return gold.accepts_scope(claim.scope)
    if name == "attribution":
        return gold.accepts_attribution(claim.attribution)
    if name in ("company", "counterparty"):
        return fold(fields[name]) in gold.folded(name)
    return fields[name] in gold.answers(name)


def _values(fields: Mapping[str, Any]) -> set[float]:
    return {round(float(v), 2) for v in (fields["amount_min"], fields["amount_max"]) if v is not None}


Span = tuple[str, int, int]


@dataclass
class GoldPair:
    """One gold conflict or agreement: `sides` are the spans of all mentions of its two statements."""

    raw: Mapping[str, Any]
    sides: tuple[list[Span], list[Span]]
    found: list[Conflict] = field(default_factory=list)

    def matches(self, flagged: Conflict) -> bool:
        """Whether the flagged pair is this one, in either order."""
        (a, b), (x, y) = self.sides, (flagged.a, flagged.b)
        return (_hits(a, x) and _hits(b, y)) or (_hits(a, y) and _hits(b, x))


@dataclass
class ConflictScore:
    """Gold pairs with the flags that found them, and the flags that no gold pair stands for."""

    conflicts: list[GoldPair]
    agreements: list[GoldPair]
    right: list[Conflict]
    wrong: list[Conflict]

    @property
    def missed(self) -> list[GoldPair]:
        """The gold conflicts that nothing flagged."""
        return [gold for gold in self.conflicts if not gold.found]

    @property
    def trapped(self) -> list[GoldPair]:
        """The agreements flagged as contradictions."""
        flags = [f for f in (*self.right, *self.wrong) if f.severity == "contradiction"]
        return [agreement for agreement in self.agreements if any(agreement.matches(f) for f in flags)]

    def report(self) -> dict[str, Any]:
        """The figures: distinct gold pairs count for recall, every wrong flag against precision."""
        found = [gold for gold in self.conflicts if gold.found]
        hard = [gold for gold in self.conflicts if gold.raw["severity"] == "contradiction"]
        hard_found = sum(1 for gold in hard if gold.found)
        hard_wrong = sum(1 for flag in self.wrong if flag.severity == "contradiction")
        rates = _rates(len(found), len(found) + len(self.wrong), len(self.conflicts))
        kinds = sum(any(flag.kind == gold.raw["kind"] for flag in gold.found) for gold in found)
        hard_rates = _rates(hard_found, hard_found + hard_wrong, len(hard))
        return {
            "gold": len(self.conflicts),
            "flagged": len(self.right) + len(self.wrong),
            "right flags": len(self.right),
            "wrong flags": len(self.wrong),
            "precision": rates["p"],
            "recall": rates["r"],
            "f1": rates["f1"],
            "contradiction recall": hard_rates["r"],
            "contradiction precision": hard_rates["p"],
            "kind accuracy": round(kinds / len(found), 4) if found else 0.0,
            "agreements wrongly flagged": f"{len(self.trapped)}/{len(self.agreements)}",
        }


def score_conflicts(gold_dir: Path, flagged: Sequence[Conflict]) -> ConflictScore:
    """The score of flagged conflicts against every conflicts.gold.json below a folder.

    Raises ValueError for a gold quote that its article does not hold.
    """
    pairs: dict[str, list[GoldPair]] = defaultdict(list)
    for path in conflict_files(gold_dir):
        document = json.loads(path.read_text(encoding="utf-8"))
        texts = _Texts()
        for kind in ("conflicts", "agreements"):
            pairs[kind] += [_gold_pair(path.parent, raw, texts) for raw in document.get(kind, [])]
    for gold in pairs["conflicts"]:
        gold.found = [flag for flag in flagged if gold.matches(flag)]
    right = [flag for flag in flagged if any(gold.matches(flag) for gold in pairs["conflicts"])]
    wrong = [flag for flag in flagged if not any(gold.matches(flag) for gold in pairs["conflicts"])]
    return ConflictScore(pairs["conflicts"], pairs["agreements"], right, wrong)


def conflict_files(gold_dir: Path) -> list[Path]:
    """The gold conflicts below a folder; each file's folder is a store of its own."""
    return sorted(gold_dir.rglob("conflicts.gold.json"))


class _Texts(dict[Path, str]):
    """The text of each article, read once."""

    def __missing__(self, path: Path) -> str:
        self[path] = read_article(path).text
        return self[path]


def _gold_pair(folder: Path, raw: Mapping[str, Any], texts: _Texts) -> GoldPair:
    same = raw.get("same", {})
    a, b = ([_span(folder / m["article"], m, texts) for m in (raw[side], *same.get(side, []))] for side in ("a", "b"))
    return GoldPair(raw, (a, b))


def _span(path: Path, mention: Mapping[str, Any], texts: _Texts) -> Span:
    start = nth(texts[path], mention["quote"], mention.get("n", 1))
    if start < 0:
        raise ValueError(f"{path}: gold quote {mention['quote']!r} has no occurrence {mention.get('n', 1)}")
    return path.name, start, start + len(mention["quote"])


def _hits(spans: Iterable[Span], claim: Claim) -> bool:
    name = Path(claim.article).name
    return any(name == article and min(end, claim.end) > max(start, claim.start) for article, start, end in spans)
