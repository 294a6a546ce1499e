"""Cases of the rows that the machine itself executes, one table a family."""

from __future__ import annotations

from tests.isa.cases.case import Case
from tests.isa.cases.control import CONTROL
from tests.isa.cases.memory import MEMORY
from tests.isa.cases.synchronisation import SYNCHRONISATION
from tests.isa.cases.warp import WARP

MACHINE: dict[str, Case] = {**MEMORY, **CONTROL, **SYNCHRONISATION, **WARP}
"""Name -> case. A name is what its instruction is called, or what the case shows of it."""
