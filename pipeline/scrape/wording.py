"""What an article says about itself: the agency it comes from, a cut by a paywall, that a machine wrote it."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pipeline.scrape.debris import fold

OUTER_LINES = 12


def find_agency(text: str, *signed: str) -> str | None:
    """The news agency an article comes from: "PARIS (AFP) –" and "(avec Reuters)" name one, "a dit à l'AFP" not.

    `signed` are lines that name the authors beside the text: "T.R. avec AFP".
    """
    names = {written: name for name, forms in _table()["agencies"].items() for written in forms}
    for line in map(_reduced, (*signed, *outer_lines(text))):
        for form in _patterns("agency_lines"):
            found = form.search(line)
            if found:
                return str(names[found["agency"]])
    return None


def without_agency(line: str) -> str:
    """The line up to the agency that it adds: "Léa Martin" of "Léa Martin (avec AFP)"."""
    found = [match.start() for form in _patterns("agency_tails") if (match := form.search(fold(line)))]
    return line[: min(found)] if found else line


def is_cut(lines: list[str]) -> bool:
    """Whether a line says that a paywall cut the article: "Il vous reste 75 % de cet article à lire"."""
    return _any("cut_lines", lines)


def is_ai_written(lines: list[str]) -> bool:
    """Whether a line says that a machine wrote it: "Cet article a été rédigé par une intelligence artificielle"."""
    return _any("ai_lines", lines)


def outer_lines(text: str) -> list[str]:
    """The first and last lines of a text: there an article speaks about itself."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return lines if len(lines) <= 2 * OUTER_LINES else lines[:OUTER_LINES] + lines[-OUTER_LINES:]


def _any(name: str, lines: list[str]) -> bool:
    return any(form.search(_reduced(line)) for line in lines for form in _patterns(name))


def _reduced(line: str) -> str:
    return fold(line[:200] + " " + line[-400:] if len(line) > 600 else line)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("pipeline").joinpath("tables", "wording.toml").read_text("utf-8"))


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    written = sorted((form for forms in _table()["agencies"].values() for form in forms), key=len, reverse=True)
    pieces = {**_table()["pieces"], "agency": f"(?P<agency>{'|'.join(map(re.escape, written))})"}
    patterns = []
    for pattern in _table()[name]:
        for piece, expression in pieces.items():
            pattern = pattern.replace(f"{{{piece}}}", expression)
        patterns.append(re.compile(pattern))
    return tuple(patterns)
