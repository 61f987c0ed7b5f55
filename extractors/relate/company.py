"""Whom an amount is about, and who is on the other side of the transaction."""

import re
from collections.abc import Iterator, Sequence

from extractors.mentions import CompanyMention, Cue, Mention
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.roles import role_of, surface_preposition, wanted_side
from extractors.relate.scene import WEAK, Features, Scene, Site, cue_pattern, geometry
from extractors.document import BULLET

# Metrics that name two parties, those where money comes in, and those of the company alone.
DEALS = frozenset({"payment", "investment", "acquisition", "contract", "fine", "subsidy"})
RAISES = frozenset({"funding", "funding_total", "debt"})


def group(metric: str) -> str:
    """The family of a metric as far as its parties go."""
    return "deal" if metric in DEALS else "raise" if metric in RAISES else metric if metric == "market_size" else "own"


def company_candidates(site: Site, metric: str, cue: Mention | None, before: Sequence[Relation]) -> list[Candidate[str | None]]:
    """Every company of the article, once for each mention in the sentence, and nobody."""
    found = list(_candidates(site, metric, cue, before, chosen=None))
    return [*found, Candidate(None, None, _nobody(site, metric, cue, before, "company"))]


def counterparty_candidates(site: Site, metric: str, cue: Mention | None, company: str | None, before: Sequence[Relation]) -> list[Candidate[str | None]]:
    """Every company but the claim's own, and nobody."""
    found = [c for c in _candidates(site, metric, cue, before, chosen=company) if c.value != company]
    return [*found, Candidate(None, None, _nobody(site, metric, cue, before, "counterparty"))]


def _candidates(site: Site, metric: str, cue: Mention | None, before: Sequence[Relation], chosen: str | None) -> Iterator[Candidate[str | None]]:
    scene = site.scene
    here = scene.within(scene.companies, site.sentence.start, site.sentence.end)
    for mention in here:
        features = _mention_features(site, mention, [m for m in here if m.name != mention.name], metric, cue)
        features |= _standing(site, mention.name, here, before, chosen)
        yield Candidate(mention.name, mention, _crossed(features, metric))
    yield from _referred(site, metric, cue, before, chosen, here)
    for name, count in scene.counts.items():
        if count and all(m.name != name for m in here):
            nearest = max((m for m in scene.companies if m.name == name and m.start < site.sentence.start and m.rule not in WEAK), key=lambda m: m.start, default=None)
            nearest = nearest or next((m for m in scene.companies if m.name == name), None)
            features = (geometry(site, nearest, []) if nearest else {"only in the title": 1.0}) | {"absent": 1.0} | _standing(site, name, here, before, chosen)
            yield Candidate(name, nearest, _crossed(features, metric))


def _referred(site: Site, metric: str, cue: Mention | None, before: Sequence[Relation], chosen: str | None, here: Sequence[CompanyMention]) -> Iterator[Candidate[str | None]]:
    """The companies that "elle", "ses" or "le groupe" in the sentence can stand for."""
    references = [r for r in site.scene.references if site.sentence.start <= r.mention.start < site.sentence.end]
    rivals: list[Mention] = [*here, *(r.mention for r in references if r.mention.rule != "company.possessive")]
    for reference in references:
        for rank, name in enumerate(reference.names):
            features = _mention_features(site, reference.mention, [r for r in rivals if r is not reference.mention], metric, cue)
            kind = reference.mention.rule.split(".")[-1]
            features |= {f"{kind} rank {rank}": 1.0, f"referred rank {rank}": 1.0} | _standing(site, name, here, before, chosen)
            yield Candidate(name, reference.mention, _crossed(features, metric))


def _crossed(features: Features, metric: str) -> Features:
    """The features, each again for the family of the metric and, sparingly, for the metric itself, and the whole
    pictures that single features do not show: how it stands, what part it plays, where it is."""
    family = group(metric)
    features = features | {f"{label}: {picture}": 1.0 for label, picture in _pictures(features, family)}
    crossed = {f"{name} & {family}": value for name, value in features.items()}
    return features | crossed | {f"{n} & {metric}": v for n, v in features.items() if n.startswith(("side=", "role", "side of", "type", "prep"))}


