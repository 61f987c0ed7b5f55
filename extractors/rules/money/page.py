"""The text of an article as the money rules read it: lower case, plain spaces, cut into sentences."""

import bisect
import re
from collections.abc import Sequence
from functools import cached_property

from extractors.tables import plain

# A sentence ends at a line break, or at a point after a word of two letters, a figure or a closing mark, before a
# capital, a quotation mark or a list mark ("M. Musk" does not end one).
_STOP = r"[.!?…]{1,3}(?:(?<=[^\W_]{2}[.!?…])|(?<=[)»\"%€$.!?][.!?…]))[»\")\] ]{0,3}\s"
_SENTENCE_END = re.compile(rf"\n+|{_STOP}(?=[«\"“(–—•-]?\s?[A-ZÀ-ÞŒ0-9$€£])")
_LINE_BREAK = re.compile(r"\n")
# "3,2 ME", "1,4 MdE": how stock-market sites write euros.
_MILLIONS_OF_E = re.compile(r"\d ?(?:M|Mds?|[kK])E(?!\w)")
# No qualifier stands further from its amount.
_REACH = 90
# A sentence without a point is cut this far from where one looks.
_LONGEST = 1000


class Page:
    """`text` is untouched; `low` is its lower-case twin of the same length, on which all rules match."""

    def __init__(self, text: str) -> None:
        self.text = text
        # İ is the one letter whose lower case is longer than itself
        self.low = plain(text).replace("İ", "I").lower()

    @cached_property
    def _sentences(self) -> list[int]:
        return [0, *(m.end() for m in _SENTENCE_END.finditer(self.text))]

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(m.end() for m in _LINE_BREAK.finditer(self.text))]

    @cached_property
    def capitals(self) -> str:
        """The letters that are a currency behind a number here: F for francs, E where millions of euros are "ME"."""
        francs = "franc" in self.low or "cfa" in self.low
        return ("F" if francs else "") + ("E" if _MILLIONS_OF_E.search(self.text) else "")

    def sentence(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence (a heading, list item or table row is one too) around `position`.

        Neither lies further away than `_LONGEST` characters, so that text without a point stays cheap.
        """
        at = bisect.bisect_right(self._sentences, position)
        end = self._sentences[at] if at < len(self._sentences) else len(self.text)
        return max(self._sentences[at - 1], position - _LONGEST), min(end, position + _LONGEST)

    def before(self, position: int, limit: int) -> str:
        """The lower-case text of the sentence that can qualify what starts at `position`, from `limit` on."""
        return self.low[max(self.sentence(position)[0], limit, position - _REACH) : position]

    def line(self, position: int) -> tuple[int, int]:
        """Start and end of the line around `position`, without its line break."""
        at = bisect.bisect_right(self._lines, position)
        end = self._lines[at] - 1 if at < len(self._lines) else len(self.text)
        return self._lines[at - 1], end


def inside(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether `position` lies in one of `spans`, which are sorted by their start."""
    at = bisect.bisect_right(spans, position, key=lambda span: span[0])
    return at > 0 and position < spans[at - 1][1]
