"""Pages to articles, over invented pages in the structure that outlets publish (corpus/pages/)."""

import contextlib
import json
import re
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ReadError
from pipeline.models import Article
from pipeline.scrape import scrape
from pipeline.scrape.inserts import insert_names, insert_rows
from pipeline.scrape.page import parse
from pipeline.scrape.sites import find_site, sites

PAGES = sorted(Path("corpus/pages").glob("*.html"))
FLOOR = 1.0  # F of the required and the unwanted strings over corpus/pages
UNDECLARED_FLOOR = 0.99  # the same, had no outlet a declaration; trafilatura alone has 0.87
LINES = [f"Le groupe Armatura a vendu {n} usines pour {n} millions d'euros cette année." for n in range(2, 9)]
BODY = "".join(f"<p>{line}</p>" for line in LINES)


def expected(page: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(page.with_suffix(".json").read_text("utf-8"))
    return loaded


def read(page: Path) -> Article:
    return scrape(page.read_bytes(), page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_metadata(page: Path) -> None:
    article, wanted = read(page), expected(page)
    found = json.loads(article.model_dump_json())
    assert {key: found[key] for key in wanted if key in found} == {k: v for k, v in wanted.items() if k in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_main_text(page: Path) -> None:
    article, wanted = read(page), expected(page)
    assert [part for part in wanted["must"] if part not in article.text] == []
    assert [part for part in wanted["must_not"] if part in article.text] == []
    assert article.text.startswith(wanted["title"]) and article.text.count(wanted["title"]) == 1


def f_score(texts: dict[Path, str]) -> float:
    """F over all pages: a required string found is right, an unwanted one found is wrong."""
    right = sum(part in text for page, text in texts.items() for part in expected(page)["must"])
    missed = sum(part not in text for page, text in texts.items() for part in expected(page)["must"])
    wrong = sum(part in text for page, text in texts.items() for part in expected(page)["must_not"])
    return 2 * right / (2 * right + missed + wrong)


def undeclared(page: Path) -> str:
    """The text of a page that comes from an outlet nobody declared."""
    known = "|".join(re.escape(site.domain) for site in sites())
    return scrape(re.sub(known.encode(), b"outlet.example", page.read_bytes()), page).text


def test_main_text_stays_above_its_floor() -> None:
    assert f_score({page: read(page).text for page in PAGES}) >= FLOOR
    assert f_score({page: undeclared(page) for page in PAGES}) >= UNDECLARED_FLOOR


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_page_is_read_worse_than_by_trafilatura(page: Path) -> None:
    theirs = f_score({page: trafilatura.extract(page.read_text("utf-8"), include_comments=False) or ""})
    assert f_score({page: undeclared(page)}) >= theirs


def test_every_site_has_a_page() -> None:
    assert [site.domain for site in sites() if not Path("corpus/pages", f"{site.domain}.html").exists()] == []
    assert len(sites()) >= 8


@pytest.mark.parametrize("page", [p for p in PAGES if "." in p.stem], ids=lambda page: page.stem)
def test_every_part_of_a_declaration_matches_its_page(page: Path) -> None:
    article = read(page)
    site = find_site(article.url, article.published)
    assert site is not None and site.domain == page.stem


def test_every_kind_of_box_stands_on_a_page() -> None:
    tags = [tag for page in PAGES for tag in parse(page.read_text("utf-8")).find_all(True)]
    assert insert_names() - set().union(*(insert_rows(tag) for tag in tags)) == set()


@pytest.mark.parametrize(
    ("box", "stays"),
    [
        ('<div class="newsletterInline"><p>Notre lettre coûte 9 euros par mois.</p></div>', False),
        ('<p id="x" class="c-read_also"><a href="/x">La console à 899 euros</a></p>', False),
        ('<p><a href="/x">Frigos : la faillite à 300 millions qui inquiète</a></p>', False),
        ('<p><b>Sur ce sujet :</b> <a href="/x">Frigos, la faillite qui inquiète</a></p>', False),
        ('<div><i>Dossier</i><a href="/x">Frigos, la faillite qui inquiète</a></div>', False),
        ('<p>Source : <a href="/x">Le Relais</a></p>', True),
        ('<p>Le groupe <a href="/x">Nordvik a perdu 300 millions d’euros en un an</a>, dit-il.</p>', True),
        ('<p class="nlp adoption">La newsletter rapporte 9 millions d’euros.</p>', True),
    ],
)
def test_boxes_among_the_paragraphs(box: str, stays: bool) -> None:
    told = parse(box).get_text()
    text = scrape(f"<article><h1>Armatura vend tout</h1>{BODY}{box}<p>Il garde sa marque.</p></article>", "x.html").text
    assert (told in text) is stays and "8 millions d'euros" in text and text.endswith("sa marque.")


@pytest.mark.parametrize("name", ["related", "has-newsletter", "social"])
def test_an_article_is_no_box_whatever_it_is_called(name: str) -> None:
    assert "8 millions d'euros" in scrape(f"<h1>Armatura vend</h1><div class='{name}'>{BODY}</div>", "x.html").text
    lines = BODY.replace("<p>", "").replace("</p>", "<br>")
    assert "8 millions d'euros" in scrape(f"<h1>Armatura vend</h1><div class='{name}'>{lines}</div>", "x.html").text


def test_a_declaration_holds_only_in_its_time() -> None:
    assert find_site("https://www.numerama.com/x", date(2010, 1, 1)) is None
    assert find_site("https://numerama.com.evil.example/x", None) is None
    assert find_site("http://[bad", None) is None


def test_a_page_whose_paragraphs_are_all_called_boxes_keeps_them() -> None:
    shared = "".join(f"<div class='share-line'><p>{line}</p></div>" for line in LINES)
    assert "8 millions d'euros" in scrape(f"<article><h1>Armatura vend</h1>{shared}</article>", "x.html").text


def test_a_part_of_a_page_is_read() -> None:
    assert (
        "8 millions d'euros" in scrape(f"<main><article><h1>Armatura vend</h1>{BODY}</article></main>", "x.html").text
    )


def test_a_changed_layout_falls_back_to_trafilatura() -> None:
    html = f"<link rel=canonical href='https://www.numerama.com/x.html'><h1>Armatura vend tout</h1><main>{BODY}</main>"
    assert "8 millions d'euros" in scrape(html, "x.html").text


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html>",
        "<body><nav>Accueil</nav></body>",
        "<div>" * 100_000,
        "<p>" * 100_000,
        "<script>" * 20_000,
        "<!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><p>&b;</p>",
    ],
    ids=["empty", "tag", "menu", "nested", "many", "scripts", "entities"],
)
def test_pages_without_an_article(html: str) -> None:
    with pytest.raises(ReadError, match="article"):
        scrape(html, "x.html")


def test_the_origin_of_the_date() -> None:
    shown = "<header><p>Publié le 5 novembre 2025 à 10h</p></header>"
    page = f"<h1>Armatura vend tout</h1>{shown}{BODY}"
    tagged = page.replace(shown, '<header><time datetime="2025-11-04T08:00">hier</time></header>')
    found = [
        scrape(html, path) for html, path in [(page, "x.html"), (page, "2025-11-03.html"), (tagged, "2025-11-03.html")]
    ]
    assert [(str(a.published), a.published_origin) for a in found] == [
        ("2025-11-05", "byline"),
        ("2025-11-03", "file name"),
        ("2025-11-04", "metadata"),
    ]


HOSTILE: dict[str, tuple[int, Callable[[int], str]]] = {  # how many, and so many of what
    "nested blocks": (190, lambda n: "<div>" * n + "x"),
    "attributes": (5_000, lambda n: "<p " + " ".join(f"a{k}=1" for k in range(n)) + ">"),
    "attributes in a row": (5_000, lambda n: "<p " + "".join(f"a{k}='1'" for k in range(n)) + ">"),
    "attributes without values": (5_000, lambda n: "<p " + "\n".join(f"a{k}" for k in range(n)) + ">"),
    "links": (700, lambda n: "<a href=x>lien</a> " * n),
    "bylines": (700, lambda n: "<span class='byline author date'>Par Jean</span>" * n),
    "headings": (700, lambda n: "<h2>Un titre</h2>" * n),
    "rows": (700, lambda n: "<table>" + "<tr><td>x" * n),
    "nested tables": (65, lambda n: "<table><tr><td>" * n + "x" * 5_000),
    "nested lists": (95, lambda n: "<p>a</p><ul><li>" * n + "x" * 5_000),
    "nested figures": (95, lambda n: "<p>1 €</p><figure><figcaption>1 € " * n),
    "lists": (1_000, lambda n: "<ul><li>x</li></ul>" * n),
    "nested inserts": (95, lambda n: "<div class=related><p>x" * n),
    "paragraphs of nested inserts": (1_500, lambda n: "<div class='ads' id=newsletter>" * 180 + "<p>x</p>" * n),
    "paragraphs that are links": (1_000, lambda n: "<p><a href=x>Un titre de quatre mots</a></p>" * n),
    "blocks that are links": (1_000, lambda n: "<div class=b><a>x</a></div>" * n),
    "references": (50_000, lambda n: "&amp;" * n),
    "comments": (20_000, lambda n: "<!--" * n),
    "scripts": (2_000, lambda n: "<script>" * n),
    "blanks": (300_000, lambda n: "<p>" + " " * n),
    "brackets": (40_000, lambda n: "<script type='application/ld+json'>" + "[" * n + "</script>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_linearly_on_hostile_markup(name: str, grows_linearly: Callable[..., bool]) -> None:
    count, markup = HOSTILE[name]

    def work(times: int) -> None:
        with contextlib.suppress(ReadError):
            scrape(f"<article><h1>Armatura vend tout</h1>{BODY}{markup(times)}</article>", "x.html")

    assert grows_linearly(work, count)


@pytest.mark.parametrize("attribute", ["12:30", "foo-30t07:00:00", "a:b:c"])
def test_names_that_are_no_xml_break_nothing(attribute: str) -> None:
    html = f"<article>{BODY}<blockquote {attribute}='x'><p {attribute}>Il vend tout.</p></blockquote></article>"
    assert "8 millions d'euros" in scrape(html, "x.html").text


def test_bytes_that_disprove_their_declaration() -> None:
    html = f"<meta charset='utf-16'><h1>Société vendue à Évry</h1>{BODY}"
    assert scrape(html.encode("cp1252"), "x.html").title == "Société vendue à Évry"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-11-05T23:30:00Z", "2025-11-06"),
        ("2025-07-05T22:00:00.000+00:00", "2025-07-06"),
        ("2025-11-05T00:00:00Z", "2025-11-05"),
        ("2025-11-05T23:30:00+01:00", "2025-11-05"),
        ("2025-11-05T23:30:00-05:00", "2025-11-05"),
        ("2025-11-05T23:30:00", "2025-11-05"),
        ("2025-11-05T99:30:00Z", "2025-11-05"),
    ],
)
def test_a_moment_in_utc_is_of_its_day_in_paris(moment: str, day: str) -> None:
    meta = f"<meta property='article:published_time' content='{moment}'>"
    assert str(scrape(f"{meta}<h1>Armatura vend tout</h1>{BODY}", "x.html").published) == day


def test_an_author_described_elsewhere_in_the_json_ld() -> None:
    graph = [
        {"@type": "NewsArticle", "headline": "Armatura vend tout", "author": {"@id": "#lea"}},
        {"@type": "Person", "@id": "#lea", "name": "Léa Martin"},
    ]
    block = f"<script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>"
    assert scrape(f"{block}<h1>Armatura vend tout</h1>{BODY}", "x.html").author == "Léa Martin"


def test_a_live_blog_that_only_its_json_ld_tells() -> None:
    updates = [{"headline": f"Annonce {n}", "articleBody": f"<p>{line}</p>"} for n, line in enumerate(LINES)]
    node = {"@type": "LiveBlogPosting", "headline": "Armatura vend tout", "liveBlogUpdate": [*updates, "x", {}]}
    block = f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    text = scrape(f"{block}<h1>Armatura vend tout</h1><div id=app>Chargement</div>", "x.html").text
    assert "Annonce 6\n\nLe groupe Armatura a vendu 8 usines" in text


def test_images_within_a_page_cost_no_copies_of_it() -> None:
    page = f"<h1>Armatura vend tout</h1><img src='data:image/png;base64,{'A' * 20_000_000}'>{BODY}".encode()
    tracemalloc.start()
    assert "8 millions d'euros" in scrape(page, "x.html").text
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(page)


def test_hidden_characters_and_huge_attributes_are_dropped() -> None:
    html = f"<h1>Arma\u200btura</h1><img src='data:image/png;base64,{'A' * 500_000}'><p>\0\u202e{BODY}</p>"
    text = scrape(html, "x.html").text
    assert not set(text) & set("\0\u200b\u202e") and len(text) < 2000


def test_a_tag_of_too_many_attributes_keeps_its_text() -> None:
    crowd = " ".join(f"a{k}=1" for k in range(2_000))
    text = scrape(f"<article><h1>Armatura vend</h1><div {crowd}>{BODY}</div></article>", "x.html").text
    assert "7 millions d'euros" in text and "a1=1" not in text


def test_broken_json_ld_is_passed_over() -> None:
    html = f"<script type='application/ld+json'>{{'headline': oops</script><h1>Armatura vend</h1>{BODY}"
    assert scrape(html, "x.html").published is None


@settings(max_examples=40)
@given(st.text(alphabet=st.sampled_from("<>/=\"' apdivtrhscn&;#x€0é"), max_size=300))
def test_any_markup_gives_an_article_or_a_read_error(markup: str) -> None:
    article = scrape(f"<article>{BODY}{markup}</article>", "x.html")
    assert "7 millions d'euros" in article.text
