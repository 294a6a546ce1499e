"""The SIMT machine: runs the contexts of a batch, the lowest program counter first, until all threads have exited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator import calls
from ptxgen.emulator.asynchronous.parking import Parking
from ptxgen.emulator.asynchronous.state import Asynchrony
from ptxgen.emulator.batch import Batch, Launch, LaunchStatistics
from ptxgen.emulator.block import BoundBlock, bind_arm, bind_block
from ptxgen.emulator.code import Abort, Arm, Await, Branch, Call, Code, CodeBlock, Jump, Leave, Switch, Wait
from ptxgen.emulator.context import LANES, Context, Waiting
from ptxgen.emulator.errors import (
    BAD_CALL,
    STEP_LIMIT,
    TRAP,
    EmulatorError,
)
from ptxgen.emulator.exchange import absent
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lanes import Lanes
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.pool import Pool
from ptxgen.emulator.system_calls import SYSTEM_CALLS
from ptxgen.emulator.waits import Waits
from ptxgen.emulator.written import Definedness

Array = np.ndarray[Any, Any]


class Machine:
    """Runs batches of `columns` CTAs, of this launch and of others that are made for the same (`Launch.key`).

    `find` gives the lowered code of a function and its lattice axes; `resolve` the address of a name in a frame;
    `function_at` the name of the function with a handle.
    """

    def __init__(
        self,
        launch: Launch,
        columns: int,
        find: Callable[[str], tuple[Code, dict[str, int]]],
        resolve: Callable[[Frame, str], int],
        function_at: Callable[[int], str | None],
    ) -> None:
        self.batch = Batch(launch, columns)
        self.batch.asynchrony = Asynchrony(self.batch)
        self.pool = Pool(self.batch)
        self.waits = Waits(self.pool, self)
        self.parking = Parking(self.pool, self)
        self.find = find
        self._resolve = resolve
        self.function_at = function_at
        self._definedness: dict[Code, Definedness] = {}
        self._flat: Frame | None = None

    @property
    def launch(self) -> Launch:
        return self.batch.launch

    @property
    def statistics(self) -> LaunchStatistics:
        return self.batch.launch.statistics

    def begin(self, launch: Launch) -> None:
        """Batches are of this launch from now on."""
        self.batch.launch = launch
        self.pool.begin()

    def run(self, first: int) -> None:
        """Run the CTAs from number `first` on to their end."""
        batch = self.batch
        batch.restart(first)
        self.waits.restart()
        batch.asynchrony.restart()
        self.pool.lattices.restart()
        self.statistics.batches += 1
        for observer in self.launch.observers:
            observer.launched(batch)
        code, _ = self.find(self.launch.entry)
        frame = self._first_frame()
        batch.local.grow(code.local_bytes)
        self.pool.contexts = [Context(frame.lanes, [frame])]
        while self.pool.busy:
            if self.parking.due():
                self.parking.release()
            context = self.pool.next()
            if context is None:
                self._unblock()
            else:
                self._advance(context)
        batch.asynchrony.leave()
        for observer in self.launch.observers:
            observer.finished(batch)

    def _first_frame(self) -> Frame:
        """The entry's frame for all threads: a lattice, or flat where the last warp of a CTA is not full."""
        batch = self.batch
        code, axes = self.find(self.launch.entry)
        if self.launch.regular:
            lanes = self.pool.lattices.lanes(np.arange(batch.columns))
            return self.pool.lattices.frame(code, axes, lanes, 0, -1, 0)
        if self._flat is None:
            lanes = Lanes.flat(np.arange(self.launch.threads * batch.columns), batch.columns)
            self._flat = Frame(code, batch, lanes, axes, 0)
        self._flat.refresh()
        return self._flat

    # Choosing who runs

    def _unblock(self) -> None:
        """Everyone waits: see whether a barrier is complete or an exchange can go on after all."""
        if not (
            self.waits.release()
            or self._retry()
            or self._sync_apart()
            or self.parking.release()
            or self.parking.give_up()
        ):
            raise self.waits.stuck(self.parking.describe)

    def _sync_apart(self) -> bool:
        """Let warps go on that are at several `bar.warp.sync`: it does not matter which of them a lane executes."""
        parked = [
            c
            for c in self.pool.contexts
            if c.waiting is not None and c.waiting.barrier == LANES and c.waiting.instruction.opcode == "bar"
        ]
        here = np.zeros_like(self.batch.living)
        for context in parked:
            here.reshape(-1)[context.lanes.ids] = True
        woken = False
        for context in parked:
            operation = context.frame.code.blocks[context.pc].rendezvous
            assert operation is not None
            elsewhere = self.batch.living & ~here
            waits = absent(context.frame, operation, elsewhere, self.resolver(context.frame))
            if waits is None or not waits.all():
                waiting = Waiting(operation.instruction)
                free = context if waits is None else self.pool.park(context, waits, waiting)
                if free is not None:
                    free.waiting, free.met = None, True
                    woken = True
        return woken

    def _retry(self) -> bool:
        """Wake threads that wait for lanes of their warp, if some of those lanes have come or exited."""
        groups: dict[Any, list[Context]] = {}
        for context in self.pool.contexts:
            if context.waiting is not None and context.waiting.barrier == LANES:
                groups.setdefault(context.key, []).append(context)
        woken = False
        for group in groups.values():
            context = self._together(group)
            waits = None if context.lanes.is_lattice else self._absent(context)
            if waits is None or not waits.all():
                context.waiting = None
                woken = True
        return woken

    def _together(self, group: list[Context]) -> Context:
        """Contexts that wait at one place as one, which waits: lanes of a warp may be in several."""
        if len(group) == 1:
            return group[0]
        waiting = group[0].waiting
        for context in group:
            context.waiting = None
        merged = self.pool.merge(group)
        merged.waiting = waiting
        return merged

    def _absent(self, context: Context) -> Array | None:
        operation = context.frame.code.blocks[context.pc].rendezvous
        if operation is None:
            return None
        return absent(context.frame, operation, self.batch.living, self.resolver(context.frame))

    # Running one context

    def _advance(self, context: Context) -> None:
        """Run a context until it waits, ends, parts, or another one should go first."""
        statistics = self.statistics
        limit = self.launch.limits.thread_steps
        while True:
            frame = context.frame
            number = context.pc
            if number >= len(frame.code.blocks):
                self._leave(context, final=False)
                return
            block = frame.code.blocks[number]
            if context.kept and not frame.code.plain[number]:
                context = self.pool.flatten(context)
                frame = context.frame
            if not context.lanes.is_lattice and not context.met and block.rendezvous is not None:
                rest = self._meet(context)
                if rest is None:
                    return
                context, frame = rest, rest.frame
            context.met = False
            bound: BoundBlock | None = frame.bound.get(number)
            if bound is None:
                bound = frame.bound[number] = bind_block(
                    frame, number, self.resolver(frame), self._watch(frame.code)
                )
            for function, arguments in bound.steps:
                function(*arguments)
            lanes = context.lanes
            statistics.thread_instructions += block.count * lanes.count
            statistics.instructions += block.count * lanes.warps
            statistics.blocks += 1
            context.steps += block.count
            if context.steps > limit:
                raise self._too_long(context, block)
            end = block.end
            if isinstance(end, Jump):
                context.pc = end.target
            elif isinstance(end, Branch):
                if not self._branch(context, block, end, bound):
                    return
            elif not self._end(context, end):
                return
            if self.pool.yields(context, block.polls):
                return

    def _branch(self, context: Context, block: CodeBlock, end: Branch, bound: BoundBlock) -> bool:
        """Take a branch. False if no threads are left in the context."""
        condition = bound.condition
        assert condition is not None
        held = int(np.count_nonzero(condition))
        if held == 0 or held == condition.size:
            context.pc = end.taken if (held > 0) != end.guard.negated else end.other
            return True
        self.statistics.divergent_branches += 1
        if block.hammock is not None:
            shares = _shares(condition, context.lanes)
            for arm in block.hammock.arms:
                self._run_arm(context, arm, *shares[arm.guard.negated])
            context.pc = block.hammock.join
            return True
        taken = ~condition if end.guard.negated else condition
        if end.aligned is not None:
            self.waits.barriers.part(context, taken, end.aligned)
        return self.pool.part(context, taken, end.taken, end.other)

    def _run_arm(self, context: Context, arm: Arm, threads: int, warps: int) -> None:
        """Execute an arm in all threads for those on which its guard holds: so many, of so many warps."""
        frame = context.frame
        key = ("arm", arm.block)
        bound: BoundBlock | None = frame.bound.get(key)
        if bound is None:
            bound = frame.bound[key] = bind_arm(frame, arm, self.resolver(frame), self._watch(frame.code))
        bound.run()
        count = bound.block.count
        self.statistics.thread_instructions += count * threads
        self.statistics.instructions += count * warps
        self.statistics.blocks += 1
        context.steps += count

    def _meet(self, context: Context) -> Context | None:
        """At a warp-wide operation: who misses a lane waits; the context of the others, None if there are none."""
        waits = self._absent(context)
        operation = context.frame.code.blocks[context.pc].rendezvous
        if waits is None or operation is None:
            return context
        return self.pool.park(context, waits, Waiting(operation.instruction))

    # The ends of blocks

    def _end(self, context: Context, end: object) -> bool:
        """Any end but a jump or a branch. False if the context cannot simply go on."""
        match end:
            case Wait():
                return self.waits.wait(context, end)
            case Await():
                return self.parking.wait(context, end)
            case Leave(final=final):
                return self._leave(context, final)
            case Call():
                return self._call(context, end)
            case Switch():
                return self._switch(context, end)
            case Abort(instruction=instruction):
                raise fault(
                    TRAP,
                    f"the program executed {instruction.opcode}",
                    instruction,
                    self.batch,
                    int(context.lanes.ids[0]),
                )
            case _:
                raise TypeError(f"unknown end {end!r}")

    def _leave(self, context: Context, final: bool) -> bool:
        if not final and len(context.frames) > 1:
            callee = context.frames.pop()
            calls.return_results(callee, context.frame)
            context.pc = callee.back
            return True
        self.pool.end(context)
        self.batch.exit(context.lanes.ids[context.lanes.places()])
        for other in self.pool.contexts:
            if other.waiting is not None and other.waiting.barrier == LANES:
                other.waiting = None
        self.waits.release()
        return False

    def _switch(self, context: Context, end: Switch) -> bool:
        slot = end.instruction.form.operands[0]
        index = Operands(context.frame, self.resolver(context.frame)).source(
            slot.type, end.instruction.operands[0], []
        )
        flat = np.broadcast_to(index, context.lanes.shape).reshape(-1)
        bad = flat >= len(end.targets)
        if bad.any():
            first = int(np.argmax(bad))
            raise fault(
                BAD_CALL,
                f"{end.instruction.name}: index {int(flat[first])} is not below {len(end.targets)}",
                end.instruction,
                self.batch,
                int(context.lanes.ids[first]),
            )
        values = np.unique(flat)
        if len(values) == 1:
            context.pc = end.targets[int(values[0])]
            return True
        self.statistics.divergent_branches += 1
        self.pool.part_by(context, flat, {int(v): end.targets[int(v)] for v in values})
        return False

    def _call(self, context: Context, end: Call) -> bool:
        handles = calls.handles_of(context, end.instruction)
        if handles is None:
            self._enter(context, end, calls.direct_target(end.instruction))
            return True
        for handle in (values := np.unique(handles)):
            if self.function_at(int(handle)) is None:
                first = int(np.argmax(handles == handle))
                raise fault(
                    BAD_CALL,
                    f"{end.instruction.name}: {int(handle):#x} is not the address of a function",
                    end.instruction,
                    self.batch,
                    int(context.lanes.ids[first]),
                )
        parts = [context]
        if len(values) > 1:
            self.statistics.divergent_branches += 1
            parts = self.pool.part_by(context, handles, {int(v): context.pc for v in values})
        for part, handle in zip(parts, values, strict=True):
            self._enter(part, end, self.function_at(int(handle)) or "")
        return len(parts) == 1

    def _enter(self, context: Context, end: Call, name: str) -> None:
        system = SYSTEM_CALLS.get(name)
        if system is not None:
            system(context, end.instruction, self.resolver(context.frame))
            context.pc = end.next
            return
        code, axes = self.find(name)
        calls.enter(context, end, code, axes, self.pool.lattices, self.resolver(context.frame))

    # Odds and ends

    def resolver(self, frame: Frame) -> Callable[[str], int]:
        """What finds the address of a name in a frame."""
        return lambda name: self._resolve(frame, name)

    def _watch(self, code: Code) -> Definedness | None:
        if not self.launch.track_initialised or self.launch.follows_values:
            return None
        if code not in self._definedness:
            self._definedness[code] = Definedness(code)
        watch = self._definedness[code]
        return watch if watch.doubtful else None

    def _too_long(self, context: Context, block: CodeBlock) -> EmulatorError:
        return fault(
            STEP_LIMIT,
            f"a thread has executed more than {self.launch.limits.thread_steps} instructions: an endless loop?",
            block.last,
            self.batch,
            int(context.lanes.ids[0]),
            help="check the loop's exit condition, or raise Limits.thread_steps",
        )


def _shares(condition: Array, lanes: Lanes) -> tuple[tuple[int, int], tuple[int, int]]:
    """On how many threads a condition holds and of how many warps these are; the same of the other threads."""
    if lanes.is_lattice:
        some, every = condition.any(axis=1), condition.all(axis=1)
        held = int(np.count_nonzero(condition)) * (lanes.size // condition.size)
        times = lanes.warps // some.size
        others = int(np.count_nonzero(~every)) * times
        return (held, int(np.count_nonzero(some)) * times), (lanes.size - held, others)
    places = lanes.places(condition)
    each = np.bincount(lanes.warp_ids[places], minlength=len(lanes.population))
    others = int(np.count_nonzero(each != lanes.population))
    return (len(places), int(np.count_nonzero(each))), (lanes.count - len(places), others)
