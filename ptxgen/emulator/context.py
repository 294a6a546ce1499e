"""Threads that execute together: parting them at a branch, and putting them together again."""

from __future__ import annotations

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
    operation at `pc` need not wait any longer, `kept` that the frames are to be used again when all have left them.
    """

    lanes: Lanes
    frames: list[Frame]
    pc: int = 0
    steps: int = 0
    waiting: Waiting | None = None
    patience: int = field(default=PATIENCE)
    met: bool = False
    kept: bool = False

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
        names = [n for n in needed if n in frame.arrays]
        names += [v.name for v in frame.code.function.returns if v.name in frame.arrays]
        if frame.batch.launch.track_initialised:
            names += [n for n in frame.arrays if n not in frame.code.registers]
        return names
