"""Loads from a place that moves along a row, whatever its alignment is: words of 32 bits, halves and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import b32, f16, s8, s32, u16, u32, u64

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_WORD = 4
_IN_PLACE, _UP_BY_A_HALF = 0x3210, 0x2222
"""`prmt` selectors: the first word as it is; what makes that the upper half of it and the lower half of the next."""


@frozen(eq=False)
class Footing:
    """A place at a multiple of 4 bytes, and how the words that were asked for lie on it.

    Where only 2 bytes are sure, a 32-bit load would fault at every second block of many formats. There `start` is
    rounded down, `between` says whether that moved it, and `selector` puts a word together from two neighbours.
    """

    start: Pointer
    selector: Value | None = None
    between: Value | None = None


def footing(k: KernelBuilder, place: Pointer) -> Footing:
    """The footing of words at multiples of 4 bytes from `place`."""
    if place.align >= _WORD:
        return Footing(place)
    address = place.address
    wide = address.type is u64
    odd = (k.cvt(u32, address) if wide else address) & 2
    rounded = address - (k.cvt(u64, odd) if wide else odd)
    return Footing(
        k.pointer_to(rounded, place.type, place.space, align=_WORD),
        k.bitcast(b32, odd * (_UP_BY_A_HALF // 2) + _IN_PLACE),
        odd != 0,
    )


class Moving(Protocol):
    """What advances along a row."""

    def advance(self, bytes: int) -> None:
        """Move by that many bytes."""
        ...


class Halves:
    """f16 numbers at a moving place that is aligned to 2 bytes."""

    def __init__(self, start: Pointer) -> None:
        self._pointer = start.cast(f16).cursor()

    def load(self, offset: int = 0) -> Value:
        """The number `offset` bytes further on."""
        return self._pointer.load(offset // f16.bytes, nc=_read_only(self._pointer))

    def advance(self, bytes: int) -> None:
        """Move by that many bytes."""
        self._pointer.advance(bytes // f16.bytes)


class SignedBytes:
    """8-bit signed numbers at a moving place."""

    def __init__(self, start: Pointer) -> None:
        self._pointer = start.cast(s8).cursor()

    def load(self, offset: int = 0) -> Value:
        """The number `offset` bytes further on, as s32."""
        return self._pointer.load(offset, as_type=s32, nc=_read_only(self._pointer))

    def advance(self, bytes: int) -> None:
        """Move by that many bytes."""
        self._pointer.advance(bytes)


class Words:
    """32-bit words at a moving place, by the widest loads that its alignment allows.

    On a footing between two words: a load of two bytes more, under a predicate, so that no byte behind the words is
    touched, and a `prmt` for each. It moves by multiples of 4 bytes, so that the footing stays what it is.
    """

    def __init__(self, k: KernelBuilder, footing: Footing, start: Pointer) -> None:
        self.k = k
        self._footing = footing
        self._pointer = start.cast(b32).cursor()

    def load(self, count: int, offset: int = 0) -> list[Value]:
        """`count` words from `offset` bytes further on, a multiple of 4; the widest loads must divide them."""
        first = offset // _WORD
        selector, between = self._footing.selector, self._footing.between
        if selector is None or between is None:
            width = min(count, self._pointer.at(first).align // _WORD)
            return [word for at in range(first, first + count, width) for word in self._load(at, width)]
        k = self.k
        words = [self._load(first + i, 1)[0] for i in range(count)]
        rest = k.var(u32, 0)
        with k.predicated(between):
            end = self._pointer.at(first + count).cast(u16)
            end.load(into=rest, as_type=u32, nc=_read_only(end))
        pairs = zip(words, [*words[1:], k.bitcast(b32, rest)], strict=True)
        return [k.prmt(word, after, selector) for word, after in pairs]

    def advance(self, bytes: int) -> None:
        """Move by that many bytes, a multiple of 4."""
        self._pointer.advance(bytes // _WORD)

    def _load(self, index: int, width: int) -> tuple[Value, ...]:
        loaded = self._pointer.load(index, vec=width, nc=_read_only(self._pointer))
        return loaded if width > 1 else (loaded,)


def _read_only(pointer: Pointer) -> bool:
    return pointer.space is StateSpace.GLOBAL
