"""What the encoder is fitted on: windows of articles, and for each amount in them the values of its fields."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.document import Document
from extractors.encoder import Span
from extractors.encoder.model import CLASSIFIED, POINTED
from extractors.encoder.pieces import Vocabulary
from extractors.encoder.windows import Cut, Range, distance
from extractors.relate.opinion import spans
from extractors.relate.rank import value_key
from extractors.rules.company_unknown import places_of
from pipeline.fit.instances import Lesson, settled
from pipeline.fit.names import is_party, parties


@dataclass(frozen=True)
class Words:
    """Words that stand for a value: their pieces counted from the start of the window, rule and distance."""

    place: Range
    rule: str
    distance: int


@dataclass(frozen=True)
class Value:
    """One possible value of a field (None: no value), whether it is right, and its words."""

    value: object
    right: bool
    words: Sequence[Words]


@dataclass(frozen=True)
class Question:
    """An amount (its pieces) and the values of each of its fields."""

    amount: Range
    fields: dict[str, list[Value]]


@dataclass(frozen=True)
class Name:
    """A name that may be a company's: its pieces wherever it stands, and whether it is that of a claim's party (None:
    nobody knows)."""

    places: Sequence[Range]
    right: bool | None


@dataclass
class Sample:
    """A window: the rows of its pieces, the names in it, and what is asked about amounts."""

    rows: list[int]
    names: list[Name]
    questions: list[Question] = field(default_factory=list)

    @functools.cached_property
    def places(self) -> list[Range]:
        """Where names stand, none within another."""
        found: list[Range] = []
        for first, last in sorted({place for name in self.names for place in name.places}):
            if not found or first >= found[-1][1]:
                found.append((first, last))
        return found


def samples(lessons: Sequence[Lesson], vocabulary: Vocabulary) -> list[Sample]:
    """The windows of the articles that hold amounts."""
    return [sample for lesson in lessons for sample in _samples(lesson, vocabulary)]


def _samples(lesson: Lesson, vocabulary: Vocabulary) -> Iterator[Sample]:
    cut = Cut(lesson.gold.text, vocabulary, lesson.scene.reading.lead)
    named = list(_names(lesson))
    found: dict[Range, Sample] = {}
    for asked in settled(lesson, forced=True):
        amount = cut.place(asked.claim.amount.start, asked.claim.amount.end)
        if amount is None:
            continue
        window = cut.window(amount)
        if window not in found:
            inside = [Name(list(_inside(cut, places, window)), right) for places, right in named]
            found[window] = Sample(cut.rows(window), [name for name in inside if name.places])
        fields: dict[str, list[Value]] = {}
        for name, candidates, marks in asked.annotated():
            if name not in (*CLASSIFIED, *POINTED):
                continue
            right = {value_key(c.value) for c, good in zip(candidates, marks, strict=True) if good}
            fields[name] = [
                Value(value, value in right, list(_words(cut, words, amount, window)))
                for value, words in spans(asked.site, name, candidates).items()
            ]
        inner = cut.inside(amount, window)
        assert inner
        found[window].questions.append(Question(inner, fields))
    yield from found.values()


def _names(lesson: Lesson) -> Iterator[tuple[Sequence[Range], bool | None]]:
    """Where each name stands in the text and in what is read before it, and whether it is a party's."""
    scene, gold = lesson.scene, parties(lesson.gold)
    # an example tells some fields of one claim, and not what the other names are
    whole = all(claim.annotated is None for claim in lesson.gold.claims)
    lead = scene.reading.lead
    named: dict[str, list[Range]] = {}
    for read, shift in ((scene.document, 0), (Document(lead), -len(lead))):
        for name, places in places_of(scene.evidence, read).items():
            named.setdefault(name, []).extend((start + shift, end + shift) for start, end in places)
        for start, end, _ in scene.table.names_in(read.plain):
            named.setdefault(read.plain[start:end], []).append((start + shift, end + shift))
    for name, places in named.items():
        known = scene.table.surfaces.get(name, name)
        yield places, (is_party(name, gold) or is_party(known, gold)) if whole else None


def _inside(cut: Cut, places: Sequence[Range], window: Range) -> Iterator[Range]:
    for start, end in places:
        place = cut.place(start, end)
        inner = place and cut.inside(place, window)
        if inner:
            yield inner


def _words(cut: Cut, words: set[Span], amount: Range, window: Range) -> Iterator[Words]:
    for span in words:
        place = cut.place(span.start, span.end)
        inner = place and cut.inside(place, window)
        if place and inner:
            yield Words(inner, span.rule, distance(amount, place))
