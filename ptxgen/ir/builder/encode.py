"""From a Python object to the operand that a form wants in one position, or why it cannot stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from ptxgen.errors import BuildError
from ptxgen.ir.builder.explain import Problem
from ptxgen.ir.builder.kinds import Kind, PointerKind, describe
from ptxgen.ir.builder.literals import immediate
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.value import Value
from ptxgen.ir.operands import (
    Address,
    Arguments,
    Immediate,
    Label,
    Negative,
    Not,
    Operand,
    Part,
    Register,
    Sink,
    SpecialRegister,
    Symbol,
    TensorAddress,
    Vector,
)
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Form, OperandForm, Role, Row
from ptxgen.isa.types import Kind as TypeKind
from ptxgen.isa.types import Type, accepts, accepts_wider, f32, pred

if TYPE_CHECKING:
    from ptxgen.ir.builder.scalar import Scalars

Encoder = Callable[["Scalars", Any], Operand]


def sources_of(form: Form) -> list[OperandForm]:
    """The operand slots that the author fills: all but the results."""
    return [slot for slot in form.operands if not is_result(slot) and slot.role is not Role.SINK]


def is_result(slot: OperandForm) -> bool:
    """Whether the builder makes what this operand holds. An accumulator that is read as well is the author's."""
    return slot.writes and not slot.updates and slot.role is Role.VALUE


def encoder(form: Form, slot: OperandForm, kind: Kind, meant: Mapping[str, Type]) -> Encoder | Problem:
    """How a source of this kind becomes the operand of this slot."""
    if slot.role is Role.ADDRESS:
        return _address(form, slot, kind) if slot.second is None else _coordinates(form, slot, kind, meant)
    if slot.role is not Role.VALUE:
        return _other(slot, kind)
    if slot.count:
        if not isinstance(kind, tuple) or len(kind) != slot.count:
            return Problem("PTX003", f"a vector of {slot.count}, written as a tuple", "")
        inner = [_scalar(form, slot, element, meant) for element in kind]
        problem = next((i for i in inner if isinstance(i, Problem)), None)
        return problem or _vector([i for i in inner if not isinstance(i, Problem)])
    return _scalar(form, slot, kind, meant)


def _vector(inner: list[Encoder]) -> Encoder:
    def encode(k: Scalars, source: Sequence[Any]) -> Operand:
        elements = tuple(e(k, s) for e, s in zip(inner, source, strict=True))
        return Vector(cast("tuple[Register | Immediate | Sink, ...]", elements))

    return encode


def _scalar(form: Form, slot: OperandForm, kind: Kind, meant: Mapping[str, Type]) -> Encoder | Problem:
    if isinstance(kind, Type):
        return _register(form, slot, kind, meant)
    if isinstance(kind, PointerKind):
        return Problem("PTX014", "", "take the pointer's address as a number: x.address")
    if isinstance(kind, str | tuple):
        return Problem("PTX003", "", "types come before the operands; tuples are vectors")
    if issubclass(kind, SpecialRegister | Symbol | Register | Part | Negative):
        if issubclass(kind, Register) or _may_stand(slot, kind):
            return lambda k, source: source
        return Problem("PTX003", "", "copy it first: k.mov(type, x)")
    return _number(slot, kind, meant.get(expression(form.row, slot.name)))


def _may_stand(slot: OperandForm, kind: type) -> bool:
    return bool(slot.parts) if kind is Part else slot.signed if kind is Negative else slot.named


def _number(slot: OperandForm, kind: type, meant: Type | None) -> Encoder | Problem:
    wanted = slot.type if meant is None or slot.type is None or not slot.type.is_bits else meant
    if not (issubclass(kind, int | float) or hasattr(kind, "__index__") or hasattr(kind, "__float__")):
        return Problem("PTX031", "", "")
    integer = issubclass(kind, int) or hasattr(kind, "__index__")
    if wanted is pred and not issubclass(kind, bool):
        return Problem("PTX014", "", "use True or False, or compare: x != 0")
    if not integer and wanted is not None and (wanted.is_integer or wanted.is_bits):
        return Problem("PTX015", "", "use an integer constant")
    number = int if integer else float
    if wanted is not None and wanted.bits <= 32 and wanted not in (f32, pred) and wanted.kind in _HALVES:
        return lambda k, source: k.const(wanted, number(source)).register
    if slot.limits:
        return _bounded(slot)
    return lambda k, source: immediate(wanted, number(source))


def _bounded(slot: OperandForm) -> Encoder:
    def encode(_: Scalars, source: Any) -> Operand:
        if not slot.takes(int(source)):
            raise BuildError(
                "PTX020", f"operand {slot.name} is {slot.limits}, got {source}", location=caller()
            )
        return Immediate(int(source))

    return encode


_HALVES = (TypeKind.FLOAT, TypeKind.PACKED_FLOAT)


def _register(form: Form, slot: OperandForm, given: Type, meant: Mapping[str, Type]) -> Encoder | Problem:
    wanted = slot.type
    if wanted is None:
        return _plain
    if wanted is pred:
        if given is not pred:
            return Problem("PTX014", "", "compare it: x != 0")
        return _negatable if slot.negatable else _positive
    if given is pred:
        return Problem("PTX014", "", "turn a predicate into a number: k.select(p, 1, 0)")
    if not _agrees(wanted, given, meant.get(expression(form.row, slot.name)), slot.wider):
        return Problem(
            "PTX014", "", _conversion(meant.get(expression(form.row, slot.name), wanted), given, slot.name)
        )
    return _plain


