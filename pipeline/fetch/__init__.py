"""Pages, feeds and sitemaps from the web to files, politely and safely."""

from pipeline.fetch.options import FetchOptions, FetchResult
from pipeline.fetch.run import fetch
from pipeline.scrape.feeds import FeedEntry, feed_entries

__all__ = ["FeedEntry", "FetchOptions", "FetchResult", "feed_entries", "fetch"]
