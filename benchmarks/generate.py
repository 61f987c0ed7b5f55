"""A store of invented claims with a realistic skew: one company holds a quarter of all.

    python benchmarks/generate.py 10000 > claims.jsonl

Each (company, metric, period) has one true value, which articles write with two to four digits; a few get it wrong:
a lost comma, swapped digits, another period's figure.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from pipeline.models import Claim, digest

_FLOWS = ("revenue", "loss", "spending", "net_profit", "capex", "operating_profit")
_STOCKS = ("valuation", "cash", "debt", "recurring_revenue")
_METRICS = _FLOWS + _STOCKS + ("funding",)
_OUTLETS = tuple(f"Gazette {number}" for number in range(60))
_FIRST_DAY = date(2018, 1, 1)
_DAYS = 3000
_IN_ARTICLE = 8
_WRONG = 0.04
_COMPANIES = 400  # grows with the store: ten times the claims are about three times the companies


def _quarter(number: int) -> tuple[date, date]:
    start = date(2018 + number // 4, 1 + 3 * (number % 4), 1)
    following = date(2018 + (number + 1) // 4, 1 + 3 * ((number + 1) % 4), 1)
    return start, following - timedelta(days=1)


def _truth(company: str, metric: str, when: object) -> Decimal:
    """A value that depends on nothing but its place, between 1 million and 100 billion."""
    seed = int(digest(company, metric, when), 16)
    return Decimal(1000 + seed % 9000).scaleb(3 + seed % 5)


def _written(rng: random.Random, value: Decimal) -> tuple[str, Decimal]:
    unit, word = (Decimal(10) ** 9, "milliards") if value >= 10**9 else (Decimal(10) ** 6, "millions")
    rounded = round(value / unit, rng.choice((1, 1, 2, 3)))
    if rng.random() < _WRONG:
        rounded = rng.choice((rounded * 10, rounded + 11, rounded * 1000))
    rounded = rounded or Decimal("0.1")
    return f"{rounded:f} {word} d'euros".replace(".", ","), rounded * unit


def _claim(rng: random.Random, companies: int, article: str, place: int, published: date) -> Claim:
    number = 0 if rng.random() < 0.25 else 1 + int((companies - 1) * rng.random() ** 2)
    company, metric = f"Société {number}", rng.choice(_METRICS)
    quarters = (published.year - 2018) * 4 + (published.month - 1) // 3
    start = end = None
    if metric in _FLOWS:
        start, end = _quarter(max(0, quarters - 1 - int(6 * rng.random() ** 2)))
    elif rng.random() < 0.5:
        start = end = published - timedelta(days=rng.randrange(20))
    when = start if metric in _FLOWS else quarters
    quote, amount = _written(rng, _truth(company, metric, when))
    return Claim(
        claim_id=digest(article, place),
        article=article,
        source=rng.choice(_OUTLETS),
        published=published,
        quote=quote,
        start=place * 100,
        end=place * 100 + len(quote),
        sentence=f"Phrase {place} de {article}.",
        amount_min=amount,
        amount_max=amount,
        bound="approx" if rng.random() < 0.1 else "exact",
        currency="EUR",
        company=company,
        metric=metric,
        period_start=start,
        period_end=end,
        modality="hedged" if rng.random() < 0.15 else "asserted",
    )


def claims(count: int, seed: int = 1) -> Iterator[Claim]:
    """The first `count` claims of the store of this size."""
    rng = random.Random(seed)
    companies = max(20, int(_COMPANIES * (count / 10_000) ** 0.5))

    def every() -> Iterator[Claim]:
        number = 0
        while True:
            published = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
            for place in range(_IN_ARTICLE):
                yield _claim(rng, companies, f"article-{number}.txt", place, published)
            number += 1

    return islice(every(), count)


if __name__ == "__main__":
    for claim in claims(int(sys.argv[1])):
        print(claim.model_dump_json())
