"""Codes of the formats with blocks of 32: how ggml rounds to them, and how 4 and 5 bits are packed.

Of a block's codes, byte j < 16 holds the low four bits of code j in its low half and of code j + 16 in its high half.
Fifth bits are one 32-bit word, code j's at bit j.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_FOUR = np.uint8(4)
_NIBBLE = np.uint8(15)
_SMALLEST = np.finfo(np.float32).tiny


def inverse(scale: Floats) -> Floats:
    """1/scale, and 0 where the scale is 0 or subnormal: as f16 it is 0 anyway, and 1/scale may overflow."""
    return np.divide(np.float32(1), scale, out=np.zeros_like(scale), where=np.abs(scale) >= _SMALLEST)


def extreme(x: Floats) -> Floats:
    """The number of largest magnitude of each block, with its sign: [blocks, n] to [blocks, 1]."""
    return np.take_along_axis(x, np.abs(x).argmax(axis=1, keepdims=True), axis=1)


def symmetric(x: Floats, bits: int) -> tuple[Floats, Bytes]:
    """Scales [blocks, 1] and codes of x ~ d*(q - 2^(bits-1)): the extreme of a block is the lowest code exactly."""
    half = np.float32(1 << (bits - 1))
    d = extreme(x) / -half
    return d, rounded(x * inverse(d) + half, bits)


def affine(x: Floats, bits: int) -> tuple[Floats, Floats, Bytes]:
    """Scales and minima [blocks, 1], and codes of x ~ d*q + m: a grid from the smallest number to the largest."""
    m = x.min(axis=1, keepdims=True)
    d = (x.max(axis=1, keepdims=True) - m) / np.float32((1 << bits) - 1)
    return d, m, rounded((x - m) * inverse(d), bits)


def rounded(codes: Floats, bits: int) -> Bytes:
    """The nearest codes, a half rounded up."""
    codes = np.nan_to_num(np.floor(codes + np.float32(0.5)), copy=False)
    return np.clip(codes, 0, (1 << bits) - 1, out=codes).astype(np.uint8)


def round_away(x: Floats) -> Floats:
    """The nearest whole number, a half rounded away from zero (C's `roundf`)."""
    magnitude = np.abs(x)
    whole = np.floor(magnitude)
    return np.copysign(whole + np.floor(2 * (magnitude - whole)), x)


def pack_nibbles(codes: Bytes) -> Bytes:
    """The low four bits of [blocks, 32] codes as [blocks, 16]."""
    return (codes[:, :16] & _NIBBLE) | (codes[:, 16:] << _FOUR)


def unpack_nibbles(packed: Bytes) -> Bytes:
    """[blocks, 16] to [blocks, 32] codes of four bits."""
    return np.concatenate([packed & _NIBBLE, packed >> _FOUR], axis=1)


def pack_fifth_bits(codes: Bytes) -> NDArray[np.uint32]:
    """Bit 4 of [blocks, 32] codes as [blocks] words."""
    return np.packbits(codes >> 4 & 1, axis=1, bitorder="little").view("<u4")[:, 0]


def unpack_fifth_bits(words: NDArray[np.uint32]) -> Bytes:
    """[blocks] words to [blocks, 32] codes of 0 or 16."""
    as_bytes = np.ascontiguousarray(words, "<u4").view(np.uint8).reshape(-1, 4)
    return np.unpackbits(as_bytes, axis=1, bitorder="little") << _FOUR
