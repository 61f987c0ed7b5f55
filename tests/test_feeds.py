"""RSS, Atom and sitemaps to the addresses of their articles, and which feed a page names."""

from pipeline.fetch import feed_entries
from pipeline.scrape.feeds import announced_feed

TITLE = "<title>Qubitek lève 40 millions</title><h1>Qubitek lève 40 millions</h1>"
PAGE = f"<html lang=fr>{TITLE}" + "".join(
    f"<p>Paragraphe {n} : la société rennaise a réuni {n} millions d'euros, ont indiqué ses fondateurs.</p>"
    for n in range(9)
)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Le Relais</title>
<item><title>Qubitek</title><link>{base}/a.html</link><pubDate>Wed, 05 Nov 2025 10:00:00 +0100</pubDate></item>
<item><title>Bis</title><link>/b.html?x=1&amp;y=2</link></item></channel></rss>"""

FRONT = b"""<html><head><meta property="og:type" content="website">
<link rel="alternate" type="application/rss+xml" title="Flux des commentaires" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="Flux" href="/feed"></head><body><h1>Le Relais</h1></body>"""


def test_which_feed_a_page_names() -> None:
    section = FRONT.replace(b"</head>", b"<link rel=alternate type=application/atom+xml href=/tech/feed/></head>")
    assert announced_feed(section, "https://x.example/tech/") == "https://x.example/tech/feed/"
    assert announced_feed(section, "https://x.example/") == "https://x.example/feed"
    article = section.replace(b'"website"', b'"article"')
    assert announced_feed(article, "https://x.example/tech/a") is None
    assert announced_feed(b"<h1>Relais", "https://x.example/") is None
    assert announced_feed(FRONT.replace(b"/feed", b"file:///etc"), "https://x.example/") is None


def test_entries_of_feeds_and_sitemaps() -> None:
    rss = feed_entries(RSS.format(base="https://x.example").encode(), "https://x.example/feed")
    assert [entry.url for entry in rss] == ["https://x.example/a.html", "https://x.example/b.html?x=1&y=2"]
    assert (str(rss[0].published), rss[0].title, rss[0].source) == ("2025-11-05", "Qubitek", "Le Relais")
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Relais</title><entry><title>A</title>
    <link rel="self" href="/self"/>
    <link rel="alternate" href="/a"/><updated>2025-11-05T10:00:00Z</updated></entry></feed>"""
    (entry,) = feed_entries(atom, "https://x.example/")
    assert (entry.url, str(entry.published)) == ("https://x.example/a", "2025-11-05")
    news = b"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://x.example/a</loc>
    <news:news><news:publication><news:name>Relais</news:name></news:publication>
    <news:publication_date>2025-11-05</news:publication_date><news:title>A</news:title></news:news></url></urlset>"""
    (entry,) = feed_entries(news, "https://x.example/sitemap.xml")
    assert (entry.url, entry.source, str(entry.published)) == ("https://x.example/a", "Relais", "2025-11-05")
    index = b"<sitemapindex><sitemap><loc>https://x.example/1.xml</loc></sitemap></sitemapindex>"
    assert feed_entries(index, "https://x.example/")[0].is_feed


def test_what_is_no_feed() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaa">]><rss><channel><item><link>https://x.example/&a;</link></item>'
    assert feed_entries(bomb, "https://x.example/") == feed_entries(PAGE.encode(), "https://x.example/") == []
    local = b"<rss><channel><item><link>file:///etc/passwd</link></item><item><link>http://[</link></item>"
    assert feed_entries(local, "https://x.example/") == []
