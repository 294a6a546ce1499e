"""Prompts in steps: only what is asked for is computed, and together or alone sequences get the same bits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ptxgen.quant import Q8_0
from ptxgen_inference.engine import Engine
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile
from ptxgen_inference.runtime.prompts import Widths, steps
from ptxgen_inference.runtime.recording import Recording
from ptxgen_inference.runtime.shapes import Shape
from tests.inference.engines import opened
from tests.inference.tiny import MODELS

TEXT = tuple(int(token) for token in np.random.default_rng(3).integers(0, 61, 48))
PLACES = {"pages": {"block_size": 4, "sequences": 3}, "one piece each": {"sequences": 3}}
families = pytest.mark.parametrize(
    "name", ["llama", *(pytest.param(name, marks=pytest.mark.slow) for name in ("mistral", "phi2", "gemma2"))]
)


def file_of(name: str) -> ModelFile:
    return evolve(MODELS[name], formats=(Q8_0,)).file()


@cache
def engine_of(name: str) -> Engine:
    """Every step has few enough rows for products to be matrix-vector products: one strategy."""
    return opened(file_of(name), chunk=32)


def alone(name: str, prompt: Sequence[int], more: Sequence[int]) -> list[NDArray[np.float32]]:
    """Logits behind the prompt, and behind each further token."""
    engine = engine_of(name)
    with engine.start() as sequence:
        made = [engine.prefill(sequence, prompt).host()[0]]
        return made + [engine.decode([(sequence, token)]).host()[0] for token in more]


@given(
    chunk=st.integers(1, 600),
    lengths=st.lists(st.integers(1, 2000), min_size=1, max_size=32),
)
def test_every_token_of_every_sequence_is_in_one_step(chunk: int, lengths: list[int]):
    widths = Widths(chunk)
    prompts = [(object(), np.arange(length, dtype=np.int32)) for length in lengths]
    rows_of_steps = widths.of(max(lengths), len(lengths))
    seen: dict[object, list[NDArray[np.int32]]] = {sequence: [] for sequence, _ in prompts}
    together = [*steps(prompts, rows_of_steps)]
    for parts, rows in together:
        assert rows <= max(widths.short, chunk // len(lengths))
        for sequence, ids in parts:
            assert 0 < len(ids) <= rows
            seen[sequence].append(ids)
    assert len(together[-1][0]) == len(lengths)
    for sequence, ids in prompts:
        assert np.array_equal(np.concatenate(seen[sequence]), ids)
    assert len(set(rows_of_steps)) <= 2
    assert sum(rows_of_steps) - max(lengths) < max(rows_of_steps)


def test_only_the_last_step_of_a_prompt_computes_logits(monkeypatch: pytest.MonkeyPatch):
    """The others end with the last layer's keys and values: no attention of it, no feed-forward, no output."""
    engine, played = opened(file_of("llama"), chunk=16), list[int]()
    replay = Recording.replay
    monkeypatch.setattr(Recording, "replay", lambda made: (played.append(made.launches), replay(made)))
    with engine.start() as sequence:
        together = engine.prefill(sequence, TEXT).host()
    launches = engine.launches()
    assert played == [launches["prompt 16, no logits"]] * 2 + [launches["prompt 16"]]
    assert engine.prompt_launches(len(TEXT)) == sum(played)
    silent = engine.recorded()["prompt 16, no logits"]
    assert not {engine.vocabulary, 160} & {kernel.sizes.get("n") for kernel in silent[-3:]}
    attention = [type(kernel).__name__ for kernel in engine.recorded()["prompt 16"]].count(
        "CachedFlashAttention"
    )
    assert [type(kernel).__name__ for kernel in silent].count("CachedFlashAttention") == attention - 1
    with engine.start() as sequence:
        for start in (0, 16, 32):
            piece = engine.prefill(sequence, TEXT[start : start + 16]).host()
    assert np.array_equal(together, piece)


def test_a_step_without_logits_has_none_to_give():
    engine = opened(file_of("llama"), chunk=16)
    step = engine.player.step(Shape(16, wanted="none"))
    assert not step.recording.outputs
    with pytest.raises(TypeError):
        step.logits(1)


def test_weights_go_up_when_the_model_is_opened_and_never_later():
    told: list[int] = []
    file = file_of("llama-3")
    engine = opened(file, progress=told.append)
    held = engine.player.weights.bytes
    assert sum(told) == sum(tensor.data.nbytes for tensor in file.tensors.values())
    assert held >= sum(told)
    with engine.start() as sequence:
        engine.prefill(sequence, TEXT[:3])
    assert engine.player.weights.bytes == held
    assert len(told) == len(file.tensors)


@families
@pytest.mark.parametrize("place", PLACES)
def test_prompts_of_several_sequences_together(name: str, place: str):
    """Of different lengths, two of which begin after the first step; then tokens of all of them."""
    engine, lengths = opened(file_of(name), chunk=32, **PLACES[place]), (3, 20, 9)
    sequences = [engine.start() for _ in lengths]
    made = [engine.prefill_batch([(s, TEXT[:n]) for s, n in zip(sequences, lengths, strict=True)]).host()]
    made += [engine.decode([(s, token) for s in sequences]).host() for token in (7, 30)]
    for row, length in enumerate(lengths):
        assert np.array_equal([step[row] for step in made], alone(name, TEXT[:length], (7, 30)))
    assert {"prompt 8, no logits", "prompt 24 of 3"} <= engine.launches().keys()


@families
@pytest.mark.parametrize("place", PLACES)
def test_forks_go_on_as_if_each_had_read_the_text_itself(name: str, place: str):
    engine = opened(file_of(name), chunk=32, **PLACES[place])
    with engine.start() as first:
        engine.prefill(first, TEXT[:6])
        second, third = engine.fork(first), engine.fork(first)
        free = len(engine.player.cache.pool.free)
        made = [engine.decode([(first, 7), (second, 30), (third, 7)]).host()]
        third.free()
        made += [engine.decode([(second, 2), (first, 9)]).host()]
        assert len(engine.player.cache.pool.free) <= free
        late = engine.fork(second)
        second.free()
        made += [engine.prefill(late, TEXT[:4]).host()]
        late.free()
    assert np.array_equal([made[0][0], made[1][1]], alone(name, TEXT[:6], (7, 9))[1:])
    assert np.array_equal([made[0][1], made[1][0]], alone(name, TEXT[:6], (30, 2))[1:])
    assert np.array_equal(made[0][2], made[0][0])
    with engine_of(name).start() as whole:
        engine_of(name).prefill(whole, TEXT[:6])
        for token in (30, 2):
            engine_of(name).decode([(whole, token)])
        assert np.array_equal(made[2], engine_of(name).prefill(whole, TEXT[:4]).host())
    assert len(engine.player.cache.pool.free) == engine.player.cache.pool.count


def test_what_does_not_fit_changes_no_sequence():
    engine = opened(file_of("llama"), context=16, block_size=4, blocks=3, sequences=3)
    one, two = engine.start(), engine.start()
    for id, prompts in {
        "INF062": [(one, TEXT[:8]), (two, TEXT[:5])],
        "INF060": [(one, TEXT[:2]), (two, TEXT[:17])],
        "INF065": [(one, TEXT[:2]), (one, TEXT[:2])],
        "INF064": [(one, TEXT[:2]), (two, [61])],
    }.items():
        with pytest.raises(InferenceError) as caught:
            engine.prefill_batch(prompts)
        assert caught.value.id == id
    assert (one.length, two.length, len(engine.player.cache.pool.free)) == (0, 0, 3)
