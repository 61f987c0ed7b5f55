"""Company names as users type them: matched through aliases, or answered with suggestions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from extractors.rules.company import CompanyTable
from pipeline.gold import fold

NEAR = 70.0  # similarity in per cent from which a name is worth suggesting
SUGGESTIONS = 5


class UnknownCompanyError(Exception):
    """A name that matches no company: `str(error)` is one line with the nearest names."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        hint = f"did you mean {' or '.join(near)}?" if near else "list what is stored with: recoupe claims"
        super().__init__(f"no company {name!r} in the database; {hint}")


def match_company(name: str, stored: Mapping[str, Sequence[str]], table: CompanyTable) -> frozenset[str]:
    """The canonical names that a typed name stands for ("facebook" is {"Meta"}).

    `stored` holds the names in the database and their aliases. Raises UnknownCompanyError for a name that is none.
    """
    known = defaultdict[str, set[str]](set)
    for surface, canonical in (*table.surfaces.items(), *((n, n) for n in stored)):
        known[fold(surface) or surface].add(canonical)
    for canonical, aliases in stored.items():
        for alias in aliases:
            known[fold(alias) or alias].add(canonical)
    found = known.get(fold(name) or name, set())
    if not found & stored.keys():
        raise UnknownCompanyError(name, _near(fold(name) or name, {k: v & stored.keys() for k, v in known.items()}))
    return frozenset(found)


def _near(name: str, known: Mapping[str, set[str]]) -> list[str]:
    surfaces = [surface for surface, names in known.items() if names]
    hits = process.extract(name, surfaces, scorer=fuzz.WRatio, score_cutoff=NEAR, limit=20)
    names = dict.fromkeys(canonical for surface, _, _ in hits for canonical in sorted(known[surface]))
    return list(names)[:SUGGESTIONS]
