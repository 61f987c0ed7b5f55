"""Which pairs of claims contradict, and how: the examples of `corpus/examples/conflicts` and what holds for all."""

import json
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compare import (
    agreements,
    compare_article,
    find_conflicts,
    find_incomparable,
    near_copies,
    neighbourhood,
    records,
    why_incomparable,
)
from pipeline.compare.intervals import interval_of, step_of
from pipeline.models import Claim

EXAMPLES = Path(__file__).parents[1] / "corpus" / "examples" / "conflicts"


def rows(name: str) -> list[Any]:
    lines = (EXAMPLES / name).read_text("utf-8").splitlines()
    return [pytest.param(row, id=row.get("about") or row["quote"]) for row in map(json.loads, lines)]


def claim(article: str = "a.txt", place: int = 0, **fields: Any) -> Claim:
    """A claim from an example's short fields: `amount`, `year`, `start`, `end`."""
    amount = Decimal(str(fields.pop("amount")))
    bound = fields.get("bound", "exact")
    year = fields.pop("year", None)
    if year:
        fields |= {"start": f"{year}-01-01", "end": f"{year}-12-31"}
    return Claim(
        **{
            "article": article, "source": article, "company": "Société Exemple", "metric": "revenue",
            "currency": "EUR", "published": date(2025, 11, 5),
            "amount_min": None if bound == "at_most" else amount, "amount_max": None if bound == "at_least" else amount,
            "period_start": fields.pop("start", None), "period_end": fields.pop("end", None),
            "start": place, "end": place + 1, **fields,
        }
    )  # fmt: skip


def pair(row: dict[str, Any]) -> list[Claim]:
    return [claim(**{"article": f"{side}.txt", "place": place, **row[side]}) for place, side in enumerate("ab")]


@pytest.mark.parametrize("row", rows("intervals.jsonl"))
def test_interval_follows_the_precision_written(row: dict[str, Any]) -> None:
    found = interval_of(claim(quote=row["quote"], amount=row["amount"], bound=row.get("bound", "exact")))
    assert (found.low, found.high) == (Decimal(str(row["low"])), Decimal(str(row["high"])))


@pytest.mark.parametrize("row", rows("pairs.jsonl"))
def test_pair_of_claims(row: dict[str, Any]) -> None:
    found = [(conflict.kind, conflict.severity) for conflict in find_conflicts(pair(row))]
    assert found == ([(row["kind"], row["severity"])] if row["kind"] else [])


@pytest.mark.parametrize("row", rows("sums.jsonl"))
def test_sum_in_running_text(row: dict[str, Any]) -> None:
    text, at, told = row["text"], 0, []
    for quote, millions, metric, *fields in row["claims"]:
        at = text.index(quote, at)
        told.append(claim(**{"quote": quote, "amount": millions * 10**6, "metric": metric, "place": at, "year": 2025,
                             "sentence": sentence(text, at), **(fields[0] if fields else {})}
                          ).model_copy(update={"end": at + len(quote)}))  # fmt: skip
        at += len(quote)
    found = list(compare_article(told))
    assert [conflict.a.amount_max for conflict in found] == ([row["total"] * 10**6] if row["total"] else [])
    assert all(conflict.kind == "part" and conflict.sum for conflict in found)


def sentence(text: str, at: int) -> str:
    ends = [0, *(match.end() for match in re.finditer(r"[.!?]\s+(?=[A-ZÀ-Ý«])|\n", text)), len(text)]
    return next(text[start:end].strip() for start, end in pairwise(ends) if at < end)


def test_an_article_that_rounds_the_year_does_not_explain_nine_months_above_it() -> None:
    year = claim(quote="891 M€", amount=891000000, year=2024)
    rounded = claim(article="b.txt", quote="900 M€", amount=900000000, bound="approx", year=2024)
    part = claim(article="b.txt", place=9, quote="964 M€", amount=964000000, start="2024-01-01", end="2024-09-30")
    (conflict,) = find_conflicts([year, rounded.model_copy(update={"amount_max": rounded.amount_min}), part])
    assert (conflict.kind, conflict.a.quote, conflict.b.quote) == ("part", "891 M€", "964 M€")


