"""Fetching from a real server on loopback: robots, redirects, feeds, conditions, slow and broken answers, the guard."""

import contextlib
import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline.fetch import FetchOptions, FetchResult, fetch, guard
from pipeline.fetch.guard import GuardedBackend
from pipeline.read import read_articles
from pipeline.scrape.feeds import unpacked
from tests.test_feeds import FRONT, PAGE, RSS

UNCHANGED = {'"v1"', '"f1"', "Wed, 05 Nov 2025 10:00:00 GMT"}


class Site(BaseHTTPRequestHandler):
    """A small outlet; `log` holds the paths asked for."""

    protocol_version = "HTTP/1.1"
    log: list[str]
    agents: set[str]
    busy: int

    def do_GET(self) -> None:
        type(self).log.append(self.path)
        type(self).agents.add(self.headers["User-Agent"])
        path = self.path.partition("?")[0]
        page: tuple[int, dict[str, str], bytes] = (200, {"ETag": '"v1"', "Content-Type": "text/html"}, PAGE.encode())
        routes = {
            "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /private/\n"),
            "/feed": (
                200,
                {"ETag": '"f1"', "Content-Type": "application/rss+xml"},
                RSS.format(base=self.base).encode(),
            ),
            "/front": (301, {"Location": "/"}, b""),
            "/": (200, {"ETag": '"v1"', "Content-Type": "text/html"}, FRONT),
            "/moved": (301, {"Location": "/a.html"}, b""),
            "/loop": (302, {"Location": "/loop"}, b""),
            "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
            "/to-other-machine": (302, {"Location": self.base.replace("127.0.0.1", "127.0.0.2") + "/a.html"}, b""),
            "/to-named": (302, {"Location": self.base.replace("//", "//me:secret@") + "/a.html"}, b""),
            "/empty": (200, {"Content-Type": "text/html"}, b" "),
            "/news.xml.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(self.sitemap)),
            "/dated": (200, {"Last-Modified": "Wed, 05 Nov 2025 10:00:00 GMT", "Content-Type": "text/html"}, page[2]),
            "/later": (429, {"Retry-After": "3600"}, b""),
            "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF"),
            "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 5_000_000)),
            "/brotli": (200, {"Content-Encoding": "br"}, b"x"),
            "/gone": (404, {}, b""),
        }
        if path == "/busy" and type(self).busy:
            type(self).busy -= 1
            self.answer(503, {"Retry-After": "1"}, b"")
        elif path == "/broken":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
        elif path == "/endless":
            self.drip()
        elif {self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")} & UNCHANGED:
            self.answer(304, {}, b"")
        else:
            self.answer(*routes.get(path, page))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]

    @property
    def sitemap(self) -> bytes:
        return f"<urlset><url><loc>{self.base}/a.html</loc></url></urlset>".encode()

    def drip(self) -> None:
        """A header every tenth of a second, for a minute: each read of it is in time."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            for n in range(600):
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" if not n else b"X: y\r\n")
                time.sleep(0.1)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.log, Site.agents, Site.busy = [], set(), 2
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def options(**changes: Any) -> FetchOptions:
    quick = {
        "allow_private": True,
        "delay": 0.0,
        "first_backoff": 0.01,
        "max_bytes": 1_000_000,
        "longest_wait": 1.0,
        "longest_answer": 60.0,
    }
    return FetchOptions(**{**quick, **changes})


def outcomes(results: list[FetchResult]) -> list[str]:
    return [result.outcome for result in results]


def test_a_page_is_kept_with_its_headers_and_can_be_read(site: str, tmp_path: Path) -> None:
    (result,) = fetch([f"{site}/moved"], tmp_path, options(contact="desk@relais.example"))
    assert result.outcome == "saved" and result.path is not None
    about = json.loads(result.path.with_suffix(".headers.json").read_text())
    assert about["final_url"] == f"{site}/a.html" and about["headers"]["etag"] == '"v1"'
    (article,) = read_articles(result.path)
    assert "8 millions" in getattr(article, "text", "")
    assert Site.log == ["/robots.txt", "/moved", "/a.html"]
    assert Site.agents == {"Recoupe/0.1 (+desk@relais.example)"}


def test_a_second_run_resumes_and_a_refresh_is_conditional(site: str, tmp_path: Path) -> None:
    urls = [f"{site}/a.html", f"{site}/b.html", f"{site}/a.html#part"]
    assert outcomes(list(fetch(urls, tmp_path, options()))) == ["saved", "saved"]
    Site.log.clear()
    assert outcomes(list(fetch(urls, tmp_path, options()))) == ["kept", "kept"]
    assert Site.log == []
    assert outcomes(list(fetch(urls, tmp_path, options(refresh=True)))) == ["unchanged", "unchanged"]


def test_a_feed_leads_to_its_articles_and_is_asked_conditionally(site: str, tmp_path: Path) -> None:
    first = list(fetch([f"{site}/feed"], tmp_path, options()))
    assert outcomes(first) == ["feed", "saved", "saved"] and first[0].entries == 2
    assert outcomes(list(fetch([f"{site}/feed"], tmp_path, options()))) == ["unchanged", "kept", "kept"]


def test_a_front_page_leads_to_its_feed(site: str, tmp_path: Path) -> None:
    for _ in range(2):
        results = list(fetch([f"{site}/front"], tmp_path, options()))
        assert [result.url.removeprefix(site) for result in results] == [
            "/front",
            "/feed",
            "/a.html",
            "/b.html?x=1&y=2",
        ]
        assert outcomes(results[2:]) in (["saved", "saved"], ["kept", "kept"])


@pytest.mark.parametrize(
    ("path", "outcome", "said"),
    [
        ("/private/x", "refused", "robots.txt"),
        ("/loop", "refused", "redirects"),
        ("/to-file", "refused", "http and https"),
        ("/pdf", "refused", "application/pdf"),
        ("/empty", "failed", "empty"),
        ("/endless", "failed", ""),
        ("/later", "failed", "429"),
        ("/bomb", "refused", "larger than"),
        ("/brotli", "refused", "packed"),
        ("/gone", "failed", "404"),
        ("/broken", "failed", ""),
        ("/busy", "saved", None),
    ],
)
def test_answers_that_are_no_page(site: str, tmp_path: Path, path: str, outcome: str, said: str | None) -> None:
    chosen = options(longest_answer=5.0) if path == "/endless" else options()
    (result,) = fetch([site + path], tmp_path, chosen)
    assert result.outcome == outcome
    assert said is None or said in (result.problem or "")
    assert outcome == "saved" or not list(tmp_path.iterdir())


def test_a_server_that_is_down_is_not_asked_for_pages(tmp_path: Path) -> None:
    (result,) = fetch(["http://127.0.0.1:9/a.html"], tmp_path, options())
    assert result.outcome == "refused" and "could not be had" in (result.problem or "")


def test_a_server_that_stays_busy_fails(site: str, tmp_path: Path) -> None:
    Site.busy = 99
    assert outcomes(list(fetch([f"{site}/busy", f"{site}/a.html"], tmp_path, options()))) == ["failed", "saved"]


def test_a_server_is_asked_again_no_sooner_than_it_wants(site: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    assert outcomes(list(fetch([f"{site}/busy"], tmp_path, options(longest_wait=2.0)))) == ["saved"]
    assert time.monotonic() - begun > 2 and Site.log.count("/busy") == 3


def test_a_server_that_wants_an_hour_is_left_alone(site: str, tmp_path: Path) -> None:
    results = list(fetch([f"{site}/later", f"{site}/a.html"], tmp_path, options()))
    assert outcomes(results) == ["failed", "refused"] and "left alone" in (results[1].problem or "")
    assert Site.log == ["/robots.txt", "/later"]


def test_one_request_at_a_time_with_a_pause(site: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    list(fetch([f"{site}/a.html", f"{site}/to-named"], tmp_path, options(delay=0.3)))
    assert Site.log == ["/robots.txt", "/a.html", "/to-named", "/a.html"] and time.monotonic() - begun > 0.9


def test_a_page_with_a_date_is_asked_for_conditionally(site: str, tmp_path: Path) -> None:
    assert outcomes(list(fetch([f"{site}/dated"], tmp_path, options()))) == ["saved"]
    assert outcomes(list(fetch([f"{site}/dated"], tmp_path, options(refresh=True)))) == ["unchanged"]


def test_a_packed_sitemap(site: str, tmp_path: Path) -> None:
    assert outcomes(list(fetch([f"{site}/news.xml.gz"], tmp_path, options()))) == ["feed", "saved"]
    bomb = gzip.compress(bytes(2_000_000))
    assert unpacked(bomb, 1_000_000) == bomb and unpacked(bomb[:-9], 3_000_000) == bomb[:-9]
    assert unpacked(gzip.compress(b"<urlset>"), 100) == b"<urlset>"


def test_the_address_and_charset_of_a_page_are_read_beside_it(site: str, tmp_path: Path) -> None:
    (result,) = fetch([f"{site}/moved"], tmp_path, options())
    assert result.path is not None
    (article,) = read_articles(result.path)
    assert getattr(article, "url", None) == f"{site}/a.html"
    for broken in ("[]", "{", '{"final_url": 3, "headers": []}', "[" * 99_999):
        result.path.with_suffix(".headers.json").write_text(broken)
        (article,) = read_articles(result.path)
        assert "8 millions" in getattr(article, "text", "")


def test_pages_can_go_to_a_warc(site: str, tmp_path: Path) -> None:
    archive = tmp_path / "kept.warc.gz"
    chosen = options(warc=archive)
    assert outcomes(list(fetch([f"{site}/a.html", f"{site}/b.html"], tmp_path / "state", chosen))) == ["saved", "saved"]
    assert [str(getattr(article, "path", "")) for article in read_articles(archive)] == [
        f"{archive}#{site}/a.html",
        f"{archive}#{site}/b.html",
    ]


def test_nothing_private_is_reached(site: str, tmp_path: Path) -> None:
    port = site.rpartition(":")[2]
    urls = [
        site,
        f"http://localhost:{port}/",
        f"http://[::1]:{port}/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "ftp://x/",
    ]
    results = list(fetch(urls, tmp_path, options(allow_private=False)))
    assert set(outcomes(results)) == {"refused"}
    assert Site.log == []


def test_a_redirect_is_checked_like_any_address(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: str(address) == "127.0.0.1")
    (result,) = fetch([f"{site}/to-other-machine"], tmp_path, options(allow_private=False))
    assert result.outcome == "refused" and "127.0.0.2" in (result.problem or "")
    assert Site.log == ["/robots.txt", "/to-other-machine"]


def test_of_several_addresses_one_that_answers_is_taken(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rpartition(":")[2])
    places = [(socket.AF_INET6, ("::1", port)), (socket.AF_INET, ("127.0.0.1", port))]
    found = [(family, socket.SOCK_STREAM, 6, "", place) for family, place in places]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    GuardedBackend(allow_private=True).connect_tcp("relais.example", port, 5).close()
