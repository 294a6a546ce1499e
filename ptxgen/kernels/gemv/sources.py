"""Where a GEMV's activations come from, and how they become 8-bit codes in shared memory: the prologues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from ptxgen.isa.types import f16, f32, u8, u32
from ptxgen.kernels.base import real
from ptxgen.kernels.blocks.activations_q8 import StagedActivations
from ptxgen.kernels.blocks.q8_codes import WORDS, quantise, rounded_scale
from ptxgen.kernels.blocks.reduce import block_sum
from ptxgen.launch import In
from ptxgen.quant import Q8_1

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.launch.signature import Array


class Source(Protocol):
    """Bound to the pointers of a kernel: gives codes of any group."""

    def word(self, row: Value | int, index: Value) -> tuple[Value, Value]:
        """(d, codes) of word `index` (four columns) of a row of activations."""
        ...


class Prologue(Protocol):
    """What a kernel does with its activations before they meet weights."""

    def parameters(self, *dims: str) -> Mapping[str, Array]:
        """The arrays that the signature gets; `dims` stand before the columns of x."""
        ...

    def bind(
        self, k: KernelBuilder, pointers: Mapping[str, Pointer], columns: int, batch: int, threads: int
    ) -> Source:
        """The source on these pointers. All threads of the CTA come here."""
        ...


@frozen
class Float32:
    """Activations are float32: quantised here, by every CTA for itself."""

    def parameters(self, *dims: str) -> Mapping[str, Array]:
        """The arrays that the signature gets."""
        return {"x": In(f32, *dims, "k")}

    def bind(
        self, k: KernelBuilder, pointers: Mapping[str, Pointer], columns: int, batch: int, threads: int
    ) -> Source:
        """The source on these pointers."""
        return _Floats(k, pointers["x"].assume_aligned(16), columns)


@frozen
class Quantised:
    """Activations are blocks of Q8_1, as `QuantizeQ8_1` makes them. Their sums are not read."""

    def parameters(self, *dims: str) -> Mapping[str, Array]:
        """The arrays that the signature gets."""
        return {"x": In(u8, *dims, "activation_bytes")}

    def bind(
        self, k: KernelBuilder, pointers: Mapping[str, Pointer], columns: int, batch: int, threads: int
    ) -> Source:
        """The source on these pointers."""
        return _Blocks(k, pointers["x"].assume_aligned(4), columns)


@frozen
class RmsNorm:
    """Activations are x / sqrt(mean(x^2) + epsilon) * gain, computed and quantised by every CTA for itself."""

    epsilon: float = real(1e-6)

    def parameters(self, *dims: str) -> Mapping[str, Array]:
        """The arrays that the signature gets."""
        return {"x": In(f32, *dims, "k"), "gain": In(f32, "k")}

    def bind(
        self, k: KernelBuilder, pointers: Mapping[str, Pointer], columns: int, batch: int, threads: int
    ) -> Source:
        """Computes the rows' factors: all threads of the CTA must come here."""
        x, gain = (pointers[name].assume_aligned(16) for name in ("x", "gain"))
        factors = k.shared("factors", f32, batch)
        with k.for_(0, batch) as row:
            total = k.var(f32, 0.0)
            values = x.row(row, columns)
            with k.for_(k.tid.x, columns // 4, threads) as i:
                for value in values.load(i * 4, vec=4):
                    k.fma(value, value, total, into=total)
            mean = k.op("div.rn.f32", block_sum(k, total, threads), float(columns))
            root = k.op("sqrt.rn.f32", mean + self.epsilon)
            with k.if_(k.tid.x == 0):
                factors[row] = k.op("rcp.rn.f32", root)
        k.bar_sync()
        return _Normalised(k, x, columns, gain, factors)


class _Floats:
    def __init__(self, k: KernelBuilder, x: Pointer, columns: int) -> None:
        self.k, self.x, self.columns = k, x, columns

    def values(self, row: Value | int, index: Value) -> tuple[Value, ...]:
        return self.x.row(row, self.columns).row(index, 4).load(vec=4)

    def word(self, row: Value | int, index: Value) -> tuple[Value, Value]:
        d, codes = quantise(self.k, self.values(row, index))
        return rounded_scale(self.k, d), codes


class _Normalised(_Floats):
    def __init__(self, k: KernelBuilder, x: Pointer, columns: int, gain: Pointer, factors: Pointer) -> None:
        super().__init__(k, x, columns)
        self.gain, self.factors = gain, factors

    def values(self, row: Value | int, index: Value) -> tuple[Value, ...]:
        factor = self.factors[row]
        gains = self.gain.row(index, 4).load(vec=4)
        return tuple(v * factor * g for v, g in zip(super().values(row, index), gains, strict=True))


class _Blocks:
    def __init__(self, k: KernelBuilder, x: Pointer, columns: int) -> None:
        self.k, self.x, self.row_bytes = k, x, Q8_1.row_bytes(columns)

    def word(self, row: Value | int, index: Value) -> tuple[Value, Value]:
        k = self.k
        block = self.x.row(row, self.row_bytes).row(index >> 3, Q8_1.bytes)
        d = k.cvt(f32, block.cast(f16)[0])
        return d, block.at(Q8_1.block.qs.offset).row(index & (WORDS - 1), 4).cast(u32)[0]


def stage(
    k: KernelBuilder,
    source: Source,
    staged: StagedActivations,
    words: int,
    threads: int,
    place: Callable[[Value], Value],
    end: int = 0,
) -> None:
    """Fill shared memory with `words` words (of four columns, whole groups of 32) of every row.

    `place` says which word of the row each of them is; with `end`, those from there on are left out.
    """
    with k.for_(0, staged.rows) as row, k.for_(0, -(-words // threads)) as turn:
        word = turn * threads + k.tid.x
        inside = word < words
        nearest = k.min(word, words - 1)
        at = place(nearest)
        if end:
            inside = inside & (at < end)
            at = k.min(at, end - 1)
        d, codes = source.word(row, at)
        staged.write(staged.memory.row(row, staged.row_bytes), nearest, d, codes, inside)
