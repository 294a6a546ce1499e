"""What registers hold at the header of a loop, from a first walk that takes them as unknown.

A register that every round adds the same constant to is `start + constant * round`; of any other one, the range and the
divisor that all rounds keep are known. The test of a loop bounds its rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from attrs import define, evolve, field, frozen

from ptxgen.ir.analysis.affine.expression import Affine, Atom, lowest_bit
from ptxgen.ir.analysis.affine.scan import Comparison, Scan
from ptxgen.ir.analysis.cfg import Edge
from ptxgen.ir.analysis.loops import Loop

_OPPOSITE = {"lt": "ge", "ge": "lt", "le": "gt", "gt": "le", "eq": "ne", "ne": "eq"}
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}

_BITWISE = ("or", "xor", "rem")
"""Operations whose result is a multiple of each power of two that all operands are multiples of."""


@frozen
class Carried:
    """What one round does to a register: adds `step` (None: nobody knows), or leaves `ends`, whatever it held."""

    step: int | None
    ends: tuple[Affine, ...]
    divisor: int


@define(eq=False)
class Inductions:
    """The carried registers of all loops; called by the second walk at each header."""

    first: Scan
    loops: dict[int, Loop]
    _carried: dict[tuple[int, int], Carried] = field(factory=dict[tuple[int, int], Carried], init=False)
    most: dict[int, int | None] = field(factory=dict[int, "int | None"], init=False)
    """The most rounds that a loop can have come back, by header."""

    def __call__(self, scan: Scan, header: int, register: int) -> Affine | None:
        loop = self.loops.get(header)
        if loop is None:
            return None
        outside = [
            p for p in scan.cfg.predecessors[header] if p not in loop and p in scan.versions.dominators
        ]
        if not outside:
            return None
        key = (header, -1, register)
        starts = scan.entering(register, header, outside)
        carried = self._round(loop, register)
        if carried.step is not None:
            start = starts[0] if len(starts) == 1 else scan.joined((header, -2, register), starts)
            if carried.step == 0:
                return start
            if header not in self.most:
                self.most[header] = self._most(scan, loop, outside)
            return start + scan.atoms.rounds(header, self.most[header]).of_bits(start.bits) * carried.step
        parts = (*starts, *carried.ends)
        divisor = gcd(carried.divisor, *(start.divisor for start in starts))
        return scan.unknown(key, min(p.low for p in parts), max(p.high for p in parts), divisor)

    def _round(self, loop: Loop, register: int) -> Carried:
        """What a round does, from the first walk."""
        key = (loop.header, register)
        if key not in self._carried:
            before = self.first.values[(loop.header, -1, register)]
            ends = tuple(self.first.entering(register, loop.header, loop.latches))
            changes = [end - before for end in ends]
            constant = changes[0].constant if all(c == changes[0] for c in changes) else 0
            steady = changes[0].is_constant and all(c == changes[0] for c in changes)
            divisor = gcd(*(self._kept(before, end) for end in ends))
            self._carried[key] = Carried(constant if steady else None, ends, divisor)
        return self._carried[key]

    def _kept(self, before: Affine, end: Affine) -> int:
        """A power of two that divides the value after a round if it divides the value before."""
        return _multiple(end, before.terms[0][0])

    def _most(self, scan: Scan, loop: Loop, outside: list[int]) -> int | None:
        """The smallest bound that a test in every round puts on them."""
        bounds = [
            bound
            for test in self._tests(loop)
            if (bound := self._bound(scan, loop, outside, test)) is not None
        ]
        return min(bounds, default=None)

    def _tests(self, loop: Loop) -> Iterator[Comparison]:
        """The comparisons that hold whenever another round begins."""
        first = self.first
        for edge in loop.exits:
            leaves = edge.condition
            if leaves is None or not _decides(first, edge) or not self._always(loop, edge.source):
                continue
            number = first.versions.accesses.numbers[leaves.register.name]
            version = first.versions.leaving(number, edge.source)
            known = first.comparisons.get((*version, number)) if version is not None else None
            if known is None or version is None or version[0] not in loop:
                continue
            operation = known.operation if leaves.negated else _OPPOSITE.get(known.operation)
            if operation is not None:
                yield evolve(known, operation=operation)

    def _always(self, loop: Loop, block: int) -> bool:
        """Whether every round passes a block."""
        return all(self.first.versions.dominators.dominates(block, latch) for latch in loop.latches)

    def _bound(self, scan: Scan, loop: Loop, outside: list[int], test: Comparison) -> int | None:
        """How often a test can hold: for `start + offset + k * step < limit`, as k counts from 0."""
        for operation, left, right in (
            (test.operation, test.left, test.right),
            (_MIRRORED.get(test.operation, ""), test.right, test.left),
        ):
            register = self._phi(loop, left)
            if register is None:
                continue
            carried = self._round(loop, register)
            starts = scan.entering(register, loop.header, outside)
            if carried.step and len(starts) == 1:
                start = scan.arithmetic.number(starts[0] + left.constant, test.signed)
                limit = self.first.arithmetic.number(right, test.signed)
                return _rounds(operation, start, carried.step, limit, test.signed)
        return None

    def _phi(self, loop: Loop, left: Affine) -> int | None:
        """The register of which an expression is the value at the header, plus a constant."""
        if len(left.terms) != 1 or left.terms[0][1] != 1:
            return None
        atom = left.terms[0][0]
        for register in self.first.versions.meetings.get(loop.header, ()):
            value = self.first.values.get((loop.header, -1, register))
            if value is not None and value.terms and value.terms[0][0] is atom:
                return register
        return None


def _multiple(e: Affine, carried: Atom) -> int:
    """A power of two that divides the sum, `carried` taken as a multiple of whatever is asked for."""
    return lowest_bit(gcd(e.constant, *(c * _divisor(a, carried) for a, c in e.terms), 1 << e.bits))


def _divisor(atom: Atom, carried: Atom) -> int:
    """The same for an unknown; 0 for the carried one."""
    if atom is carried:
        return 0
    if atom.operation in _BITWISE:
        return max(atom.divisor, lowest_bit(gcd(*(_multiple(e, carried) for e in atom.operands))))
    return atom.divisor


def _decides(scan: Scan, edge: Edge) -> bool:
    """Whether one guarded branch ends the block, which either leaves the loop or not."""
    return sum(e.condition is not None for e in scan.cfg.edges[edge.source]) == 2


def _rounds(operation: str, start: Affine, step: int, limit: Affine, signed: bool) -> int | None:
    """The most k + 1 for which the test holds at k; None where the counter may wrap before it fails."""
    half = 1 << (start.bits - 1)
    least, most = (-half, half - 1) if signed else (0, 2 * half - 1)
    if operation == "ne" and step in (1, -1):
        if not (start.high <= limit.low if step > 0 else start.low >= limit.high):
            return None
        operation = "lt" if step > 0 else "gt"
    low, last = start.low, limit.high
    if step < 0:
        low, last, most, step = -start.high, -limit.low, -least, -step
        operation = _MIRRORED.get(operation, "")
    if operation not in ("lt", "le"):
        return None
    last -= operation == "lt"
    return max(0, (last - low) // step + 1) if last + step <= most else None
