"""What the encoder costs: the time of reading with it, as a multiple of reading without it.

    OMP_NUM_THREADS=1 python benchmarks/bench_encoder.py [corpus/heldout]

The second line reads one text of 15,000 words, of which the encoder sees the beginning only.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from extractors import extract
from extractors.encoder.model import silence


def seconds(texts: Sequence[str]) -> float:
    """How long the texts take."""
    start = time.perf_counter()
    for text in texts:
        extract(text)
    return time.perf_counter() - start


def main() -> None:
    """Reads twice and prints the ratios."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "corpus/heldout")
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.txt"))]
    if not texts:
        raise SystemExit(f"{folder}: no .txt files; name a folder of articles")
    long = "\n".join(texts)
    long *= 100_000 // len(long) + 1
    extract(texts[0])  # loads the models
    heard = seconds(texts), seconds([long[:100_000]])
    silence()
    unheard = seconds(texts), seconds([long[:100_000]])
    for name, with_it, without in zip((f"{len(texts)} articles", "a long text"), heard, unheard, strict=True):
        print(f"{name}: {with_it / without:.2f} times as long with the encoder ({without:.1f} s without)")


if __name__ == "__main__":
    main()
