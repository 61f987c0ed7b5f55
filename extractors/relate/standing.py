"""How a company stands in the article when an amount comes up: named when, how often, as topic, in what came before."""

from collections.abc import Sequence

from extractors.document import BULLET
from extractors.relate.relation import Relation
from extractors.relate.scene import WEAK, Asked, Features, Site, cue_pattern
from extractors.rules.company_unknown import weigh

PASSAGE = 5  # sentences back in which a topic is looked for
LIKELY = 12  # companies named most, and as many named last, that an amount in another sentence can be about
NEARNESS = {"sentence": "same sentence", "line": "same line", "elsewhere": "earlier"}


def likely_names(asked: Asked, before: Sequence[Relation]) -> list[str]:
    """Companies that the amount can be about without being named in its sentence: those named most, those named
    last, those of the headline and of the amount before. The bound keeps a long list of names from costing more."""
    scene = asked.site.scene
    named = [m.name for m in scene.companies if m.start < asked.site.sentence.start and m.rule not in WEAK]
    last = list(dict.fromkeys(reversed(named)))[:LIKELY]
    spoken = [r.company.value for r in before[-2:]] + [r.counterparty.value for r in before[-1:]]
    most = [name for name, count in scene.counts.most_common(LIKELY) if count]
    return list(dict.fromkeys(n for n in (*most, *last, *scene.title_names, *spoken) if n is not None))


def standing(asked: Asked, name: str, before: Sequence[Relation]) -> Features:
    """The features of a company that do not depend on where in the sentence it is named."""
    site, scene = asked.site, asked.site.scene
    features: Features = {f"type {scene.type_of(name)}": 1.0}
    features |= {f"evidence {kind}": 1.0 for kind in scene.evidence.get(name, ())}
    if name in scene.evidence:
        features[f"evidence about {max(-2, min(3, round(weigh(scene.evidence[name]))))}"] = 1.0
    if name == scene.main:
        features["main"] = 1.0
    if name in scene.title_names:
        features["in the headline"] = 1.0
        if site.amount.low in scene.title_sums:
            features["in the headline with the sum"] = 1.0
    features[f"share {min(int(scene.counts[name] / max(1, scene.total) * 5), 3)}"] = 1.0
    for label, holder in (("topic", topic(site)), ("line label", _label(site))):
        if name == holder:
            features[label] = 1.0
    features |= _spoken_of(asked, name, before) | _recency(site, name)
    if name not in {m.name for m in site.companies}:
        others = "others named" if site.companies else "nobody named"
        refers = "in person" if _in_person(site) else "pronoun" if _refers(site) else "no pronoun"
        features |= {f"{n}, {label}": v for n, v in features.items() for label in (others, refers)}
    return features


def _spoken_of(asked: Asked, name: str, before: Sequence[Relation]) -> Features:
    """Whether the amounts before were about the company."""
    site = asked.site
    features: Features = {"two parties": 1.0} if asked.company is not None else {}
    if not before:
        return features
    last = before[-1]
    where = NEARNESS[site.apart(last.sentence, last.line)]
    since = {m.name for m in site.scene.within(site.scene.companies, last.amount.end, site.amount.start)}
    others = "others since" if since - {name} else "nobody since"
    if name in since:
        features["named since the amount before"] = 1.0
        features[f"named since the amount before, {others}"] = 1.0
    if name == last.company.value:
        features[f"previous company, {where}"] = 1.0
        features[f"previous company, {where}, {others}"] = 1.0
    if name == last.counterparty.value:
        features[f"previous counterparty, {where}"] = 1.0
        features[f"previous counterparty, {where}, {others}"] = 1.0
    if len(before) > 1 and before[-2].company.value == name:
        features["company before the previous"] = 1.0
    return features


def _recency(site: Site, name: str) -> Features:
    last = max((m.start for m in site.scene.of(name) if m.start < site.amount.start), default=None)
    if last is None:
        return {"not yet named": 1.0}
    apart = site.sentence.index - site.scene.document.sentence_at(last).index
    return {f"last named {min(apart, 4)} back": 1.0}


def _refers(site: Site) -> bool:
    text = site.text(site.sentence.start, site.sentence.end)
    return any(cue_pattern("reference", key).search(text) for key in ("pronouns", "possessives"))


def _in_person(site: Site) -> bool:
    """Whether the sentence speaks of "nous" or "votre": of the company that is interviewed."""
    return bool(cue_pattern("reference", "in_person").search(site.text(site.sentence.start, site.sentence.end)))


def topic(site: Site) -> str | None:
    """The company that the text last made its topic: the subject, else the first one, of the sentences before."""
    scene = site.scene
    for index in range(site.sentence.index - 1, max(-1, site.sentence.index - PASSAGE), -1):
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
    bullet = BULLET.match(scene.document.plain, site.line.start)
    start = bullet.end() if bullet else site.line.start
    first = next((m.name for m in scene.within(scene.companies, start, start + 4) if m.rule not in WEAK), None)
    heading = scene.document.heading_of(site.sentence.line)
    if first or heading is None:
        return first
    return next((m.name for m in scene.within(scene.companies, heading.start, heading.end)), None)
