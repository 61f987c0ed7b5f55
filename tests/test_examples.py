"""The example sentences of the relations: well formed, enough of every class, and no field read worse than it was.

`python -m tests.test_examples` prints every error by class, and the measured share of each field.
"""

import functools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.mentions import Amount
from extractors.rules.company import company_table
from extractors.rules.metric import metrics
from pipeline.extract import extract_claims
from pipeline.gold import DEFAULTS, GoldClaim, fold, nth
from pipeline.models import Article, Claim

FOLDER = Path(__file__).parent.parent / "corpus/examples"
FILES = ("company", "counterparty", "metric", "scope", "modality", "attribution", "per", "relations")
FIELDS = ("span", "company", "counterparty", "metric", "scope", "modality", "attribution", "period", "per", "change")
ENOUGH = 5


@dataclass(frozen=True)
class Example:
    """One row: a class of wording, one to three sentences, and what each of their amounts must yield."""

    file: str
    kind: str
    text: str
    published: date | None
    unseen: bool  # not among the rows that the weights are fitted on
    claims: tuple[Mapping[str, Any], ...]

    @property
    def negative(self) -> bool:
        """Whether it looks like its class and is not: no amount, or one that is of another kind."""
        if self.file == "metric":
            return not self.claims or any(c["metric"] != self.kind for c in self.claims)
        default = DEFAULTS.get(self.file)
        return not self.claims or any(self.file in c and c[self.file] == default for c in self.claims)


@dataclass(frozen=True)
class Reading:
    """What was read of one field of one amount, beside what is right."""

    example: Example
    field: str
    quote: str
    got: object
    want: object
    right: bool

    def __str__(self) -> str:
        text = self.example.text.replace("\n", " ⏎ ")
        return f"{self.field:<12} {self.quote}: {self.got!r}, not {self.want!r}\n{'':14}{text}"


@functools.cache
def examples() -> tuple[Example, ...]:
    """All rows of all files."""
    rows = [
        (file, number, json.loads(line))
        for file in FILES
        for number, line in enumerate((FOLDER / f"{file}.jsonl").read_text("utf-8").splitlines())
    ]
    return tuple(
        Example(
            file=file,
            kind=row["class"],
            text=row["text"],
            published=date.fromisoformat(row["published"]) if "published" in row else None,
            unseen=number % 2 == 1,
            claims=tuple(row["claims"]),
        )
        for file, number, row in rows
    )


@functools.cache
def readings() -> tuple[Reading, ...]:
    """Every field that the rows speak of which the weights were not fitted on, as the program reads it."""
    return tuple(reading for example in examples() if example.unseen for reading in _read(example))


def _read(example: Example) -> Iterator[Reading]:
    article = Article(path="example.txt", text=example.text, published=example.published)
    found = {(c.start, c.quote): c for c in extract_claims(article, company_table())}
    wanted = {(_start(example, raw), raw["quote"]): raw for raw in example.claims}
    got, want = ([quote for _, quote in sorted(side)] for side in (found, wanted))
    yield Reading(example, "span", "all amounts", got, want, found.keys() == wanted.keys())
    for place in sorted(found.keys() & wanted.keys()):
        yield from _compare(example, found[place], wanted[place])


def _start(example: Example, raw: Mapping[str, Any]) -> int:
    return nth(example.text, raw["quote"], raw.get("n", 1))


def _compare(example: Example, claim: Claim, raw: Mapping[str, Any]) -> Iterator[Reading]:
    """One reading for each field that the row is about; the others are not looked at."""
    span = {"start": claim.start, "end": claim.end, "text": claim.quote, "rule": "example"}
    gold = GoldClaim({**DEFAULTS, **raw}, Amount(**span, low=None, high=None, step=Decimal(1)))
    fields = claim.model_dump(mode="json")
    for key in raw.keys() - {"quote", "n", "accept"}:
        field = "period" if key.startswith("period") else key
        yield Reading(example, field, claim.quote, fields[key], gold.answers(key), _same(key, fields[key], gold))


def _same(key: str, value: Any, gold: GoldClaim) -> bool:
    if key == "scope":
        return gold.accepts_scope(value)
    if key == "attribution":
        return gold.accepts_attribution(value)
    if key in ("company", "counterparty"):
        return fold(value) in gold.folded(key)
    return value in gold.answers(key)


def shares() -> dict[str, float]:
    """The per cent of right values of each field."""
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for reading in readings():
        counts[reading.field][reading.right] += 1
    return {field: 100 * counts[field][True] / counts[field].total() for field in FIELDS}


def errors(field: str | None = None) -> str:
    """The wrong readings, of one field or of all, under a line for each class with its share of right ones."""
    by_class: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings():
        if field in (None, reading.field):
            by_class[reading.example.file, reading.example.kind].append(reading)
    lines = []
    for (file, kind), all_read in by_class.items():
        wrong = [r for r in all_read if not r.right]
        if wrong or field is None:
            lines.append(f"\n{file} / {kind}: {len(all_read) - len(wrong)} of {len(all_read)}")
        lines += [f"  {reading}" for reading in wrong]
    return "\n".join(lines)


def test_quotes_stand_in_their_texts():
    missing = [(e.text, c["quote"]) for e in examples() for c in e.claims if _start(e, c) < 0]
    assert missing == []


def test_rows_are_well_formed():
    known = DEFAULTS.keys() | {"quote", "n", "accept"}
    assert [c for e in examples() for c in e.claims if not c.keys() <= known] == []
    texts = Counter(e.text for e in examples())
    assert [text for text, times in texts.items() if times > 1] == []


def test_every_metric_is_a_class():
    assert set(metrics()) == {e.kind for e in examples() if e.file == "metric"}


@pytest.mark.parametrize("file", FILES)
def test_every_class_has_enough_rows_and_a_negative_one(file):
    rows: dict[str, list[Example]] = defaultdict(list)
    for example in examples():
        if example.file == file:
            rows[example.kind].append(example)
    assert [kind for kind, of_kind in rows.items() if len(of_kind) < ENOUGH] == []
    assert [kind for kind, of_kind in rows.items() if not any(e.negative for e in of_kind)] == []


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_sinks_below_its_floor(field):
    floor = json.loads((FOLDER / "floors.json").read_text("utf-8"))[field]
    assert shares()[field] >= floor, errors(field)


if __name__ == "__main__":
    print(errors())
    print()
    for name, share in shares().items():
        print(f"{name:<12} {share:5.1f} %")
