"""State spaces (PTX ISA 9.0, section 5.1)."""

from __future__ import annotations

import enum


class StateSpace(enum.Enum):
    """Where a variable lives and how an address is read. `GENERIC` is the absence of a space on `ld`/`st`."""

    REG = "reg"
    CONST = "const"
    GLOBAL = "global"
    LOCAL = "local"
    PARAM = "param"
    SHARED = "shared"
    TEX = "tex"
    GENERIC = "generic"

    @property
    def suffix(self) -> str:
        return "." + self.value

    @property
    def narrow(self) -> bool:
        """Whether a 32-bit register is accepted as an address (ptxas 13.0 refuses it for global and generic)."""
        return self in (StateSpace.SHARED, StateSpace.LOCAL, StateSpace.CONST, StateSpace.PARAM)

    def __str__(self) -> str:
        return self.value
