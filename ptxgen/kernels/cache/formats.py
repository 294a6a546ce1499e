"""How a key-value cache holds the head of a token: float32, float16, or Q8_0 blocks as in GGUF files.

Tiles of heads lie in shared memory as they lie in the cache, byte by byte; numbers are formed where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, b32, f16, f32, u8, u16, u32
from ptxgen.quant import Q8_0

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_MAGIC = 0x4B000000
"""The bits of the float 2^23: an integer in its low bits is added to it."""


@frozen(eq=False)
class CacheFormat:
    """A head of `head_dim` elements as bytes.

    type: elements of the array that holds the cache; span: elements that `dot` wants at once. `floats` gives the
    numbers of a head in memory: `count` of them, a power of two, from element `first` on, which is a multiple of count;
    it reads `access` bytes at once. They are exact: what the format's decoder gives, but for the factor that `scale`
    gives.
    """

    name: str
    type: Type
    span: int
    access: int
    floats: Callable[[KernelBuilder, Pointer, Value, int], list[Value]]
    scale: Callable[[KernelBuilder, Pointer, Value], Value] | None = None

    def numbers(self, k: KernelBuilder, head: Pointer, first: Value, count: int) -> list[Value]:
        """The same, the factor included: what the decoder gives, rounded to float32."""
        numbers = self.floats(k, head, first, count)
        if self.scale is None:
            return numbers
        scale = self.scale(k, head, first)
        return [number * scale for number in numbers]

    def row_bytes(self, head_dim: int) -> int:
        """Bytes of a head."""
        return Q8_0.row_bytes(head_dim) if self.scale else head_dim * self.type.bytes

    def row_elements(self, head_dim: int) -> int:
        """Elements of the array for a head."""
        return self.row_bytes(head_dim) // self.type.bytes

    def decode(self, array: NDArray[Any]) -> NDArray[np.float64]:
        """The numbers of heads, float64."""
        return (Q8_0.decode(array) if self.scale else array).astype(np.float64)

    def encode(self, numbers: NDArray[np.float32]) -> NDArray[Any]:
        """Heads as the cache holds them."""
        if self.scale:
            return Q8_0.encode(numbers)
        return numbers.astype(np.float16 if self.type is f16 else np.float32)


def _whole(_k: KernelBuilder, head: Pointer, first: Value, count: int) -> list[Value]:
    at = head.cast(f32).at(first)
    out: list[Value] = []
    for start in range(0, count, 4):
        width = min(count, 4)
        loaded = at.load(start, vec=width)
        out.extend(loaded if width > 1 else (loaded,))
    return out


def _halves(k: KernelBuilder, head: Pointer, first: Value, count: int) -> list[Value]:
    at = head.cast(f16).at(first)
    if count == 1:
        return [k.cvt(f32, at.load())]
    out: list[Value] = []
    for start in range(0, count, 8):
        width = min(count, 8) // 2
        words = at.at(start).cast(b32).load(vec=width)
        for word in words if width > 1 else (words,):
            out.extend(k.cvt(f32, half) for half in k.unpack(f16, word))
    return out


def _codes(k: KernelBuilder, head: Pointer, first: Value, count: int) -> list[Value]:
    """Blocks are aligned to 2 bytes: codes come in pairs, become 2^23 + 128 + code, and a subtraction frees them."""
    block, inside = first // Q8_0.weights, first % Q8_0.weights
    at = head.row(block, Q8_0.bytes).at(inside).at(Q8_0.block.qs.offset)
    out: list[Value] = []
    for start in range(0, count, 2):
        pair = at.at(start)
        bits = pair.cast(u16).load(as_type=u32) if count > 1 else pair.load(as_type=u32)
        biased = k.bitcast(b32, bits ^ 0x8080)
        for byte in range(min(count, 2)):
            number = k.bitcast(f32, k.prmt(biased, _MAGIC, 0x7440 + byte))
            out.append(number - float((1 << 23) + 128))
    return out


def _block_scale(k: KernelBuilder, head: Pointer, first: Value) -> Value:
    return k.cvt(f32, head.row(first // Q8_0.weights, Q8_0.bytes).cast(f16).load())


FORMATS = {
    made.name: made
    for made in (
        CacheFormat("f16", f16, 16, 16, _halves),
        CacheFormat("f32", f32, 16, 16, _whole),
        CacheFormat("q8_0", u8, Q8_0.weights, 2, _codes, _block_scale),
    )
}
"""Every cache format by name."""
