"""The chain from logits to a choice.

The steps and their order are those of llama.cpp's default chain (`common_params_sampling::samplers`): logit bias,
penalties, top-k, top-p, min-p, temperature, and a draw. Top-p and min-p therefore look at probabilities before the
temperature changes them. Everything is computed in float64. Equal logits are ordered by id, lowest first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from attrs import define, field, frozen
from numpy.typing import ArrayLike, NDArray

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.sampling.settings import Sampling

Float64s = NDArray[np.float64]
Ids = NDArray[np.int64]


@frozen
class Choice:
    """A token, and the log-probability that the model itself gave it: before bias, penalties, cuts and temperature.

    `top` are the most likely tokens of that distribution, best first, with their log-probabilities.
    """

    id: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


@frozen(eq=False)
class Candidates:
    """What can still be chosen: ids with their logits, best first (equal ones by id)."""

    ids: Ids
    logits: Float64s

    @classmethod
    def best(cls, logits: Float64s, count: int) -> Candidates:
        """The `count` largest of all logits, without those of -inf."""
        if count < logits.size:
            limit = np.partition(logits, logits.size - count)[logits.size - count]
            ids = np.flatnonzero(logits >= limit)
        else:
            ids = np.arange(logits.size)
        ids = ids[np.lexsort((ids, -logits[ids]))][:count]
        return cls(ids, logits[ids]).first(int(np.count_nonzero(logits[ids] > -math.inf)))

    def first(self, count: int) -> Candidates:
        """The best of them."""
        return Candidates(self.ids[:count], self.logits[:count])

    @property
    def probabilities(self) -> Float64s:
        """Softmax over the candidates."""
        powers = np.exp(self.logits - self.logits[0])
        return powers / powers.sum()


NONE = Candidates(np.empty(0, np.int64), np.empty(0))


@define(eq=False)
class Sampler:
    """Chooses tokens by `settings` for a vocabulary of a size. Each choice that is not greedy takes one random number.

    The numbers come from NumPy's Philox generator with the seed as its key: the same seed, logits and history give the
    same tokens on every machine. `seed` is the one in use, also where the settings leave it to chance.
    """

    settings: Sampling
    vocabulary: int
    seed: int = field(init=False)
    _draws: np.random.Generator = field(init=False)

    def __attrs_post_init__(self) -> None:
        outside = [id for id in self.settings.logit_bias if not 0 <= id < self.vocabulary]
        if outside:
            raise InferenceError(
                "INF051", f"logit_bias names token {outside[0]}, and the vocabulary has {self.vocabulary}"
            )
        given = self.settings.seed
        self.seed = np.random.SeedSequence().generate_state(1, np.uint32).item() if given is None else given
        self._draws = np.random.Generator(np.random.Philox(np.random.SeedSequence(self.seed)))

    def pick(self, logits: ArrayLike, history: Sequence[int] = ()) -> Choice:
        """Choose from a row of logits [vocabulary], knowing the tokens so far.

        INF051: the row has another length. INF052: a logit is NaN or +inf. INF053: nothing is left to choose from.
        """
        row = self._row(logits)
        id = self._choose(
            Candidates.best(self.adjusted(row, history), self.settings.top_k or self.vocabulary)
        )
        total = _log_sum(row)
        top = (
            Candidates.best(row, min(self.settings.logprobs, self.vocabulary))
            if self.settings.logprobs
            else NONE
        )
        best = zip(top.ids.tolist(), (top.logits - total).tolist(), strict=True)
        return Choice(id, float(row[id] - total), tuple(best))

    def pick_from(self, values: ArrayLike, ids: Iterable[int]) -> int:
        """Choose from the largest logits, in descending order, when `settings.raw` and `top_k` is their number.

        The choice is the one that `pick` makes from the whole row.
        """
        row = np.asarray(values, np.float64)
        _require_numbers(row)
        given = Candidates(np.asarray([*ids], np.int64), row)
        return self._choose(given.first(int(np.count_nonzero(row > -math.inf))))

    def candidates(self, logits: ArrayLike, history: Sequence[int] = ()) -> tuple[Ids, Float64s]:
        """The ids that can be chosen, best first, and their probabilities."""
        adjusted = self.adjusted(self._row(logits), history)
        left = self._cut(Candidates.best(adjusted, self.settings.top_k or self.vocabulary))
        return left.ids, left.probabilities

    def adjusted(self, row: Float64s, history: Sequence[int]) -> Float64s:
        """Logits after bias and penalties.

        A repeated token's logit is divided by the repetition penalty where it is positive and multiplied where it is
        not; the frequency penalty counts each occurrence, the presence penalty the first.
        """
        settings = self.settings
        if settings.raw:
            return row
        out = row.copy()
        for id, bias in settings.logit_bias.items():
            out[id] += bias
        if settings.penalises:
            window = history if settings.penalty_window < 0 else history[-settings.penalty_window :]
            counts = Counter(window)
            ids = np.fromiter(counts.keys(), np.int64, len(counts))
            times = np.fromiter(counts.values(), np.float64, len(counts))
            penalty = settings.repetition_penalty
            before = out[ids]
            out[ids] = np.where(before <= 0, before * penalty, before / penalty)
            out[ids] -= times * settings.frequency_penalty + settings.presence_penalty
        return out

    def _choose(self, candidates: Candidates) -> int:
        left = self._cut(candidates)
        if self.settings.temperature == 0:
            return int(left.ids[0])
        sums = np.cumsum(left.probabilities)
        at = int(np.searchsorted(sums, self._draws.random() * sums[-1], side="right"))
        return int(left.ids[min(at, left.ids.size - 1)])

    def _cut(self, left: Candidates) -> Candidates:
        """What top-p, min-p and the temperature leave."""
        settings = self.settings
        if left.ids.size == 0:
            raise InferenceError(
                "INF053",
                "no token is left to choose from: all logits are -inf",
                help="lift a logit_bias of -inf",
            )
        if settings.temperature == 0:
            return left.first(1)
        if settings.top_p < 1:
            left = left.first(int(np.searchsorted(np.cumsum(left.probabilities), settings.top_p)) + 1)
        if settings.min_p > 0:
            least = left.logits[0] + math.log(settings.min_p)
            left = left.first(max(1, int(np.count_nonzero(left.logits >= least))))
        return Candidates(left.ids, left.logits / settings.temperature)

    def _row(self, logits: ArrayLike) -> Float64s:
        row = np.asarray(logits, np.float64)
        if row.shape != (self.vocabulary,):
            raise InferenceError("INF051", f"logits have the shape {row.shape}, not ({self.vocabulary},)")
        _require_numbers(row)
        return row


def _require_numbers(row: Float64s) -> None:
    wrong = np.flatnonzero(np.isnan(row) | (row == math.inf))
    if wrong.size:
        raise InferenceError(
            "INF052",
            f"{wrong.size} of {row.size} logits are no numbers: the first is {row[wrong[0]]} at {wrong[0]}",
            help="the model's weights or a kernel are at fault; `ptxgen-infer inspect FILE` looks at the weights",
        )


def _log_sum(row: Float64s) -> float:
    largest = float(row.max())
    return largest + math.log(float(np.exp(row - largest).sum())) if largest > -math.inf else 0.0
