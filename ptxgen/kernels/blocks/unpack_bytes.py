"""Blocks of 32 weights with 8-bit signed codes and a scale: Q8_0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.unpack import Codes, Quad, Unpacker
from ptxgen.kernels.blocks.words import Halves, Moving, Words, footing

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.quant import BlockFormat


@frozen(eq=False)
class Loaded:
    """d, and words of codes."""

    d: Value
    codes: list[Value]


class Bytes(Unpacker):
    """`span` bytes of codes, as many weights."""

    signed: ClassVar[bool] = True

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        super().__init__(k, format, position, span)
        self.lanes = self.lanes_a_block(format, span)
        self.column = position * span
        self.quads = [Quad(word, 0) for word in range(0, span, 4)]

    @staticmethod
    def lanes_a_block(format: BlockFormat, span: int) -> int:
        return format.block.qs.bytes // span

    def open(self, block: Pointer) -> Sequence[Moving]:
        foot = footing(self.k, block.at(self.format.block.qs.offset))
        return Halves(block), Words(self.k, foot, foot.start.row(self.position, self.span))

    def load(self, places: Sequence[Any]) -> Loaded:
        d, codes = places
        return Loaded(d.load(), codes.load(self.span // 4))

    def decode(self, loaded: Loaded) -> Codes:
        return Codes(loaded.codes, [self.k.cvt(f32, loaded.d)])
