"""The whole way through: a folder in, facts and conflicts out; again, changed, broken off, in parallel."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest

from benchmarks.generate import claims
from extractors.rules.company import CompanyTable
from pipeline import run as running
from pipeline import store, workers
from pipeline.compare.metrics import family_of
from pipeline.models import Article, Claim, Conflict, digest
from pipeline.store import writing

TEXT = "---\nsource: {source}\npublished: 2025-11-05\n---\nOpenAI a perdu {amount} milliards de dollars en 2024.\n"


def stub(article: Article, table: CompanyTable | None = None) -> list[Claim]:
    """Reads "a perdu N milliards" and fails on "panne", so that these tests need no model."""
    if "panne" in article.text:
        raise ValueError("panne")
    words = article.text.split()
    amount = Decimal(words[words.index("perdu") + 1].replace(",", "."))
    start = article.text.index(words[words.index("perdu") + 1])
    claim = Claim(
        article=article.path, source=article.source, published=article.published, quote=f"{words[3]} milliards",
        start=start, end=start + 5, sentence=article.text.strip(), amount_min=amount * 10**9, amount_max=amount * 10**9,
        currency="USD", company="OpenAI", metric="loss", period_start="2024-01-01", period_end="2024-12-31",
    )  # fmt: skip
    return [claim.model_copy(update={"claim_id": digest(claim.model_dump(mode="json"))})]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(workers, "extract_claims", stub)
    articles = tmp_path / "articles"
    articles.mkdir()
    for name, amount in (("a", "5"), ("b", "5,1"), ("c", "50")):
        (articles / f"{name}.txt").write_text(TEXT.format(source=f"Le Fil {name}", amount=amount), "utf-8")
    return articles


def run(folder: Path, db: store.Database) -> running.Run:
    work = running.Run(db, workers.Work([folder], seconds=None))
    for _ in work.read():
        pass
    for _ in work.check():
        pass
    return work


@pytest.fixture
def db(tmp_path: Path) -> Iterator[store.Database]:
    with store.open_store(tmp_path / "facts.db", create=True) as database:
        yield database


def conflicts(db: store.Database) -> list[Conflict]:
    return list(store.find_conflicts(db, store.ConflictFilter()))


def test_folder_in_conflicts_out(folder: Path, db: store.Database) -> None:
    work = run(folder, db)
    assert (work.counts.articles, work.counts.claims, work.counts.contradictions) == (3, 3, 1)
    assert [c.kind for c in work.gravest] == ["magnitude"] == [c.kind for c in conflicts(db)]


def test_second_run_changes_nothing(folder: Path, db: store.Database) -> None:
    run(folder, db)
    before = list(db["claims"].rows), list(db["conflicts"].rows), list(db["articles"].rows)
    work = run(folder, db)
    assert (work.counts.articles, work.counts.unchanged, work.counts.contradictions) == (0, 3, 0)
    assert (list(db["claims"].rows), list(db["conflicts"].rows), list(db["articles"].rows)) == before


def test_changed_article_replaces_its_claims_and_conflicts(folder: Path, db: store.Database) -> None:
    run(folder, db)
    (folder / "c.txt").write_text(TEXT.format(source="Le Fil c", amount="5"), "utf-8")
    work = run(folder, db)
    assert (work.counts.articles, work.counts.unchanged) == (1, 2)
    assert not conflicts(db) and len(list(db["claims"].rows)) == 3
    [settled] = store.find_conflicts(db, store.ConflictFilter(superseded=True))
    assert settled.superseded and settled.kind == "magnitude"


def test_new_version_of_the_rules_reads_again(
    folder: Path, db: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, db)
    monkeypatch.setattr(running, "fingerprint", lambda patterns: "other")
    assert run(folder, db).counts.articles == 3


def test_metrics_that_were_looked_at_apart_are_put_together(
    folder: Path, db: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, db)
    [before] = conflicts(db)
    db.execute("UPDATE claims SET family = 'former'")
    db.execute("UPDATE conflicts SET cell = 'group/former/OpenAI'")
    monkeypatch.setattr(running, "fingerprint", lambda patterns: "other")
    assert run(folder, db).counts.contradictions == 0
    assert [one.conflict_id for one in conflicts(db)] == [before.conflict_id]
    assert {row["family"] for row in db["claims"].rows} == {family_of("loss")}


def test_failures_are_noted_and_the_batch_goes_on(folder: Path, db: store.Database) -> None:
    (folder / "vide.txt").write_text("", "utf-8")
    (folder / "panne.txt").write_text("Une panne à 3 milliards.", "utf-8")
    work = run(folder, db)
    assert (work.counts.articles, work.counts.failed) == (3, 2)
    problems = {Path(row["path"]).name: row["problem"] for row in db["run_failures"].rows}
    assert problems == {"vide.txt": "the file is empty", "panne.txt": "extraction failed (ValueError: panne)"}


def test_large_groups_are_compared_around_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that comparing the whole group finds, article by article, and hardly more."""
    articles = [list(article) for _, article in groupby(claims(1200), key=lambda claim: claim.article)]

    def conflicts_found(large: int, step: int) -> set[tuple[str, frozenset[str]]]:
        monkeypatch.setattr(writing, "LARGE", large)
        with store.memory_store() as db:
            for at in range(0, len(articles), step):
                store.save_claims(db, (claim for article in articles[at : at + step] for claim in article))
                for _ in running.check(db):
                    pass
            assert not store.pending_cells(db)
            return {(one.kind, frozenset((one.a.quote, one.b.quote))) for one in conflicts(db)}

    whole, parts = conflicts_found(10**9, len(articles)), conflicts_found(40, 5)
    assert whole and whole <= parts and len(parts) <= 1.2 * len(whole)


