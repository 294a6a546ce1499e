"""Blocks of 32 weights with 8-bit signed codes and a scale: Q8_0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.unpack import Codes, Quad, ShareForm, Unpacker, unpacks

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value
    from ptxgen.quant import BlockFormat


@unpacks("Q8_0")
class Bytes(Unpacker):
    """`span` bytes of codes, as many weights."""

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value | int, span: int) -> None:
        super().__init__(k, format, position, span)
        self.column = position * span
        self.pieces = (self.piece("d"), self.piece("qs", span))

    @classmethod
    def form_of(cls, format: BlockFormat, span: int) -> ShareForm:
        quads = tuple(Quad(word, 0) for word in range(0, span, 4))
        return ShareForm(format.block.qs.bytes // span, quads, signed=True)

    def decode(self, pieces: Sequence[Any]) -> Codes:
        d, codes = pieces
        return Codes(codes.words(self.span // 4), [self.k.cvt(f32, d.half())])
