"""The whole name of which an article writes a part: "Autocars Mistou" for "Mistou", "Quai 21" for "Quai"."""

import functools
import re
from collections import Counter
from collections.abc import Container, Sequence, Set

from extractors.syntax import is_unknown_word
from extractors.tables import toml_table

ARTICLE_AHEAD = re.compile(r"(.*?)((?<!\w)[Ll](?:a |e |es |')|(?<!\w))\Z", re.DOTALL)
OF_THE = re.compile(r"\S+ de (?:la |l')")  # "Brasserie de la Lune", of which the gold writes 4 of 270 with an article
INSIDE = re.compile(r"[\w,;)] $")
CONTRACTED = re.compile(r"(?:^|[\s'])(?:du|des|au|aux) $")
NUMBER = re.compile(r"(?: (\d{1,3}|2000)(?![\w%]| ?%|[.,]\d))?")
OPENS_WORD = re.compile(r"(?<!\w)")
LINK = re.compile(r" d(?:e|u|es) | d'")
MODEL_NUMBER = re.compile(r"(?: \w+){0,2} (?:\w*\d\w*|Pro|Max|Plus|Ultra|Mini|Lite|Air)(?: \w+)?")
SHOUTED = re.compile(r"[^\W\d_]{4,}")  # shorter words in capitals are initials
LONE = 5  # letters from which a single word in capitals is none


def full_name(name: str, names: Set[str], inside: Set[str]) -> str:
    """The name that this one is a form of: "Larkspur Labs" for "Larkspur", "Autocars Mistou" for "Mistou", "Poussix"
    for its "Poussix M2", "Tvärnit" for "Brave Tvärnit". `inside` are the names that keep their capital in a sentence,
    and so all of it."""
    for other in sorted(names):
        if name.startswith(f"{other} ") and MODEL_NUMBER.fullmatch(name, len(other)):
            return other
        if name.endswith(f" {other}") and not _is_whole(name, inside):
            return other
    longer = [n for n in names if n.startswith(f"{name} ") and not MODEL_NUMBER.fullmatch(n, len(name))]
    # "Atriade Sopravia" over two columns is neither of the two
    whole = [n for n in longer if n[len(name) + 1 :] not in names]
    whole += [n for n in names if n.endswith(f" {name}") and n.removesuffix(f" {name}").lower() in _words("trades")]
    return min(whole, key=lambda n: (len(n), n), default=name)


def _is_whole(name: str, inside: Set[str]) -> bool:
    """Whether its first word is part of the name: a trade, a made-up word, or one that keeps its capital in a sentence
    and rules no other ("Europe de Sylvamo")."""
    first = name.split()[0]
    if is_unknown_word(first) or any(first.lower() in _words(kind) for kind in ("trades", "institutions")):
        return True
    return name in inside and not LINK.search(name)


@functools.cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(toml_table("names")["words"][kind])


def completed(name: str, text: str) -> str:
    """The name with the number behind it that is part of it ("Quai 21"), and with its article. Such a number stands
    behind most of its places, and twice at least."""
    # what stands around the name is looked at afterwards: a search that opens with the name itself is ten times faster
    places = [found.span() for found in re.finditer(rf"{re.escape(name)}(?!\w)", text)]
    behind = (NUMBER.match(text, end) for start, end in places if OPENS_WORD.match(text, start))
    numbers = Counter(found and found[1] for found in behind).most_common(1)
    number, times = numbers[0] if numbers else (None, 0)
    whole = _with_article(name, text, [start for start, _ in places])
    return f"{whole} {number}" if number and times > 1 else whole


def _with_article(name: str, text: str, places: Sequence[int]) -> str:
    """The name with the article that is part of it, which it never loses but in "du" and "des". It is where it keeps
    its capital inside a sentence ("selon Le Courrier du Var"), where it stands more than once, or before several words
    of which the first is a common one ("La Ruche Photonique"): of 185 such names of the gold the three find 141.
    Institutions have none ("la Banque de l'Orne": of 3,800 of the gold 73, most of them listed)."""
    if name.split()[0].lower() in _words("institutions") or OF_THE.match(name):
        return name
    ahead = [found.groups() for at in places if (found := ARTICLE_AHEAD.match(text, max(0, at - 8), at))]
    articles = [article for _, article in ahead if article]
    if not articles or not all(article[0] == "L" for article in articles) or name.isupper():
        return name
    inside = any(article and INSIDE.search(before) for before, article in ahead)
    kept = [before for before, article in ahead if article or CONTRACTED.search(before)]
    common = " " in name and not is_unknown_word(name.split()[0])
    return articles[0] + name if inside or (len(kept) == len(ahead) and (len(kept) > 1 or common)) else name


def spelled(name: str | None, listed: Container[str]) -> str | None:
    """A name as it is handed on, whatever an outlet makes of it: "KESTEL TÉLÉCOM" of a headline and "grenier" of a logo
    are Kestel Télécom and Grenier. Listed names stay as they are listed."""
    if not name or name in listed:
        return name
    if name.isupper() and (" " in name or len(name) >= LONE):
        return SHOUTED.sub(lambda word: word[0].capitalize(), name)
    return name[0].upper() + name[1:] if name.islower() else name
