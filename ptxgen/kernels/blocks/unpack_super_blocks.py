"""Q4_K and Q5_K: super-blocks of eight sub-blocks of 32 weights with 6-bit scales and minima.

Exactness: d has 11 significant bits and a scale 6, so d*sc is exact in float32; the same holds for dmin*m.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import b32, f16, f32
from ptxgen.kernels.blocks.unpack import (
    AND_OR,
    BYTE_TO_MAGIC,
    MAGIC,
    NIBBLES,
    TWO_23,
    Codes,
    Quad,
    Unpacker,
)
from ptxgen.kernels.blocks.words import Moving, Words, footing

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.quant import BlockFormat

_SUB_BLOCK = 32
_HIGH_BITS, _SIX_BITS = 0x30303030, 0x3F3F3F3F
_FIFTH_BITS = 0x10101010


@frozen(eq=False)
class Loaded:
    """The header's four words, words of codes, and as many words of fifth bits where the format has them."""

    header: list[Value]
    codes: list[Value]
    fifth_bits: list[Value]


class SuperBlocks(Unpacker):
    """`span` bytes of codes: low nibbles of one sub-block, high nibbles of the next.

    The lanes of a block read its 16-byte header with the same load, which memory serves once.
    """

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        super().__init__(k, format, position, span)
        self._fifth = "qh" in format.block.members
        self.lanes = self.lanes_a_block(format, span)
        lanes_a_pair = _SUB_BLOCK // span
        self._pair = position // lanes_a_pair
        self._in_pair = position % lanes_a_pair
        self.column = self._pair * (2 * _SUB_BLOCK) + self._in_pair * span
        self.quads = [Quad(word + half * _SUB_BLOCK, half) for word in range(0, span, 4) for half in (0, 1)]
        self._upper = self._pair >= 2
        self._selectors = [k.bitcast(b32, (self._pair & 1) * 2 + (BYTE_TO_MAGIC + half)) for half in (0, 1)]

    @staticmethod
    def lanes_a_block(format: BlockFormat, span: int) -> int:
        return format.block.qs.bytes // span

    def open(self, block: Pointer) -> Sequence[Moving]:
        foot, members = footing(self.k, block), self.format.block
        codes = foot.start.row(self.position, self.span).at(members.qs.offset)
        places: list[Moving] = [Words(self.k, foot, foot.start), Words(self.k, foot, codes)]
        if self._fifth:
            fifth = foot.start.row(self._in_pair, self.span).at(members.qh.offset)
            places.append(Words(self.k, foot, fifth))
        return places

    def load(self, places: Sequence[Any]) -> Loaded:
        header, codes, *fifth = places
        count = self.span // 4
        return Loaded(header.load(4), codes.load(count), fifth[0].load(count) if fifth else [])

    def decode(self, loaded: Loaded) -> Codes:
        words: list[Value] = []
        for index, packed in enumerate(loaded.codes):
            pair = (packed & NIBBLES, (packed >> 4) & NIBBLES)
            words.extend(self._with_fifth(pair, loaded.fifth_bits[index]) if self._fifth else pair)
        return Codes(words, *self._scales(loaded.header))

    def _scales(self, header: list[Value]) -> tuple[list[Value], list[Value]]:
        """Scales and negated minima of the lane's two sub-blocks."""
        k = self.k
        halves, first, second, third = header
        d, dmin = (k.cvt(f32, half) for half in k.unpack(f16, halves))
        scales = k.select(self._upper, (third & NIBBLES) | ((first >> 2) & _HIGH_BITS), first & _SIX_BITS)
        minima = k.select(
            self._upper, ((third >> 4) & NIBBLES) | ((second >> 2) & _HIGH_BITS), second & _SIX_BITS
        )
        minus_dmin = -dmin
        d_23, dmin_23 = d * -TWO_23, dmin * TWO_23
        return (
            [k.fma(f32, d, k.prmt(scales, MAGIC, selector), d_23) for selector in self._selectors],
            [
                k.fma(f32, minus_dmin, k.prmt(minima, MAGIC, selector), dmin_23)
                for selector in self._selectors
            ],
        )

    def _with_fifth(self, pair: tuple[Value, Value], bits: Value) -> list[Value]:
        """Bits 2*pair and 2*pair + 1 of each byte become bit 4 of the bytes of the two sub-blocks."""
        k = self.k
        mine = bits >> (self._pair * 2)
        return [k.lop3(mine << 4 - half, _FIFTH_BITS, code, AND_OR) for half, code in enumerate(pair)]
