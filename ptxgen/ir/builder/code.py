"""The function under construction: where instructions go, how registers are named, what may be reused where."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from attrs import define, field

from ptxgen.errors import BuildError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function, Variable
from ptxgen.ir.operands import (
    Address,
    Guard,
    Immediate,
    Label,
    Negative,
    Not,
    Operand,
    Pair,
    Part,
    Register,
    TensorAddress,
    Vector,
)
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Form
from ptxgen.isa.types import Kind, Type, pred

T = TypeVar("T")

_LETTERS = {Kind.UNSIGNED: "r", Kind.SIGNED: "s", Kind.BITS: "b", Kind.FLOAT: "f"}
_SIZES = {8: "c", 16: "h", 32: "", 64: "d", 128: "q"}
_IDENTIFIER = re.compile(r"[A-Za-z][\w$]*|[_$][\w$]+")


def prefix(type: Type) -> str:
    """What the numbered registers of a declared type are called: `%r` u32, `%sd` s64, `%b` b32, `%fh` f16, `%p`."""
    declared = type.register
    if declared is pred:
        return "%p"
    return f"%{_LETTERS[declared.kind]}{_SIZES[declared.bits]}"


_forms: dict[tuple[str, tuple[object, ...]], Form] = {}
"""Forms found before, by name and shapes; those that bound a constant are looked at each time."""


def _shape(operand: Operand) -> object:
    """All of an operand that the choice of a form depends on."""
    if isinstance(operand, Register):
        return operand.type
    if isinstance(operand, Immediate):
        return (Immediate, operand.type)
    if isinstance(operand, Address):
        return (Address, operand.base.type if isinstance(operand.base, Register) else None)
    return (
        operand
        if isinstance(operand, Vector | Pair | Part | Negative | Not | TensorAddress)
        else operand.__class__
    )


@define(eq=False)
class Scope:
    """A stretch of structured code; what it made may be reused until it ends, because it dominates the rest."""

    serial: int
    known: dict[Hashable, Any] = field(factory=dict[Hashable, Any])


@define(eq=False)
class Code:
    """Appends to one function.

    `guard` predicates what is appended. `deferred` is called before anything else is appended: an `if_` that has
    ended waits there for its `else_`.
    """

    function: Function
    guard: Guard | None = None
    deferred: Callable[[], None] | None = None
    scopes: list[Scope] = field(factory=lambda: [Scope(0)])
    scope: Scope = field(init=False)
    _counters: dict[Type, int] = field(factory=dict[Type, int])
    _prefixes: dict[Type, tuple[str, Type]] = field(factory=dict[Type, tuple[str, Type]])
    _serial: int = 0
    _labels: int = 0
    _names: set[str] = field(factory=set[str])

    def __attrs_post_init__(self) -> None:
        self.scope = self.scopes[-1]

    def register(self, type: Type) -> Register:
        """A new register that can hold `type`."""
        known = self._prefixes.get(type)
        if known is None:
            known = self._prefixes[type] = (prefix(type), type.register)
        text, declared = known
        number = self._counters.get(declared, 0)
        self._counters[declared] = number + 1
        return Register(f"{text}{number}", declared)

    def named_register(self, type: Type, hint: str) -> Register:
        """A new register called `%hint`, made unique by a suffix; never the name of a special register."""
        if _IDENTIFIER.fullmatch(hint) is None:
            raise BuildError("PTX027", f"{hint!r} is no PTX identifier", location=caller())
        return Register("%" + self._unique(f"v_{hint}"), type.register)

    def append(self, name: str, operands: tuple[Operand, ...], form: Form) -> None:
        """Add an instruction at the author's line, under the guard in force."""
        if self.deferred is not None:
            self.flush()
        self.function.append(Instruction(name, operands, form, self.guard, caller()))

    def emit(self, name: str, *operands: Operand) -> None:
        """Add an instruction by its full name; refused if the table has no such form."""
        key = (name, tuple(map(_shape, operands)))
        form = _forms.get(key)
        if form is None:
            found = select(name, operands)
            if isinstance(found, Mismatch):
                raise BuildError(found.id, found.message, help=found.help, location=caller())
            form = found
            if not any(slot.limits for slot in form.operands):
                _forms[key] = form
        self.append(name, operands, form)

    def flush(self) -> None:
        """Do what waits for the next instruction."""
        waiting, self.deferred = self.deferred, None
        if waiting is not None:
            waiting()

    def label(self, stem: str) -> Label:
        """A new label that starts with `$stem`."""
        return Label(self._unique(f"${stem}"))

    def number(self) -> int:
        """The next number for a group of labels."""
        self._labels += 1
        return self._labels - 1

    def place(self, label: Label) -> None:
        """Begin a block at the label."""
        self.flush()
        self.function.start(label.name)

    def forget(self) -> None:
        """Nothing made so far may be reused: control can now come from elsewhere."""
        for scope in self.scopes:
            scope.known.clear()

    def enter(self) -> Scope:
        """Open a scope."""
        self.flush()
        self._serial += 1
        self.scope = Scope(self._serial)
        self.scopes.append(self.scope)
        return self.scope

    def leave(self) -> None:
        """Close the innermost scope."""
        self.flush()
        self.scopes.pop()
        self.scope = self.scopes[-1]

    def reuse(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made before under this key in a scope that is still open, else what `make` makes now."""
        for scope in self.scopes:
            if key in scope.known:
                return scope.known[key]
        if self.deferred is not None:
            self.flush()
        made = make()
        self.scope.known[key] = made
        return made

    def declare(self, variable: Variable) -> None:
        """Add a shared, local or `.param` variable to the function; its name must be free."""
        self.claim(variable.name)
        self.function.variables.append(variable)

    def claim(self, name: str) -> None:
        """Take a name of the function's namespace; refused if it is taken or no identifier."""
        if _IDENTIFIER.fullmatch(name) is None:
            raise BuildError("PTX027", f"{name!r} is no PTX identifier", location=caller())
        if name in self._names:
            raise BuildError(
                "PTX027",
                f"the name {name!r} is taken in {self.function.name}",
                help="parameters, shared and local arrays and labels of a function share one namespace",
                location=caller(),
            )
        self._names.add(name)

    def knows(self, name: str) -> bool:
        """Whether the function has a parameter, variable or label of this name."""
        return name in self._names

    def unique_variable(self, stem: str) -> str:
        """A free variable name that starts with `stem`; the caller declares it."""
        name, number = stem, 0
        while name in self._names:
            number += 1
            name = f"{stem}_{number}"
        return name

    def _unique(self, stem: str) -> str:
        name = self.unique_variable(stem)
        self._names.add(name)
        return name


def is_wide(space: StateSpace) -> bool:
    """Whether the builder addresses a space with 64-bit registers."""
    return space in (StateSpace.GLOBAL, StateSpace.GENERIC, StateSpace.CONST)