def _agrees(wanted: Type, given: Type, meant: Type | None, wider: bool) -> bool:
    """Whether a value of type `given` may stand where the instruction says `wanted` and the author meant `meant`.

    Stricter than PTX: values of another sign, or of another format of the same size, are not taken for granted.
    """
    if wider and given.bits > wanted.bits:
        return accepts_wider(wanted, given)
    if not accepts(wanted, given):
        return False
    exact = meant or wanted
    if given is exact or given.is_bits or exact.is_bits:
        return True
    return meant is None and given.is_integer and exact.is_integer


def _conversion(expected: Type, given: Type, name: str) -> str:
    if expected.bits == given.bits and expected.is_integer and given.is_integer:
        return f"say which sign is meant: k.bitcast({expected}, {name})"
    return f"convert it: k.cvt({expected}, {name})"


_BARE = re.compile(r"[\w()]+")


@cache
def expression(row: Row, operand: str) -> str:
    """What a row declares an operand as, without suffixes: a type slot's name, a type, or a role."""
    declared = next(name for name in ("=" + operand, "*" + operand, operand) if name in row.types)
    found = _BARE.match(row.types[declared])
    return found[0] if found else ""


def _plain(k: Scalars, source: Value) -> Register:
    if source.k is not k:
        raise foreign(source)
    return source.register


def _positive(k: Scalars, source: Value) -> Operand:
    if source.k is not k:
        raise foreign(source)
    return k.positive(source).register if source.negated else source.register


def _negatable(k: Scalars, source: Value) -> Operand:
    if source.k is not k:
        raise foreign(source)
    return Not(source.register) if source.negated else source.register


def foreign(source: Value) -> BuildError:
    """The error for a value of another function."""
    return BuildError(
        "PTX031",
        f"{source!r} belongs to {source.k.code.function.name}: registers are local to a function",
        help="pass it as a parameter or through memory",
        location=caller(),
    )


def _coordinates(form: Form, slot: OperandForm, kind: Kind, meant: Mapping[str, Type]) -> Encoder | Problem:
    """`(map, (x, y))`, or `(texture, sampler, (x, y))`."""
    if kind is TensorAddress:
        return lambda k, source: source
    assert slot.second is not None
    parts = 2 + slot.sampler
    if not isinstance(kind, tuple) or len(kind) != parts:
        written = f"({slot.name}, {'sampler, ' if slot.sampler else ''}({slot.second.name}, ...))"
        return Problem("PTX003", f"{form.name} takes an address with coordinates, written as {written}", "")
    inner = [_address(form, slot, part) for part in kind[:-1]]
    inner.append(encoder(form, slot.second, kind[-1], meant))
    problem = next((i for i in inner if isinstance(i, Problem)), None)
    return problem or _located([i for i in inner if not isinstance(i, Problem)])


def _located(inner: list[Encoder]) -> Encoder:
    def encode(k: Scalars, source: Sequence[Any]) -> Operand:
        *places, coordinates = (e(k, s) for e, s in zip(inner, source, strict=True))
        base, *sampler = map(_base, places)
        offset = places[0].offset if isinstance(places[0], Address) else 0
        assert isinstance(coordinates, Vector)
        return TensorAddress(base, coordinates, sampler[0] if sampler else None, offset)

    return encode


def _base(place: Operand) -> Register | Symbol:
    base = place.base if isinstance(place, Address) else place
    assert isinstance(base, Register | Symbol)
    return base


def _address(form: Form, slot: OperandForm, kind: Kind) -> Encoder | Problem:
    space = slot.space
    if space is None:
        return _tensor_memory(form, kind)
    if isinstance(kind, PointerKind):
        if kind.space is not space:
            return Problem(
                "PTX022",
                f"{form.name} reads a {space} address, got {kind}",
                f"name the space: .{kind.space}"
                if space is StateSpace.GENERIC
                else "convert with x.to_generic()",
            )
        return lambda k, source: source.operand()
    if kind is Address:
        return lambda k, source: source
    if isinstance(kind, Type):
        if kind.is_float or kind is pred or kind.bits not in (32, 64):
            return Problem("PTX016", f"{form.name} takes an integer address register, got {kind}", "")
        if kind.bits == 32 and not space.narrow:
            message = f"a {space} address is 64 bits wide, got a {kind} register"
            return Problem("PTX016", f"{form.name}: {message}", "widen it: k.cvt(u64, a)")
        return lambda k, source: Address(_plain(k, source))
    return Problem("PTX003", f"{form.name} takes an address: a pointer or a u64 value", "")


def _tensor_memory(form: Form, kind: Kind) -> Encoder | Problem:
    if kind is Address:
        return lambda k, source: source
    if isinstance(kind, Type) and kind.bits == 32 and not kind.is_float:
        return lambda k, source: Address(_plain(k, source))
    return Problem("PTX016", f"{form.name} takes a 32-bit address in tensor memory, got {describe(kind)}", "")


_CLASSES: dict[Role, type] = {
    Role.LABEL: Label,
    Role.FUNCTION: Symbol,
    Role.SYMBOL: Symbol,
    Role.ARGUMENTS: Arguments,
}


def _other(slot: OperandForm, kind: Kind) -> Encoder | Problem:
    if slot.role is Role.IMMEDIATE:
        if isinstance(kind, type) and issubclass(kind, int):
            if slot.limits:
                return _bounded(slot)
            return lambda k, source: Immediate(int(source))
        return Problem("PTX003", "", "it must be an integer known now, a Python int")
    if slot.role is Role.FUNCTION and isinstance(kind, Type):
        return _plain
    if isinstance(kind, type) and issubclass(kind, _CLASSES[slot.role]):
        return lambda k, source: source
    return Problem("PTX003", "", f"it must be a {_CLASSES[slot.role].__name__.lower()}")
