"""Finds the names of organisations that no table lists, by the words around them, by syntax and by the model's NER.

NER alone only proposes: on tech press it calls OpenAI MISC and xAI LOC. A name is taken when its evidence over the
whole article adds up; then every occurrence of it is a mention.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractors.document import BULLET, Document
from extractors.mentions import CompanyMention
from extractors.rules.company import CompanyTable, before_name, split
from extractors.syntax import Parse, is_unknown_word
from extractors.tables import csv_table, expand, toml_table, words

# A name as French press prints it: capitalised words, with lower-case links inside ("Banque d'Occitanie").
CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w&+.-]*[\w&+]|[A-ZÀ-ÖØ-Þ]|\d[\w.-]*[A-Za-z][\w-]*)"
NAME = re.compile(rf"{CAPITAL}(?:(?:[ '-]|\s(?:d'|de |du |des |& ))?{CAPITAL}|\s{CAPITAL}){{0,4}}")
# Names written without a capital ("mobili9", "oui.pay", "n8n"): a digit or a full stop inside.
LOWER_NAME = re.compile(r"(?<![\w.@/])(?=[a-z0-9.]*[a-z])(?:[a-z]+\d+[a-z]*|[a-z]{2,}\.[a-z]{2,5})(?![\w.])")
# A sentence or line that opens without a capital opens with a brand ("pécule décroche sa licence").
LOWER_OPENING = re.compile(r"(?:(?<=[a-zà-ÿ%»)][.!?] )|(?<=\n))(?!(?:https?|www)\b)[a-zà-ÿ][\w]{2,20}(?=[ ,])|^[a-zà-ÿ]\w{2,20}(?= )")
QUOTED_LABEL = re.compile(r"^\s*(?:[•·▪●‣◦*–—→►-]\s*|\d{1,2}[.)]\s*)?\**(?P<name>[^\s(:,|][^(:,|\n]{1,38}?)\**\s*(?:\(|:|,\s|\||\s[–—-]\s)")
# What follows a name that is introduced: "X (biotech, Lyon)", "X, éditeur de logiciels", "X – fintech –".
BEHIND = {
    "brackets": re.compile(r" \((?=[^()\d]{3,40}[),])"),
    "apposed": re.compile(r"(?:, | [–—-] )(?:un |une |le |la |l'|qui |dont |jeune |start-up|startup|éditeur|spécialis|fabricant|fournisseur|concepteur|basée? |fondée? |née? |créée? |filiale |société |plateforme|fintech|biotech|premier |première |leader )"),
}
# What stands before the name of a party to a transaction.
PARTY = re.compile(r"(?:auprès d(?:e |u |')|(?:menée?|emmenée?|conduite?|pilotée?|souscrite?) par |rachat d(?:e |u |')|de la part d(?:e |u |')|chez |filiale d(?:e |u |')|contre |face à )(?:la |le |l')?$")
NOT_NAMES = frozenset(
    """IA AI PDG CEO CFO PME TPE ETI GPU CPU TPU API SaaS B2B B2C ARR MRR CA EBITDA EBITDAaL EBIT IFRS IPO OPA VC R&D TVA HT TTC PIB
    UE USA US UK EU ONU FAQ Go To Mo Ko TV OLED LED DRAM NAND HBM SUV RSE ESG DSI RH CDI CDD PGE AGS LBO BSPCE JO HD 4K 5G 4G 3G Wi-Fi
    T1 T2 T3 T4 S1 S2 Q1 Q2 Q3 Q4 H1 H2 FY M€ Md€ Mds M$ Md MW GW MWh GWh TWh kWh CHF FCFA Le La Les Un Une Des Du De En Au Aux Et Ou Mais Or
    Il Elle Ils Elles On Ce Cette Ces Son Sa Ses Leur Leurs Nous Vous Selon Pour Avec Sans Dans Sur Sous Par Chez Depuis Après Avant Entre
    Premier Première Deuxième Troisième Série Bourse Internet Web État Etat Région Europe Tech French FrenchTech Noël Objectif Résultat Total
    Chiffre Perte Dette Trésorerie Valorisation Effectif Clients Siège Création Source Sources Prix Coût Montant Bilan Marché Lundi Mardi
    Mercredi Jeudi Vendredi Samedi Dimanche Janvier Février Mars Avril Mai Juin Juillet Août Septembre Octobre Novembre Décembre Wall Street
    French Tech Choose France Next40 CAC 40 SBF 120 Nasdaq Euronext Dow Jones Web3 NFT Covid Covid-19 RGPD DMA DSA Facture Aujourd'hui Quant
    Reste Résultat Ajoutez Hier Demain Côté Bref Rien Ainsi Enfin Puis Bien Voilà Toutefois Pourtant Cependant Même Car Si Quand Comme Tout
    Chiffres Finances Argent Budget Bénéfice Ventes Revenus Recettes Dépenses Investissements""".split()
)
# How much each kind of evidence weighs; the ranking of candidates corrects what is taken too easily here.
EVIDENCE = {
    "after noun": 2.0, "legal form": 2.0, "label": 2.0, "opens in lower case": 2.0, "entity ORG": 1.5, "lower-case": 1.2, "unknown word": 0.9, "common word": -0.6, "several words": 0.5, "acts": 1.0, "brackets": 0.8, "apposed": 0.8, "party": 0.5, "capitalised": 0.3, "whole line": 1.2, "apposition": 1.0,
    "subject": 0.8, "title": 0.7, "repeated": 0.6, "entity MISC": 0.6, "entity LOC": 0.3, "entity PER": -0.4, "full name": -0.7, "person": -3.0,
}  # fmt: skip
TAKEN_FROM = 1.1
CONSIDERED_FROM = 0.4  # a candidate in its own sentence, never the topic


def find_unlisted(
    document: Document, parses: Mapping[int, Parse], table: CompanyTable, taken: Sequence[tuple[int, int]], outlet: str | None = None
) -> tuple[list[CompanyMention], dict[str, frozenset[str]]]:
    """Mentions of names that the table does not know, and the kinds of evidence for each name.

    `taken` are the spans of known ones, `outlet` who publishes.
    """
    evidence: dict[str, dict[str, float]] = defaultdict(dict)
    for name, kind in _proposals(document, parses):
        name = _trim(name)
        if _can_be_name(name, table) and name != _trim(outlet or ""):
            evidence[name][kind] = EVIDENCE[kind]
            if " " in name:
                evidence[name]["several words"] = EVIDENCE["several words"]
            elif name.isalpha() and not is_unknown_word(name):
                evidence[name]["common word"] = EVIDENCE["common word"]
    people = {n.split()[-1] for n, kinds in evidence.items() if "full name" in kinds or "person" in kinds}
    totals = {n: sum(kinds.values()) + _counted(document, n) for n, kinds in evidence.items() if n not in people}
    names = {n for n, total in totals.items() if total >= CONSIDERED_FROM}
    sure = {n for n in names if totals[n] >= TAKEN_FROM}
    spelt = {n.upper(): n for n in sorted(sure) if len(n) > 3} | {n: n for n in names}
    found = []
    for name in sorted(spelt, key=len, reverse=True):
        full = _full(spelt[name], sure)
        rule = "company.unlisted" if full in sure else "company.capitalised"
        for m in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w])", document.plain):
            if all(m.end() <= s or m.start() >= e for s, e in taken):
                found.append(CompanyMention(start=m.start(), end=m.end(), text=document.text[m.start() : m.end()], rule=rule, name=full, known=False))
    return found, {_full(n, sure): frozenset(evidence[n]) for n in names}


def _full(name: str, names: set[str]) -> str:
    """The longer name that a short form stands for ("Larkspur" for "Larkspur Labs")."""
    return min((n for n in names if n.startswith(f"{name} ")), key=len, default=name)


def _counted(document: Document, name: str) -> float:
    return EVIDENCE["repeated"] if len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", document.plain)) > 1 else 0.0


def _proposals(document: Document, parses: Mapping[int, Parse]) -> Iterator[tuple[str, str]]:
    text = document.plain
    for trigger in before_name().finditer(text):
        gap = re.compile(r"(?:\s+[a-zà-ÿ'-]+){0,3}?,?\s+(?:d'|de )?").match(text, trigger.end())
        name = NAME.match(text, gap.end()) if gap else None
        lower = LOWER_NAME.match(text, gap.end()) if gap else None
        yield from ((m.group(), "after noun") for m in (name, lower) if m)
    for line in document.lines:
        if text[line.start : line.end].isupper():
            continue  # in a line of capitals every word looks like a name
        whole = NAME.fullmatch(text[line.start : line.end].strip("*# "))
        if whole:
            yield whole.group(), "whole line"
        label = QUOTED_LABEL.match(text[line.start : line.end])
        if label:
            yield from ((m.group(), "label") for m in [NAME.fullmatch(label["name"]) or LOWER_NAME.fullmatch(label["name"])] if m)
    if document.lines and not text[: document.lines[0].end].isupper():
        yield from ((m.group(), "title") for m in NAME.finditer(text, 0, document.lines[0].end))
    yield from ((m.group(), "lower-case") for m in LOWER_NAME.finditer(text))
    yield from ((m.group(), "opens in lower case") for m in LOWER_OPENING.finditer(text))
    yield from ((m.group(), "legal form") for m in NAME.finditer(text) if _legal_form().search(m.group()))
    for name in NAME.finditer(text):
        yield from ((name.group(), kind) for kind, behind in BEHIND.items() if behind.match(text, name.end()))
        if PARTY.search(text, max(0, name.start() - 20), name.start()):
            yield name.group(), "party"
        if _acts().match(text, name.end()):
            yield name.group(), "acts"
        if text[max(0, name.start() - 2) : name.start()][-1:] in (" ", "'") and text[max(0, name.start() - 2)] not in ".!?:\n":
            yield name.group(), "capitalised"
    yield from ((m.group(), "unknown word") for m in NAME.finditer(text) if any(is_unknown_word(w) for w in re.split(r"[\s'-]", m.group())))
    yield from _from_parses(document, parses.values())


def _from_parses(document: Document, parses: Iterable[Parse]) -> Iterator[tuple[str, str]]:
    for parse in parses:
        for start, end, label in parse.entities:
            words_in = document.plain[start:end].split()
            person = label == "PER" and len(words_in) > 1 and not is_unknown_word(words_in[0])
            inner = NAME.search(document.plain, start, end) if document.plain[start].islower() else None
            yield document.plain[inner.start() if inner else start : end], "full name" if person else f"entity {label}"
        for token in parse.tokens:
            if token.dep in ("nsubj", "nsubj:pass", "obl:agent", "appos") and (token.text[:1].isupper() or LOWER_NAME.fullmatch(token.text)):
                name = NAME.match(document.plain, token.start) or LOWER_NAME.match(document.plain, token.start)
                if name:
                    yield name.group(), "apposition" if token.dep == "appos" else "subject"
    for person in _persons().finditer(document.plain):
        name = NAME.match(document.plain, person.end())
        if name:
            yield name.group(), "person"


@functools.cache
def _legal_form() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{'|'.join(toml_table('cues')['reference']['legal_forms'])})\.?$", re.I)


@functools.cache
def _acts() -> re.Pattern[str]:
    """A verb by which money moves, behind a name: "X lève", "X a racheté", "X, qui facture"."""
    verbs = "|".join(expand(v) for key in ("give", "receive") for v in toml_table("cues")["direction"][key])
    between = r"(?:,? qui)?(?: (?:a|ont|va|vient de|vont|avait|aurait|ne|n'|s'est|se|lui|y|devrait|doit|compte|veut|avait|vise|prévoit de))*"
    return re.compile(rf"{between} (?:{verbs})(?!\w)", re.IGNORECASE)


@functools.cache
def _persons() -> re.Pattern[str]:
    return words(toml_table("cues")["reference"]["before_person"])


@functools.cache
def _places() -> frozenset[str]:
    return frozenset(p for row in csv_table("countries") for p in split(row["places"]))


def _trim(name: str) -> str:
    name = re.sub(r"^(?:(?:le|la|les|de|du|des|un|une|au|aux)\s+(?:l')?|[ldLD]')(?=\w)", "", name.strip(" .,;:«»\"'()*"), flags=re.I)
    name = re.sub(r"^(?:Chez|Selon|Avec|Pour|Mais|Et|Or|Depuis|Après|Avant|Quant|Face|Outre|Dont|Puis|Ainsi|Sauf|Côté|Start-up|Groupe|Société)\s+(?:à\s+|au\s+)?", "", name)
    return re.sub(r"\s+(?:le|la|les|a|est|et|de|du|des|à)$", "", name).strip(" .,;:")


def _can_be_name(name: str, table: CompanyTable) -> bool:
    if not 2 <= len(name) <= 45 or name in NOT_NAMES or name in table.surfaces or name in table.products or name in _places() or name in table.seats:
        return False
    if name in table.people or any(name == p.split()[-1] for p in table.people):
        return False
    first = name.split()[0]
    return bool(re.search(r"[A-Za-zÀ-ÿ]", name)) and first not in {"Le", "La", "Les", "Un", "Une", "Qui", "Que", "Quel", "Quelle", "Comment", "Pourquoi", "Combien", "Où"} and not name.isdigit()
