"""The conflicts of whole stories, found from their gold claims: every folder is a store of its own."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pipeline.compare import find_conflicts
from pipeline.models import Claim, Conflict

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "corpus" / "articles", ROOT / "corpus" / "heldout"]
STORIES = sorted(path.parent for folder in FOLDERS for path in folder.rglob("conflicts.gold.json"))
_NOT_A_FIELD = {"n", "accept", "optional"}


def article(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter and the text behind it."""
    raw = path.read_text("utf-8")
    front = re.match(r"---\n(.*?)\n---\n", raw, re.S)
    return (yaml.safe_load(front[1]), raw[front.end() :]) if front else ({}, raw)


def span(text: str, row: dict[str, Any]) -> tuple[int, int]:
    """Where the n-th occurrence of the quote stands."""
    at = -1
    for _ in range(row.get("n", 1)):
        at = text.index(row["quote"], at + 1)
    return at, at + len(row["quote"])


def sentence(text: str, start: int, end: int) -> str:
    breaks = [match.end() for match in re.finditer(r"\n|(?<=[.!?])\s+(?=[A-ZÀ-Ý«])", text[:start])]
    stop = re.search(r"\n|[.!?](?=\s+[A-ZÀ-Ý«])", text[end:])
    return text[max(breaks, default=0) : end + stop.end() if stop else len(text)]


def gold_claims(folder: Path) -> list[Claim]:
    claims = []
    for path in sorted(folder.glob("*.gold.json")):
        doc = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        for row in doc.get("claims", []):
            front, text = article(folder / doc["article"])
            start, end = span(text, row)
            known = {name: front.get(name) for name in ("source", "title", "url", "published")}
            fields = {name: value for name, value in row.items() if name not in _NOT_A_FIELD}
            fields = {"amount_min": None, "amount_max": None, "currency": None, **known, **fields}
            claims.append(
                Claim(article=doc["article"], start=start, end=end, sentence=sentence(text, start, end), **fields)
            )
    return claims


def hits(folder: Path, pair: dict[str, Any], found: Conflict) -> bool:
    """Whether the conflict is the gold pair, by any mention of its two statements."""
    sides = []
    for side in ("a", "b"):
        rows = [pair[side], *pair.get("same", {}).get(side, [])]
        sides.append({(row["article"], span(article(folder / row["article"])[1], row)) for row in rows})
    told = [(claim.article, (claim.start, claim.end)) for claim in (found.a, found.b)]
    return any(first in sides[0] and second in sides[1] for first, second in (told, told[::-1]))


def test_stories() -> None:
    """All folders together: F1, kinds and traps as the scorer of conflicts counts them."""
    right = wrong = gold_pairs = kinds = trapped = agreements = 0
    for folder in STORIES:
        gold = json.loads((folder / "conflicts.gold.json").read_text("utf-8"))
        found = find_conflicts(gold_claims(folder))
        for pair in gold["conflicts"]:
            matching = [one for one in found if hits(folder, pair, one)]
            right += bool(matching)
            kinds += any(one.kind == pair["kind"] for one in matching)
        wrong += sum(not any(hits(folder, pair, one) for pair in gold["conflicts"]) for one in found)
        gold_pairs += len(gold["conflicts"])
        agreements += len(gold["agreements"])
        trapped += sum(any(hits(folder, pair, one) for one in found) for pair in gold["agreements"])
    assert 2 * right / (gold_pairs + right + wrong) >= 0.95
    assert kinds / right >= 0.95
    assert trapped / agreements <= 0.03
