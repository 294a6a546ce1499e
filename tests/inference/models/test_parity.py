"""Engines against the float64 reference, whole vectors, for every family: logits of all positions, and each layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ptxgen.quant import Q8_0
from ptxgen_inference.engine import Engine
from tests.inference.engines import opened
from tests.inference.reference.forward import forward
from tests.inference.tiny import MODELS
from tests.inference.vectors import F32_ROUNDING, nmse

TEXT = (1, 5, 9, 33, 60, 2, 17, 8, 44, 3)
FAMILIES = ("llama", "mistral", "qwen2", "qwen3", "phi2", "gemma2")


def worst(got: Any, expected: Any) -> float:
    """Of all rows the largest error."""
    rows = np.asarray(got).reshape(np.shape(expected))
    return float(nmse(rows, expected, axis=1).max())


def layers_differ(engine: Engine, reference: dict[str, Any], tokens: tuple[int, ...]) -> dict[str, float]:
    """The error of each value that the forward marked."""
    return {name: worst(x, reference[name][: len(tokens)]) for name, x in engine.trace(tokens).items()}


SHARED = {"hidden": 96, "heads": 4, "kv_heads": 2, "head_dim": 32, "formats": (Q8_0,)}
"""Sizes with which families share kernels, so that few are translated."""


@pytest.mark.parametrize("name", FAMILIES)
def test_logits_of_every_family(name: str) -> None:
    sizes = {"formats": (Q8_0,)} if name == "phi2" else SHARED
    file = evolve(MODELS[name], **sizes).file()
    reference, engine = forward(file, TEXT), opened(file)
    assert worst(engine.logits(TEXT), reference["logits"]) <= F32_ROUNDING


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_mixed_formats_layer_by_layer(name: str) -> None:
    """In one piece without the cache, in chunks, and token by token."""
    file = MODELS[name].file()
    reference, engine = forward(file, TEXT), opened(file, chunk=8)
    layers = layers_differ(engine, reference, TEXT[:8])
    assert max(layers.values()) <= F32_ROUNDING, layers
    assert layers.keys() == {"embd", "logits"} | {
        f"blk.{i}{part}" for i in range(2) for part in ("", ".attn", ".heads")
    }
    assert worst(engine.logits(TEXT), reference["logits"]) <= F32_ROUNDING
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, TEXT[:8]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in TEXT[8:]]
    assert worst(rows, reference["logits"][7:]) <= F32_ROUNDING


@pytest.mark.slow
@pytest.mark.parametrize("name", ["llama", "llama-k-quants", "phi2", "gemma2"])
def test_more_rows_than_a_matrix_vector_product_takes(name: str) -> None:
    file, tokens = MODELS[name].file(), TEXT * 4
    assert worst(opened(file, chunk=40).logits(tokens), forward(file, tokens)["logits"]) <= F32_ROUNDING
