"""Numbers as French articles write them: figures, number words and collective nouns, each with its precision."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from text_to_num import text2num


class Numeral(NamedTuple):
    """`value` without magnitude; `step` is the size of the last written digit; `vague` for "une centaine"."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    vague: bool = False


_WORD = (
    "(?:zéro|une|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts|vingt|"
    "trente|quarante|cinquante|soixante|septante|huitante|octante|nonante|cents|cent|mille)"
)
_WORDS = rf"{_WORD}(?!\w)(?:(?:[ -]{_WORD}|(?: et |-et-)(?:une?|onze))(?!\w))*"
_COLLECTIVES = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
}  # fmt: skip
_COLLECTIVE = rf"une? (?:petite? |bonne? |grosse? |demi-)?(?P<collective>{'|'.join(_COLLECTIVES)})(?= d)"
_FRACTIONS = {"demi": Decimal("0.5"), "quart": Decimal("0.25")}
_FRACTION = r"(?:un )?(?P<fraction>demi)[- ]|un (?P<fraction2>quart) de "
# "le milliard": the article belongs to the sum; "au-delà du milliard": it does not
_DETERMINED = r"(?:le|(?<=du )|(?<=au )|(?<=ce )|(?<=son )|(?<=un bon )|(?<=un petit ))(?: ?(?:premier|fameux))? ?"
_BIG = r"(?=m(?:illi(?:on|ard))s?\b|billion\b|trillion\b)"

_THOUSANDS = r"\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,]\d{1,6}(?!\d))?"
_FIGURES = (
    rf"(?:(?<!\w)|(?<=\W[a-z]{{3}})|(?<=^[a-z]{{3}})|(?<=\$[a-z]{{2}}))(?<!\d[.,'])(?:{_THOUSANDS}|\d+(?:[.,]\d+)*)"
)

_LONGEST = 40  # characters of a figure; what is longer counts nothing, and exceeds what Decimal computes with

_NUMBER = re.compile(
    rf"(?=\d)(?P<figures>{_FIGURES})|(?<![\w-])(?=[cdhlmnoqstuvz])"
    rf"(?:{_COLLECTIVE}|(?:{_FRACTION}){_BIG}|(?P<words>{_WORDS})|(?P<one>{_DETERMINED}){_BIG})"
)


def find_numbers(low: str) -> list[re.Match[str]]:
    """Every figure and number word of a lower-case text, unread (years, counts and articles "un" are among them)."""
    return list(_NUMBER.finditer(low))


def number_at(low: str, start: int) -> re.Match[str] | None:
    """The figure or number word that begins there, unread."""
    return _NUMBER.match(low, start)


def read_number(match: re.Match[str], has_magnitude: bool, singular: bool) -> Numeral | None:
    """The value of a match of `find_numbers`; None where the words make no number ("six sept").

    `has_magnitude` and `singular` (a currency in the singular follows: "1,799 euro") decide what three digits behind
    a point or comma mean.
    """
    start, end = match.span()
    if match["figures"]:
        return _read_figures(start, end, match["figures"], has_magnitude, singular)
    if match["collective"]:
        half = 2 if "demi-" in match[0] else 1
        value = Decimal(_COLLECTIVES[match["collective"]]) / half
        return Numeral(start, end, value, Decimal(1), vague=True)
    if fraction := match["fraction"] or match["fraction2"]:
        return Numeral(start, end, _FRACTIONS[fraction], Decimal("0.1"))
    if match["one"] is not None:
        return Numeral(start, end, Decimal(1), Decimal(1))
    try:
        return Numeral(start, end, Decimal(text2num(match["words"], "fr")), Decimal(1))
    except ValueError:
        return None


def _read_figures(start: int, end: int, raw: str, has_magnitude: bool, singular: bool) -> Numeral | None:
    """Spaces and apostrophes separate thousands; a point or comma is read by `_plain_decimal`."""
    if len(raw) > _LONGEST:
        return None
    try:
        value = Decimal(_plain_decimal(raw.replace(" ", "").replace("'", ""), has_magnitude, singular))
    except InvalidOperation:
        return None
    exponent = value.as_tuple().exponent
    return Numeral(start, end, value, Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))


def _plain_decimal(raw: str, has_magnitude: bool, singular: bool) -> str:
    """Rewrites figures with a decimal point: "1.234" is 1234 but "1.234 milliard" is 1.234; "3,000" is 3000.

    Three digits behind a single mark are thousands, unless a magnitude or a currency in the singular follows
    ("1,799 euro") or a nought stands before it. Before a magnitude too they are where the last is a nought, which
    nobody writes behind a decimal point: "5.000 milliards".
    """
    marks = [c for c in raw if c in ".,"]
    if not marks:
        return raw
    if len(set(marks)) == 2:
        thousands = marks[0]
        return raw.replace(thousands, "").replace(",", ".")
    head, *groups = re.split("[.,]", raw)
    grouped = head.lstrip("0") != "" and len(head) <= 3 and all(len(g) == 3 for g in groups)
    if len(groups) > 1:
        return raw.replace(marks[0], "") if grouped else "NaN?"
    if grouped and not singular and (not has_magnitude or groups[0].endswith("0")):
        return head + groups[0]
    return f"{head}.{groups[0]}"
