"""Which articles are one and the same: fetched twice, published twice, or copied from an agency with few changes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from datasketch import MinHash, MinHashLSH

from pipeline.models import Article
from pipeline.scrape.debris import fold

NEAR = 0.8  # share of common shingles from which two texts are one: agency copy keeps 0.85, another report 0.2
PERMUTATIONS = 128
SHINGLE = 4  # words
FEWEST_SHINGLES = 30  # shorter texts are the same only where they are equal
TRACKING = re.compile(r"^(?:utm_\w+|xtor|at_\w+|fbclid|gclid|mc_[ce]id|ref|src|source|cmpid|amp)$", re.I)


def group_duplicates(articles: Iterable[Article], near: float = NEAR) -> list[tuple[Article, ...]]:
    """The articles in groups of one text each, in the order of their first; the one to keep leads its group.

    The one kept is the earliest published, the longest among those; the others tell who else published it.
    """
    every = list(articles)
    parent = list(range(len(every)))
    for keys in ([address_key(article.url) for article in every], [_text_key(article.text) for article in every]):
        first: dict[str, int] = {}
        for place, key in enumerate(keys):
            if key:
                _join(parent, first.setdefault(key, place), place)
    _join_near(every, parent, near)
    groups: dict[int, list[Article]] = defaultdict(list)
    for place, article in enumerate(every):
        groups[_root(parent, place)].append(article)
    return [tuple(sorted(group, key=_precedence)) for group in groups.values()]


def sources_of(group: Sequence[Article]) -> list[str]:
    """The outlets that published a group's text, the one kept first."""
    return list(dict.fromkeys(article.source for article in group if article.source))


def address_key(url: str | None) -> str | None:
    """The address without scheme, "www.", fragment, tracking and AMP: "lemonde.fr/economie/a" of all its variants."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return None
    path = re.sub(r"^/amp/|/amp(?=/|$)|\.amp(?=\.|$)", "/", parts.path).rstrip("/")
    query = urlencode(sorted((key, value) for key, value in parse_qsl(parts.query) if not TRACKING.match(key)))
    return f"{host}{path}?{query}" if host and (path or query) else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _text_key(text: str) -> str:
    return " ".join(_words(text))


def _join_near(articles: list[Article], parent: list[int], near: float) -> None:
    index = MinHashLSH(threshold=near, num_perm=PERMUTATIONS)
    hashes: dict[int, MinHash] = {}
    for place, article in enumerate(articles):
        words = _words(article.text)
        shingles = {" ".join(words[n : n + SHINGLE]).encode() for n in range(len(words) - SHINGLE + 1)}
        if len(shingles) < FEWEST_SHINGLES or _root(parent, place) != place:
            continue
        hashes[place] = MinHash(num_perm=PERMUTATIONS)
        hashes[place].update_batch(list(shingles))
        for other in index.query(hashes[place]):
            if hashes[place].jaccard(hashes[other]) >= near:
                _join(parent, other, place)
        index.insert(place, hashes[place])


def _precedence(article: Article) -> tuple[bool, object, int, str]:
    return (article.published is None, article.published or 0, -len(article.text), article.path)


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


def _join(parent: list[int], a: int, b: int) -> None:
    a, b = sorted((_root(parent, a), _root(parent, b)))
    parent[b] = a
