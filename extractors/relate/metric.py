"""What an amount measures: the cue that stands in the best relation to it, the metric before it, or a default."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from extractors.mentions import Amount, Cue
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.roles import role_of
from extractors.relate.scene import Features, Site, cue_pattern, geometry
from extractors.rules.metric import metrics

REACH = 90  # characters between a cue and the amount that its verb gives it
PASSAGE = 2  # sentences before the amount's own that may hold its cue
JOINING = re.compile(r"\w+'?|[,;:()–—]")
TAIL = 4  # words between an amount and a name that it leads to
# "Microsoft a encaissé 494 M$ de la part d'OpenAI" is a payment, unless a noun calls it revenue (GUIDE, Metrics).
FROM_PAYER = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:de la part|des mains) d")
WORDS = re.compile(r"[a-zà-ÿ]{3,}")
# "perte nette de 3 M€", "perte, à 3 M€": the cue leads to the amount without a verb.
LEADS = re.compile(
    r"\s*(?:[a-zà-ÿ'-]+ ){0,3}?(?:de|d'|des|du|à|:|\(|s'élève à|atteint|,)?\s*"
    r"(?:près |plus |environ |quelque |moins |au moins |d'environ )?(?:de |d')?\s*$"
)
# "13 milliards de dépenses": of 437 sums of the gold with such a noun right behind none is income.
OF = re.compile(r"\s(?:de |d')")
OUTGO = frozenset({"spending", "capex", "loss", "operating_loss"})
INCOME = frozenset({"revenue", "gross_profit", "operating_profit", "net_profit", "ebitda"})
# What joins an amount, with its date, to the same for another date, and a noun that tells otherwise.
HEDGES = r"(?:près|plus|moins|environ|quelque|presque|même|déjà|encore|seulement|à peine|jusqu'à|de|d')"
NEXT = re.compile(rf"\s*,?\s*(?:(?:et|puis)\s)?(?:{HEDGES}\s*)*")
NAMED = re.compile(r"\s(?:de |d')[a-zà-ÿ]{3}")
# What a result is called where a minus stands before it.
NEGATIVE = {"net_profit": "loss", "operating_profit": "operating_loss"}
MINUS = re.compile(r"(?:^|[\s|(])[-−–]$|[:|(]\s?[-−–]\s$")
# "3 M€ de pertes", "3 M€ en publicité": the cue completes the amount.
COMPLETES = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:de |d'|des |du |en |pour |au titre d(?:e |u ))"
    r"(?:(?:son|sa|ses|leurs?|la|le|l'|les) ?)?(?:[a-zà-ÿ-]+ ){0,2}$"
)


def metric_candidates(site: Site, before: Sequence[Relation]) -> list[Candidate[str]]:
    """Metrics of the cues around the amount, of the amounts before it, and what the form of the amount suggests. A noun
    in the head of the amount's column tells alone, unless its row has one of its own."""
    stems = _stems(site) | _joined(site, before) | _party_types(site) | _tail(site)
    found = [*_from_cues(site), *_inherited(site, before), *_defaults(site)]
    found += list(_negative(site, found))
    nouns = [c for c in found if c.mention and c.mention.rule == "metric.nouns"]
    headed = [c for c in nouns if site.heads_column(c.mention)]
    if headed and not any(c.mention and c.mention.start >= site.line.start for c in nouns):
        found = headed
    if FROM_PAYER.match(site.text(site.amount.end, site.sentence.end)):
        found = [c for c in found if c.value != "revenue" or _is_called(c, site)]
    if any(c.value in OUTGO and c.mention and OF.fullmatch(site.text(site.amount.end, c.mention.start)) for c in found):
        found = [c for c in found if c.value not in INCOME]
    if _of_another_time(site, before):
        found = [c for c in found if c.value == before[-1].metric.value] or found
    return [replace(c, features=c.features | {f"{c.value} ~ {stem}": 1.0 for stem in sorted(stems)}) for c in found]


def _of_another_time(site: Site, before: Sequence[Relation]) -> bool:
    """Whether the amount only tells the one before for another time: "3,8 milliards en 2024 et près de 8,65 milliards
    en neuf mois". Of 383 such pairs of the gold 13 measure two things, 9 of them with a noun behind the second."""
    if not before or before[-1].sentence != site.sentence.index:
        return False
    at, gap = before[-1].amount.end, ""
    for period in site.scene.within(site.scene.periods, at, site.amount.start):
        gap += site.text(at, period.start) if period.start > at else ""
        at = max(at, period.end)
    joined = at > before[-1].amount.end and NEXT.fullmatch(gap + site.text(at, site.amount.start))
    return bool(joined) and not NAMED.match(site.text(site.amount.end, site.line.end))


