"""Q6_K: super-blocks of 256 weights, 16 sub-blocks of 16 with 8-bit signed scales.

Each half of 128 weights is four quarters of 32: quarters 0 and 1 are the low nibbles of 32 bytes of ql each, quarters
2 and 3 their high nibbles, and bits 2i, 2i+1 of one byte of qh complete the codes of quarter i.

Exactness: d has 11 significant bits, |sc| at most 7 (or is 128) and |q - 32| at most 5 (or is 32): d*sc*(q - 32) has
at most 23.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import b32, f32
from ptxgen.kernels.blocks.unpack import AND_OR, BYTE_TO_MAGIC, MAGIC, NIBBLES, TWO_23, Codes, Quad, Unpacker
from ptxgen.kernels.blocks.words import Halves, Moving, Words, footing

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.quant import BlockFormat, Member

_HALF, _QUARTER, _SUB_BLOCK = 128, 32, 16
_HIGH_BITS = 0x30303030
_SIGNS, _SIGN = 0x80808080, 128


@frozen(eq=False)
class Loaded:
    """d, the eight scales of the half as two words, and words of ql (both runs of 32 bytes) and qh."""

    d: Value
    scales: list[Value]
    low: tuple[list[Value], list[Value]]
    high: list[Value]


class Q6K(Unpacker):
    """`span` bytes of two runs of ql and one of qh: as many weights of each quarter of one half."""

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        super().__init__(k, format, position, span)
        self.zero = 32
        self.lanes = self.lanes_a_block(format, span)
        lanes_a_half = self.lanes // 2
        self._half = position // lanes_a_half
        self._in_half = position % lanes_a_half
        first = self._in_half * span
        self.column = self._half * _HALF + first
        self.quads = [
            Quad(word + quarter * _QUARTER, quarter) for word in range(0, span, 4) for quarter in range(4)
        ]
        sub_block = first // _SUB_BLOCK
        self._selectors = [k.bitcast(b32, sub_block + (BYTE_TO_MAGIC + byte)) for byte in (0, 2)]

    @staticmethod
    def lanes_a_block(format: BlockFormat, span: int) -> int:
        return format.block.qh.bytes // span

    def open(self, block: Pointer) -> Sequence[Moving]:
        foot, members = footing(self.k, block), self.format.block

        def words(member: Member) -> Pointer:
            return foot.start.row(self._half, member.bytes // 2).at(member.offset)

        return (
            Halves(block.at(members.d.offset)),
            Words(self.k, foot, words(members.scales)),
            Words(self.k, foot, words(members.ql).row(self._in_half, self.span)),
            Words(self.k, foot, words(members.qh).row(self._in_half, self.span)),
        )

    def load(self, places: Sequence[Any]) -> Loaded:
        d, scales, low, high = places
        count = self.span // 4
        return Loaded(
            d.load(), scales.load(2), (low.load(count), low.load(count, _QUARTER)), high.load(count)
        )

    def decode(self, loaded: Loaded) -> Codes:
        k = self.k
        words: list[Value] = []
        for first, second, high in zip(*loaded.low, loaded.high, strict=True):
            nibbles = (first & NIBBLES, second & NIBBLES, (first >> 4) & NIBBLES, (second >> 4) & NIBBLES)
            bits = (high << 4, high << 2, high, high >> 2)
            words.extend(k.lop3(b, _HIGH_BITS, n, AND_OR) for b, n in zip(bits, nibbles, strict=True))
        return Codes(words, self._scales(loaded))

    def _scales(self, loaded: Loaded) -> list[Value]:
        """d times the scales of the lane's sub-block in each quarter: bytes 0 to 7 of the half, two by two."""
        k = self.k
        d = k.cvt(f32, loaded.d)
        biased = [word ^ _SIGNS for word in loaded.scales]
        return [
            d * k.add(f32, k.prmt(word, MAGIC, selector), -(TWO_23 + _SIGN))
            for word in biased
            for selector in self._selectors
        ]
