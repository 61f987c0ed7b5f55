"""Files and folders to articles: verbatim text, dates with their origin, one line for what cannot be read."""

import io
import os
import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Article
from pipeline.read import ReadError, find_sources, read_article, read_articles
from pipeline.scrape.dates import byline_dates, date_in_name, written_date
from pipeline.scrape.encoding import decode
from pipeline.scrape.wording import find_agency, is_ai_written, is_cut

TEXT = "Qubitek a levé 40 millions d’euros à Rennes, a annoncé la société mardi.\n\nElle emploie 96 salariés.\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_text_stays_verbatim_after_front_matter(tmp_path: Path) -> None:
    front = '---\ntitle: "Qubitek : 40 M€"\nsource: Le Relais\npublished: 2025-11-05\nauthor: [A, B]\n---\n'
    article = read_article(write(tmp_path, "q.txt", front + "\n  " + TEXT + "\n---\nfin\n---\n"))
    assert article.text == "\n  " + TEXT + "\n---\nfin\n---\n"
    assert (article.title, article.source, article.author) == ("Qubitek : 40 M€", "Le Relais", "A, B")
    assert (article.published, article.published_origin) == (date(2025, 11, 5), "front matter")


@pytest.mark.parametrize(
    ("name", "content", "day", "origin"),
    [
        ("2025-11-05-qubitek.txt", TEXT, date(2025, 11, 5), "file name"),
        ("20251105.md", TEXT, date(2025, 11, 5), "file name"),
        ("qubitek-20254512.txt", TEXT, None, None),
        ("q.txt", "Publié le 5 novembre 2025 à 10h\n\n" + TEXT, date(2025, 11, 5), "byline"),
        ("2024-01-01.txt", "---\ndate: 2025-11-05T09:00:00+01:00\n---\n" + TEXT, date(2025, 11, 5), "front matter"),
        ("q.txt", "---\nurl: https://x.example/2025/11/05/q\n---\n" + TEXT, date(2025, 11, 5), "metadata"),
        ("q.txt", TEXT, None, None),
    ],
)
def test_publication_date_and_its_origin(
    tmp_path: Path, name: str, content: str, day: date | None, origin: str | None
) -> None:
    article = read_article(write(tmp_path, name, content))
    assert (article.published, article.published_origin) == (day, origin)


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("Publié le 05/11/2025 à 10:12", "2025-11-05", None),
        ("Par Léa Martin, publié le 5 nov. 2025", "2025-11-05", None),
        ("Mis à jour le 1er décembre 2025 à 9h05", "2025-12-01", "2025-12-01"),
        ("Publié le 5 novembre 2025 - Mis à jour le 6 novembre 2025", "2025-11-05", "2025-11-06"),
        ("Par Léa Martin | 5 août 2025", "2025-08-05", None),
        ("PARIS, 30 septembre 2025 (AFP) - Le groupe a perdu 3 millions.", "2025-09-30", None),
        ("Publié le 5 novembre 2025, le rapport est sévère", None, None),
        ("Le rapport a été publié le 5 novembre 2025.", None, None),
        ("Le 5 novembre 2025, Mistral a levé 3 millions.", None, None),
        ("PARIS, 30 septembre (Agence) - OpenAI a perdu 3 millions.", None, None),
    ],
)
def test_dates_of_a_byline(line: str, published: str | None, modified: str | None) -> None:
    found = byline_dates(line + "\n\n" + TEXT)
    assert found == (published and date.fromisoformat(published), modified and date.fromisoformat(modified))


def test_written_dates_need_day_month_and_year() -> None:
    assert written_date("mercredi 5 février 2025 à 10h") == date(2025, 2, 5)
    assert written_date("2025-11-05T23:30:00+01:00") == date(2025, 11, 5)
    assert written_date("novembre 2025") is written_date("hier") is written_date("31/02/2025") is None
    assert date_in_name("rapport-05-11-2025.txt") == date(2025, 11, 5)
    assert date_in_name("bilan-2025.txt") is date_in_name("ref-202511051234.txt") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = TEXT if encoding != "latin-1" else TEXT.replace("’", "'")
    assert read_article(write(tmp_path, "q.txt", text.encode(encoding))).text == text


