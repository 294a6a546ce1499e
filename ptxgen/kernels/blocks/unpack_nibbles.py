"""Blocks of 32 weights with 4-bit codes, as the layout says: with fifth bits (qh), with a minimum (m), or without.

Byte j of qs holds code j in its low half and code j + 16 in its high half; bit j of qh is the fifth bit of code j.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import b32, f32, u32
from ptxgen.kernels.blocks.unpack import LOW, Codes, Quad, ShareForm, Unpacker, merge, unpacks

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value
    from ptxgen.quant import BlockFormat

_HALF = 16
_FIFTH_BITS = 0x10101010
_SPREAD = 1 << 4 | 1 << 11 | 1 << 18 | 1 << 25
"""Four neighbouring bits times this are bits 4, 12, 20 and 28, with others between: no two of the products meet."""


@unpacks("Q4_0", "Q4_1", "Q5_0", "Q5_1")
class Nibbles(Unpacker):
    """`span` bytes of codes: as many weights of the first half of the block, and of the second."""

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value | int, span: int) -> None:
        super().__init__(k, format, position, span)
        self.column = position * span
        names = [name for name in format.block.members if name != "qs"]
        self._named = {name: index for index, name in enumerate(names)}
        self.pieces = (*(self.piece(name) for name in names), self.piece("qs", span))

    @classmethod
    def form_of(cls, format: BlockFormat, span: int) -> ShareForm:
        members = format.block.members
        affine, middle = "m" in members, 16 if "qh" in members else 8
        return ShareForm(
            format.block.qs.bytes // span,
            tuple(Quad(word + half, 0) for word in range(0, span, 4) for half in (0, _HALF)),
            zero=0 if affine else middle,
            affine=affine,
            middle=middle if affine else 0,
        )

    def decode(self, pieces: Sequence[Any]) -> Codes:
        k, *others, codes = self.k, *pieces
        named = {name: others[index] for name, index in self._named.items()}
        words = [part for word in codes.words(self.span // 4) for part in (word & LOW, (word >> 4) & LOW)]
        if "qh" in named:
            words = self._with_fifths(words, k.bitcast(u32, named["qh"].word()))
        offsets = [k.cvt(f32, named["m"].half())] if "m" in named else []
        return Codes(words, [k.cvt(f32, named["d"].half())], offsets)

    def _with_fifths(self, words: Sequence[Value], bits: Value) -> list[Value]:
        """Four bits of each quad's, in the low half of a byte, are spread out by a product and become bits 4."""
        k, quads = self.k, self.form.quads
        mine = bits >> self.column if self.form.lanes > 1 else bits
        made: list[Value] = []
        for word, quad in zip(words, quads, strict=True):
            four = (mine >> quad.column if quad.column else mine) & 15
            made.append(merge(k, word, k.bitcast(b32, four * _SPREAD), _FIFTH_BITS))
        return made
