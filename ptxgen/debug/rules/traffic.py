"""How well accesses use the memory system: sectors, banks, and loads that could be one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import gcd

from ptxgen.debug.body import Body
from ptxgen.debug.cta.threads import WARP, Answers
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis.affine import Affine, Atom, Constancy, Kind
from ptxgen.ir.analysis.banks import updates, wavefronts
from ptxgen.isa.spaces import StateSpace

SECTOR = 32
WORD = 4
_WRAPS = ("u32", "u64", "s32", "s64")
_ROUNDS = 4
"""Rounds of a loop that are looked at where they change how the lanes lie to each other."""


def sectors(body: Body, access: MemoryAccess) -> tuple[int, int] | None:
    """The sectors that a request of global memory moves, and how many its bytes would fill; None if not known."""
    if access.space is not StateSpace.GLOBAL or access.atomic or access.base is None:
        return None
    starts = _lanes(body, access, _parted(body, access, SECTOR))
    if starts is None:
        return None
    moved = {byte // SECTOR for start in starts for byte in (start, start + access.bytes - 1)}
    return len(moved), max(1, -(-len(set(starts)) * access.bytes // SECTOR))


def conflict_degree(body: Body, access: MemoryAccess) -> int | None:
    """How often a bank of shared memory must answer one request, the worst of the first rounds; None if not known.

    Lanes that load one word share the answer; those that update one are served one after another.
    """
    if access.space is not StateSpace.SHARED:
        return None
    offset = _parted(body, access, WORD)
    served = updates if access.atomic else wavefronts
    worst = 0
    for round in range(_ROUNDS if any(_turns(atom) for atom, _ in offset.terms) else 1):
        starts = _lanes(body, access, offset, round)
        if starts is None:
            return None
        worst = max(worst, served(starts, access.bytes))
    return worst


def _parted(body: Body, access: MemoryAccess, grain: int) -> Affine:
    """What the lanes of a warp may have apart: without unknowns that they share and that move all of them by grains.

    Such a one is a stage's number or a pointer that a loop carries on, of which nobody knows what it is.
    """
    offset = access.offset
    kept = [
        (atom, factor)
        for atom, factor in offset.terms
        if atom.divisor * factor % grain or atom.kind is not Kind.OPAQUE or not body.agrees_on(atom)
    ]
    return Affine(offset.bits, offset.constant, tuple(kept))


def _coarse(body: Body, e: Affine) -> Iterator[Atom]:
    """Unknowns that all threads share and that move all lanes alike, by multiples of a word.

    (u + x) ^ y is u + (x ^ y) where u is a multiple of a power of two that y stays below.
    """
    seen = set[tuple[Affine, int]]()
    stack = [(e, WORD)]
    while stack:
        e, size = stack.pop()
        if (e, size) in seen:
            continue
        seen.add((e, size))
        for atom, factor in e.terms:
            if not atom.operands and atom.divisor * factor % size == 0 and body.agrees_on(atom):
                yield atom
            needed = size // gcd(size, factor)
            if atom.operation in _WRAPS:
                stack.append((atom.operands[0], needed))
            elif atom.operation in ("xor", "or"):
                for one, other in (atom.operands, atom.operands[::-1]):
                    if other.low >= 0:
                        stack.append((one, max(needed, 1 << other.high.bit_length())))


def _turns(atom: Atom) -> bool:
    """Whether the rounds of a loop change more than where all lanes start: they are inside of something not linear."""
    return bool(atom.operands) and any(a.kind is Kind.ROUND for a in atom.leaves)


def _lanes(body: Body, access: MemoryAccess, offset: Affine, round: int = 0) -> list[int] | None:
    """Where the running lanes of the first warp that runs it start, relative to what they share; None if not known."""
    threads = body.threads
    if len(threads.all) < WARP or not any(a.constancy > Constancy.CTA for a, _ in offset.terms):
        return None
    moving = tuple((a, c) for a, c in offset.terms if a.constancy > Constancy.CTA)
    part = Affine(offset.bits, offset.constant, moving)
    runs = threads.running(access.place)
    lanes = next((found for first in range(0, len(runs), WARP) if (found := _warp(runs, first))), [])
    column = threads.apart(part, round, frozenset(_coarse(body, part))) if len(lanes) > 1 else None
    return None if column is None else column[lanes].tolist()


def _warp(runs: Answers, first: int) -> list[int]:
    """The threads of the warp that begins with a thread that may run."""
    return [number for number, each in enumerate(runs[first : first + WARP], first) if each is not False]


@rule(
    "PTX160",
    "uncoalesced access",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="let neighbouring lanes access neighbouring addresses, or go through shared memory",
    section="5.1",
    confidence=Confidence.HIGH,
)
def uncoalesced(body: Body) -> Iterator[Found]:
    """A warp's request moves whole sectors of 32 bytes. Lanes that lie apart make it move more of them than the bytes
    that it asks for fill.
    """
    for access in body.accesses:
        request = sectors(body, access)
        if request is None:
            continue
        moved, needed = request
        if moved >= 2 * needed and moved > 4:
            yield _of_a_warp(
                body, access, f"{access.instruction.name} moves {moved} sectors a request, {needed} would do"
            )


def _of_a_warp(body: Body, access: MemoryAccess, message: str) -> Found:
    """A finding about the lanes of a warp: they lie along x, unless the CTA is narrower, which must be known."""
    threads = body.threads
    if threads.exact or threads.block[0] >= WARP:
        return Found(message, access.instruction)
    return Found(message, access.instruction, Verdict.UNKNOWN, notes=threads.conditions)


@rule(
    "PTX161",
    "bank conflict",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="pad the rows by one word, or swizzle the columns",
    section="5.1",
    confidence=Confidence.HIGH,
)
def bank_conflict(body: Body) -> Iterator[Found]:
    """Lanes of a warp want different words of one of the 32 banks, or update one word: they are served one after
    another.
    """
    for access in body.accesses:
        degree = conflict_degree(body, access)
        if degree is not None and degree > 1:
            message = f"{access.instruction.name} has a {degree}-way bank conflict"
            yield _of_a_warp(body, access, message)


@rule(
    "PTX162",
    "loads that could be one",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="load them together: ld.v2 or ld.v4",
    section="9.7.9.8",
)
def unvectorised(body: Body) -> Iterator[Found]:
    """Neighbouring words are loaded one by one from an address that is aligned for a vector: one request would bring
    them all.
    """
    runs: dict[tuple[object, ...], list[MemoryAccess]] = {}
    for access in body.accesses:
        name = access.instruction.name
        plain = access.reads and not access.writes and access.instruction.guard is None and not access.ordered
        if plain and access.space in (StateSpace.GLOBAL, StateSpace.SHARED) and ".v" not in name:
            runs.setdefault((access.place[0], name, access.address.terms), []).append(access)
    for accesses in runs.values():
        ordered = sorted(accesses, key=lambda a: a.address.constant)
        for first, second in pairwise(ordered):
            size = first.bytes
            adjacent = second.address.constant - first.address.constant == size
            if adjacent and size in (4, 8) and first.address.divisor % (2 * size) == 0:
                yield Found(
                    f"{len(ordered)} neighbouring {first.instruction.name} could be fewer, wider ones",
                    first.instruction,
                    related=((second.instruction, "the neighbour"),),
                )
                break
