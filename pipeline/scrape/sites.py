"""The outlets whose pages are known: one declaration each in `tables/sites.toml`."""

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from extractors.mentions import Frozen


class Site(Frozen):
    """One outlet: where its articles stand in its pages. Selectors are CSS; `body` may match several elements.

    `valid_from` and `valid_until` are the days of publication that the selectors hold for, so that a redesign is a
    second declaration beside the first.
    """

    name: str
    domain: str
    body: str
    remove: str | None = None
    title: str | None = None
    author: str | None = None
    published: str | None = None
    cut: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date | None) -> bool:
        return day is None or (self.valid_from or day) <= day <= (self.valid_until or day)


@cache
def sites() -> tuple[Site, ...]:
    table = tomllib.loads(resources.files("pipeline").joinpath("tables", "sites.toml").read_text("utf-8"))
    return tuple(Site(**row) for row in table["site"])


def host_of(url: str | None) -> str:
    """The host of an address without "www.": "https://www.numerama.com/x" is of "numerama.com"."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.").lower()
    except ValueError:
        return ""


def find_site(url: str | None, published: date | None) -> Site | None:
    """The declaration for a page's address and day, or None where the outlet is not declared."""
    host = host_of(url)
    fitting = [s for s in sites() if (host == s.domain or host.endswith("." + s.domain)) and s.holds_on(published)]
    return max(fitting, key=lambda site: len(site.domain), default=None)
