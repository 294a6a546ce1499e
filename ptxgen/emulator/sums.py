"""Chains of fused multiply-adds in a block: sums that stay complex numbers from one link to the next.

`fma.rn` is the imaginary part of `(a + ic) * (1 + ib)` (see `semantics.fma`). A sum that only the next link of a chain
reads is never brought to its register: the product already is where the next one needs it, and only `a` is to be put
beside it. A factor that several links read is made complex once.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ptxgen.emulator.code import Operation
from ptxgen.emulator.flow import Value, flow
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.semantics.fma import complex_is_fused
from ptxgen.emulator.semantics.values import canonical
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.isa.rows import floating

Array = np.ndarray[Any, Any]

_COMPLEX = {
    **dict.fromkeys((floating.FMA, floating.MAD), np.dtype(np.complex64)),
    **dict.fromkeys((floating.FMA_F64, floating.MAD_F64), np.dtype(np.complex128)),
}
LONG = 1024
"""How many factors in a row are enough for NumPy to multiply as fast as if there were one for each thread."""


class Sums:
    """Binds the fused multiply-adds of one block to a frame, in the order of the operations."""

    def __init__(self, frame: Frame, number: int) -> None:
        self.frame = frame
        self.operations = frame.code.blocks[number].operations
        self.links = {n for n, o in enumerate(self.operations) if _is_link(o)}
        self.flow = flow(frame.code, number)
        self._held: dict[Value, Array] = {}
        """Sums that are in complex arrays, for a later link to go on with."""
        self._factors: dict[Value, Array] = {}
        self._left = Counter(value for n in self.links for value in self._factor_values(n))
        """How many links are still to read each factor."""

    def bind(self, number: int, operands: Operands) -> list[Step] | None:
        """Calls that execute the operation of this number; None if it is no link."""
        if number not in self.links:
            return None
        operation = self.operations[number]
        (name,) = operation.writes
        dtype = _COMPLEX[operation.instruction.form.row]
        target = self.frame.array(name).view(f"f{dtype.itemsize // 2}")
        steps: list[Step] = []
        kind = operation.instruction.form.operands[0].type
        a, b, c = (operands.source(kind, o, steps) for o in operation.instruction.operands[1:])
        first, second = self._factor_values(number)
        if (self._left[first], -a.size) > (self._left[second], -b.size):
            a, b, first, second = b, a, second, first
        total = self._held.pop(self._value(number, operation.instruction.operands[3]), None)
        if total is None:
            total = self.frame.complex.sum(target.shape, dtype)
            steps += [(np.copyto, (total, a)), (np.copyto, (total.imag, c))]
        else:
            steps.append((np.copyto, (total.real, a)))
        factor = self._factor(second, b, total, steps)
        steps.append((np.multiply if total.size > 1 else _multiply, (total, factor, total)))
        self._keep((number, name), total, target, steps)
        self._used(first, second, factor)
        return steps

    def _factor_values(self, number: int) -> list[Value]:
        return [self._value(number, o) for o in self.operations[number].instruction.operands[1:3]]

    def _value(self, number: int, operand: Operand) -> Value:
        """The value that a link reads; a constant is a value whose name no register can have."""
        if isinstance(operand, Register):
            return self.flow.sources[number][operand.name]
        return (-1, f"={operand}")

    def _factor(self, value: Value, b: Array, total: Array, steps: list[Step]) -> Array:
        """`1 + ib`, in a shape that multiplies fast."""
        known = self._factors.get(value)
        shape = _long(b.shape, total.shape)
        if known is not None and (known.shape, known.dtype) == (shape, total.dtype):
            return known
        factor = self.frame.complex.one(shape, total.dtype)
        steps.append((np.copyto, (factor.imag, b)))
        if known is None:
            self._factors[value] = factor
        return factor

    def _keep(self, value: Value, total: Array, target: Array, steps: list[Step]) -> None:
        """Leave a sum where the next link of its chain wants it, and bring it to its register if others want it."""
        readers = self.flow.readers.get(value, [])
        heir = next((n for n in readers if self._adds_to(n, value)), None)
        if heir is not None:
            (name,) = self.operations[heir].writes
            if self.frame.array(name).shape == target.shape:
                self._held[value] = total
            else:
                heir = None
        if heir is None:
            self.frame.complex.give_back_sum(total)
        alone = heir is not None and readers == [heir] and value not in self._factor_values(heir)
        if not alone or value in self.flow.escaping:
            steps.append((np.copyto, (target, total.imag)))
            if target.itemsize == 4 and not self.flow.any_nan_will_do(value[0]):
                steps.append((canonical, (target,)))

    def _adds_to(self, number: int, value: Value) -> bool:
        if number not in self.links:
            return False
        return self._value(number, self.operations[number].instruction.operands[3]) == value

    def _used(self, first: Value, second: Value, factor: Array) -> None:
        """A link has read its factors: what no other one reads is spare again."""
        self._left.subtract((first, second))
        if self._factors.get(second) is not factor:
            self.frame.complex.give_back_one(factor)
        for value in {first, second}:
            if not self._left[value] and value in self._factors:
                self.frame.complex.give_back_one(self._factors.pop(value))


def _is_link(operation: Operation) -> bool:
    """Whether an operation is a fused multiply-add, to nearest, that nothing else is done to."""
    form = operation.instruction.form
    dtype = _COMPLEX.get(form.row)
    return (
        dtype is not None
        and complex_is_fused(dtype)
        and form.modifiers["rnd"] == "rn"
        and not (form.has("ftz") or form.has("sat"))
        and operation.guard is None
        and all(isinstance(o, Register | Immediate) for o in operation.instruction.operands)
    )


def _multiply(a: Array, b: Array, out: Array) -> None:
    """For a single element: in place, NumPy takes another loop for it."""
    out[...] = a * b


def _long(shape: tuple[int, ...], whole: tuple[int, ...]) -> tuple[int, ...]:
    """A factor's shape with its last axes as those of the result, so that many in a row are multiplied at once."""
    row = 1
    for axis in range(len(whole) - 1, -1, -1):
        row *= whole[axis]
        if row >= LONG and all(extent == 1 for extent in shape[:axis]):
            return (*(1 for _ in whole[:axis]), *whole[axis:])
    return whole