@given(st.integers(1, 9999), st.integers(0, 3), st.integers(0, 9))
def test_every_amount_lies_in_its_own_interval(number: int, decimals: int, magnitude: int) -> None:
    written = Decimal(number).scaleb(-decimals)
    amount = written.scaleb(magnitude)
    found = interval_of(claim(quote=f"{written:f}".replace(".", ","), amount=amount))
    assert found.low is not None and found.high is not None
    assert found.low < amount < found.high
    assert step_of(f"{written:f}".replace(".", ","), amount) >= Decimal(1).scaleb(magnitude - decimals)


@given(st.permutations(range(6)))
def test_order_of_the_claims_does_not_matter(order: list[int]) -> None:
    amounts = [10, 10, 17, 17, 100, 24]
    told = [claim(article=f"{n}.txt", quote=f"{a} M€", amount=a * 10**6, year=2024) for n, a in enumerate(amounts)]
    found = {conflict.conflict_id for conflict in find_conflicts([told[n] for n in order])}
    assert found == {conflict.conflict_id for conflict in find_conflicts(told)}


def test_repeated_statements_are_one_conflict() -> None:
    told = [claim(article=f"{n}.txt", quote="14,7 M€", amount=14700000, year=2024) for n in range(5)]
    told += [claim(article=f"{n}.html", quote="17,4 M€", amount=17400000, year=2024) for n in range(3)]
    (conflict,) = find_conflicts(told)
    supports = [support for support in (conflict.support_a, conflict.support_b) if support]
    assert sorted(support.articles for support in supports) == [3, 5]
    assert conflict.causes[0].label == "digits swapped"
    assert "14.7 million EUR" in conflict.reason and "17.4 million EUR" in conflict.reason


def test_parts_listed_by_an_article_are_not_held_against_anothers_whole() -> None:
    whole = claim(article="a.txt", quote="38,4 M€", amount=38400000, metric="debt")
    items = [claim(article="b.txt", quote=f"{n} M€", amount=n * 10**6, metric="debt", place=n, sentence=f"poste {n}")
             for n in (6, 11, 17)]  # fmt: skip
    assert not find_conflicts([whole, *items])
    slip = claim(article="b.txt", quote="34,8 M€", amount=34800000, metric="debt", place=99, sentence="total")
    (conflict,) = find_conflicts([whole, *items, slip])
    assert {conflict.a.quote, conflict.b.quote} == {"38,4 M€", "34,8 M€"}


def test_who_tells_two_figures_of_the_same_digits_means_both() -> None:
    phones = claim(quote="546 M€", amount=546000000, year=2024, scope="téléphones")
    smartphones = claim(article="b.txt", quote="456 M€", amount=456000000, year=2024, scope="smartphones")
    (conflict,) = find_conflicts([phones, smartphones])
    assert conflict.severity == "tension" and conflict.causes[0].label == "digits swapped"
    assert "(téléphones)" in conflict.reason and "(smartphones)" in conflict.reason
    tablets = claim(article="b.txt", quote="546 M€", amount=546000000, year=2024, scope="tablettes", place=9)
    assert not find_conflicts([phones, smartphones, tablets])


def test_rounds_of_a_weekly_list_carry_no_date() -> None:
    friday, monday = date(2025, 10, 17), date(2025, 10, 20)
    total = claim(quote="200 M€", amount=200000000, company=None, metric="market_size", start="2025-10-13",
                  end=friday, published=monday, sentence="200 M€ levés cette semaine")  # fmt: skip
    rounds = [claim(quote=f"{n} M€", amount=n * 10**6, company=f"Société {n}", metric="funding", place=n,
                    published=monday)
              for n in (105, 120)]  # fmt: skip
    (conflict,) = compare_article([total, *rounds])
    assert conflict.sum and "105 million EUR + 120 million EUR" in conflict.sum
    late = [one.model_copy(update={"published": date(2025, 11, 5)}) for one in rounds]
    assert not list(compare_article([total, *late]))


