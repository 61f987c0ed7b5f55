"""Archives, rows, saved pages and duplicates: many articles from one file, and what a hostile one is refused for."""

import gzip
import io
import json
import sys
import tarfile
import zipfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.errors import ReadError
from pipeline.models import Article
from pipeline.read import is_in, read_article, read_articles
from pipeline.read.duplicates import address_key

FRENCH = "La société rennaise {n} a réuni {n} millions d'euros auprès de ses actionnaires, selon ses fondateurs. "
ENGLISH = "The company {n} has raised {n} million euros from its shareholders, its founders said on Tuesday evening. "


def text(n: int = 7, sentence: str = FRENCH) -> str:
    return "\n\n".join(sentence.format(n=n + k) for k in range(6))


def page(n: int = 7, sentence: str = FRENCH) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in text(n, sentence).split("\n\n"))
    return f"<html lang=fr><title>Titre {n}</title><article><h1>Titre {n}</h1>{body}</article>".encode()


def read(path: Path, **options: frozenset[str]) -> tuple[list[Article], list[str]]:
    """The articles, and the lines of what could not be read."""
    results = list(read_articles(path, **options))
    return [r for r in results if isinstance(r, Article)], [str(r) for r in results if isinstance(r, ReadError)]


def write_warc(path: Path, pages: list[tuple[str, bytes, str]], gzipped: bool = True) -> None:
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=gzipped)
        for url, body, kind in pages:
            head = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head))


PAGES = [
    ("https://www.relais.example/a", page(7), "text/html; charset=utf-8"),
    ("https://relais.example/photo.jpg", b"\xff\xd8\xff", "image/jpeg"),
    ("https://other.example/b", page(20, ENGLISH), "text/html"),
    ("https://relais.example/menu", b"<nav>Accueil</nav>", "text/html"),
]


@pytest.mark.parametrize("name", ["news.warc.gz", "news.warc"])
def test_warc_of_another_writer(tmp_path: Path, name: str) -> None:
    write_warc(tmp_path / name, PAGES, name.endswith("gz"))
    articles, failures = read(tmp_path / name)
    assert [(a.url, a.language) for a in articles] == [(PAGES[0][0], "fr"), (PAGES[2][0], "en")]
    assert [is_in(a, "fr") for a in articles] == [True, False] and is_in(articles[1], "any")
    assert len(failures) == 1 and "/menu" in failures[0]
    assert [a.url for a in read(tmp_path / name, hosts=frozenset({"relais.example"}))[0]] == [PAGES[0][0]]


def test_headers_that_lie_about_their_encoding_cost_no_article(tmp_path: Path) -> None:
    bodies = {
        "packed": (gzip.compress(page(7)), ("Content-Encoding", "gzip")),
        "unpacked already": (page(8), ("Content-Encoding", "gzip")),
        "in chunks": (b"%x\r\n%s\r\n0\r\n\r\n" % (len(page(9)), page(9)), ("Transfer-Encoding", "chunked")),
        "joined already": (page(10), ("Transfer-Encoding", "chunked")),
        "bomb": (gzip.compress(b"0" * 45_000_000), ("Content-Encoding", "gzip")),
        "plain": (page(11), ("Server", "x")),
    }
    with (tmp_path / "news.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for name, (body, header) in bodies.items():
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), header], protocol="HTTP/1.1")
            url = f"https://relais.example/{name.replace(' ', '-')}"
            writer.write_record(writer.create_warc_record(url, "response", io.BytesIO(body), http_headers=head))
    articles, failures = read(tmp_path / "news.warc.gz")
    assert len(articles) == 5 and [line for line in failures if "/bomb: larger than" in line] == failures


@pytest.mark.parametrize("name", ["news.warc.gz", "news.warc"])
@pytest.mark.parametrize("cut", [1, 9, 200])
def test_a_cut_warc_is_noticed(tmp_path: Path, name: str, cut: int) -> None:
    write_warc(tmp_path / name, PAGES[:3], name.endswith("gz"))
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: -cut - 4])
    articles, failures = read(tmp_path / name)
    assert len(articles) >= 1
    assert any("cut off" in line or "damaged" in line for line in failures)


