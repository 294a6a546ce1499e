"""Video instructions: arithmetic on bytes and halves of 32-bit registers (PTX ISA 9.0, section 9.7.18).

Intermediate results are exact, as in the manual's pseudocode, in 64 bits. Which parts of the operands count stands in
the form's modifiers under the operands' names (see `registry`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np

from ptxgen.emulator.semantics.integer import Array
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.isa.rows import video
from ptxgen.isa.table import Form

Operation = Callable[[Array, Array], Array]

_FAR = 1 << 62
"""Stands for a value beyond all bounds, with zeros in its low half: one shifted out of 32 bits, or a large product."""


def _average(a: Array, b: Array) -> Array:
    total = a + b
    rounded: Array = (total + (total >= 0)) >> 1
    return rounded


def _difference(a: Array, b: Array) -> Array:
    return np.abs(a - b)


_OPERATIONS: dict[str, Operation] = {
    "vadd": np.add,
    "vsub": np.subtract,
    "vabsdiff": _difference,
    "vmin": np.minimum,
    "vmax": np.maximum,
    "vavrg": _average,
}
_COMPARE: dict[str, Operation] = {
    name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")
}
_SECOND: dict[str, Operation] = {"add": np.add, "min": np.minimum, "max": np.maximum}


def _field(x: Array, bits: int, number: int, signed: bool) -> Array:
    """The `number`-th field of `bits` bits, as int64."""
    word = x.view(np.uint32).astype(np.int64)
    up = word << (64 - bits * (number + 1))
    return up >> (64 - bits) if signed else (word >> bits * number) & ((1 << bits) - 1)


def _width(part: str) -> tuple[int, int]:
    """Bits and number of a part: `b2` is 8 bits wide, `h1` 16, and no part the whole register."""
    return (32, 0) if not part else ({"b": 8, "h": 16}[part[0]], int(part[1:]))


def _reader(part: str, type: str) -> Callable[[Array], Array]:
    bits, number = _width(part)
    return lambda x: _field(x, bits, number, type == "s32")


def _clamped(x: Array, bits: int, signed: bool) -> Array:
    low = -(1 << (bits - 1)) if signed else 0
    return np.clip(x, low, low + (1 << bits) - 1)


def _scalar(form: Form, operation: Operation) -> Function:
    """A scalar instruction: parts, the operation, .sat, and then the second operation or the merge into c."""
    modifiers = form.modifiers
    read_a = _reader(modifiers.get("a", ""), modifiers["atype"])
    read_b = _reader(modifiers.get("b", ""), modifiers.get("btype", "u32"))
    signed = modifiers.get("dtype") == "s32"
    bits, number = _width(modifiers.get("d", ""))
    second = _SECOND.get(modifiers.get("op2", ""))

    def apply(a: Array, b: Array, *rest: Array) -> None:
        result = operation(read_a(a), read_b(b)).astype(np.int64)
        if form.has("sat"):
            result = _clamped(result, bits, signed)
        if second is not None:
            result = second(result, _field(rest[0], 32, 0, signed))
        elif len(rest) == 2:
            mask = ((1 << bits) - 1) << bits * number
            result = (result << bits * number) & mask | _field(rest[0], 32, 0, False) & ~mask
        rest[-1][...] = _low_word(result, rest[-1].dtype)

    return apply


def _low_word(x: Array, dtype: np.dtype[np.generic]) -> Array:
    low: Array = (x & 0xFFFFFFFF).astype(np.uint32)
    return low.view(dtype)


@semantics(*(row for rows in video.SCALAR.values() for row in rows))
def arithmetic(form: Form) -> Function:
    return _scalar(form, _OPERATIONS[form.opcode])


@semantics(*video.VSET)
def compare(form: Form) -> Function:
    return _scalar(form, _COMPARE[form.modifiers["cmp"]])


@semantics(*(row for rows in video.SHIFT.values() for row in rows))
def shift(form: Form) -> Function:
    wraps = form.modifiers["mode"] == "wrap"

    def left(a: Array, count: Array) -> Array:
        inside: Array = a << np.minimum(count, 31)
        return np.where(count > 31, np.sign(a) * _FAR, inside)

    def apply(a: Array, b: Array) -> Array:
        count: Array = b & 31 if wraps else np.minimum(b, 32)
        return left(a, count) if form.opcode == "vshl" else a >> count

    return _scalar(form, apply)


@semantics(*video.VMAD)
def multiply_add(form: Form) -> Function:
    """The product has the sign of its factors, c that of the product, and the result is signed where a sign changes.

    Intermediate results fit 64 bits, but for unsigned products in signed results: these are cut before they saturate.
    """
    modifiers = form.modifiers
    selectors = [modifiers.get(name, "") for name in "abc"]
    part_a, part_b = (selector.removeprefix("-") for selector in selectors[:2])
    minus_a, minus_b, minus_c = (selector.startswith("-") for selector in selectors)
    read_a, read_b = _reader(part_a, modifiers["atype"]), _reader(part_b, modifiers["btype"])
    factors = "s32" in (modifiers["atype"], modifiers["btype"])
    signed_c = factors or minus_a != minus_b
    signed = signed_c or minus_c
    narrow = np.dtype(np.int64 if factors else np.uint64)
    wide = np.dtype(np.int64 if signed else np.uint64)
    down = wide.type(int(modifiers.get("scale", "shr0").removeprefix("shr")))
    one = wide.type(form.has("po"))

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        product = read_a(a).astype(narrow) * read_b(b).astype(narrow)
        if narrow != wide and form.has("sat"):
            product = np.minimum(product, np.uint64(_FAR))
        product, addend = product.astype(wide), _field(c, 32, 0, signed_c).astype(wide)
        total = (-product if minus_a != minus_b else product) + (-addend if minus_c else addend)
        result = (total + one) >> down
        if form.has("sat"):
            low = -(1 << 31) if signed else 0
            result = np.clip(result, wide.type(low), wide.type(low + 0xFFFFFFFF))
        out[...] = _low_word(result.view(np.int64), out.dtype)

    return apply


@semantics(*(row for rows in video.PACKED.values() for row in rows))
def packed_arithmetic(form: Form) -> Function:
    return _packed(form, _OPERATIONS[form.opcode[:-1]])


@semantics(*(row for rows in video.VSET_PACKED.values() for row in rows))
def packed_compare(form: Form) -> Function:
    return _packed(form, _COMPARE[form.modifiers["cmp"]])


def _packed(form: Form, operation: Operation) -> Function:
    """A packed instruction: lanes picked from a and b, the operation, .sat, and the merge into c or the sum."""
    modifiers = form.modifiers
    count = int(form.opcode[-1])
    bits = 32 // count
    picked_a = _picked(modifiers.get("a"), range(count))
    picked_b = _picked(modifiers.get("b"), range(count, 2 * count))
    signed_a, signed_b = modifiers["atype"] == "s32", modifiers["btype"] == "s32"
    taken = set(_picked(modifiers.get("d"), range(count)))

    def lane(a: Array, b: Array, number: int, signed: bool) -> Array:
        return _field(a if number < count else b, bits, number % count, signed)

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        total = _field(c, 32, 0, False)
        for number, (x, y) in enumerate(zip(picked_a, picked_b, strict=True)):
            if number not in taken:
                continue
            result = operation(lane(a, b, x, signed_a), lane(a, b, y, signed_b)).astype(np.int64)
            if form.has("add"):
                total = total + result
                continue
            if form.has("sat"):
                result = _clamped(result, bits, modifiers["dtype"] == "s32")
            mask = ((1 << bits) - 1) << bits * number
            total = total & ~mask | (result << bits * number) & mask
        out[...] = _low_word(total, out.dtype)

    return apply


def _picked(selector: str | None, default: range) -> list[int]:
    """The digits of a selector such as `b7654`, the last one first: it is that of the lowest lane."""
    return list(default) if selector is None else [int(digit) for digit in reversed(selector[1:])]
