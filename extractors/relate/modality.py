"""Whether an amount is told as fact, as hearsay, as a plan, or denied."""

import re
from collections.abc import Sequence

from extractors.mentions import Cue, Modality, PeriodMention
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site, cue_pattern

# The denial touches the amount: "et non 9 millions", "pas de 4 milliards".
DENIED = re.compile(
    r"(?:et non(?: pas)?|non pas|n'est pas|pas)\s+(?:(?:plus |moins |près )?(?:de |d'|sur |à ))?(?:les? )?$"
)
MODALITIES: tuple[Modality, ...] = ("asserted", "hedged", "forecast", "negated")
# The conditionnel and the future are told by form: the model's tags miss a third of them.
CONDITIONAL = re.compile(r"(?<!\w)(?!(?:affair|contr|not|étr|ser?ait pas la )\w*)[a-zà-ÿ]{1,14}r(?:ait|aient)(?!\w)")
# "2025 restera dans les annales": a future that looks back foretells nothing.
FUTURE = re.compile(
    r"(?<!\w)(?!(?:cobra|caméra|opéra|para|vera|contra)\b)"
    r"(?!(?:retiend|souviend)ra|reste(?:ra|ront) (?:dans|comme|l'|marqué|gravé))"
    r"(?:[a-zà-ÿ]{2,14}(?:era|eront|ira|iront|dra|dront|vra|vront|ura|uront)|"
    r"sera|seront|aura|auront|ira|iront|fera|feront|pourra|pourront)(?!\w)"
)
CLAUSE = re.compile(
    r"[;:]|, (?:et(?! non)|mais|contre|tandis que|alors que|quand|là où|qui|dont|soit|après)|[«»]|\((?![^)]*$)"
)


def modality_candidates(
    site: Site, metric: str, period: PeriodMention | None, attribution: str | None, before: Sequence[Relation]
) -> list[Candidate[Modality]]:
    """The four modalities with the evidence of the clause, the sentence and the amount before."""
    evidence = _evidence(site, metric, attribution, before) | _time(site, period)
    return [Candidate(m, None, {f"{m} & {name}": value for name, value in evidence.items()}) for m in MODALITIES]


def _evidence(site: Site, metric: str, attribution: str | None, before: Sequence[Relation]) -> Features:
    start, end = _clause(site)
    features: Features = {"always": 1.0, f"metric {metric}": 1.0}
    for where, text in (
        ("clause", site.text(start, end)),
        ("sentence", site.text(site.sentence.start, site.sentence.end)),
    ):
        features |= {
            f"{cue} in {where}": 1.0
            for cue in ("negated", "forecast", "hedged")
            if cue_pattern("modality", cue).search(text)
        }
        features |= {
            f"{name} in {where}": 1.0
            for name, pattern in (("conditional", CONDITIONAL), ("future", FUTURE))
            if pattern.search(text)
        }
    left = site.text(max(start, site.amount.start - 50), site.amount.start)
    for cue in ("negated", "forecast", "hedged"):
        matches = list(cue_pattern("modality", cue).finditer(left))
        if matches:
            features[f"{cue} just before"] = 1.0
            features[f"word {matches[-1].group()[:7]}"] = 1.0
    right = site.text(site.amount.end, min(end, site.amount.end + 30))
    behind = cue_pattern("modality", "forecast").match(right.lstrip())
    if behind:
        features["forecast right behind"] = 1.0
    taken_back = cue_pattern("modality", "taken_back").search(site.text(start, site.amount.start))
    if taken_back:
        features["taken back"] = 1.0
    if taken_back or DENIED.search(left):
        features["denied directly"] = 1.0
    if CONDITIONAL.search(left):
        features["conditional just before"] = 1.0
    features |= _verb(site)
    if attribution is not None:
        features["attributed"] = 1.0
    if site.amount.bound != "exact":
        features[f"bound {site.amount.bound}"] = 1.0
    return features | _previous(site, before)


def _time(site: Site, period: PeriodMention | None) -> Features:
    """Whether the period lies behind or ahead of the day of publication, as far as its year tells."""
    if period is None:
        return {"no period": 1.0}
    features: Features = {f"period {period.kind}": 1.0}
    year, published = period.values.get("to_year") or period.values.get("year"), site.scene.published
    if published and year and year.isdigit():
        ahead = int(year) - published.year
        features[f"year {'past' if ahead < 0 else 'ahead' if ahead > 0 else 'current'}"] = 1.0
        if ahead == 0 and period.grain == "year":
            features["the current year as a whole"] = 1.0
    return features


def _clause(site: Site) -> tuple[int, int]:
    """The stretch of the sentence between the clause marks around the amount."""
    text = site.scene.document.plain
    starts = [m.end() for m in CLAUSE.finditer(text, site.sentence.start, site.amount.start)]
    end = CLAUSE.search(text, site.amount.end, site.sentence.end)
    return (starts[-1] if starts else site.sentence.start), (end.start() if end else site.sentence.end)


def _verb(site: Site) -> Features:
    """Tense and mood of the verb that governs the amount, auxiliaries included."""
    if site.parse is None or site.verb is None:
        return {"no verb": 1.0}
    tokens = site.parse.tokens
    chain = [site.verb, *(c for c in site.parse.children(site.verb) if tokens[c].dep.startswith("aux"))]
    heads = [h for h in site.parse.ancestors(site.verb) if tokens[h].pos in ("VERB", "AUX")][:1]
    features: Features = {}
    for label, group in (
        ("verb", chain),
        (
            "verb above",
            [*heads, *(c for h in heads for c in site.parse.children(h) if tokens[c].dep.startswith("aux"))],
        ),
    ):
        words = " ".join(tokens[i].text.lower() for i in group)
        if CONDITIONAL.search(words):
            features[f"{label} conditional"] = 1.0
        if FUTURE.search(words):
            features[f"{label} future"] = 1.0
        features |= {
            f"{label} {cue}": 1.0
            for cue in ("negated", "forecast", "hedged")
            if cue_pattern("modality", cue).search(words)
        }
        if group and any("VerbForm=Inf" in tokens[i].morph for i in group[:1]):
            features[f"{label} infinitive"] = 1.0
        if any("VerbForm=Part" in tokens[i].morph or tokens[i].dep == "aux:tense" for i in group):
            features[f"{label} past"] = 1.0
    if any(tokens[c].text.lower() in ("pas", "jamais", "n'", "ne") for c in site.parse.children(site.verb)):
        features["verb with negation"] = 1.0
    return features


def _previous(site: Site, before: Sequence[Relation]) -> Features:
    if not before or before[-1].sentence != site.sentence.index:
        return {}
    gap = f" {site.text(before[-1].amount.end, site.amount.start)} "
    features = {f"after {before[-1].modality.value}": 1.0}
    for mark in (" contre ", " et ", ";", "(", " dont ", " puis ", " mais "):
        if mark in gap:
            features[f"after {before[-1].modality.value} over {mark.strip()}"] = 1.0
    return features


def modality_cues(site: Site) -> list[Cue]:
    """The cues of the sentence with their spans, for those who ask why."""
    document = site.scene.document
    return [
        Cue(
            start=m.start(), end=m.end(), text=document.text[m.start() : m.end()], rule=f"modality.{value}", value=value
        )
        for value in ("negated", "forecast", "hedged")
        for m in cue_pattern("modality", value).finditer(document.plain, site.sentence.start, site.sentence.end)
    ]
