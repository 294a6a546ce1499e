"""Integer dot products of the formats with blocks of 32: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0. A lane has a whole block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import b32, f16, f32, u32
from ptxgen.kernels.blocks.activations_q8 import ActivationLayout, Share, Sums
from ptxgen.kernels.blocks.integer_dots import (
    HIGH,
    LOW,
    SIGNED,
    UNSIGNED,
    IntegerDot,
    and_all,
    dot_words,
)
from ptxgen.kernels.blocks.words import Halves, Moving, Words, footing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import Pointer, Value, Var

_HALF = 2
"""Bytes of an f16."""

_MINUS_ONE_IF_CLEAR = 0x00FF00FF
_MINUS_ONE_IF_SET = 0xFF00FF00
"""Tables for `prmt` with bits as its selector: a byte is chosen by bit 0 of four (the lower three are its number, and
the fourth spreads the byte's top bit, which changes neither 0x00 nor 0xff)."""


@frozen(eq=False)
class Block:
    """A block in registers: the scale, the minimum where there is one, and words for dp4a."""

    d: Value
    m: Value | None
    low: Sequence[Value]
    high: Sequence[Value]
    bits: Sequence[Value] = ()


class Dot32(IntegerDot):
    """What the formats have in common: one lane a block, and d*d8 times an integer, plus m*(d8*sum u)."""

    lanes = 1
    words: ClassVar[int]
    has_minimum: ClassVar[bool] = False

    def open(self, block: Pointer) -> Sequence[Moving]:
        """Where d and m are a word, all is words; where d is alone, words begin two bytes behind it."""
        k = self.k
        if self.has_minimum:
            return (Words(k, footing(k, block), block),)
        foot = footing(k, block.at(_HALF))
        return Halves(block), Words(k, foot, foot.start)

    def load(self, places: Sequence[Any], offset: int) -> tuple[Value, Value | None, list[Value]]:
        """d, m where there is one, and the words behind them."""
        if not self.has_minimum:
            d, words = places
            return d.load(offset), None, words.load(self.words, offset)
        scales, *rest = places[0].load(self.words + 1, offset)
        d, m = self.k.unpack(f16, scales)
        return d, m, rest

    def decode(self, loaded: tuple[Value, Value | None, list[Value]]) -> Block:
        """See `IntegerDot`."""
        d, m, words = loaded
        return Block(self.k.cvt(f32, d), m if m is None else self.k.cvt(f32, m), *self.codes(words))

    def codes(self, words: list[Value]) -> tuple[Any, ...]:
        """Low and high words for dp4a, from the words behind the scales."""
        return and_all(words, LOW), and_all(words, HIGH)

    def accumulate(self, decoded: Block, activations: Share, total: Var) -> None:
        """See `IntegerDot`."""
        k = self.k
        dot = self.integer(decoded, activations)
        k.fma(decoded.d * activations.scales[0], k.cvt(f32, dot), total, into=total)
        if decoded.m is not None:
            k.fma(decoded.m, activations.sums[0], total, into=total)

    def integer(self, decoded: Block, activations: Share) -> Value:
        """16 times the dot product: 16 * low nibbles + unshifted high nibbles."""
        k = self.k
        low = dot_words(k, UNSIGNED, decoded.low, activations.planes[0])
        high = dot_words(k, UNSIGNED, decoded.high, activations.planes[1], self.start(activations))
        return k.mad(low, 16, high)

    def start(self, activations: Share) -> Any:
        """What the sum over the high nibbles starts with."""
        return 0


class Q40Dot(Dot32):
    """Q4_0: d*(q - 8). The sum starts with 16 * -8 * sum u."""

    layout = ActivationLayout(plane_bit=0, scales=(1 / 16,), sum_kind=Sums.INTEGER, sum_factor=-128)
    words = 4

    def start(self, activations: Share) -> Any:
        """See `Dot32`."""
        return activations.sums[0]


class Q41Dot(Dot32):
    """Q4_1: d*q + m."""

    layout = ActivationLayout(plane_bit=0, scales=(1 / 16,), sum_kind=Sums.REAL)
    words = 4
    has_minimum = True


class FifthBits(Dot32):
    """The fifth bits of codes s, s+4, s+8, s+12 become four bytes by one `prmt`, and meet transposed activations."""

    instructions = 16
    words = 5
    table: ClassVar[int]
    worth: ClassVar[int]

    def codes(self, words: list[Value]) -> tuple[Any, ...]:
        """See `Dot32`."""
        k = self.k
        qh, *qs = words
        bits = [
            k.prmt(self.table, self.table, k.bitcast(b32, k.bitcast(u32, qh) >> shift) if shift else qh)
            for half in (0, 16)
            for shift in range(half, half + 4)
        ]
        return and_all(qs, LOW), and_all(qs, HIGH), bits

    def integer(self, decoded: Block, activations: Share) -> Value:
        """See `Dot32`; a set bit is worth 16 * 16 more than a clear one, by dp4a with bytes 0 and -1."""
        k = self.k
        turned = [*activations.planes[2], *activations.planes[3]]
        bits = dot_words(k, SIGNED, decoded.bits, turned)
        return k.mad(bits, self.worth, super().integer(decoded, activations))


class Q50Dot(FifthBits):
    """Q5_0: d*(q - 16). The bytes are the fifth bit minus one, and so bring the -16 with them."""

    layout = ActivationLayout(plane_bit=0, scales=(1 / 16,), transposed=True)
    table = _MINUS_ONE_IF_CLEAR
    worth = 256


class Q51Dot(FifthBits):
    """Q5_1: d*q + m. The bytes are minus the fifth bit."""

    layout = ActivationLayout(plane_bit=0, scales=(1 / 16,), sum_kind=Sums.REAL, transposed=True)
    table = _MINUS_ONE_IF_SET
    worth = -256
    has_minimum = True


class Q80Dot(Dot32):
    """Q8_0: d*q with signed bytes."""

    layout = ActivationLayout(plane_bit=0, scales=(1.0,))
    words = 8

    def codes(self, words: list[Value]) -> tuple[Any, ...]:
        """See `Dot32`."""
        return words[:4], words[4:]

    def integer(self, decoded: Block, activations: Share) -> Value:
        """The dot product itself."""
        first = dot_words(self.k, SIGNED, decoded.low, activations.planes[0])
        return dot_words(self.k, SIGNED, decoded.high, activations.planes[1], first)


DOTS_32: dict[str, type[IntegerDot]] = {
    "Q4_0": Q40Dot,
    "Q4_1": Q41Dot,
    "Q5_0": Q50Dot,
    "Q5_1": Q51Dot,
    "Q8_0": Q80Dot,
}
