"""Who wrote an article and when, from the lines that a page shows around its title and from their wordings."""

import pytest

from pipeline.models import Article
from pipeline.scrape import scrape
from pipeline.scrape.wording import without_agency

LINES = [f"Le groupe Armatura a vendu {n} usines pour {n} millions d'euros cette année." for n in range(2, 9)]
BODY = "".join(f"<p>{line}</p>" for line in LINES)


def read(shown: str, head: str = "") -> Article:
    return scrape(f"<html><head>{head}</head><main><article><h1>Armatura vend tout</h1>{shown}{BODY}", "x.html")


@pytest.mark.parametrize(
    ("shown", "published", "modified", "author"),
    [
        (
            "<p class=meta>Publié le 05 novembre 2025 à 06h00, modifié le 06 novembre 2025 à 11h20</p>",
            "2025-11-05",
            "2025-11-06",
            None,
        ),
        ("<p class=date>Mis en ligne le 5/11/25 à 10:00</p>", "2025-11-05", None, None),
        ("<p class=date>Mis à jour le 06/11/25 08:00</p>", "2025-11-06", "2025-11-06", None),
        ("<p>Publié 5 nov. 2025, 10:00 CET</p>", "2025-11-05", None, None),
        ("<span>5 nov. 2025 • 10:12</span>", "2025-11-05", None, None),
        ("<p>Mercredi 5 novembre 2025 à 10:12</p>", "2025-11-05", None, None),
        ("<p>Le 5 novembre 2025 à 10:12</p>", "2025-11-05", None, None),
        ("<p>05.11.2025 - 10h12</p>", "2025-11-05", None, None),
        ("<p>05/11/2025, 10:12 - Par Léa Martin</p>", "2025-11-05", None, "Léa Martin"),
        ("<p>Par Léa Martin - 5 novembre 2025 - 3 min de lecture</p>", "2025-11-05", None, "Léa Martin"),
        (
            "<p>Par <a href=/u/1>Léa Martin</a> et <a>Hugo Petit</a> (avec AFP)</p>"
            "<p>Publié le 5 novembre 2025 à 10h12 et mis à jour le 6 novembre 2025 à 8h</p>",
            "2025-11-05",
            "2025-11-06",
            "Léa Martin, Hugo Petit",
        ),
        ("<p>Par Léa Martin avec Hugo Petit</p>", None, None, "Léa Martin"),
        ("<p>Par AFP</p>", None, None, "AFP"),
        ("<p>Par AFP, Reuters</p>", None, None, None),
        ("<p>par Léa Martin, correspondante à Londres</p>", None, None, "Léa Martin"),
        ("<p>Propos recueillis par Léa Martin</p>", None, None, "Léa Martin"),
        ("<p>De notre correspondante à New York, Léa Martin</p>", None, None, None),
        ("<p>Léa MARTIN Publié le 5 novembre 2025 à 14h38</p>", "2025-11-05", None, "Léa MARTIN"),
        (
            "<div class='author'>Rédigé par <b>Léa Martin</b></div>"
            "<div>Publié le mercredi 5 novembre 2025 à 10h12 Modifié le jeudi 6 novembre 2025 à 10h12</div>",
            "2025-11-05",
            "2025-11-06",
            "Léa Martin",
        ),
        (
            "<div>Article rédigé par <b>Léa Martin</b></div>"
            "<div>Publié le 05/11/2025 10:12 Mis à jour le 06/11/2025 12:03</div>",
            "2025-11-05",
            "2025-11-06",
            "Léa Martin",
        ),
        ("<time datetime='2025-11-05T10:12:00+01:00'>il y a 3 heures</time>", "2025-11-05", None, None),
        ("<p>Publié le 05/11/2025 à 10:12 | Màj le 06/11/2025 à 11:00</p>", "2025-11-05", "2025-11-06", None),
        ("<p>Publié le 5 novembre 2025 (mis à jour le 6 novembre 2025)</p>", "2025-11-05", "2025-11-06", None),
        ("<p>Créé le 05/11/2025 / modifié le 06/11/2025</p>", "2025-11-05", "2025-11-06", None),
        ("<p>Temps de lecture : 3 min. Publié le 5 novembre 2025</p>", "2025-11-05", None, None),
        (
            "<p>Première publication : 05/11/2025 - 10:12 Modifié le : 06/11/2025 - 12:03</p>",
            "2025-11-05",
            "2025-11-06",
            None,
        ),
        ("<p>Texte par : Léa Martin Suivre</p>", None, None, "Léa Martin"),
    ],
)
def test_dates_and_authors_beside_the_title(
    shown: str, published: str | None, modified: str | None, author: str | None
) -> None:
    article = read(shown)
    found = (article.published and str(article.published), article.modified and str(article.modified), article.author)
    assert found == (published, modified, author)


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ('<p class="infos">Par Léa Martin, le 05/11/2025 à 10:00</p>', "Léa Martin"),
        ("<p>Publié par Jean-Noël d’Arcy et Hugo Petit</p>", "Jean-Noël d’Arcy, Hugo Petit"),
        ('<header><a href="/auteur/lea-martin">Léa Martin</a></header>', "Léa Martin"),
        ("<p>Par Toutatis, disent-ils, la vente est conclue et le prix connu</p>", None),
        ("<p>Par rapport à 2024, la vente rapporte plus</p>", None),
        ("<p>Par la voix de son président, le groupe dément</p>", None),
    ],
)
def test_bylines_that_only_a_page_shows(byline: str, author: str | None) -> None:
    assert read(byline).author == author


@pytest.mark.parametrize(
    ("shown", "author", "agency"),
    [
        ("<p>Par Léa Martin (avec AFP)</p>", "Léa Martin", "AFP"),
        ("<p>Par Léa Martin et Hugo Petit avec l’agence Reuters</p>", "Léa Martin, Hugo Petit", "Reuters"),
        ("<p>Le Relais avec AFP</p>", "Le Relais avec AFP", "AFP"),
        ("<p>Par AFP</p>", "AFP", "AFP"),
        ("<div class=sign>Le Relais <span>Léa MARTIN</span></div>", "Léa MARTIN", None),
        ("<p>Par Léa Martin (à Grenoble)</p>", "Léa Martin", None),
    ],
)
def test_agencies_beside_authors(shown: str, author: str, agency: str | None) -> None:
    article = read(shown, "<meta property=og:site_name content='Le Relais'>")
    assert (article.author, article.agency) == (author, agency)


def test_the_agency_of_a_line() -> None:
    assert without_agency("Léa Martin, avec AFP et Reuters") == without_agency("Léa Martin") == "Léa Martin"
    assert without_agency("Un duel avec APS Group") != "" and without_agency("avec passion") == "avec passion"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Le Relais - Le média qui fait comprendre demain", "Le Relais"),
        ("Le Relais | Ouest", "Le Relais | Ouest"),
        ("Le Relais", "Le Relais"),
    ],
)
def test_the_outlets_name_without_its_slogan(name: str, source: str) -> None:
    assert read("", f"<meta property=og:site_name content='{name}'>").source == source
