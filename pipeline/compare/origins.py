"""Whose word a value is: articles that repeat one text, one agency or one cited source are one origin."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol

from pipeline.compare.facts import words

Name = frozenset[str]
_CALLED = words("agence quotidien journal magazine site chaîne média revue hebdomadaire américain américaine presse")


@lru_cache(maxsize=65536)
def _name(text: str) -> Name:
    """The words that tell one source from another: "l'agence Bloomberg" is Bloomberg, "l'agence" alone is not."""
    return words(text) - _CALLED or words(text)


class Told(Protocol):
    """What tells whose word a claim is."""

    @property
    def article(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def agency(self) -> str | None: ...
    @property
    def attribution(self) -> str | None: ...


class Origins:
    """The independent origins of claims that say the same.

    An article that cites somebody is no origin besides. Whom it cites, the agency that signs it and the article that
    it is a near-copy of are one, and so is everybody who names one of them: an outlet's own report, another's "selon
    Bloomberg" and a third one's "(avec Bloomberg)". `copies` holds the original by the name of an article.
    """

    def __init__(self, claims: Iterable[Told], copies: Mapping[str, str] | None = None) -> None:
        self._joined: dict[Name, Name] = {}
        self._shown: dict[Name, str] = {}
        self._told: dict[str, list[Name]] = {}
        articles: dict[str, list[Told]] = defaultdict(list)
        for claim in claims:
            articles[claim.article].append(claim)
        for article, mentions in articles.items():
            self._tell(article, mentions, (copies or {}).get(article))
        self._pass_on(mentions[0] for mentions in articles.values())

    def __len__(self) -> int:
        return len({self._find(name) for names in self._told.values() for name in names})

    def of(self, article: str) -> str:
        """The name of the origin that the article repeats or is: "Bloomberg"; the first, where it cites several."""
        return self._shown[self._find(self._told[article][0])]

    def _tell(self, article: str, mentions: list[Told], original: str | None) -> None:
        """Notes whom the article cites, else whose text it is: its agency's, which vouches for it, or its outlet's."""
        first = mentions[0]
        cited = self._names(mention.attribution for mention in mentions)
        self._told[article] = cited or self._names([first.agency or first.source or article, article])[:1]
        for name in self._names([first.agency, original]):
            self._join(self._told[article][0], name)

    def _pass_on(self, articles: Iterable[Told]) -> None:
        """Who cites an outlet that has its figure from one other alone cites that one."""
        told: dict[Name, set[Name]] = defaultdict(set)
        for claim in articles:
            for outlet in self._names([claim.source]):
                told[outlet].update(self._told[claim.article])
        for outlet, names in told.items():
            if len(names) == 1:
                self._join(names.pop(), outlet)

    def _names(self, texts: Iterable[str | None]) -> list[Name]:
        found = {_name(text): text for text in texts if text and words(text)}
        for name, text in found.items():
            self._shown.setdefault(name, text)
        return list(found)

    def _find(self, name: Name) -> Name:
        while name in self._joined:
            name = self._joined[name]
        return name

    def _join(self, first: Name, second: Name) -> None:
        root, other = self._find(first), self._find(second)
        if root != other:
            self._joined[other] = root
