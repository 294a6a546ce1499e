"""The SIMT machine: runs the contexts of a batch, the lowest program counter first, until all threads have exited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator import calls
from ptxgen.emulator.barriers import Barriers
from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.block import BoundBlock, bind_arm, bind_block
from ptxgen.emulator.code import Abort, Arm, Branch, Call, Code, CodeBlock, Jump, Leave, Switch, Wait
from ptxgen.emulator.context import PATIENCE, Context, Lattices, Waiting, merge
from ptxgen.emulator.errors import (
    BAD_CALL,
    RECURSION_LIMIT,
    STEP_LIMIT,
    TRAP,
)
from ptxgen.emulator.exchange import absent
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lanes import Lanes
from ptxgen.emulator.observer import BarrierEvent
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.written import Definedness
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Register, Symbol

Array = np.ndarray[Any, Any]

PARTINGS = 8
"""How often a branch may part a lattice before its threads stay apart until a barrier: joining them again has its price."""


class Machine:
    """Runs batches of `columns` CTAs of a launch.

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
        self.launch = launch
        self.batch = Batch(launch, columns)
        self.lattices = Lattices(self.batch)
        self.barriers = Barriers(self.batch)
        self.contexts: list[Context] = []
        self.statistics = launch.statistics
        self._find = find
        self._resolve = resolve
        self._function_at = function_at
        self._partings: dict[tuple[Code, int], int] = {}
        self._definedness: dict[Code, Definedness] = {}

    def run(self, first: int) -> None:
        """Run the CTAs from number `first` on to their end."""
        batch = self.batch
        batch.restart(first)
        self.barriers.restart()
        self.lattices.restart()
        self.statistics.batches += 1
        for observer in self.launch.observers:
            observer.launched(batch)
        code, axes = self._find(self.launch.entry)
        columns = np.arange(batch.columns)
        if self.launch.regular:
            lanes = self.lattices.lanes(columns)
            frame = self.lattices.frame(code, axes, lanes, 0, -1, 0)
        else:
            lanes = Lanes.flat(np.arange(self.launch.threads * batch.columns), batch.columns)
            frame = Frame(code, batch, lanes, axes, 0)
        batch.local.grow(code.local_bytes)
        self.contexts = [Context(lanes, [frame])]
        while self.contexts:
            context = self._next()
            if context is not None:
                self._advance(context)
        for observer in self.launch.observers:
            observer.finished(batch)

    # Choosing who runs

    def _next(self) -> Context | None:
        """The context to run, merged with those at the same place; None after barriers were looked at instead."""
        ready = [c for c in self.contexts if c.waiting is None]
        if not ready:
            self._unblock()
            return None
        if len(ready) == 1:
            return ready[0]
        patient = [c for c in ready if c.patience > 0]
        if not patient:
            for context in ready:
                context.patience = PATIENCE
            patient = ready
        chosen = min(patient, key=lambda c: c.order)
        same = [c for c in ready if c.key == chosen.key]
        return self._merge(same) if len(same) > 1 else chosen

    def _merge(self, same: list[Context]) -> Context:
        """Put contexts together; as a lattice again, if they are whole CTAs and it has not been tried too often."""
        for context in same:
            self.contexts.remove(context)
        merged = merge(same)
        tries = self._partings.get((merged.frame.code, -1), 0)
        restored = self.lattices.restore(merged) if tries < PARTINGS else None
        self.contexts.append(restored or merged)
        return restored or merged

    def _unblock(self) -> None:
        """Everyone waits: see whether a barrier is complete or an exchange can go on after all."""
        if self._release() or self._retry():
            return
        raise self.barriers.stuck(self.contexts)

    def _retry(self) -> bool:
        """Wake threads that wait for lanes of their warp, if those lanes have come or exited."""
        groups: dict[Any, list[Context]] = {}
        for context in self.contexts:
            if context.waiting is not None and context.waiting.barrier < 0:
                groups.setdefault(context.key, []).append(context)
        woken = False
        for group in groups.values():
            if len(group) > 1:
                for context in group:
                    context.waiting = None
                self._merge(group)
                woken = True
            elif self._absent(group[0]) is None or not bool(self._all_absent(group[0])):
                group[0].waiting = None
                woken = True
        return woken

    def _all_absent(self, context: Context) -> bool:
        waits = self._absent(context)
        return waits is not None and bool(waits.all())

    def _absent(self, context: Context) -> Array | None:
        operation = context.frame.code.blocks[context.pc].rendezvous
        if operation is None:
            return None
        return absent(context.frame, operation, self.batch.living, self._resolver(context.frame))

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
            if block.operations and not context.lanes.is_lattice and block.rendezvous is not None:
                rest = self._meet(context)
                if rest is None:
                    return
                context, frame = rest, rest.frame
            bound: BoundBlock | None = frame.bound.get(number)
            if bound is None:
                bound = frame.bound[number] = bind_block(
                    frame, number, self._resolver(frame), self._watch(frame.code)
                )
            for function, arguments in bound.steps:
                function(*arguments)
            lanes = context.lanes
            statistics.thread_instructions += block.count * lanes.size
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
            if len(self.contexts) > 1 and self._yields(context):
                return

    def _yields(self, context: Context) -> bool:
        """Whether another ready context is behind or at the same place."""
        order = context.order
        others = [c for c in self.contexts if c is not context and c.waiting is None]
        if not others:
            return False
        context.patience -= 1
        return context.patience <= 0 or any(c.order <= order for c in others)

    def _branch(self, context: Context, block: CodeBlock, end: Branch, bound: BoundBlock) -> bool:
        """Take a branch. False if the threads parted."""
        condition = bound.condition
        assert condition is not None
        held = int(np.count_nonzero(condition))
        if held == 0 or held == condition.size:
            context.pc = end.taken if (held > 0) != end.guard.negated else end.other
            return True
        self.statistics.divergent_branches += 1
        if block.hammock is not None:
            for arm in block.hammock.arms:
                self._run_arm(context, arm, condition)
            context.pc = block.hammock.join
            return True
        taken = ~condition if end.guard.negated else condition
        self._part(context, taken, end.taken, end.other)
        return False

    def _run_arm(self, context: Context, arm: Arm, condition: Array) -> None:
        """Execute an arm in all threads for those on which its guard holds."""
        frame, lanes = context.frame, context.lanes
        key = ("arm", arm.block)
        bound: BoundBlock | None = frame.bound.get(key)
        if bound is None:
            bound = frame.bound[key] = bind_arm(frame, arm, self._resolver(frame), self._watch(frame.code))
        mask = ~condition if arm.guard.negated else condition
        active = int(np.count_nonzero(mask)) * (lanes.size // mask.size)
        warps = _active_warps(mask, lanes)
        bound.run()
        count = bound.block.count
        self.statistics.thread_instructions += count * active
        self.statistics.instructions += count * warps
        self.statistics.blocks += 1
        context.steps += count

    def _part(self, context: Context, taken: Array, there: int, here: int) -> None:
        """Replace a context by parts that go to two places. CTAs that agree among themselves stay lattices."""
        self.contexts.remove(context)
        lanes = context.lanes
        key = (context.frame.code, context.pc)
        if lanes.is_lattice:
            self._partings[key] = self._partings.get(key, 0) + 1
            if self._partings[key] > PARTINGS:
                self._partings[(context.frame.code, -1)] = PARTINGS
            if taken.shape[2] > 1:
                self._part_columns(context, taken, there, here)
                return
        flat = np.broadcast_to(taken, lanes.shape).reshape(-1)
        self.contexts.append(context.part(np.flatnonzero(flat), there))
        self.contexts.append(context.part(np.flatnonzero(~flat), here))

    def _part_columns(self, context: Context, taken: Array, there: int, here: int) -> None:
        every, some = taken.all(axis=(0, 1)), taken.any(axis=(0, 1))
        for columns, target in ((every, there), (~some, here)):
            if columns.any():
                self.contexts.append(self._columns(context, np.flatnonzero(columns), target))
        mixed = some & ~every
        if mixed.any():
            shape = context.lanes.shape
            inside = np.broadcast_to(mixed, shape).reshape(-1)
            flat = np.broadcast_to(taken, shape).reshape(-1)
            self.contexts.append(context.part(np.flatnonzero(inside & flat), there))
            self.contexts.append(context.part(np.flatnonzero(inside & ~flat), here))

    def _columns(self, context: Context, keep: Array, pc: int) -> Context:
        """A lattice of some of a lattice's CTAs."""
        lanes = self.lattices.lanes(context.lanes.column.reshape(-1)[keep])
        frames: list[Frame] = []
        for depth, old in enumerate(context.frames):
            frame = self.lattices.frame(old.code, old.axes, lanes, old.base, old.back, depth)
            old.copy_columns(keep, frame, context.live(depth, pc))
            frames.append(frame)
        return Context(lanes, frames, pc, context.steps, None, context.patience)

    def _meet(self, context: Context) -> Context | None:
        """At a warp-wide operation: who misses a lane waits; the context of the others, None if there are none."""
        waits = self._absent(context)
        if waits is None:
            return context
        operation = context.frame.code.blocks[context.pc].rendezvous
        assert operation is not None
        self.contexts.remove(context)
        parked = context.part(np.flatnonzero(waits), context.pc)
        parked.waiting = Waiting(operation.instruction)
        self.contexts.append(parked)
        if waits.all():
            return None
        rest = context.part(np.flatnonzero(~waits), context.pc)
        self.contexts.append(rest)
        return rest

    # The ends of blocks

    def _end(self, context: Context, end: object) -> bool:
        """Any end but a jump or a branch. False if the context cannot simply go on."""
        match end:
            case Wait():
                return self._wait(context, end)
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
            calls.return_results(context, callee, context.frame)
            context.pc = callee.back
            return True
        self.contexts.remove(context)
        self.batch.exit(context.lanes.ids)
        for other in self.contexts:
            if other.waiting is not None and other.waiting.barrier < 0:
                other.waiting = None
        self._release()
        return False

    def _switch(self, context: Context, end: Switch) -> bool:
        steps: list[Any] = []
        slot = end.instruction.form.operands[0]
        index = Operands(context.frame, self._resolver(context.frame)).source(
            slot.type, end.instruction.operands[0], steps
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
        self.contexts.remove(context)
        for value in values:
            self.contexts.append(context.part(np.flatnonzero(flat == value), end.targets[int(value)]))
        return False

    def _call(self, context: Context, end: Call) -> bool:
        instruction = end.instruction
        name = self._callee(context, instruction, end)
        if name is None:
            return False
        depth = len(context.frames)
        limits = self.launch.limits
        caller = context.frame
        code, axes = self._find(name)
        base = caller.base + caller.code.local_bytes
        thread = int(context.lanes.ids[0])
        if depth > limits.call_depth or base + code.local_bytes > limits.local_bytes:
            raise fault(
                RECURSION_LIMIT,
                f"calls are nested {depth} deep with {base + code.local_bytes} bytes of local memory"
                f" (limits: {limits.call_depth} and {limits.local_bytes})",
                instruction,
                self.batch,
                thread,
                help="end the recursion, or raise Limits.call_depth and Limits.local_bytes",
            )
        self.batch.local.grow(base + code.local_bytes)
        if context.lanes.is_lattice:
            callee = self.lattices.frame(code, axes, context.lanes, base, end.next, depth)
        else:
            callee = Frame(code, self.batch, context.lanes, axes, base, end.next)
        operands = Operands(caller, self._resolver(caller))
        calls.pass_arguments(caller, callee, instruction, operands)
        context.frames.append(callee)
        context.pc = 0
        return True

    def _callee(self, context: Context, instruction: Instruction, end: Call) -> str | None:
        """The function to call; None if threads call different ones and were parted."""
        slot = next(i for i, s in enumerate(instruction.form.operands) if s.name == "func")
        target = instruction.operands[slot]
        if isinstance(target, Symbol):
            return target.name
        assert isinstance(target, Register)
        value = np.broadcast_to(context.frame.array(target.name), context.lanes.shape).reshape(-1)
        handles = np.unique(value)
        if len(handles) == 1:
            name = self._function_at(int(handles[0]))
            if name is None:
                raise fault(
                    BAD_CALL,
                    f"{instruction.name}: {int(handles[0]):#x} is not the address of a function",
                    instruction,
                    self.batch,
                    int(context.lanes.ids[0]),
                )
            return name
        self.contexts.remove(context)
        for handle in handles:
            self.contexts.append(context.part(np.flatnonzero(value == handle), context.pc))
        del end
        return None

    # Barriers

    def _wait(self, context: Context, end: Wait) -> bool:
        instruction = end.instruction
        sources = self._barrier_sources(context, instruction)
        barriers, counts = sources["a"], sources.get("b")
        if barriers.size > 1 or (counts is not None and counts.size > 1):
            return self._part_barriers(context, end, barriers, counts)
        barrier = int(barriers.reshape(-1)[0])
        count = int(counts.reshape(-1)[0]) if counts is not None else None
        self.barriers.check(instruction, barrier, count, int(context.lanes.ids[0]))
        self.statistics.barriers += 1
        if "arrive" in instruction.form.modifiers:
            flat = (
                context
                if not context.lanes.is_lattice
                else context.part(np.arange(context.lanes.size), end.next)
            )
            self.barriers.arrive(flat, instruction, barrier, count or 0)
            context.pc = end.next
            self._release()
            return True
        values = sources.get("c")
        if (
            context.lanes.is_lattice
            and (count is None or count == self.launch.threads)
            and not self.barriers.arrived.any()
        ):
            self._pass(context, instruction, barrier, values)
            context.pc = end.next
            return True
        flat = np.broadcast_to(values, context.lanes.shape).reshape(-1) if values is not None else None
        if context.lanes.is_lattice:
            self.contexts.remove(context)
            context = context.part(np.arange(context.lanes.size), context.pc)
            self.contexts.append(context)
        if count == self.launch.threads:
            count = None
        self.barriers.park(context, Waiting(instruction, barrier, count or 0, flat))
        self._release()
        return False

    def _barrier_sources(self, context: Context, instruction: Instruction) -> dict[str, Array]:
        steps: list[Any] = []
        operands = Operands(context.frame, self._resolver(context.frame))
        found = {
            slot.name: operands.source(slot.type, operand, steps)
            for slot, operand in zip(_slots(instruction), instruction.operands, strict=False)
            if not slot.writes
        }
        for function, arguments in steps:
            function(*arguments)
        return found

    def _part_barriers(self, context: Context, end: Wait, barriers: Array, counts: Array | None) -> bool:
        """Threads that name different barriers or counts part; each group comes here again."""
        shape = context.lanes.shape
        key = np.broadcast_to(barriers, shape).reshape(-1).astype(np.int64) << 32
        if counts is not None:
            key = key | np.broadcast_to(counts, shape).reshape(-1)
        values = np.unique(key)
        if len(values) == 1 and not context.lanes.is_lattice:
            frame = context.frame
            for name in end.instruction.reads():
                array = frame.array(name.name)
                if array.dtype != np.bool_:
                    frame.arrays[name.name] = array[:1]
            frame.bound.clear()
            return self._wait(context, end)
        self.contexts.remove(context)
        self.contexts += [context.part(np.flatnonzero(key == v), context.pc) for v in values]
        return False

    def _pass(self, context: Context, instruction: Instruction, barrier: int, values: Array | None) -> None:
        """All threads of whole CTAs are at the barrier together: nobody has to wait."""
        if values is not None:
            full = np.broadcast_to(values, context.lanes.shape)
            self._reduce(
                context, instruction, full.sum(axis=(0, 1)), np.full(full.shape[2], full[:, :, 0].size)
            )
        self._announce(context, instruction, barrier)

    def _reduce(self, context: Context, instruction: Instruction, held: Array, present: Array) -> None:
        """Assign the result of a barrier reduction. `held`, `present`: threads a column (of a flat context: a thread)."""
        (register,) = instruction.writes()
        storage = context.frame.array(register.name)
        match instruction.form.modifiers.get("op"):
            case "and":
                storage[...] = held == present
            case "or":
                storage[...] = held > 0
            case _:
                storage[...] = held

    def _announce(self, context: Context, instruction: Instruction, barrier: int) -> None:
        for observer in self.launch.observers:
            observer.barrier(BarrierEvent(instruction, barrier, context.lanes.ids, self.batch))

    def _release(self) -> bool:
        """Let threads go whose barrier is complete."""
        parked = [c for c in self.contexts if c.waiting is not None and c.waiting.barrier >= 0]
        if not parked and not self.barriers.arrived.any():
            return False
        done = self.barriers.complete(parked)
        for barrier, columns in done.items():
            group = [c for c in parked if c.waiting is not None and c.waiting.barrier == barrier]
            self._release_group(group, barrier, columns)
        return bool(done)

    def _release_group(self, group: list[Context], barrier: int, columns: Array) -> None:
        held = np.zeros(self.batch.columns, np.int64)
        present = np.zeros(self.batch.columns, np.int64)
        for context in group:
            waiting = context.waiting
            assert waiting is not None
            present += np.bincount(context.lanes.column, minlength=self.batch.columns)
            if waiting.values is not None:
                held += np.bincount(context.lanes.column[waiting.values], minlength=self.batch.columns)
        for context in group:
            waiting = context.waiting
            assert waiting is not None
            free = columns[context.lanes.column]
            if not free.any():
                continue
            self.contexts.remove(context)
            end = context.frame.code.blocks[context.pc].end
            assert isinstance(end, Wait)
            going = context.part(np.flatnonzero(free), end.next)
            if waiting.values is not None:
                column = going.lanes.column
                self._reduce(going, waiting.instruction, held[column], present[column])
            self._announce(going, waiting.instruction, barrier)
            self.contexts.append(self.lattices.restore(going) or going)
            if not free.all():
                staying = context.part(np.flatnonzero(~free), context.pc)
                values = waiting.values[~free] if waiting.values is not None else None
                staying.waiting = Waiting(waiting.instruction, barrier, waiting.count, values)
                self.contexts.append(staying)

    # Odds and ends

    def _resolver(self, frame: Frame) -> Callable[[str], int]:
        return lambda name: self._resolve(frame, name)

    def _watch(self, code: Code) -> Definedness | None:
        if not self.launch.track_initialised:
            return None
        if code not in self._definedness:
            self._definedness[code] = Definedness(code)
        watch = self._definedness[code]
        return watch if watch.doubtful else None

    def _too_long(self, context: Context, block: CodeBlock) -> Exception:
        return fault(
            STEP_LIMIT,
            f"a thread has executed more than {self.launch.limits.thread_steps} instructions: an endless loop?",
            block.last,
            self.batch,
            int(context.lanes.ids[0]),
            help="check the loop's exit condition, or raise Limits.thread_steps",
        )


def _slots(instruction: Instruction) -> list[Any]:
    """The operand slots that are present. The count of a barrier reduction stands before its predicate and may be absent."""
    slots = list(instruction.form.operands)
    if len(slots) > len(instruction.operands):
        slots = [s for s in slots if not s.optional]
    return slots


def _active_warps(mask: Array, lanes: Lanes) -> int:
    """How many warps have a thread on which the mask holds."""
    if lanes.is_lattice:
        each = mask.any(axis=1)
        return int(np.count_nonzero(each)) * (lanes.warps // each.size)
    row, _, seat = lanes.rows
    return int(
        np.count_nonzero(np.bincount(row, weights=np.broadcast_to(mask, lanes.shape), minlength=len(seat)))
    )
