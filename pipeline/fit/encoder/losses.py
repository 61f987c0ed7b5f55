"""What the encoder gets wrong: the losses of all that is asked in a batch of windows, field by field."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from extractors.encoder.model import CLASSIFIED, PARTY, POINTED, UNREAD
from pipeline.fit.encoder.network import Network, Pointer
from pipeline.fit.encoder.samples import Question, Sample, Value

Asked = tuple[int, Question]  # the number of the window in its batch, and what is asked of it
Of = tuple[int, Value]  # the number of the question, and a value of it


class Losses:
    """Scores values as `extractors.encoder.reading` does, of a whole batch at once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._rules = {rule: row + 1 for row, rule in enumerate(network.rules)}

    def of(self, batch: Sequence[Sample], vectors: Tensor) -> Tensor:
        """The negative log-likelihood of the right values of each question and field (n), for the vectors of the
        pieces of the windows (batch by n by h)."""
        sums = _sums(vectors)
        return torch.cat([self._of_field(field, list(_asked(batch, field)), sums) for field in (*CLASSIFIED, *POINTED)])

    def of_names(self, batch: Sequence[Sample], vectors: Tensor) -> Tensor:
        """The negative log-likelihood of what each name in the windows is, a party's or not (n)."""
        asked = [(w, name) for w, sample in enumerate(batch) for name in sample.names if name.right is not None]
        if not asked:
            return vectors.new_zeros(0)
        places = [(row, window, *place) for row, (window, name) in enumerate(asked) for place in name.places]
        rows = torch.tensor([row for row, *_ in places])
        each = self._network.judges[PARTY](_means(_sums(vectors), [place for _, *place in places]))[:, 0]
        times = torch.bincount(rows, minlength=len(asked))
        odds = torch.zeros(len(asked)).index_add(0, rows, each) / times
        right = torch.tensor([float(bool(name.right)) for _, name in asked])
        return functional.binary_cross_entropy_with_logits(odds, right, reduction="none")

    def _of_field(self, field: str, asked: Sequence[Asked], sums: Tensor) -> Tensor:
        if not asked:
            return sums.new_zeros(0)
        values = [(row, value) for row, (_, question) in enumerate(asked) for value in question.fields[field]]
        rows, right = torch.tensor([row for row, _ in values]), torch.tensor([value.right for _, value in values])
        amounts = _means(sums, [(window, *question.amount) for window, question in asked])
        judge = self._network.judges[field]
        if isinstance(judge, Pointer):
            scores = self._pointed(judge, amounts, asked, values, sums)
        else:
            scores = judge(amounts)[rows, [judge.classes.index(str(value.value)) for _, value in values]]
        return _together(scores, rows, len(asked)) - _together(scores[right], rows[right], len(asked))

    def _pointed(
        self, judge: Pointer, amounts: Tensor, asked: Sequence[Asked], values: Sequence[Of], sums: Tensor
    ) -> Tensor:
        """The score of each value: of all its words together, or of no value."""
        scores = sums.new_full((len(values),), UNREAD)
        nobody = [(place, row) for place, (row, value) in enumerate(values) if value.value is None]
        places, rows = torch.tensor(nobody, dtype=torch.long).reshape(-1, 2).T
        scores = scores.index_put((places,), judge.nobody(amounts)[rows])
        words = [(place, row, word) for place, (row, value) in enumerate(values) for word in value.words]
        if not words:
            return scores
        each = judge(
            amounts[[row for _, row, _ in words]],
            _means(sums, [(asked[row][0], *word.place) for _, row, word in words]),
            torch.tensor([self._rules.get(word.rule, 0) for _, _, word in words]),
            torch.tensor([word.distance for _, _, word in words]),
        )
        places, inverse = torch.tensor([place for place, _, _ in words]).unique(return_inverse=True)
        return scores.index_put((places,), _together(each, inverse, len(places)))


def _asked(batch: Sequence[Sample], field: str) -> Iterator[Asked]:
    """What can be learnt of the field: the questions with values right and wrong."""
    for number, sample in enumerate(batch):
        for question in sample.questions:
            if len({value.right for value in question.fields.get(field, ())}) > 1:
                yield number, question


def _sums(vectors: Tensor) -> Tensor:
    """The sums of vectors (batch by n by h) up to each piece."""
    return functional.pad(vectors.cumsum(1), (0, 0, 1, 0))


def _means(sums: Tensor, places: Sequence[Sequence[int]]) -> Tensor:
    """The mean vectors (n by h) of the pieces at places: window, first and end."""
    window, first, end = torch.tensor(places).T
    return (sums[window, end] - sums[window, first]) / (end - first)[:, None]


def _together(scores: Tensor, rows: Tensor, number: int) -> Tensor:
    """The logarithm of the sum of the exponentials of each row's scores (n); each row has some."""
    top = torch.full((number,), -torch.inf).scatter_reduce(0, rows, scores.detach(), "amax")
    return torch.zeros(number).index_add(0, rows, (scores - top[rows]).exp()).log() + top
