"""Whom an amount is about, and who is on the other side of the transaction."""

import re
from collections.abc import Iterator, Sequence

from extractors.document import BULLET
from extractors.mentions import Mention
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.roles import respective, role_of, surface_preposition, wanted_side
from extractors.relate.scene import WEAK, Asked, Features, Site, cue_pattern, geometry
from extractors.relate.standing import likely_names, standing
from extractors.rules.company import acts

# Metrics that name two parties, and those where money comes in; the others are the company's own.
DEALS = frozenset({"payment", "investment", "acquisition", "contract", "fine", "subsidy"})
RAISES = frozenset({"funding", "funding_total", "debt"})
# Features that are crossed with the metric itself, and not only with its family.
CROSSED = ("side=", "role", "side of", "type", "prep")
# Places so near the amount that they count for a weak name as much as for a sure one.
CLOSE = ("amount in brackets behind", "L:touches", "R:touches", "respectively", "label before colon", "opens item")
# Features whose joint presence tells more than each alone: how the company stands, its part, its place.
PICTURES = {
    "standing": frozenset(
        {"absent", "topic", "main", "line label", "referred rank 0", "referred rank 1", "referred rank 2"}
        | {f"previous company, {where}" for where in ("same sentence", "same line", "earlier")}
        | {f"previous counterparty, {where}" for where in ("same sentence", "same line")}
    ),
    "part": frozenset(
        {f"role {dep}" for dep in ("nsubj", "nsubj inside", "nsubj:pass", "obj", "obl:arg", "obl:mod", "obl:agent")}
        | {"side of the money fits", "side of the money clashes", "governs", "possessor of cue", "role nmod inside"}
        | {"pronoun rank 0", "possessive rank 0", "cited as source", "acts", "acts, others later", "set apart"}
        | {"subject above, verb 0", "subject above, verb 1"}
    ),
    "place": frozenset(
        {"side=L", "side=R", "L:crossed=0", "R:crossed=0", "L:touches", "R:touches", "same verb", "under verb"}
        | {"L:nearest uncrossed", "R:nearest uncrossed", "opens item", "opens line"}
        | {"amount in brackets behind", "label before colon"}
    ),
}
SUBJECTS = ("nsubj", "nsubj:pass")
MANY = re.compile(
    r"(?<!\w)(?:les|des|ces|nos|\d+) (?:jeunes pousses|start-up|startups|entreprises|sociétés|fonds|investisseurs|pme|"
    r"opérateurs|ménages|français|acteurs)"
)


def company_candidates(asked: Asked, before: Sequence[Relation]) -> list[Candidate[str | None]]:
    """The likely companies, once for each mention in the sentence, and nobody. A company that heads the amount's column
    in a table is the only one."""
    headed = [m for m in asked.site.scene.companies if asked.site.heads_column(m)]
    if headed:
        return [Candidate(m.name, m, _at(asked, m, [])) for m in headed]
    return [*_candidates(asked, before), Candidate(None, None, _nobody(asked, before, "company"))]


def counterparty_candidates(asked: Asked, before: Sequence[Relation]) -> list[Candidate[str | None]]:
    """The same without the claim's own company (`asked.company`)."""
    found = [c for c in (*_candidates(asked, before), *_bought(asked, before)) if c.value != asked.company]
    return [*found, Candidate(None, None, _nobody(asked, before, "counterparty"))]


def _bought(asked: Asked, before: Sequence[Relation]) -> Iterator[Candidate[str | None]]:
    """What is a product today and was a company when it was bought: "Facebook a racheté WhatsApp"."""
    for mention in asked.site.companies if asked.metric == "acquisition" else ():
        if mention.rule == "company.product":
            features = _at(asked, mention, [m for m in asked.site.companies if m is not mention])
            features |= standing(asked, mention.text, before) | {"product itself": 1.0}
            yield Candidate(mention.text, mention, _crossed(features, asked.metric))


def group(metric: str) -> str:
    """The family of a metric as far as its parties go."""
    return "deal" if metric in DEALS else "raise" if metric in RAISES else metric if metric == "market_size" else "own"


def _candidates(asked: Asked, before: Sequence[Relation]) -> Iterator[Candidate[str | None]]:
    site, scene = asked.site, asked.site.scene
    for mention in site.companies:
        features = _at(asked, mention, [m for m in site.companies if m.name != mention.name])
        yield Candidate(mention.name, mention, _crossed(features | standing(asked, mention.name, before), asked.metric))
    yield from _referred(asked, before)
    named = {m.name for m in site.companies}
    for name in likely_names(asked, before):
        if name not in named:
            earlier = [m for m in scene.of(name) if m.start < site.sentence.start and m.rule not in WEAK]
            nearest = next(reversed(earlier), next(iter(scene.of(name)), None))
            features = geometry(site, nearest, []) if nearest else {"only in the title": 1.0}
            features |= {"absent": 1.0} | standing(asked, name, before)
            yield Candidate(name, nearest, _crossed(features, asked.metric))


def _referred(asked: Asked, before: Sequence[Relation]) -> Iterator[Candidate[str | None]]:
    """The companies that "elle", "ses" or "le groupe" in the sentence can stand for."""
    site = asked.site
    shown = [r.mention for r in site.references if r.mention.rule != "company.possessive"]
    for reference in site.references:
        rivals = [m for m in (*site.companies, *shown) if m is not reference.mention]
        place = _at(asked, reference.mention, rivals)
        kind = reference.mention.rule.split(".")[-1]
        for rank, name in enumerate(reference.names):
            ranked = {f"{kind} rank {rank}": 1.0, f"referred rank {rank}": 1.0}
            if name in reference.alike:
                ranked |= {"described alike": 1.0, f"described alike as {len(reference.alike)}": 1.0}
            elif reference.alike:
                ranked["described otherwise"] = 1.0
            features = place | ranked | standing(asked, name, before)
            yield Candidate(name, reference.mention, _crossed(features, asked.metric))


