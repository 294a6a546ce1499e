"""Weights as numbers, whole matrices and rows by number, and casts: bit-equal to `gguf` and NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import Cast, Dequantize, EmbeddingGather, KernelError
from ptxgen.kernels.float_arrays import numbers, rounded
from ptxgen.quant import F32, FORMATS, Q4_K, Q6_K, Q8_0, BlockFormat
from ptxgen.quant.bfloat16 import to_bfloat16

ALL = pytest.mark.parametrize("format", FORMATS.values(), ids=str)
TYPES = (f32, f16, bf16)


def columns(format: BlockFormat) -> int:
    """Enough blocks for one step of a CTA and a ragged rest; three of a dense format, which loads by fours."""
    return {1: 103, 32: 35 * 32, 256: 9 * 256}[format.weights]


def any_bytes(format: BlockFormat, n: int, k: int) -> NDArray[np.uint8]:
    """Random bytes, without infinities and NaN."""
    w = np.random.default_rng(n * k).integers(0, 256, (n, format.row_bytes(k)), dtype=np.uint8)
    blocks = w.reshape(-1).view(format.block.dtype)
    for member in format.block:
        values = blocks[member.name]
        if member.type is bf16:
            values[values & 0x7F80 == 0x7F80] = 0x3F80
        elif member.type.is_float:
            values[~np.isfinite(values)] = 1
    return w


def oracle(format: BlockFormat, w: NDArray[np.uint8], type: Type) -> NDArray[np.float64]:
    with np.errstate(over="ignore", invalid="ignore"):
        decoded = quants.dequantize(w, GGMLQuantizationType[format.name])
        return numbers(rounded(decoded, type), type)


def assert_same(got: NDArray[Any], type: Type, expected: NDArray[np.float64]) -> None:
    assert np.array_equal(numbers(got, type), expected, equal_nan=True)


@pytest.mark.parametrize(
    ("format", "to"),
    [
        pytest.param(format, to, marks=[] if at % 3 == turn else pytest.mark.slow)
        for at, format in enumerate(FORMATS.values())
        for turn, to in enumerate(TYPES)
    ],
)
def test_any_bytes_become_what_gguf_makes_of_them(
    device: EmulatedDevice, format: BlockFormat, to: Type
) -> None:
    """With weights beyond the range of float16, which become infinite."""
    k = columns(format)
    w = any_bytes(format, 3, k)
    assert_same(
        Dequantize(n=3, k=k, format=format, to=to, threads=64)(w, device=device), to, oracle(format, w, to)
    )


@pytest.mark.parametrize("format", [format for format in FORMATS.values() if format.weights == 1], ids=str)
@pytest.mark.parametrize("k", [1, 2, 3, 4, 6, 17, 32, 257])
def test_dense_rows_of_any_length(device: EmulatedDevice, format: BlockFormat, k: int) -> None:
    """Rows of odd lengths start at odd multiples of their elements' size."""
    w = any_bytes(format, 5, k)
    for to in TYPES:
        assert_same(Dequantize(n=5, k=k, format=format, to=to)(w, device=device), to, oracle(format, w, to))


@ALL
@pytest.mark.parametrize("m", [pytest.param(1, marks=pytest.mark.slow), 5])
def test_rows_by_number(device: EmulatedDevice, format: BlockFormat, m: int) -> None:
    k, vocab = columns(format), 17
    w = any_bytes(format, vocab, k)
    ids = np.random.default_rng(m).integers(0, vocab, m).astype(np.int32)
    ids[-1] = vocab - 1
    y = EmbeddingGather(m=m, vocab=vocab, k=k, format=format)(w, ids, device=device)
    assert_same(y, f32, oracle(format, w, f32)[ids])


@pytest.mark.parametrize("id", [-1, 9, 2**31 - 1, -(2**31)])
def test_ids_out_of_range(device: EmulatedDevice, id: int) -> None:
    """Zeros, or a trap: never memory outside of the matrix."""
    w, ids = any_bytes(Q6_K, 9, 256), np.array([3, id, 8], np.int32)
    gather = EmbeddingGather(m=3, vocab=9, k=256, format=Q6_K)
    y = gather(w, ids, device=device)
    assert np.array_equal(y, gather.reference(w, ids))
    assert not y[1].any()
    assert_same(y[::2], f32, oracle(Q6_K, w, f32)[[3, 8]])
    with pytest.raises(PtxgenError, match="trap"):
        EmbeddingGather(m=3, vocab=9, k=256, format=Q6_K, out_of_range="trap")(w, ids, device=device)


def test_trapping_lets_right_ids_through(device: EmulatedDevice) -> None:
    w, ids = any_bytes(Q8_0, 9, 96), np.array([0, 8], np.int32)
    y = EmbeddingGather(m=2, vocab=9, k=96, format=Q8_0, out_of_range="trap")(w, ids, device=device)
    assert_same(y, f32, oracle(Q8_0, w, f32)[ids])


def test_a_format_may_be_named() -> None:
    assert Dequantize(format="q6_k").format is Q6_K  # type: ignore[arg-type]
    with pytest.raises(KernelError, match="no weight format 'Q9'") as caught:
        Dequantize(format="Q9")  # type: ignore[arg-type]
    assert caught.value.id == "KRN021"
    assert "Q4_K" in caught.value.help
    with pytest.raises(KernelError, match="k must be a multiple of 256"):
        Dequantize(k=896, format=Q4_K)
    assert Dequantize(k=7, format=F32).k == 7


SPECIAL = np.array(
    [0.0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519.99, 65520, -65520, 2**-24, 2**-25, 2**-25 * 1.0001,
     2**-26, 1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 3.39e38, 3.4e38, 1e-40, -1e-45],
    np.float32,
)  # fmt: skip
"""Zeros, infinities, ties and the ends of the ranges of float16 and bfloat16."""


@pytest.mark.parametrize("given", TYPES, ids=str)
@pytest.mark.parametrize("to", TYPES, ids=str)
def test_casts_of_special_numbers(device: EmulatedDevice, given: Type, to: Type) -> None:
    with np.errstate(over="ignore"):
        x = rounded(SPECIAL, given)
        y = Cast(n=len(x), given=given, to=to)(x, device=device)
        expected = rounded(numbers(x, given).astype(np.float32), to)
    assert_same(y, to, numbers(expected, to))
    assert np.array_equal(np.signbit(numbers(y, to)[:4]), [False, True, False, True])


@pytest.mark.parametrize("n", [1, 3, 17, 31, 32, 33, 100, 257])
def test_casts_of_any_length(device: EmulatedDevice, n: int) -> None:
    x = np.random.default_rng(n).standard_normal(n, dtype=np.float32)
    for threads in (32, 256):
        y = Cast(n=n, given=f32, to=bf16, threads=threads)(x, device=device)
        assert np.array_equal(y, to_bfloat16(x))
