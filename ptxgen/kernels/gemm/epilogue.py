"""What happens to a sum between its register and memory: bias, activation, residual, rounding, a bounded store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.activations import ACTIVATIONS
from ptxgen.kernels.blocks.fragments import pack_halves

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

Pair = tuple["Value", "Value"]
"""Two neighbours of one row, float32."""


@frozen(eq=False)
class Epilogue:
    """c[row, column] = activation(sum + bias[column]) + residual[row, column] for [m, n] matrices c and residual.

    `m` is known at launch, n at build time. `whole` promises that no column is outside.
    """

    k: KernelBuilder
    c: Pointer
    m: Value
    n: int
    activation: str = "none"
    bias: Pointer | None = None
    residual: Pointer | None = None
    whole: bool = False

    def columns(self, first: Value, offsets: Sequence[int]) -> list[ColumnPair]:
        """Pairs of columns at `first + offset` (even), with their biases loaded."""
        return [ColumnPair.load(self, first, offset) for offset in offsets]

    def store_row(self, row: Value, columns: Sequence[ColumnPair], sums: Sequence[Pair]) -> None:
        """Finish and store the sums of one row. All lanes of the warp come here; rows from m on are left out."""
        k = self.k
        with k.if_(row < self.m):
            c = self.c.row(row, self.n)
            residual = self.residual.row(row, self.n) if self.residual is not None else None
            for pair, values in zip(columns, sums, strict=True):
                pair.store(c, residual, values)


@frozen(eq=False)
class ColumnPair:
    """Columns `first + offset` and the next: whether they exist (None: surely), and their biases.

    Rows of an even number of columns keep pairs together, aligned to both.
    """

    epilogue: Epilogue
    first: Value
    offset: int
    exists: tuple[Value | None, Value | None]
    bias: Pair | None

    @staticmethod
    def load(epilogue: Epilogue, first: Value, offset: int) -> ColumnPair:
        """The pair with its biases."""
        n = epilogue.n
        exists: tuple[Value | None, Value | None] = (None, None)
        if not epilogue.whole:
            left = first < max(n - offset, 0)
            exists = (left, left if n % 2 == 0 else first < max(n - offset - 1, 0))
        made = ColumnPair(epilogue, first, offset, exists, None)
        if epilogue.bias is None:
            return made
        return ColumnPair(epilogue, first, offset, exists, made._read(epilogue.bias))

    def store(self, c: Pointer, residual: Pointer | None, sums: Pair) -> None:
        """Finish two sums and store them in the row that starts at c."""
        k = self.epilogue.k
        added = self._read(residual) if residual is not None else None
        values = [self._finish(value, i, added) for i, value in enumerate(sums)]
        target = c.at(self.first).at(self.offset)
        if self._together:
            self._when(0, lambda: self._store_pair(target, values))
            return
        for i, value in enumerate(values):
            self._when(i, lambda i=i, value=value: target.store(i, k.cvt(target.type, value)))

    def _finish(self, value: Value, i: int, added: Pair | None) -> Value:
        if self.bias is not None:
            value = value + self.bias[i]
        value = ACTIVATIONS[self.epilogue.activation].emit(self.epilogue.k, value)
        return value if added is None else value + added[i]

    @property
    def _together(self) -> bool:
        return self.epilogue.n % 2 == 0

    def _store_pair(self, target: Pointer, values: list[Value]) -> None:
        k = self.epilogue.k
        aligned = target.assume_aligned(2 * target.type.bytes)
        if target.type is f32:
            aligned.store(0, tuple(values))
        else:
            packed = pack_halves(k, target.type, values[0], values[1])
            aligned.cast(packed.type)[0] = packed

    def _read(self, row: Pointer) -> Pair:
        """The two elements of a row, as float32; zeros where they are outside."""
        k, type = self.epilogue.k, row.type
        source = row.at(self.first).at(self.offset)
        aligned = source.assume_aligned(2 * type.bytes)
        if self.epilogue.whole:
            loaded = aligned.load(vec=2)
            return k.cvt(f32, loaded[0]), k.cvt(f32, loaded[1])
        values = [k.var(type, 0.0) for _ in range(2)]
        if self._together:
            self._when(0, lambda: aligned.load(vec=2, into=tuple(values)))
        else:
            for i, value in enumerate(values):
                self._when(i, lambda i=i, value=value: source.load(i, into=value))
        return k.cvt(f32, values[0].get()), k.cvt(f32, values[1].get())

    def _when(self, i: int, build: Any) -> None:
        exists = self.exists[i]
        if exists is None:
            build()
        else:
            with self.epilogue.k.predicated(exists):
                build()
