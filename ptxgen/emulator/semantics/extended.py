"""Extended-precision integer arithmetic (PTX ISA 9.0, section 9.7.2): the carry is a source and a result of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.semantics.integer import high_product
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.isa.rows import extended
from ptxgen.isa.table import Effect, Form

Array = np.ndarray[Any, Any]


def _with_carry(form: Form, compute: Function) -> Function:
    """`compute(*sources, carry_in) -> (result, carry_out)` in the shape that the form asks for."""
    takes, gives = Effect.CARRY_IN in form.row.effects, Effect.CARRY_OUT in form.row.effects

    def apply(*arguments: Any) -> None:
        sources, out = arguments[:-1], arguments[-1]
        carry = sources[-1] if takes else np.zeros(1, np.bool_)
        values = [s.view(f"u{s.itemsize}") for s in (sources[:-1] if takes else sources)]
        result, carried = compute(*values, carry)
        target = out[0] if gives else out
        target[...] = result.view(target.dtype)
        if gives:
            out[1][...] = carried

    return apply


def _sum(a: Array, b: Array, carry: Array) -> tuple[Array, Array]:
    partial = a + b
    total = partial + carry.astype(a.dtype)
    return total, (partial < a) | (total < partial)


def _difference(a: Array, b: Array, borrow: Array) -> tuple[Array, Array]:
    partial = a - b
    total = partial - borrow.astype(a.dtype)
    return total, (a < b) | (partial < total)


@semantics(extended.ADD_CC, extended.ADDC, extended.ADDC_CC)
def add(form: Form) -> Function:
    return _with_carry(form, _sum)


@semantics(extended.SUB_CC, extended.SUBC, extended.SUBC_CC)
def sub(form: Form) -> Function:
    return _with_carry(form, _difference)


@semantics(extended.MAD_CC, extended.MADC, extended.MADC_CC)
def mad(form: Form) -> Function:
    high = form.modifiers["mode"] == "hi"
    signed = form.type is not None and form.type.is_signed

    def compute(a: Array, b: Array, c: Array, carry: Array) -> tuple[Array, Array]:
        if not high:
            return _sum(a * b, c, carry)
        kind = f"{'i' if signed else 'u'}{a.itemsize}"
        return _sum(high_product(a.view(kind), b.view(kind)).view(a.dtype), c, carry)

    return _with_carry(form, compute)
