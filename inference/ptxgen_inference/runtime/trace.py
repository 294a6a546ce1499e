"""What a forward does, written down: calls of kernels on values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from attrs import define, field, frozen

from ptxgen.kernels import Kernel
from ptxgen.launch import Array
from ptxgen_inference.runtime.values import Operand, Value


@frozen(eq=False)
class Call:
    """One run of a kernel. `operands` has every array parameter by name; of one that it updates, what it held before.

    `results` are the values that it makes: of updated values, what they are afterwards.
    """

    kernel: Kernel
    operands: Mapping[str, Operand]
    results: Mapping[str, Value]

    @property
    def updates(self) -> Iterator[tuple[Value, Value]]:
        """The values that are changed where they are: before, and after."""
        for name, after in self.results.items():
            before = self.operands.get(name)
            if isinstance(before, Value):
                yield before, after

    @property
    def reads(self) -> Iterator[Value]:
        """The values that the kernel reads."""
        return (operand for operand in self.operands.values() if isinstance(operand, Value))

    @property
    def writes_outside(self) -> bool:
        """Whether it changes arrays that are no values of the trace."""
        arrays = self.kernel.signature.arrays
        return any(arrays[name].writes and not isinstance(x, Value) for name, x in self.operands.items())

    def operand(self, name: str) -> Operand:
        """The array of a parameter when the kernel runs."""
        return self.results.get(name) or self.operands[name]


@define(eq=False)
class Trace:
    """Calls in order, and the names that a forward gave to values (for those who compare layer by layer)."""

    calls: list[Call] = field(factory=list[Call])
    marks: dict[str, Value] = field(factory=dict[str, Value])

    def call(self, kernel: Kernel, **operands: Operand) -> tuple[Value, ...]:
        """Run a kernel on these arrays; the values that it makes or changes, in the order of its parameters.

        What is written and not given becomes a new value. Arrays on the device that a kernel updates (a cache) stay
        what they are, and are no results.
        """
        sizes = kernel.sizes
        results: dict[str, Value] = {}
        for name, array in kernel.signature.arrays.items():
            given = operands.get(name)
            if given is None or isinstance(given, Value):
                _require_size(kernel, name, array, given, sizes)
            if array.writes and (given is None or isinstance(given, Value)):
                shape = array.shape(sizes) if given is None else given.shape
                results[name] = Value(shape, array.type)
        self.calls.append(Call(kernel, operands, results))
        return tuple(results.values())

    def one(self, kernel: Kernel, **operands: Operand) -> Value:
        """`call` of a kernel with one result."""
        (made,) = self.call(kernel, **operands)
        return made

    def rows(self, rows: int, kernel: Kernel, **operands: Operand) -> Value:
        """`one`, its result as so many rows: kernels know no rows of what they treat element by element."""
        made = self.one(kernel, **operands)
        return made if made.shape[1:] and made.rows == rows else made.of_rows(rows)


def _require_size(
    kernel: Kernel, name: str, array: Array, given: Value | None, sizes: Mapping[str, int]
) -> None:
    expected = array.shape(sizes)
    if given is None and array.reads:
        raise TypeError(f"{kernel.name} is not given {name!r}")
    if given is not None and (given.type is not array.type or prod(given.shape) != prod(expected)):
        raise TypeError(f"{kernel.name}: {name!r} is {array.type} {expected}, got {given.type} {given.shape}")