def test_the_same_cited_source_is_one_origin() -> None:
    told = [claim(article=f"{n}.txt", quote="14 M€", amount=14000000, year=2024, attribution="Bloomberg")
            for n in range(3)]  # fmt: skip
    (conflict,) = find_conflicts([*told, claim(article="z.txt", quote="20 M€", amount=20000000, year=2024)])
    assert [support.origins for support in (conflict.support_a, conflict.support_b) if support] == [1, 1]
    assert [len(group) for group in agreements(told)] == [3]
    assert all(record.alone == 1 for record in records(told))


def test_an_article_that_cites_is_no_origin_besides() -> None:
    cited = {"quote": "14 M€", "amount": 14000000, "year": 2024}
    told = [claim(article="a.txt", **cited), claim(article="a.txt", place=99, attribution="Bloomberg", **cited),
            claim(article="b.txt", attribution="l'agence Bloomberg", **cited)]  # fmt: skip
    (conflict,) = find_conflicts([*told, claim(article="z.txt", quote="20 M€", amount=20000000, year=2024)])
    supports = [support for support in (conflict.support_a, conflict.support_b) if support]
    assert sorted((support.articles, support.origins) for support in supports) == [(1, 1), (2, 1)]


def test_agency_copy_is_one_origin() -> None:
    story = " ".join(f"La société a publié mardi le chiffre numéro {n} de son exercice." for n in range(40))
    other = " ".join(f"Un tout autre article parle ici de la mer et du vent, {n} fois." for n in range(40))
    copies = near_copies({"a.txt": story, "b.txt": "Avec AFP. " + story, "c.txt": other})
    assert copies == {"a.txt": "a.txt", "b.txt": "a.txt"}
    told = [claim(article=f"{name}.txt", quote="14 M€", amount=14000000, year=2024) for name in "abc"]
    (conflict,) = find_conflicts(
        [*told, claim(article="z.txt", quote="20 M€", amount=20000000, year=2024)], None, copies
    )
    supports = [support for support in (conflict.support_a, conflict.support_b) if support]
    assert sorted((support.articles, support.origins) for support in supports) == [(1, 1), (3, 2)]


@pytest.mark.parametrize("row", rows("pairs.jsonl"))
def test_conflicting_claims_lie_in_one_neighbourhood(row: dict[str, Any]) -> None:
    a, b = pair(row)
    near = neighbourhood(a)
    assert near is not None
    assert near.has(b) or not row["kind"]


@pytest.mark.parametrize(
    ("day", "fixing", "said"),
    [
        (date(2025, 10, 31), date(2025, 10, 31), "EUR on 2025-10-31)"),
        (date(2025, 11, 2), date(2025, 10, 31), "the last fixing before 2025-11-02, a day without one"),
        (date(2090, 1, 1), None, "the last rate known, for 2090-01-01"),
    ],
)
def test_the_rate_and_its_date_are_kept(day: date, fixing: date | None, said: str) -> None:
    a = claim(quote="45 M€", amount=45000000, metric="funding", published=day)
    b = claim(article="b.txt", quote="45 M$", amount=45000000, metric="funding", currency="CAD", published=day)
    (conflict,) = find_conflicts([a, b])
    assert conflict.rate and Decimal("0.5") < conflict.rate < Decimal("2")
    assert conflict.rate_day and conflict.rate_day == (fixing or conflict.rate_day)
    assert said in conflict.reason


def test_a_part_in_another_currency_is_shown_in_that_of_its_whole() -> None:
    part = claim(quote="80 M$", amount=80000000, currency="USD", start="2024-07-01", end="2024-09-30")
    whole = claim(article="b.txt", quote="40 M€", amount=40000000, year=2024)
    for claims in ([part, whole], [whole, part]):
        (conflict,) = find_conflicts(claims)
        assert (conflict.kind, conflict.a.currency) == ("part", "EUR")
        assert conflict.values_b and conflict.values_b.startswith("71") and conflict.values_b.endswith("EUR")


@pytest.mark.parametrize("row", [row for row in rows("pairs.jsonl") if row.values[0]["kind"]])
def test_every_conflict_has_two_causes_with_evidence(row: dict[str, Any]) -> None:
    (conflict,) = find_conflicts(pair(row))
    assert len({cause.label for cause in conflict.causes}) == 2
    assert all(len(cause.evidence) > 9 for cause in conflict.causes)


