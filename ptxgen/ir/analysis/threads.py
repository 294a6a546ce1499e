"""Whether different threads of a CTA may touch the same bytes: addresses of all its threads, counted out.

Only where the extent of the CTA is known. What all threads of a CTA have alike cancels; indices of the thread are
enumerated; anything else (rounds of loops, loaded values) may differ, and counts by its divisor.
"""

from __future__ import annotations

from itertools import product, repeat
from math import gcd, prod

from attrs import define, field

from ptxgen.ir.analysis.affine import Affine, Atom, Constancy, Kind, Launch
from ptxgen.ir.analysis.affine.evaluation import OPERATIONS
from ptxgen.ir.analysis.alias import locate, may_meet
from ptxgen.ir.analysis.memory import MemoryAccess
from ptxgen.isa.spaces import StateSpace

Column = list[int]
"""A number for each thread of a CTA, x fastest."""


@define(eq=False)
class Threads:
    """The threads of the CTAs of a launch. `budget` is how many addresses may still be counted."""

    launch: Launch
    budget: int
    _columns: dict[Atom, Column | None] = field(factory=dict[Atom, "Column | None"], init=False)

    def column(self, e: Affine) -> Column | None:
        """The sum of an expression for each thread; None if it depends on more than the thread's indices."""
        if self.launch.block is None:
            return None
        total = [e.constant] * prod(self.launch.block)
        for atom, coefficient in e.terms:
            values = self._column(atom)
            if values is None:
                return None
            total = [t + coefficient * v for t, v in zip(total, values, strict=True)]
        return total

    def _column(self, atom: Atom) -> Column | None:
        if atom not in self._columns:
            self._columns[atom] = self._computed(atom)
        return self._columns[atom]

    def _computed(self, atom: Atom) -> Column | None:
        assert self.launch.block is not None
        x, y, z = self.launch.block
        if atom.kind is Kind.SPECIAL:
            places = product(range(z), range(y), range(x))
            if atom.name == "%laneid":
                return [n % 32 for n in range(x * y * z)]
            axis = ("%tid.z", "%tid.y", "%tid.x").index(atom.name) if atom.name.startswith("%tid.") else None
            return None if axis is None else [place[axis] for place in places]
        if atom.kind is not Kind.DERIVED:
            return None
        operands = [self.column(operand) for operand in atom.operands]
        if any(operand is None for operand in operands):
            return None
        operation = OPERATIONS[atom.operation]
        return [operation(*values) for values in zip(*(o for o in operands if o is not None), strict=True)]

    def apart(self, a: MemoryAccess, b: MemoryAccess) -> bool:
        """Whether no thread's access `a` has a byte in common with another thread's access `b`, at whatever time."""
        first, second = locate(a), locate(b)
        if StateSpace.LOCAL in (first.space, second.space) or not may_meet(first, second):
            return True
        if first.base is None or first.base is not second.base or first.space is not second.space:
            return False
        if first.address is None or second.address is None or not a.size or not b.size:
            return False
        mine, theirs = _Parts.of(first.address, self), _Parts.of(second.address, self)
        if mine is None or theirs is None:
            return False
        common = mine.common - theirs.common
        period = gcd(mine.free, theirs.free, common.stride, 1 << common.bits)
        return self._separate(mine.own, [v - common.constant for v in theirs.own], a.size, b.size, period)

    def _separate(self, mine: Column, theirs: Column, size: int, other: int, period: int) -> bool:
        """Whether the bytes of different threads are distinct, modulo a period."""
        grain = gcd(size, other, period, *mine, *theirs)
        self.budget -= (size + other) // grain * len(mine)
        if self.budget < 0 or period < max(size, other):
            return False
        owners: dict[int, int] = {}
        for thread, start in enumerate(mine):
            for byte in range(start, start + size, grain):
                place = byte % period
                owners[place] = thread if owners.get(place, thread) == thread else -1
        for thread, start in enumerate(theirs):
            for byte in range(start, start + other, grain):
                if owners.get(byte % period, thread) != thread:
                    return False
        return True


@define(eq=False)
class _Parts:
    """An address: what all threads have alike, what each thread has, and the divisor of what nobody knows."""

    common: Affine
    own: Column
    free: int

    @staticmethod
    def of(e: Affine, threads: Threads) -> _Parts | None:
        if threads.launch.block is None:
            return None
        alike = tuple(term for term in e.terms if term[0].constancy <= Constancy.CTA)
        rest = [term for term in e.terms if term[0].constancy > Constancy.CTA]
        own: Column = list(repeat(0, prod(threads.launch.block)))
        free = 0
        for atom, coefficient in rest:
            values = threads.column(Affine(e.bits, 0, ((atom, coefficient),)))
            if values is None:
                free = gcd(free, atom.divisor * coefficient)
            else:
                own = [a + b for a, b in zip(own, values, strict=True)]
        return _Parts(Affine(e.bits, e.constant, alike), own, free)
