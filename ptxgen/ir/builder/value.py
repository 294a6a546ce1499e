"""What a kernel computes with: single-assignment values, and variables for what changes.

Operators build the instruction of the operands' type. Nothing is converted silently: both operands must have one
type, and Python numbers take it. Signed `//` and `%` truncate towards zero, as PTX does (not Python's floor).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Self

from attrs import define, field

from ptxgen.errors import BuildError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.operands import Register
from ptxgen.isa.types import Type, pred

if TYPE_CHECKING:
    from ptxgen.ir.builder.scalar import Scalars


@define(eq=False, repr=False)
class Value:
    """A register with the type of what it holds. Never assigned again once it is made.

    `negated` is a predicate read through `!`; `scope` is the serial of the structured scope that made it.
    """

    k: Scalars
    type: Type
    register: Register
    scope: int = 0
    negated: bool = False

    def __add__(self, other: Value | float) -> Value:
        return self.k.binary("add", self, other)

    def __radd__(self, other: float) -> Value:
        return self.k.binary("add", other, self)

    def __sub__(self, other: Value | float) -> Value:
        return self.k.binary("sub", self, other)

    def __rsub__(self, other: float) -> Value:
        return self.k.binary("sub", other, self)

    def __mul__(self, other: Value | float) -> Value:
        return self.k.binary("mul", self, other)

    def __rmul__(self, other: float) -> Value:
        return self.k.binary("mul", other, self)

    def __truediv__(self, other: Value | float) -> Value:
        self._needs_float("/", "//")
        return self.k.binary("div", self, other)

    def __rtruediv__(self, other: float) -> Value:
        self._needs_float("/", "//")
        return self.k.binary("div", other, self)

    def __floordiv__(self, other: Value | int) -> Value:
        self._needs_integer("//", "/")
        return self.k.binary("div", self, other)

    def __rfloordiv__(self, other: int) -> Value:
        self._needs_integer("//", "/")
        return self.k.binary("div", other, self)

    def __mod__(self, other: Value | int) -> Value:
        return self.k.binary("rem", self, other)

    def __rmod__(self, other: int) -> Value:
        return self.k.binary("rem", other, self)

    def __lshift__(self, other: Value | int) -> Value:
        return self.k.binary("shl", self, other)

    def __rshift__(self, other: Value | int) -> Value:
        return self.k.binary("shr", self, other)

    def __rlshift__(self, other: int) -> Value:
        return self.k.binary("shl", self.k.const(self.type, other), self)

    def __rrshift__(self, other: int) -> Value:
        return self.k.binary("shr", self.k.const(self.type, other), self)

    def __and__(self, other: Value | int) -> Value:
        return self.k.binary("and_", self, other)

    def __rand__(self, other: int) -> Value:
        return self.k.binary("and_", other, self)

    def __or__(self, other: Value | int) -> Value:
        return self.k.binary("or_", self, other)

    def __ror__(self, other: int) -> Value:
        return self.k.binary("or_", other, self)

    def __xor__(self, other: Value | int) -> Value:
        return self.k.binary("xor", self, other)

    def __rxor__(self, other: int) -> Value:
        return self.k.binary("xor", other, self)

    def __invert__(self) -> Value:
        if self.type is pred:
            return Value(self.k, pred, self.register, self.scope, not self.negated)
        return self.k.unary("not_", self)

    def __neg__(self) -> Value:
        return self.k.unary("neg", self)

    def __abs__(self) -> Value:
        return self.k.unary("abs", self)

    def __lt__(self, other: Value | float) -> Value:
        return self.k.compare("lt", self, other)

    def __le__(self, other: Value | float) -> Value:
        return self.k.compare("le", self, other)

    def __gt__(self, other: Value | float) -> Value:
        return self.k.compare("gt", self, other)

    def __ge__(self, other: Value | float) -> Value:
        return self.k.compare("ge", self, other)

    def __eq__(self, other: object) -> Value:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self.k.compare("eq", self, other)

    def __ne__(self, other: object) -> Value:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self.k.compare("ne", self, other)

    def __hash__(self) -> int:
        return id(self)

    def __iadd__(self, other: Value | float) -> Value:
        self._refuse_rebinding("+=")
        return self + other

    def __isub__(self, other: Value | float) -> Value:
        self._refuse_rebinding("-=")
        return self - other

    def __imul__(self, other: Value | float) -> Value:
        self._refuse_rebinding("*=")
        return self * other

    def __bool__(self) -> NoReturn:
        raise BuildError(
            "PTX024",
            f"{self!r} is known only when the kernel runs: Python cannot branch on it",
            help="use k.if_(p), k.while_(...), k.select(p, a, b), and & | ~ instead of and, or, not",
            location=caller(),
        )

    def __index__(self) -> NoReturn:
        raise BuildError(
            "PTX024",
            f"{self!r} is known only when the kernel runs: Python cannot count with it",
            help="use k.for_(start, stop) for a loop at run time",
            location=caller(),
        )

    def __repr__(self) -> str:
        return f"<{self.type} {'!' if self.negated else ''}{self.register}>"

    def _refuse_rebinding(self, operator: str) -> None:
        """Inside a loop or branch the next iteration would not see the new value: the classic lost accumulator."""
        if self.scope != self.k.code.scope.serial:
            raise BuildError(
                "PTX025",
                f"{operator} on a value made outside this loop or branch would be lost: values are assigned once",
                help=f"make it a variable: total = k.var({self.type}, ...); total += x",
                location=caller(),
            )

    def _needs_float(self, operator: str, other: str) -> None:
        if self.type.is_integer or self.type.is_bits:
            raise BuildError(
                "PTX014", f"{operator} takes floats, got {self.type}", help=f"use {other}", location=caller()
            )

    def _needs_integer(self, operator: str, other: str) -> None:
        if not self.type.is_integer:
            raise BuildError(
                "PTX014",
                f"{operator} takes integers, got {self.type}",
                help=f"use {other}",
                location=caller(),
            )


@define(eq=False, repr=False)
class Var(Value):
    """A mutable register: `total.set(x)`, `total += x`. Reads give what it holds at that point of the program."""

    name: str = field(default="", kw_only=True)

    def set(self, value: Value | float | bool) -> None:
        """Assign. The value must have the variable's type."""
        self.k.assign(self, value)

    def get(self) -> Value:
        """A copy that later assignments do not change."""
        return self.k.copy(self)

    def _update(self, opcode: str, other: Value | float) -> Self:
        self.k.update(opcode, self, other)
        return self

    def __iadd__(self, other: Value | float) -> Self:
        return self._update("add", other)

    def __isub__(self, other: Value | float) -> Self:
        return self._update("sub", other)

    def __imul__(self, other: Value | float) -> Self:
        return self._update("mul", other)

    def __iand__(self, other: Value | int) -> Self:
        return self._update("and_", other)

    def __ior__(self, other: Value | int) -> Self:
        return self._update("or_", other)

    def __ixor__(self, other: Value | int) -> Self:
        return self._update("xor", other)

    def __ilshift__(self, other: Value | int) -> Self:
        return self._update("shl", other)

    def __irshift__(self, other: Value | int) -> Self:
        return self._update("shr", other)
