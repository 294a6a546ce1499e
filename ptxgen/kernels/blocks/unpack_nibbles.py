"""Blocks of 32 weights with 4-bit codes, as the layout says: with fifth bits (qh), with a minimum (m), or without.

Byte j of qs holds code j in its low half and code j + 16 in its high half; bit j of qh is the fifth bit of code j.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import b32, f16, f32, u32
from ptxgen.kernels.blocks.unpack import AND_OR, NIBBLES, Codes, Quad, Unpacker
from ptxgen.kernels.blocks.words import Halves, Moving, Words, footing

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.quant import BlockFormat

_HALF = 16
_FIFTH_BITS = 0x10101010
_SPREAD = 1 << 4 | 1 << 11 | 1 << 18 | 1 << 25
"""Four neighbouring bits times this are bits 4, 12, 20 and 28, with others between: no two of the products meet."""


@frozen(eq=False)
class Loaded:
    """d (and m), the word of fifth bits where there is one, and words of codes."""

    header: tuple[Value, ...]
    fifth_bits: Value | None
    codes: list[Value]


class Nibbles(Unpacker):
    """`span` bytes of codes: as many weights of the first half of the block, and of the second."""

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        super().__init__(k, format, position, span)
        members = format.block.members
        self._fifth, self._minimum = "qh" in members, "m" in members
        self.zero = 0 if self._minimum else 16 if self._fifth else 8
        self.lanes = self.lanes_a_block(format, span)
        self.column = position * span
        self.quads = [Quad(word + half, 0) for word in range(0, span, 4) for half in (0, _HALF)]

    @staticmethod
    def lanes_a_block(format: BlockFormat, span: int) -> int:
        return format.block.qs.bytes // span

    def open(self, block: Pointer) -> Sequence[Moving]:
        block_of = self.format.block
        foot = footing(self.k, block.at(block_of.qs.offset))
        start = foot.start
        places: list[Moving] = [
            Words(self.k, foot, start.at(-block_of.qs.offset)) if self._minimum else Halves(block),
            Words(self.k, foot, start.row(self.position, self.span)),
        ]
        if self._fifth:
            places.append(Words(self.k, foot, start.at(block_of.qh.offset - block_of.qs.offset)))
        return places

    def load(self, places: Sequence[Any]) -> Loaded:
        head, codes, *fifth = places
        header = self.k.unpack(f16, head.load(1)[0]) if self._minimum else (head.load(),)
        bits = fifth[0].load(1)[0] if fifth else None
        return Loaded(header, bits, codes.load(self.span // 4))

    def decode(self, loaded: Loaded) -> Codes:
        k = self.k
        scale, *offset = (k.cvt(f32, half) for half in loaded.header)
        bits = None if loaded.fifth_bits is None else k.bitcast(u32, loaded.fifth_bits) >> self.column
        words: list[Value] = []
        for word, packed in enumerate(loaded.codes):
            for half, nibbles in ((0, packed), (_HALF, packed >> 4)):
                code = nibbles & NIBBLES
                words.append(code if bits is None else self._with_fifth(code, bits, 4 * word + half))
        return Codes(words, [scale], offset)

    def _with_fifth(self, code: Value, bits: Value, first: int) -> Value:
        """Four bits from `first` on become bit 4 of each byte."""
        k = self.k
        four = (bits >> first if first else bits) & 15
        return k.lop3(k.bitcast(b32, four * _SPREAD), _FIFTH_BITS, code, AND_OR)
