"""What people decided about conflicts. A judgement is keyed to the two statements, so it survives a re-run."""

from typing import Literal

from sqlite_utils import Database

from pipeline.models import Conflict
from pipeline.store.reading import conflicts_where

Status = Literal["open", "confirmed", "dismissed", "resolved"]


class UnknownConflictError(Exception):
    """An id that names no conflict, or several: `str(error)` is one line."""


def conflict(db: Database, conflict_id: str) -> Conflict:
    """The conflict with this id, or the only one whose id begins so. Raises UnknownConflictError."""
    found = list(conflicts_where(db, "conflicts.conflict_id GLOB ?", [f"{_plain(conflict_id)}*"]))
    if len(found) != 1:
        problem = f"{len(found)} conflicts begin with" if found else "no conflict has the id"
        raise UnknownConflictError(f"{problem} {conflict_id!r}; list them with: recoupe conflicts --status all")
    return found[0]


def save_review(db: Database, conflict_id: str, status: Status, note: str | None = None) -> Conflict:
    """Notes the judgement and returns the conflict with it; "open" takes an earlier one back.

    Raises UnknownConflictError.
    """
    judged = conflict(db, conflict_id)
    [row] = db.query("SELECT DISTINCT review_key FROM conflicts WHERE conflict_id = ?", [judged.conflict_id])
    with db.atomic():
        db.execute("DELETE FROM reviews WHERE review_key = ?", [row["review_key"]])
        if status != "open":
            db.table("reviews").insert({"review_key": row["review_key"], "status": status, "note": note})
    return judged.model_copy(update={"status": status})


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
