"""`recoupe export`: the facts as files for other tools."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline import store
from pipeline.cli.common import DEFAULT_DB, Database, usage, warn
from pipeline.errors import ReadError, shown
from pipeline.export import CLAIM_WRITERS, CONFLICT_WRITERS, export_file, export_folder


def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR|FILE", help="A folder for every format, or one file.")],
    conflicts: Annotated[bool, typer.Option("--conflicts", help="Write conflicts into the file, not claims.")] = False,
    db: Database = DEFAULT_DB,
) -> None:
    """Write claims and conflicts as CSV, JSONL and Parquet, and conflicts as ClaimReview JSON-LD without a verdict."""
    known = CONFLICT_WRITERS if conflicts or to.suffix == ".jsonld" else CLAIM_WRITERS
    if to.suffix and not to.is_dir() and to.suffix not in known:
        raise usage(f"no format {to.suffix!r}; known are {', '.join(known)}", "--to")
    with store.read_store(db) as database:
        claims = partial(store.find_claims, database, store.ClaimFilter())
        flagged = partial(store.find_conflicts, database, store.ConflictFilter())
        try:
            if to.is_dir() or not to.suffix:
                for path in export_folder(to, claims, flagged):
                    warn(shown(path))
            else:
                export_file(to, claims, flagged, known is CONFLICT_WRITERS)
        except OSError as error:
            raise ReadError(to, f"cannot be written ({error.strerror})", "name another place with --to") from error
