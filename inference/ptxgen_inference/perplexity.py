"""How well a model predicts a text: perplexity, and bits for each byte, which vocabularies do not change."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen_inference.errors import InferenceError

if TYPE_CHECKING:
    from ptxgen_inference.text import Tokenizer


class Predictor(Protocol):
    """What is asked: an `Engine`, or another way to compute the same."""

    @property
    def context(self) -> int: ...

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]: ...


@frozen
class Score:
    """`nats`: the sum of -ln p over `tokens` predicted tokens, which are `bytes` bytes of text."""

    tokens: int
    nats: float
    bytes: int

    @property
    def perplexity(self) -> float:
        """e to the mean of -ln p."""
        return math.exp(self.nats / self.tokens)

    @property
    def bits_per_byte(self) -> float:
        """Bits that the text takes if coded by the model, for each of its bytes."""
        return self.nats / math.log(2) / self.bytes


def windows(tokens: int, window: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, first scored) of windows over a text that advance by half of themselves.

    Every token but the text's first is scored once, behind at least half a window of text where there is as much.
    """
    start, scored = 0, 1
    while scored < tokens:
        end = min(start + window, tokens)
        yield start, end, scored
        start, scored = start + window // 2, end


def score(
    engine: Predictor,
    tokenizer: Tokenizer,
    ids: Sequence[int],
    *,
    window: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Score:
    """Of a text's tokens, in windows of `window` (0: the engine's context). INF093: fewer than two tokens.

    `progress` is told how many tokens more are scored.
    """
    window = window or engine.context
    if len(ids) < 2 or window < 2:
        raise InferenceError(
            "INF093", f"expected at least two tokens to score, got {len(ids)} in windows of {window}"
        )
    nats = 0.0
    for start, end, first in windows(len(ids), window):
        nats += window_nats(engine, ids, start, end, first)
        if progress is not None:
            progress(end - first)
    return Score(len(ids) - 1, nats, text_bytes(tokenizer, ids))


def window_nats(engine: Predictor, ids: Sequence[int], start: int, end: int, first: int) -> float:
    """The sum of -ln p over the scored tokens of a window, as `windows` gives it."""
    logits = engine.logits(ids[start : end - 1])
    return float(surprise(logits, ids[start + 1 : end])[first - 1 - start :].sum())


def text_bytes(tokenizer: Tokenizer, ids: Sequence[int]) -> int:
    """Bytes of what is scored of a text: of all tokens but the first."""
    return sum(len(tokenizer.piece(id)) for id in ids[1:])


def surprise(logits: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float64]:
    """[tokens]: -ln p of each token, from the logits [tokens, vocabulary] before it."""
    wide = logits.astype(np.float64)
    top = wide.max(axis=1)
    total = np.log(np.exp(wide - top[:, None]).sum(axis=1)) + top
    return total - wide[np.arange(len(ids)), np.asarray(ids)]
