"""Why each field of each claim of an article is what it is: built from the relations, shown in a terminal or a page."""

from pipeline.explain.building import explain_article
from pipeline.explain.models import Explanation
from pipeline.explain.page import page_parts, render_html
from pipeline.explain.terminal import render_terminal

__all__ = ["Explanation", "explain_article", "page_parts", "render_html", "render_terminal"]
