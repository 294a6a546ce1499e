"""Every codec against the decoder (and, where it has one, the encoder) of the `gguf` package."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ptxgen.quant import BF16, F16, F32, FORMATS, Q8_0, Q8_1, BlockFormat, QuantError, to_bfloat16

NMSE_OF_GGML = {
    "Q4_0": 7.389e-3, "Q4_1": 6.110e-3, "Q5_0": 1.825e-3, "Q5_1": 1.432e-3, "Q8_0": 2.868e-5,
    "Q4_K": 5.083e-3, "Q5_K": 1.303e-3, "Q6_K": 3.141e-4,
}  # fmt: skip
"""What ggml's encoders reach on normally distributed weights."""

ALL = pytest.mark.parametrize("format", FORMATS.values(), ids=str)
QUANTISED = pytest.mark.parametrize("format", [f for f in FORMATS.values() if f.weights > 1], ids=str)
SUPER_BLOCKS = pytest.mark.parametrize("format", [f for f in FORMATS.values() if f.weights == 256], ids=str)
LIKE_GGML = pytest.mark.parametrize("format", [f for f in FORMATS.values() if f.weights < 256], ids=str)

# The largest weights that still have f16 scales, and what a format divides them by.
LARGEST = {
    "F16": 1,
    "Q4_0": 8,
    "Q4_1": 1,
    "Q5_0": 16,
    "Q5_1": 1,
    "Q8_0": 127,
    "Q4_K": 63,
    "Q5_K": 63,
    "Q6_K": 4096,
}


