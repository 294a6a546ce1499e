"""GEMVs with float weights: any size, any types, one-hot vectors, planted faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import Bf16Gemv, DenseGemv, F16Gemv, F16SplitKGemv, F32Gemv, F32SplitKGemv
from ptxgen.kernels.float_arrays import numbers

TYPES = (f32, f16, bf16)
SPLIT = pytest.mark.parametrize("split_k", [False, True], ids=["a warp a row", "a CTA a row"])
Runner = Callable[[DenseGemv, str, dict[str, Any]], dict[str, NDArray[np.float32]]]


def assert_close(gemv: DenseGemv, y: NDArray[np.float32], w: NDArray[Any], x: NDArray[Any]) -> None:
    """|y - ref| <= 2^-22 * norm2(w) * norm2(x) in each row."""
    rows, vector = numbers(w, gemv.weights), numbers(x, gemv.activations)
    bound = 2.0**-22 * np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    error = np.abs(y - rows @ vector)
    assert (error <= bound).all(), f"row {int((error / bound).argmax())}"


@settings(max_examples=30)
@given(
    n=st.integers(1, 12),
    k=st.one_of(st.integers(1, 300), st.sampled_from([896, 1000, 2056, 4864])),
    weights=st.sampled_from(TYPES),
    activations=st.sampled_from(TYPES),
    split_k=st.booleans(),
    in_flight=st.integers(1, 5),
    warps=st.integers(1, 8),
)
def test_any_shape_and_types(
    device: EmulatedDevice,
    n: int,
    k: int,
    weights: Type,
    activations: Type,
    split_k: bool,
    in_flight: int,
    warps: int,
) -> None:
    gemv = DenseGemv(
        n=n, k=k, weights=weights, activations=activations, split_k=split_k, in_flight=in_flight, threads=32 * warps
    )  # fmt: skip
    inputs = gemv.example_inputs(np.random.default_rng(n * k))
    assert_close(gemv, gemv(**inputs, device=device), **inputs)


@pytest.mark.slow
@SPLIT
@pytest.mark.parametrize("weights", TYPES, ids=str)
@pytest.mark.parametrize("k", [1, 3, 17, 31, 32, 33, 100, 257, 896, 1536, 2560, 3584, 8960, 18944])
@pytest.mark.parametrize("n", [1, 3, 17, 33])
def test_ragged_and_real_sizes(device: EmulatedDevice, split_k: bool, weights: Type, k: int, n: int) -> None:
    gemv = DenseGemv(n=n, k=k, weights=weights, split_k=split_k)
    inputs = gemv.example_inputs(np.random.default_rng(n * k))
    assert_close(gemv, gemv(**inputs, device=device), **inputs)


@SPLIT
@pytest.mark.parametrize("weights", TYPES, ids=str)
def test_one_hot_vectors_return_columns(device: EmulatedDevice, split_k: bool, weights: Type) -> None:
    """Bit for bit. Every lane's first and last element, and the ragged end."""
    k = 1024 + 8
    gemv = DenseGemv(n=5, k=k, weights=weights, split_k=split_k)
    w = gemv.example_inputs(np.random.default_rng(3))["w"]
    for column in (0, 7, 8, 511, 1023, 1024, k - 1):
        x = np.zeros(k, np.float32)
        x[column] = 1
        assert np.array_equal(gemv(w, x, device=device), numbers(w, weights)[:, column])


@pytest.mark.parametrize("kernel", [F32Gemv, F16Gemv, Bf16Gemv])
def test_sums_that_grow(device: EmulatedDevice, kernel: type[DenseGemv]) -> None:
    """All products positive: partial sums grow steadily, the worst case for a chain of additions."""
    gemv = kernel(n=4, k=18944)
    inputs = gemv.example_inputs(np.random.default_rng(5))
    w = inputs["w"] & 0x7FFF if kernel is Bf16Gemv else np.abs(inputs["w"])
    x = np.abs(inputs["x"])
    assert_close(gemv, gemv(w, x, device=device), w, x)


@pytest.mark.parametrize(
    ("kernel", "right", "wrong"),
    [
        pytest.param(F16Gemv, "+512]", "+528]", id="a load from the next lane's place"),
        pytest.param(F16Gemv, ", 8, 31, ", ", 16, 31, ", id="a lane counted twice in the sum"),
        pytest.param(F16Gemv, "add.u64 %rd8, %rd8, 2048", "add.u64 %rd8, %rd8, 1024", id="half a step"),
        pytest.param(
            F16SplitKGemv,
            "add.rn.f32 %f85, %f81, %f82",
            "add.rn.f32 %f85, %f81, %f81",
            id="a warp left out",
        ),
    ],
)
def test_planted_faults(run_program: Runner, kernel: type[DenseGemv], right: str, wrong: str) -> None:
    gemv = kernel(n=3, k=8192)
    inputs = gemv.example_inputs(np.random.default_rng(6))
    assert_close(gemv, run_program(gemv, gemv.emit_ptx(), inputs)["y"], **inputs)
    program = gemv.emit_ptx().replace(right, wrong)
    assert program != gemv.emit_ptx()
    with pytest.raises((AssertionError, PtxgenError)):
        assert_close(gemv, run_program(gemv, program, inputs)["y"], **inputs)


def test_the_names_settle_type_and_strategy() -> None:
    assert (F32SplitKGemv().weights, F32SplitKGemv().split_k) == (f32, True)
    assert F32SplitKGemv.name == "f32_split_k_gemv"
