"""Proposes names of organisations by their shape, by the words around them, by syntax and by the model's NER."""

import functools
import re
from collections.abc import Iterator, Mapping

from extractors.document import Document
from extractors.rules.company import acts, before_name
from extractors.syntax import Parse, is_unknown_word
from extractors.tables import toml_table, words

# A name as French press prints it: capitalised words, with lower-case links inside ("Banque de l'Orne").
CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w&+.-]*[\w&+]|[A-ZÀ-ÖØ-Þ]|\d[\w.-]*[A-Za-z][\w-]*)"
NAME = re.compile(rf"{CAPITAL}(?:(?:[ '-]|[ ](?:d'|de (?:la |l')?|du |des |& ))?{CAPITAL}){{0,4}}")
# Names written without a capital ("mobili9", "oui.pay", "n8n"): a digit or a full stop inside.
LOWER_NAME = re.compile(r"(?<![\w.@/])(?=[a-z0-9.]*[a-z])(?:[a-z]+\d+[a-z]*|[a-z]{2,}\.[a-z]{2,5})(?![\w.])")
LOWER_WORD = re.compile(r"(?<![\w'.@/-])[a-zà-ÿ]{4,20}(?![\w'.@/-])")
# A sentence or line that opens without a capital opens with a brand ("pécule décroche sa licence").
LOWER_OPENING = re.compile(
    r"(?:(?<=[a-zà-ÿ%»)][.!?] )|(?<=\n))(?!(?:https?|www)\b)[a-zà-ÿ][\w]{2,20}(?=[ ,])|^[a-zà-ÿ]\w{2,20}(?= )"
)
MARK = r"(?:[•·▪●‣◦*–—→►-]\s*|\d{1,2}[.)]\s*)?"
LABEL = re.compile(rf"^\s*{MARK}\**(?P<name>[^\s(:,|][^(:,|\n]{{1,38}}?)\**\s*(?:\(|:|,\s|\||\s[–—-]\s)")
BRACKETS = re.compile(r" \((?=[^()\d]{3,40}[),]|[+–−-]?\s?\d+(?:[.,]\d+)?\s?%\))")
PARTED = re.compile(r" : |\n|\s{2}|\t| \| ")  # ends a name: a colon, or the edge of a line or of a table's cell
NOUN_GAP = r"(?:\s+[a-zà-ÿ'-]+){0,3}?,?\s+(?:d'|de )?$"
REACH = 60  # characters before a name that tell what it is
OPENERS = (".", "!", "?", ":", "\n", "«", "–", "—", "•", "")
SPEAKER = re.compile(r"^[^\w\n]*((?:[A-ZÀ-Þ]\. ?){2,3}) ?[:–—-]", re.MULTILINE)  # in an interview
QUOTED = re.compile(r"\([+–−-]?\s?\d+(?:[.,]\d+)?\s?%\)")  # "SORGUE (-0,4 %)": a share and its move
NEVER_LAST = frozenset({"VERB", "AUX", "NUM", "DET", "PRON"})  # a name ends before them: "Ferroglas perd", "Fonds un"
SUBJECTS = {"nsubj": "subject", "nsubj:pass": "subject", "obl:agent": "subject", "appos": "apposition"}
# Lists of `names.toml` with words that tell what the name behind them is.
AHEAD = ("party", "cited", "ministry", "place")

Proposal = tuple[str, str]


def proposals(document: Document, parses: Mapping[int, Parse], title: str | None = None) -> Iterator[Proposal]:
    """(name, kind of evidence) for all that may be the name of an organisation; the kinds of `names.toml`. `title` is
    a headline that the text may lack."""
    headline = Document(title) if title and not document.opens_with(title) else None
    for read in (document, headline) if headline else (document,):
        yield from _by_lines(read)
        yield from _by_surroundings(read.plain)
    yield from _by_shape(document.plain)
    for parse in parses.values():
        yield from _by_entities(document.plain, parse)
        yield from _by_syntax(document.plain, parse)


