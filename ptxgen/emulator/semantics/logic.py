"""Logic and shifts (PTX ISA 9.0, section 9.7.8)."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations, product
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
    return lookup


@semantics(logic.LOP3_BOOL)
def lop3_bool(form: Form) -> Function:
    combine = np.logical_or if form.modifiers["BoolOp"] == "or" else np.logical_and

    def apply(a: Array, b: Array, c: Array, table: Array, q: Array, out: tuple[Array, Array]) -> None:
        result = np.empty_like(out[0])
        lookup(a, b, c, table, result)
        combine(result != 0, q, out[1])
        out[0][...] = result

    return apply


def lookup(a: Array, b: Array, c: Array, table: Array, out: Array) -> None:
    """The bitwise function of three words whose value at (a, b, c) is bit `4a + 2b + c` of the table."""
    words = {"a": a, "b": b, "c": c, "0": np.uint32(0), "1": np.uint32(0xFFFFFFFF)}
    formula = _shortest(int(table.flat[0]))
    if isinstance(formula, str):
        np.copyto(out, words[formula])
    else:
        _evaluate(formula, words, out)


Formula = str | tuple[Any, ...]
"""A word or constant by name, or a ufunc with the formulas that it takes."""


def _evaluate(formula: Formula, words: dict[str, Any], out: Array | None = None) -> Any:
    if isinstance(formula, str):
        return words[formula]
    ufunc, *arguments = formula
    return ufunc(*(_evaluate(argument, words) for argument in arguments), out)


@lru_cache(maxsize=256)
def _shortest(table: int) -> Formula:
    """The formula with the fewest operations among those that ask for the words in different orders."""
    return min((_formula(order, _reordered(table, order)) for order in permutations("abc")), key=_operations)


def _operations(formula: Formula) -> int:
    return 0 if isinstance(formula, str) else 1 + sum(_operations(f) for f in formula[1:])


def _reordered(table: int, order: tuple[str, ...]) -> int:
    """The table for the same function of its words in another order."""
    result = 0
    for index, values in enumerate(product((0, 1), repeat=3)):
        value = dict(zip(order, values, strict=True))
        place = 4 * value["a"] + 2 * value["b"] + value["c"]
        result |= (table >> place & 1) << index
    return result


def _formula(words: tuple[str, ...], table: int) -> Formula:
    """A bitwise function by its truth table, the first word's bit the most significant."""
    if not words:
        return str(table)
    x, *others = words
    rest = tuple(others)
    size = 1 << len(rest)
    ones = (1 << size) - 1
    high, low = table >> size, table & ones
    inverse = (np.invert, x)
    if high == low:
        return _formula(rest, low)
    if (high, low) == (ones, 0):
        return x
    if (high, low) == (0, ones):
        return inverse
    where_clear, where_set = _formula(rest, low), _formula(rest, high)
    if not low:
        return (np.bitwise_and, where_set, x)
    if not high:
        return (np.bitwise_and, where_clear, inverse)
    if high == ones:
        return (np.bitwise_or, where_clear, x)
    if low == ones:
        return (np.bitwise_or, where_set, inverse)
    if high == low ^ ones:
        return (np.bitwise_xor, where_clear, x)
    difference = (np.bitwise_xor, where_clear, where_set)
    return (np.bitwise_xor, where_clear, (np.bitwise_and, difference, x))


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
