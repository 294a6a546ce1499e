"""Q4_K and Q5_K: super-blocks of eight sub-blocks of 32 weights with 6-bit scales and minima.

Exactness: d has 11 significant bits and a scale 6, so d*sc is exact in float32; the same holds for dmin*m.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import b32, f16, f32, u32
from ptxgen.kernels.blocks.pieces import Piece
from ptxgen.kernels.blocks.unpack import (
    HIGH,
    LOW,
    TWO_23,
    Codes,
    Quad,
    ShareForm,
    Unpacker,
    byte_float,
    merge,
    unpacks,
)

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value
    from ptxgen.quant import BlockFormat

_SUB_BLOCK = 32
_HEADER = 16
_SIX_BITS, _HIGH_TWO = 0x3F3F3F3F, 0x30303030


@unpacks("Q4_K", "Q5_K")
class SuperBlocks(Unpacker):
    """`span` bytes of codes: low nibbles of one sub-block, high nibbles of the next.

    The lanes of a block read its 16-byte header with the same load, which memory serves once. High nibbles stay where
    they are: codes of the second group are 16 times those of the file, and the scale is a 16th. With fifth bits, which
    are on bit 5 then, they are twice those of the file.
    """

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        super().__init__(k, format, position, span)
        lanes_a_pair = _SUB_BLOCK // span
        pair, in_pair = position >> (lanes_a_pair.bit_length() - 1), position & (lanes_a_pair - 1)
        self.column = pair * (2 * _SUB_BLOCK) + in_pair * span
        members = format.block.members
        pieces = [Piece(0, _HEADER), self.piece("qs", span)]
        if "qh" in members:
            pieces.append(Piece(members["qh"].offset, span, in_pair, span))
            self._rotation = (36 - pair * 2) & 31
        self.pieces = pieces
        self._scales = SixBitScales(k, pair, _up(format))

    @classmethod
    def form_of(cls, format: BlockFormat, span: int) -> ShareForm:
        return ShareForm(
            format.block.qs.bytes // span,
            tuple(Quad(word + half * _SUB_BLOCK, half) for word in range(0, span, 4) for half in (0, 1)),
            affine=True,
            middle=16 if "qh" in format.block.members else 8,
            raised=(0, _up(format)),
        )

    def decode(self, pieces: Sequence[Any]) -> Codes:
        header, codes, *fifth = pieces
        count = self.span // 4
        packed = codes.words(count)
        if fifth:
            words = self._with_fifths(packed, fifth[0].words(count))
        else:
            words = [part for word in packed for part in (word & LOW, word & HIGH)]
        return Codes(words, *self._scales.floats(*header.words(4)))

    def _with_fifths(self, packed: Sequence[Value], bits: Sequence[Value]) -> list[Value]:
        """A rotation puts the fifth bits of the low codes on bit 4, and so those of the high ones on bit 5."""
        k = self.k
        words: list[Value] = []
        for word, fifths in zip(packed, bits, strict=True):
            turned = k.op("shf.l.wrap.b32", fifths, fifths, self._rotation)
            words.append(merge(k, word & LOW, turned, 0x10101010))
            words.append(merge(k, (word >> 3) & 0x1E1E1E1E, turned, 0x20202020))
        return words


def _up(format: BlockFormat) -> int:
    """How far the codes of the second group are raised."""
    return 1 if "qh" in format.block.members else 4


class SixBitScales:
    """The two scales and two minima of a lane's sub-blocks 2j and 2j+1, without a branch.

    For j < 2 they are the low six bits of bytes; for j >= 2 four bits are in other bytes than two. What differs is kept
    in registers: which bytes to gather, a shift, and two masks.
    """

    def __init__(self, k: KernelBuilder, j: Value, up: int) -> None:
        """The second scale is divided by 2^up."""
        self._up = up
        pair = (j & 1) * 2
        upper = j >= 2
        self.k = k
        self._pairs = k.bitcast(b32, pair * 0x1111 + 0x5410)
        self._shift = j & 2
        self._mask = k.select(upper, k.const(b32, _HIGH_TWO), k.const(b32, _SIX_BITS))
        self._nibbles = k.select(upper, k.const(b32, LOW), k.const(b32, 0))

    def floats(
        self, halves: Value, first: Value, second: Value, third: Value
    ) -> tuple[list[Value], list[Value]]:
        """Scales and negated minima, from a header's four words."""
        k = self.k
        d, dmin = (k.cvt(f32, half) for half in k.unpack(f16, halves))
        numbers = self._unpack(first, second, third)
        raised = d * 2.0**-self._up
        scales = [self._product(d, numbers, 0), self._product(raised, numbers, 1)]
        minus_dmin, dmin_23 = -dmin, dmin * TWO_23
        return scales, [k.fma(minus_dmin, byte_float(k, numbers, byte), dmin_23) for byte in (2, 3)]

    def _product(self, factor: Value, numbers: Value, byte: int) -> Value:
        """A factor of at most 17 bits times a byte, exact."""
        return self.k.fma(factor, byte_float(self.k, numbers, byte), factor * -TWO_23)

    def _unpack(self, first: Value, second: Value, third: Value) -> Value:
        """The bytes sc[2j], sc[2j+1], m[2j], m[2j+1] as one word."""
        k = self.k
        sixes = k.prmt(first, second, self._pairs)
        fours = k.prmt(third, third >> 4, self._pairs)
        shifted = k.bitcast(b32, k.bitcast(u32, sixes) >> self._shift)
        return merge(k, fours & self._nibbles, shifted, self._mask)
