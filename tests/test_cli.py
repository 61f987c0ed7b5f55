"""The commands as users type them: every example of the README runs; formats, exit statuses, bad input."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.render import CLAIM_FIELDS

ROOT = Path(__file__).parent.parent
FLOORS = json.loads((ROOT / "corpus/scores.json").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]
COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands if command.callback)


def recoupe(*arguments: str | Path, text: str | None = None, status: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)
    assert result.exit_code == status, result.output
    return result


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two stories of the corpus as `corpus/articles` and their database as `facts.db`."""
    place = tmp_path_factory.mktemp("workplace")
    for story in ("us-larkspur", "us-salesforce"):
        shutil.copytree(ROOT / "corpus" / "articles" / story, place / "corpus" / "articles" / story)
    (place / "companies.csv").write_text("name,aliases,fiscal_year_end\nZorglub,Zorglub SA,6\n", "utf-8")
    recoupe("run", place / "corpus" / "articles", "--db", place / "facts.db")
    listed = recoupe("claims", "--db", place / "facts.db", "--format", "jsonl")
    (place / "claims.jsonl").write_text(listed.stdout, "utf-8")
    (place / "texts.jsonl").write_text('{"text": "5 M€ mardi", "published": "2025-11-05"}\n', "utf-8")
    return place


@pytest.fixture(scope="module")
def outlet(workplace: Path) -> Iterator[str]:
    """A feed on loopback with two articles that contradict one another."""
    site = workplace / "site"
    site.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        items = []
        for number, amount in enumerate(("12", "120")):
            text = f"<p>La start-up Zorglub a levé {amount} millions d'euros en mars 2025, en série A.</p>"
            filler = "<p>Son fondateur raconte les débuts de la société, dans un garage de Brest.</p>" * 5
            page = f"<html lang=fr><h1>Zorglub</h1><article>{text}{filler}</article>"
            (site / f"{number}.html").write_text(page, "utf-8")
            items.append(f"<item><link>{base}/{number}.html</link></item>")
        feed = f"<?xml version='1.0'?><rss version='2.0'><channel>{''.join(items)}</channel></rss>"
        (site / "feed.xml").write_text(feed, "utf-8")
        (workplace / "urls.txt").write_text(f"# pages\n{base}/0.html\n", "utf-8")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield base
        server.shutdown()


@pytest.fixture
def inside(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workplace)
    return workplace


def conflict_id(**wanted: str) -> str:
    found = [row for row in rows(recoupe("conflicts", "--status", "all")) if wanted.items() <= row.items()]
    return str(found[0]["conflict_id"])


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    assert any(line.startswith(f"recoupe {command} ") for line in EXAMPLES), f"README.md has no example of {command}"
    assert "Example: recoupe" in recoupe(command, "--help").output


@pytest.mark.parametrize("example", [line for line in EXAMPLES if line.startswith("recoupe ")])
def test_example_of_the_readme_runs(example: str, inside: Path, outlet: str) -> None:
    command, _, source = example.partition(" > ")[0].partition(" < ")
    arguments = shlex.split(command.replace("https://outlet.example", outlet))[1:]
    if arguments[0] == "review":
        arguments[1] = conflict_id()
    if arguments[0] in ("fetch", "watch"):
        arguments += ["--allow-private", "--delay", "0"]
    if arguments[0] == "watch":
        arguments += ["--db", "watched.db"]
    recoupe(*arguments, text=Path(source).read_text("utf-8") if source else None)


def test_watch_prints_contradictions_and_stops_on_a_signal(outlet: str, tmp_path: Path) -> None:
    code = "from pipeline.cli import app; app(prog_name='recoupe')"
    options = ("--every", "1h", "--to", "fetched", "--db", "watched.db", "--allow-private", "--delay", "0")
    command = [sys.executable, "-c", code, "watch", f"{outlet}/feed.xml", *options]
    watching = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert watching.stderr
    assert any("new articles" in line for line in watching.stderr)
    watching.terminate()
    out, _ = watching.communicate(timeout=300)
    assert watching.returncode == 0
    assert "contradiction, magnitude" in out and "120 millions" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("fetch", "ftp://a.example", "--to", "x"),
        ("watch", "no.txt", "--every", "1 y"),
        ("watch", "https://a.example", "--every", "0s"),
    ],
)
def test_what_cannot_be_fetched_is_a_usage_error(inside: Path, arguments: tuple[str, ...]) -> None:
    recoupe(*arguments, status=2)


