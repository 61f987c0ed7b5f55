"""Every wording of the debris table, on invented text: what ⟦ ⟧ encloses is debris, all else is article."""

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.read import find_debris, read_article
from pipeline.scrape.debris import matching_rows, rows

EXAMPLES = [json.loads(line) for line in Path("corpus/examples/debris.jsonl").read_text("utf-8").splitlines()]
ARTICLE = "\n\n".join(
    f"Qubitek a signé un contrat de {n} millions d'euros avec une banque de Lyon, selon deux personnes proches du "
    "dossier. La direction n'a pas souhaité commenter, mais le calendrier est tenu."
    for n in range(10, 17)
)
MARK = re.compile("⟦|⟧")


def compose(example: dict[str, str]) -> tuple[str, set[int]]:
    """The example within an article, and the places of its debris in the whole."""
    before = "" if example["at"] == "head" else ARTICLE + "\n\n"
    after = "" if example["at"] == "foot" else "\n\n" + ARTICLE
    text, places = before, set()
    for n, piece in enumerate(MARK.split(example["marked"])):
        if n % 2:
            places |= set(range(len(text), len(text) + len(piece)))
        text += piece
    return text + after, places


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["marked"][:40])
def test_debris(example: dict[str, str]) -> None:
    text, expected = compose(example)
    found = {place for start, end in find_debris(text, example.get("source")) for place in range(start, end)}
    words = {place for place, character in enumerate(text) if character.isalnum()}
    assert "".join(text[i] for i in sorted(found & words - expected)) == ""
    assert "".join(text[i] for i in sorted(expected & words - found)) == ""


def test_every_row_has_an_example() -> None:
    reached = set().union(*(matching_rows(MARK.sub("", example["marked"])) for example in EXAMPLES))
    assert {row.name for row in rows()} - reached == set()


def test_spans_are_sorted_and_apart() -> None:
    text = ARTICLE + "\n\nÀ lire aussi\nUn titre\n\nAbonnez-vous : 9 € par mois.\n\n3 commentaires\nPaul : non"
    spans = find_debris(text)
    assert all(a < b for a, b in spans)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize("gold", sorted(Path("corpus/articles").glob("*/*-?.gold.json")), ids=lambda gold: gold.stem)
def test_no_claim_of_the_corpus_is_debris(gold: Path) -> None:
    article = read_article(gold.with_name(gold.name.replace(".gold.json", ".txt")))
    for claim in json.loads(gold.read_text("utf-8"))["claims"]:
        start = -1
        for _ in range(claim.get("n", 1)):
            start = article.text.index(claim["quote"], start + 1)
        assert not any(a < start + len(claim["quote"]) and start < b for a, b in article.debris), claim["quote"]


HOSTILE = ["x\n", "À lire aussi\n", "Abonnez-vous ", "Partager | ", "1 ", ". ", "\xa0", "— \n", "Lu par 12 lecteurs. "]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_length_only(piece: str, grows_linearly: Callable[..., bool]) -> None:
    assert grows_linearly(lambda count: find_debris(piece * count), 4_000)
