"""Integer dot products of quantised weights with 8-bit activations: the face that every format shows to the GEMVs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ptxgen.isa.types import b32, u32
from ptxgen.kernels.blocks.activations_q8 import ActivationLayout, Share
from ptxgen.kernels.blocks.words import Moving
from ptxgen.kernels.errors import KernelError
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var


class IntegerDot(ABC):
    """How a lane multiplies blocks of a format with activations. Made once, before the loop over blocks.

    `lanes` lanes share a block, and lane p of them has the share that `layout` counts as `lanes * block + p`.
    """

    layout: ClassVar[ActivationLayout]
    lanes: ClassVar[int]
    instructions: ClassVar[int] = 8
    """`dp4a` instructions of a share and a row of activations."""

    def __init__(self, k: KernelBuilder, lane: Value) -> None:
        """`lane` is the lane's number in the warp."""
        self.k, self.lane = k, lane

    @abstractmethod
    def open(self, block: Pointer) -> Sequence[Moving]:
        """The lane's places in a row, from its block `block` on. They move by whole steps of the warp."""

    @abstractmethod
    def load(self, places: Sequence[Any], offset: int) -> Any:
        """Start the loads of the share `offset` bytes further on, a whole number of steps."""

    @abstractmethod
    def decode(self, loaded: Any) -> Any:
        """What is done once for a share, however many rows of activations it meets."""

    @abstractmethod
    def accumulate(self, decoded: Any, activations: Share, total: Var) -> None:
        """Add the share's part of the dot product."""


def integer_dot(format: BlockFormat) -> type[IntegerDot]:
    """The dot products of a format. KRN040 for a format without."""
    from ptxgen.kernels.blocks.dots_32 import DOTS_32
    from ptxgen.kernels.blocks.dots_k import DOTS_K

    known = {**DOTS_32, **DOTS_K}
    try:
        return known[format.name]
    except KeyError:
        raise KernelError(
            "KRN040",
            f"{format.name} has no integer dot product",
            help=f"formats with one: {', '.join(known)}; for others use a GEMV on float32 activations",
        ) from None


def dot_words(
    k: KernelBuilder, opcode: str, weights: Sequence[Value], activations: Sequence[Value], start: Any = 0
) -> Value:
    """start + the sum of the products of all bytes; `opcode` is `dp4a.u32.s32` or `dp4a.s32.s32`."""
    total = start
    for weight, activation in zip(weights, activations, strict=True):
        total = k.op(opcode, k.bitcast(u32, weight), activation, total)
    return total


UNSIGNED, SIGNED = "dp4a.u32.s32", "dp4a.s32.s32"

LOW, HIGH = 0x0F0F0F0F, 0xF0F0F0F0

_MERGE = 0xF8
"""`lop3` of (a, b, c) for a | (b & c)."""


def and_all(words: Sequence[Value], mask: int) -> list[Value]:
    """Every word under a mask."""
    return [word & mask for word in words]


def merge(k: KernelBuilder, low: Value, source: Value, mask: Value | int) -> Value:
    """low | (source & mask), one instruction."""
    return k.bitcast(b32, k.lop3(low, source, mask, _MERGE))