def test_a_slip_across_two_metrics_is_found_in_a_large_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LARGE", 1)
    told = [
        Claim(
            claim_id=metric, article=f"{metric}.txt", quote=quote, start=0, end=9, sentence=quote, company="Google",
            metric=metric, amount_min=amount, amount_max=amount, currency="USD", modality="forecast",
            period_start="2026-01-01", period_end="2030-12-31", published="2026-02-02",
        )
        for metric, quote, amount in (
            ("capex", "15 milliards de dollars", 15 * 10**9), ("investment", "1 500 milliards", 1500 * 10**9),
        )
    ]  # fmt: skip
    with store.memory_store() as db:
        for claim in told:
            store.save_claims(db, [claim])
            for _ in running.check(db):
                pass
        assert [one.kind for one in conflicts(db)] == ["magnitude"]


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from pipeline import run as running, store, workers
from tests.test_run import stub
workers.extract_claims = stub
left = int(sys.argv[3])
for name in ("save_article", "save_conflicts"):
    def counted(*args, saved=getattr(store, name)):
        global left
        left -= 1
        db = args[0]
        if left == 0:
            with db.atomic():
                saved(*args)
                os._exit(9)
        return saved(*args)
    setattr(store, name, counted)
with store.open_store(Path(sys.argv[2]), create=True) as db:
    work = running.Run(db, workers.Work([Path(sys.argv[1])], seconds=None))
    list(work.read()), list(work.check())
