"""The same model by different ways: the same bits where the arithmetic is the same, else as close as its rounding."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from numpy.typing import NDArray

from ptxgen.quant import Q8_0
from ptxgen_inference.engine import Engine
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile
from ptxgen_inference.runtime import Shape
from ptxgen_inference.sampling import Sampler, Sampling
from tests.inference.eager import eager
from tests.inference.engines import device, opened
from tests.inference.tiny import MODELS
from tests.inference.vectors import F32_ROUNDING, nmse

PROMPT, MORE = (1, 5, 9, 33, 60, 2), (17, 8)
F16_CACHE = 1e-6
ROUNDED = 2e-4
SAME_TOKEN = 0.97
FAMILIES = ("llama", "mistral", "qwen2", "qwen3", "phi2", "gemma2")


def file_of(name: str) -> ModelFile:
    return evolve(MODELS[name], formats=(Q8_0,)).file()


@cache
def engine_of(name: str) -> Engine:
    return opened(file_of(name))


def rows(engine: Engine, prompt: Sequence[int] = PROMPT, more: Sequence[int] = MORE) -> NDArray[np.float32]:
    """Logits behind the prompt and behind each further token."""
    with engine.start() as sequence:
        made = [engine.prefill(sequence, prompt).host()[0]]
        return np.array(made + [engine.decode([(sequence, token)]).host()[0] for token in more])


@cache
def expected(name: str) -> NDArray[np.float32]:
    """`rows` of the family's engine."""
    return rows(engine_of(name))


families = pytest.mark.parametrize(
    "name", ["llama", *(pytest.param(name, marks=pytest.mark.slow) for name in FAMILIES[1:])]
)


@families
def test_replays_are_what_calls_one_by_one_make(name: str) -> None:
    """At several positions, in several requests; values that share memory in the recording do not here."""
    engine = engine_of(name)
    for prompt in (PROMPT[:4], PROMPT[:1]):
        with engine.start() as sequence:
            engine.prefill(sequence, prompt)
            for token in MORE:
                replayed = engine.decode([(sequence, token)]).host()
                alone = eager(engine.player.steps[Shape(1, 1)], device())
                assert np.array_equal(replayed.reshape(-1), alone.reshape(-1))


@pytest.mark.slow
def test_requests_leave_nothing_behind() -> None:
    engine = engine_of("llama")
    assert not np.array_equal(rows(engine, PROMPT[::-1]), expected("llama"))
    assert np.array_equal(rows(engine), expected("llama"))


@families
def test_pages_change_no_bit(name: str) -> None:
    paged = opened(file_of(name), block_size=4, sequences=2)
    with paged.start() as other:  # takes the first block, so that pages do not lie in order
        paged.prefill(other, PROMPT[:2])
        assert np.array_equal(rows(paged), expected(name))


@families
def test_a_row_of_a_batch_is_what_it_is_alone(name: str) -> None:
    """Of sequences of different lengths."""
    together = opened(file_of(name), sequences=2)
    with together.start() as a, together.start() as b:
        together.prefill(a, PROMPT)
        together.prefill(b, PROMPT[:3])
        made = np.array([together.decode([(a, token), (b, token)]).host() for token in MORE])
    assert np.array_equal(made[:, 0], expected(name)[1:])
    assert np.array_equal(made[:, 1], rows(engine_of(name), PROMPT[:3])[1:])


@pytest.mark.slow
def test_a_seed_gives_one_text() -> None:
    def text(seed: int) -> list[int]:
        engine, history = engine_of("llama"), list(PROMPT)
        sampler = Sampler(Sampling(temperature=1.5, seed=seed), engine.vocabulary)
        with engine.start() as sequence:
            logits = engine.prefill(sequence, history)
            for _ in range(3):
                history.append(sampler.pick(logits.host()[0], history).id)
                logits = engine.decode([(sequence, history[-1])])
        return history

    assert text(1) == text(1)
    assert len({tuple(text(seed)) for seed in range(3)}) > 1


@families
def test_decoding_on_the_cache_is_recomputing(name: str) -> None:
    whole = rows(engine_of(name), (*PROMPT, *MORE), ())
    assert nmse(expected(name)[-1], whole[0]) <= F32_ROUNDING
    assert expected(name)[-1].argmax() == whole[0].argmax()


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_prompt_in_chunks_is_one_in_one_piece(name: str) -> None:
    whole = rows(opened(file_of(name), chunk=16))
    assert nmse(expected(name), whole, axis=1).max() <= F32_ROUNDING
    assert (expected(name).argmax(axis=1) == whole.argmax(axis=1)).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_cache_of_float16(name: str) -> None:
    narrow = rows(opened(file_of(name), cache="f16"))
    assert 0 < nmse(narrow, expected(name), axis=1).max() <= F16_CACHE


TEXT = tuple(int(token) for token in np.random.default_rng(11).integers(0, 61, 48))


def ordinary(name: str) -> ModelFile:
    """With scores, and caps of them and of logits, as large as those of models.

    Peaked scores and low caps multiply what 8-bit codes round off.
    """
    caps = {"attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0} if name == "gemma2" else {}
    tiny = MODELS[name]
    return evolve(tiny, formats=(Q8_0,), peak=1.0, metadata={**tiny.metadata, **caps}).file()


@cache
def exact_logits(name: str) -> NDArray[np.float32]:
    return opened(ordinary(name), chunk=16).logits(TEXT)


WAYS: dict[str, dict[str, Any]] = {
    "q8_0 cache": {"cache": "q8_0"},
    "q8_1": {"activations": "q8_1"},
    "auto": {"activations": "auto", "cache": "f16"},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "name"),
    [(way, name) for way in WAYS for name in FAMILIES if (way, name) != ("q8_0 cache", "phi2")],
)
def test_ways_that_round_differently(way: str, name: str) -> None:
    got, exact = opened(ordinary(name), chunk=16, **WAYS[way]).logits(TEXT), exact_logits(name)
    assert nmse(got, exact) <= ROUNDED
    assert (got.argmax(axis=1) == exact.argmax(axis=1)).mean() >= SAME_TOKEN


def test_heads_that_are_no_blocks_have_no_cache_of_them() -> None:
    with pytest.raises(InferenceError, match="heads of 80") as caught:
        opened(file_of("phi2"), cache="q8_0")
    assert caught.value.id == "INF065"
