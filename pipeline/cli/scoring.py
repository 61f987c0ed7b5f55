"""`recoupe score`: precision and recall against gold files."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.common import Jobs, usage, warn
from pipeline.cli.extracting import Tally
from pipeline.compare import find_conflicts
from pipeline.errors import ReadError
from pipeline.gold import load_gold
from pipeline.models import Claim, Conflict
from pipeline.score import FIELDS, ClaimScore, ConflictScore, GoldPair, conflict_files, score_claims, score_conflicts
from pipeline.workers import Work, process

KINDS = (*FIELDS, "MISSED", "SPURIOUS")


def score(
    gold_dir: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="Folder of articles with .gold.json files.")],
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="Print the first N errors of each report.")] = 0,
    field: Annotated[str | None, typer.Option(help="Only errors of this field, or MISSED, SPURIOUS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    jobs: Jobs = 0,
) -> None:
    """Score extraction and conflicts against gold files; each folder with conflicts is a store of its own."""
    if field and field not in KINDS:
        raise usage(f"no field {field}; known are {', '.join(KINDS)}", "--field")
    tally, by_article = Tally(), defaultdict[str, list[Claim]](list)
    for claim in tally.claims(process(Work([gold_dir], jobs, language="any"))):
        by_article[claim.article].append(claim)
    try:
        claims = score_claims(load_gold(gold_dir), by_article)
        conflicts = score_conflicts(gold_dir, _flagged(gold_dir, by_article))
    except (OSError, ValueError, KeyError) as error:
        raise ReadError(gold_dir, f"a gold file cannot be used ({error})", "mend it as GUIDE.md says") from error
    if not claims.totals["gold"] and not conflicts.conflicts:
        warn(f"{gold_dir}: no gold claims or conflicts; give a folder of NAME.txt with NAME.gold.json")
        raise typer.Exit(1)
    if as_json:
        print(json.dumps({"claims": claims.report(), "conflicts": conflicts.report()}, ensure_ascii=False))
    else:
        _print_claims(claims, errors, field)
        print()
        if conflicts.conflicts or conflicts.agreements:
            _print_conflicts(conflicts, 0 if field else errors)
        else:
            print("conflicts: no conflicts.gold.json to measure them by")


def _flagged(gold_dir: Path, by_article: dict[str, list[Claim]]) -> list[Conflict]:
    folders = {str(path.parent) for path in conflict_files(gold_dir)}
    stores = defaultdict[str, list[Claim]](list)
    for article, claims in by_article.items():
        stores[str(Path(article).parent)] += claims
    return [conflict for folder in sorted(folders) for conflict in find_conflicts(stores[folder])]


def _print_claims(score: ClaimScore, errors: int, field: str | None) -> None:
    print("extraction")
    for name, value in score.report().items():
        if name == "fields":
            print("  accuracy on matched claims")
            for one, accuracy in value.items():
                print(f"    {one:14} {accuracy:.3f}")
        else:
            print(f"  {name:16} {_figures(value)}")
    for miss in [m for m in score.misses if not field or m.field == field][:errors]:
        print(f"\n{miss.article} {miss.field} {miss.quote!r}: got {miss.got} want {miss.want}\n    …{miss.context}…")


def _print_conflicts(score: ConflictScore, errors: int) -> None:
    print("conflicts")
    for name, value in score.report().items():
        print(f"  {name:28} {_figures(value)}")
    for gold in score.missed[:errors]:
        print(f"\nMISSED {_gold(gold)}")
    for agreement in score.trapped[:errors]:
        print(f"\nTRAPPED {_gold(agreement)}")
    for flag in score.wrong[:errors]:
        print(f"\nWRONG {flag.kind} {flag.severity}: {flag.reason}")
        for side in (flag.a, flag.b):
            print(f"    {Path(side.article).name} {side.quote!r}: …{' '.join(side.sentence.split())}…")


def _gold(pair: GoldPair) -> str:
    raw = pair.raw
    sides = "\n".join(f"    {raw[side]['article']} {raw[side]['quote']!r}" for side in ("a", "b"))
    return f"{raw.get('kind', '')} {raw.get('severity', '')}: {raw.get('why', '')}\n{sides}"


def _figures(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {figure:.3f}" for name, figure in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
