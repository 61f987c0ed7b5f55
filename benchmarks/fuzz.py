"""Random changes to real inputs, led by what they reach in the code: a crash, a hang or a wrong offset ends the run.

    pip install atheris
    python benchmarks/fuzz.py read|scrape|parse [SECONDS]

`read` gives bytes to the readers of every kind of file, `scrape` bytes to the pages' reader alone, `parse` text to the
rules. An input that fails is written to the working folder; give it in the place of SECONDS to repeat it alone.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import atheris

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["pipeline", "extractors"], enable_loader_override=False):
    from extractors.rules.company import company_table
    from pipeline.errors import ReadError
    from pipeline.models import Article
    from pipeline.parse import parse_text
    from pipeline.read import read_articles
    from pipeline.read.sources import SUFFIXES
    from pipeline.scrape import scrape

KINDS = sorted(SUFFIXES)
LIMITS = ["-timeout=10", "-rss_limit_mb=1500", "-max_len=20000"]  # seconds, MB, bytes of an input
SEEDS = {"read": "corpus/articles", "scrape": "corpus/pages", "parse": "corpus/articles"}
WORK = Path(tempfile.mkdtemp())


def check(article: Article | ReadError) -> None:
    """What is true of all that is read."""
    if isinstance(article, ReadError):
        assert "\n" not in str(article)
        return
    assert all(0 <= start < end <= len(article.text) for start, end in article.debris)
    assert article.content_hash


def read(data: bytes) -> None:
    """The first byte chooses the kind of file that the rest is."""
    path = WORK / f"fuzz{KINDS[(data or b' ')[0] % len(KINDS)]}"
    path.write_bytes(data[1:])
    for article in read_articles(path):
        check(article)


def read_page(data: bytes) -> None:
    """A page's bytes in whatever encoding they are."""
    with suppress(ReadError):
        check(scrape(data, "fuzz.html", "https://outlet.example/2025/11/05/fuzz"))


def parse(data: bytes) -> None:
    """A text: each mention must stand where it says."""
    text = data.decode("utf-8", "replace")
    row = parse_text(text, date(2025, 11, 5), company_table())
    for kind in ("amounts", "periods", "companies", "metrics"):
        for found in row[kind]:
            start, end = found["span"]
            assert text[start:end] == found["text"], found


TARGETS: dict[str, Callable[[bytes], None]] = {"read": read, "scrape": read_page, "parse": parse}


def seeds(target: str) -> Path:
    """A folder of inputs to start from: small files of the corpus, for `read` one of each kind of file."""
    folder = WORK / "seeds"
    folder.mkdir()
    for number, path in enumerate(sorted((ROOT / SEEDS[target]).rglob("*.[th][xt][tm]*"))[:60]):
        kind = bytes([number % len(KINDS)]) if target == "read" else b""
        (folder / f"{number}").write_bytes(kind + path.read_bytes()[:20_000])
    return folder


def main(target: str, limit: str = "60") -> None:
    """Fuzzes for so many seconds, or repeats the one input that a file holds."""
    again = [limit] if Path(limit).is_file() else [f"-max_total_time={limit}", str(seeds(target))]
    atheris.Setup([sys.argv[0], *LIMITS, *again], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