def test_utf8_beats_a_lying_declaration() -> None:
    assert decode('<meta charset="iso-8859-1">Société'.encode()) == '<meta charset="iso-8859-1">Société'
    assert decode('<meta charset="utf-8">Société'.encode("cp1252")) == '<meta charset="utf-8">Société'
    cut = ("Société générale à Évry " * 20).encode()[:-1] + b"\xc3"
    assert (decode(cut) or "").startswith("Société générale")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b" \n\t", "the file is empty"),
        ("a.txt", b"---\ntitle: x\n---\n\n", "holds no text"),
        ("a.txt", b"%PDF-1.7 ...", "is a PDF"),
        ("a.txt", b"abc\0\0\1\2" * 50, "binary"),
        ("a.txt", b"---\ntitle: a: b\n---\nx", "line 2 of the front matter"),
        ("a.txt", b"---\ntitle: a\n\nTexte", "never closed"),
        ("a.txt", b"---\npublished: mardi\n---\nTexte", "published 'mardi'"),
        ("a.txt", b"---\n- a\n---\nTexte", "not 'key: value'"),
        ("a.docx", b"Texte", "no reader for .docx"),
        ("a.html", b"<html><body><p>Erreur 404</p></body></html>", "no article was found"),
        ("a.txt", b"x" * 4_000_001, "larger than 4 MB"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(ReadError) as raised:
        read_article(path)
    line = str(raised.value)
    assert line.startswith(f"{path}: ") and said in line and "; " in line and "\n" not in line
    assert str(pickle.loads(pickle.dumps(raised.value))) == line


def test_sources_are_sorted_and_known(tmp_path: Path) -> None:
    for name in ("b.txt", "a.html", "sub/c.md", "x.gold.json", ".hidden.txt", "a_files/ad.html", "notes.docx"):
        write(tmp_path, name, TEXT)
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "again.txt").symlink_to(tmp_path / "b.txt")
    found = [path.relative_to(tmp_path).as_posix() for path in find_sources([tmp_path, tmp_path / "b.txt"])]
    assert found == ["a.html", "again.txt", "sub/c.md"]


def test_missing_paths_and_odd_names_are_reported(tmp_path: Path) -> None:
    (missing,) = find_sources([tmp_path / "absent"])
    with pytest.raises(ReadError, match="no such file"):
        read_article(missing)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.txt"))
    odd.write_text(TEXT)
    article = read_article(next(find_sources([tmp_path])))
    assert "\\xe9" in article.path and "\n" not in article.path
    assert article.content_hash


def test_what_an_article_says_about_itself() -> None:
    assert find_agency("PARIS, 30 septembre (AFP) - OpenAI a perdu 5 milliards.") == "AFP"
    assert find_agency("Un titre\n\nLe Relais avec Reuters\n\nTexte.") == "Reuters"
    assert find_agency("Le patron a dit à l'AFP qu'il cédait Reuters.") is None
    assert is_cut(["Il vous reste 75 % de cet article à lire."])
    assert not is_cut(["Il vous reste 75 % de batterie."])
    assert is_ai_written(["Les articles de ce site sont tous écrits par des intelligences artificielles."])
    assert is_ai_written(["Cet article a été rédigé à l'aide d'une IA et relu."])
    assert not is_ai_written(["Ce texte sur l'intelligence artificielle a été adopté par les députés."])


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_give_an_article_or_a_read_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.txt", "a.html"):
        try:
            article = read_article(write(folder, name, data))
        except ReadError as error:
            assert "\n" not in str(error)
        else:
            assert all(0 <= a < b <= len(article.text) for a, b in article.debris)
            article.model_dump_json()


def test_what_is_piped_twice_is_two_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = set()
    for text in ("Doctolib a perdu 53 millions d'euros.", "Doctolib a perdu 530 millions d'euros."):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(text.encode()))))
        [article] = read_articles(Path("-"))
        assert isinstance(article, Article)
        paths.add(article.path)
    assert len(paths) == 2
