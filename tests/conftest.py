"""Two processes test at once, so that each computes on one core; numpy asks for this before it is imported."""

import os
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # what is slow is told by benchmarks, not by the clock of a busy machine
os.environ.setdefault("OMP_NUM_THREADS", "1")

Work = Callable[[int], object]
TRIES, LEAST = 8, 0.005  # seconds that no clock tells well


@pytest.fixture(scope="session")
def grows_linearly() -> Callable[[Work, int], bool]:
    """Tells whether twice the size takes less than three times as long (quadratic work takes four times). One try of
    several is enough: a busy machine is slow by fits and starts."""

    def seconds(work: Work, size: int) -> float:
        start = time.process_time()
        work(size)
        return time.process_time() - start

    def told(work: Work, size: int) -> bool:
        work(1)
        return any(seconds(work, 2 * size) < 3 * max(seconds(work, size), LEAST) for _ in range(TRIES))

    return told
