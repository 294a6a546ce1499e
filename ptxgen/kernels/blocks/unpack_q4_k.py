"""Q4_K blocks to float32 weights in registers, without a branch and without an integer-to-float conversion.

An integer below 2^23 placed in the low bits of the float 2^23 makes the float 2^23 + integer. A 4-bit code is masked
where it lies, as q * 2^p, and the scale takes the factor 2^-p: one shift serves the eight codes of a word.

Exactness: d has 11 significant bits and a scale 6, so d*sc is exact in float32; times a code of 4 bits it is still
exact inside the `fma`, which then rounds once, as the decoder's subtraction does. The same holds for dmin*m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import b32, f16, f32
from ptxgen.quant import Q4_K

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_SUB_BLOCK = 32
_LOW_BITS, _HIGH_BITS, _SIX_BITS = 0x0F0F0F0F, 0x30303030, 0x3F3F3F3F

_TWO_23 = float(1 << 23)
_MAGIC = 0x4B000000
"""The bits of the float 2^23."""

_BYTE_TO_MAGIC = 0x7440
"""`prmt` of a word and the magic number: byte 0 of the word, two zeros, the magic number's top byte."""

_AND_OR = 0xEA
"""`lop3` for (a & b) | c. ptxas does not join `and` and `or` by itself where both have a constant."""


@frozen(eq=False)
class Loaded:
    """The header's four words, and the words of codes of this lane."""

    header: tuple[Value, ...]
    codes: tuple[Value, ...]


@frozen(eq=False)
class SubBlock:
    """Scales by the power of two that a code was masked with, and the negated minimum."""

    scales: dict[int, Value]
    offset: Value


@frozen(eq=False)
class Decoded:
    """The two sub-blocks of a lane (low and high nibbles), and each word of codes with its upper half moved down."""

    sub_blocks: tuple[SubBlock, SubBlock]
    halves: list[tuple[Value, Value]]


class Q4KUnpacker:
    """`span` bytes of a block's codes (4 or 16): low nibbles of one sub-block, high nibbles of the next.

    Lane `position` of the block, 0 <= position < 128/span, has the bytes qs[span*position : span*(position+1)]. The
    lanes of a block read its 16-byte header with the same load, which memory serves once.
    """

    def __init__(self, k: KernelBuilder, position: Value, span: int) -> None:
        lanes_a_group = _SUB_BLOCK // span
        group = position // lanes_a_group
        self.k = k
        self.span = span
        self.position = position
        self.column = group * (2 * _SUB_BLOCK) + position % lanes_a_group * span
        self.quads = [half + word for word in range(0, span, 4) for half in (0, _SUB_BLOCK)]
        self._upper = group >= 2
        self._selectors = [k.bitcast(b32, (group & 1) * 2 + (_BYTE_TO_MAGIC + half)) for half in (0, 1)]

    def load(self, block: Pointer) -> Loaded:
        """One 16-byte load of d, dmin and the scales, and one load of `span` bytes of codes."""
        header = block.at(Q4_K.block.d.offset).cast(b32)
        codes = block.row(self.position, self.span).at(Q4_K.block.qs.offset).cast(b32)
        wide = self.span == 16
        return Loaded(
            header.load(vec=4, nc=True), codes.load(vec=4, nc=True) if wide else (codes.load(nc=True),)
        )

    def decode(self, loaded: Loaded) -> Decoded:
        """The scales and minima of the lane's two sub-blocks."""
        k = self.k
        halves, first, second, third = loaded.header
        d, dmin = (k.cvt(f32, half) for half in k.unpack(f16, halves))
        scales = k.select(self._upper, (third & _LOW_BITS) | ((first >> 2) & _HIGH_BITS), first & _SIX_BITS)
        minima = k.select(
            self._upper, ((third >> 4) & _LOW_BITS) | ((second >> 2) & _HIGH_BITS), second & _SIX_BITS
        )
        minus_dmin = -dmin
        d_23, dmin_23 = d * -_TWO_23, dmin * _TWO_23

        def sub_block(half: int) -> SubBlock:
            selector = self._selectors[half]
            scale = k.fma(f32, d, k.prmt(scales, _MAGIC, selector), d_23)
            offset = k.fma(f32, minus_dmin, k.prmt(minima, _MAGIC, selector), dmin_23)
            powers = (4 * half, 4 * half + 8)
            return SubBlock({p: scale * 2.0**-p if p else scale for p in powers}, offset)

        return Decoded((sub_block(0), sub_block(1)), [(word, word >> 16) for word in loaded.codes])

    def weights(self, decoded: Decoded, quad: int) -> list[Value]:
        """d*sc*q - dmin*m for four codes: mask and set the exponent, subtract 2^23, multiply and add."""
        k = self.k
        word, half = divmod(quad, 2)
        sub_block = decoded.sub_blocks[half]
        out: list[Value] = []
        for source in decoded.halves[word]:
            for power, scale in sub_block.scales.items():
                magic = k.lop3(source, 15 << power, _MAGIC, _AND_OR)
                code = k.add(f32, magic, -_TWO_23)
                out.append(k.fma(code, scale, sub_block.offset))
        return out
