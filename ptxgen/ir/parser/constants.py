"""Literals and constant expressions (PTX ISA 9.0, section 4.5).

Integers are 64 bits, signed unless marked `U` or too large; floats are double precision, except the exact hexadecimal
forms `0f` and `0d`. Arithmetic wraps, so no expression can grow.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from ptxgen.ir.operands import Immediate
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import Braced, Either, Expression, Grouped, Inverted, Name, Negated, Number, Real
from ptxgen.isa.types import Type, f32, f64

_MASK = (1 << 64) - 1
_TOP = 1 << 63

_INTEGER = re.compile(r"(?:0[xX](?P<hex>[0-9a-fA-F]++)|0[bB](?P<bin>[01]++)|(?P<dec>\d++))(?P<unsigned>U?)")
_BITS = re.compile(r"0(?:[fF](?P<single>[0-9a-fA-F]{8})|[dD](?P<double>[0-9a-fA-F]{16}))")
_DECIMAL = re.compile(r"(?:\d++\.\d*+|\.\d++|\d++(?=[eE]))(?:[eE][+-]?\d++)?")
_DIGITS = 64
"""No 64-bit constant needs more digits than this (binary is the longest)."""


WARP_SIZE = 32
"""What the predefined constant `WARP_SZ` stands for."""


def name(text: str, at: int) -> Name | Number:
    """A name, or the predefined constant `WARP_SZ`."""
    return Number(WARP_SIZE, False, at) if text == "WARP_SZ" else Name(text, at)


def literal(text: str, at: int) -> Number | Real:
    """A numeric literal; refuses what is malformed or does not fit in 64 bits."""
    bits = _BITS.fullmatch(text)
    if bits is not None:
        single, double = bits.groups()
        return Real(int(single, 16), f32, at) if single else Real(int(double, 16), f64, at)
    integer = _INTEGER.fullmatch(text)
    if integer is not None:
        return _integer(integer, text, at)
    if _DECIMAL.fullmatch(text):
        return real(float(text), at)
    raise Refusal(
        "PTX087",
        at,
        f"malformed constant {text[:80]}",
        "integers are 12, 0x1F, 0b101, 017, 12U; floats 1.5, 1e-3, 0f3F800000 (8 digits), 0d (16 digits)",
    )


def _integer(match: re.Match[str], text: str, at: int) -> Number:
    hexadecimal, binary, decimal = match["hex"], match["bin"], match["dec"]
    digits = hexadecimal or binary or decimal
    value = _MASK + 1
    if len(digits) <= _DIGITS:
        base = 16 if hexadecimal else 2 if binary else 8 if decimal[0] == "0" and len(decimal) > 1 else 10
        try:
            value = int(digits, base)
        except ValueError:
            raise Refusal(
                "PTX087", at, f"malformed octal constant {text[:80]}", "octal has digits 0-7"
            ) from None
    if value > _MASK:
        raise Refusal("PTX087", at, f"the constant {text[:80]} does not fit in 64 bits")
    return Number(value, bool(match["unsigned"]) or value >= _TOP, at)


def real(value: float, at: int) -> Real:
    """A double-precision constant."""
    return Real(Immediate.f64(value).value, f64, at)


def _value(node: Real) -> float:
    code, store = ("<f", "<I") if node.type is f32 else ("<d", "<Q")
    value: float
    (value,) = struct.unpack(code, struct.pack(store, node.bits))
    return value


def converted(constant: Immediate, type: Type) -> Immediate:
    """A floating constant in another precision (`f32` or `f64`), rounded to nearest."""
    value = _value(Real(constant.value, constant.type or f64, 0))
    return Immediate.f32(value) if type is f32 else Immediate.f64(value)


def integer(node: Expression, what: str) -> int:
    """The value of an integer constant; refuses anything else, saying what it was needed for."""
    node = ungroup(node)
    if not isinstance(node, Number):
        raise Refusal("PTX088", node.at, f"{what} must be an integer constant")
    return node.value


def ungroup(node: Expression) -> Expression:
    """`x` for `(x)`."""
    while isinstance(node, Grouped) and len(node.items) == 1:
        node = node.items[0]
    return node


def _wrap(value: int, unsigned: bool, at: int) -> Number:
    value &= _MASK
    return Number(value if unsigned or value < _TOP else value - _MASK - 1, unsigned, at)


def cast(type_name: str, node: Expression) -> Number:
    """`(.s64) x` and `(.u64) x`."""
    if type_name not in (".s64", ".u64"):
        raise Refusal("PTX088", node.at, f"a constant can be cast to .s64 or .u64, not to {type_name}")
    return _wrap(integer(node, "a cast constant"), type_name == ".u64", node.at)


def _no_bits(node: Expression) -> None:
    """`0f` constants have no part in expressions, unless in parentheses: they carry their own sign."""
    if isinstance(node, Real) and node.type is f32:
        raise Refusal("PTX088", node.at, "a 0f constant takes no operator", "change its bits")


def unary(operator: str, node: Expression, at: int) -> Expression:
    """`-x`, `+x`, `~x`, `!x`; `!p` of a name is a negated predicate, `-r` a negated register."""
    _no_bits(node)
    node = ungroup(node)
    if isinstance(node, Name) and operator == "!":
        return Inverted(node, at)
    if isinstance(node, Name) and operator == "-":
        return Negated(node, at)
    if isinstance(node, Real) and operator in "+-":
        sign = 1 << (node.type.bits - 1)
        return Real(node.bits ^ (sign if operator == "-" else 0), node.type, at)
    value = integer(node, f"the operand of {operator}")
    unsigned = isinstance(node, Number) and node.unsigned
    if operator == "!":
        return Number(int(not value), False, at)
    if operator == "-":
        return Number(-value, False, at) if value <= _TOP else _wrap(-value, unsigned, at)
    return _wrap(~value if operator == "~" else value, unsigned, at)


def binary(left: Expression, operator: str, right: Expression) -> Expression:
    """A binary operator on constants; `name + 4` is an address, `p|q` a pair."""
    for node in (left, right):
        _no_bits(node)
        if isinstance(node, Grouped) and isinstance(ungroup(node), Name):
            raise Refusal("PTX080", node.at, "a name stands without parentheses")
    left, right = ungroup(left), ungroup(right)
    if isinstance(left, Name | Braced) and isinstance(right, Name) and operator == "|":
        return Either(left, right, left.at)
    if isinstance(left, Name) and operator in "+-":
        offset = integer(right, f"what is added to {left.name}")
        return left._replace(offset=left.offset + (offset if operator == "+" else -offset))
    if isinstance(left, Number) and isinstance(right, Name) and operator == "+":
        return right._replace(offset=right.offset + left.value)
    if isinstance(left, Number) and isinstance(right, Number):
        return _integers(left, operator, right)
    if isinstance(left, Real | Number) and isinstance(right, Real | Number):
        return _reals(left, operator, right)
    raise Refusal("PTX088", left.at, f"operator {operator} takes two constants")


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
}
_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << min(b & _MASK, 64),
    ">>": lambda a, b: a >> min(b & _MASK, 64),
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
}
_REALS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def _integers(left: Number, operator: str, right: Number) -> Number:
    unsigned = left.unsigned if operator in ("<<", ">>") else left.unsigned or right.unsigned
    a, b = left.value, right.value
    if unsigned:
        a, b = a & _MASK, b & _MASK
    if operator in _COMPARE:
        return Number(int(_COMPARE[operator](a, b)), False, left.at)
    if b == 0 and operator in "/%":
        raise Refusal("PTX088", right.at, "division by zero in a constant expression")
    return _wrap(_INTEGERS[operator](a, b), unsigned, left.at)


def _reals(left: Real | Number, operator: str, right: Real | Number) -> Number | Real:
    a = _value(left) if isinstance(left, Real) else float(left.value)
    b = _value(right) if isinstance(right, Real) else float(right.value)
    if operator in _COMPARE:
        return Number(int(_COMPARE[operator](a, b)), False, left.at)
    if operator not in _REALS:
        raise Refusal("PTX088", left.at, f"operator {operator} does not take floating constants")
    if operator == "/" and b == 0.0:
        raise Refusal("PTX088", right.at, "division by zero in a constant expression")
    return real(_REALS[operator](a, b), left.at)


def choice(condition: Expression, yes: Expression, no: Expression) -> Expression:
    """`c ? a : b`"""
    return yes if integer(condition, "the condition of ?:") else no
