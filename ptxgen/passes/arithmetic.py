"""Integer and bit instructions on constants: what the manual says of each, on Python integers.

Only what has one answer on every device is here: no floating point, no division by zero. A test compares every
entry with the emulator.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from attrs import frozen

from ptxgen.isa.table import Form, Role
from ptxgen.isa.types import Type, pred

_ALLOWED = frozenset({"type", "mode", "wide", "CmpOp", "dtype", "atype", "b32", "lo", "dir"})
"""Modifiers that the functions below understand; saturation, carries and second predicates are not among them."""


def width(type: Type) -> int:
    """Bits of a value; 1 for a predicate."""
    return 1 if type is pred else type.bits


def number(bits: int, type: Type) -> int:
    """The number that bits stand for in an integer type; of untyped bits, an unsigned one."""
    bits &= (1 << width(type)) - 1
    return bits - (1 << type.bits) if type.is_signed and bits >> (type.bits - 1) else bits


def fold(form: Form, sources: Sequence[int]) -> int | None:
    """The bits that a form gives for the bits of its sources; None where the answer is not certain."""
    types = folded_types(form, len(sources))
    if types is None:
        return None
    numbers = (
        *(number(bits, type) for bits, type in zip(sources, types[1:], strict=False)),
        *sources[len(types) - 1 :],
    )
    result = _RESULTS[form.opcode](_Operation(form.modifiers, numbers, types[1]))
    return None if result is None else result & ((1 << width(types[0])) - 1)


def folded_types(form: Form, count: int) -> tuple[Type, ...] | None:
    """The types of the result and of the sources that are no immediates, for a form with `count` sources that can be
    folded; None for others.
    """
    slots = [slot for slot in form.operands if slot.role is not Role.IMMEDIATE]
    types = tuple(slot.type for slot in slots if slot.type is not None and _exact(slot.type))
    if form.opcode not in _RESULTS or form.row.effects or not form.modifiers.keys() <= _ALLOWED:
        return None
    return types if len(types) == len(slots) and len(form.operands) == count + 1 else None


def _exact(type: Type) -> bool:
    return type.is_integer or type.is_bits or type is pred


@frozen
class _Operation:
    """An instruction on numbers; `type` is that of the first."""

    modifiers: Mapping[str, str]
    sources: tuple[int, ...]
    type: Type


Compute = Callable[[_Operation], int | None]


def _plain(function: Callable[..., Any]) -> Compute:
    return lambda o: int(function(*o.sources))


def _product(o: _Operation) -> int:
    product = o.sources[0] * o.sources[1]
    high = product >> o.type.bits if o.modifiers.get("mode") == "hi" else product
    return high + (o.sources[2] if len(o.sources) == 3 else 0)


def _quotient(o: _Operation) -> int | None:
    a, b = o.sources
    # The smallest number over -1 has no quotient in its type.
    if b == 0 or (o.type.is_signed and b == -1):
        return None
    quotient = abs(a) // abs(b)
    return -quotient if (a < 0) != (b < 0) else quotient


def _remainder(o: _Operation) -> int | None:
    quotient = _quotient(o)
    return None if quotient is None else o.sources[0] - o.sources[1] * quotient


def _left(o: _Operation) -> int:
    return o.sources[0] << min(o.sources[1], o.type.bits)


def _right(o: _Operation) -> int:
    return o.sources[0] >> min(o.sources[1], o.type.bits)


_ORDER: dict[str, Callable[[int, int], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
    "ge": operator.ge, "lo": operator.lt, "ls": operator.le, "hi": operator.gt, "hs": operator.ge,
}  # fmt: skip


def _compare(o: _Operation) -> int | None:
    relation = _ORDER.get(o.modifiers["CmpOp"])
    return None if relation is None else int(relation(*o.sources))


def _extracted(o: _Operation) -> int:
    value, start, length = o.sources[0], o.sources[1] & 255, o.sources[2] & 255
    if length == 0:
        return 0
    # Beyond the value are copies of its sign.
    taken = (value >> min(start, o.type.bits)) & ((1 << min(length, 255)) - 1)
    if not o.type.is_signed:
        return taken
    last = min(start + length - 1, o.type.bits - 1)
    return taken | -1 << length if value >> last & 1 else taken


def _inserted(o: _Operation) -> int:
    value, into, start, length = o.sources[0], o.sources[1], o.sources[2] & 255, o.sources[3] & 255
    mask = ((1 << length) - 1) << start
    return into & ~mask | value << start & mask


def _funnel(o: _Operation) -> int:
    low, high, by = o.sources
    by = by & 31 if o.modifiers["mode"] == "wrap" else min(by, 32)
    both = high << 32 | low
    return both >> (32 - by) if o.modifiers["dir"] == "l" else both >> by


def _permuted(o: _Operation) -> int | None:
    if "mode" in o.modifiers:
        return None
    both, result = o.sources[1] << 32 | o.sources[0], 0
    for position in range(4):
        choice = o.sources[2] >> 4 * position
        byte = both >> 8 * (choice & 7) & 255
        if choice & 8:
            byte = 255 * (byte >> 7)
        result |= byte << 8 * position
    return result


def _looked_up(o: _Operation) -> int:
    """Of each bit position the three sources' bits choose one bit of the table."""
    a, b, c, table = o.sources
    chosen = (
        (a if i & 4 else ~a) & (b if i & 2 else ~b) & (c if i & 1 else ~c) for i in range(8) if table >> i & 1
    )
    return reduce(operator.or_, chosen, 0)


_RESULTS: dict[str, Compute] = {
    "add": _plain(operator.add),
    "sub": _plain(operator.sub),
    "mul": _product,
    "mad": _product,
    "div": _quotient,
    "rem": _remainder,
    "min": _plain(min),
    "max": _plain(max),
    "neg": _plain(operator.neg),
    "abs": _plain(abs),
    "and": _plain(operator.and_),
    "or": _plain(operator.or_),
    "xor": _plain(operator.xor),
    "not": _plain(operator.invert),
    "shl": _left,
    "shr": _right,
    "popc": _plain(int.bit_count),
    "clz": lambda o: o.type.bits - o.sources[0].bit_length(),
    "setp": _compare,
    "selp": _plain(lambda a, b, c: a if c else b),
    "cvt": _plain(lambda a: a),
    "bfe": _extracted,
    "bfi": _inserted,
    "brev": lambda o: int(f"{o.sources[0]:0{o.type.bits}b}"[::-1], 2),
    "cnot": lambda o: int(o.sources[0] == 0),
    "lop3": _looked_up,
    "prmt": _permuted,
    "sad": _plain(lambda a, b, c: c + abs(a - b)),
    "shf": _funnel,
}
FOLDED = frozenset(_RESULTS)
"""The opcodes that have a function here."""
