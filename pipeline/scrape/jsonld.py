"""What a page's JSON-LD says about its article (schema.org NewsArticle and its kin)."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from pipeline.scrape.page import visible

ARTICLE_TYPES = re.compile(r"(?:^|/)\w*(?:Article|Posting|Report|Review|WebPage)$")
BLOCK_LIMIT = 2_000_000  # characters of one block
NODE_LIMIT = 5_000
LONGEST = 1_000  # characters of a name or title


def article_node(soup: BeautifulSoup) -> dict[str, Any]:
    """The JSON-LD object of the page's article, or an empty one. An article beats the WebPage that holds it."""
    every = [node for block in _blocks(soup) for node in _nodes(block)]
    nodes = [node for node in every if ARTICLE_TYPES.search(_type(node))]
    nodes.sort(key=lambda node: (_type(node).endswith(("WebPage", "Review")), "datePublished" not in node))
    named = {str(node["@id"]): node for node in every if "@id" in node and "name" in node}
    return {key: _looked_up(value, named) for key, value in nodes[0].items()} if nodes else {}


def _looked_up(value: object, named: dict[str, dict[str, Any]]) -> object:
    """The object that {"@id": "#martin"} stands for, where the page describes it elsewhere."""
    if isinstance(value, list):
        return [_looked_up(item, named) for item in value[:NODE_LIMIT]]
    return named.get(str(value["@id"]), value) if isinstance(value, dict) and value.keys() == {"@id"} else value


def text_of(value: object) -> str | None:
    """The text of a string or of an object's name; entities are resolved (pages write "l&amp;#039;IA")."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id") or value.get("url")
    if not isinstance(value, str):
        return None
    plain = re.sub(r"<[^<>]{1,500}>", " ", html.unescape(html.unescape(value[:LONGEST])))
    return visible(plain) or None


def body_of(node: dict[str, Any]) -> str | None:
    """The article's text, its paragraphs as lines, where the page repeats it in its JSON-LD; a live blog's, update by
    update."""
    found = node.get("liveBlogUpdate")
    updates = [update for update in found[:NODE_LIMIT] if isinstance(update, dict)] if isinstance(found, list) else []
    told = [node.get("articleBody"), *(update.get(key) for update in updates for key in ("headline", "articleBody"))]
    plain = "\n".join(_plain(piece) for piece in told if isinstance(piece, str))
    return "\n\n".join(line for raw in plain.splitlines() if (line := visible(raw))) or None


def _plain(markup: str) -> str:
    return re.sub(r"<[^<>]{1,500}>", "\n", html.unescape(html.unescape(markup)))


def names_of(value: object) -> list[str]:
    """Names of persons or organisations, given as a string, an object or a list of either."""
    values = value if isinstance(value, list) else [value]
    names = [text_of(item.get("name") if isinstance(item, dict) else item) for item in values]
    return list(dict.fromkeys(name for name in names if name))


def _type(node: dict[str, Any]) -> str:
    kind = node.get("@type")
    if isinstance(kind, list):
        kind = next((item for item in kind if isinstance(item, str) and ARTICLE_TYPES.search(item)), "")
    return kind if isinstance(kind, str) else ""


def _blocks(soup: BeautifulSoup) -> Iterator[object]:
    for script in soup.find_all("script", type=re.compile(r"ld\+json", re.I)):
        content = script.string or script.get_text()
        content = (
            re.sub(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$", "", content[:BLOCK_LIMIT]).strip().rstrip(";")
        )
        try:
            yield json.loads(content, strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(block: object) -> Iterator[dict[str, Any]]:
    """All objects of a block, from the outside in."""
    waiting, seen = [block], 0
    while waiting and seen < NODE_LIMIT:
        item = waiting.pop(0)
        seen += 1
        if isinstance(item, dict):
            yield item
            waiting += [value for value in item.values() if isinstance(value, dict | list)]
        elif isinstance(item, list):
            waiting += item[:NODE_LIMIT]
