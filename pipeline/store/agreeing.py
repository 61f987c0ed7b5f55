"""The claims of other articles that agree with a claim."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlite_utils import Database

from pipeline.compare import Origins, Reach, agreeing, reach
from pipeline.models import Agreement, Claim, Standing
from pipeline.store.copies import Copies
from pipeline.store.rows import SELECT_CLAIM, claim_of, statement_of, text_of

KNOWN = 1024  # statements whose agreements are remembered while claims are listed
SHOWN = 20  # agreements that are named, the earliest of each article; all are counted

AGREEING = f"""
SELECT {SELECT_CLAIM.format("claims", "articles")}, claims.statement
FROM claims INDEXED BY claims_company JOIN articles ON articles.id = claims.article_id
WHERE claims.company IS :company AND claims.metric = :metric
    AND claims.first_day BETWEEN :first_start AND :last_start AND claims.last_day BETWEEN :first_end AND :last_end
    AND (claims.size BETWEEN :least AND :most OR claims.currency IS NOT :currency
        OR claims.bound NOT IN ('exact', 'approx'))
ORDER BY coalesce(articles.published, '9999-12-31'), articles.path, claims.start"""


class _Mention(NamedTuple):
    """What is shown of an agreeing claim, and what tells whose word it is."""

    claim_id: str
    article: str
    source: str | None
    quote: str
    agency: str | None
    attribution: str | None


class _Agreed:
    """Claims that agree: the first of each article, and their origins."""

    def __init__(self, told: Sequence[_Mention], copies: Copies) -> None:
        self.articles: dict[str, _Mention] = {}
        for mention in told:
            self.articles.setdefault(mention.article, mention)
        self.origins = Origins(told, copies)


class Agreements:
    """The agreements of the claims of a database, which holds still meanwhile."""

    def __init__(self, db: Database) -> None:
        self._db, self._copies = db, Copies(db)
        self._known: dict[str, _Agreed] = {}

    def of(self, claim: Claim) -> Standing:
        """Who says what the claim says: how many articles, how many independent origins, and which claims."""
        agreed = self._with(claim)
        if claim.article not in agreed.articles:
            own = _Mention(*(getattr(claim, name) for name in _Mention._fields))
            agreed = _Agreed([own, *agreed.articles.values()], self._copies)
        others = [other for article, other in agreed.articles.items() if article != claim.article]
        return Standing(
            agreements=tuple(_agreement(other, agreed.origins) for other in others[:SHOWN]),
            articles=len(agreed.articles),
            origins=len(agreed.origins),
        )

    def _with(self, claim: Claim) -> _Agreed:
        """What agrees with the claim's statement, asked once for all its mentions that follow one another."""
        key = statement_of(claim)
        if key not in self._known:
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[key] = _Agreed(self._ask(claim), self._copies)
        return self._known[key]

    def _ask(self, asked: Claim) -> list[_Mention]:
        """The claims that agree with this one, its own article's among them, the earliest first."""
        place = reach(asked)
        rows = list(self._db.query(AGREEING, _parameters(place))) if place else []
        first = {row["statement"]: row for row in reversed(rows)}
        names = {row["claim_id"]: statement for statement, row in first.items()}
        found = {names[one.claim_id] for one in agreeing(asked, map(_claim, first.values()))}
        return [_Mention(*(row[name] for name in _Mention._fields)) for row in rows if row["statement"] in found]


def _claim(row: dict[str, Any]) -> Claim:
    return claim_of({name: value for name, value in row.items() if name != "statement"})


def _parameters(place: Reach) -> dict[str, Any]:
    return {
        "company": place.company,
        "metric": place.metric,
        "currency": place.currency,
        "first_start": text_of(place.starts.start),
        "last_start": text_of(place.starts.end),
        "first_end": text_of(place.ends.start),
        "last_end": text_of(place.ends.end),
        "least": float(place.least),
        "most": float(place.most),
    }


def _agreement(claim: _Mention, origins: Origins) -> Agreement:
    return Agreement(
        claim_id=claim.claim_id,
        article=claim.article,
        source=claim.source,
        quote=claim.quote,
        origin=origins.of(claim.article),
    )
