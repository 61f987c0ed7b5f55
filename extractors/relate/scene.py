"""One article's mentions laid out so that evidence can be read off: who stands where relative to an amount."""

import functools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from extractors.document import Document, Line, Sentence
from extractors.encoder import Reading
from extractors.mentions import Amount, CompanyMention, Cue, Mention, PeriodMention
from extractors.rules.company import CompanyTable
from extractors.rules.fiscal import last_before, year_ends
from extractors.rules.money.rates import find_rates
from extractors.rules.reference import Reference
from extractors.syntax import Parse
from extractors.tables import toml_table, words

Features = dict[str, float]
M = TypeVar("M", bound=Mention)


@functools.cache
def cue_pattern(section: str, key: str) -> re.Pattern[str]:
    """The pattern of one list of the cue table."""
    return words(toml_table("cues")[section][key])


@dataclass
class Scene:
    """All that was found in one article. Mentions of each kind are sorted by offset."""

    document: Document
    amounts: Sequence[Amount]
    periods: Sequence[PeriodMention]
    companies: Sequence[CompanyMention]
    references: Sequence[Reference]
    cues: Sequence[Cue]
    attributions: Sequence[Cue]
    parses: Mapping[int, Parse]
    table: CompanyTable
    reading: Reading  # the text as the encoder reads it
    published: date | None = None
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # why an unlisted name is taken for a company
    title_companies: Sequence[CompanyMention] = ()  # of a title: where that is no part of the text, below zero
    title_sums: Collection[Decimal] = ()
    title_names: Collection[str] = field(init=False)
    counts: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.title_names = tuple(dict.fromkeys(m.name for m in self.title_companies))
        self.counts = Counter([*(m.name for m in self.companies if m.rule not in WEAK), *self.title_names])
        self.total = self.counts.total()
        self._by_name: dict[str, list[CompanyMention]] = {}
        for mention in self.companies:
            self._by_name.setdefault(mention.name, []).append(mention)

    @functools.cached_property
    def rates(self) -> Sequence[Cue]:
        """The words for rates ("mensuel", "par abonné"), whatever they stand beside."""
        text = self.document.plain
        return [Cue(start=s, end=e, text=text[s:e], rule="rate.named", value=per) for per, s, e in find_rates(text)]

    @functools.cached_property
    def main(self) -> str | None:
        """The company the article is mostly about: of those named most, the one in the title first."""
        firms = Counter({n: c for n, c in self.counts.items() if c and self.type_of(n) == "company"})
        if not firms:
            return next(iter(dict(self.counts.most_common(1))), None)
        title = {m.name for m in self.companies if m.start < self.document.opening[1]}
        title.update(self.title_names)
        return max(firms, key=lambda n: (firms[n] + 2 * (n in title), -self.first_of(n)))

    @functools.cached_property
    def _year_ends(self) -> Mapping[str, int]:
        """The month in which a company's fiscal year ends, of the companies of which the article tells it."""
        found: dict[str, int] = {}
        for mention, month in year_ends(self.document.plain, self.periods):
            named = last_before(self.document.plain, self.within(self.companies, 0, mention.start), mention.start)
            owner = named.name if named else self.main
            if owner:
                found.setdefault(owner, month)
        return found

    def year_end(self, company: str | None) -> int:
        """The month (1 to 12) in which a fiscal year ends, by the article, the table or the only one told of any."""
        known, told = self.table.by_name.get(company or ""), set(self._year_ends.values())
        other = known.fiscal_year_end if known else told.pop() if len(told) == 1 else 12
        return self._year_ends.get(company or "", other)

    def first_of(self, name: str) -> int:
        """Offset of the first mention of a company."""
        return next((m.start for m in self.of(name)), -1)

    def type_of(self, name: str) -> str:
        """company, fund, bank, authority or media; of unlisted names by the words in them."""
        return self.table.type_of(name)

    def within(self, mentions: Sequence[M], start: int, end: int) -> Sequence[M]:
        """The mentions that begin between two offsets."""
        first = bisect_left(mentions, start, key=_start)
        return mentions[first : bisect_left(mentions, end, lo=first, key=_start)]

    def of(self, name: str) -> Sequence[CompanyMention]:
        """The mentions of one company."""
        return self._by_name.get(name, ())


def _start(mention: Mention) -> int:
    return mention.start


