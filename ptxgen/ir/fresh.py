"""New registers for code that passes add."""

from __future__ import annotations

from attrs import define, field

from ptxgen.ir.module import Function
from ptxgen.ir.operands import Register
from ptxgen.isa.types import Type


@define
class FreshRegisters:
    """Registers whose names nothing else in a function has: `%x0`, `%x1`, ... as far as those are free."""

    function: Function
    _taken: set[str] | None = field(default=None, init=False)
    _count: int = field(default=0, init=False)

    def __call__(self, type: Type) -> Register:
        """A register that is declared with this type."""
        if self._taken is None:
            self._taken = set(self.function.registers())
        while (name := f"%x{self._count}") in self._taken:
            self._count += 1
        self._taken.add(name)
        return Register(name, type)
