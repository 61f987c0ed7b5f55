"""What narrows a metric: a division, a product, a project, a country, a variant of the measure."""

import bisect
import functools
import re
from collections.abc import Iterator, Sequence

from extractors.document import BULLET
from extractors.mentions import Amount, Cue
from extractors.relate.rank import Candidate
from extractors.relate.relation import Relation
from extractors.relate.scene import Features, Site, geometry
from extractors.tables import toml_table, words

PRODUCT = re.compile(r"(?<![\w'])(?:[A-ZÀ-Þ][\w+-]*|\d+[A-Z]\w*)(?:\s(?:[A-ZÀ-Þ0-9][\w+-]*))*")
ELIDED = re.compile(r"'[A-ZÀ-Þ][\w-]* \Z")  # the rest of a name: "Musk" of "l'ambitieux pari d'Elon Musk"
LABEL = re.compile(r"(?P<what>[^:|\n]{2,60}?)\s*(?::|\|)\s*[^:|\n]{0,40}$")
OPENERS = (":", "–", "—", "•", "-")
# no part of a scope, behind its noun
LOOSE = r"(?:et|ou|mais|puis|ni|dont|qui|que|contre|pour|dans|sur|avec|en|au|aux|à|par|a|ont|est|sont)"
DETERMINER = r"(?:le |la |les |l'|ses |son |sa |leurs? )?(?:seule?s? )?"
LED = re.compile(rf"\s*(?:pour|dans|en|de|du|des|d'|à|au|aux|via)\s*{DETERMINER}")
LEAD = 30  # characters, more than what leads from an amount to its scope
ITEM = "item"  # the rule that finds the label of an item


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    table = toml_table("scopes")
    part = "|".join(table["parts"])
    nouns = "|".join(sorted(table["nouns"], key=len, reverse=True))
    leads = "|".join(table["leads"])
    nouns_with_more = rf"(?:{nouns})(?:\s(?:d'|de |du |des |par |en |à )?(?!{LOOSE}(?!\w))[a-zà-ÿ'-]+)?"
    named = r"[A-ZÀ-Þ][\w&-]*(?: (?:[A-ZÀ-Þ][\w&-]*|de|des|&|et(?= [A-Z])))*"
    return [
        ("part", re.compile(rf"(?<!\w)(?i:{part})\s+(?P<what>(?:«\s*)?{named}|(?:de |du |des |d')?[a-zà-ÿ-]+)")),
        (
            "for",
            re.compile(rf"(?<!\w)(?:{leads})(?:e |u |es |')?\s*{DETERMINER}(?P<what>{nouns_with_more})(?!\w)", re.I),
        ),
        ("noun", re.compile(rf"(?<!\w)(?P<what>(?:{nouns}))(?!\w)", re.I)),
        ("variant", words(f"(?P<what{i}>{v})" for i, v in enumerate(table["variants"]))),
        (
            "place",
            re.compile(
                rf"(?<!\w)(?:en|au|aux|dans|outre)\s*(?:l'|le |la |les )?(?P<what>{'|'.join(table['places'])})(?!\w)",
                re.I,
            ),
        ),
        ("product", PRODUCT),
    ]


def find_scopes(site: Site) -> list[Cue]:
    """Candidates of the sentence, with the construction that found each."""
    document = site.scene.document
    found = [
        _cue(site, *_span(m), rule)
        for rule, pattern in _patterns()
        for m in pattern.finditer(document.plain, site.sentence.start, site.sentence.end)
        if rule != "product" or _is_product(site, m)
    ]
    label = _label(site, "label")
    found += [label] if label else []
    return [cue for cue in found if not _is_period(site, cue)]


def _label(site: Site, rule: str) -> Cue | None:
    """What stands before the colon or bar that leads to the amount."""
    plain, line = site.scene.document.plain, site.line
    label = LABEL.match(plain[line.start : site.amount.start])
    opening = BULLET.match(plain, line.start)
    start = opening.end() if opening else line.start
    end = line.start + label.end("what") if label else start
    return _cue(site, start, end, rule) if end > start else None


def _item(site: Site, metric: str, before: Sequence[Relation]) -> Cue | None:
    """The label of an item in the list below a total: "banques" of "un passif de 148 M€ :" and "– banques : 61 M€". Of
    ten such items in the corpus's gold all have it as their scope."""
    lines, here = site.scene.document.lines, site.sentence.line
    last = before[-1] if before else None
    if last is None or (last.line, last.metric.value) != (here - 1, metric) or lines[here].kind != "item":
        return None
    above = lines[last.line]
    heads = above.kind != "item" and site.text(above.start, above.end).rstrip().endswith(":")
    listed = last.scope.mention is not None and last.scope.mention.rule == f"scope.{ITEM}"
    label = _label(site, ITEM) if heads or listed else None
    names = (*site.scene.companies, *site.scene.periods)
    return None if label is None or any(n.start < label.end and n.end > label.start for n in names) else label


