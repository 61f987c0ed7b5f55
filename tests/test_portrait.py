"""What a text calls its companies, and which company a noun means for it."""

import pytest

from extractors import read_scene
from extractors.rules.company import company_table
from extractors.rules.money import find_amounts


def meant(text: str, noun: str) -> frozenset[str]:
    """The companies that the text has described in the words of the last noun of that wording."""
    scene = read_scene(text, find_amounts(text), company_table())
    return next(r.alike for r in reversed(scene.references) if r.mention.text == noun)


@pytest.mark.parametrize(
    ("text", "noun", "names"),
    [
        ("Le suédois Northvolt doit 9 M€ à Volkswagen. Le Suédois a perdu 3 M€.", "Le Suédois", {"Northvolt"}),
        ("Celonis n'a rien levé. Le munichois Brumax vend. Le Munichois a levé 8 M€.", "Le Munichois", {"Brumax"}),
        ("Rachat de Corvane (Toulouse) par Ubisoft. La Toulousaine valait 8 M€.", "La Toulousaine", {"Corvane"}),
        ("Vélaris, basée à Laval, défie Ubisoft. Le groupe lavallois a perdu 3 M€.", "Le groupe", {"Vélaris"}),
        ("Corvane, un éditeur de jeux, poursuit Orange. L'éditeur réclame 8 M€.", "L'éditeur", {"Corvane"}),
        ("Orange a payé 9 M€ à Ubisoft. Le groupe a perdu 3 M€.", "Le groupe", set()),
    ],
)
def test_a_noun_means_the_company_that_was_described_so(text, noun, names):
    assert meant(text, noun) == names


@pytest.mark.parametrize(
    "text",
    [
        "Le suédois Northvolt doit 9 M€ à Volkswagen. Le Norvégien moyen gagne 3 000 euros.",
        "Corvane (Toulouse) a levé 8 M€. Le Français dépense 30 euros.",
        "Corvane (Toulouse) a levé 8 M€. Le magasin vend pour 30 euros.",
    ],
)
def test_an_adjective_of_place_that_describes_no_company_is_none(text):
    scene = read_scene(text, find_amounts(text), company_table())
    assert not [r for r in scene.references if r.mention.rule == "company.reference"]
