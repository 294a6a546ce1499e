"""Plain loads and stores of shared memory by threads of different roles, which nothing orders."""

from __future__ import annotations

from collections import deque

import numpy as np
from attrs import define, field, frozen

from ptxgen.debug.cta.threads import WARP, Thread
from ptxgen.debug.protocol.clocks import Knowledge
from ptxgen.debug.protocol.values import Array
from ptxgen.debug.stages.clash import Clash, Touch
from ptxgen.debug.stages.steps import Step

_READS, _WRITES = 48, 24
"""Accesses that are remembered: the last ones, so that long ways stay quick."""


@frozen(eq=False)
class Access:
    """One instruction in one round: by which threads, from which bytes on, and when by their warps' clocks."""

    step: Step
    writes: bool
    threads: Array
    starts: Array
    bytes: int
    times: Array
    assumed: bool


@define(eq=False)
class Plain:
    """The last accesses. Two stores are not compared: they may well store the same."""

    reads: deque[Access] = field(factory=lambda: deque[Access](maxlen=_READS))
    writes: deque[Access] = field(factory=lambda: deque[Access](maxlen=_WRITES))

    def take(self, access: Access, known: dict[int, Knowledge], threads: tuple[Thread, ...]) -> Clash | None:
        """Remember an access; with which earlier one of another warp nothing orders it."""
        against = self.reads if access.writes else self.writes
        found = next((c for before in against if (c := _met(before, access, known, threads))), None)
        (self.writes if access.writes else self.reads).append(access)
        return found

    def forget(self) -> None:
        """Everybody has met."""
        self.reads.clear()
        self.writes.clear()


def _met(
    before: Access, access: Access, known: dict[int, Knowledge], threads: tuple[Thread, ...]
) -> Clash | None:
    """Two threads at the same bytes, of which the later one does not know that the earlier one has been there."""
    apart = before.starts.min() >= access.starts.max() + access.bytes
    if apart or access.starts.min() >= before.starts.max() + before.bytes:
        return None
    warps = before.threads // WARP
    for warp in np.unique(access.threads // WARP).tolist():
        open = _unknown(known[warp], warp, warps, before.times)
        if not open.any():
            continue
        mine = access.threads // WARP == warp
        ones, others = before.starts[open][:, None], access.starts[mine][None, :]
        hits = (ones < others + access.bytes) & (others < ones + before.bytes)
        if hits.any():
            one, other = np.argwhere(hits)[0].tolist()
            return Clash(
                "race",
                Touch(before.step, threads[int(before.threads[open][one])]),
                Touch(access.step, threads[int(access.threads[mine][other])]),
                sure=not (before.assumed or access.assumed),
            )
    return None


def _unknown(knowledge: Knowledge, own: int, warps: Array, times: Array) -> Array:
    """Of which threads a warp does not know that they have been there."""
    return (warps != own) & (times > knowledge.times[warps])
