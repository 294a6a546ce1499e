"""Integer and bit instructions on constants: what the manual says of each, on Python integers.

Only what has one answer on every device is here: no floating point, no division by zero. A test compares every
entry with the emulator.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from ptxgen.isa.table import Form
from ptxgen.isa.types import Type, pred

_ALLOWED = frozenset({"type", "mode", "wide", "CmpOp", "dtype", "atype", "b32", "lo"})
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
    compute = _RESULTS.get(form.opcode)
    types = [slot.type for slot in form.operands if slot.type is not None and _exact(slot.type)]
    if compute is None or form.row.effects or not form.modifiers.keys() <= _ALLOWED:
        return None
    if len(types) != len(form.operands) or len(types) != len(sources) + 1:
        return None
    numbers = tuple(number(bits, type) for bits, type in zip(sources, types[1:], strict=True))
    result = compute(_Operation(form.modifiers, numbers, types[1]))
    return None if result is None else result & ((1 << width(types[0])) - 1)


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
}
FOLDED = frozenset(_RESULTS)
"""The opcodes that have a function here."""
