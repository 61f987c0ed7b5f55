"""Whether "$" and "dollars" alone are Canadian dollars: whether an article is at home in Canada.

Many articles name Canada and mean American dollars. What speaks for either is weighed by fitted weights, which stand
in `currency_evidence.toml`, section home.
"""

import re
from collections.abc import Mapping

from extractors.tables import toml_table

HOME = "CAD"
SIGN_BEHIND = re.compile(r"(?:\d ?(?:[kmg]|md)?|\bmillions?|\bmilliards?) ?\$")
IN_WORDS = re.compile(r"\bdollars?\b")
EUROS = re.compile(r"€|\beuros?\b")
MANY, OFTEN = 4, 3  # more mentions tell nothing more


def evidence(low: str, named: Mapping[str, int]) -> dict[str, float]:
    """What speaks for the Canadian dollar in a lower-case text that names the countries of each currency so often."""
    table = toml_table("currency_evidence")
    places, wordings = (len(re.findall("|".join(table[kind]), low)) for kind in ("home_places", "home_wordings"))
    return {
        "always": 1.0,
        "share of the countries named": named[HOME] / (sum(named.values()) + 1),
        "America named": float(named.get("USD", 0) > 0),
        "sign behind the number": float(bool(SIGN_BEHIND.search(low))),
        "dollars in words": float(bool(IN_WORDS.search(low))),
        "euros": float(bool(EUROS.search(low))),
        "places at its heart": float(min(places, MANY)),
        "its own wordings": float(min(wordings, OFTEN)),
    }


def is_home(told: Mapping[str, float]) -> bool:
    """Whether more speaks for it than against it."""
    weights: Mapping[str, float] = toml_table("currency_evidence")["home"]
    return sum(weights.get(name, 0.0) * value for name, value in told.items()) > 0
