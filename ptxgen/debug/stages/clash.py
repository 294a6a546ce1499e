"""What goes wrong between two steps at one cell of shared memory."""

from __future__ import annotations

from attrs import frozen

from ptxgen.debug.cta.threads import Thread
from ptxgen.debug.stages.steps import Step

GRAIN = 4
"""Bytes that are looked at as one: the least that cp.async copies."""


@frozen(eq=False)
class Touch:
    """A step that touched a cell, and the thread that did."""

    step: Step
    thread: Thread


@frozen
class Clash:
    """What went wrong between two steps, `first` before `second`.

    `kind`: a copy comes too `early` for a reader of another warp, or `twice` to one place; a read sees a copy that is
    still `flying`, that of another warp which has `unmet` threads, or a bulk copy whose mbarrier was `unwaited`.
    `left`: groups that the wait leaves in flight. A `product` still reads what a copy overwrites; a bulk store is still
    `sending` what is overwritten, or its thread has waited, and not met who overwrites what was `sent`; or it has
    `unseen` what was written before it.
    """

    kind: str
    first: Touch
    second: Touch
    left: int = 0
    sure: bool | None = None
    """Whether threads surely come to both; None where that is to be found out."""
