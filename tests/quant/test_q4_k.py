"""Q4_K against the decoder of the `gguf` package, which shares no code with ours."""

from __future__ import annotations

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ptxgen.quant import FORMATS, Q4_K, QuantError, scales6

NMSE_OF_GGML = 5.083e-3
"""What ggml's encoder reaches on normally distributed weights."""


def oracle(data: NDArray[np.uint8]) -> NDArray[np.float32]:
    return quants.dequantize(data, GGMLQuantizationType.Q4_K)


def nmse(reference: NDArray[np.float32], value: NDArray[np.float32]) -> float:
    error = reference.astype(np.float64) - value
    return float((error**2).sum() / (reference.astype(np.float64) ** 2).sum())


def test_layout_is_that_of_the_file_format() -> None:
    block = Q4_K.block
    assert {m.name: (m.offset, m.bytes) for m in block} == {
        "d": (0, 2), "dmin": (2, 2), "scales": (4, 12), "qs": (16, 128),
    }  # fmt: skip
    assert (Q4_K.bytes, Q4_K.alignment, Q4_K.bits_per_weight) == (144, 16, 4.5)
    assert Q4_K.ggml_type == GGMLQuantizationType.Q4_K
    assert Q4_K.row_bytes(4096) == 2304
    assert Q4_K.block.dtype.itemsize == 144
    assert FORMATS["Q4_K"] is Q4_K
    assert repr(Q4_K) == "Q4_K"


@pytest.mark.parametrize("seed", range(3))
def test_decoding_any_bytes_is_bit_equal_to_gguf(seed: int) -> None:
    """Random bytes reach every code, negative and subnormal scales; finite ones, as inf - inf has no one NaN."""
    rng = np.random.default_rng(seed)
    data = rng.integers(0, 256, (64, Q4_K.row_bytes(1536)), dtype=np.uint8)
    blocks = data.reshape(-1).view(Q4_K.block.dtype)
    for member in ("d", "dmin"):
        blocks[member][~np.isfinite(blocks[member])] = 1
    assert np.array_equal(Q4_K.decode(data).view(np.uint32), oracle(data).view(np.uint32))


def test_every_position_is_decoded_from_its_own_nibble_and_scales() -> None:
    """One block whose sub-blocks all have different scales and minima, and whose codes count up."""
    data = np.zeros((1, 144), np.uint8)
    block = data.reshape(-1).view(Q4_K.block.dtype)
    block["d"], block["dmin"] = 0.5, 0.25
    scales, minima = np.arange(56, 64, dtype=np.uint8), np.arange(7, 63, 7, dtype=np.uint8)
    block["scales"] = scales6.pack(scales[None], minima[None])
    block["qs"] = np.arange(128)
    q = np.concatenate(
        [[(qs & 15, qs >> 4)[half] for qs in range(32 * j, 32 * j + 32)] for j in range(4) for half in (0, 1)]
    )
    expected = 0.5 * np.repeat(scales, 32) * q - 0.25 * np.repeat(minima, 32)
    assert np.array_equal(Q4_K.decode(data)[0], expected)


@pytest.mark.parametrize("seed", range(2))
def test_encoding_normal_weights_is_as_accurate_as_ggml(seed: int) -> None:
    weights = np.random.default_rng(seed).standard_normal((256, 4096)).astype(np.float32)
    assert nmse(weights, oracle(Q4_K.encode(weights))) <= 1.02 * NMSE_OF_GGML


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_accuracy_does_not_depend_on_the_size_of_the_weights(scale: float) -> None:
    weights = (scale * np.random.default_rng(5).standard_normal((64, 1024))).astype(np.float32)
    assert nmse(weights, Q4_K.decode(Q4_K.encode(weights))) <= 1.02 * NMSE_OF_GGML


