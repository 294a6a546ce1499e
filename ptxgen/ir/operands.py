"""Operands: what stands between an instruction's commas. All are frozen and compared by value.

A register is identified by its name inside one function; its type is its *declared* type (`Type.register`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from attrs import field, frozen

from ptxgen.isa.types import Type, f32, f64


@frozen
class Register:
    """A virtual register: `%f3`. `type` is the type it is declared with."""

    name: str
    type: Type

    def __str__(self) -> str:
        return self.name


@frozen
class Immediate:
    """A constant. Integers carry no type (`type` is None); floats are kept as their bits (`f32` or `f64`).

    Keeping float bits makes NaN comparable and the printed text exact.
    """

    value: int
    type: Type | None = None

    @staticmethod
    def f32(value: float) -> Immediate:
        """A single-precision constant, rounded to nearest; overflow gives infinity."""
        try:
            (bits,) = struct.unpack("<I", struct.pack("<f", value))
        except OverflowError:
            bits = 0x7F800000 if value > 0 else 0xFF800000
        return Immediate(bits, f32)

    @staticmethod
    def f64(value: float) -> Immediate:
        """A double-precision constant."""
        (bits,) = struct.unpack("<Q", struct.pack("<d", value))
        return Immediate(bits, f64)

    def __str__(self) -> str:
        if self.type is f32:
            return f"0f{self.value:08X}"
        if self.type is f64:
            return f"0d{self.value:016X}"
        return str(self.value)


@frozen
class SpecialRegister:
    """A predefined read-only register: `%tid.x`, `%laneid`."""

    name: str

    def __str__(self) -> str:
        return self.name


@frozen
class Symbol:
    """The name of a variable, parameter or function used as a value (its address).

    In initialisers it may be `generic` (its generic address) and `mask` may select bits of it (`0xFF00`; 0 is all).
    """

    name: str
    offset: int = 0
    generic: bool = False
    mask: int = 0

    def __str__(self) -> str:
        text = f"generic({self.name})" if self.generic else self.name
        if self.offset:
            text = f"{text}+{self.offset}"
        return f"0x{self.mask:X}({text})" if self.mask else text


@frozen
class Label:
    """A branch target, or the name of a `.branchtargets` / `.calltargets` / `.callprototype` statement."""

    name: str

    def __str__(self) -> str:
        return self.name


@frozen
class Address:
    """`[base+offset]`. `base` is a register, a variable's symbol, or None for an absolute address."""

    base: Register | Symbol | None
    offset: int = 0

    def __str__(self) -> str:
        if self.base is None:
            return f"[{self.offset}]"
        return f"[{self.base}+{self.offset}]" if self.offset else f"[{self.base}]"


@frozen
class TensorAddress:
    """`[map, {x, y}]`: a place in a tensor, texture or surface. `sampler` stands between the two where there is one."""

    base: Register | Symbol
    coordinates: Vector
    sampler: Register | Symbol | None = None
    offset: int = 0

    def __str__(self) -> str:
        base = f"{self.base}+{self.offset}" if self.offset else str(self.base)
        return (
            f"[{', '.join(str(part) for part in (base, self.sampler, self.coordinates) if part is not None)}]"
        )


@frozen
class Part:
    """`%r1.b0`: bytes or halves of a register, as the video instructions take them."""

    register: Register
    selector: str

    def __str__(self) -> str:
        return f"{self.register}.{self.selector}"


@frozen
class Negative:
    """`-%r1`, `-%r1.b0`: a source that counts with its sign changed, as `vmad` takes it."""

    source: Register | Part

    def __str__(self) -> str:
        return f"-{self.source}"


@frozen
class Sink:
    """`_`: a destination that is thrown away."""

    def __str__(self) -> str:
        return "_"


@frozen
class Not:
    """`!p`: a negated predicate source."""

    register: Register

    def __str__(self) -> str:
        return f"!{self.register}"


@frozen
class Vector:
    """`{a, b, c, d}`: elements are registers, immediates or sinks."""

    elements: tuple[Register | Immediate | Sink, ...]

    def __str__(self) -> str:
        return "{" + ", ".join(map(str, self.elements)) + "}"


@frozen
class Pair:
    """`d|p`: two destinations of one instruction. The first of a texture fetch is a vector: `{r, g, b, a}|p`."""

    first: Register | Sink | Vector
    second: Register | Sink

    def __str__(self) -> str:
        return f"{self.first}|{self.second}"


@frozen
class Arguments:
    """`(a, b)`: parameters of a call or results that it returns."""

    elements: tuple[Register | Symbol | Immediate, ...] = field(
        factory=tuple["Register | Symbol | Immediate", ...]
    )

    def __str__(self) -> str:
        return "(" + ", ".join(map(str, self.elements)) + ")"


Operand = (
    Register
    | Immediate
    | SpecialRegister
    | Symbol
    | Label
    | Address
    | TensorAddress
    | Part
    | Negative
    | Sink
    | Not
    | Vector
    | Pair
    | Arguments
)


@frozen
class Guard:
    """`@p` or `@!p` before an instruction."""

    register: Register
    negated: bool = False

    def __str__(self) -> str:
        return f"@{'!' if self.negated else ''}{self.register}"


def registers_of(operand: Operand) -> Iterator[Register]:
    """Every register inside an operand, in textual order."""
    match operand:
        case Register():
            yield operand
        case Immediate() | SpecialRegister():
            pass
        case Address(base=Register() as base):
            yield base
        case TensorAddress(base=base, coordinates=coordinates, sampler=sampler):
            for part in (base, sampler, *coordinates.elements):
                if isinstance(part, Register):
                    yield part
        case Not(register=register) | Part(register=register):
            yield register
        case Negative(source=source):
            yield from registers_of(source)
        case Vector(elements=elements) | Arguments(elements=elements):
            for element in elements:
                if isinstance(element, Register):
                    yield element
        case Pair(first=first, second=second):
            yield from registers_of(first)
            yield from registers_of(second)
        case _:
            return
