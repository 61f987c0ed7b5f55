"""Texts made to break or to stall the extraction: each ends soon, and what is found stands where it says."""

import time
from datetime import date

import pytest

from extractors.document import SENTENCE_MAX, Document
from pipeline.extract import extract_claims
from pipeline.models import Article, Claim

AMOUNT = "OpenAI a levé 3 millions d'euros"
SECONDS = 60  # of processor time; most need a hundredth of it on a busy machine, the square of these sizes far more

ENDLESS = {
    "amounts in one sentence": "OpenAI a levé " + ", ".join(f"{n} millions d'euros" for n in range(1, 400)) + ".",
    "one line": f"{AMOUNT}. " + "a" * 300_000,
    "dots": AMOUNT + "." * 100_000,
    "blanks": f"{AMOUNT}. {' ' * 100_000}x",
    "narrow blanks": f"{AMOUNT}. " + "\u202f" * 100_000 + "x",
    "line breaks": f"{AMOUNT}.\n" + "\n \n" * 20_000,
    "brackets never closed": "([{«“" * 10_000 + AMOUNT,
    "quotes never closed": "« “ \" " * 5_000 + AMOUNT,
    "currency signs": "$" * 20_000 + AMOUNT,
    "elisions": "d'" * 20_000 + AMOUNT,
    "commas": "3," * 20_000 + AMOUNT,
    "ranges never ended": "entre 3 et " * 3_000 + AMOUNT,
    "number words": "trois cent vingt-deux mille quatre " * 2_000 + "euros",
    "capitalised words": " ".join(f"Zorg{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(10_000)) + AMOUNT,
    "references": "Le groupe, la start-up et l'entreprise. " * 3_000 + AMOUNT,
    "sources": f"{AMOUNT}, " + "selon Reuters, " * 1_000,
    "one number in groups": f"{AMOUNT} et {'123 ' * 30_000} euros",
    "deep list": "\n".join(f"{' ' * n}- niveau : {n} millions d'euros" for n in range(150)),
}  # fmt: skip


def found(text: str) -> list[Claim]:
    return extract_claims(Article(path="hostile.txt", text=text, published=date(2025, 1, 1)))


@pytest.fixture(scope="module", autouse=True)
def _model() -> None:
    found(f"{AMOUNT}.")


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_text_ends_soon(name: str) -> None:
    text, start = ENDLESS[name], time.process_time()
    claims = found(text)
    assert time.process_time() - start < SECONDS
    assert all(text[c.start : c.end] == c.quote for c in claims)


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\u0301", "\ud7ff", "\U0010ffff"])
@pytest.mark.parametrize("place", range(0, len(AMOUNT) + 1, 4))
def test_invisible_characters_break_nothing(mark: str, place: int) -> None:
    text = f"{AMOUNT[:place]}{mark}{AMOUNT[place:]}."
    assert all(text[c.start : c.end] == c.quote for c in found(text))


def test_sentence_that_is_none_is_cut_at_blanks_and_nothing_is_lost() -> None:
    text = "mot " * 1_000 + "x" * 5_000
    sentences = Document(text).sentences
    assert max(s.end - s.start for s in sentences) <= SENTENCE_MAX
    assert "".join(text[s.start : s.end] for s in sentences) == text
    assert [s.index for s in sentences] == list(range(len(sentences)))


def test_figure_longer_than_any_sum_is_none() -> None:
    assert [c.quote for c in found(f"{AMOUNT}. Il a levé {'1' * 60} euros.")] == ["3 millions d'euros"]
