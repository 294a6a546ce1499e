"""Scores of a text, on models whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.perplexity import score, windows


class Engine:
    """Gives the token that follows (ids count up) a probability, the others of `size` equal shares."""

    context = 16

    def __init__(self, size: int, share: float) -> None:
        self.size, self.share = size, share

    def logits(self, ids: Sequence[int]) -> np.ndarray:
        rows = np.full((len(ids), self.size), (1 - self.share) / (self.size - 1))
        rows[np.arange(len(ids)), np.asarray(ids) + 1] = self.share
        return np.log(rows).astype(np.float32) + 3


class Tokenizer:
    def piece(self, id: int) -> bytes:
        return b"ab"


@given(st.integers(2, 400), st.integers(2, 65))
def test_every_token_but_the_first_is_scored_once(tokens: int, window: int) -> None:
    scored: list[int] = []
    for start, end, first in windows(tokens, window):
        assert start < first < end <= min(start + window, tokens)
        assert start == 0 or first - start >= window // 2
        scored += range(first, end)
    assert scored == list(range(1, tokens))


@pytest.mark.parametrize("tokens", [2, 15, 16, 17, 50])
def test_perplexity_of_a_known_share(tokens: int) -> None:
    told: list[int] = []
    found = score(Engine(64, 0.25), Tokenizer(), range(tokens), progress=told.append)
    assert found.perplexity == pytest.approx(4, rel=1e-6)
    assert found.bits_per_byte == pytest.approx(1, rel=1e-6)
    assert (found.tokens, found.bytes, sum(told)) == (tokens - 1, 2 * (tokens - 1), tokens - 1)
    assert found.nats == pytest.approx(math.log(4) * (tokens - 1))


def test_one_token_has_no_perplexity() -> None:
    with pytest.raises(InferenceError, match="INF093"):
        score(Engine(64, 0.25), Tokenizer(), [1])
