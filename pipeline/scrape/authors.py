"""Who wrote an article, from what the page declares, marks and shows beside its title."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from pipeline.scrape.debris import fold
from pipeline.scrape.declared import Page
from pipeline.scrape.jsonld import names_of
from pipeline.scrape.page import visible
from pipeline.scrape.sites import Site
from pipeline.scrape.wording import find_agency, without_agency

AUTHOR_METAS = (
    "author",
    "og:article:author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
)
AUTHOR_SELECTORS = (
    "[itemprop=author] [itemprop=name], [itemprop=author]",
    "[rel~=author]",
    ".author-name, .author__name, .article__author, .post-author, .entry-author, .author.vcard, .c-byline__author",
    ".byline, .signature, .article-author, .meta-author, [class*=byline], [class*=author-name], [class*=author_name]",
)
SIGNATURES = ":is(header, article, main) :is(.author, .auteur, .sign, [class*=signature], [class*=author-info])"
AUTHOR_LINKS = ":is(header, article, main) a:is([href*='/auteur/'], [href*='/auteurs/'], [href*='/author/'])"
BYLINE_SELECTORS = "header, [class*=byline], [class*=date], [class*=meta], [class*=publi]"
NOT_A_PERSON = re.compile(r"^(?:https?:|@|www\.)|^(?:admin|none|null|undefined|rédacteur|\d+)$", re.I)
ROLE = (
    r"(?:(?:article |texte )?(?:publié|soumis|proposé|posté|rédigé|écrit|article|texte|propos recueillis|recueilli) )?"
)
BY = re.compile(rf"^\s*{ROLE}(?:par|by|de)\s*:?\s+", re.I)
AFTER_NAME = re.compile(
    r"\s{0,5}(?:[|•·–—]|\b(?:publié|posté|mis à jour|le \d|il y a|à \d)"
    r"|(?<=\w)[, ]+(?:journaliste|rédact)|,\s*le\b|\d{2}/\d{2}|\bsuivre$).*$",
    re.I,
)
NAME_AND_DATE = re.compile(  # "Célia Monnier, publié le 22 octobre 2024"
    r"^(?P<names>[A-ZÀ-Ý][\w'’-]*(?: (?:de |du |le )?[A-ZÀ-Ý][\w'’-]*){1,3}) ?,? (?:[Pp]ublié|[Mm]is à jour|[Pp]osté) "
)
BESIDE_TITLE = 8  # elements after the title that may hold its byline
SIGNED_LINE = re.compile(
    rf"(?:^|(?<=[|•·–—-] )){ROLE}par\s*:?\s+"
    r"(?-i:(?P<names>[A-ZÀ-Ý][\w'’.-]*(?: (?:et |de |d['’]|du |le |la |von |van |ben )?[A-ZÀ-Ý][\w'’.-]*){1,6}))"
    r"(?=\s*(?:$|[,|•·–—(]|-\s|(?:publié|posté|mis à jour|le|à|pour|avec)\b))",
    re.I,
)


class Signature(NamedTuple):
    """Who signed: the persons, "A, B" (the outlet, where it alone signed), and the lines as the page shows them."""

    author: str | None
    lines: tuple[str, ...]


def signature(page: Page, site: Site | None, source: str | None, beside_title: str) -> Signature:
    """ "Par Léa Martin et Hugo Petit (avec AFP)" is signed by "Léa Martin, Hugo Petit"; an outlet keeps its agency."""
    shown = beside_title.split("\n")
    lines = [line for line in shown if without_agency(line) != line]
    outlet: str | None = None
    for names in _candidates(page, site, shown):
        lines += names
        persons = [person for name in names for person in _persons(name, source)]
        if not all(_is_outlet(person, source) for person in persons):
            return Signature(", ".join(dict.fromkeys(persons)), tuple(lines))
        if persons:
            outlet = next((BY.sub("", name) for name in names if without_agency(name) != name), source)
            if outlet != source:
                break
    return Signature(outlet or find_agency("", *filter(BY.match, shown)), tuple(lines))


def _candidates(page: Page, site: Site | None, shown: list[str]) -> Iterator[list[str]]:
    if site and site.author:
        yield _names(page.soup, site.author)
    yield names_of(page.node.get("author"))
    yield from ([page.metas[name]] for name in AUTHOR_METAS if name in page.metas)
    yield from (_names(page.soup, selector) for selector in AUTHOR_SELECTORS)
    signed = (form.search(line) for line in shown for form in (SIGNED_LINE, NAME_AND_DATE))
    yield [found["names"] for found in signed if found][:1]
    yield _names(page.soup, AUTHOR_LINKS)[:1]
    yield sorted((line for line in shown if len(line) <= 80 and without_agency(line) != line), key=len)[:1]
    yield _names(page.soup, SIGNATURES)[:1]


def _names(soup: BeautifulSoup, selector: str) -> list[str]:
    tags = [tag for tag in soup.select(selector) if not tag.find_parent(class_=re.compile("comment|related|aside"))]
    names = [visible(str(tag.get("content") or tag.get_text(" "))) for tag in tags[:8]]
    return [name for name in dict.fromkeys(names) if 2 < len(name) <= 160][:4]


def _persons(name: str, source: str | None) -> list[str]:
    """ "Par Léa Martin et Hugo Petit (à Lyon), le 5/11" is Léa Martin and Hugo Petit."""
    plain = AFTER_NAME.sub("", BY.sub("", without_agency(name))).strip(" ,;:")
    plain = re.sub(r"\s*\([^()]*\)", "", plain)
    parts = [part.strip(" ,;:") for part in re.split(r"\s*(?:,|;|/|\bet\b|&)\s+", plain)]
    return [_apart(part, source) for part in parts if 2 < len(part) <= 60 and not NOT_A_PERSON.search(part)]


def _apart(person: str, source: str | None) -> str:
    """ "Gwenn Le Bihan" of "Ouest-France Gwenn Le Bihan"."""
    outlet = (source or "").partition(".")[0]
    rest = person.removeprefix(outlet).strip(" ,-–—|") if outlet else person
    return rest if " " in rest else person


def _is_outlet(person: str, source: str | None) -> bool:
    return source is not None and fold(person) in (fold(source), fold(source.partition(".")[0]))


def bylines(soup: BeautifulSoup) -> str:
    """The short lines around the title, where pages show their dates."""
    heading = soup.find("h1")
    after = heading.find_all_next(["p", "div", "span", "time"], limit=BESIDE_TITLE) if isinstance(heading, Tag) else []
    tags = [tag for tag in [*soup.select(BYLINE_SELECTORS)[:60], *after] if isinstance(tag, Tag)]
    lines = [visible(line) for tag in tags for line in tag.get_text("\n").split("\n")[:20]]
    whole = [visible(tag.get_text(" ")) for tag in tags]
    return "\n".join(line for line in [*whole, *lines] if 7 <= len(line) <= 120)[:4000]
