"""Article in, claims out: the extractors' relations with their amounts, periods and names made canonical."""

from collections import Counter
from collections.abc import Sequence

from extractors import Relation, extract
from extractors.document import Document
from extractors.mentions import PeriodMention
from extractors.rules.company import CompanyTable, company_table
from extractors.rules.company_full import spelled
from pipeline.models import Article, Claim, Period, digest
from pipeline.periods import resolve


def extract_claims(article: Article, table: CompanyTable | None = None) -> list[Claim]:
    """Every monetary claim of an article, in the order of the text. Amounts are Decimals in units of the currency."""
    table = table or company_table()
    relations = extract(article.text, article.debris, table, article.title, article.source, article.published)
    document = Document(article.text)
    seen: Counter[str] = Counter()
    return [_identified(article, to_claim(article, document, r, table), seen) for r in relations]


def to_claim(article: Article, document: Document, relation: Relation, table: CompanyTable) -> Claim:
    """The claim of one relation, without its id."""
    amount = relation.amount
    sentence = document.sentence_at(amount.start)
    period = resolve_choice(article, relation) or Period()
    return Claim(
        article=article.path,
        source=article.source,
        url=article.url,
        title=article.title,
        published=article.published,
        agency=article.agency,
        quote=amount.text,
        start=amount.start,
        end=amount.end,
        sentence=article.text[sentence.start : sentence.end].strip(),
        amount_min=amount.low,
        amount_max=amount.high,
        bound=amount.bound,
        currency=amount.currency,
        currency_inferred=amount.currency_inferred,
        per=relation.per.value,
        change=amount.change,
        company=spelled(relation.company.value, table.by_name),
        company_mention=relation.company.mention.text if relation.company.mention else None,
        counterparty=spelled(relation.counterparty.value, table.by_name),
        metric=relation.metric.value,
        scope=relation.scope.value,
        period_start=period.start,
        period_end=period.end,
        duration=period.duration,
        modality=relation.modality.value,
        attribution=relation.attribution.value,
    )


def resolve_choice(article: Article, relation: Relation) -> Period | None:
    """The days of a relation's period, by the publication date and the fiscal calendar of its company."""
    return resolve_chain((*reversed(relation.anchor), relation.period.value), article, relation.year_end)


def resolve_chain(chain: Sequence[PeriodMention | None], article: Article, fiscal_year_end: int) -> Period | None:
    """The last period of a chain in which each is the anchor of the next; None where one cannot be resolved."""
    period: Period | None = None
    for mention in chain:
        if mention is None:
            return None
        period = resolve(mention, article.published, fiscal_year_end, period)
    return period


def _identified(article: Article, claim: Claim, seen: Counter[str]) -> Claim:
    """The claim with an id made of its content and not of its place, so that it survives edits elsewhere."""
    content = claim.model_dump(mode="json", exclude={"claim_id", "start", "end", "title", "article", "agency"})
    key = digest(article.url or article.path, content)
    seen[key] += 1
    return claim.model_copy(update={"claim_id": digest(key, seen[key])})
