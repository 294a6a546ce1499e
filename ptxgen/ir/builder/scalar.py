"""Scalar work beyond the plain opcodes: operators, variables, constants, conversions, packing."""

from __future__ import annotations

from typing import Any, cast

from ptxgen.errors import BuildError
from ptxgen.ir.builder.encode import foreign
from ptxgen.ir.builder.kinds import describe, kind_of
from ptxgen.ir.builder.literals import immediate
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.opcodes import Opcodes
from ptxgen.ir.builder.spelling import spelling
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.operands import Immediate, Register, Vector
from ptxgen.isa.types import Type, bf16, f32, pred

_MOVABLE = ("pred", "b16", "b32", "b64", "u16", "u32", "u64", "s16", "s32", "s64", "f32", "f64", "b128")


class Scalars(Opcodes):
    """What `Value`'s operators call, and the methods whose defaults the table cannot know."""

    def binary(self, opcode: str, a: Any, b: Any) -> Value:
        """`a opcode b` in the type of the operands."""
        return cast(Value, self.apply(opcode, (a, b), _NO_MODIFIERS))

    def unary(self, opcode: str, a: Value) -> Value:
        """`opcode a` in the type of the operand."""
        return cast(Value, self.apply(opcode, (a,), _NO_MODIFIERS))

    def compare(self, relation: str, a: Any, b: Any) -> Value:
        """A predicate. As in C, `!=` of floats holds where one is NaN, all others do not."""
        if relation == "ne" and isinstance(a, Value) and a.type.is_float:
            relation = "neu"
        return cast(Value, self.apply("setp_" + relation, (a, b), _NO_MODIFIERS))

    def var(self, type: Type, value: Any = None, *, name: str = "") -> Var:
        """A mutable register, set to `value` if one is given. `name` makes the register readable: `%v_peak`."""
        register = self.code.named_register(type, name) if name else self.code.register(type)
        made = Var(self, type, register, self.code.scope.serial, name=name)
        if value is not None:
            self.assign(made, value)
        return made

    def const(self, type: Type, value: float | bool) -> Value:
        """A constant in a register."""
        made = self.value(type, self.code.register(type))
        self._move(made, value)
        return made

    def assign(self, target: Var, value: Any) -> None:
        """`target = value`; `target.set(value)` reads better."""
        if target.k is not self:
            self._target(target, target.type)
        self._move(target, value)

    def copy(self, value: Value) -> Value:
        """A new value that holds what `value` holds now."""
        made = self.value(value.type, self.code.register(value.type))
        self._move(made, value)
        return made

    def update(self, opcode: str, target: Var, other: Any) -> None:
        """`target = target opcode other`, in place."""
        self.apply(opcode, (target, other), _NO_MODIFIERS, target)

    def _move(self, target: Value, value: Any) -> None:
        type = target.type
        if isinstance(value, Value):
            if value.k is not self or value.type is not type:
                self._check_assignable(target, value)
            source: Register | Immediate = self.positive(value).register
        elif isinstance(value, int | float) or hasattr(value, "__float__"):
            number = value if isinstance(value, int | float) else _plain_number(value)
            source = immediate(type, number)
        else:
            got = describe(kind_of(value))
            raise BuildError("PTX031", f"cannot assign {got} to {target!r}", location=caller())
        self.code.emit("mov." + (spelling(type, _MOVABLE) or type.register.name), target.register, source)

    def _check_assignable(self, target: Value, value: Value) -> None:
        if value.k is not self:
            raise foreign(value)
        raise BuildError(
            "PTX014",
            f"a {target.type} variable takes a {target.type} value, got {value.type}",
            help=f"convert it: k.cvt({target.type}, x)",
            location=caller(),
        )

    def positive(self, value: Value) -> Value:
        """The predicate itself where `value` is its negation, made with `not.pred`."""
        if not value.negated:
            return value
        made = self.value(pred, self.code.register(pred))
        self.code.emit("not.pred", made.register, value.register)
        return made

    def cvt(
        self,
        type: Type,
        *sources: Value,
        rounding: str | None = None,
        into: Var | None = None,
        **modifiers: Any,
    ) -> Value:
        """Convert to `type`, as C does unless told otherwise: to the nearest float, to an integer towards zero.

        `rounding` is one of rn, rz, rm, rp (rna for tf32), with an `i` behind for rounding to an integer. `sat`,
        `ftz` and `relu` are flags. Two f32 sources (high, low) make a packed type. A value that has the type already
        is returned as it is.
        """
        given = sources[0].type
        if given is type and rounding is None and not modifiers and into is None:
            return sources[0]
        if type is f32 and given is bf16 and not modifiers:
            return self._widen_bf16(sources[0], into)
        rounding = rounding or _default_rounding(type, given)
        options = {"rnd": rounding, **modifiers} if rounding else modifiers
        if type.is_bits or given.is_bits:
            raise BuildError(
                "PTX014",
                f"cvt takes numbers, got {given} and is asked for {type}: bits have no value to keep",
                help=f"use a signed or unsigned type, or k.bitcast({type}, x) to keep the bits",
                location=caller(),
            )
        return cast(Value, self.apply("cvt", (type, *sources), options, into))

    def _widen_bf16(self, value: Value, into: Var | None) -> Value:
        """The upper half of an f32 is a bf16; `cvt` says so on sm_90 and later only."""
        made = self.value(f32, self._target(into, f32) if into is not None else self.code.register(f32))
        zero = self.const(bf16, 0.0)
        self.code.emit("mov.b32", made.register, Vector((zero.register, value.register)))
        return made

    def bitcast(self, type: Type, value: Value) -> Value:
        """The same bits as another type of the same size. Free where a register of one integer type serves for both."""
        if type is value.type:
            return value
        if type.bits != value.type.bits or pred in (type, value.type):
            raise BuildError(
                "PTX014",
                f"bitcast keeps the size: {value.type} has {value.type.bits} bits, {type} has {type.bits}",
                help=f"k.cvt({type}, x) converts the number",
                location=caller(),
            )
        held = value.register.type
        if (
            not isinstance(value, Var)
            and not held.is_float
            and not type.register.is_float
            and not type.is_packed
        ):
            return Value(self, type, value.register, value.scope)
        made = self.value(type, self.code.register(type))
        self.code.emit(f"mov.b{max(type.bits, 16)}", made.register, value.register)
        return made

    def select(self, condition: Value, a: Any, b: Any, *, type: Type | None = None) -> Value:
        """`a if condition else b` without a branch. `type` is needed where both are Python numbers."""
        if condition.negated:
            condition, a, b = ~condition, b, a
        sources = (a, b, condition) if type is None else (type, a, b, condition)
        return cast(Value, self.apply("selp", sources, _NO_MODIFIERS))

    def pack(self, type: Type, *elements: Value) -> Value:
        """Join two or four values, lowest first, into one of twice or four times their size."""
        made = self.value(type, self.code.register(type))
        vector = Vector(tuple(element.register for element in elements))
        self.code.emit(f"mov.b{type.bits}", made.register, vector)
        return made

    def unpack(self, type: Type, value: Value) -> tuple[Value, ...]:
        """Split a value into its parts of `type`, lowest first."""
        parts = tuple(self.value(type, self.code.register(type)) for _ in range(value.type.bits // type.bits))
        self.code.emit(f"mov.b{value.type.bits}", Vector(tuple(p.register for p in parts)), value.register)
        return parts


_NO_MODIFIERS: dict[str, Any] = {}


def _plain_number(value: Any) -> int | float:
    return int(value) if hasattr(value, "__index__") else float(value)


def _default_rounding(to: Type, given: Type) -> str | None:
    if to.is_integer and given.is_float:
        return "rzi"
    if given.is_integer and (to.is_float or to.is_packed):
        return "rn"
    if given.is_float and (
        to.bits < given.bits or to.is_packed or (to.name in ("tf32", "bf16") and given.bits == 16)
    ):
        return "rn"
    if to.name == "tf32":
        return "rna"
    return None