def test_a_sum_names_the_slip_that_would_mend_it() -> None:
    text = "Un tour de 600 M€ : 468 M€ en capital et 232 M€ en dette."
    told = [claim(quote=f"{n} M€", amount=n * 10**6, metric="funding", sentence=text, year=2024,
                  place=text.index(str(n)))
            for n in (600, 468, 232)]  # fmt: skip
    (conflict,) = compare_article([one.model_copy(update={"end": one.start + 6}) for one in told])
    assert conflict.causes[0].label == "a slip in one figure"
    assert "132 million EUR for 232 M€" in conflict.causes[0].evidence
    assert conflict.support_a and conflict.support_a.articles == 1


def test_a_figure_that_most_articles_give_leaves_the_other_alone() -> None:
    told = [claim(article=f"{n}.txt", quote="14 M€", amount=14000000, year=2024) for n in range(3)]
    (conflict,) = find_conflicts([*told, claim(article="z.txt", quote="20 M€", amount=20000000, year=2024)])
    assert conflict.causes[0].label == "an error of the lone voice"
    assert "20 M€ stands in 1 of 4 articles" in conflict.causes[0].evidence


def test_later_figure_for_a_period_that_still_ran_supersedes() -> None:
    early = claim(quote="30 M€", amount=30000000, year=2025, published=date(2025, 6, 1))
    late = claim(article="b.txt", quote="41 M€", amount=41000000, year=2025, published=date(2026, 2, 1))
    (conflict,) = find_conflicts([early, late])
    assert conflict.superseded


def test_months_that_do_not_make_their_quarter() -> None:
    months = [("2026-01-01", "2026-01-31", 401), ("2026-02-01", "2026-02-28", 386), ("2026-03-01", "2026-03-31", 413)]
    told = [claim(quote=f"{a} M€", amount=a * 10**6, start=s, end=e, place=n) for n, (s, e, a) in enumerate(months)]
    total = claim(quote="1 134 M€", amount=1134 * 10**6, start="2026-01-01", end="2026-03-31", place=9)
    (conflict,) = compare_article([*told, total])
    assert conflict.kind == "part" and conflict.sum and "401 million EUR + 386 million EUR" in conflict.sum
    fits = claim(quote="1,2 Md€", amount=1200 * 10**6, start="2026-01-01", end="2026-03-31", place=9)
    assert not list(compare_article([*told, fits]))


def test_change_that_is_not_the_difference_of_its_levels() -> None:
    sentence = "Le chiffre d'affaires recule de {} M€, à 140 M€."
    levels = [claim(quote="140 M€", amount=140000000, year=2025, sentence=sentence, place=1),
              claim(quote="160 M€", amount=160000000, year=2024, place=2)]  # fmt: skip
    for millions, expected in ((35, 1), (20, 0)):
        change = claim(quote=f"{millions} M€", amount=millions * 10**6, year=2025, change=True, sentence=sentence)
        assert len(list(compare_article([change, *levels]))) == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": 0}, "zero"),
        ({"amount": -5}, "negative"),
        ({"amount": 5, "start": "2024-12-31", "end": "2024-01-01"}, "before it starts"),
        ({"amount": 5, "published": None}, "no date"),
        ({"amount": 5, "currency": None}, "currency"),
        ({"amount": 5, "company": None, "year": 2024}, "no company"),
        ({"amount": 5, "metric": "other", "scope": None, "year": 2024}, "what it is paid for"),
    ],
)
def test_what_cannot_be_compared_says_why(fields: dict[str, Any], reason: str) -> None:
    (found,) = find_incomparable([claim(quote="5 €", **fields)])
    assert reason in found.reason
    assert why_incomparable(found.a, claim(quote="6 €", amount=6, year=2024)) == found.reason


def test_a_currency_without_a_rate_is_stated() -> None:
    a = claim(quote="5 M€", amount=5000000, year=2024)
    b = claim(article="b.txt", quote="5 millions de nairas", amount=5000000, currency="NGN", year=2024)
    assert not find_conflicts([a, b])
    (found,) = find_incomparable([a, b])
    assert "NGN" in found.reason and found.b is not None
