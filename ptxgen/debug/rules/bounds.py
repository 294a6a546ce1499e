"""Accesses outside of their memory, misaligned ones, and byte offsets that wrap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from attrs import evolve

from ptxgen.debug.body import Body
from ptxgen.debug.cta.columns import signed
from ptxgen.debug.cta.threads import Thread, Threads
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis.affine import Affine, Atom, Kind, leaves
from ptxgen.isa.spaces import StateSpace


@rule(
    "PTX140",
    "access out of bounds in some thread",
    Severity.ERROR,
    Family.MEMORY,
    fix="compare the index with the extent before the access, or make the memory larger",
    section="5.3",
)
def out_of_bounds(body: Body) -> Iterator[Found]:
    """A thread that runs this access goes past the end (or the start) of the variable or buffer. ptxas does not look.

    Decided for shared, local and constant variables, and with facts of the launch for the buffers that are given.
    """
    threads = body.threads
    for access in body.accesses:
        extent = _extent(body, access)
        offset = access.offset
        if (
            extent is None
            or offset.is_constant
            or (offset.low >= 0 and offset.high <= extent[1] - access.bytes)
        ):
            continue
        name, size = extent
        outside = _outside(threads, access, size - access.bytes)
        if outside is not None:
            thread, start = outside
            yield Found(
                f"{access.instruction.name} accesses bytes {start} to {start + access.bytes - 1} of {name}, "
                f"which has {size}, in {thread}",
                access.instruction,
            )


def _extent(body: Body, access: MemoryAccess) -> tuple[str, int] | None:
    """What is accessed, and how many bytes it has."""
    variable = access.variable(body)
    if variable is not None:
        return (access.name, variable.bytes) if variable.bytes else None
    if access.base is not None and access.base.name in body.facts.sizes:
        return access.name, body.facts.sizes[access.base.name]
    return None


def _outside(threads: Threads, access: MemoryAccess, last: int) -> tuple[Thread, int] | None:
    """A thread that starts before 0 or behind `last`, and where: of an exact CTA one of the first or of the outermost
    ones; else the first thread.
    """
    offset, grid = access.offset, threads.body.facts.grid if threads.exact else None
    ends = [(0, extent - 1) for extent in grid or (1, 1, 1)]
    among = threads.all if threads.exact else threads.all[:1]
    for x, y, z in dict.fromkeys(product(*ends)):
        column = threads.column(offset, (x, y, z))
        if column is None:
            return None
        starts = signed(column[: len(among)], offset.bits)
        beyond = np.flatnonzero((starts < 0) | (starts > last))
        running = threads.running(access.place, (x, y, z)) if len(beyond) else ()
        number = next((n for n in beyond.tolist() if running[n]), None)
        if number is not None:
            return evolve(among[number], cta=(x, y, z)), starts[number]
    return None


@rule(
    "PTX141",
    "misaligned access in some thread",
    Severity.ERROR,
    Family.MEMORY,
    fix="load smaller pieces, or let base, stride and offset all be multiples of the access size",
    section="5.1",
    confidence=Confidence.HIGH,
)
def misaligned(body: Body) -> Iterator[Found]:
    """An access of n bytes must start at a multiple of n; else the kernel dies with error 716. Strides such as the 22
    bytes of a Q5_0 block or the 210 of a Q6_K block leave only 2 as common divisor.
    """
    threads = body.threads
    lanes = threads.all[:32]
    for access in body.accesses:
        size = access.bytes
        if size <= 1 or access.address.divisor % size == 0 or access.space is StateSpace.LOCAL:
            continue
        column = threads.relative(access.offset)
        starts = [] if column is None else (column[:32] % size).tolist()
        rests = {start: t for t, start in reversed(list(zip(lanes, starts, strict=False)))}
        if len(rests) > 1:
            yield from _some_lane(threads, access, rests)
        elif _odd_terms(access, rests):
            yield from _some_round(access, threads)
        elif _beside(access):
            yield Found(
                f"{access.instruction.name} accesses {size} bytes, {access.offset.constant % size} bytes behind a "
                f"multiple of {size} of where {access.name} points",
                access.instruction,
                Verdict.UNKNOWN,
                notes=("if the pointer is aligned as allocations are",),
            )


def _beside(access: MemoryAccess) -> bool:
    """Whether an access through a pointer starts beside the multiples of its size, if the pointer is at one."""
    offset, pointer = access.offset, access.base
    if pointer is None or pointer.kind is not Kind.PARAMETER or offset.constant % access.bytes == 0:
        return False
    return all(a.divisor * factor % access.bytes == 0 for a, factor in offset.terms)


def _some_lane(threads: Threads, access: MemoryAccess, rests: dict[int, Thread]) -> Iterator[Found]:
    """Two lanes start at different rests: wherever the base lies, one of them is misaligned."""
    running = {rest: t for rest, t in rests.items() if threads.runs(access.place, t)}
    verdict = Verdict.PROVED if len(running) > 1 and threads.exact else Verdict.UNKNOWN
    first, second = list(rests.values())[:2]
    yield Found(
        f"{access.instruction.name} accesses {access.bytes} bytes, and {first} and {second} start "
        f"{abs(min(rests) - max(rests))} bytes apart modulo {access.bytes}: one of them is misaligned",
        access.instruction,
        verdict,
    )


def _odd_terms(access: MemoryAccess, rests: dict[int, Thread]) -> list[tuple[Atom, int]]:
    """The CTA indices and rounds of loops whose step is no multiple of the access, all else being one."""
    size = access.bytes
    if rests.keys() - {0} or not rests:
        return []
    odd = [
        (a, c)
        for a, c in access.offset.terms
        if a.divisor * c % size and a.kind in (Kind.SPECIAL, Kind.ROUND)
    ]
    others = [
        a for a, c in access.offset.terms if a.divisor * c % size and a.kind not in (Kind.SPECIAL, Kind.ROUND)
    ]
    return odd if not others else []


def _some_round(access: MemoryAccess, threads: Threads) -> Iterator[Found]:
    atom, step = next(
        (a, c) for a, c in access.offset.terms
        if a.divisor * c % access.bytes and a.kind in (Kind.SPECIAL, Kind.ROUND)
    )  # fmt: skip
    what = "each round of the loop" if atom.kind is Kind.ROUND else f"each step of {atom.name}"
    decided = atom.high - atom.low >= 1 and atom.high <= 1 << 20 and atom.kind is Kind.SPECIAL
    running = threads.runs(access.place, threads.all[0])
    grid_known = threads.body.facts.grid is not None and atom.name.startswith("%ctaid")
    proved = decided and running and grid_known
    yield Found(
        f"{access.instruction.name} accesses {access.bytes} bytes, and {what} moves it by {abs(step)}",
        access.instruction,
        Verdict.PROVED if proved else Verdict.UNKNOWN,
    )


@rule(
    "PTX142",
    "no bounds check",
    Severity.HINT,
    Family.MEMORY,
    fix="compare the global index with the number of elements, and skip the access beyond it",
    confidence=Confidence.LOW,
)
def unguarded(body: Body) -> Iterator[Found]:
    """Each thread stores at an index made of its CTA and its number, nothing compares that index, and the entry takes a
    number that no comparison reads: the last CTA may run past the end. Right where the grid fits exactly.
    """
    if not body.function.is_entry or body.calls:
        return
    if any(True for _ in body.of("setp", "min", "max", "selp", "set", "slct")):
        return
    numbers = [p for p in body.function.params if p.bytes <= 8 and p.pointee is None and not p.type.is_float]
    if len(numbers) < 2:
        return
    for access in body.accesses:
        names = {atom.name for atom in leaves(access.address)}
        if access.writes and access.space is StateSpace.GLOBAL and any(n.startswith("%ctaid") for n in names):
            yield Found(
                f"nothing bounds the index of {access.instruction.name}", access.instruction, Verdict.UNKNOWN
            )
            return


@rule(
    "PTX143",
    "32-bit byte offset that wraps",
    Severity.ERROR,
    Family.MEMORY,
    fix="widen before the multiplication: mul.wide.u32, or mad with 64-bit operands",
    section="9.7.1.3",
    undecided=Severity.HINT,
)
def wrapping_offset(body: Body) -> Iterator[Found]:
    """The byte offset is computed in 32 bits and widened afterwards: beyond 4 GiB (2 GiB with a sign) it starts again
    at the beginning of the buffer. Decided where the launch says how large indices get. Without a launch, a program
    that compares the offset itself with its bound is left alone: it counts bytes in 32 bits, and has no more of them.
    """
    threads = body.threads
    compared = _compared(body)
    for access in body.accesses:
        if access.space not in (StateSpace.GLOBAL, StateSpace.GENERIC):
            continue
        for atom, coefficient in access.address.terms:
            if atom.operation not in ("u32", "s32") or abs(coefficient) != 1:
                continue
            whole = atom.operands[0]
            if not _scaled(whole, access.bytes) or whole.high < 1 << 32:
                continue
            proved = _attains(body, threads, access, whole)
            if proved is None and whole.terms in compared:
                break
            yield Found(
                f"the offset of {access.instruction.name} is a product of 32 bits",
                access.instruction,
                Verdict.PROVED if proved else Verdict.UNKNOWN,
                notes=(f"in {proved} it is {threads.at(whole, proved)}, which has more bits",)
                if proved
                else (),
            )
            break


def _scaled(e: Affine, size: int) -> bool:
    """Whether an expression counts bytes of something that grows with the CTA or a loop."""
    grows = any(a.name.startswith("%ctaid") or a.kind is Kind.ROUND for a in leaves(e))
    return size > 1 and grows and e.stride % size == 0


def _compared(body: Body) -> set[tuple[tuple[Atom, int], ...]]:
    """What the program compares with something: an offset among it is counted in bytes of 32 bits throughout."""
    found: set[tuple[tuple[Atom, int], ...]] = set()
    for place, instruction in body.places:
        guard = instruction.guard
        condition = body.affine.condition(guard.register, place) if guard is not None else None
        if condition is not None:
            found |= {condition.left.terms, condition.right.terms}
    return found


def _attains(body: Body, threads: Threads, access: MemoryAccess, whole: Affine) -> Thread | None:
    if body.facts.grid is None or not threads.exact:
        return None
    x, y, z = body.facts.grid
    last = evolve(threads.all[-1], cta=(x - 1, y - 1, z - 1))
    for thread in (last, evolve(threads.all[0], cta=last.cta)):
        value = threads.at(whole, thread)
        if value is not None and value >= 1 << 32 and threads.runs(access.place, thread):
            return thread
    return None
