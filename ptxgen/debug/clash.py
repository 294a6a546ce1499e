"""What goes wrong between two steps at one cell of shared memory."""

from __future__ import annotations

from attrs import frozen

from ptxgen.debug.staging import Step
from ptxgen.debug.threads import Thread

GRAIN = 4
"""Bytes that are looked at as one: the least that cp.async copies."""


Key = tuple[object, int]
"""A cell: the object that it is in, and its number there."""


@frozen(eq=False)
class Touch:
    """A step that touched a cell, and the thread that did."""

    step: Step
    thread: Thread
    group: int = 0


@frozen
class Clash:
    """What went wrong between two steps, `first` before `second`.

    `kind`: a copy comes too `early` for a reader of another warp, or `twice` to one place; a read sees a copy that is
    still `flying`, that of another warp which has `unmet` threads, or a bulk copy whose mbarrier was `unwaited`.
    `left`: groups that the wait leaves in flight.
    """

    kind: str
    first: Touch
    second: Touch
    left: int = 0