def test_own_machine_is_not_fetched_from(inside: Path, outlet: str) -> None:
    (line,) = recoupe("fetch", f"{outlet}/0.html", "--to", "none", status=1).stderr.splitlines()
    assert "refused" in line


def test_version() -> None:
    assert re.fullmatch(r"recoupe \d+\.\d+\.\d+\n", recoupe("--version").stdout)


def test_claims_have_the_documented_fields(inside: Path) -> None:
    claims = rows(recoupe("claims", "--format", "jsonl"))
    assert claims and all(tuple(claim) == CLAIM_FIELDS for claim in claims)
    assert claims == sorted(claims, key=lambda c: (c["company"] or "", c["metric"]))
    for claim in claims:
        text = Path(claim["article"]).read_text("utf-8").split("---\n", 2)[2]
        assert text[claim["start"] : claim["end"]] == claim["quote"]


def test_stored_claims_are_the_extracted_ones(inside: Path) -> None:
    extracted = rows(recoupe("extract", "corpus/articles", "--format", "jsonl"))
    stored = rows(recoupe("claims", "--format", "jsonl"))
    strip = str(inside) + "/"
    assert {c["claim_id"]: c for c in extracted} == {
        c["claim_id"]: {**c, "article": c["article"].removeprefix(strip)} for c in stored
    }


def test_csv_has_one_row_a_claim(inside: Path) -> None:
    table = list(csv.DictReader(io.StringIO(recoupe("claims", "--format", "csv").stdout)))
    assert len(table) == len(rows(recoupe("claims", "--format", "jsonl"))) and tuple(table[0]) == CLAIM_FIELDS


def test_output_of_the_second_run(inside: Path) -> None:
    result = recoupe("run", inside / "corpus" / "articles")
    assert result.stdout == "" and re.search(r"unchanged\s+6\b", result.stderr)
    assert "\x1b" not in result.stderr


def test_company_by_alias_and_suggestions(inside: Path) -> None:
    assert rows(recoupe("claims", "--company", "larkspur labs", "--format", "jsonl"))
    assert "did you mean Larkspur Labs" in recoupe("claims", "--company", "Larkspr", status=1).stderr


def test_conflicts_from_a_file_are_those_of_the_database(inside: Path) -> None:
    filed, stored = (rows(recoupe("conflicts", *origin)) for origin in (("--from", "claims.jsonl"), ()))
    assert [(c["kind"], c["reason"]) for c in filed] == [(c["kind"], c["reason"]) for c in stored]
    assert stored and list(stored[0])[:5] == ["kind", "severity", "reason", "a", "b"]


def test_dismissed_conflict_stays_away(inside: Path) -> None:
    judged = conflict_id()
    recoupe("review", judged[:6], "--dismiss", "--note", "two funds")
    assert judged not in recoupe("conflicts").stdout
    recoupe("run", inside / "corpus" / "articles")
    assert judged not in recoupe("conflicts").stdout
    assert [row["status"] for row in rows(recoupe("conflicts", "--status", "dismissed"))] == ["dismissed"]
    recoupe("review", judged, "--reopen")
    assert judged in recoupe("conflicts").stdout


@pytest.mark.parametrize("arguments", [("ffffffffffff", "--confirm"), ("zz", "--dismiss")])
def test_review_of_an_unknown_conflict(inside: Path, arguments: tuple[str, ...]) -> None:
    assert "no conflict has the id" in recoupe("review", *arguments, status=1).stderr