def _crossed(features: Features, metric: str) -> Features:
    """The features, each again for the family of the metric, some for the metric itself, and the pictures."""
    family = group(metric)
    for label, names in PICTURES.items():
        shown = " + ".join(n for n in features if n in names)
        if shown:
            features = features | {f"{label}: {shown}": 1.0}
    found = next((n for n in features if n.startswith("found by ")), "absent")
    features = features | {f"{n}, {found}": 1.0 for n in CLOSE if n in features}
    crossed = {f"{name} & {family}": value for name, value in features.items()}
    closer = {f"{name} & {metric}": value for name, value in features.items() if name.startswith(CROSSED)}
    return features | crossed | closer


def _at(asked: Asked, mention: Mention, rivals: Sequence[Mention]) -> Features:
    """Where a mention stands: in the sentence, under the verb, beside the cue of the metric."""
    site = asked.site
    features = geometry(site, mention, rivals) | {f"found by {mention.rule.split('.')[-1]}": 1.0}
    role = role_of(site, mention, site.verb)
    if role:
        features[f"role {role.dep}{' inside' if not role.direct else ''}"] = 1.0
        features[f"role {role.dep} {role.preposition} {role.direction}"] = 1.0
        wanted = wanted_side(asked.metric)
        if role.side and wanted:
            features["side of the money fits" if role.side == wanted else "side of the money clashes"] = 1.0
    features[f"prep {surface_preposition(site, mention) or 'none'}"] = 1.0
    if respective(site, mention, rivals):
        features["respectively"] = 1.0
    if any(c.start < mention.end and mention.start < c.end for c in site.attributions):
        features["cited as source"] = 1.0
    if cue_pattern("reference", "set_apart").match(f"{site.text(mention.end, mention.end + 20)} "):
        features["set apart"] = 1.0
    if site.text(max(0, mention.start - 12), mention.start).endswith(("quant à ", "côté ", "chez ", "quant au ")):
        features["turned to"] = 1.0
    return features | _in_clause(site, mention) | _in_line(site, mention) | _beside_cue(asked, mention)


def _in_clause(site: Site, mention: Mention) -> Features:
    """Whether the mention is the subject of a verb above the amount, by the parse or, where that fails, by the text:
    "X, qui aurait encaissé", "Y a promis de son côté"."""
    features: Features = {}
    parse, site_head = site.parse, site.head
    token = parse.head_of(mention.start, mention.end) if parse else None
    if parse is not None and token is not None and site_head is not None:
        above = [site_head, *parse.ancestors(site_head)]
        if parse.tokens[token].dep in SUBJECTS and parse.tokens[token].head in above:
            verbs = [i for i in above if parse.tokens[i].pos == "VERB"]
            head = parse.tokens[token].head
            features[f"subject above, verb {min(verbs.index(head), 2) if head in verbs else 'other'}"] = 1.0
    if mention.end <= site.amount.start:
        acting = acts().match(site.scene.document.plain, mention.end)
        later = [m for m in site.companies if mention.end <= m.start < site.amount.start and m.rule not in WEAK]
        if acting:
            features["acts" if not later else "acts, others later"] = 1.0
    return features


def _in_line(site: Site, mention: Mention) -> Features:
    features: Features = {}
    gap = site.text(*site.between(mention.start, mention.end))
    ahead = mention.end <= site.amount.start
    if ahead and re.fullmatch(r"\s*\(\s*[^()]{0,24}", gap):
        features["amount in brackets behind"] = 1.0
    if ahead and re.fullmatch(r"\s*(?:\([^)]*\)|, [^,:]{0,40})?\s*:\s*[^.:;]{0,30}", gap):
        features["label before colon"] = 1.0
    bullet = BULLET.match(site.scene.document.plain, site.line.start)
    if mention.start - (bullet.end() if bullet else site.line.start) <= 3:
        features["opens item" if bullet else "opens line"] = 1.0
    if mention.start - site.sentence.start <= 3:
        features["opens sentence"] = 1.0
    return features


def _beside_cue(asked: Asked, mention: Mention) -> Features:
    site, cue = asked.site, asked.cue
    features: Features = {}
    if cue is None or site.parse is None or not site.sentence.start <= cue.start < site.sentence.end:
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


def _nobody(asked: Asked, before: Sequence[Relation], field: str) -> Features:
    site, metric = asked.site, asked.metric
    named = min(len({m.name for m in site.companies}), 3)
    features: Features = {"nobody": 1.0, f"nobody & {metric}": 1.0, f"nobody, {named} named & {group(metric)}": 1.0}
    if before and before[-1].sentence == site.sentence.index:
        last = before[-1].company.value if field == "company" else before[-1].counterparty.value
        features["previous nobody" if last is None else "previous somebody"] = 1.0
    if site.scene.main is None:
        features["no company in the article"] = 1.0
    if MANY.search(site.text(site.sentence.start, site.sentence.end)):
        features |= {"many companies": 1.0, f"many companies & {metric}": 1.0}
    return features
