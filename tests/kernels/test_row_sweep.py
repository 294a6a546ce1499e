"""Ragged sizes along every dimension of rows, positions and cache, options included: the slow sweep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.isa.types import bf16, f16, f32
from ptxgen.kernels import (
    ArgMax,
    BiasActivation,
    Kernel,
    KvScatter,
    LayerNorm,
    LongSoftmax,
    MeanPool,
    RmsNorm,
    RopeNeox,
    RopeNorm,
    Softmax,
    TopK,
    Transpose,
)
from ptxgen.verification import compare_outputs

pytestmark = pytest.mark.slow

RAGGED = (1, 3, 17, 31, 32, 33, 100, 257)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True) as made:
        yield made


def verify(kernel: Kernel, device: EmulatedDevice) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(8))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []


ROWS: list[tuple[type[Any], dict[str, Any]]] = [
    (Softmax, {"mask": "causal", "queries": 3}),
    (Softmax, {"mask": "additive", "queries": 2, "input": f16}),
    (Softmax, {"input": bf16, "output": f16}),
    (LongSoftmax, {"slices": 3, "threads": 32}),
    (RmsNorm, {"residual": True, "output": f16}),
    (LayerNorm, {"residual": True, "bias": False}),
    (LayerNorm, {"input": f16, "output": f16}),
    (ArgMax, {"slices": 3, "threads": 32}),
    (ArgMax, {"input": bf16}),
    (TopK, {"k": 1, "slices": 3}),
    (MeanPool, {"normalize": True, "input": f16}),
    (BiasActivation, {"activation": "silu", "type": f16}),
    (Transpose, {}),
]


@pytest.mark.parametrize(("kernel", "options"), ROWS, ids=str)
@pytest.mark.parametrize("rows", RAGGED)
def test_rows_and_columns(
    device: EmulatedDevice, kernel: type[Any], options: dict[str, Any], rows: int
) -> None:
    for cols in RAGGED:
        verify(kernel(rows=rows, cols=cols, **options), device)


@pytest.mark.parametrize("kernel", [RopeNorm, RopeNeox])
@pytest.mark.parametrize("tokens", RAGGED)
@pytest.mark.parametrize("heads", [1, 3, 17, 32])
def test_positions(device: EmulatedDevice, kernel: type[Any], tokens: int, heads: int) -> None:
    for head_dim in (2, 6, 34, 80, 128, 256):
        verify(kernel(tokens=tokens, heads=heads, head_dim=head_dim, key_heads=heads % 5), device)


@pytest.mark.parametrize("tokens", RAGGED)
@pytest.mark.parametrize(("cache", "head_dim"), [("f16", 80), ("f32", 4), ("q8_0", 96), ("q8_0", 256)])
def test_cache(device: EmulatedDevice, tokens: int, cache: str, head_dim: int) -> None:
    for heads in (1, 3, 17):
        for block_size in (0, 1, 17, 32):
            kernel = KvScatter(
                tokens=tokens,
                seqs=3,
                capacity=100,
                kv_heads=heads,
                head_dim=head_dim,
                cache=cache,
                block_size=block_size,
            )
            verify(kernel, device)


@pytest.mark.parametrize("k", [1, 3, 17, 31, 32, 33, 63, 64, 65, 100, 128])
def test_the_k_largest(device: EmulatedDevice, k: int) -> None:
    for cols in sorted({k, k + 1, 200, 257}):
        verify(TopK(rows=2, cols=cols, k=k, slices=2, input=f32), device)
