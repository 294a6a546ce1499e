"""Linear expressions in all threads of a CTA at once: exact whole numbers, in NumPy.

A column is of 64-bit integers as long as all of its numbers are below 2^62, so that no sum of two can overflow; beyond
it is of Python's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ptxgen.ir.analysis import Affine
from ptxgen.ir.analysis.affine import Atom
from ptxgen.ir.analysis.affine.evaluation import OPERATIONS

Column = NDArray[Any]
"""A number for each thread of a CTA, by thread number."""
Value = int | Column
"""A number that all threads have, or one for each."""
Terms = tuple[tuple[Atom, int], ...]

_LARGE = 1 << 62


@define(eq=False)
class Columns:
    """Sums in `count` threads. `told` says what the unknowns that nothing is derived from are, where that is known."""

    count: int
    told: Callable[[Atom], Value | None]
    _sums: dict[Terms, tuple[Value | None, int]] = field(
        factory=dict[Terms, "tuple[Value | None, int]"], init=False
    )
    _atoms: dict[Atom, Value | None] = field(factory=dict[Atom, "Value | None"], init=False)

    def of(self, e: Affine) -> Column | None:
        """The sum in each thread, before it wraps; None if something in it is not known."""
        value = self.value(e)
        return None if value is None else broadcast(value, self.count)

    def value(self, e: Affine) -> Value | None:
        """The same, one number where all threads have it. Accesses beside each other differ in the constant alone."""
        if e.terms not in self._sums:
            total = self._added(e.terms)
            self._sums[e.terms] = total, 0 if total is None else _largest(total)
        total, largest = self._sums[e.terms]
        if total is None or not e.constant:
            return total
        return total + e.constant if largest + abs(e.constant) < _LARGE else plus(total, e.constant)

    def _added(self, terms: Terms) -> Value | None:
        total: Value = 0
        for atom, factor in terms:
            value = self._value(atom)
            if value is None:
                return None
            total = plus(total, _times(value, factor))
        return total

    def _value(self, atom: Atom) -> Value | None:
        if atom not in self._atoms:
            self._atoms[atom] = self._derived(atom) if atom.operands else self.told(atom)
        return self._atoms[atom]

    def _derived(self, atom: Atom) -> Value | None:
        sources: list[Value] = []
        for operand in atom.operands:
            source = self.value(operand)
            if source is None:
                return None
            sources.append(source)
        numbers = [s for s in sources if isinstance(s, int)]
        if len(numbers) == len(sources):
            return OPERATIONS[atom.operation](*numbers)
        return exact(_OPERATIONS[atom.operation], *sources)


def unsigned(values: Column, bits: int) -> Column:
    """What the low bits say, read without a sign."""
    if values.dtype != object and bits > 62:
        return values if values.min() >= 0 else unsigned(values.astype(object), bits)
    return narrow(values & ((1 << bits) - 1))


def signed(values: Column, bits: int) -> Column:
    """What the low bits say, read with a sign."""
    if values.dtype != object and bits > 62:
        return values
    half = 1 << (bits - 1)
    return narrow(((values + half) & (2 * half - 1)) - half)


def _largest(value: Value) -> int:
    if isinstance(value, int):
        return abs(value)
    return max(int(value.max()), -int(value.min())) if value.size else 0


def plus(one: Value, other: Value) -> Value:
    """The sum."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    return exact(np.add, one, other)


def _times(value: Value, factor: int) -> Value:
    if isinstance(value, int):
        return value * factor
    return value if factor == 1 else product(value, factor)


def product(one: Value, other: Value) -> Column:
    """The product; one of the two is a column."""
    sizes = _largest(one), _largest(other)
    if max(*sizes, sizes[0] * sizes[1]) >= _LARGE:
        return narrow(np.multiply(_wide(one), _wide(other)))
    return np.multiply(one, other)


def exact(operation: Callable[..., Any], *values: Value) -> Column:
    """The result of an operation that makes numbers at most twice as large: no 64-bit one overflows."""
    if any(_largest(v) >= _LARGE for v in values if isinstance(v, int)):
        return narrow(operation(*(_wide(v) for v in values)))
    return narrow(operation(*values))


def _wide(value: Value) -> Value:
    return value if isinstance(value, int) else value.astype(object)


def narrow(values: Column) -> Column:
    """The same numbers, of 64 bits if all of them are small."""
    small = _largest(values) < _LARGE
    if small == (values.dtype != object):
        return values
    return values.astype(np.int64 if small else object)


def broadcast(value: Value, count: int) -> Column:
    """A number as that of each thread."""
    if not isinstance(value, int):
        return value
    return np.full(count, value, np.int64 if abs(value) < _LARGE else object)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "div": np.floor_divide,
    "rem": np.remainder,
    "mul": product,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "min": np.minimum,
    "max": np.maximum,
    **{f"u{bits}": lambda values, bits=bits: unsigned(values, bits) for bits in (8, 16, 32, 64, 128)},
    **{f"s{bits}": lambda values, bits=bits: signed(values, bits) for bits in (8, 16, 32, 64, 128)},
}
"""What derived unknowns are of their operands, of which at least one is a column."""
