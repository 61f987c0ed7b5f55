"""Explains the claims of an article from the relations that they are made of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from extractors import Relation, Scene, read_scene
from extractors.mentions import Amount, Mention, PeriodMention
from extractors.relate import Site, relate
from extractors.relate.modality import CONDITIONAL, FUTURE, modality_cues
from extractors.relate.rank import Choice
from extractors.rules.company import CompanyTable, company_table
from extractors.rules.money import find_amounts
from extractors.tables import plain
from pipeline.explain.models import (
    ClaimExplanation,
    Evidence,
    Explanation,
    FieldExplanation,
    FieldName,
    Kind,
    Mark,
    Reason,
    RunnerUp,
)
from pipeline.explain.wording import feature_words, rule_words, value_words
from pipeline.extract import extract_claims
from pipeline.models import Article, Claim
from pipeline.render import amount_text, claim_row, period_text

REACH = 60  # characters on either side of an amount in which the words for its bound, rate or change stand
INHERITED = re.compile(r"inherited (\d)")  # feature of a metric taken over from that many amounts before


def explain_article(article: Article, table: CompanyTable | None = None) -> Explanation:
    """The text of an article with its mentions, and for each claim what decided every field.

    In "Mistral AI a levé 1,7 milliard d'euros" the company rests on "Mistral AI" and the metric on "a levé".
    """
    table = table or company_table()
    amounts = find_amounts(article.text, article.debris)
    scene = read_scene(article.text, amounts, table, article.debris, article.title, article.source, article.published)
    relations = relate(scene) if amounts else []
    claims = extract_claims(article, table)
    explained = tuple(
        ClaimExplanation(number=index + 1, claim=claim, fields=tuple(_fields(scene, relations[: index + 1], claim)))
        for index, claim in enumerate(claims)
    )
    return Explanation(
        article=article.path,
        title=article.title,
        source=article.source,
        url=article.url,
        published=article.published,
        text=article.text,
        marks=tuple(_marks(scene, article, explained)),
        claims=explained,
    )


def _fields(scene: Scene, relations: Sequence[Relation], claim: Claim) -> Iterator[FieldExplanation]:
    """The fields of the last relation's claim."""
    relation = relations[-1]
    yield from _amount_fields(scene, relation.amount, claim)
    yield _chosen("per", claim.per, relation.per, _rate_evidence(scene, relation))
    yield _chosen("metric", claim.metric, relation.metric, _metric_evidence(scene, relations))
    yield _chosen("company", claim.company, relation.company, _named(scene, relation, relation.company.mention))
    yield _chosen(
        "counterparty",
        claim.counterparty,
        relation.counterparty,
        _named(scene, relation, relation.counterparty.mention),
    )
    yield _period(scene, relation, claim)
    yield _chosen("modality", claim.modality, relation.modality, _modality_evidence(scene, relations))
    yield _chosen("attribution", claim.attribution, relation.attribution, _said(scene, relation.attribution.mention))
    yield _chosen("scope", claim.scope, relation.scope, _said(scene, relation.scope.mention))


def _amount_fields(scene: Scene, amount: Amount, claim: Claim) -> Iterator[FieldExplanation]:
    """The fields that rules read off the amount itself and the words around it."""
    quote = tuple(_said(scene, amount))
    yield FieldExplanation(
        field="amount", value=amount_text(claim_row(claim)), rule=amount.rule, how=amount.rule, evidence=quote
    )
    how = "inferred from what surrounds the amount" if amount.currency_inferred else "written with the amount"
    yield FieldExplanation(
        field="currency", value=amount.currency, rule=how, how=how, evidence=() if amount.currency_inferred else quote
    )
    for field, value, cue in (
        ("bound", amount.bound, amount.bound_cue),
        ("change", str(amount.change).lower(), amount.change_cue),
    ):
        how = "words beside the amount" if cue else "form of the amount" if value in ("range", "approx") else "default"
        yield FieldExplanation(field=field, value=value, rule=how, how=how, evidence=tuple(_beside(scene, amount, cue)))


def _beside(scene: Scene, amount: Amount, cue: str | None) -> Iterator[Evidence]:
    """The words of a cue where they stand nearest to the amount."""
    if not cue:
        return
    text, start = scene.document.plain, max(0, amount.start - REACH)
    found = re.finditer(re.escape(plain(cue).strip()), text[start : amount.end + REACH], re.IGNORECASE)
    places = [(m.start() + start, m.end() + start) for m in found]
    if places:
        yield _words(scene, *min(places, key=lambda p: max(amount.start - p[1], p[0] - amount.end)))


def _chosen(field: FieldName, value: str | None, choice: Choice[Any], evidence: Iterable[Evidence]) -> FieldExplanation:
    reasons = reasons_of(choice)
    supporting = [reason for reason in reasons if reason.weight > 0]
    how = (
        rule_words(choice.rule) if choice.mention else supporting[0].words if supporting else "nothing else fits better"
    )
    runners = tuple(RunnerUp(value="none" if v == "None" else v, distance=d) for v, d in choice.runners_up)
    return FieldExplanation(
        field=field,
        value=value,
        rule=choice.rule,
        how=how,
        evidence=tuple(evidence),
        reasons=reasons,
        runners_up=runners,
    )


