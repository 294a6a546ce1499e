"""Whether two accesses touch the same bytes: by state space, by the object that an address is in, and by distance.

Objects are variables and what parameters point to: an access stays inside the object that its address was made of.
Two parameters may point to the same memory. Parameters of an entry come from the host, and never point to shared or
local memory.
"""

from __future__ import annotations

import enum
from math import gcd

from attrs import frozen

from ptxgen.ir.analysis.affine import Affine, Atom, Kind
from ptxgen.ir.analysis.memory import MemoryAccess
from ptxgen.isa.spaces import StateSpace


class Alias(enum.Enum):
    """The bytes of two accesses: the same ones, some in common, none in common, or nobody knows."""

    SAME = "same"
    OVERLAP = "overlap"
    DISJOINT = "disjoint"
    PERHAPS = "perhaps"


@frozen
class Location:
    """A state space (GENERIC: any), the object, None where it is not known, and the address in the space."""

    space: StateSpace
    base: Atom | None
    address: Affine | None


def locate(access: MemoryAccess) -> Location:
    """Where an access is, with generic addresses resolved as far as they can be."""
    space, address = access.space, access.address
    if address is None:
        return Location(space, None, None)
    windows = [a for a, c in address.terms if a.kind is Kind.WINDOW and c == 1]
    if space is StateSpace.GENERIC and len(windows) == 1 and windows[0].space is not None:
        space = windows[0].space
        address = address - Affine(64, 0, ((windows[0], 1),))
    elif windows:
        return Location(space, None, None)
    if space is StateSpace.SHARED and address.bits != 32:
        address = address.of_bits(32)
    base = base_of(address)
    if space is StateSpace.GENERIC and base is not None:
        inside = base.space or StateSpace.GLOBAL
        space = StateSpace.GLOBAL if inside in (StateSpace.GLOBAL, StateSpace.GENERIC) else space
    return Location(space, base, address)


def base_of(address: Affine) -> Atom | None:
    """The one object that an address is reckoned from."""
    once = [a for a, c in address.terms if c == 1]
    for kinds in (
        [a for a in once if a.kind is Kind.VARIABLE],
        [a for a in once if a.is_base],
        [a for a in once if a.kind is Kind.PARAMETER and a.high > 1 << 32],
    ):
        if kinds:
            return kinds[0] if len(kinds) == 1 else None
    return None


def alias(a: MemoryAccess, b: MemoryAccess) -> Alias:
    """The bytes of two accesses of one thread, which may be compared (see `affine`)."""
    first, second = locate(a), locate(b)
    if not may_meet(first, second):
        return Alias.DISJOINT
    if a.size is None or b.size is None or first.address is None or second.address is None:
        return Alias.PERHAPS
    if first.space is not second.space or first.address.bits != second.address.bits:
        return Alias.PERHAPS
    return distance(second.address - first.address, a.size, b.size)


def may_meet(a: Location, b: Location) -> bool:
    """Whether two places can be in one object."""
    if a.space is not b.space:
        return StateSpace.GENERIC in (a.space, b.space)
    if a.base is None or b.base is None or a.base is b.base:
        return True
    return not (a.base.kind is Kind.VARIABLE and b.base.kind is Kind.VARIABLE)


def distance(apart: Affine, first: int, second: int) -> Alias:
    """Of `first` bytes at some address, and `second` bytes so far behind."""
    size = 1 << apart.bits
    if apart.is_constant:
        if apart.constant == 0:
            return Alias.SAME if first == second else Alias.OVERLAP
        return Alias.DISJOINT if first <= apart.constant % size <= size - second else Alias.OVERLAP
    if -(size >> 1) <= apart.low and apart.high < size >> 1 and (apart.low >= first or apart.high <= -second):
        return Alias.DISJOINT
    stride = gcd(apart.stride, size)
    return Alias.DISJOINT if first <= apart.constant % stride <= stride - second else Alias.PERHAPS


def conflict(a: MemoryAccess, b: MemoryAccess) -> bool:
    """Whether the order of two accesses of one thread may matter: one writes, and they may touch the same bytes."""
    if not (a.writes or b.writes) or a.constant or b.constant:
        return False
    return alias(a, b) is not Alias.DISJOINT
