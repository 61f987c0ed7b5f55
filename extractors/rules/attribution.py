"""Finds who is cited: "selon Bloomberg", "a rapporté The Information", "d'après une source proche du dossier"."""

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator

from extractors.document import Document
from extractors.mentions import Cue
from extractors.tables import expand, toml_table

# A noun phrase runs up to the next comma, bracket, clause word or preposition, at most eight words.
DETERMINER = (
    r"(?:l'|d'|un |une |des |les |le |la |du |deux |trois |plusieurs |certains |certaines |ses |son |sa |nos |notre |"
    r"ce |cette |ces )"
)
CLAUSE_WORDS = (
    r"(?:qui|que|qu'|dont|lequel|laquelle|selon|a|ont|est|sont|était|avait|au|en|sur|pour|avec|dans|et|mais|contre|"
    r"l'|le|la|les|il|elle|on|ne|n'|n)"
)
STOP = rf"(?=\s*(?:[,.;:!?()«»\"—]|–|$)|\s+{CLAUSE_WORDS}\b)"
WORD = r"[^\s,.;:!?()«»\"—]+"
PHRASE = rf"(?P<who>{DETERMINER}?{WORD}(?:\s+(?!(?:qui|que|dont|a|ont|est|sont)\b){WORD}){{0,7}}?){STOP}"
# A proper name; a sentence's first word is none where it is an article or a pronoun.
NOT_FIRST = (
    r"(?!(?:Le|La|Les|Un|Une|Des|Ce|Ces|Cette|Il|Elle|Ils|Elles|On|Mais|Et|Or|En|Au|Aux|Du|De|LE|LA|LES|Objectif|"
    r"Co[uû]t|Principaux|Surtout|Son|Sa|Ses|Leur|Leurs|Qui|Que|Si|Car|Pour|Dans|Sur|Selon)\b)"
)
CAPITALISED = r"[A-ZÀ-Þ][\w&'-]*\w"
NAME = rf"(?:l'|(?:Le|La|Les) |L')?{NOT_FIRST}{CAPITALISED}(?:\s(?:de |d')?{CAPITALISED}){{0,3}}"


def _one_of(key: str) -> str:
    entries: list[str] = toml_table("cues")["attribution"][key]
    return "|".join(sorted((expand(e) for e in entries), key=len, reverse=True))


@functools.cache
def _not_a_source() -> re.Pattern[str]:
    return re.compile(rf"(?:l'|le |la |les |un |une |ce |cette )?(?:\d|(?:{_one_of('never')})\b)", re.IGNORECASE)


@functools.cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?P<cue>{_one_of('before')})\s+(?:à\s+)?{PHRASE}", re.IGNORECASE)


@functools.cache
def _source() -> str:
    """A name, or a noun phrase whose head is somebody who can be cited."""
    more = r"(?:\s+(?!(?:que|qui|dont|a|ont|est)\b)[^\s,.;:()»]+){0,6}?"
    noun = rf"(?i:{DETERMINER}(?:[a-zà-ÿ-]+\s+){{0,2}}?(?:{_one_of('people')})(?!\w)){more}"
    return rf"(?P<who>{NAME}|{noun})"


@functools.cache
def _inverted() -> re.Pattern[str]:
    # ", a rapporté lundi The Information", "glisse un ancien cadre"
    day = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|pour sa part|de son côté|toutefois|encore|aussi"
    verb = rf"(?i:(?:(?:a|ont|avait|avaient|s'est)\s+)?(?:{_one_of('verbs')})(?:-t-)?(?:\s+(?:{day})(?!\w))?)"
    return re.compile(rf"(?:[,»]\s*|\bet ){verb}\s+{_source()}{STOP}")


@functools.cache
def _subject() -> re.Pattern[str]:
    # "Un analyste estime que", "Bloomberg avait évoqué", "les analystes interrogés par X tablaient sur"
    between = r"(?i:(?:lui|elle|eux|ne|n'|en|y|se|s'|l'|le|lui-même|toutefois|pour sa part|de son côté|,)\s*){0,3}"
    return re.compile(
        rf"(?<!\w){_source()}\s*,?\s+{between}(?i:(?:(?:a|ont|avait|avaient|aurait|va|vont)\s+)?(?:{_one_of('verbs')}))(?!\w)"
    )


@functools.cache
def _bare() -> re.Pattern[str]:
    # "le consensus", "des rumeurs", "bruits de couloir": sources that need no verb
    consensus = r"consensus(?: (?:des analystes|de place|\w+))?"
    return re.compile(
        rf"(?P<who>(?:certains |des |les |le |du |au )?(?:bruits de couloir|rumeurs|{consensus}))", re.IGNORECASE
    )


def find_attributions(document: Document, start: int, end: int) -> list[Cue]:
    """Who is cited between two offsets; `value` is the name without preposition, `rule` the construction."""
    return sorted(_found(document, start, end), key=lambda c: c.start)


def _found(document: Document, start: int, end: int) -> Iterator[Cue]:
    taken: list[tuple[int, int]] = []
    for rule, pattern in (("before", _before()), ("inverted", _inverted()), ("subject", _subject()), ("bare", _bare())):
        for match in pattern.finditer(document.plain, start, end):
            s, e = match.span("who")
            place = bisect_left(taken, (s, e))  # they don't overlap: only the neighbours can touch the new one
            beside = taken[max(0, place - 1) : place + 1]
            if any(s < t and e > b for b, t in beside) or _not_a_source().match(document.plain[s:e]):
                continue
            taken.insert(place, (s, e))
            yield Cue(
                start=s, end=e, text=document.text[s:e], rule=f"attribution.{rule}", value=_name(document.text[s:e])
            )


def _name(phrase: str) -> str:
    """The source as written, without leading article before a proper name."""
    return re.sub(r"^(?:le|la|les|l['’]|du|des|au|aux)\s*(?=[A-ZÀ-Þ])", "", phrase.strip()).strip()