def _negative(site: Site, found: Sequence[Candidate[str]]) -> Iterator[Candidate[str]]:
    """The results found, read as losses where a minus stands before the amount: "Résultat net : -9,6"."""
    for candidate in found if MINUS.search(site.text(max(0, site.amount.start - 4), site.amount.start)) else ():
        if candidate.value in NEGATIVE:
            features = {"minus": 1.0, f"minus {candidate.value}": 1.0} | candidate.features
            yield replace(candidate, value=NEGATIVE[candidate.value], features=features)


def _is_called(candidate: Candidate[str], site: Site) -> bool:
    """Whether a noun of the sentence says so."""
    cue = candidate.mention
    return cue is not None and cue.rule == "metric.nouns" and cue.start >= site.sentence.start


def _stems(site: Site) -> set[str]:
    """Beginnings of the words that govern the amount or stand beside it."""
    left = WORDS.findall(site.text(max(site.sentence.start, site.amount.start - 40), site.amount.start))[-3:]
    right = WORDS.findall(site.text(site.amount.end, min(site.sentence.end, site.amount.end + 45)))[:3]
    found = {f"left {w[:6]}" for w in left} | {f"right {w[:6]}" for w in right}
    if site.parse is not None and site.head is not None:
        up = [site.parse.tokens[i] for i in list(site.parse.ancestors(site.head))[:4]]
        found |= {f"above {t.text.lower()[:6]}" for t in up if t.pos in ("VERB", "NOUN", "ADJ") and t.text.isalpha()}
        if site.verb is not None:
            found |= {
                f"beside {site.parse.tokens[i].text.lower()[:6]}"
                for i in site.parse.children(site.verb)
                if site.parse.tokens[i].pos == "NOUN" and site.parse.tokens[i].text.isalpha()
            }
    return found


def _joined(site: Site, before: Sequence[Relation]) -> set[str]:
    """What the amount before measures and the words that join the two: "un tour de 500 millions, à 5,5 milliards"."""
    if not before:
        return set()
    last = before[-1]
    where = site.apart(last.sentence, last.line)
    found = {f"{where} behind {last.metric.value}"}
    if where == "sentence":
        gap = JOINING.findall(site.since(last.amount))
        joined = f"joined to {last.metric.value} by {' '.join(gap[-1:])}"
        found |= {joined, *(f"{joined}, {tail}" for tail in _tail(site))}
        found |= {f"joined to {last.metric.value} by {' '.join(gap)}"} if len(gap) <= 3 else set()
    return found


def _tail(site: Site) -> set[str]:
    """How the amount leads to the name behind it: "dont 1,3 milliard venu d'ASML", "2 milliards de Microsoft"."""
    name = next((m.start for m in site.companies if m.start >= site.amount.end), None)
    if name is None or any(site.amount.end <= o.start < name for o in site.others):
        return set()
    gap = JOINING.findall(site.text(site.amount.end, name))
    return {f"then {' '.join(gap[-1:])} name", f"then {' '.join(gap)} name"} if 0 < len(gap) <= TAIL else set()


def _party_types(site: Site) -> set[str]:
    """Who stands beside the amount: a state gives subsidies, a fund invests."""
    left = [m for m in site.companies if m.end <= site.amount.start]
    right = [m for m in site.companies if m.start >= site.amount.end]
    sides = (("left", left[-1:]), ("right", right[:1]))
    return {f"{side} of it {site.scene.type_of(m.name)}" for side, near in sides for m in near}


def _from_cues(site: Site) -> Iterator[Candidate[str]]:
    scene, document = site.scene, site.scene.document
    first = document.sentences[max(0, site.sentence.index - PASSAGE)]
    near = [c for c in scene.within(scene.cues, first.start, site.sentence.end) if not _overlaps(c, site.amount)]
    heading = document.heading_of(site.sentence.line)
    spans = [(heading.start, heading.end)] if heading else []
    spans += [document.opening, *([site.column] if site.column else [])]
    far = [c for start, end in spans for c in scene.within(scene.cues, start, end) if c not in near]
    here = [c for c in near if c.start >= site.sentence.start]
    for cue in [*near, *far]:
        yield Candidate(cue.value, cue, _cue_features(site, cue, here))


def _overlaps(cue: Cue, amount: Amount) -> bool:
    return cue.start < amount.end and cue.end > amount.start


