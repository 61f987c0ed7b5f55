"""The database of facts: articles, claims and conflicts in SQLite. SQL stands nowhere else."""

from sqlite_utils import Database

from pipeline.store.agreeing import Agreements
from pipeline.store.cells import cell_claims, pending_cells
from pipeline.store.copies import Copies
from pipeline.store.opening import StoreError, memory_store, open_store, read_store
from pipeline.store.reading import (
    ClaimFilter,
    ConflictFilter,
    claim,
    company_names,
    find_claims,
    find_conflicts,
    groups,
    known_hash,
)
from pipeline.store.reviewing import Status, UnknownConflictError, conflict, save_review
from pipeline.store.rows import Cell, gravity
from pipeline.store.writing import (
    RunCounts,
    finish_run,
    note_all,
    save_article,
    save_claims,
    save_companies,
    save_conflicts,
    save_failure,
    start_run,
)

__all__ = [
    "Agreements",
    "Cell",
    "ClaimFilter",
    "ConflictFilter",
    "Copies",
    "Database",
    "RunCounts",
    "Status",
    "StoreError",
    "UnknownConflictError",
    "cell_claims",
    "claim",
    "company_names",
    "conflict",
    "find_claims",
    "find_conflicts",
    "finish_run",
    "gravity",
    "groups",
    "known_hash",
    "memory_store",
    "note_all",
    "open_store",
    "pending_cells",
    "read_store",
    "save_article",
    "save_claims",
    "save_companies",
    "save_conflicts",
    "save_failure",
    "save_review",
    "start_run",
]
