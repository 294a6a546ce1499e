"""Locks that threads take by swapping a value in memory, and give back by writing to the same place."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.debug.body import Body, operand
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Loop
from ptxgen.ir.analysis.affine import Kind
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect


@frozen(eq=False)
class _Lock:
    """A swap that a loop repeats until it gets the lock. `free` and `taken` are the values of memory then and after."""

    swap: MemoryAccess
    loop: Loop
    free: int | None
    taken: int | None


@rule(
    "PTX137",
    "lock that is never released",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="write the free value back to the same address, with st.release or atom.exch, on every way to the end",
    section="9.7.13",
)
def unreleased(body: Body) -> Iterator[Found]:
    """The loop spins on a compare-and-swap, or an exchange, until it gets a lock, and nothing behind it writes to the
    lock's address, or only what means that it is taken: the next one who wants the lock waits for ever.

    Proved where two threads of a CTA surely swap at one address, and all writes surely go elsewhere. A write through
    another pointer is taken for one that goes elsewhere, and then it is undecided; so is a way to the end that passes
    no release.
    """
    if body.calls or not body.function.is_entry:
        return
    for lock in _locks(body):
        writers = [a for a in body.accesses if a.writes and a.instruction is not lock.swap.instruction]
        if len({id(a.instruction) for a in writers}) < _writing(body, lock):
            continue
        near = [w for w in writers if not _apart(w, lock.swap)]
        giving = [w for w in near if not _other(w, lock.swap) and not _keeps(body, w, lock)]
        behind = _behind(body, lock.loop)
        back = [w for w in giving if w.place[0] in behind]
        before = body.analysis.values.dominates
        if not back and any(not before(w.place, lock.swap.place) for w in giving):
            # Threads that go another way give it, as to whoever waits for what is made.
            continue
        if not back:
            yield _never(body, lock, near)
        elif not any(w.place[0] in lock.loop.blocks for w in back) and _passes(body, lock, back):
            yield Found(
                f"threads may come to the end without giving back what {lock.swap.instruction.name} takes",
                lock.swap.instruction,
                Verdict.UNKNOWN,
                related=((back[0].instruction, "gives it back, on other ways"),),
            )


def _never(body: Body, lock: _Lock, near: list[MemoryAccess]) -> Found:
    sure = not near and _contended(body, lock)
    keeping = [w for w in near if not _other(w, lock.swap)]
    return Found(
        f"nothing releases what {lock.swap.instruction.name} takes",
        lock.swap.instruction,
        Verdict.PROVED if sure else Verdict.UNKNOWN,
        related=tuple((w.instruction, "leaves it taken, or comes before") for w in keeping[:1]),
    )


def _locks(body: Body) -> Iterator[_Lock]:
    for access in body.accesses:
        swap, loop = access.instruction, body.loop(access.place[0])
        compares = ".cas." in swap.name
        if swap.opcode != "atom" or loop is None or not (compares or ".exch." in swap.name):
            continue
        results = {r.name for r in swap.writes()}
        instructions = [i for b in loop.blocks for i in body.function.blocks[b].instructions]
        decides = any(results & {r.name for r in i.reads()} for i in instructions if i.opcode == "setp")
        made = body.written_in(loop)
        changed = (r for r in swap.reads() if r.name in made and body.constant(r, access.place) is None)
        if not decides or any(changed):
            continue
        numbers = [operand(swap, name) for name in ("b", "c")]
        first, second = (None if n is None else body.constant(n, access.place) for n in numbers)
        if compares or first:
            yield _Lock(access, loop, first if compares else None, second if compares else first)


def _writing(body: Body, lock: _Lock) -> int:
    """How many other instructions write memory that the lock may be in."""
    spaces = (lock.swap.space, StateSpace.GENERIC, None)
    return sum(
        bool(i.form.row.effects & {Effect.WRITE, Effect.ATOMIC}) and i.form.space in spaces
        for _, i in body.places
        if i is not lock.swap.instruction and i.opcode != "mbarrier"
    )


def _apart(one: MemoryAccess, lock: MemoryAccess) -> bool:
    """Whether an access surely does not touch the lock."""
    if one.space is not lock.space and StateSpace.GENERIC not in (one.space, lock.space):
        return True
    distance = one.address - lock.address
    if not distance.terms:
        return not -one.bytes < distance.constant < lock.bytes
    bases = (one.base, lock.base)
    return bases[0] is not bases[1] and all(b is not None and b.kind is Kind.VARIABLE for b in bases)


def _other(one: MemoryAccess, lock: MemoryAccess) -> bool:
    """Whether an access goes through a pointer that is not the lock's."""
    return one.base is not None and lock.base is not None and one.base is not lock.base


def _keeps(body: Body, write: MemoryAccess, lock: _Lock) -> bool:
    """Whether a write leaves the lock as it is when somebody has it."""
    plain = write.instruction.opcode == "st" or ".exch." in write.instruction.name
    value = body.constant(write.instruction.operands[-1], write.place) if plain else None
    return value is not None and value == lock.taken


def _behind(body: Body, loop: Loop) -> set[int]:
    """The blocks of a loop, and those that control may come to from it."""
    seen = set(loop.blocks)
    stack = list(loop.blocks)
    while stack:
        for block in body.analysis.cfg.successors[stack.pop()]:
            if block not in seen:
                seen.add(block)
                stack.append(block)
    return seen


def _contended(body: Body, lock: _Lock) -> bool:
    """Whether two threads surely want the same lock, which the first one leaves taken."""
    threads = body.threads
    if not threads.exact or lock.free is None or lock.taken is None or lock.free == lock.taken:
        return False
    places = threads.relative(lock.swap.address)
    here = threads.running(lock.swap.place)
    if places is None or lock.swap.instruction.guard is not None:
        return False
    wanted = [place for place, runs in zip(places, here, strict=True) if runs]
    return len(wanted) > len(set(wanted))


def _passes(body: Body, lock: _Lock, back: list[MemoryAccess]) -> bool:
    """Whether a way leads from a lock to the end, past all that give it back.

    Of a lock that some threads take only, if it is given back behind it on the same way: else another branch on the
    same condition may give it back.
    """
    analysis = body.analysis
    taken = lock.swap.place[0]
    some = any(d not in lock.loop.blocks for d in analysis.control_dependence[taken])
    if some and not all(analysis.dominators.dominates(taken, w.place[0]) for w in back):
        return False
    closed = {w.place[0] for w in back}
    seen: set[int] = set()
    stack = [edge.target for edge in lock.loop.exits]
    while stack:
        block = stack.pop()
        if block == analysis.cfg.exit:
            return True
        if block not in seen and block not in closed:
            seen.add(block)
            stack += analysis.cfg.successors[block]
    return False