@given(arrays(np.float32, (2, 512), elements=st.floats(-1e4, 1e4, width=32)))
def test_the_error_is_bounded_by_the_grid(weights: NDArray[np.float32]) -> None:
    """Round-to-nearest on the plain grid of the whole super-block is a bound that any search must meet.

    Step: range/15 for codes, whose error is at most half a step; the scale and the minimum are each rounded to
    sixty-thirds of the largest in the super-block (half a unit, times up to 15 codes for the scale), and d and dmin to
    f16 (2^-11, times 63 * 15). Subnormal d and dmin add half of 2^-24 times the same factors.
    """
    decoded = Q4_K.decode(Q4_K.encode(weights)).astype(np.float64)
    by_block = weights.astype(np.float64).reshape(-1, 8, 32)
    low = np.minimum(by_block.min(axis=2), 0)
    extent = by_block.max(axis=2) - low
    largest, deepest = extent.max(axis=1), -low.min(axis=1)
    scale = largest / 15
    bound = (
        extent.max(axis=1) / 15 / 2
        + 15 * scale / 63 / 2 + deepest / 63 / 2
        + 2.0**-11 * (15 * scale + deepest) + 2.0**-25 * 63 * (15 + 1)
    )  # fmt: skip
    error = np.sqrt(((decoded.reshape(-1, 256) - by_block.reshape(-1, 256)) ** 2).mean(axis=1))
    assert (error <= bound).all()


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -1.0, 6e7, -4e6, 1e-45, -1e-38])
def test_constant_rows(value: float) -> None:
    """A constant is one code and one scale: only the f16 rounding of d or dmin remains (or of zero, if subnormal)."""
    weights = np.full((1, 256), value, np.float32)
    decoded = Q4_K.decode(Q4_K.encode(weights))
    assert np.abs(decoded - weights).max() <= 2.0**-11 * abs(value) + 2.0**-25 * 63 * 15


def test_encoding_what_was_decoded_loses_almost_nothing() -> None:
    weights = np.random.default_rng(7).standard_normal((64, 1024)).astype(np.float32)
    once = Q4_K.decode(Q4_K.encode(weights))
    assert nmse(once, Q4_K.decode(Q4_K.encode(once))) < 1e-4


def test_rows_do_not_depend_on_their_neighbours() -> None:
    weights = np.random.default_rng(8).standard_normal((700, 512)).astype(np.float32)
    whole = Q4_K.encode(weights)
    assert np.array_equal(whole[555:557], Q4_K.encode(weights[555:557]))
    assert np.array_equal(Q4_K.decode(whole)[699], Q4_K.decode(whole[699]))


@pytest.mark.parametrize("shape", [(256,), (3, 512), (2, 3, 256), (0, 256)])
def test_shapes(shape: tuple[int, ...]) -> None:
    data = Q4_K.encode(np.zeros(shape, np.float64))
    assert data.dtype == np.uint8
    assert data.shape == (*shape[:-1], shape[-1] // 256 * 144)
    assert Q4_K.decode(data).shape == shape


@pytest.mark.parametrize(
    ("weights", "id", "text"),
    [
        (np.zeros((2, 896)), "QNT001", "the nearest sizes are 768 or 1024"),
        (np.zeros((2, 0)), "QNT001", "got 0 weights"),
        (np.float32(1), "QNT002", "float32 of shape ()"),
        (np.array([["a"]]), "QNT002", "expected rows of real numbers"),
        (np.full(256, np.nan), "QNT003", "np.isfinite"),
        (np.full(256, 1e300), "QNT003", "infinities"),
        (np.full(256, 7e7), "QNT004", "beyond 65504"),
        (np.full(256, -5e6), "QNT004", "beyond 65504"),
        (np.tile([3e38, -3e38], 128), "QNT004", "scale the weights down"),
    ],
)
def test_weights_that_have_no_code(weights: NDArray[np.float64], id: str, text: str) -> None:
    with pytest.raises(QuantError, match=r".") as caught:
        Q4_K.encode(weights)
    assert caught.value.id == id
    assert text in str(caught.value)


@pytest.mark.parametrize("data", [np.zeros(143, np.uint8), np.zeros(144, np.int8), np.uint8(0)])
def test_bytes_that_are_not_blocks(data: NDArray[np.uint8]) -> None:
    with pytest.raises(QuantError, match="multiples of 144 bytes") as caught:
        Q4_K.decode(data)
    assert caught.value.id == "QNT005"


def test_six_bit_scales_survive_packing() -> None:
    rng = np.random.default_rng(0)
    scales, minima = (rng.integers(0, 64, (1000, 8), dtype=np.uint8) for _ in range(2))
    packed = scales6.pack(scales, minima)
    assert packed.shape == (1000, 12)
    assert all(np.array_equal(a, b) for a, b in zip(scales6.unpack(packed), (scales, minima), strict=True))


def test_a_block_names_its_members() -> None:
    with pytest.raises(AttributeError, match="no member 'qh', only d, dmin, scales, qs"):
        _ = Q4_K.block.qh
