"""Two processes test at once, so that each computes on one core; numpy asks for this before it is imported."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
