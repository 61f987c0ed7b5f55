"""What a page declares about its article: its meta elements by name, and the JSON-LD object of the article."""

from typing import Any, NamedTuple

from bs4 import BeautifulSoup

from pipeline.scrape.jsonld import article_node
from pipeline.scrape.page import visible

LONGEST = 1_000  # characters of any one piece of metadata


class Page(NamedTuple):
    """A page's tree with its two indexes: the meta elements by name, and the JSON-LD object of the article."""

    soup: BeautifulSoup
    metas: dict[str, str]
    node: dict[str, Any]

    def meta(self, names: tuple[str, ...]) -> str | None:
        return next((self.metas[name] for name in names if self.metas.get(name)), None)

    @property
    def is_article(self) -> bool:
        """Whether the page declares that it is one article."""
        return self.metas.get("og:type", "").lower().endswith("article") or "datePublished" in self.node


def open_page(soup: BeautifulSoup) -> Page:
    metas: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop")
        content = tag.get("content")
        if isinstance(name, str) and isinstance(content, str) and content.strip():
            metas.setdefault(name.lower(), visible(content[:LONGEST]))
    return Page(soup, metas, article_node(soup))