@dataclass
class Site:
    """The surroundings of one amount."""

    scene: Scene
    amount: Amount
    index: int
    sentence: Sentence = field(init=False)
    line: Line = field(init=False)
    parse: Parse | None = field(init=False)
    head: int | None = field(init=False)
    verb: int | None = field(init=False)

    def __post_init__(self) -> None:
        document = self.scene.document
        self.sentence = document.sentence_at(self.amount.start)
        self.line = document.lines[self.sentence.line]
        self.parse = self.scene.parses.get(self.sentence.index)
        self.head = self.parse.head_of(self.amount.start, self.amount.end) if self.parse else None
        self.verb = self._governing_verb()

    def _governing_verb(self) -> int | None:
        if self.parse is None or self.head is None:
            return None
        tokens = self.parse.tokens
        return next((i for i in self.parse.ancestors(self.head) if tokens[i].pos == "VERB"), None)

    def text(self, start: int, end: int) -> str:
        """Plain lower-case text between two offsets."""
        return self.scene.document.plain[start:end].lower()

    @functools.cached_property
    def column(self) -> tuple[int, int] | None:
        """The head of the amount's column, where it stands in a table."""
        return self.scene.document.column_head(self.amount.start)

    def heads_column(self, mention: Mention | None) -> bool:
        """Whether a mention stands in the head of the amount's column."""
        return bool(mention and self.column and self.column[0] <= mention.start < self.column[1])

    @functools.cached_property
    def companies(self) -> Sequence[CompanyMention]:
        """The companies named in the sentence."""
        return self.scene.within(self.scene.companies, self.sentence.start, self.sentence.end)

    @functools.cached_property
    def references(self) -> Sequence[Reference]:
        """The nouns and pronouns of the sentence that stand for a company."""
        return [r for r in self.scene.references if self.sentence.start <= r.mention.start < self.sentence.end]

    @functools.cached_property
    def attributions(self) -> Sequence[Cue]:
        """Who is cited in the sentence."""
        return self.scene.within(self.scene.attributions, self.sentence.start, self.sentence.end)

    def apart(self, sentence: int, line: int) -> str:
        """How far away another amount stands, by the indices of its sentence and line."""
        if sentence == self.sentence.index:
            return "sentence"
        return "line" if line == self.sentence.line else "elsewhere"

    def since(self, amount: Amount) -> str:
        """The text of this sentence between an amount before and this one, with a blank on either side."""
        return f" {self.text(max(amount.end, self.sentence.start), self.amount.start)} "

    @functools.cached_property
    def others(self) -> list[Amount]:
        """The other amounts of the sentence."""
        here = self.scene.within(self.scene.amounts, self.sentence.start, self.sentence.end)
        return [a for a in here if a is not self.amount]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The offsets between a mention and the amount (its bracketed conversion included)."""
        if end <= self.amount.start:
            return end, self.amount.start
        close = max(self.amount.end, self.amount.conversion[1] if self.amount.conversion else 0)
        return close, max(start, close)


# Nothing but a preposition or a qualifier between a mention and the amount.
TOUCHES = re.compile(r"\W*(?:(?:à|de|d'|pour|environ|quelque|près de|plus de|et|en|du|des|dans|chez|par)\W*){0,2}")


@dataclass(frozen=True)
class Asked:
    """What is already known when the company of an amount is asked for: its metric and the cue that told it, and,
    when the other party is asked for, the company."""

    site: Site
    metric: str
    cue: Mention | None
    company: str | None = None


# Mentions too weak to make a company a topic: its products, and capitalised words that may be a name.
WEAK = frozenset({"company.product", "company.capitalised"})
DISTANCES = ((1, "0-1"), (3, "2-3"), (7, "4-7"), (14, "8-14"), (10**6, "15+"))
SEPARATORS = (
    (";", "semicolon"),
    ("(", "open"),
    (")", "close"),
    (" contre ", "contre"),
    (" et ", "et"),
    (",", "comma"),
    (":", "colon"),
    (" mais ", "mais"),
    (" dont ", "dont"),
    (" après ", "après"),
    (" pour ", "pour"),
    (" soit ", "soit"),
)


def geometry(site: Site, mention: Mention, rivals: Iterable[Mention]) -> Features:
    """Where a mention stands relative to the amount: side, distance, what stands between, the tree.

    `rivals` are the mentions of the same dimension in the sentence; the nearest on each side is marked.
    """
    sentence = site.sentence
    if not sentence.start <= mention.start < sentence.end:
        return _far(site, mention)
    left = mention.end <= site.amount.start
    side = "L" if left else "R"
    start, end = site.between(mention.start, mention.end)
    gap = site.text(start, end)
    bucket = next(name for limit, name in DISTANCES if len(gap.split()) <= limit)
    crossed = sum(1 for o in site.others if start <= o.start < end)
    features = {
        "same": 1.0,
        f"side={side}": 1.0,
        f"{side}:words={bucket}": 1.0,
        f"{side}:crossed={min(crossed, 2)}": 1.0,
    }
    if TOUCHES.fullmatch(gap):
        features[f"{side}:touches"] = 1.0
    for mark, name in SEPARATORS:
        if mark in gap:
            features[f"{side}:sep={name}"] = 1.0
    if not any(_nearer(site, r, mention, left) for r in rivals):
        features[f"{side}:nearest"] = 1.0
        if crossed == 0:
            features[f"{side}:nearest uncrossed"] = 1.0
    return features | _tree(site, mention)


def _nearer(site: Site, rival: Mention, mention: Mention, left: bool) -> bool:
    if left:
        return mention.start < rival.start and rival.end <= site.amount.start
    return site.amount.end <= rival.start < mention.start


def _tree(site: Site, mention: Mention) -> Features:
    if site.parse is None or site.head is None:
        return {}
    token = site.parse.head_of(mention.start, mention.end)
    if token is None:
        return {}
    features = {f"tree={min(site.parse.distance(site.head, token), 6)}": 1.0}
    if token in list(site.parse.ancestors(site.head)):
        features["governs"] = 1.0
    if site.head in list(site.parse.ancestors(token)):
        features["governed"] = 1.0
    if site.verb is not None and site.verb in (token, *site.parse.ancestors(token)):
        verb = next((i for i in (token, *site.parse.ancestors(token)) if site.parse.tokens[i].pos == "VERB"), None)
        features["same verb" if verb == site.verb else "under verb"] = 1.0
    return features


def _far(site: Site, mention: Mention) -> Features:
    document = site.scene.document
    other = document.sentence_at(mention.start)
    apart = site.sentence.index - other.index
    features: Features = {}
    if other.line == site.sentence.line:
        features["line"] = 1.0
        features[f"before={min(apart, 3)}" if apart > 0 else "after"] = 1.0
    elif 0 < apart <= 2:
        features[f"before={apart}, other line"] = 1.0
    heading = document.heading_of(site.sentence.line)
    if heading is not None and heading.start <= mention.start < heading.end:
        features["heading"] = 1.0
    if mention.start < document.opening[1]:
        features["title"] = 1.0
    return features or {"elsewhere": 1.0}