def oracle(format: BlockFormat, data: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(quants.dequantize(data, GGMLQuantizationType[format.name]))


def normal(seed: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def nmse(reference: NDArray[np.float32], value: NDArray[np.float32]) -> float:
    error = reference.astype(np.float64) - value
    return float((error**2).sum() / (reference.astype(np.float64) ** 2).sum())


@ALL
@pytest.mark.parametrize("seed", range(3))
def test_decoding_any_bytes_is_bit_equal_to_gguf(format: BlockFormat, seed: int) -> None:
    """Random bytes reach every code, negative and subnormal scales; finite ones, as inf - inf has no one NaN."""
    rng = np.random.default_rng(seed)
    data = rng.integers(0, 256, (64, format.row_bytes(1536)), dtype=np.uint8)
    blocks = data.reshape(-1).view(format.block.dtype)
    for member in format.block:
        if member.type.is_float and blocks[member.name].dtype.kind == "f":
            blocks[member.name][~np.isfinite(blocks[member.name])] = 1
    assert np.array_equal(format.decode(data).view(np.uint32), oracle(format, data).view(np.uint32))


@QUANTISED
@pytest.mark.parametrize("scale", [0.03, 1.0, 1e3])
def test_encoding_normal_weights_is_as_accurate_as_ggml(format: BlockFormat, scale: float) -> None:
    weights = np.float32(scale) * normal(4, (64, 4096))
    assert nmse(weights, oracle(format, format.encode(weights))) <= 1.02 * NMSE_OF_GGML[format.name]


@LIKE_GGML
@settings(max_examples=15)
@given(data=st.data())
def test_formats_without_super_blocks_are_encoded_bit_for_bit_like_ggml(
    format: BlockFormat, data: st.DataObject
) -> None:
    """`gguf` has these encoders. Subnormal scales are left out: ggml divides by them and overflows."""
    sizes = st.floats(2.0**-100, 6e4, width=32)
    number = st.one_of(st.just(0.0), sizes, sizes.map(lambda size: -size))
    weights = data.draw(arrays(np.float32, (2, 64), elements=number))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = quants.quantize(weights, GGMLQuantizationType[format.name])
    assert np.array_equal(format.encode(weights), expected.view(np.uint8))


@SUPER_BLOCKS
@settings(max_examples=25)
@given(data=st.data())
def test_the_error_is_bounded_by_the_grid(format: BlockFormat, data: st.DataObject) -> None:
    """Round-to-nearest on the plain grid of the whole super-block is a bound that any search must meet.

    A code is wrong by half a step of extent/levels, or in Q6_K, whose largest code is 31 of 32, by a whole one. Scales
    and minima are rounded to whole units of the largest in the block (half a unit; a whole one in Q6_K, which has no
    +128), times up to `levels` codes. d and dmin are f16: 2^-11 of the largest, or 2^-25 where subnormal, times units
    and codes. A fitted scale of Q6_K may be 32/31.1 of the plain one.
    """
    weights = data.draw(arrays(np.float32, (2, 512), elements=st.floats(-1e4, 1e4, width=32)))
    decoded = format.decode(format.encode(weights)).astype(np.float64)
    by_block = weights.astype(np.float64).reshape(len(decoded.reshape(-1)) // 256, 256)
    low = np.minimum(by_block.min(axis=1), 0)
    extent = by_block.max(axis=1) - low
    if format.name == "Q6_K":
        largest = np.abs(by_block).max(axis=1)
        bound = 32 / 31.1 * largest * (1 / 32 + 1 / 128 + 2.0**-11) + 2.0**-25 * 128 * 32
    else:
        levels = {"Q4_K": 15, "Q5_K": 31}[format.name]
        bound = (
            extent / levels / 2 + extent / 63 / 2 - low / 63 / 2
            + 2.0**-11 * (extent - low) + 2.0**-25 * 63 * (levels + 1)
        )  # fmt: skip
    error = np.sqrt(((decoded.reshape(by_block.shape) - by_block) ** 2).mean(axis=1))
    assert (error <= bound).all()


@QUANTISED
@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -1.0, 6e4, -4e4, 1e-45, -1e-38])
def test_constant_rows(format: BlockFormat, value: float) -> None:
    """A constant is one code and one scale: only roundings of scales to f16 remain (or to zero, if subnormal).

    Of Q4_0 and Q5_0, whose codes have half as many steps above zero as below, it is the lowest one.
    """
    weights = np.full((1, 256), value, np.float32)
    decoded = format.decode(format.encode(weights))
    assert np.abs(decoded - weights).max() <= 2.0**-11 * abs(value) + 2.0**-25 * 4096


@QUANTISED
def test_an_outlier_spoils_its_own_block_alone(format: BlockFormat) -> None:
    weights = normal(6, (8, 1024))
    spoiled = weights.copy()
    spoiled[:, 300] = 1000
    plain, other = (format.decode(format.encode(w)) for w in (weights, spoiled))
    first, last = 300 // format.weights, 300 // format.weights + 1
    assert np.array_equal(plain[:, : first * format.weights], other[:, : first * format.weights])
    assert np.array_equal(plain[:, last * format.weights :], other[:, last * format.weights :])
    assert (np.abs(other[:, 300] - 1000) <= 1000 / 32).all()


@QUANTISED
def test_encoding_what_was_decoded_loses_almost_nothing(format: BlockFormat) -> None:
    once = format.decode(format.encode(normal(7, (64, 1024))))
    assert nmse(once, format.decode(format.encode(once))) < 1e-4


@ALL
def test_rows_do_not_depend_on_their_neighbours(format: BlockFormat) -> None:
    weights = normal(8, (700, 512))
    whole = format.encode(weights)
    assert np.array_equal(whole[555:557], format.encode(weights[555:557]))
    assert np.array_equal(format.decode(whole)[699], format.decode(whole[699]))


@ALL
@pytest.mark.parametrize("shape", [(256,), (3, 512), (2, 3, 256), (0, 256)])
def test_shapes(format: BlockFormat, shape: tuple[int, ...]) -> None:
    data = format.encode(np.zeros(shape, np.float64))
    assert data.dtype == np.uint8
    assert data.shape == (*shape[:-1], format.row_bytes(shape[-1]))
    assert format.decode(data).shape == shape


@ALL
@pytest.mark.parametrize(
    ("weights", "id", "text"),
    [
        (np.zeros((2, 0)), "QNT001", "got 0 weights"),
        (np.float32(1), "QNT002", "float32 of shape ()"),
        (np.array([["a"]]), "QNT002", "expected rows of real numbers"),
        (np.full(256, np.nan), "QNT003", "np.isfinite"),
        (np.full(256, -np.inf), "QNT003", "must be finite"),
        (np.full(256, 1e300), "QNT003", "as float32"),
    ],
)
def test_weights_that_have_no_code(
    format: BlockFormat, weights: NDArray[np.float64], id: str, text: str
) -> None:
    with pytest.raises(QuantError, match=r".") as caught:
        format.encode(weights)
    assert caught.value.id == id
    assert text in str(caught.value)


@QUANTISED
def test_rows_that_are_no_whole_blocks(format: BlockFormat) -> None:
    with pytest.raises(QuantError, match="whole number of blocks") as caught:
        format.encode(np.zeros((2, 1000)))
    assert caught.value.id == "QNT001"
    assert "992 or 1024" in caught.value.help or "768 or 1024" in caught.value.help


@pytest.mark.parametrize("name", [name for name in LARGEST if name in FORMATS])
@pytest.mark.parametrize("pattern", [(1, 1), (-1, -1), (1, -1)])
def test_weights_beyond_the_range_of_f16_scales(name: str, pattern: tuple[int, int]) -> None:
    format, largest = FORMATS[name], 65504 * LARGEST[name]
    row = np.tile(np.array(pattern, np.float32), 128)
    for factor in (1.1, 1e33 / largest) if pattern != (1, -1) else (2.2, 3e38 / largest):
        with pytest.raises(QuantError, match="as f16") as caught:
            format.encode(row * np.float32(factor * largest) * np.float32(_slack(name, pattern)))
        assert caught.value.id == "QNT004"
        assert caught.value.help == "scale the weights down"
    assert np.isfinite(format.decode(format.encode(row * np.float32(0.4 * largest)))).all()


def _slack(name: str, pattern: tuple[int, int]) -> float:
    """Formats with a minimum and a scale spread positive weights over all levels."""
    if pattern == (1, 1) and name in ("Q4_K", "Q5_K"):
        return {"Q4_K": 15.0, "Q5_K": 31.0}[name]
    return 1.0


def test_bfloat16_beyond_its_range() -> None:
    with pytest.raises(QuantError, match="largest bfloat16") as caught:
        BF16.encode(np.full(4, 3.4e38))
    assert caught.value.id == "QNT004"


@ALL
def test_bytes_that_are_not_blocks(format: BlockFormat) -> None:
    for data in (np.zeros(format.bytes + 1, np.uint8), np.zeros(format.bytes, np.int8), np.uint8(0)):
        with pytest.raises(QuantError, match=f"multiples of {format.bytes} bytes") as caught:
            format.decode(data)
        assert caught.value.id == "QNT005"


def test_dense_formats_hold_what_numpy_holds() -> None:
    weights = normal(9, (5, 70))
    assert np.array_equal(F32.encode(weights).view(np.float32), weights)
    assert np.array_equal(F16.encode(weights).view(np.float16), weights.astype(np.float16))
    assert np.array_equal(BF16.encode(weights).view(np.uint16), to_bfloat16(weights))


def test_q8_1_follows_the_rule_of_the_activations() -> None:
    x = normal(10, (6, 256))
    x[0, :32], x[1, :32], x[2, :32] = 0, 1e-45, np.linspace(-127, 127, 32) // 1 + 0.5
    blocks = Q8_1.encode(x).reshape(-1).view(Q8_1.block.dtype)
    for block, values in zip(blocks, x.reshape(-1, 32), strict=True):
        d = np.float32(np.abs(values).max() / np.float32(127))
        q = [int(np.trunc(v / d + np.copysign(np.float32(0.5), v))) if d > 1e-38 else 0 for v in values]
        assert block["qs"].tolist() == q
        assert block["d"] == np.float16(d)
        assert block["s"] == np.float16(d * np.float32(sum(q)))
    assert np.array_equal(Q8_1.decode(Q8_1.encode(x)), blocks["qs"].reshape(6, 256) * np.repeat(
        blocks["d"].astype(np.float32), 32).reshape(6, 256))  # fmt: skip
    assert (
        nmse(normal(1, (64, 1024)), Q8_1.decode(Q8_1.encode(normal(1, (64, 1024)))))
        < 1.02 * NMSE_OF_GGML["Q8_0"]
    )
    assert np.array_equal(Q8_1.decode(Q8_1.encode(x)), Q8_0.decode(Q8_0.encode(x)))