def test_zip_and_tar(tmp_path: Path) -> None:
    members = {
        "a/1.html": page(1),
        "a/1_files/ad.html": page(3),
        "2.txt": text(30).encode(),
        "../3.html": page(5),
        "x.png": b"1",
    }
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as pack:
        for name, data in members.items():
            pack.writestr(name, data)
    with tarfile.open(tmp_path / "p.tar.gz", "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    for name in ("p.zip", "p.tar.gz"):
        articles, failures = read(tmp_path / name)
        assert {a.path for a in articles} == {f"{tmp_path}/{name}/a/1.html", f"{tmp_path}/{name}/2.txt"}
        assert len(failures) == 1 and "leads out" in failures[0]


def test_bombs_and_damage(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.html", b"<p>" + b"0" * 39_000_000)
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz", compresslevel=9) as tar:
        info = tarfile.TarInfo("a.bin")
        info.size = 60_000_000
        tar.addfile(info, io.BytesIO(bytes(60_000_000)))
    (tmp_path / "cut.tar.gz").write_bytes(gzip.compress(b"abc" * 5000)[:-20])
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 no zip")
    for name, said in [
        ("bomb.zip", "unpacks"),
        ("bomb.tar.gz", "unpacks"),
        ("cut.tar.gz", "damaged"),
        ("cut.zip", "damaged"),
    ]:
        assert [said in line for line in read(tmp_path / name)[1]] == [True], name


def test_json_lines(tmp_path: Path) -> None:
    rows = [
        json.dumps({"text": text(), "title": "Titre : deux", "published": "2025-11-05", "source": "Relais", "id": 4}),
        json.dumps({"html": page(9).decode(), "url": "https://x.example/9"}),
        '{"text": 3}',
        "[1]",
        "{oops",
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    articles, failures = read(tmp_path / "a.jsonl")
    assert (articles[0].text, articles[0].title, articles[0].published) == (text(), "Titre : deux", date(2025, 11, 5))
    assert articles[1].url == "https://x.example/9" and articles[0].path.endswith("a.jsonl:1")
    assert [line.rpartition("a.jsonl:")[2][0] for line in failures] == ["3", "4", "5"]


def test_csv(tmp_path: Path) -> None:
    quoted = text().replace('"', '""')
    (tmp_path / "a.csv").write_text(f'Titre;Date;Texte\n"Un titre";05/11/2025;"{quoted}"\n"Sans texte";;\n')
    articles, failures = read(tmp_path / "a.csv")
    assert (articles[0].title, articles[0].published, articles[0].text) == ("Un titre", date(2025, 11, 5), text())
    assert len(failures) == 1
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    assert "no column 'text'" in read(tmp_path / "b.csv")[1][0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_rows_as_office_programs_and_shells_write_them(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(f'titre;texte\r\nÉté;"{text()}"\r\n'.encode(encoding))
    (tmp_path / "a.jsonl").write_bytes(
        json.dumps({"texte": text(), "titre": "Été"}, ensure_ascii=False).encode(encoding)
    )
    for name in ("a.csv", "a.jsonl"):
        (article,), _ = read(tmp_path / name)
        assert (article.title, article.text.replace("\r", "")) == ("Été", text())


def test_a_line_without_an_end_costs_no_memory(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'{"text": "' + b"x" * 30_000_000 + b'"}\n' + json.dumps({"text": text()}).encode()
    )
    articles, failures = read(tmp_path / "a.jsonl")
    assert len(articles) == 1 and len(failures) == 1


ROW = json.dumps({"text": text()})


@pytest.mark.parametrize(
    "content", [text().encode(), page(), ROW.encode(), ROW.encode("utf-16"), page().decode().encode("utf-8-sig")]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(content))))
    (article,), _ = read(Path("-"))
    assert "12 millions" in article.text and article.path.startswith("-#")


def test_mhtml(tmp_path: Path) -> None:
    head = "From: <Saved by Blink>\nSnapshot-Content-Location: https://x.example/a\nMIME-Version: 1.0\n"
    parts = 'Content-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html; charset=iso-8859-1\n'
    body = "Content-Transfer-Encoding: 8bit\nContent-Location: https://x.example/a\n\n" + page().decode() + "\n--B--\n"
    (tmp_path / "a.mht").write_bytes((head + parts + body).encode("latin-1"))
    article = read_article(tmp_path / "a.mht")
    assert article.url == "https://x.example/a" and "société rennaise" in article.text


def test_address_keys() -> None:
    assert (
        address_key("https://www.x.example/a/?b=1&utm_medium=c")
        == address_key("http://x.example/a?b=1")
        == "x.example/a?b=1"
    )
    assert address_key("https://x.example/") is address_key(None) is address_key("http://[") is None
