"""Barriers of a CTA: who has arrived, who may go on, and what is wrong when nobody can (PTX ISA 9.0, 9.7.13.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.context import BESIDE, LANES, Context, Waiting
from ptxgen.emulator.errors import BAD_BARRIER, DEADLOCK, DIVERGENT_BARRIER, EmulatorError
from ptxgen.emulator.faults import fault
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.ir.instruction import Instruction

Array = np.ndarray[Any, Any]

BARRIERS = 16


def is_aligned(instruction: Instruction) -> bool:
    """Whether all threads of a warp must execute the same barrier instruction together."""
    if instruction.opcode not in ("bar", "barrier") or instruction.form.has("warp"):
        return False
    return instruction.opcode == "bar" or instruction.form.has("aligned")


@frozen(eq=False)
class _Coming:
    """Threads that came to a barrier together, and where."""

    barrier: int
    pc: int
    instruction: Instruction
    threads: Array

    @staticmethod
    def of(context: Context) -> _Coming:
        """Of a context that waits."""
        waiting = context.waiting
        assert waiting is not None
        return _Coming(waiting.barrier, context.pc, waiting.instruction, context.lanes.ids)

    def inside(self, columns: Array) -> _Coming:
        """Those of the CTAs on which a mask holds."""
        chosen = columns[self.threads % len(columns)]
        return _Coming(self.barrier, self.pc, self.instruction, self.threads[chosen])


class Barriers:
    """The sixteen barriers of each CTA of a batch. `arrived` counts threads that did not stay (`bar.arrive`)."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.arrived: Array = np.zeros((BARRIERS, batch.columns), np.int64)
        self.expected: Array = np.zeros((BARRIERS, batch.columns), np.int64)
        self._left: list[_Coming] = []

    def restart(self) -> None:
        """Forget all arrivals."""
        self.arrived.fill(0)
        self.expected.fill(0)
        self._left.clear()

    def check(self, instruction: Instruction, barrier: int, count: int | None, thread: int) -> None:
        """EMU014 for numbers that no barrier has."""
        if not 0 <= barrier < BARRIERS:
            raise fault(
                BAD_BARRIER, f"{instruction.name}: there is no barrier {barrier}", instruction, self.batch, thread,
                help="barriers are numbered 0 to 15",
            )  # fmt: skip
        if count is not None and (count <= 0 or count % WARP_SIZE):
            raise fault(
                BAD_BARRIER,
                f"{instruction.name}: a thread count is a positive multiple of {WARP_SIZE}, got {count}",
                instruction, self.batch, thread,
            )  # fmt: skip

    def arrive(self, context: Context, instruction: Instruction, barrier: int, count: int) -> None:
        """Count the threads of a context, which do not wait."""
        columns = np.bincount(context.lanes.column, minlength=self.batch.columns)
        self.arrived[barrier] += columns
        self._left.append(_Coming(barrier, context.pc, instruction, context.lanes.ids))
        self._expect(barrier, count, columns, instruction, context)

    def part(self, context: Context, coming: Array, instruction: Instruction) -> None:
        """EMU010 if the guard of an aligned barrier holds in some threads of a warp and not in others."""
        lanes = context.lanes
        mask = np.broadcast_to(coming, lanes.shape).reshape(-1)
        here, past = (_Coming(0, 0, instruction, lanes.ids[lanes.places(m)]) for m in (mask, ~mask))
        split = np.intersect1d(self._warps(here.threads), self._warps(past.threads))
        if split.size:
            raise self._diverged(
                here, int(split[0]), "some threads of a warp come to the barrier, and others pass it"
            )

    def park(self, context: Context, waiting: Waiting) -> None:
        """Let a context wait."""
        context.waiting = waiting
        columns = np.bincount(context.lanes.column, minlength=self.batch.columns)
        self._expect(waiting.barrier, waiting.count, columns, waiting.instruction, context)

    def complete(self, parked: list[Context]) -> dict[int, Array]:
        """Barrier -> which columns' barrier is complete, resetting those."""
        done: dict[int, Array] = {}
        for barrier in range(BARRIERS):
            here = [c for c in parked if c.waiting is not None and c.waiting.barrier == barrier]
            if not here and not self.arrived[barrier].any():
                continue
            present = self.arrived[barrier] + self._present(here)
            need = np.where(self.expected[barrier] > 0, self.expected[barrier], self.batch.alive)
            full = (present >= need) & (present > 0)
            if full.any():
                self._refuse_divergence(barrier, here, full)
                self.arrived[barrier][full] = 0
                self.expected[barrier][full] = 0
                done[barrier] = full
        return done

    def stuck(self, parked: list[Context], describe: Callable[[Waiting, Array], str]) -> EmulatorError:
        """EMU010 or EMU011: nobody can go on; says who waits where."""
        parked = sorted(parked, key=lambda c: (c.waiting is None or c.waiting.meets, int(c.lanes.ids[0])))
        first = parked[0]
        waiting = first.waiting
        assert waiting is not None
        notes = tuple(self._describe(c, describe) for c in parked[:8])
        split = self._split_warp(parked)
        if split is not None:
            instruction, thread = split
            return fault(
                DIVERGENT_BARRIER,
                f"{instruction.name} is reached by some threads of a warp while others wait elsewhere",
                instruction,
                self.batch,
                thread,
                notes=notes,
                help="move the barrier out of the branch, or make the condition the same for the whole CTA",
            )
        return fault(
            DEADLOCK,
            "deadlock: every thread that is left waits for another",
            waiting.instruction,
            self.batch,
            int(first.lanes.ids[0]),
            notes=notes,
        )

    def _expect(
        self, barrier: int, count: int, columns: Array, instruction: Instruction, context: Context
    ) -> None:
        """Note how many threads complete the barrier. EMU014 if threads disagree."""
        here = columns > 0
        known = self.expected[barrier]
        if (known[here & (known > 0)] != count).any() and count:
            raise fault(
                BAD_BARRIER,
                f"{instruction.name}: threads expect different counts at barrier {barrier}: {count} here",
                instruction,
                self.batch,
                int(context.lanes.ids[0]),
            )
        known[here] = count

    def _present(self, contexts: list[Context]) -> Array:
        present = np.zeros(self.batch.columns, np.int64)
        for context in contexts:
            present += np.bincount(context.lanes.column, minlength=self.batch.columns)
        return present

    def _refuse_divergence(self, barrier: int, contexts: list[Context], columns: Array) -> None:
        """EMU010 if a warp comes to an aligned barrier by different instructions, or without some of its lanes."""
        left = [c.inside(columns) for c in self._left if c.barrier == barrier]
        counted = (self.expected[barrier] * columns).any()
        if not left and not counted and len({c.key for c in contexts}) < 2:
            return
        here = [_Coming.of(c).inside(columns) for c in contexts]
        self._left = [c if c.barrier != barrier else c.inside(~columns) for c in self._left]
        self._left = [c for c in self._left if c.threads.size]
        places: dict[int, _Coming] = {}
        present = np.zeros(self.batch.living.size, np.bool_)
        for coming in (*left, *here):
            present[coming.threads] = True
            for warp in np.unique(self._warps(coming.threads)).tolist():
                known = places.setdefault(warp, coming)
                if known.pc != coming.pc and (
                    is_aligned(coming.instruction) or is_aligned(known.instruction)
                ):
                    raise self._diverged(
                        coming,
                        warp,
                        f"threads of one warp come to barrier {barrier} by different instructions",
                        (f"the other: {known.instruction} (ptx line {known.instruction.line})",),
                    )
        missing = np.unique(self._warps(np.flatnonzero(self.batch.living.reshape(-1) & ~present)))
        for warp in missing.tolist():
            if warp in places and is_aligned(places[warp].instruction):
                raise self._diverged(
                    places[warp], warp, f"a warp comes to barrier {barrier} without all its lanes"
                )

    def _warps(self, threads: Array) -> Array:
        """A number of each thread's warp that is unique in the batch."""
        thread, column = np.divmod(threads, self.batch.columns)
        return thread // WARP_SIZE * self.batch.columns + column

    def _diverged(self, coming: _Coming, warp: int, what: str, notes: tuple[str, ...] = ()) -> EmulatorError:
        thread = int(coming.threads[np.argmax(self._warps(coming.threads) == warp)])
        return fault(
            DIVERGENT_BARRIER,
            f"{coming.instruction.name}: {what}",
            coming.instruction,
            self.batch,
            thread,
            notes=notes,
            help="move the barrier out of the branch, or make the condition the same for the whole warp",
        )

    def _split_warp(self, parked: list[Context]) -> tuple[Instruction, int] | None:
        """An aligned barrier at which a warp waits while other threads of the warp wait at another place."""
        seen: dict[int, Context] = {}
        for context in parked:
            for warp in np.unique(context.lanes.warp_ids):
                other = seen.setdefault(int(warp), context)
                if other.key == context.key or BESIDE in (_barrier(context), _barrier(other)):
                    continue
                for one in (context, other):
                    assert one.waiting is not None
                    if one.waiting.barrier >= 0 and is_aligned(one.waiting.instruction):
                        thread = int(one.lanes.ids[np.argmax(one.lanes.warp_ids == warp)])
                        return one.waiting.instruction, thread
        return None

    def _describe(self, context: Context, describe: Callable[[Waiting, Array], str]) -> str:
        waiting = context.waiting
        assert waiting is not None
        where = (
            f"ptx line {waiting.instruction.line}" if waiting.instruction.line else str(waiting.instruction)
        )
        column = int(context.lanes.column[0])
        place = self.batch.place(int(context.lanes.ids[0]))
        if waiting.barrier == BESIDE:
            what = describe(waiting, context.lanes.ids)
            return f"{context.lanes.size} threads wait at {where} for {what}, first {place}"
        if waiting.barrier < 0:
            return f"{context.lanes.size} threads wait at {where} for lanes of their warp, first {place}"
        here = int(np.count_nonzero(context.lanes.column == column))
        need = waiting.count or int(self.batch.alive[column])
        return f"CTA {place.cta}: {here} threads wait at barrier {waiting.barrier} ({where}), which {need} complete"


def _barrier(context: Context) -> int:
    return context.waiting.barrier if context.waiting is not None else LANES