def _is_period(site: Site, cue: Cue) -> bool:
    """Whether a label is nothing but a date ("• 2025 : 13 milliards de dépenses")."""
    return any(p.start <= cue.start + 1 and cue.end <= p.end + 1 for p in site.scene.periods)


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.span("what") if "what" in match.re.groupindex else match.span()


def _cue(site: Site, start: int, end: int, rule: str) -> Cue:
    text = site.scene.document.text[start:end]
    return Cue(start=start, end=end, text=text, rule=f"scope.{rule}", value=text.strip("« »*"))


def _is_product(site: Site, match: re.Match[str]) -> bool:
    """A capitalised run that is neither a company nor a date, nor capitalised because it opens what follows."""
    scene = site.scene
    if scene.document.plain[max(0, match.start() - 3) : match.start()].rstrip()[-1:] in OPENERS:
        return False  # "2025 : Prévision de 13 milliards"
    if ELIDED.search(scene.document.plain, max(0, match.start() - 30), match.start()):
        return False
    overlapping = [
        m for m in (*scene.companies, *scene.periods, *scene.amounts) if m.start < match.end() and m.end > match.start()
    ]
    return not overlapping and match.start() > site.sentence.start + 2 and len(match.group()) > 2


def scope_candidates(
    site: Site, metric: str, company: str | None, before: Sequence[Relation]
) -> list[Candidate[str | None]]:
    """What could narrow the metric, the scope of the amount before, and nothing."""
    item = _item(site, metric, before)
    if item:
        return [Candidate(item.value, item, {item.rule: 1.0})]
    scopes = [
        c
        for c in find_scopes(site)
        if c.value != company and not (c.start < site.amount.end and c.end > site.amount.start)
    ]
    own = any(_right_behind(site, site.amount, c) for c in scopes)
    if own:  # "12 millions pour le marketing et 8 millions pour la recherche": to each its own
        scopes = [c for c in scopes if not _taken(site, c)]
    found = [Candidate[str | None](c.value, c, _features(site, c, scopes, metric)) for c in scopes]
    found += [] if own else _inherited(site, metric, company, before)
    features: Features = {"none": 1.0, f"none & {metric}": 1.0, f"none, {min(len(scopes), 4)} found": 1.0}
    if _behind_dont(site):
        features["none behind dont"] = 1.0
    return [*found, Candidate(None, None, features)]


def _behind_dont(site: Site) -> bool:
    return bool(
        re.search(
            r"(?<!\w)(?:dont|parmi|essentiel|seule?s?|respectivement|plus)\s[^,.;]{0,25}$",
            site.text(max(0, site.amount.start - 32), site.amount.start),
        )
    )


def _right_behind(site: Site, amount: Amount, cue: Cue) -> bool:
    return cue.start >= amount.end and bool(LED.fullmatch(site.text(amount.end, min(cue.start, amount.end + LEAD))))


def _taken(site: Site, cue: Cue) -> bool:
    """Whether it stands right behind another amount."""
    amounts = site.scene.amounts
    last = bisect.bisect_right(amounts, cue.start, key=lambda amount: amount.end) - 1
    return last >= 0 and amounts[last] != site.amount and _right_behind(site, amounts[last], cue)


def _features(site: Site, cue: Cue, scopes: Sequence[Cue], metric: str) -> Features:
    features = geometry(site, cue, scopes)
    features[cue.rule] = 1.0
    if _behind_dont(site):
        features["behind dont"] = 1.0
    if _right_behind(site, site.amount, cue):
        features["right behind"] = 1.0
    if re.match(r"\s*(?:ajusté|:|a |ont |pèse|représente)", site.text(cue.end, cue.end + 12)):
        features["subject or label"] = 1.0
    crossed = {f"{n} & {cue.rule}": v for n, v in features.items()}
    crossed |= {
        f"{cue.rule} & {metric}": 1.0,
        f"{metric} & {'side=L' if cue.end <= site.amount.start else 'side=R'}": 1.0,
    }
    if cue.rule in ("scope.noun", "scope.for", "scope.variant"):
        crossed[f"word {cue.value.lower()[:8]}"] = crossed[f"word {cue.value.lower()[:8]} & {metric}"] = 1.0
    return features | crossed


def _inherited(
    site: Site, metric: str, company: str | None, before: Sequence[Relation]
) -> Iterator[Candidate[str | None]]:
    if before and before[-1].scope.value is not None:
        last = before[-1]
        where = site.apart(last.sentence, last.line)
        features: Features = {"inherited": 1.0, f"inherited {where}": 1.0}
        if last.metric.value == metric:
            features[f"inherited same metric, {where}"] = 1.0
        gap = site.since(last.amount)
        features |= {
            f"inherited over {m.strip()}": 1.0 for m in (" et ", " contre ", " dont ", ";", " puis ", "(") if m in gap
        }
        yield Candidate(last.scope.value, last.scope.mention, features)
