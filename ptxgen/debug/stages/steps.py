"""What a thread does on its way past asynchronous copies: one step for each instruction that has to do with them."""

from __future__ import annotations

import enum

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.debug.cta.columns import Column
from ptxgen.debug.cta.threads import Thread
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction

Barrier = tuple[object, int]
"""The object that an mbarrier is in, and where."""


_NOBODY: NDArray[np.int64] = np.empty(0, np.int64)


class Act(enum.Enum):
    """What a step does.

    COPY: start a copy into shared memory, or a bulk store out of it. READ, WRITE: touch shared memory at once; PRODUCT:
    read it until the product is done. COMMIT and WAIT: close a group of copies, and wait for groups; CLOSE and RETIRE:
    the same of products. FENCE: let bulk copies see what was written before. MEET: meet the other threads. ARRIVE,
    AWAIT: arrive at an mbarrier, or wait for it.
    """

    COPY = "copy"
    READ = "read"
    WRITE = "write"
    PRODUCT = "product"
    COMMIT = "commit"
    WAIT = "wait"
    CLOSE = "close"
    RETIRE = "retire"
    FENCE = "fence"
    MEET = "meet"
    ARRIVE = "arrive"
    AWAIT = "await"


@frozen(eq=False)
class Step:
    """One instruction in one round. `numbers` are those of `threads` that run it, in order; what touches memory has the
    first byte of each of them in `object`: `starts`. `left` is how many groups a wait leaves in flight. `barrier` is
    the mbarrier that a bulk copy completes on, or that threads arrive at or wait for; None where its address is not
    known.
    """

    act: Act
    place: Place
    instruction: Instruction
    round: int
    object: tuple[object, ...] = ()
    threads: tuple[Thread, ...] = ()
    numbers: NDArray[np.int64] = _NOBODY
    starts: Column = _NOBODY
    bytes: int = 0
    left: int = 0
    barrier: Barrier | None = None
