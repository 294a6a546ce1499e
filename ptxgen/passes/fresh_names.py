"""Labels and registers that nothing in a function is called."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import define, field

from ptxgen.ir.module import Function
from ptxgen.ir.operands import Register
from ptxgen.isa.registers import SPECIAL_REGISTERS

_NUMBERED = re.compile(r"(.*?)(\d*)", re.ASCII)


@define(eq=False)
class FreshNames:
    """The names of a function that are taken; each new one is taken, too."""

    _taken: set[str]
    _last: dict[str, int] = field(factory=dict[str, int])
    _labels: int = 0

    @staticmethod
    def of(function: Function, registers: Iterable[Register]) -> FreshNames:
        """Given the registers that a function mentions."""
        variables = (*function.params, *function.returns, *function.variables)
        made = FreshNames({v.name for v in variables} | set(SPECIAL_REGISTERS))
        made._taken.update(b.label for b in function.blocks if b.label is not None)
        made._taken.update(t.label for t in function.targets)
        for prefix, number in (_parted(register.name) for register in registers):
            made._last[prefix] = max(made._last.get(prefix, -1), number)
        return made

    def label(self, stem: str) -> str:
        """A label that nothing in the function has."""
        while f"${stem}_{self._labels}" in self._taken:
            self._labels += 1
        self._taken.add(f"${stem}_{self._labels}")
        return f"${stem}_{self._labels}"

    def register(self, like: Register, prefix: str = "") -> Register:
        """A register of the same type that nothing in the function has."""
        prefix = prefix or _parted(like.name)[0]
        number = self._last.get(prefix, -1) + 1
        while f"{prefix}{number}" in self._taken:
            number += 1
        self._last[prefix] = number
        return Register(f"{prefix}{number}", like.type)


def _parted(name: str) -> tuple[str, int]:
    """The prefix and the number of a name; -1 for no number."""
    match = _NUMBERED.fullmatch(name)
    prefix, number = (match[1], match[2]) if match is not None else (name, "")
    return (prefix, int(number)) if number else (f"{name}_", -1)
