"""Scalar and packed types (PTX ISA 9.0, section 5.2).

A type is a singleton and is compared by identity. What a register can hold is narrower than what an
instruction can name: `bf16` is an instruction type whose values live in `.b16` registers; `register` says so.
"""

from __future__ import annotations

import enum

from attrs import frozen


class Kind(enum.Enum):
    """What the bits of a type mean."""

    BITS = "bits"
    UNSIGNED = "unsigned"
    SIGNED = "signed"
    FLOAT = "float"
    PACKED_FLOAT = "packed float"
    PACKED_INT = "packed int"
    PREDICATE = "predicate"


@frozen(eq=False)
class Type:
    """A PTX type: `name` without the dot, size in bits, kind, and the type of the register that holds it."""

    name: str
    bits: int
    kind: Kind
    register_name: str = ""

    @property
    def suffix(self) -> str:
        """The type as an instruction modifier: `.f32`."""
        return "." + self.name

    @property
    def bytes(self) -> int:
        """Size in memory. Predicates have none (0)."""
        return self.bits // 8

    @property
    def register(self) -> Type:
        """The type to declare a register with: `bf16` values live in `b16`, `s8` values in `s16`."""
        return TYPES[self.register_name] if self.register_name else self

    @property
    def is_float(self) -> bool:
        return self.kind is Kind.FLOAT

    @property
    def is_signed(self) -> bool:
        return self.kind is Kind.SIGNED

    @property
    def is_integer(self) -> bool:
        return self.kind is Kind.SIGNED or self.kind is Kind.UNSIGNED

    @property
    def is_bits(self) -> bool:
        return self.kind is Kind.BITS

    @property
    def is_packed(self) -> bool:
        return self.kind is Kind.PACKED_FLOAT or self.kind is Kind.PACKED_INT

    def __getitem__(self, count: int) -> ArrayType:
        """`u8[12]`: that many elements in a row."""
        return ArrayType(self, count)

    __iter__ = None  # a type is not a sequence, although it can be subscripted

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[object, ...]:
        return (_by_name, (self.name,))


@frozen
class ArrayType:
    """`count` elements of one type, packed: `u8[12]`."""

    element: Type
    count: int

    @property
    def bytes(self) -> int:
        """Size in memory."""
        return self.element.bytes * self.count

    def __str__(self) -> str:
        return f"{self.element}[{self.count}]"


def _by_name(name: str) -> Type:
    return TYPES[name]


b8 = Type("b8", 8, Kind.BITS)
b16 = Type("b16", 16, Kind.BITS)
b32 = Type("b32", 32, Kind.BITS)
b64 = Type("b64", 64, Kind.BITS)
b128 = Type("b128", 128, Kind.BITS)
u8 = Type("u8", 8, Kind.UNSIGNED, "u16")
u16 = Type("u16", 16, Kind.UNSIGNED)
u32 = Type("u32", 32, Kind.UNSIGNED)
u64 = Type("u64", 64, Kind.UNSIGNED)
s8 = Type("s8", 8, Kind.SIGNED, "s16")
s16 = Type("s16", 16, Kind.SIGNED)
s32 = Type("s32", 32, Kind.SIGNED)
s64 = Type("s64", 64, Kind.SIGNED)
f16 = Type("f16", 16, Kind.FLOAT)
f32 = Type("f32", 32, Kind.FLOAT)
f64 = Type("f64", 64, Kind.FLOAT)
bf16 = Type("bf16", 16, Kind.FLOAT, "b16")
tf32 = Type("tf32", 32, Kind.FLOAT, "b32")
f16x2 = Type("f16x2", 32, Kind.PACKED_FLOAT, "b32")
bf16x2 = Type("bf16x2", 32, Kind.PACKED_FLOAT, "b32")
u16x2 = Type("u16x2", 32, Kind.PACKED_INT, "b32")
s16x2 = Type("s16x2", 32, Kind.PACKED_INT, "b32")
f32x2 = Type("f32x2", 64, Kind.PACKED_FLOAT, "b64")
e4m3x2 = Type("e4m3x2", 16, Kind.PACKED_FLOAT, "b16")
e5m2x2 = Type("e5m2x2", 16, Kind.PACKED_FLOAT, "b16")
pred = Type("pred", 0, Kind.PREDICATE)

TYPES: dict[str, Type] = {
    t.name: t
    for t in (
        b8, b16, b32, b64, b128, u8, u16, u32, u64, s8, s16, s32, s64, f16, f32, f64,
        bf16, tf32, f16x2, bf16x2, u16x2, s16x2, f32x2, e4m3x2, e5m2x2, pred,
    )
}  # fmt: skip
"""Every type by name."""


def wider(type: Type) -> Type:
    """The type of twice the size and the same kind, as `mul.wide` gives (`u32` -> `u64`)."""
    return TYPES[f"{type.name[0]}{type.bits * 2}"]


def accepts(expected: Type, given: Type) -> bool:
    """Whether a register of type `given` may stand where the instruction type is `expected`.

    PTX ISA 9.0, section 9.4: sizes must agree; integers of either sign agree with each other; untyped bits
    agree with everything of their size; floats agree with floats and bits only. Types that registers cannot have
    (bf16, tf32, packed ones) agree with untyped bits only.
    """
    if given is b8:
        return expected.bits == 8
    held, given = expected.register, given.register
    if held is given:
        return True
    if held.bits != given.bits or pred in (held, given):
        return False
    if given.is_bits or expected.is_bits:
        return True
    return held.is_integer and given.is_integer


def accepts_wider(expected: Type, given: Type) -> bool:
    """The relaxed rule of `ld`, `st` and `cvt` (section 9.4.1): the register may be wider than the instruction.

    Float values are never resized silently: a wider float register takes part as bits only.
    """
    if given.register.bits == expected.bits or accepts(expected, given):
        return accepts(expected, given)
    if given.bits <= expected.bits or pred in (expected, given):
        return False
    if expected.is_float:
        return given.is_bits
    return expected.is_bits or not given.register.is_float
