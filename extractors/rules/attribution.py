"""Finds who is cited: "selon Bloomberg", "a rapporté The Information", "d'après une source proche du dossier"."""

import functools
import re
from collections.abc import Iterator

from extractors.document import Document
from extractors.mentions import Cue
from extractors.tables import expand, toml_table

# The noun phrase behind a cue: up to the next comma, verb, bracket or colon, at most eight words.
DETERMINER = r"(?:l'|d'|un |une |des |les |le |la |du |deux |trois |plusieurs |certains |certaines |ses |son |sa |nos |notre |ce |cette |ces )?"
STOP = r"(?=\s*(?:[,.;:!?()«»\"—]|–|$)|\s+(?:qui|que|qu'|dont|lequel|laquelle|selon|a|ont|est|sont|était|avait|au|en|sur|pour|avec|dans|et|mais|contre|l'|le|la|les|il|elle|on|par|ne|n'|n)\b)"
PHRASE = rf"(?P<who>{DETERMINER}(?:[^\s,.;:!?()«»\"—]+)(?:\s+(?!(?:qui|que|dont|a|ont|est|sont)\b)[^\s,.;:!?()«»\"—]+){{0,7}}?){STOP}"
NOT_SOURCES = re.compile(
    r"(?:l'|le |la |les |un |une |ce |cette )?(?:lequel|laquelle|lesquels|lui|elle|moi|eux|nous|vous|soi|exemple|instant|moment|heure|année|mois|semaine|trimestre|ailleurs|autant|cela|le moins|la première fois|un total|ses|leur|leurs|\d.*|environ|près|plus)\b",
    re.IGNORECASE,
)


@functools.cache
def _before() -> re.Pattern[str]:
    cues = [c for c in toml_table("cues")["attribution"]["before"] if c not in ("pour",)]
    alternatives = "|".join(sorted((expand(c) for c in cues), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?P<cue>{alternatives})\s+(?:à\s+)?{PHRASE}", re.IGNORECASE)


@functools.cache
def _verbs() -> str:
    return "|".join(sorted((expand(v) for v in toml_table("cues")["attribution"]["verbs"]), key=len, reverse=True))


@functools.cache
def _people() -> str:
    return "|".join(toml_table("cues")["attribution"]["people"])


# A proper name; a sentence's first word is none where it is an article or a pronoun.
NAME = (
    r"(?!(?:Le|La|Les|Un|Une|Des|Ce|Ces|Cette|Il|Elle|Ils|Elles|On|Mais|Et|Or|En|Au|Aux|Du|De|LE|LA|LES|Objectif|Co[uû]t|"
    r"Principaux|Surtout|Son|Sa|Ses|Leur|Leurs|Qui|Que|Si|Car|Pour|Dans|Sur|Selon)\b)[A-ZÀ-Þ][\w&'-]*\w(?:\s(?:de |d')?[A-ZÀ-Þ][\w&'-]*\w){0,3}"
)


@functools.cache
def _source() -> str:
    """A name, or a noun phrase whose head is somebody who can be cited."""
    determiner = (
        r"(?:l'|d'|un |une |des |les |le |la |du |deux |trois |plusieurs |certains |nos |notre |cette |ce |sa |son )"
    )
    noun = rf"(?i:{determiner}(?:[a-zà-ÿ-]+\s+){{0,2}}?(?:{_people()})(?!\w))(?:\s+(?!(?:que|qui|dont|a|ont|est)\b)[^\s,.;:()»]+){{0,6}}?"
    return rf"(?P<who>(?:l')?{NAME}|{noun})"


@functools.cache
def _inverted() -> re.Pattern[str]:
    # ", a rapporté lundi The Information", "glisse un ancien cadre"
    day = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|pour sa part|de son côté|toutefois|encore|aussi"
    verb = rf"(?i:(?:(?:a|ont|avait|avaient|s'est)\s+)?(?:{_verbs()})(?:-t-)?(?:\s+(?:{day})(?!\w))?)"
    return re.compile(rf"(?:[,»]\s*|\bet ){verb}\s+{_source()}{STOP}")


@functools.cache
def _subject() -> re.Pattern[str]:
    # "Un analyste estime que", "Bloomberg avait évoqué", "les analystes interrogés par X tablaient sur"
    between = r"(?i:(?:lui|elle|eux|ne|n'|en|y|se|s'|l'|le|lui-même|toutefois|pour sa part|de son côté|,)\s*){0,3}"
    return re.compile(
        rf"(?<!\w){_source()}\s*,?\s+{between}(?i:(?:(?:a|ont|avait|avaient|aurait|va|vont)\s+)?(?:{_verbs()}))(?!\w)"
    )


@functools.cache
def _bare() -> re.Pattern[str]:
    # "le consensus", "des rumeurs", "bruits de couloir": sources that need no verb
    return re.compile(
        r"(?P<who>(?:certains |des |les |le |du |au )?(?:bruits de couloir|rumeurs|consensus(?: (?:des analystes|de place|\w+))?))",
        re.IGNORECASE,
    )


def find_attributions(document: Document, start: int, end: int) -> list[Cue]:
    """Who is cited between two offsets; `value` is the name without preposition, `rule` the construction."""
    return sorted(_found(document, start, end), key=lambda c: c.start)


def _found(document: Document, start: int, end: int) -> Iterator[Cue]:
    taken: list[tuple[int, int]] = []
    for rule, pattern in (("before", _before()), ("inverted", _inverted()), ("subject", _subject()), ("bare", _bare())):
        for match in pattern.finditer(document.plain, start, end):
            s, e = match.span("who")
            if any(s < t and e > b for b, t in taken) or NOT_SOURCES.match(document.plain[s:e]):
                continue
            taken.append((s, e))
            yield Cue(
                start=s, end=e, text=document.text[s:e], rule=f"attribution.{rule}", value=_name(document.text[s:e])
            )


def _name(phrase: str) -> str:
    """The source as written, without leading article before a proper name."""
    return re.sub(r"^(?:le|la|les|l['’]|du|des|au|aux)\s*(?=[A-ZÀ-Þ])", "", phrase.strip(), flags=0).strip()
