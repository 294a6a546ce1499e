"""Integer dot products of the formats with blocks of 256: Q4_K, Q5_K, Q6_K.

Eight lanes share a block: each has 16 bytes of codes, whose low halves meet one chunk of 16 activations and whose high
halves another. Their sub-block scales are integers and multiply the integer sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import b32, f16, f32, s32, u32
from ptxgen.kernels.blocks.activations_q8 import ActivationLayout, Share, Sums
from ptxgen.kernels.blocks.integer_dots import (
    HIGH,
    LOW,
    UNSIGNED,
    IntegerDot,
    and_all,
    dot_words,
    merge,
)
from ptxgen.kernels.blocks.words import Halves, Moving, SignedBytes, Words, footing
from ptxgen.quant import Q4_K, Q5_K, Q6_K

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_LANES = 8
_SIX_BITS, _HIGH_TWO = 0x3F3F3F3F, 0x30303030
_TWO_23 = float(1 << 23)
_MAGIC = 0x4B000000


@frozen(eq=False)
class Decoded:
    """Codes of the two halves, ready for dp4a, and factors: scales (s32), d, minima (f32) and dmin."""

    low: Sequence[Value]
    high: Sequence[Value]
    scales: tuple[Value, Value]
    d: Value
    minima: tuple[Value, ...] = ()
    minus_dmin: Value | None = None


def accumulate(
    k: KernelBuilder, decoded: Decoded, activations: Share, total: Var, starts: Sequence[Any]
) -> None:
    """total += d * sum of d8*sc*(q.u) - dmin * sum of m*(d8*sum u), over the two chunks of the share."""
    halves = zip((decoded.low, decoded.high), activations.planes, starts, strict=True)
    dots = [dot_words(k, UNSIGNED, codes, plane, start) for codes, plane, start in halves]
    scaled = [k.cvt(f32, scale * dot) for scale, dot in zip(decoded.scales, dots, strict=True)]
    first, second = activations.scales
    k.fma(decoded.d, k.fma(second, scaled[1], first * scaled[0]), total, into=total)
    if decoded.minus_dmin is not None:
        m, s = decoded.minima, activations.sums
        k.fma(decoded.minus_dmin, k.fma(m[1], s[1], m[0] * s[0]), total, into=total)


class SixBitScales:
    """The two scales and two minima of a lane's sub-blocks 2j and 2j+1, without a branch.

    For j < 2 they are the low six bits of bytes; for j >= 2 four bits are in other bytes than two. What differs is kept
    in registers: which bytes to gather, a shift, and two masks.
    """

    def __init__(self, k: KernelBuilder, j: Value) -> None:
        pair = (j & 1) * 2
        upper = j >= 2
        self.k = k
        self.pairs = k.bitcast(b32, pair * 0x1111 + 0x5410)
        self.shift = j & 2
        self.mask = k.select(upper, k.const(b32, _HIGH_TWO), k.const(b32, _SIX_BITS))
        self.nibbles = k.select(upper, k.const(b32, LOW), k.const(b32, 0))

    def unpack(self, first: Value, second: Value, third: Value) -> Value:
        """The bytes sc[2j], sc[2j+1], m[2j], m[2j+1] as one word."""
        k = self.k
        sixes = k.prmt(first, second, self.pairs)
        fours = k.prmt(third, third >> 4, self.pairs)
        return merge(k, fours & self.nibbles, k.bitcast(b32, k.bitcast(u32, sixes) >> self.shift), self.mask)

    def numbers(self, bytes: Value) -> tuple[tuple[Value, Value], tuple[Value, Value]]:
        """Scales as s32, minima as f32."""
        k = self.k
        word = k.bitcast(u32, bytes)
        scales = (k.bitcast(s32, word & 0xFF), k.bitcast(s32, k.prmt(bytes, 0, 0x4441)))
        low = k.bitcast(f32, k.prmt(bytes, _MAGIC, 0x7442)) - _TWO_23
        high = k.bitcast(f32, k.prmt(bytes, _MAGIC, 0x7443)) - _TWO_23
        return scales, (low, high)


class Q4KDot(IntegerDot):
    """Q4_K. High nibbles stay where they are: 16*q fits a byte, and the scale of their activations has the 1/16."""

    layout = ActivationLayout(plane_bit=1, scales=(1.0, 1 / 16), sum_kind=Sums.REAL)
    lanes = _LANES

    def __init__(self, k: KernelBuilder, lane: Value) -> None:
        super().__init__(k, lane)
        self.position = lane & (_LANES - 1)
        self.scales = SixBitScales(k, self.position >> 1)

    def open(self, block: Pointer) -> Sequence[Moving]:
        """Header and codes."""
        return self._words(block, block.row(self.position, 16).at(Q4_K.block.qs.offset))

    def load(self, places: Sequence[Any], offset: int) -> list[list[Value]]:
        """16 bytes of each."""
        return [words.load(4, offset) for words in places]

    def decode(self, loaded: list[list[Value]]) -> Decoded:
        """See `IntegerDot`."""
        header, codes = loaded
        return self._decoded(header, and_all(codes, LOW), and_all(codes, HIGH))

    def _words(self, *places: Pointer) -> list[Words]:
        return [Words(self.k, footing(self.k, place), place) for place in places]

    def _decoded(self, header: list[Value], low: list[Value], high: list[Value]) -> Decoded:
        k = self.k
        d, dmin = (k.cvt(f32, half) for half in k.unpack(f16, header[0]))
        scales, minima = self.scales.numbers(self.scales.unpack(*header[1:]))
        return Decoded(low, high, scales, d, minima, -dmin)

    def accumulate(self, decoded: Decoded, activations: Share, total: Var) -> None:
        """See `IntegerDot`."""
        accumulate(self.k, decoded, activations, total, (0, 0))


class Q5KDot(Q4KDot):
    """Q5_K. A rotation puts the fifth bits of the low codes on bit 4, and so those of the high ones on bit 5: these
    become 2*q, and the scale of their activations has the 1/2.
    """

    layout = ActivationLayout(plane_bit=1, scales=(1.0, 1 / 2), sum_kind=Sums.REAL)

    def __init__(self, k: KernelBuilder, lane: Value) -> None:
        super().__init__(k, lane)
        group = self.position >> 1
        self.rotation = (36 - group * 2) & 31

    def open(self, block: Pointer) -> Sequence[Moving]:
        """Header, fifth bits and codes."""
        bits = block.row(self.position & 1, 16).at(Q5_K.block.qh.offset)
        codes = block.row(self.position, 16).at(Q5_K.block.qs.offset)
        return self._words(block, bits, codes)

    def decode(self, loaded: list[list[Value]]) -> Decoded:
        """See `IntegerDot`."""
        k = self.k
        header, bits, codes = loaded
        turned = [k.op("shf.l.wrap.b32", word, word, self.rotation) for word in bits]
        low = [merge(k, c & LOW, b, 0x10101010) for c, b in zip(codes, turned, strict=True)]
        high = [merge(k, (c >> 3) & 0x1E1E1E1E, b, 0x20202020) for c, b in zip(codes, turned, strict=True)]
        return self._decoded(header, low, high)


class Q6KDot(IntegerDot):
    """Q6_K. Codes stay unsigned; 32 times the sum of the 16 activations of each scale is where the sums start."""

    layout = ActivationLayout(plane_bit=2, scales=(1.0, 1.0), sum_kind=Sums.INTEGER, sum_factor=-32)
    lanes = _LANES

    def __init__(self, k: KernelBuilder, lane: Value) -> None:
        super().__init__(k, lane)
        self.position = lane & (_LANES - 1)
        self.half, self.quarter = self.position >> 2, self.position & 3

    def open(self, block: Pointer) -> Sequence[Moving]:
        """Low bits, high bits, scales and d. Pieces of 16 bytes lie as the block does."""
        b, foot = Q6_K.block, footing(self.k, block)
        low = foot.start.row(self.position, 16)
        high = foot.start.at(b.qh.offset).row(self.half * 2 + (self.quarter & 1), 16)
        scales = block.at(b.scales.offset).at(self.half * 8 + self.quarter)
        words = (Words(self.k, foot, place) for place in (low, high))
        return *words, SignedBytes(scales), Halves(block.at(b.d.offset))

    def load(self, places: Sequence[Any], offset: int) -> tuple[Any, ...]:
        """16 bytes of codes, as many of their high bits, the scales of both chunks, and d."""
        low, high, scales, d = places
        pair = [scales.load(offset + i) for i in (0, 4)]
        return low.load(4, offset), high.load(4, offset), pair, d.load(offset)

    def decode(self, loaded: tuple[Any, ...]) -> Decoded:
        """See `IntegerDot`."""
        k = self.k
        nibbles, high_bits, scales, d = loaded
        shift = self.quarter & 2
        pairs = [k.bitcast(u32, word) >> shift for word in high_bits]
        low = [merge(k, n & LOW, p << 4, 0x30303030) for n, p in zip(nibbles, pairs, strict=True)]
        high = [merge(k, (n >> 4) & LOW, p, 0x30303030) for n, p in zip(nibbles, pairs, strict=True)]
        return Decoded(low, high, (scales[0], scales[1]), k.cvt(f32, d))

    def accumulate(self, decoded: Decoded, activations: Share, total: Var) -> None:
        """See `IntegerDot`."""
        accumulate(self.k, decoded, activations, total, activations.sums)


DOTS_K: dict[str, type[IntegerDot]] = {"Q4_K": Q4KDot, "Q5_K": Q5KDot, "Q6_K": Q6KDot}
