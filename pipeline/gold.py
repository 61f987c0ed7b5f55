"""Articles with gold claims, in the format of the GUIDE: NAME.txt beside NAME.gold.json."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractors.mentions import Amount
from pipeline.models import Article
from pipeline.read import read_article

DEFAULTS: Mapping[str, Any] = {
    "per": None, "change": False, "company": None, "counterparty": None, "scope": None, "period_start": None,
    "period_end": None, "modality": "asserted", "attribution": None, "bound": "exact", "currency": None,
    "metric": "other", "amount_min": None, "amount_max": None,
}  # fmt: skip
LEGAL_FORMS = r"\b(sas|sa|sarl|se|inc|corp|corporation|ltd|llc|plc|gmbh|ag|nv|group|groupe)\b\.?"


def fold(name: str | None) -> str | None:
    """A name without case, accents, punctuation and legal form; None for none."""
    if name is None:
        return None
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(LEGAL_FORMS, " ", bare)).strip() or None


@dataclass(frozen=True)
class GoldClaim:
    """One gold claim with its place in the text; `fields` has every field, defaults filled in."""

    fields: Mapping[str, Any]
    amount: Amount
    annotated: frozenset[str] | None = None  # the fields that an example is about; None for all

    @property
    def modality(self) -> str:
        """The gold modality."""
        return str(self.fields["modality"])

    def answers(self, field: str) -> list[Any]:
        """The field's value and all that gold accepts instead."""
        return [self.fields[field], *self.fields.get("accept", {}).get(field, [])]

    def folded(self, field: str) -> set[str | None]:
        """The answers as folded names."""
        return {fold(a) for a in self.answers(field)}

    def accepts_period(self, start: date | None, end: date | None) -> bool:
        """Whether the days are right."""
        pairs = ((start, "period_start"), (end, "period_end"))
        return all((day.isoformat() if day else None) in self.answers(field) for day, field in pairs)

    def accepts_attribution(self, who: str | None) -> bool:
        """Whether the source is right: equal, or part of one another."""
        got = fold(who)
        return any(got == w or bool(got and w and (w in got or got in w)) for w in self.folded("attribution"))

    def accepts_scope(self, scope: str | None) -> bool:
        """Whether a scope where gold has one, none where it has none."""
        return any((scope is None) == (a is None) for a in self.answers("scope"))

    def scope_like(self, scope: str | None) -> bool:
        """Whether the scope shares a word with gold's."""
        mine = set((fold(scope) or "").split())
        return any(len(w) > 3 and w in mine for a in self.folded("scope") if a for w in a.split())


@dataclass(frozen=True)
class GoldArticle:
    """An article and its gold claims in the order of the text; `group` is the folder (its story)."""

    article: Article
    claims: list[GoldClaim]
    group: str

    @property
    def text(self) -> str:
        """The article's text."""
        return self.article.text

    @property
    def debris(self) -> tuple[tuple[int, int], ...]:
        """The spans of page debris."""
        return self.article.debris


def load_gold(folder: Path) -> list[GoldArticle]:
    """All articles with gold claims below a folder. Raises ValueError for a quote that the text does not hold."""
    found = []
    for path in sorted(folder.rglob("*.gold.json")):
        if path.name == "conflicts.gold.json":
            continue
        document = json.loads(path.read_text(encoding="utf-8"))
        article = read_article(path.parent / document["article"])
        claims = sorted((_claim(article, c) for c in document["claims"]), key=lambda c: c.amount.start)
        found.append(GoldArticle(article, claims, path.parent.name))
    return found


def load_examples(folder: Path) -> list[GoldArticle]:
    """Every other row of the relations' example sentences: the rest stays unseen, so that it can measure."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for number, row in enumerate(rows):
            if "class" in row and number % 2 == 0 and row.get("claims"):
                article = Article(path=f"{path.stem}-{number}", text=row["text"], published=row.get("published"))
                claims = [_claim(article, c, frozenset(c)) for c in row["claims"]]
                claims.sort(key=lambda c: c.amount.start)
                found.append(GoldArticle(article, claims, f"{path.stem} {row['class']}"))
    return found


def _claim(article: Article, raw: dict[str, Any], annotated: frozenset[str] | None = None) -> GoldClaim:
    fields = {**DEFAULTS, **raw}
    start = nth(article.text, raw["quote"], raw.get("n", 1))
    if start < 0:
        raise ValueError(f"{article.path}: gold quote {raw['quote']!r} has no occurrence {raw.get('n', 1)}")
    low, high = (None if fields[k] is None else Decimal(str(fields[k])) for k in ("amount_min", "amount_max"))
    amount = Amount(
        start=start,
        end=start + len(raw["quote"]),
        text=raw["quote"],
        rule="gold",
        low=low,
        high=high,
        step=Decimal(1),
        **{name: fields[name] for name in ("bound", "currency", "per", "change")},
    )
    return GoldClaim(fields, amount, annotated)


def nth(text: str, quote: str, n: int) -> int:
    """Offset of the n-th occurrence (1 is the first, overlaps count), -1 where there is none."""
    at = -1
    for _ in range(n):
        at = text.find(quote, at + 1)
        if at < 0:
            break
    return at