def _cue_features(site: Site, cue: Cue, here: Sequence[Cue]) -> Features:
    kind = cue.rule.split(".")[1]
    shape = geometry(site, cue, [c for c in here if c.value != cue.value])
    stronger = [c for c in here if c.rule != "metric.weak" and c.value != cue.value]
    if kind == "weak" and not stronger:
        shape["nothing stronger in the sentence"] = 1.0
    start, end = site.between(cue.start, cue.end)
    gap = site.text(start, end)
    left = cue.end <= site.amount.start
    if left and "same" in shape and LEADS.fullmatch(gap):
        shape["leads to amount"] = 1.0
    if not left and "same" in shape and COMPLETES.fullmatch(gap):
        shape["completes amount"] = 1.0
    if site.verb is not None and site.parse is not None and site.parse.tokens[site.verb].start == cue.start:
        shape["governing verb"] = 1.0
    if left and "same" in shape and _reaches(gap):
        shape["reaches amount"] = 1.0
    role = role_of(site, cue, site.verb) if "same" in shape else None
    if role:
        shape[f"role {role.dep}{'' if role.direct else ' inside'}"] = 1.0
    if re.match(r"\s*(?:\w+ ){0,2}:", site.text(cue.end, cue.end + 24)):
        shape["label"] = 1.0
    features = dict(shape)
    features |= {f"{name} & {kind}": value for name, value in shape.items()}
    features |= {f"{cue.value}": 1.0, f"{cue.value} {kind}": 1.0}
    features |= {
        f"{cue.value} & {name}": 1.0
        for name in (
            "same",
            "heading",
            "title",
            "leads to amount",
            "completes amount",
            "governing verb",
            "reaches amount",
            "side=L",
            "side=R",
        )
        if name in shape
    }
    features[f"cue {' '.join(site.text(cue.start, cue.end)[:12].split())}"] = 1.0
    return features | _form(site.amount, cue.value)


def _reaches(gap: str) -> bool:
    """Whether a verb of level alone leads from the cue to the amount: "la valorisation de xAI atteint actuellement"."""
    verb = cue_pattern("level", "verbs").search(gap)
    return bool(verb) and not re.search(r"[,;:.()]", gap) and len(gap) < REACH


def _form(amount: Amount, metric: str) -> Features:
    """How well the size and shape of the amount go with a metric (nobody raises 12 euros)."""
    value = amount.high or amount.low or Decimal(0)
    size = next(
        name
        for limit, name in (
            (1000, "<1e3"),
            (10**6, "<1e6"),
            (10**8, "<1e8"),
            (10**10, "<1e10"),
            (Decimal("Infinity"), "big"),
        )
        if value < limit
    )
    features = {f"{metric} & size {size}": 1.0, f"{metric} & per {amount.per}": 1.0}
    if amount.change:
        features[f"{metric} & change"] = 1.0
    return features


def _inherited(site: Site, before: Sequence[Relation]) -> Iterator[Candidate[str]]:
    """The metrics of the one or two amounts before: "contre 2 milliards un an plus tôt"."""
    for back, last in enumerate(reversed(before[-2:]), start=1):
        where = site.apart(last.sentence, last.line)
        gap = site.text(max(last.amount.end, site.sentence.start), site.amount.start)
        features: Features = {f"inherited {back}, {where}": 1.0, "inherited": 1.0}
        for mark in (" contre ", " et ", " puis ", " dont ", ";", "(", " après ", " à ", "soit", ":", " au lieu de "):
            if mark in f" {gap} ":
                features[f"inherited {back} over {mark.strip()}"] = 1.0
        fresh = [
            c for c in site.scene.within(site.scene.cues, last.amount.end, site.amount.start) if c.rule != "metric.weak"
        ]
        features["no cue since" if not fresh else "cue since"] = 1.0
        if last.amount.change == site.amount.change and last.amount.per == site.amount.per:
            features["alike"] = 1.0
        features |= {f"{n} & {where}": v for n, v in features.items()}
        features[f"{last.metric.value} inherited"] = 1.0
        yield Candidate(last.metric.value, None, features | _form(site.amount, last.metric.value))


def _defaults(site: Site) -> Iterator[Candidate[str]]:
    """What the amount itself and the words around it suggest where no cue does."""
    labelled = bool(re.search(r"^[^.]{2,60}:\s*$", site.text(site.line.start, site.amount.start)))
    for metric in metrics():
        features: Features = {f"default {metric}": 1.0, "default": 1.0} | _form(site.amount, metric)
        if labelled:
            features[f"default {metric} behind a label"] = 1.0
        yield Candidate(metric, None, features)
