"""The claims of other articles that agree with a claim."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlite_utils import Database

from pipeline.compare import Origins, Reach, claims_agree, reach
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


class _Agreed(NamedTuple):
    """The claims that agree with a statement, its own mentions among them: the first of each article, and origins."""

    articles: dict[str, Claim]
    origins: Origins


class Agreements:
    """The agreements of the claims of a database, which holds still meanwhile."""

    def __init__(self, db: Database) -> None:
        self._db, self._copies = db, Copies(db)
        self._known: dict[str, _Agreed] = {}

    def of(self, claim: Claim) -> Standing:
        """Who says what the claim says: how many articles, how many independent origins, and which claims."""
        agreed = self._with(claim)
        if claim.article not in agreed.articles:
            agreed = self._agreed([claim, *agreed.articles.values()])
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
            self._known[key] = self._ask(claim)
        return self._known[key]

    def _ask(self, asked: Claim) -> _Agreed:
        place = reach(asked)
        statements: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._db.query(AGREEING, _parameters(place)) if place else ():
            statements[row.pop("statement")].append(row)
        agreeing = [rows for rows in statements.values() if claims_agree(asked, claim_of(rows[0]))]
        return self._agreed(claim_of(row) for rows in agreeing for row in rows)

    def _agreed(self, claims: Iterable[Claim]) -> _Agreed:
        told = sorted(claims, key=lambda claim: (str(claim.published or "9999"), claim.article, claim.start))
        articles: dict[str, Claim] = {}
        for claim in told:
            articles.setdefault(claim.article, claim)
        return _Agreed(articles, Origins(told, self._copies))


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


def _agreement(claim: Claim, origins: Origins) -> Agreement:
    return Agreement(
        claim_id=claim.claim_id,
        article=claim.article,
        source=claim.source,
        quote=claim.quote,
        origin=origins.of(claim.article),
    )
