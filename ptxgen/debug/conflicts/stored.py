"""What threads of several CTAs store, and where that is by design the same."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ptxgen.debug.body import Body
from ptxgen.debug.conflicts.across import Presence
from ptxgen.debug.conflicts.origins import Origins
from ptxgen.debug.cta.columns import unsigned
from ptxgen.debug.memory import MemoryAccess
from ptxgen.ir.analysis.affine import Constancy
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.isa.table import Role

Bits = NDArray[np.uint64]
_UNKNOWN, _NUMBER = 0, 1


@define(eq=False)
class Stored:
    """The values that the stores of one function write."""

    body: Body
    _codes: dict[Hashable, int] = field(factory=dict[Hashable, int], init=False)

    @cached_property
    def _origins(self) -> Origins:
        return Origins(self.body)

    def alike(self, access: MemoryAccess) -> bool:
        """Whether threads of the same index store the same in all CTAs."""
        stored = _value(access)
        return stored is not None and self._origins.same(stored)

    def uniform(self, access: MemoryAccess) -> bool:
        """Whether all threads of a CTA store the same."""
        stored = _value(access)
        return not isinstance(stored, Register) or self.body.analysis.divergence.is_uniform(stored)

    def values(self, presence: Presence) -> tuple[int, Bits]:
        """What the threads of a presence store: a code and a number; same value, if both are the same and the code is
        not 0. A code is of numbers, of one constant, or of one expression that all CTAs share.
        """
        nothing = np.zeros(len(presence.numbers), np.uint64)
        stored = _value(presence.access)
        if isinstance(stored, Immediate):
            return self._code(stored), nothing
        if not isinstance(stored, Register) or not stored.type.is_integer:
            return _UNKNOWN, nothing
        e = self.body.affine.of(stored, presence.access.place)
        if e.constancy is Constancy.GRID and e.terms:
            return self._code(e), nothing
        column = self.body.threads.column(e, presence.cta) if e.bits <= 64 else None
        if column is None:
            return _UNKNOWN, nothing
        return _NUMBER, unsigned(column, e.bits).astype(np.uint64)[presence.numbers]

    def _code(self, value: Hashable) -> int:
        return self._codes.setdefault(value, len(self._codes) + _NUMBER + 1)


def _value(access: MemoryAccess) -> Operand | None:
    slots = zip(access.instruction.form.operands, access.instruction.operands, strict=False)
    return next((given for slot, given in slots if slot.role is Role.VALUE), None)
