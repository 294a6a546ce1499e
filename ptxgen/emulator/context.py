"""Threads that execute together: parting them at a branch, and putting them together again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import define, field

from ptxgen.emulator.frame import Frame
from ptxgen.emulator.lanes import Lanes
from ptxgen.ir.instruction import Instruction

Array = np.ndarray[Any, Any]

PATIENCE = 4096
"""Blocks that a context may run while others are ready, before those get their turn: it may be waiting for them."""
POLL = 128
"""How many blocks a block counts for that looks at what others may be about to change."""


LANES, BESIDE = -1, -2
"""What a context waits for if not at a barrier: other lanes of its warps; what happens beside the threads."""


@define(eq=False)
class Waiting:
    """Why a context cannot go on: at a barrier of the CTA (`barrier` >= 0), for `LANES`, or for something `BESIDE`.

    `count` is the number of threads that complete the barrier (0: all). `values` are what a reduction collects.
    """

    instruction: Instruction
    barrier: int = LANES
    count: int = 0
    values: Array | None = None

    @property
    def meets(self) -> bool:
        """Whether other threads end the wait by coming to the same place, so that those are to blame who do not."""
        return True


@define(eq=False)
class Context:
    """A program counter (block `pc` of the innermost frame) and the frames of its threads, outermost first.

    `steps` is the largest number of instructions that one of its threads has executed. `met` says that the warp-wide
    operation at `pc` need not wait any longer.
    """

    lanes: Lanes
    frames: list[Frame]
    pc: int = 0
    steps: int = 0
    waiting: Waiting | None = None
    patience: int = field(default=PATIENCE)
    met: bool = False

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]

    @property
    def key(self) -> tuple[Any, ...]:
        """Contexts with equal keys are at the same place of the same calls."""
        return (self.pc, *((f.code, f.back) for f in self.frames))

    @property
    def order(self) -> tuple[int, int]:
        """Who goes first: the deepest call, then the lowest program counter."""
        return (-len(self.frames), self.pc)

    def live(self, depth: int, pc: int) -> list[str]:
        """Registers of one frame whose values are still needed if the innermost goes on at `pc`."""
        frame = self.frames[depth]
        at = pc if depth == len(self.frames) - 1 else self.frames[depth + 1].back
        needed = frame.code.live_in[at] if 0 <= at < len(frame.code.blocks) else frozenset[str]()
        returned = {v.name for v in frame.code.function.returns}
        return [n for n in frame.arrays if n in needed or n in returned or n not in frame.code.registers]

    def part(self, positions: Array, pc: int) -> Context:
        """The threads at these positions as a flat context that goes on at `pc`."""
        lanes = Lanes.flat(self.lanes.ids[positions], self.lanes.columns)
        frames = [f.take(positions, lanes, self.live(d, pc)) for d, f in enumerate(self.frames)]
        return Context(lanes, frames, pc, self.steps, None, self.patience)

    def flattened(self, pc: int) -> Context:
        """All threads as a flat context."""
        return self.part(np.arange(self.lanes.size), pc) if self.lanes.is_lattice else self.moved(pc)

    def moved(self, pc: int) -> Context:
        """The same context at another place."""
        self.pc = pc
        return self


def merge(contexts: list[Context]) -> Context:
    """One flat context of contexts with equal keys."""
    first = contexts[0]
    pc = first.pc
    parts = [c.flattened(pc) for c in contexts]
    ids = np.concatenate([p.lanes.ids for p in parts])
    order = np.argsort(ids, kind="stable")
    lanes = Lanes.flat(ids[order], first.lanes.columns)
    frames = [
        _joined([p.frames[depth] for p in parts], lanes, order, _names(parts, depth, pc))
        for depth in range(len(first.frames))
    ]
    steps = max(c.steps for c in contexts)
    return Context(lanes, frames, pc, steps, None, max(c.patience for c in contexts))


def _names(parts: list[Context], depth: int, pc: int) -> list[str]:
    return list(dict.fromkeys(name for p in parts for name in p.live(depth, pc)))


def _joined(frames: list[Frame], lanes: Lanes, order: Array, names: Iterable[str]) -> Frame:
    first = frames[0]
    joined = Frame(first.code, first.batch, lanes, first.axes, first.base, first.back)
    for name in names:
        known = next(f.arrays[name] for f in frames if name in f.arrays)
        if name in first.code.constants:
            joined.arrays[name] = known
            continue
        # A context that never had the register has threads that never wrote it: its value is undefined, here zero.
        pieces = [
            f.arrays[name] if name in f.arrays else np.zeros((f.lanes.size, *known.shape[1:]), known.dtype)
            for f in frames
        ]
        joined.arrays[name] = np.concatenate(pieces)[order]
    return joined
