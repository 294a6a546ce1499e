"""Q6_K: super-blocks of 256 weights, 16 sub-blocks of 16 with 8-bit signed scales.

Each half of 128 weights is four quarters of 32: quarters 0 and 1 are the low nibbles of 32 bytes of ql each, quarters
2 and 3 their high nibbles, and bits 2i, 2i+1 of one byte of qh complete the codes of quarter i.

Exactness: d has 11 significant bits, |sc| at most 7 (or is 128) and |q - 32| at most 5 (or is 32): d*sc*(q - 32) has
at most 23.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import f32, u32
from ptxgen.kernels.blocks.pieces import Piece
from ptxgen.kernels.blocks.unpack import LOW, Codes, Quad, ShareForm, Unpacker, merge, unpacks

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value
    from ptxgen.quant import BlockFormat

_HALF, _QUARTER, _SUB_BLOCK = 128, 32, 16
_HIGH_BITS = 0x30303030


@unpacks("Q6_K")
class Q6K(Unpacker):
    """`span` bytes of ql, and the bytes of qh with their high bits: as many weights of two quarters of one half."""

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        super().__init__(k, format, position, span)
        lanes = _QUARTER // span
        quarter, within = position >> (lanes.bit_length() - 1), position & (lanes - 1)
        half, self._upper = quarter >> 1, quarter & 1
        self.column = half * _HALF + self._upper * _QUARTER + within * span
        sub_block = self.column >> (_SUB_BLOCK.bit_length() - 1)
        members = format.block.members
        scales = members["scales"].offset
        self.pieces = (
            self.piece("ql", span),
            Piece(members["qh"].offset, span, half * lanes + within, span),
            Piece(scales, 1, sub_block, 1),
            Piece(scales + 2 * _QUARTER // _SUB_BLOCK, 1, sub_block, 1),
            self.piece("d"),
        )

    @classmethod
    def form_of(cls, format: BlockFormat, span: int) -> ShareForm:
        quads = tuple(Quad(word + high * 2 * _QUARTER, high) for word in range(0, span, 4) for high in (0, 1))
        return ShareForm(format.block.ql.bytes // span, quads, zero=32, unit=_SUB_BLOCK)

    def decode(self, pieces: Sequence[Any]) -> Codes:
        k, count = self.k, self.span // 4
        nibbles, high_bits, first, second, d = pieces
        shift = self._upper * 2
        words: list[Value] = []
        for word, bits in zip(nibbles.words(count), high_bits.words(count), strict=True):
            pairs = k.bitcast(u32, bits) >> shift
            words.append(merge(k, word & LOW, pairs << 4, _HIGH_BITS))
            words.append(merge(k, (word >> 4) & LOW, pairs, _HIGH_BITS))
        scale = k.cvt(f32, d.half())
        return Codes(words, [scale * k.cvt(f32, piece.signed()) for piece in (first, second)])