"""


@pytest.mark.parametrize("step", [1, 3, 4, 6])
def test_killed_run_is_completed_by_the_next(folder: Path, tmp_path: Path, db: store.Database, step: int) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(root=str(Path(__file__).parent.parent)), "utf-8")
    broken = tmp_path / "broken.db"
    done = subprocess.run([sys.executable, script, folder, broken, str(step)], check=False)
    assert done.returncode == 9
    run(folder, db)
    with store.open_store(broken) as completed:
        run(folder, completed)
        for table in ("articles", "claims", "conflicts", "pending"):
            assert list(completed[table].rows) == list(db[table].rows)


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    for name, amount in (("a", "5"), ("b", "50")):
        (tmp_path / f"{name}.txt").write_text(TEXT.format(source=name, amount=amount), "utf-8")
    (tmp_path / "vide.txt").write_text("", "utf-8")
    paths = sorted(tmp_path.iterdir())
    one, two = (list(workers.process(workers.Work(paths, jobs))) for jobs in (1, 2))
    assert [(o.path, o.claims, str(o.error)) for o in one] == [(o.path, o.claims, str(o.error)) for o in two]
    assert [len(o.claims) for o in two] == [1, 1, 0]


def test_article_that_takes_too_long_is_one_line_and_the_batch_goes_on(tmp_path: Path) -> None:
    for name in ("a", "c"):
        (tmp_path / f"{name}.txt").write_text(TEXT.format(source=name, amount="5"), "utf-8")
    long = " ".join(f"La société Zorglub{n} a perdu {n} millions d'euros." for n in range(3000))
    (tmp_path / "b.txt").write_text(long, "utf-8")
    outcomes = list(workers.process(workers.Work([tmp_path], seconds=2)))
    assert [len(o.claims) for o in outcomes] == [1, 0, 1]
    assert [o.error.problem for o in outcomes if o.error] == ["took longer than 2 seconds"]


def test_page_of_an_archive_that_is_endless_is_one_line_and_the_archive_goes_on(tmp_path: Path) -> None:
    page = "<html lang=fr><body><article><h1>Zorglub lève 5 millions</h1>{}</article></body></html>"
    text = "<p>La société Zorglub a levé 5 millions d'euros en 2024 auprès de ses actionnaires historiques.</p>" * 3
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as pack:
        pack.writestr("a.html", page.format(text))
        pack.writestr("b.html", page.format(text.replace("</p>", "<b><i>" * 400 + "</p>") * 1500))
        pack.writestr("c.html", page.format(text))
    outcomes = list(workers.process(workers.Work([tmp_path], seconds=2)))
    assert [o.path.rsplit("/", 1)[1] for o in outcomes] == ["a.html", "b.html", "c.html"]
    assert [bool(o.claims) for o in outcomes] == [True, False, True]
    assert [o.path for o in outcomes if o.error] == [str(tmp_path / "pages.zip/b.html")]


def test_user_companies_reach_the_extraction(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le chiffre d'affaires de Zorglux atteint 5 millions d'euros.", "utf-8")
    rows = ({"name": "Zorglub SA", "aliases": "Zorglux", "fiscal_year_end": "3"},)
    [outcome] = workers.process(workers.Work([tmp_path / "a.txt"], rows=rows))
    assert [c.company for c in outcome.claims] == ["Zorglub SA"]


def test_every_table_of_the_comparison_is_part_of_its_version() -> None:
    known = {path.resolve() for pattern in running.COMPARISON for path in running.ROOT.glob(pattern)}
    code = "".join(path.read_text("utf-8") for path in (running.ROOT / "compare").glob("*.py"))
    tables = [path for path in (running.ROOT.parent / "extractors" / "tables").glob("*.*") if f'"{path.name}"' in code]
    assert len(tables) > 5 and {path.resolve() for path in tables} <= known


def test_a_total_told_behind_its_items_is_stored_with_its_sum(tmp_path: Path) -> None:
    text = "L'atelier a coûté 12 millions d'euros et le laboratoire 8 millions, soit 25 millions en tout."
    article = Article(path="a.txt", text=text, published="2025-11-05")
    told = [
        Claim(
            claim_id=str(millions), article="a.txt", quote=f"{millions} millions", start=text.index(f"{millions} "),
            end=text.index(f"{millions} ") + len(f"{millions} millions"), sentence=text, company="Brivel",
            amount_min=millions * 10**6, amount_max=millions * 10**6, currency="EUR", metric="capex",
        )
        for millions in (12, 8, 25)
    ]  # fmt: skip
    with store.open_store(tmp_path / "facts.db", create=True) as db:
        store.save_article(db, article, told, "1")
        assert len(list(running.check(db))) == 2
        (conflict,) = store.find_conflicts(db, store.ConflictFilter())
    assert (conflict.kind, conflict.a.quote, conflict.b.quote) == ("part", "25 millions", "12 millions")
    assert conflict.sum == (
        "12 million EUR + 8 million EUR makes 19 million EUR up to 22 million EUR within rounding, not 25 million EUR"
    )
