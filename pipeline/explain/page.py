"""Explanations as one self-contained web page."""

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pipeline.explain.models import Explanation, Kind

KINDS: tuple[Kind, ...] = get_args(Kind)


def render_html(*explanations: Explanation) -> str:
    """A page without scripts or anything from elsewhere: each amount of the text links to the card of its claim."""
    return "".join(page_parts(explanations))


def page_parts(explanations: Iterable[Explanation]) -> Iterator[str]:
    """The same page piece by piece, each article as soon as it is explained."""
    return _template().generate(explanations=explanations, kinds=KINDS)


@functools.cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("page.html")
