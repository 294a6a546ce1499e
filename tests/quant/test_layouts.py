"""Layouts against the tables of the `gguf` package, and by hand where a mistake would still decode to something."""

from __future__ import annotations

import numpy as np
import pytest
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from numpy.typing import NDArray

from ptxgen.quant import (
    FALLBACKS,
    FORMATS,
    Q4_0,
    Q4_K,
    Q5_0,
    Q5_K,
    Q6_K,
    Q8_0,
    Q8_1,
    BlockFormat,
    QuantError,
    format_for_rows,
    scales6,
)

ALIGNMENTS = {
    "F32": 4, "F16": 2, "BF16": 2, "Q4_0": 2, "Q4_1": 4, "Q5_0": 2, "Q5_1": 8, "Q8_0": 2,
    "Q4_K": 16, "Q5_K": 16, "Q6_K": 2,
}  # fmt: skip


@pytest.mark.parametrize("format", FORMATS.values(), ids=str)
def test_sizes_and_ids_are_those_of_the_file_format(format: BlockFormat) -> None:
    type = GGMLQuantizationType[format.name]
    assert format.ggml_type == type
    assert (format.weights, format.bytes) == GGML_QUANT_SIZES[type]
    assert format.block.dtype.itemsize == format.bytes
    assert format.alignment == ALIGNMENTS[format.name]
    assert FORMATS[repr(format)] is format


def test_members_and_rows() -> None:
    assert {m.name: (m.offset, m.bytes) for m in Q4_K.block} == {
        "d": (0, 2), "dmin": (2, 2), "scales": (4, 12), "qs": (16, 128),
    }  # fmt: skip
    assert (Q4_K.bits_per_weight, Q4_K.row_bytes(4096)) == (4.5, 2304)
    with pytest.raises(AttributeError, match="no member 'qh', only d, dmin, scales, qs"):
        _ = Q4_K.block.qh


def test_q8_1_is_the_struct_of_ggml() -> None:
    """The size table of `gguf` says 40 bytes; ggml's struct has two halves and 32 codes."""
    assert (Q8_1.ggml_type, Q8_1.bytes, Q8_1.weights) == (GGMLQuantizationType.Q8_1, 36, 32)
    assert {m.name: m.offset for m in Q8_1.block} == {"d": 0, "s": 2, "qs": 4}
    assert Q8_1.name not in FORMATS


def decode_one(format: BlockFormat, **members: object) -> NDArray[np.float32]:
    block = np.zeros(1, format.block.dtype)
    for name, value in members.items():
        block[name] = value
    return format.decode(block.view(np.uint8)).reshape(-1)


def test_every_position_of_q4_k_is_decoded_from_its_own_nibble_and_scales() -> None:
    """One block whose sub-blocks all have different scales and minima, and whose codes count up."""
    sc, m = np.arange(56, 64, dtype=np.uint8), np.arange(7, 63, 7, dtype=np.uint8)
    weights = decode_one(
        Q4_K, d=0.5, dmin=0.25, scales=scales6.pack(sc[None], m[None]), qs=np.arange(128, dtype=np.uint8)
    )
    q = np.concatenate(
        [[(qs & 15, qs >> 4)[half] for qs in range(32 * j, 32 * j + 32)] for j in range(4) for half in (0, 1)]
    )
    assert np.array_equal(weights, 0.5 * np.repeat(sc, 32) * q - 0.25 * np.repeat(m, 32))


def test_every_fifth_bit_of_q5_k_belongs_to_one_weight() -> None:
    sc = np.arange(1, 9, dtype=np.uint8)
    scales = scales6.pack(sc[None], 0 * sc[None])
    for weight in range(256):
        qh = np.zeros(32, np.uint8)
        qh[weight % 32] = 1 << (weight // 32)
        weights = decode_one(Q5_K, d=1.0, scales=scales, qh=qh)
        assert np.flatnonzero(weights).tolist() == [weight]
        assert weights[weight] == 16 * sc[weight // 32]


def test_codes_of_q6_k_lie_where_the_manual_of_the_format_puts_them() -> None:
    rng = np.random.default_rng(0)
    ql, qh = (rng.integers(0, 256, size, dtype=np.uint8) for size in (128, 64))
    scales = rng.integers(-128, 128, 16).astype(np.int8)
    weights = decode_one(Q6_K, d=0.125, ql=ql, qh=qh, scales=scales)
    for n in range(2):
        for lane in range(32):
            low, high, bits = ql[64 * n + lane], ql[64 * n + 32 + lane], int(qh[32 * n + lane])
            codes = (low & 15, high & 15, low >> 4, high >> 4)
            for quarter, code in enumerate(codes):
                q = int(code) + 16 * (bits >> 2 * quarter & 3) - 32
                scale = 0.125 * scales[8 * n + 2 * quarter + lane // 16]
                assert weights[128 * n + 32 * quarter + lane] == scale * q


def test_six_bit_scales_survive_packing() -> None:
    rng = np.random.default_rng(0)
    scales, minima = (rng.integers(0, 64, (1000, 8), dtype=np.uint8) for _ in range(2))
    packed = scales6.pack(scales, minima)
    assert packed.shape == (1000, 12)
    assert all(np.array_equal(a, b) for a, b in zip(scales6.unpack(packed), (scales, minima), strict=True))


def test_rows_that_super_blocks_do_not_divide_fall_back() -> None:
    assert format_for_rows(Q4_K, 512) is Q4_K
    assert (format_for_rows(Q4_K, 896), format_for_rows(Q6_K, 896)) == (Q5_0, Q8_0)
    assert FALLBACKS["Q5_K"] == "Q5_1"
    assert format_for_rows(Q4_0, 96) is Q4_0
    for format in (Q4_K, Q4_0):
        with pytest.raises(QuantError, match="blocks of 32 weights, got 100") as caught:
            format_for_rows(format, 100)
        assert caught.value.id == "QNT001"


def test_two_formats_of_one_size_are_told_apart_by_name_alone() -> None:
    assert Q4_0.row_bytes(1024) == Q4_K.row_bytes(1024)
    assert Q5_0.row_bytes(1024) == Q5_K.row_bytes(1024)
