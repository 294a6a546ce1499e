"""Logic and shifts (PTX ISA 9.0, section 9.7.8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.isa.rows import logic
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


@semantics(logic.AND)
def and_(_form: Form) -> Function:
    return np.bitwise_and


@semantics(logic.OR)
def or_(_form: Form) -> Function:
    return np.bitwise_or


@semantics(logic.XOR)
def xor(_form: Form) -> Function:
    return np.bitwise_xor


@semantics(logic.NOT)
def not_(_form: Form) -> Function:
    return np.invert


@semantics(logic.CNOT)
def cnot(_form: Form) -> Function:
    return lambda a, out: np.copyto(out, a == 0)


@semantics(logic.LOP3)
def lop3(_form: Form) -> Function:
    return lambda a, b, c, table, out: np.copyto(out, lookup(a, b, c, int(table.flat[0])))


@semantics(logic.LOP3_BOOL)
def lop3_bool(form: Form) -> Function:
    combine = np.logical_or if form.modifiers["BoolOp"] == "or" else np.logical_and

    def apply(a: Array, b: Array, c: Array, table: Array, q: Array, out: tuple[Array, Array]) -> None:
        result = lookup(a, b, c, int(table.flat[0]))
        combine(result != 0, q, out[1])
        out[0][...] = result

    return apply


def lookup(a: Array, b: Array, c: Array, table: int) -> Array:
    """The bitwise function of three words whose value at (a, b, c) is bit `4a + 2b + c` of the table."""
    return _function((a, b, c), table)


def _function(words: tuple[Array, ...], table: int) -> Array:
    """A bitwise function by its truth table, the first word's bit the most significant; few operations where few do."""
    x, *rest = words
    size = 1 << len(rest)
    ones = (1 << size) - 1
    high, low = table >> size, table & ones
    if (high, low) == (ones, 0):
        return x
    if (high, low) == (0, ones):
        return ~x
    if high == low:
        return _function(tuple(rest), low) if rest else np.full((1,) * x.ndim, -low & 0xFFFFFFFF, x.dtype)
    if not low:
        return _function(tuple(rest), high) & x
    if not high:
        return _function(tuple(rest), low) & ~x
    if high == ones:
        return _function(tuple(rest), low) | x
    if low == ones:
        return _function(tuple(rest), high) | ~x
    other = _function(tuple(rest), low)
    if high == low ^ ones:
        return other ^ x
    # high where x is set, low elsewhere.
    return other ^ ((other ^ _function(tuple(rest), high)) & x)


@semantics(logic.SHF)
def shf(form: Form) -> Function:
    clamp = form.modifiers["mode"] == "clamp"
    left = form.modifiers["dir"] == "l"

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        amount = (np.minimum(c, np.uint32(32)) if clamp else c & np.uint32(31)).astype(np.uint64)
        both = (b.astype(np.uint64) << np.uint64(32)) | a
        shifted = (both << amount) >> np.uint64(32) if left else both >> amount
        np.copyto(out, shifted, casting="same_kind")

    return apply


@semantics(logic.SHL)
def shl(_form: Form) -> Function:
    return np.left_shift


@semantics(logic.SHR)
def shr(form: Form) -> Function:
    if form.type is None or not form.type.is_signed:
        return np.right_shift

    def apply(a: Array, b: Array, out: Array) -> None:
        # NumPy would widen s32 >> u32 to 64 bits. Past the width only the sign is left, as one less than it shows.
        np.right_shift(a, np.minimum(b, np.uint32(8 * a.itemsize - 1)).astype(a.dtype), out)

    return apply
