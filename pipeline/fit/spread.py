"""Work spread over processes forked from this one, which see all that it has in memory."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
_task: Callable[[int], Any] | None = None  # of the processes now forked; a closure cannot be sent to them


def spread(task: Callable[[int], T], number: int, jobs: int) -> Iterable[T]:
    """`task(0)` to `task(number - 1)`, in order, by so many processes; by one: in this process."""
    global _task
    if jobs == 1:
        yield from map(task, range(number))
        return
    _task = task
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_run, range(number))


def _run(index: int) -> Any:
    assert _task is not None
    return _task(index)
