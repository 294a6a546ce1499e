"""The contexts of a batch: which can run, how they part, and when they are put together."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.code import Code
from ptxgen.emulator.context import PATIENCE, POLL, Context, Waiting
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.gathering import Gathering
from ptxgen.emulator.lattices import Lattices
from ptxgen.emulator.rooms import Rooms

Array = np.ndarray[Any, Any]

PARTINGS = 8
"""How often a branch may part a lattice before its threads stay apart until a barrier: joining has its price."""


CROWD = 16
"""With a random schedule: ready contexts beyond which those at the same place are merged before their turn."""


FEW = 4
"""Threads that leave a context go to a room if they are not more than the batch divided by this."""


YIELDING = 0.5
"""With a random schedule: how likely a warp lets another one go first after a block."""


class Pool:
    """All contexts of a batch that have not ended."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.lattices = Lattices(batch)
        self.gathering = Gathering(batch)
        self.rooms = Rooms(batch)
        self.contexts: list[Context] = []
        self.begin()

    def begin(self) -> None:
        """A launch begins."""
        self.splits = 0
        self._partings: dict[tuple[Code, int], int] = {}
        self._weary: set[Code] = set()
        seed = self.batch.launch.schedule
        self._chance = None if seed is None else Random(seed)

    @property
    def busy(self) -> bool:
        """Whether there are threads that have not ended."""
        return bool(self.contexts or self.rooms.taken)

    def next(self) -> Context | None:
        """The context to run: the lowest, merged with those at the same place. None if all wait."""
        ready = [c for c in self.contexts if c.waiting is None]
        if self._chance is not None:
            return self._draw(ready, self._chance)
        places = [*ready, *self.rooms.taken.values()]
        if len(places) < 2 and ready:
            if ready[0].patience <= 0:
                ready[0].patience = PATIENCE
            return ready[0]
        if not places:
            return None
        patient = [c for c in places if c.patience > 0]
        if not patient:
            for context in places:
                context.patience = PATIENCE
            patient = places
        chosen = min(patient, key=lambda c: c.order)
        key = chosen.key
        same = [c for c in ready if c.pc == chosen.pc and c.key == key]
        return self._gathered(same, key) if len(same) > 1 or key in self.rooms.taken else chosen

    def _draw(self, ready: list[Context], chance: Random) -> Context | None:
        """Any of the contexts, one warp of it."""
        if len(ready) > CROWD:
            ready = self._thin_out(ready)
        if not ready:
            return None
        chosen = chance.choice(ready)
        if chosen.met or chosen.lanes.warps == 1:
            return chosen
        warps = chosen.lanes.warp_ids
        mine = warps == chance.choice(np.unique(warps).tolist())
        return self._split(chosen, mine, chosen.pc, chosen.pc)

    def _thin_out(self, ready: list[Context]) -> list[Context]:
        """Merge those that are at one place: threads that leave a loop one by one would make looking around slow.

        One that has more places than all others there stays as it is, so that no thread is moved again and again.
        """
        places: dict[tuple[Any, ...], list[Context]] = {}
        for context in ready:
            places.setdefault(context.key, []).append(context)
        thinned: list[Context] = []
        for same in places.values():
            *small, largest = sorted(same, key=lambda c: c.lanes.size)
            if largest.lanes.size <= sum(c.lanes.size for c in small):
                small, largest = same, None
            thinned += [self.merge(small) if len(small) > 1 else small[0]] if small else []
            thinned += [largest] if largest is not None else []
        return thinned

    def yields(self, context: Context, polled: bool) -> bool:
        """Whether a context that has run a block should let another ready one go first, or join one that is here."""
        rooms = self.rooms.taken
        if len(self.contexts) == 1 and not rooms:
            return False
        if self._chance is not None:
            return self._chance.random() < YIELDING
        context.patience -= POLL if polled else 1
        if context.patience <= 0:
            return True
        order = context.order
        return any(
            c.waiting is None and c is not context and c.order <= order
            for c in (*self.contexts, *rooms.values())
        )

    def merge(self, same: list[Context]) -> Context:
        """Put contexts together; as a lattice again, if they are whole CTAs and that has not been tried too often."""
        return self._gathered(same, same[0].key)

    def _gathered(self, same: list[Context], key: tuple[Any, ...]) -> Context:
        """Contexts at one place, and whoever has left for it, as one."""
        sources = [*((c, c.lanes.places()) for c in same), *self.rooms.leave(key)]
        merged = self.gathering.gather(sources, sources[0][0].pc)
        for context in same:
            self.end(context)
        if merged.frame.code not in self._weary and self._chance is None:
            merged = self.restored(merged)
        self.contexts.append(merged)
        return merged

    def restored(self, context: Context) -> Context:
        """A flat context as a lattice, if it can be one."""
        lattice = self.lattices.restore(context)
        if lattice is None:
            return context
        self.gathering.keep(context)
        return lattice

    def end(self, context: Context) -> None:
        """All threads of a context have exited or are in other contexts."""
        self.contexts.remove(context)
        self.gathering.keep(context)

    def replace(self, context: Context, parts: list[Context]) -> None:
        """Put parts in the place of a context."""
        self.end(context)
        self.contexts += parts

    def some(self, context: Context, chosen: Array, pc: int) -> Context:
        """The threads of a context on which a mask holds, as a flat context that goes on at `pc`."""
        return self.gathering.gather([(context, context.lanes.places(chosen))], pc)

    def flatten(self, context: Context) -> Context:
        """The context itself if it is flat and has no padding, else such a one in its place."""
        if not context.lanes.is_lattice and not context.kept:
            return context
        flat = self.gathering.gather([(context, context.lanes.places())], context.pc)
        self.replace(context, [flat])
        return flat

    def part(self, context: Context, taken: Array, there: int, here: int) -> bool:
        """Threads where `taken` holds go on at `there`, the others at `here`. CTAs that agree stay lattices.

        Whether some of them are left in the context.
        """
        if context.lanes.is_lattice:
            self._note_parting(context)
            if taken.shape[2] > 1:
                self._part_columns(context, taken, there, here)
                return False
        if taken.shape != (context.lanes.size,):
            taken = np.broadcast_to(taken, context.lanes.shape).reshape(-1)
        self._split(context, taken, there, here)
        return context in self.contexts

    def _split(self, context: Context, taken: Array, there: int, here: int) -> Context:
        """Two contexts in the place of one; the first. The more stay where they are, if they fill half of a kept frame.

        A few that leave go to a room.
        """
        self.splits += 1
        lanes = context.lanes
        few, leaving, target, place = lanes.places(taken), taken, there, here
        fewer = 2 * len(few) <= lanes.count
        if not fewer:
            leaving, target, place = ~taken, here, there
            few = lanes.places(leaving)
        gone: Context | None = None
        if self._chance is None and len(few) * FEW <= self.batch.living.size:
            self.rooms.enter(context, few, target)
        else:
            gone = self.gathering.gather([(context, few)], target)
            self.contexts.append(gone)
        if context.kept and context.frame.code.is_plain(place) and 2 * (lanes.count - len(few)) >= lanes.size:
            self.gathering.leave(context, leaving, few, place)
            stayed = context
        else:
            stayed = self.some(context, ~leaving, place)
            self.replace(context, [stayed])
        return gone if gone is not None and fewer else stayed

    def part_by(self, context: Context, key: Array, targets: dict[int, int]) -> list[Context]:
        """Threads with equal keys (one element a thread) go on together, at the block that `targets` gives for the key.

        Parts that stay at the same block must be moved on at once, or they would be merged again.
        """
        parts = [self.some(context, key == k, pc) for k, pc in targets.items()]
        self.replace(context, parts)
        return parts

    def park(self, context: Context, waits: Array, waiting: Waiting) -> Context | None:
        """Let some threads of a context wait; the context of the others, None if there are none."""
        parked = self.some(context, waits, context.pc)
        parked.waiting = waiting
        if waits.all():
            self.replace(context, [parked])
            return None
        rest = self.some(context, ~waits, context.pc)
        self.replace(context, [parked, rest])
        return rest

    def _note_parting(self, context: Context) -> None:
        key = (context.frame.code, context.pc)
        self._partings[key] = self._partings.get(key, 0) + 1
        if self._partings[key] > PARTINGS:
            self._weary.add(context.frame.code)

    def _part_columns(self, context: Context, taken: Array, there: int, here: int) -> None:
        every, some = taken.all(axis=(0, 1)), taken.any(axis=(0, 1))
        parts = [
            self._columns(context, np.flatnonzero(columns), target)
            for columns, target in ((every, there), (~some, here))
            if columns.any()
        ]
        mixed = some & ~every
        if mixed.any():
            shape = context.lanes.shape
            parts.append(self.some(context, np.broadcast_to(mixed & taken, shape).reshape(-1), there))
            parts.append(self.some(context, np.broadcast_to(mixed & ~taken, shape).reshape(-1), here))
        self.replace(context, parts)

    def _columns(self, context: Context, keep: Array, pc: int) -> Context:
        """A lattice of some of a lattice's CTAs."""
        lanes = self.lattices.lanes(context.lanes.column.reshape(-1)[keep])
        frames: list[Frame] = []
        for depth, old in enumerate(context.frames):
            frame = self.lattices.frame(old.code, old.axes, lanes, old.base, old.back, depth)
            old.copy_columns(keep, frame, context.live(depth, pc))
            frames.append(frame)
        return Context(lanes, frames, pc, context.steps, None, context.patience)
