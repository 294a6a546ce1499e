"""CTAs of one launch that touch the same global memory with nothing to order them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from math import gcd

from attrs import define, field, frozen

from ptxgen.debug.across import Across, Presence
from ptxgen.debug.body import Body
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.origins import Origins
from ptxgen.debug.rule import Family, Found, Verdict, rule
from ptxgen.debug.threads import Extent, Thread
from ptxgen.errors import Severity
from ptxgen.ir.analysis.affine import Constancy
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.isa.table import Role

_KEPT = 4
"""Writers of one place that are kept to be compared."""
_ASKED = 256
"""Pairs of threads in an access and a CTA that are asked whether both write the same."""
_LARGEST = 16
"""Bytes of the widest access."""


@rule(
    "PTX152",
    "race between CTAs of one launch",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="give each CTA its own part of the buffer (%ctaid in the index), or use atomics, or a second launch",
    section="8.2",
    undecided=Severity.HINT,
)
def between_ctas(body: Body) -> Iterator[Found]:
    """Threads of two CTAs access the same bytes of global memory, at least one of them writes, and no atomic, acquire
    or release orders the two: barriers of a CTA do not reach others, and which CTA comes first is chance.

    Proved where the grid, the CTA and what the address depends on are given. Silent where both write the same by
    design: a constant, or what no index of the CTA takes part in.
    """
    across = Across(body)
    if not body.function.is_entry or max(across.grid) < 2:
        return
    groups: dict[tuple[object, ...], list[Presence]] = {}
    for presence in across.present():
        groups.setdefault(presence.where, []).append(presence)
    values = _Values(body, Origins(body))
    reported: set[int] = set()
    for group in groups.values():
        if any(p.access.writes for p in group):
            for first, second in _meetings(across, values, group, reported):
                reported.add(id(second.access.instruction))
                yield _conflict(across, first, second)


@frozen(eq=False)
class _Part:
    """One thread in an access, from the byte `start` on."""

    access: MemoryAccess
    thread: Thread
    start: int


def _meetings(
    across: Across, values: _Values, group: list[Presence], reported: Collection[int]
) -> Iterator[tuple[_Part, _Part]]:
    """Threads of two CTAs at the same bytes, which nothing orders, writers first; none of a reported instruction."""
    grain = gcd(_LARGEST, *(gcd(p.access.bytes, *p.starts) for p in group))
    written = _Written(across)
    for presence in sorted(group, key=lambda p: not p.access.writes):
        size = presence.access.bytes // grain
        cells = [start // grain + n for n in range(size) for start in presence.starts]
        if id(presence.access.instruction) not in reported:
            asked = islice(written.met(presence, cells), _ASKED)
            yield from islice((pair for pair in asked if not values.agree(*pair)), 1)
        if presence.access.writes:
            written.add(presence, cells)


@define(eq=False)
class _Written:
    """Who writes each cell: the first CTA there (None once there are several), and some of the writers."""

    across: Across
    _owners: dict[int, Extent | None] = field(factory=dict[int, "Extent | None"], init=False)
    _writers: dict[int, list[tuple[Presence, int]]] = field(
        factory=dict[int, "list[tuple[Presence, int]]"], init=False
    )

    def met(self, presence: Presence, cells: Sequence[int]) -> Iterator[tuple[_Part, _Part]]:
        """Writers of other CTAs that nothing orders before or behind those who are at these cells now."""
        owners, count = self._owners, len(presence.starts)
        for position, cell in enumerate(cells):
            if owners.get(cell, presence.cta) == presence.cta:
                continue
            for other, where in self._writers[cell]:
                if other.cta != presence.cta and self.across.unordered(
                    other.access.place, presence.access.place
                ):
                    yield self._part(other, where), self._part(presence, position % count)

    def add(self, presence: Presence, cells: Sequence[int]) -> None:
        """Note those who write these cells."""
        owners, writers, cta, count = self._owners, self._writers, presence.cta, len(presence.starts)
        for position, cell in enumerate(cells):
            if owners.setdefault(cell, cta) != cta:
                owners[cell] = None
            others = writers.setdefault(cell, [])
            if len(others) < _KEPT:
                others.append((presence, position % count))

    def _part(self, presence: Presence, position: int) -> _Part:
        return _Part(presence.access, self.across.thread(presence, position), presence.starts[position])


@frozen(eq=False)
class _Values:
    """What is stored, and whether it does not matter whose stays."""

    body: Body
    origins: Origins

    def agree(self, one: _Part, other: _Part) -> bool:
        """Whether two CTAs surely write the same, or one writes what the other would: that is by design."""
        stored = _stored(one)
        if stored is None:
            return False
        alike = self.origins.same(stored)
        if not other.access.writes:
            return alike
        if one.start != other.start or one.access.bytes != other.access.bytes:
            return False
        if alike and one.access is other.access:
            uniform = not isinstance(stored, Register) or self.body.analysis.divergence.is_uniform(stored)
            if uniform or one.thread.index == other.thread.index:
                return True
        values = self.value(one), self.value(other)
        return values[0] is not None and values[0] == values[1]

    def value(self, part: _Part) -> object:
        """What a thread stores, where it is known: a number, or an expression that all CTAs share."""
        match _stored(part):
            case Immediate() as constant:
                return constant
            case Register(type=type) as register if type.is_integer:
                e = self.body.affine.of(register, part.access.place)
                if e.constancy is Constancy.GRID and e.terms:
                    return e
                number = self.body.threads.at(e, part.thread)
                return None if number is None else number & ((1 << e.bits) - 1)
            case _:
                return None


def _stored(part: _Part) -> Operand | None:
    instruction = part.access.instruction
    slots = zip(instruction.form.operands, instruction.operands, strict=False)
    return next((given for slot, given in slots if slot.role is Role.VALUE), None)


def _conflict(across: Across, first: _Part, second: _Part) -> Found:
    one, other = ("writes" if p.access.writes else "reads" for p in (first, second))
    base = second.access.base
    name = base.name if base is not None else "global memory"
    both = "write" if second.access.writes else None
    what = f"both {both}" if both else "write and read"
    here = f"byte {second.start} of {name}"
    notes = ("right only if both write the same",) if both else ()
    if not across.exact:
        notes = ("if the grid has more than one CTA and each has these threads", *notes)
    return Found(
        f"{_who(first.thread)} and {_who(second.thread)} {what} {here}, and nothing orders CTAs of one launch",
        second.access.instruction,
        Verdict.PROVED if across.exact else Verdict.UNKNOWN,
        related=((first.access.instruction, f"{one} by {_who(first.thread)}"),),
        notes=notes,
        acts=(
            (first.access.instruction, _who(first.thread), one),
            (second.access.instruction, _who(second.thread), other),
        ),
    )


def _who(thread: Thread) -> str:
    """A thread with its CTA, also where that is the first."""
    return f"CTA {thread.cta}, thread {thread.index}"
