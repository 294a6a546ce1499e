"""Faults that other engines had, planted one at a time: each moves the logits far beyond rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ptxgen.quant import F32, Q8_0
from ptxgen_inference import models
from ptxgen_inference.files import ModelFile, Tensor
from ptxgen_inference.models import AnyModel
from ptxgen_inference.runtime.inputs import StepInputs
from ptxgen_inference.runtime.step import Step
from tests.inference.engines import opened
from tests.inference.reference.forward import forward
from tests.inference.tiny import MODELS
from tests.inference.vectors import F32_ROUNDING, nmse

TEXT = (1, 5, 9, 33, 60, 2)
CAUGHT = 1e-5
"""The least that a planted fault must do to the logits; 10^5 times what rounding may."""

Patch = pytest.MonkeyPatch


def file_of(name: str) -> ModelFile:
    return evolve(MODELS[name], formats=(Q8_0,)).file()


def distance(model: ModelFile | AnyModel, file: ModelFile) -> float:
    """Of the logits behind a prompt and behind tokens that are decoded then, the largest error."""
    engine, expected = opened(model), forward(file, TEXT)["logits"]
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, TEXT[:4]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in TEXT[4:]]
    return float(nmse(np.array(rows), expected[3:], axis=1).max())


def with_hyper(model: AnyModel, **changes: Any) -> AnyModel:
    return evolve(model, hyper=evolve(model.hyper, **changes))


def with_rope(model: AnyModel, **changes: Any) -> AnyModel:
    return evolve(model, rope=evolve(model.rope, **changes))


def with_layers(model: AnyModel, change: Callable[[Any], Any]) -> AnyModel:
    return evolve(model, layers=tuple(change(layer) for layer in model.layers))


def rearranged(tensor: Tensor, change: Callable[[np.ndarray], np.ndarray]) -> Tensor:
    """The tensor with its numbers changed, in float32."""
    numbers = np.ascontiguousarray(change(tensor.float32()))
    return Tensor(f"{tensor.name} changed", numbers.shape, F32, F32.encode(numbers))


def swapped_heads(layer: Any) -> Any:
    """Query heads as if each was of the key-value head `head % kv heads`: 0, 2 | 1, 3 in place of 0, 1 | 2, 3."""
    order = np.concatenate([np.arange(32) + 32 * head for head in (0, 2, 1, 3)])
    q = rearranged(layer.q, lambda rows: rows[order])
    return evolve(layer, q=q, o=rearranged(layer.o, lambda rows: rows[:, order]))


Fault = Callable[[AnyModel], AnyModel]

FAULTS: dict[str, tuple[str, Fault]] = {
    "bias not applied": (
        "qwen2",
        lambda m: with_layers(m, lambda w: evolve(w, q_bias=None, k_bias=None, v_bias=None)),
    ),
    "bias of values alone not applied": (
        "qwen2",
        lambda m: with_layers(m, lambda w: evolve(w, v_bias=rearranged(w.v_bias, np.zeros_like))),
    ),
    "style of the rotary embedding swapped": ("llama", lambda m: with_rope(m, style="neox")),
    "style swapped the other way": ("qwen2", lambda m: with_rope(m, style="norm")),
    "heads of keys mapped wrongly": ("llama", lambda m: with_layers(m, swapped_heads)),
    "square matrix transposed": (
        "qwen2",
        lambda m: with_layers(m, lambda w: evolve(w, q=rearranged(w.q, np.transpose))),
    ),
    "gate and up swapped": ("llama", lambda m: with_layers(m, lambda w: evolve(w, gate=w.up, up=w.gate))),
    "norms swapped": (
        "llama",
        lambda m: with_layers(m, lambda w: evolve(w, ffn_norm=w.attn_norm, attn_norm=w.ffn_norm)),
    ),
    "layers swapped": ("llama", lambda m: evolve(m, layers=m.layers[::-1])),
    "factors of the rotary embedding left out": ("llama-3", lambda m: with_rope(m, factors=None)),
    "another base of the rotary embedding": ("llama", lambda m: with_rope(m, base=500000.0)),
    "window ignored": ("mistral", lambda m: with_hyper(m, windows=(0, 0))),
    "window one narrower": ("mistral", lambda m: with_hyper(m, windows=(4, 4))),
    "window in the other layers": ("gemma2", lambda m: with_hyper(m, windows=m.hyper.windows[::-1])),
    "cap of scores left out": ("gemma2", lambda m: with_hyper(m, attention_cap=0.0)),
    "cap of logits left out": ("gemma2", lambda m: with_hyper(m, logit_cap=0.0)),
    "embedding not scaled": ("gemma2", lambda m: with_hyper(m, embedding_scale=1.0)),
    "scores scaled by the width": ("gemma2", lambda m: with_hyper(m, scale=24**-0.5)),
    "whole heads turned": ("phi2", lambda m: with_rope(m, dims=80)),
    "norms of heads swapped": (
        "qwen3",
        lambda m: with_layers(m, lambda w: evolve(w, q_norm=w.k_norm, k_norm=w.q_norm)),
    ),
    "scaling of the rotary embedding left out": ("qwen2-yarn", lambda m: with_rope(m, scaling="none")),
}
FAST = ("bias not applied",)


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in FAULTS]
)
def test_faults_of_models_are_caught(fault: str) -> None:
    name, plant = FAULTS[fault]
    file = file_of(name)
    assert distance(plant(models.load(file)), file) >= CAUGHT


def test_an_ffn_fed_the_residual_stream_is_caught(monkeypatch: Patch) -> None:
    gated = Step.gated

    def unnormed(step: Step, x: Any, *given: Any, norm: Any = None, **named: Any) -> Any:
        return gated(step, x, *given, **named)

    monkeypatch.setattr(Step, "gated", unnormed)
    file = file_of("llama")
    assert distance(file, file) >= CAUGHT


@pytest.mark.parametrize("stuck", ["positions", pytest.param("lengths", marks=pytest.mark.slow)])
def test_a_position_that_does_not_advance_is_caught(monkeypatch: Patch, stuck: str) -> None:
    """A recording that keeps what it read when it was first played repeats itself."""
    first: dict[int, Any] = {}
    fill = StepInputs.fill

    def fill_once(inputs: StepInputs, arrays: dict[str, Any]) -> None:
        kept = first.setdefault(id(inputs), arrays[stuck])
        fill(inputs, {**arrays, stuck: kept})

    monkeypatch.setattr(StepInputs, "fill", fill_once)
    file = file_of("llama")
    assert distance(file, file) >= CAUGHT


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({name for name, _ in FAULTS.values()}))
def test_without_a_fault_nothing_is_caught(name: str) -> None:
    assert distance(file_of(name), file_of(name)) <= F32_ROUNDING


def test_every_family_has_a_fault() -> None:
    planted: Sequence[str] = [name for name, _ in FAULTS.values()]
    assert {MODELS[name].architecture for name in planted} == set(models.FAMILIES)