PICTURES = {
    "standing": ("absent", "referred rank 0", "referred rank 1", "referred rank 2", "previous company, same sentence", "previous company, same line", "previous company, earlier", "topic", "main", "line label", "previous counterparty, same sentence", "previous counterparty, same line"),
    "part": ("role nsubj", "role nsubj inside", "role nsubj:pass", "role obj", "role obl:arg", "role obl:mod", "role obl:agent", "role nmod inside", "side of the money fits", "side of the money clashes", "governs", "possessor of cue", "pronoun rank 0", "possessive rank 0"),
    "place": ("side=L", "side=R", "L:nearest uncrossed", "R:nearest uncrossed", "L:touches", "R:touches", "L:crossed=0", "R:crossed=0", "same verb", "under verb", "opens item", "opens line", "amount in brackets behind", "label before colon"),
}


def _pictures(features: Features, family: str) -> Iterator[tuple[str, str]]:
    for label, names in PICTURES.items():
        shown = [n for n in names if n in features]
        if shown:
            yield label, f"{' + '.join(shown)} & {family}"


def _mention_features(site: Site, mention: Mention, rivals: Sequence[Mention], metric: str, cue: Mention | None) -> Features:
    features = geometry(site, mention, rivals)
    features[f"found by {mention.rule.split('.')[-1]}"] = 1.0
    role = role_of(site, mention, site.verb)
    if role:
        features[f"role {role.dep}{' inside' if not role.direct else ''}"] = 1.0
        features[f"role {role.dep} {role.preposition} {role.direction}"] = 1.0
        wanted = wanted_side(metric)
        if role.side and wanted:
            features["side of the money fits" if role.side == wanted else "side of the money clashes"] = 1.0
    preposition = surface_preposition(site, mention)
    features[f"prep {preposition or 'none'}"] = 1.0
    gap = site.text(*site.between(mention.start, mention.end))
    if re.fullmatch(r"\s*\(\s*[^()]{0,24}", gap) and mention.end <= site.amount.start:
        features["amount in brackets behind"] = 1.0
    if re.fullmatch(r"\s*(?:\([^)]*\)|, [^,:]{0,40})?\s*:\s*[^.:;]{0,30}", gap) and mention.end <= site.amount.start:
        features["label before colon"] = 1.0
    opening = BULLET.match(site.scene.document.plain, site.line.start)
    if mention.start - (opening.end() if opening else site.line.start) <= 3:
        features["opens item" if opening else "opens line"] = 1.0
    if mention.start - site.sentence.start <= 3:
        features["opens sentence"] = 1.0
    if _respective(site, mention, rivals):
        features["respectively"] = 1.0
    if cue is not None:
        features |= _beside_cue(site, mention, cue)
    return features


def _respective(site: Site, mention: Mention, rivals: Sequence[Mention]) -> bool:
    """Whether "respectivement" pairs the two: the second of the companies with the second of the amounts."""
    at = site.text(site.sentence.start, site.sentence.end).find("respectivement")
    if at < 0 or site.amount.start < site.sentence.start + at:
        return False
    listed = sorted(m.start for m in (*rivals, mention) if m.start < site.sentence.start + at)
    amounts = sorted(a.start for a in (*site.others, site.amount) if a.start > site.sentence.start + at)
    tail = listed[-len(amounts) :]
    return len(tail) == len(amounts) and mention.start in tail and tail.index(mention.start) == amounts.index(site.amount.start)


def _beside_cue(site: Site, mention: Mention, cue: Mention) -> Features:
    features: Features = {}
    if site.parse is None or not site.sentence.start <= cue.start < site.sentence.end:
        return features
    mine, its = site.parse.head_of(mention.start, mention.end), site.parse.head_of(cue.start, cue.end)
    if mine is not None and its is not None:
        features[f"from cue {min(site.parse.distance(mine, its), 5)}"] = 1.0
        if site.parse.tokens[mine].head == its:
            features[f"role of cue {site.parse.tokens[mine].dep}"] = 1.0
    gap = site.text(cue.end, mention.start)
    if cue.end <= mention.start and re.fullmatch(r"\s+(?:\S+ )?(?:de |d'|du |des |de l'|de la )(?:\S+ )?", gap):
        features["possessor of cue"] = 1.0
    return features


