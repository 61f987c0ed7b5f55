"""Who is cited for an amount."""

from collections.abc import Iterator, Sequence

from extractors.mentions import Cue
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site, geometry

PASSAGE = 2


def attribution_candidates(
    site: Site, metric: str, company: str | None, before: Sequence[Relation]
) -> list[Candidate[str | None]]:
    """Sources cited in the sentence and just before, the source of the amount before, and none."""
    found = [*_mentioned(site, company), *_inherited(site, before)]
    return [*found, Candidate(None, None, _none(found, site))]


def _mentioned(site: Site, company: str | None) -> Iterator[Candidate[str | None]]:
    scene = site.scene
    first = scene.document.sentences[max(0, site.sentence.index - PASSAGE)]
    here = scene.within(scene.attributions, site.sentence.start, site.sentence.end)
    for mention in scene.within(scene.attributions, first.start, site.sentence.end):
        if mention.start < site.amount.end and mention.end > site.amount.start:
            continue
        features = geometry(site, mention, here) | _who(site, mention, company)
        crossed = {f"{n} & {mention.rule}": v for n, v in features.items()}
        yield Candidate(mention.value, mention, features | crossed)


def _who(site: Site, mention: Cue, company: str | None) -> Features:
    """What kind of source it is; a company that speaks of its own figures is none (GUIDE)."""
    scene = site.scene
    named = [m for m in scene.companies if m.start < mention.end and m.end > mention.start]
    features: Features = {mention.rule: 1.0}
    if named:
        features[f"source is {scene.type_of(named[0].name)}"] = 1.0
        if named[0].name == company:
            features["source is the company"] = 1.0
    elif mention.text[:1].isupper() and " " not in mention.text.strip():
        features["source is a name"] = 1.0
    low = mention.text.lower()
    for word in (
        "source",
        "analyste",
        "consensus",
        "marché",
        "direction",
        "porte-parole",
        "document",
        "presse",
        "proche",
        "dirigeant",
        "patron",
        "investisseur",
        "informations",
        "étude",
        "calculs",
        "estimations",
        "personne",
        "cabinet",
    ):
        if word in low:
            features[f"source: {word}"] = 1.0
    if mention.rule == "attribution.subject":
        verb = site.text(mention.end, mention.end + 24).split()
        features |= {f"verb {w[:6]}": 1.0 for w in verb[:3]}
    return features


def _inherited(site: Site, before: Sequence[Relation]) -> Iterator[Candidate[str | None]]:
    if before and before[-1].attribution.value is not None:
        last = before[-1]
        where = site.apart(last.sentence, last.line)
        features: Features = {"inherited": 1.0, f"inherited {where}": 1.0}
        gap = site.since(last.amount)
        features |= {
            f"inherited over {m.strip()}": 1.0
            for m in (" et ", ";", " contre ", " puis ", " dont ", "selon")
            if m in gap
        }
        yield Candidate(last.attribution.value, last.attribution.mention, features)


def _none(found: Sequence[Candidate[str | None]], site: Site) -> Features:
    here = sum(1 for c in found if "same" in c.features)
    return {"none": 1.0, f"none, {min(here, 2)} in the sentence": 1.0, f"none, {min(len(found), 3)} found": 1.0} | (
        {"none, others in the sentence": 1.0} if site.others else {}
    )