def figures(report: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in report.items():
        if isinstance(value, dict):
            yield from figures(value, f"{prefix}{name} ")
        elif isinstance(value, int | float):
            yield prefix + name, float(value)


@pytest.mark.parametrize("part", FLOORS)
def test_scores_of_the_corpus_do_not_sink(part: str) -> None:
    [report] = rows(recoupe("score", ROOT / "corpus" / part, "--json"))
    reached, floors = dict(figures(report)), dict(figures(FLOORS[part]))
    assert floors and {name: reached[name] for name, floor in floors.items() if reached[name] < floor} == {}


def test_parse_reads_lines_and_objects() -> None:
    lines = 'Mistral lève 5 M€ en 2024\n{"text": "hier", "published": "2025-11-05"}\n{"txt": 1}\n'
    result = recoupe("parse", "-", text=lines)
    plain, dated, wrong = rows(result)
    [amount] = plain["amounts"]
    assert [amount[key] for key in ("amount_min", "currency", "text", "span")] == [5000000, "EUR", "5 M€", [13, 17]]
    assert plain["periods"][0].items() >= {"start": "2024-01-01", "end": "2024-12-31"}.items()
    assert [company["name"] for company in plain["companies"]] == ["Mistral AI"]
    assert plain["metrics"][0].items() >= {"metric": "funding", "text": "lève"}.items()
    assert all(one["rule"] for kind in ("amounts", "periods", "companies", "metrics") for one in plain[kind])
    assert dated["periods"][0]["start"] == "2025-11-04"
    assert wrong["error"].startswith("line 3: no field text; write {") and wrong["error"] in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("vide.txt", b"", "empty"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(200), "an image"),
        ("gros.txt", b"mot " * 13_000_000, "larger than"),
        ("page.html", b"<html><body><nav>menu</nav></body></html>", "no article"),
        ("titre.txt", b"---\ntitle: [\n---\nTexte.\n", "front matter"),
    ],
)
def test_bad_input_is_one_line_and_the_rest_is_read(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / "bon.txt").write_text("Mistral a levé 105 millions d'euros en 2023.", "utf-8")
    (tmp_path / name).write_bytes(content)
    result = recoupe("extract", tmp_path, "--format", "jsonl")
    assert len(rows(result)) == 1
    [line] = result.stderr.splitlines()
    assert name in line and says in line and "; " in line
    recoupe("extract", tmp_path, "--strict", status=1)
    recoupe("extract", tmp_path / name, status=1)


def test_encodings_are_recognised(tmp_path: Path) -> None:
    text = "Société générale a levé 105 millions d'euros, dont près d'un tiers à l'étranger, après l'été 2023."
    (tmp_path / "latin.txt").write_bytes(text.encode("latin-1"))
    assert rows(recoupe("extract", tmp_path, "--format", "jsonl"))[0]["sentence"] == text


def test_missing_path_and_empty_folder(tmp_path: Path) -> None:
    assert "check the path" in recoupe("run", tmp_path / "nichts", "--db", tmp_path / "a.db", status=1).stderr
    assert not (tmp_path / "a.db").exists()
    assert "no articles found" in recoupe("run", tmp_path, "--db", tmp_path / "a.db", status=1).stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name,fiscal_year_end\nZorglub,13\n", "line 2: fiscal_year_end '13'"),
        ("title\nZorglub\n", "unknown column 'title'"),
        ("aliases\nZorglub\n", "no column 'name'"),
        ('name\n" "\n', "line 2 has no name"),
        ('name,aliases\n"Zorglub,x\n', "quotes closed"),
        ("name,aliases\nZorglub,a,b\n", "line 2 has more cells"),
        ("name;fiscal_year_end\nZorglub;13\n", "line 2: fiscal_year_end '13'"),
    ],
)
def test_wrong_companies_file_names_the_line(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "companies.csv"
    path.write_text(content, "utf-8")
    assert says in recoupe("extract", tmp_path, "--companies", path, status=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("claims", "--period", "2025-T9"),
        ("claims", "--metric", "turnover"),
        ("claims", "--modality", "perhaps"),
        ("parse", "texte", "--published", "hier"),
        ("export", "--to", "claims.xlsx"),
        ("review", "0c1a"),
        ("extract",),
        ("nothing",),
    ],
)
def test_usage_errors_are_status_2(arguments: tuple[str, ...]) -> None:
    recoupe(*arguments, status=2)


def test_missing_database_names_the_command(tmp_path: Path) -> None:
    assert "recoupe run PATH" in recoupe("claims", "--db", tmp_path / "facts.db", status=1).stderr
