"""Instructions of 32 bits that move whole bytes: which byte of which source each byte of the result is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ptxgen.ir.operands import Immediate, Operand, Register

Byte = int | tuple[Register, int]
"""A byte of a value: a constant, or a byte of a register, counted from the lowest."""
Bytes = tuple[Byte, ...]


def of_operand(operand: Operand) -> Bytes | None:
    """The bytes of a register of 32 bits, or of a constant."""
    match operand:
        case Register() if operand.type.bits == 32 and not operand.type.is_float:
            return tuple((operand, n) for n in range(4))
        case Immediate(value=value, type=None):
            return tuple(value >> 8 * n & 0xFF for n in range(4))
        case _:
            return None


def _whole(source: Bytes) -> int | None:
    """A number of bytes, given as a constant of bits."""
    value = sum(byte << 8 * n for n, byte in enumerate(source) if isinstance(byte, int))
    known = all(isinstance(byte, int) for byte in source)
    return value // 8 if known and value % 8 == 0 and value <= 32 else None


def _masked(s: Sequence[Bytes]) -> Bytes | None:
    return _each(s, lambda a, b: {0: 0, 0xFF: a}.get(b) if isinstance(b, int) else None)


def _united(s: Sequence[Bytes]) -> Bytes | None:
    return _each(s, lambda a, b: a if b == 0 else None)


def _each(s: Sequence[Bytes], rule: Callable[[Byte, Byte], Byte | None]) -> Bytes | None:
    """A commutative function of two values, byte by byte; constants alone are left to constant folding."""
    found: list[Byte] = []
    for a, b in zip(*s, strict=True):
        one = rule(a, b)
        byte = rule(b, a) if one is None else one
        if byte is None:
            return None
        found.append(byte)
    return tuple(found)


def _left(s: Sequence[Bytes]) -> Bytes | None:
    by = _whole(s[1])
    return None if by is None else ((0,) * by + s[0])[:4]


def _right(s: Sequence[Bytes]) -> Bytes | None:
    by = _whole(s[1])
    return None if by is None else (s[0] + (0,) * by)[by : by + 4]


def _field(s: Sequence[Bytes]) -> Bytes | None:
    start, size = _whole(s[1]), _whole(s[2])
    return None if start is None or size is None else ((s[0] + (0,) * 4)[start:][:size] + (0,) * 4)[:4]


def _inserted(s: Sequence[Bytes]) -> Bytes | None:
    start, size = _whole(s[2]), _whole(s[3])
    if start is None or size is None:
        return None
    return tuple(s[0][n - start] if start <= n < start + size else s[1][n] for n in range(4))


def _picked(s: Sequence[Bytes]) -> Bytes | None:
    nibbles = [byte >> by & 0xF for byte in s[2][:2] if isinstance(byte, int) for by in (0, 4)]
    if len(nibbles) < 4 or any(nibble > 7 for nibble in nibbles):
        return None
    return tuple((s[0] + s[1])[nibble] for nibble in nibbles)


MOVES: dict[str, Callable[[Sequence[Bytes]], Bytes | None]] = {
    "and.b32": _masked,
    "or.b32": _united,
    "xor.b32": _united,
    "shl.b32": _left,
    "shr.u32": _right,
    "shr.b32": _right,
    "bfe.u32": _field,
    "bfi.b32": _inserted,
    "prmt.b32": _picked,
}
"""For each instruction, the bytes of its result, given those of its sources; None where it takes bytes apart."""
