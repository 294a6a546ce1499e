"""Words of quantised blocks in registers, whatever the alignment of the blocks: 16, 8, 4 or only 2 bytes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import b32, u8, u16, u32, u64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_PARTS = {16: 4, 8: 2, 4: 1}


def load_words(pointer: Pointer, count: int, offset: int = 0) -> list[Value]:
    """`count` words at `offset` bytes from a pointer that is 4-byte aligned, by the widest loads that it allows."""
    at = pointer.at(offset).cast(b32)
    part = next(n for size, n in _PARTS.items() if at.align % size == 0 and count % n == 0)
    nc = pointer.space is StateSpace.GLOBAL
    out: list[Value] = []
    for first in range(0, count, part):
        loaded = at.load(first, vec=part, nc=nc)
        out.extend(loaded if part > 1 else [loaded])
    return out


class EvenWords:
    """Words at an address that is only known to be even, from aligned loads around them.

    The address must keep its remainder by 4 as the span moves. The first word is rounded down, and may bring the two
    bytes before the span. `shift` moves a pair of words (`shf.r`) to what begins at the address.
    """

    def __init__(self, k: KernelBuilder, start: Pointer) -> None:
        address = start.address
        self.k = k
        self.half = k.cvt(u32, address) & 2 if address.type.bits == 64 else address & 2
        rounded = address - (k.cvt(u64, self.half) if address.type.bits == 64 else self.half)
        self.cursor = k.pointer_to(rounded, u8, start.space, align=4).cursor()
        self.shift = self.half << 3

    def load(self, count: int, offset: int = 0) -> list[Value]:
        """The `count` + 1 aligned words that hold `count` words at `offset` bytes, a multiple of 4."""
        return load_words(self.cursor, count + 1, offset)

    def words(self, loaded: Sequence[Value], more: Value | int = 0) -> list[Value]:
        """The words of the span, moved down by `more` bits more."""
        shift = self.shift + more
        return [self.k.op("shf.r.clamp.b32", a, b, shift) for a, b in pairwise(loaded)]


class EvenBlocks(EvenWords):
    """Blocks of a half and words behind it, at addresses that are only known to be even."""

    def __init__(self, k: KernelBuilder, start: Pointer) -> None:
        super().__init__(k, start)
        self._whole = self.half != 0 if start.space is StateSpace.GLOBAL else None
        self._selector = k.bitcast(b32, self.half * 0x1111 + 0x5432)

    def load(self, count: int, offset: int = 0) -> list[Value]:
        """The `count` + 1 aligned words around the half and `count` words.

        Where the half comes first in its word, of the last word only a half is needed, and loaded from global memory:
        a buffer may end there. In shared memory the whole word is loaded.
        """
        if self._whole is None:
            return super().load(count, offset)
        k = self.k
        words = load_words(self.cursor, count, offset)
        last = k.var(u32)
        end = self.cursor.at(offset + 4 * count)
        with k.predicated(self._whole):
            end.cast(u32).load(into=last, nc=True)
        with k.predicated(~self._whole):
            end.cast(u16).load(into=last, as_type=u32, nc=True)
        return [*words, k.bitcast(b32, last)]

    def first(self, loaded: Sequence[Value]) -> Value:
        """The half that a block starts with, in the low half of a word."""
        return self.k.bitcast(u32, loaded[0]) >> self.shift

    def rest(self, loaded: Sequence[Value]) -> list[Value]:
        """The words that follow it."""
        return [self.k.prmt(a, b, self._selector) for a, b in pairwise(loaded)]
