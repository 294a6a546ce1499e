"""The CTA that a text seems to be written for, where nothing says how many threads it has.

What compilers make of a launch without bounds fits every CTA, but the tiles of shared memory do not: 16x16 threads fill
a tile of 16x16. What holds in such a CTA alone is never proved.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import islice
from math import prod

import numpy as np
from numpy.typing import NDArray

from ptxgen.debug.body import Body
from ptxgen.debug.cta.columns import Column
from ptxgen.debug.cta.threads import TWO_WARPS, WARP, Extent, Threads
from ptxgen.debug.memory import MemoryAccess, copied_accesses
from ptxgen.debug.residency import cta_threads
from ptxgen.debug.rules.barriers import waits
from ptxgen.ir.analysis.affine import Atom, Constancy
from ptxgen.ir.operands import SpecialRegister
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Scope

_LINES: tuple[Extent, ...] = tuple((1 << n, 1, 1) for n in range(10, 4, -1))
_PLANES: tuple[Extent, ...] = (
    (32, 32, 1), (64, 16, 1), (32, 16, 1), (64, 8, 1), (16, 16, 1), (32, 8, 1), (64, 4, 1), (32, 4, 1), (16, 8, 1),
    (8, 8, 1), (32, 2, 1), (16, 4, 1),
)  # fmt: skip
_SOLIDS: tuple[Extent, ...] = ((16, 8, 8), (8, 8, 8), (32, 4, 4), (8, 8, 4), (4, 4, 4))
_WORD = 4
_MOST = 64
"""Accesses that are looked at, so that large functions stay quick."""


def presumed_block(body: Body) -> Extent | None:
    """The largest CTA whose threads find room in the shared memory that they fill, and store to places of their own.

    Where nothing tells it is one of two warps; None if the threads may lie along several axes.
    """
    told = list(islice(_told(body), _MOST))
    most = cta_threads(body)
    bounds = _strides(body)
    read = _asked(body)
    if not read:
        return _unnumbered(body)
    candidates = _candidates(read, most)
    for block in candidates:
        if prod(block) > (most or 1024) or any(n > bound for n, bound in zip(block, bounds, strict=True)):
            continue
        threads = Threads(body, shape=block)
        reached = _reach(told, threads)
        if reached is not None and _apart(told, threads):
            if reached or prod(block) == most or prod(block) <= WARP:
                return block
            break
    return (min(TWO_WARPS[0], bounds[0]), 1, 1) if candidates[-1][1] == 1 else None


def _unnumbered(body: Body) -> Extent:
    """The CTA of an entry whose threads do not ask for their number: one warp if it works as such, else one thread."""
    together = any(i.form.row.scope is not Scope.THREAD for _, i in body.places)
    return (WARP if together else 1, 1, 1) if body.function.is_entry else TWO_WARPS


def _asked(body: Body) -> frozenset[str]:
    """The special registers by which threads are told apart."""
    named = (o.name for _, i in body.places for o in i.operands if isinstance(o, SpecialRegister))
    return frozenset(name for name in named if name.startswith(("%tid", "%laneid", "%warpid", "%lanemask")))


def _candidates(asked: frozenset[str], most: int | None) -> tuple[Extent, ...]:
    """The CTAs that are tried, the larger ones first: of as many axes as the function asks about."""
    if "%tid.z" in asked:
        return _SOLIDS
    if "%tid.y" in asked:
        return _PLANES
    return tuple(dict.fromkeys(((most or 1024, 1, 1), *_LINES)))


def _strides(body: Body) -> Extent:
    """How many threads along each axis lie between two CTAs in global memory, where that is a number of the text."""
    most = [1024, 1024, 1024]
    for access in body.accesses:
        factors = {atom.name: abs(factor) for atom, factor in access.address.terms if not atom.operands}
        for position, axis in enumerate("xyz"):
            one, whole = factors.get(f"%tid.{axis}", 0), factors.get(f"%ctaid.{axis}", 0)
            if one and whole >= one:
                most[position] = min(most[position], whole // one)
    x, y, z = most
    return x, y, z


def _told(body: Body) -> Iterator[MemoryAccess]:
    """Accesses of shared memory, and stores to global memory, at places that depend on the thread."""
    seen: set[object] = set()
    stores = (a for a in body.accesses if a.space is StateSpace.GLOBAL and a.base is not None and a.writes)
    for access in (*body.shared, *copied_accesses(body), *stores):
        offset = access.offset
        if any(a.constancy > Constancy.CTA for a, _ in offset.terms):
            key = (access.place[0], access.instruction.guard, access.base, offset)
            if key not in seen:
                seen.add(key)
                yield access


def _reach(accesses: list[MemoryAccess], threads: Threads) -> bool | None:
    """Whether threads come to the second half of a shared variable; None if some leave one."""
    far = False
    for access in accesses:
        variable = access.variable(threads.body)
        starts = _starts(access, threads)[1]
        if variable is None or not variable.bytes or not len(starts):
            continue
        if starts.min() < 0 or starts.max() > variable.bytes - access.bytes:
            return None
        far |= variable.space is StateSpace.SHARED and starts.max() + access.bytes > variable.bytes // 2
    return far


def _apart(accesses: list[MemoryAccess], threads: Threads) -> bool:
    """Whether no two threads store to one place on a straight way between barriers."""
    barriers = [place for place, _ in waits(threads.body)]
    ways: dict[tuple[int, int, Atom | None], list[tuple[NDArray[np.int64], Column]]] = {}
    for access in accesses:
        if access.writes and not access.atomic:
            way = (access.place[0], bisect(barriers, access.place), access.base)
            numbers, starts = _starts(access, threads)
            pieces = range(0, access.bytes, _WORD)
            ways.setdefault(way, []).extend((numbers, (starts + at) // _WORD) for at in pieces)
    for each in ways.values():
        numbers, cells = (np.concatenate(part) for part in zip(*each, strict=True))
        order = np.lexsort((numbers, cells))
        numbers, cells = numbers[order], cells[order]
        if ((cells[1:] == cells[:-1]) & (numbers[1:] != numbers[:-1])).any():
            return False
    return True


def _starts(access: MemoryAccess, threads: Threads) -> tuple[NDArray[np.int64], Column]:
    """The threads that may run an access, and their first bytes; none where those are not known."""
    column = threads.column(access.offset)
    if column is None:
        return np.arange(0), np.arange(0)
    runs = np.array([runs is not False for runs in threads.running(access.place)], bool)
    numbers = np.flatnonzero(runs)
    return numbers, column[numbers]
