"""No pattern of the readers, the scraper and the fetcher takes more than linear time: measured by doubling the text.

python -m pytest benchmarks/bench_linear.py
"""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import pipeline.fetch
import pipeline.read
import pipeline.scrape
from pipeline.scrape import debris, wording

SIZE = 4_000  # characters, and twice as many: articles' lines and metadata are cut to fewer
NOISE = 0.004  # seconds that no pattern is blamed for
GROWTH = 3.2  # times that twice the text may take; a quadratic pattern takes four times as long
UNITS = [
    *("a", " ", "1", "- ", "1 ", "a ", ". ", "A", "A a ", "1.", "/", "-", "|", "<a ", "<!--", '="', "='a", "data:a/a"),
    *("par ", "le 1 ", "publié le ", "commentaires ", "«a", "à lire aussi : ", "abonnez-vous ", "0" * 40 + " "),
]
TAILS = ["", "\x00"]  # a last character that nothing matches makes a pattern try all it can


def compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern, by the module or table that holds it."""
    for package in (pipeline.read, pipeline.scrape, pipeline.fetch):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(info.name)).items():
                for number, pattern in enumerate(value if isinstance(value, list | tuple) else [value]):
                    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
                        yield f"{info.name.removeprefix('pipeline.')}.{name}.{number}", pattern
    yield from ((f"debris: {row.name}", row.pattern) for row in debris.rows())
    for name in ("agency_lines", "cut_lines", "ai_lines"):
        yield from ((f"{name} {number}", pattern) for number, pattern in enumerate(wording._patterns(name)))


PATTERNS = dict(compiled())


def seconds(pattern: re.Pattern[str], text: str) -> float:
    begun = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - begun


@pytest.mark.parametrize("name", PATTERNS)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    for unit in UNITS:
        for tail in TAILS:
            text = unit * (SIZE // len(unit)) + tail
            if seconds(PATTERNS[name], text * 2) < NOISE:
                continue
            once, twice = (min(seconds(PATTERNS[name], text * times) for _ in range(3)) for times in (1, 2))
            assert twice < max(GROWTH * once, NOISE), f"{unit!r}: {once:.4f} s, then {twice:.4f} s"
