"""What the operations of a forward pass on to one another: numbers whose place in memory is planned later."""

from __future__ import annotations

from math import prod

from attrs import frozen

from ptxgen.driver import DeviceArray
from ptxgen.isa.types import Type, f32, u8


@frozen(eq=False)
class Value:
    """The result of an operation: `shape` elements of `type`, rows first.

    A view has a `base`, in which it begins `offset` bytes from the start.
    """

    shape: tuple[int, ...]
    type: Type = f32
    base: Value | None = None
    offset: int = 0

    @property
    def rows(self) -> int:
        """Rows: one for each token."""
        return self.shape[0]

    @property
    def columns(self) -> int:
        """Elements of a row."""
        return prod(self.shape[1:])

    @property
    def bytes(self) -> int:
        """Size in memory."""
        return prod(self.shape) * self.type.bytes

    def of_rows(self, rows: int) -> Value:
        """The same numbers as [rows, columns]."""
        return Value((rows, prod(self.shape) // rows), self.type, self)

    def bytes_of_rows(self) -> Value:
        """The same memory as bytes [rows, bytes of a row]."""
        return Value((self.rows, self.columns * self.type.bytes), u8, self)

    def tail(self, rows: int) -> Value:
        """The last rows, as a view."""
        start = (self.rows - rows) * self.columns * self.type.bytes
        return Value((rows, *self.shape[1:]), self.type, self, start)


Operand = Value | DeviceArray
"""What a kernel reads or writes: a planned value, or memory that outlives the step (weights, the cache, inputs)."""
