"""The barrier of a cluster of CTAs (PTX ISA 9.0, section 9.7.13.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen.emulator.asynchronous.request import Actor
from ptxgen.emulator.errors import BAD_BARRIER
from ptxgen.emulator.observer import ClusterEvent

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]


class ClusterBarriers:
    """One barrier for each cluster of a batch. A thread has arrived in the phase that `arrived` holds, or is at -1."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.ctas = batch.launch.cluster_ctas
        self.phase: Array = np.zeros(batch.columns // self.ctas, np.int64)
        self.arrived: Array = np.full((batch.launch.threads, batch.columns), -1, np.int64)

    def arrive(self, actor: Actor) -> None:
        """`barrier.cluster.arrive`. EMU014 if a thread has arrived and not waited."""
        flat = self.arrived.reshape(-1)
        again = flat[actor.threads] >= 0
        if again.any():
            raise actor.fault(
                BAD_BARRIER,
                "the thread arrives at the cluster's barrier a second time without waiting",
                again,
                help="follow each barrier.cluster.arrive by one barrier.cluster.wait",
            )
        phase = self.phase[self._cluster(actor.threads)]
        flat[actor.threads] = phase
        event = ClusterEvent(actor.instruction, actor.threads, self.batch, phase)
        for observer in self.batch.launch.observers:
            observer.cluster_arrived(event)
        self.advance()

    def over(self, actor: Actor) -> Array:
        """On which threads the phase that they arrived in is over. EMU014 if one has not arrived."""
        phase = self.arrived.reshape(-1)[actor.threads]
        stray = phase < 0
        if stray.any():
            raise actor.fault(
                BAD_BARRIER,
                "the thread waits at the cluster's barrier and has not arrived",
                stray,
                help="execute barrier.cluster.arrive before barrier.cluster.wait",
            )
        return self.phase[self._cluster(actor.threads)] > phase

    def leave(self, actor: Actor) -> None:
        """These threads go on."""
        flat = self.arrived.reshape(-1)
        event = ClusterEvent(actor.instruction, actor.threads, self.batch, flat[actor.threads])
        flat[actor.threads] = -1
        for observer in self.batch.launch.observers:
            observer.cluster_passed(event)

    def advance(self) -> None:
        """Begin the next phase where all threads that have not exited have arrived in this one."""
        here = self._by_cluster(self.arrived) == self.phase[:, None]
        living = self._by_cluster(self.batch.living)
        self.phase[(here | ~living).all(axis=1) & here.any(axis=1)] += 1

    def missing(self, thread: int) -> int:
        """How many living threads of a thread's cluster have not arrived in its phase."""
        cluster = int(self._cluster(np.array([thread]))[0])
        here = self._by_cluster(self.arrived)[cluster] == self.phase[cluster]
        return int(np.count_nonzero(self._by_cluster(self.batch.living)[cluster] & ~here))

    def _cluster(self, threads: Array) -> Array:
        return threads % self.batch.columns // self.ctas

    def _by_cluster(self, threads: Array) -> Array:
        """`[threads, columns]` as `[clusters, threads of the cluster]`."""
        return threads.reshape(len(threads), -1, self.ctas).transpose(1, 0, 2).reshape(len(self.phase), -1)