def _names(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """All that is written like a name, and how: in capitals, or in lower case with a sign or a word nobody knows."""
    yield from ((m, "capital") for m in NAME.finditer(text))
    yield from ((m, "lower-case") for m in LOWER_NAME.finditer(text))
    yield from ((m, "unknown in lower case") for m in LOWER_WORD.finditer(text) if is_unknown_word(m.group()))


def _by_lines(document: Document) -> Iterator[Proposal]:
    for number, line in enumerate(document.lines):
        text = document.plain[line.start : line.end]
        if text.isupper() and not QUOTED.search(text):
            continue  # in a line of capitals every word looks like a name
        label, whole = LABEL.match(text), NAME.fullmatch(text.strip("*# "))
        if whole:
            yield whole.group(), "whole line"
        if label and any(m.group() == label["name"] for m, _ in _names(label["name"])):
            yield label["name"], "label"
        if number == 0:
            yield from ((m.group(), "title") for m, _ in _names(text))
            yield from ((m.group(), "title in lower case") for m in [LOWER_OPENING.match(text)] if m)


def _by_surroundings(text: str) -> Iterator[Proposal]:
    titled = (NAME.match(text, office.end() + 1) for office in _office().finditer(text))
    yield from ((name.group(), "person") for name in titled if name)
    initials = {"".join(found[1].split()) for found in SPEAKER.finditer(text)}
    for match, written in _names(text):
        name, before = match.group(), text[max(0, match.start() - REACH) : match.start()]
        behind = {"brackets": BRACKETS, "apposed": _apposed(), "acts": acts(), "office": _office_behind()}
        yield from ((name, kind) for kind, pattern in behind.items() if pattern.match(text, match.end()))
        yield from ((name, kind) for kind in AHEAD if _ahead(kind).search(before))
        if _after_noun().search(before):
            yield name, "after noun"
        if _behind_noun().search(before):
            yield name, "right behind noun"
        if _office_ahead().search(before):
            yield name, "office"
        if "".join(f"{word[0]}." for word in name.split()) in initials:
            yield name, "speaker"
        inside = before[-1:] in (" ", "'") and before[-2:-1] not in OPENERS
        yield name, written if written != "capital" else "capitalised" if inside else "opening"


def _by_shape(text: str) -> Iterator[Proposal]:
    yield from ((m.group(), "opens in lower case") for m in LOWER_OPENING.finditer(text))
    for name in NAME.finditer(text):
        if _legal_form().search(name.group()):
            yield name.group(), "legal form"
        if any(is_unknown_word(word) for word in re.split(r"[\s'-]", name.group())):
            yield name.group(), "unknown word"


def _by_entities(text: str, parse: Parse) -> Iterator[Proposal]:
    ends = [token.start for token in parse.tokens if token.pos in NEVER_LAST and not token.text[0].isupper()]
    for start, stop, label in parse.entities:
        end = start + len(PARTED.split(text[start:stop])[0])
        parts = text[start:end].split()
        person = label == "PER" and len(parts) > 1 and not is_unknown_word(parts[0])
        inner = NAME.search(text, start, end) if text[start].islower() else None
        whole = NAME.match(text, start, end) or inner
        begin, stop = (inner.start(), inner.end()) if inner else (start, end)
        behind = text[whole.end() : stop] if whole else ""
        # "Centre national de la musique" is one name, "Alvéole à hauteur" and "Alvéole boucle" are not
        if whole and behind and (re.search(r"\d| (?:à|de|en|pour|dans) ", behind) or acts().match(text, whole.end())):
            stop = whole.end()
        stop = min((e - 1 for e in ends if whole and whole.end() < e < stop), default=stop)
        yield text[begin:stop], "full name" if person and " " in text[begin:stop] else f"entity {label}"
        if whole and whole.end() < stop:
            yield whole.group(), f"entity {label}"


def _by_syntax(text: str, parse: Parse) -> Iterator[Proposal]:
    for token in parse.tokens:
        if token.dep in SUBJECTS:
            name = NAME.match(text, token.start) or LOWER_NAME.match(text, token.start)
            if name:
                yield name.group(), SUBJECTS[token.dep]


def _wordings(key: str) -> list[str]:
    found: list[str] = toml_table("names")["wordings"][key]
    return found


@functools.cache
def _apposed() -> re.Pattern[str]:
    return re.compile(rf"(?:, | [–—-] )(?:l'|(?:{'|'.join(_wordings('apposed'))})(?!\w))")


@functools.cache
def _ahead(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_wordings(kind))})(?:la |le |les |l')?$", re.IGNORECASE)


@functools.cache
def _after_noun() -> re.Pattern[str]:
    return re.compile(before_name().pattern + NOUN_GAP, re.IGNORECASE)


@functools.cache
def _behind_noun() -> re.Pattern[str]:
    return re.compile(rf"{before_name().pattern}\s+(?:[a-zà-ÿ-]+\s+)?$", re.IGNORECASE)


@functools.cache
def _legal_form() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{'|'.join(toml_table('cues')['reference']['legal_forms'])})\.?$", re.IGNORECASE)


@functools.cache
def _office() -> re.Pattern[str]:
    return words(_wordings("office"))


@functools.cache
def _office_behind() -> re.Pattern[str]:
    return re.compile(
        rf", (?:\d\d ans|(?:(?:le|la|son|sa|leur|une?|ex-?|l'ancien(?:ne)?) ?|l')?{_office().pattern})", re.IGNORECASE
    )


@functools.cache
def _office_ahead() -> re.Pattern[str]:
    """An office with what it is of, and a comma: "la directrice financière du groupe lyonnais, X"."""
    return re.compile(rf"{_office().pattern}(?: [\w'-]+){{1,5}}, $", re.IGNORECASE)
