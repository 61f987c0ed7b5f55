"""The currencies of the countries in which the listed firms of an article are at home."""

import functools

from extractors.rules.company import company_table
from extractors.rules.money.currencies import tender
from extractors.rules.money.page import Page
from extractors.tables import csv_table, plain


def home_currencies(page: Page) -> list[tuple[int, str]]:
    """Where the text names a listed firm, and the ISO code of the currency at its home."""
    table, homes, text = company_table(), _homes(), plain(page.text)
    named = ((start, text[start:end], name) for start, end, name in table.names_in(text))
    return [(start, homes[name]) for start, surface, name in named if name in homes and surface not in table.ambiguous]


@functools.cache
def _homes() -> dict[str, str]:
    """Canonical name of a listed firm → currency of its country."""
    return {row["name"]: used[0] for row in csv_table("companies") if (used := tender().get(row["country"]))}