def reasons_of(choice: Choice[Any]) -> tuple[Reason, ...]:
    """The reasons of a choice in words, the strongest first; features that read alike are one reason."""
    merged: dict[str, list[tuple[str, float]]] = {}
    for feature, weight in choice.reasons:
        if weight:
            merged.setdefault(feature_words(feature), []).append((feature, weight))
    reasons = [
        Reason(words=words, weight=round(sum(w for _, w in found), 2), features=tuple(f for f, _ in found))
        for words, found in merged.items()
    ]
    return tuple(sorted(reasons, key=lambda r: -abs(r.weight)))


def _period(scene: Scene, relation: Relation, claim: Claim) -> FieldExplanation:
    mention = relation.period.value
    anchors = (e for anchor in relation.anchor for e in _said(scene, anchor, "counts from"))
    value = period_text(claim_row(claim)) or None
    found = _chosen("period", value, relation.period, [*_said(scene, mention), *anchors])
    return found.model_copy(update={"how": f"{found.how}; {_reading(mention, claim, value)}"}) if mention else found


def _reading(mention: PeriodMention, claim: Claim, value: str | None) -> str:
    """How the words of a period became days."""
    if value is None:
        return "its days cannot be told from the article"
    words = value_words("kind", mention.kind)
    return f"{words}, {claim.published}" if mention.kind == "published" and claim.published else words


def _metric_evidence(scene: Scene, relations: Sequence[Relation]) -> Iterator[Evidence]:
    """The cue, else the amount before that the metric was taken over from."""
    choice = relations[-1].metric
    yield from _said(scene, choice.mention)
    if choice.mention is None:
        back = [int(m.group(1)) for name, _ in choice.reasons if (m := INHERITED.search(name))]
        back = back or [1 for name, _ in choice.reasons if "inherited" in name]
        if back and len(relations) > back[0]:
            yield from _said(scene, relations[-1 - back[0]].amount, "that of the amount")


def _named(scene: Scene, relation: Relation, mention: Mention | None) -> Iterator[Evidence]:
    """Where a company is named, also where that is not the sentence of the amount."""
    here = mention and scene.document.sentence_at(mention.start).index == relation.sentence
    yield from _said(scene, mention, None if here else "named elsewhere")


def _rate_evidence(scene: Scene, relation: Relation) -> Iterator[Evidence]:
    """The words beside the amount, else those elsewhere in its sentence."""
    amount, per = relation.amount, relation.per
    if per.value is not None:
        yield from _beside(scene, amount, amount.per_cue) if per.value == amount.per else _said(scene, per.mention)


def _modality_evidence(scene: Scene, relations: Sequence[Relation]) -> Iterator[Evidence]:
    """The words of the sentence that speak for the modality; none for what is asserted."""
    relation = relations[-1]
    if relation.modality.value == "asserted":
        return
    site = Site(scene, relation.amount, len(relations) - 1)
    words = [e for c in modality_cues(site) if c.value == relation.modality.value for e in _said(scene, c)]
    yield from words
    form = {"hedged": CONDITIONAL, "forecast": FUTURE}.get(relation.modality.value)
    if form:
        found = form.finditer(scene.document.plain.lower(), site.sentence.start, site.sentence.end)
        spans = (m.span() for m in found if all(e.end <= m.start() or m.end() <= e.start for e in words))
        yield from (_words(scene, *span, "by its form") for span in spans)


def _said(scene: Scene, mention: Mention | None, note: str | None = None) -> Iterator[Evidence]:
    if mention is not None:
        yield _words(scene, mention.start, mention.end, note)


def _words(scene: Scene, start: int, end: int, note: str | None = None) -> Evidence:
    return Evidence(start=start, end=end, text=scene.document.text[start:end], note=note)


def _marks(scene: Scene, article: Article, claims: Sequence[ClaimExplanation]) -> Iterator[Mark]:
    """Every mention of the scene, then the words of the evidence that are none, then what is no article."""
    for number, amount in enumerate(scene.amounts, start=1):
        yield _mark("amount", amount, claims[number - 1].fields[0].value, number)
        if amount.conversion:
            start, end = amount.conversion
            yield Mark(kind="conversion", start=start, end=end, rule="conversion of the amount before")
    yield from (_mark("company", m, m.name) for m in scene.companies)
    yield from (_mark("reference", r.mention, " or ".join(r.names)) for r in scene.references)
    yield from (_mark("period", m, m.kind) for m in scene.periods)
    yield from (_mark("metric", m, m.value) for m in scene.cues)
    yield from (_mark("attribution", m, m.value) for m in scene.attributions)
    yield from _evidence_marks(claims)
    yield from (Mark(kind="debris", start=start, end=end, rule="not the article") for start, end in article.debris)


def _mark(kind: Kind, mention: Mention, value: str | None, claim: int | None = None) -> Mark:
    return Mark(kind=kind, start=mention.start, end=mention.end, value=value, rule=mention.rule, claim=claim)


def _evidence_marks(claims: Sequence[ClaimExplanation]) -> Iterator[Mark]:
    kinds: dict[str, Kind] = {"scope": "scope", "bound": "cue", "per": "cue", "change": "cue", "modality": "cue"}
    seen: set[tuple[str, int, int]] = set()
    for field in (f for claim in claims for f in claim.fields if f.field in kinds):
        for words in field.evidence:
            key = kinds[field.field], words.start, words.end
            if key not in seen:
                seen.add(key)
                yield Mark(kind=key[0], start=words.start, end=words.end, value=field.value, rule=field.rule)
