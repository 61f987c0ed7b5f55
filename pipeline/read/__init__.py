"""Files, folders, pages and archives to articles."""

from pipeline.errors import ReadError
from pipeline.read.articles import read_article, read_articles, read_members
from pipeline.read.content import Member
from pipeline.read.sources import find_sources
from pipeline.scrape.debris import find_debris
from pipeline.scrape.language import is_in

__all__ = [
    "Member",
    "ReadError",
    "find_debris",
    "find_sources",
    "is_in",
    "read_article",
    "read_articles",
    "read_members",
]
