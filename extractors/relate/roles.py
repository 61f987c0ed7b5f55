"""What part a company plays in the clause of an amount: subject, object, "à X", "auprès de X"; who gives, who gets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.mentions import Mention
from extractors.relate.scene import Site, cue_pattern
from extractors.tables import toml_table

# All that may stand between a subject and its verb.
AUXILIARIES = re.compile(
    r"(?:,? qui)?(?: (?:a|ont|avait|avaient|aurait|auraient|aura|ne|n'|se|s'|lui|leur|y|en|va|vont|vient de|devrait|"
    r"doit|peut|pourrait|compte|veut|est|a été|aurait été|[a-zà-ÿ]+ment))* "
)
# The word before a mention, with up to two words of its noun phrase between.
PREPOSITION = re.compile(
    r"(auprès d(?:e |u |es |')|de la part d(?:e |u |')|"
    r"(?<!\w)(?:de la |de l'|de|d'|du|des|par|chez|à|au|aux|dans|pour|avec|entre|sur|contre|face à|selon|dont|et|ou))"
    r"\s*(?:le |la |l'|les |son |sa )?(?:[a-zà-ÿ-]+ ){0,2}$"
)
GIVE, RECEIVE = "give", "receive"
PASSIVE = ("aux:pass", "nsubj:pass")


@dataclass(frozen=True)
class Role:
    """The dependency under the verb, the preposition, and whether the verb gives or receives money."""

    dep: str
    preposition: str
    direct: bool
    direction: str | None
    passive: bool

    @property
    def side(self) -> str | None:
        """ "giver" or "receiver" of the money, None where the clause does not tell."""
        if self.direction is None:
            return None
        gives = self.direction == GIVE
        if self.dep == "nsubj":
            return "giver" if gives else "receiver"
        if self.dep == "nsubj:pass" or (self.dep in ("obj", "acl") and not self.preposition):
            return "receiver" if gives else "giver"
        if self.dep == "obl:agent" or (self.preposition == "par" and (self.passive or gives)):
            return "giver" if gives else "receiver"
        if self.preposition in ("à", "au", "aux", "dans", "chez", "en"):
            return "receiver" if gives else "giver"
        if self.preposition in ("de", "d'", "du", "auprès", "par"):
            return None if gives else "giver"
        return None


def direction_of(verb: str) -> str | None:
    """Whether the subject of a verb form parts with money or gets it ("a versé": give)."""
    for direction in (GIVE, RECEIVE):
        if cue_pattern("direction", direction).fullmatch(verb.lower()):
            return direction
    return None


def role_of(site: Site, mention: Mention, verb: int | None) -> Role | None:
    """The role of a mention under a verb of its sentence; None where the verb does not govern it."""
    parse = site.parse
    token = parse.head_of(mention.start, mention.end) if parse else None
    if parse is None or token is None or verb is None or token == verb:
        return None
    path = [token, *parse.ancestors(token)]
    top = path[path.index(verb) - 1] if verb in path else _antecedent(site, path, verb)
    if top is None and AUXILIARIES.fullmatch(site.text(mention.end, parse.tokens[verb].start)):
        top = token  # "Nvidia investit": a name alone before its verb, which the parser took for a sentence of its own
    if top is None:
        return None
    passive = any(parse.tokens[c].dep in PASSIVE for c in parse.children(verb)) or parse.tokens[verb].dep == "acl"
    dep = parse.tokens[top].dep if verb in path else "nsubj:pass" if passive else "nsubj"
    preposition = preposition_of(site, token)
    if site.head in path[1:] and preposition:
        dep = "obl"  # the parser hangs "par X" and "dans X" on the amount as often as on the verb
    return Role(dep, preposition, top == token, direction_of(parse.tokens[verb].text), passive)


def _antecedent(site: Site, path: list[int], verb: int) -> int | None:
    """The noun that a participle or relative clause describes ("Zébrure, rachetée 2 millions"; "X, qui a levé")."""
    assert site.parse is not None
    token = site.parse.tokens[verb]
    return token.head if token.dep in ("acl", "acl:relcl", "amod", "conj", "advcl") and token.head == path[0] else None


def preposition_of(site: Site, token: int) -> str:
    """The preposition of a token ("auprès" for "auprès de"), empty where there is none."""
    assert site.parse is not None
    for child in site.parse.children(token):
        if site.parse.tokens[child].dep == "case":
            return site.parse.tokens[child].text.lower()
    return ""


def surface_preposition(site: Site, mention: Mention) -> str:
    """The word before a mention, where it is a preposition (read from the text, for when the parse fails)."""
    before = site.text(max(0, mention.start - 24), mention.start)
    found = PREPOSITION.search(before)
    return re.sub(r"\s+|(?<=auprès).*|(?<=de la part).*", "", found.group(1)) if found else ""


def respective(site: Site, mention: Mention, rivals: Sequence[Mention]) -> bool:
    """Whether "respectivement" pairs the two: the second of the companies with the second of the amounts."""
    at = site.text(site.sentence.start, site.sentence.end).find("respectivement")
    border = site.sentence.start + at
    if at < 0 or site.amount.start < border:
        return False
    amounts = sorted(a.start for a in (*site.others, site.amount) if a.start > border)
    listed = sorted(m.start for m in (*rivals, mention) if m.start < border)[-len(amounts) :]
    paired = len(listed) == len(amounts) and mention.start in listed
    return paired and listed.index(mention.start) == amounts.index(site.amount.start)


def wanted_side(metric: str) -> str | None:
    """ "giver" or "receiver": which of the two is the company of a claim with this metric (GUIDE, Metrics)."""
    sides = toml_table("cues")["metric_sides"]
    return next((side for side in ("giver", "receiver") if metric in sides[side]), None)
