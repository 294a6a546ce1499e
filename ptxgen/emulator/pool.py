"""The contexts of a batch: which can run, how they part, and when they are put together."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.code import Code
from ptxgen.emulator.context import PATIENCE, POLL, Context, Waiting, merge
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lattices import Lattices

Array = np.ndarray[Any, Any]

PARTINGS = 8
"""How often a branch may part a lattice before its threads stay apart until a barrier: joining has its price."""


CROWD = 16
"""Ready contexts beyond which those at the same place are merged before their turn."""


YIELDING = 0.5
"""With a random schedule: how likely a warp lets another one go first after a block."""


class Pool:
    """All contexts of a batch that have not ended."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.lattices = Lattices(batch)
        self.contexts: list[Context] = []
        self._partings: dict[tuple[Code, int], int] = {}
        self._weary: set[Code] = set()
        seed = batch.launch.schedule
        self._chance = None if seed is None else Random(seed)

    def next(self) -> Context | None:
        """The context to run: the lowest, merged with those at the same place. None if all wait."""
        ready = [c for c in self.contexts if c.waiting is None]
        if self._chance is not None:
            return self._draw(ready, self._chance)
        if len(ready) > CROWD:
            ready = self._thin_out(ready)
        if len(ready) == 1 and ready[0].patience <= 0:
            ready[0].patience = PATIENCE
        if len(ready) < 2:
            return ready[0] if ready else None
        patient = [c for c in ready if c.patience > 0]
        if not patient:
            for context in ready:
                context.patience = PATIENCE
            patient = ready
        chosen = min(patient, key=lambda c: c.order)
        same = [c for c in ready if c.key == chosen.key]
        return self.merge(same) if len(same) > 1 else chosen

    def _draw(self, ready: list[Context], chance: Random) -> Context | None:
        """Any of the contexts, one warp of it."""
        if not ready:
            return None
        chosen = chance.choice(ready)
        if chosen.met or chosen.lanes.warps == 1:
            return chosen
        warps = chosen.lanes.warp_ids
        parts = [chosen.part(np.flatnonzero(warps == warp), chosen.pc) for warp in np.unique(warps)]
        self.replace(chosen, parts)
        return chance.choice(parts)

    def _thin_out(self, ready: list[Context]) -> list[Context]:
        """Merge all that are at one place: threads that leave a loop one by one would make looking around slow."""
        places: dict[tuple[Any, ...], list[Context]] = {}
        for context in ready:
            places.setdefault(context.key, []).append(context)
        return [self.merge(same) if len(same) > 1 else same[0] for same in places.values()]

    def yields(self, context: Context, polled: bool) -> bool:
        """Whether a context that has run a block should let another ready one go first, or join one that is here."""
        if len(self.contexts) == 1:
            return False
        if self._chance is not None:
            return self._chance.random() < YIELDING
        order = context.order
        others = [c for c in self.contexts if c is not context and c.waiting is None]
        context.patience -= POLL if polled else 1
        return context.patience <= 0 or any(c.order <= order for c in others)

    def merge(self, same: list[Context]) -> Context:
        """Put contexts together; as a lattice again, if they are whole CTAs and that has not been tried too often."""
        for context in same:
            self.contexts.remove(context)
        merged = merge(same)
        if merged.frame.code not in self._weary:
            merged = self.lattices.restore(merged) or merged
        self.contexts.append(merged)
        return merged

    def replace(self, context: Context, parts: list[Context]) -> None:
        """Put parts in the place of a context."""
        self.contexts.remove(context)
        self.contexts += parts

    def flatten(self, context: Context) -> Context:
        """The context itself if it is flat, else a flat one in its place."""
        if not context.lanes.is_lattice:
            return context
        flat = context.part(np.arange(context.lanes.size), context.pc)
        self.replace(context, [flat])
        return flat

    def part(self, context: Context, taken: Array, there: int, here: int) -> None:
        """Threads where `taken` holds go on at `there`, the others at `here`. CTAs that agree stay lattices."""
        lanes = context.lanes
        if lanes.is_lattice:
            self._note_parting(context)
            if taken.shape[2] > 1:
                self._part_columns(context, taken, there, here)
                return
        flat = np.broadcast_to(taken, lanes.shape).reshape(-1)
        self.replace(
            context, [context.part(np.flatnonzero(flat), there), context.part(np.flatnonzero(~flat), here)]
        )

    def part_by(self, context: Context, key: Array, targets: dict[int, int]) -> list[Context]:
        """Threads with equal keys (one element a thread) go on together, at the block that `targets` gives for the key.

        Parts that stay at the same block must be moved on at once, or they would be merged again.
        """
        parts = [context.part(np.flatnonzero(key == k), pc) for k, pc in targets.items()]
        self.replace(context, parts)
        return parts

    def park(self, context: Context, waits: Array, waiting: Waiting) -> Context | None:
        """Let some threads of a context wait; the context of the others, None if there are none."""
        parked = context.part(np.flatnonzero(waits), context.pc)
        parked.waiting = waiting
        if waits.all():
            self.replace(context, [parked])
            return None
        rest = context.part(np.flatnonzero(~waits), context.pc)
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
            inside = np.broadcast_to(mixed, shape).reshape(-1)
            flat = np.broadcast_to(taken, shape).reshape(-1)
            parts.append(context.part(np.flatnonzero(inside & flat), there))
            parts.append(context.part(np.flatnonzero(inside & ~flat), here))
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
