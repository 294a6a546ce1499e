"""Names of a function's body: nested scopes, register ranges that are never expanded, and the flattening of both.

The IR has no scopes. A name declared in an inner scope keeps its spelling if nothing else in the function has it,
else it gets a suffix (`temp` -> `temp_1`), so every declaration stays one register, variable or label.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator

from attrs import define, field

from ptxgen.ir.operands import Guard, Label, Operand, Register, SpecialRegister, Symbol, Vector
from ptxgen.ir.parser.errors import Refusal
from ptxgen.isa.registers import SPECIAL_REGISTERS
from ptxgen.isa.types import Type

Entry = tuple[Operand, Hashable]
"""An operand, and what `ptxgen.ir.select` sees of it."""

_LONGEST_SUGGESTION = 64
_COMPONENTS = "xyzw"
_ALIASES = str.maketrans("rgba", "xyzw")


@define
class Scope:
    """One pair of braces. `cache` and `guards` map operand text to operands until something new is declared."""

    parent: Scope | None = None
    names: dict[str, Operand] = field(factory=dict[str, Operand])
    ranges: dict[str, tuple[int, Type]] = field(factory=dict[str, tuple[int, Type]])
    cache: dict[str, Entry] = field(factory=dict[str, Entry])
    guards: dict[str, Guard] = field(factory=dict[str, Guard])
    lowest: dict[str, int] = field(factory=dict[str, int])
    """Prefix -> the lowest number that it makes a declared name with; what a new range must not reach."""

    def note(self, name: str) -> None:
        """Enter a declared name into `lowest`."""
        for prefix in _prefixes(name):
            number = name[len(prefix) :]
            if number == "0" or number[0] != "0":
                self.lowest[prefix] = min(int(number), self.lowest.get(prefix, int(number)))


@define
class FunctionNames:
    """All names of one function; `outside` are the module's, which inner names must not shadow when hoisted."""

    outside: Container[str]
    top: Scope = field(factory=Scope)
    taken: set[str] = field(factory=set[str])
    used_labels: set[str] = field(factory=set[str])
    _suffixes: dict[str, int] = field(factory=dict[str, int])

    def declare_register(self, scope: Scope, name: str, type: Type, vector: int, at: int) -> None:
        """`.reg .f32 x;`, or `.reg .v4 .f32 x;`, which is four registers and a vector of them."""
        if vector == 1:
            self._bind(scope, name, Register(self._claim(scope, name, at), type.register))
            return
        parts: list[Register] = []
        for letter in _COMPONENTS[:vector]:
            part = Register(self._fresh(scope, f"{name}_{letter}"), type.register)
            self._bind(scope, f"{name}.{letter}", part)
            parts.append(part)
        self._claim(scope, name, at)
        self._bind(scope, name, Vector(tuple(parts)))

    def declare_range(self, scope: Scope, prefix: str, count: int, type: Type, at: int) -> None:
        """`.reg .b32 %r<8>;`: names `%r0` to `%r7`, bound when they are first used."""
        first = f"{prefix}0"
        inside = self._range_with(scope, first) if count else None
        if prefix in scope.ranges or inside is not None or scope.lowest.get(prefix, count) < count:
            other = f"{inside or prefix}<...>"
            message = (
                f"{prefix}<{count}> overlaps {other} or a register that is already declared in this scope"
            )
            raise Refusal("PTX084", at, message)
        scope.ranges[prefix] = (count, type.register)
        scope.note(first if count else "")
        scope.cache.clear()
        scope.guards.clear()

    def declare_variable(self, scope: Scope, name: str, at: int) -> str:
        """A variable; returns its name in the function."""
        hoisted = self._claim(scope, name, at)
        self._bind(scope, name, Symbol(hoisted))
        return hoisted

    def declare_label(self, scope: Scope, name: str, at: int) -> None:
        """A label; done for the whole body before any instruction is read."""
        if isinstance(scope.names.get(name), Label):
            raise Refusal("PTX086", at, f"label {name} is already defined in this scope")
        self._bind(scope, name, Label(self._claim(scope, name, at)))

    def label(self, scope: Scope, name: str) -> str:
        """The hoisted name of a label that this scope defines."""
        bound = scope.names[name]
        assert isinstance(bound, Label)
        return bound.name

    def find(self, scope: Scope, name: str) -> Operand | None:
        """What a name means here: register, vector, variable, label, special register; None if nothing."""
        here: Scope | None = scope
        while here is not None:
            bound = here.names.get(name) or self._in_range(here, name)
            if bound is not None:
                if isinstance(bound, Label):
                    self.used_labels.add(bound.name)
                return bound
            here = here.parent
        if name in SPECIAL_REGISTERS:
            return SpecialRegister(name)
        if name in self.outside:
            return Symbol(name)
        stem, dot, letter = name.rpartition(".")
        if dot and letter in ("r", "g", "b", "a"):
            return self.find(scope, f"{stem}.{letter.translate(_ALIASES)}")
        return None

    def visible(self, scope: Scope) -> Iterator[str]:
        """Names for a suggestion: those that have been declared or used."""
        here: Scope | None = scope
        while here is not None:
            yield from (name for name in here.names if len(name) <= _LONGEST_SUGGESTION)
            here = here.parent

    def _bind(self, scope: Scope, name: str, operand: Operand) -> None:
        scope.names[name] = operand
        scope.note(name)
        scope.cache.clear()
        scope.guards.clear()

    @staticmethod
    def _range_with(scope: Scope, name: str) -> str | None:
        """The prefix of the range that declares a name."""
        if not scope.ranges:
            return None
        for prefix in _prefixes(name):
            found = scope.ranges.get(prefix)
            if found is not None and _member(name, prefix, found[0]):
                return prefix
        return None

    def _in_range(self, scope: Scope, name: str) -> Operand | None:
        prefix = self._range_with(scope, name)
        if prefix is None:
            return None
        register = Register(self._fresh(scope, name), scope.ranges[prefix][1])
        scope.names[name] = register
        return register

    def _claim(self, scope: Scope, name: str, at: int) -> str:
        if name in scope.names or self._range_with(scope, name) is not None:
            raise Refusal("PTX084", at, f"{name} is already declared in this scope")
        return self._fresh(scope, name)

    def _fresh(self, scope: Scope, name: str) -> str:
        candidate = name
        while self._is_taken(scope, candidate):
            self._suffixes[name] = self._suffixes.get(name, 0) + 1
            candidate = f"{name}_{self._suffixes[name]}"
        self.taken.add(candidate)
        return candidate

    def _is_taken(self, scope: Scope, name: str) -> bool:
        if name in self.taken:
            return True
        if scope is self.top:
            return False
        return name in self.outside or self._range_with(self.top, name) is not None


def _prefixes(name: str) -> Iterator[str]:
    """`%r1`, `%r` for `%r12`: what a range that contains the name can be called."""
    cut = len(name) - 1
    stop = max(cut - 10, 0)
    while cut > stop and "0" <= name[cut] <= "9":
        yield name[:cut]
        cut -= 1


def _member(name: str, prefix: str, count: int) -> bool:
    digits = name[len(prefix) :]
    if not name.startswith(prefix) or not digits.isdecimal() or not digits.isascii() or len(digits) > 10:
        return False
    return (digits == "0" or digits[0] != "0") and int(digits) < count