def _standing(site: Site, name: str, here: Sequence[CompanyMention], before: Sequence[Relation], chosen: str | None) -> Features:
    """How the company stands in the article and in what was said just before."""
    scene = site.scene
    features: Features = {f"type {scene.type_of(name)}": 1.0} | {f"evidence {kind}": 1.0 for kind in scene.evidence.get(name, ())}
    if name == scene.main:
        features["main"] = 1.0
    if name in scene.title_names:
        features["in the headline"] = 1.0
    share = scene.counts[name] / max(1, sum(scene.counts.values()))
    features[f"share {min(int(share * 5), 3)}"] = 1.0
    for label, holder in (("topic", topic(site)), ("line label", _label(site))):
        if name == holder:
            features[label] = 1.0
    features |= _inherited(site, name, before, chosen) | _recency(site, name)
    kind = "nobody named" if not here else "others named"
    if name not in {m.name for m in here}:
        pronoun = "pronoun" if _refers(site) else "no pronoun"
        features |= {f"{n}, {kind}": v for n, v in features.items()} | {f"{n}, {pronoun}": v for n, v in features.items()}
    return features


def _recency(site: Site, name: str) -> Features:
    """How many sentences ago the company was last named, and whether it was named before at all."""
    scene = site.scene
    last = max((m.start for m in scene.companies if m.name == name and m.start < site.amount.start), default=None)
    if last is None:
        return {"not yet named": 1.0}
    apart = site.sentence.index - scene.document.sentence_at(last).index
    return {f"last named {min(apart, 4)} back": 1.0}


def _inherited(site: Site, name: str, before: Sequence[Relation], chosen: str | None) -> Features:
    features: Features = {}
    if before:
        last = before[-1]
        where = "same sentence" if last.sentence == site.sentence.index else "same line" if last.line == site.sentence.line else "earlier"
        if name == last.company.value:
            features[f"previous company, {where}"] = 1.0
        if name == last.counterparty.value:
            features[f"previous counterparty, {where}"] = 1.0
        if len(before) > 1 and before[-2].company.value == name:
            features["company before the previous"] = 1.0
    if chosen is not None:
        features["two parties"] = 1.0
    return features


def _refers(site: Site) -> bool:
    text = site.text(site.sentence.start, site.sentence.end)
    return any(cue_pattern("reference", key).search(text) for key in ("pronouns", "possessives"))


def topic(site: Site) -> str | None:
    """The company that the text last made its topic: the subject, else the first one, of the sentences before."""
    scene = site.scene
    for index in range(site.sentence.index - 1, max(-1, site.sentence.index - 5), -1):
        sentence = scene.document.sentences[index]
        here = [m for m in scene.within(scene.companies, sentence.start, sentence.end) if m.rule not in WEAK]
        parse = scene.parses.get(index)
        for mention in here:
            token = parse.head_of(mention.start, mention.end) if parse else None
            if parse and token is not None and parse.tokens[token].dep in ("nsubj", "nsubj:pass", "ROOT"):
                return mention.name
        if here:
            return here[0].name
    return scene.main


def _label(site: Site) -> str | None:
    """The company that opens the line or stands in its heading ("• Gojob (intérim) boucle…")."""
    scene = site.scene
    opening = BULLET.match(scene.document.plain, site.line.start)
    start = opening.end() if opening else site.line.start
    first = next((m.name for m in scene.within(scene.companies, start, start + 4) if m.rule not in WEAK), None)
    heading = scene.document.heading_of(site.sentence.line)
    return first or (next((m.name for m in scene.within(scene.companies, heading.start, heading.end)), None) if heading else None)


def _nobody(site: Site, metric: str, cue: Cue | Mention | None, before: Sequence[Relation], field: str) -> Features:
    scene = site.scene
    here = scene.within(scene.companies, site.sentence.start, site.sentence.end)
    features: Features = {"nobody": 1.0, f"nobody & {metric}": 1.0, f"nobody, {min(len({m.name for m in here}), 3)} named & {group(metric)}": 1.0}
    if before and before[-1].sentence == site.sentence.index:
        last = before[-1].company.value if field == "company" else before[-1].counterparty.value
        features["previous nobody" if last is None else "previous somebody"] = 1.0
    if scene.main is None:
        features["no company in the article"] = 1.0
    if re.search(r"(?<!\w)(?:les|des|ces|nos|\d+) (?:jeunes pousses|start-up|startups|entreprises|sociétés|fonds|investisseurs|pme|opérateurs|ménages|français|acteurs)", site.text(site.sentence.start, site.sentence.end)):
        features["many companies"] = 1.0
        features[f"many companies & {metric}"] = 1.0
    return features
