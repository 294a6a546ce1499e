"""Threads that wait for mbarriers and cluster barriers: who goes on, who stays, and when nothing else can happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from ptxgen.emulator.asynchronous.mbarriers import phase_of
from ptxgen.emulator.asynchronous.request import Actor, Request
from ptxgen.emulator.asynchronous.waiting import ClusterWait, MbarrierWait
from ptxgen.emulator.code import Await
from ptxgen.emulator.context import Context, Waiting
from ptxgen.emulator.errors import BAD_MBARRIER
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.observer import MbarrierEvent
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.pool import Pool

Array = np.ndarray[Any, Any]

PATIENT_ROUNDS = 64
"""How often all waits may end in vain, with nothing happening in between, before it is a deadlock."""


class Owner(Protocol):
    """What parking needs of the machine."""

    def resolver(self, frame: Frame) -> Callable[[str], int]:
        """What finds the address of a name in a frame."""
        ...


class Parking:
    """The contexts of a pool that wait for what happens beside them."""

    def __init__(self, pool: Pool, owner: Owner) -> None:
        self.pool = pool
        self.batch = pool.batch
        self.asynchrony = pool.batch.asynchrony
        self._owner = owner
        self._rounds = 0
        self._events = 0

    def wait(self, context: Context, end: Await) -> bool:
        """Execute an instruction that may wait. False if the context cannot simply go on."""
        steps: list[Step] = []
        operands = Operands(context.frame, self._owner.resolver(context.frame))
        request = Request(end.instruction, None, operands, steps)
        for function, arguments in steps:
            function(*arguments)
        request.begin()
        waiting = self._cluster(request) if end.instruction.opcode == "barrier" else self._mbarrier(request)
        over = self._over(waiting, request.threads)
        if over.all():
            self._pass(context, waiting)
            context.pc = end.next
            return True
        if isinstance(waiting, MbarrierWait) and self._first_time(waiting, request.threads, over):
            self._tell_passed(waiting, request.threads, over)
            context.frame.array(waiting.register)[...] = over.reshape(context.lanes.shape)
            context.pc = end.next
            return True
        parked = self.pool.flatten(context)
        parked.waiting = waiting
        if over.any():
            self._go_on(parked, over)
        return False

    def due(self) -> bool:
        """Whether somebody waits while all that run have lost patience: they may wait for who waits here."""
        parked = self._parked()
        return bool(parked) and all(c.patience <= 0 for c in self.pool.contexts if c.waiting is None)

    def release(self) -> bool:
        """Let go on whoever can, if need be after letting copies arrive. Whether there were any."""
        self.asynchrony.clusters.advance()
        if self._release_ready():
            return True
        keys = [c.waiting.keys for c in self._parked() if isinstance(c.waiting, MbarrierWait)]
        if keys and self.asynchrony.transfers.awaited(np.concatenate([k for k in keys if k is not None])):
            self._release_ready()
            return True
        return False

    def give_up(self) -> bool:
        """Nothing else can happen: tests and tries of mbarriers return false. False if that did not help before."""
        events = self.asynchrony.mbarriers.events
        self._rounds = self._rounds + 1 if events == self._events else 0
        self._events = events
        parked = [c for c in self._parked() if isinstance(c.waiting, MbarrierWait)]
        if not parked or self._rounds > PATIENT_ROUNDS:
            return False
        for context in parked:
            self._answer(context, False)
        return True

    def describe(self, waiting: Waiting, threads: Array) -> str:
        """What threads wait for."""
        if isinstance(waiting, MbarrierWait):
            assert waiting.keys is not None
            assert waiting.parity is not None
            what = self.asynchrony.mbarriers.describe(int(waiting.keys[0]))
            return f"the end of the phase of parity {int(waiting.parity[0]) & 1} of {what}"
        lacking = self.asynchrony.clusters.missing(int(threads[0]))
        return f"the barrier of their cluster, which lacks {lacking} threads"

    # What is waited for

    def _cluster(self, request: Request) -> Waiting:
        return ClusterWait(request.instruction)

    def _mbarrier(self, request: Request) -> Waiting:
        mbarriers = self.asynchrony.mbarriers
        keys = mbarriers.keys(request, *request.shared("addr", 8))
        if request.has("phaseParity"):
            parity = request.value("phaseParity").astype(np.int64)
        else:
            phase = phase_of(request.value("state"))
            away = (mbarriers.phase[keys] - phase) & 7
            if (away > 1).any():
                raise request.fault(
                    BAD_MBARRIER,
                    "the state is neither of the current phase nor of the one before:"
                    f" {mbarriers.describe(int(keys[np.argmax(away > 1)]))}",
                    away > 1,
                    help="wait for each phase before arriving in the next; parities need no state",
                )
            parity = phase & 1
        (register,) = request.instruction.writes()
        return MbarrierWait(request.instruction, keys=keys, parity=parity, register=register.name)

    def _over(self, waiting: Waiting, threads: Array) -> Array:
        if isinstance(waiting, MbarrierWait):
            assert waiting.keys is not None
            assert waiting.parity is not None
            return self.asynchrony.mbarriers.over(waiting.keys, waiting.parity)
        return self.asynchrony.clusters.over(Actor(waiting.instruction, self.batch, threads))

    # Going on

    def _parked(self) -> list[Context]:
        return [c for c in self.pool.contexts if isinstance(c.waiting, MbarrierWait | ClusterWait)]

    def _release_ready(self) -> bool:
        found = False
        for context in self._parked():
            assert context.waiting is not None
            over = self._over(context.waiting, context.lanes.ids)
            if over.any():
                self._go_on(context, over)
                found = True
        return found

    def _pass(self, context: Context, waiting: Waiting) -> None:
        """Tell everybody that all threads of a context pass."""
        threads = context.lanes.ids[context.lanes.places()]
        if isinstance(waiting, ClusterWait):
            self.asynchrony.clusters.leave(Actor(waiting.instruction, self.batch, threads))
            return
        assert isinstance(waiting, MbarrierWait)
        context.frame.array(waiting.register)[...] = True
        self.asynchrony.mbarriers.failed[threads] = -1
        self._tell_passed(waiting, threads, np.ones(len(threads), np.bool_))

    def _first_time(self, waiting: MbarrierWait, threads: Array, over: Array) -> bool:
        """Whether no thread whose phase goes on was told so before: they get the answer instead of waiting.

        A program that does not ask again is thus seen to go on too early.
        """
        assert waiting.keys is not None
        assert waiting.parity is not None
        failed = self.asynchrony.mbarriers.failed
        asked = np.where(over, -1, 2 * waiting.keys + (waiting.parity & 1))
        again = (failed[threads] == asked) & ~over
        if again.any():
            return False
        failed[threads] = asked
        return True

    def _tell_passed(self, waiting: MbarrierWait, threads: Array, over: Array) -> None:
        """Tell the observers which threads saw that their phase is over."""
        if not self.batch.launch.observers or not over.any():
            return
        mbarriers = self.asynchrony.mbarriers
        assert waiting.keys is not None
        keys = waiting.keys[over]
        places = np.array([mbarriers.place(key) for key in keys.tolist()])
        phase = mbarriers.phase[keys] - 1
        event = MbarrierEvent(
            waiting.instruction, threads[over], self.batch, places[:, 0], places[:, 1], phase
        )
        for observer in self.batch.launch.observers:
            observer.mbarrier_passed(event)

    def _go_on(self, context: Context, free: Array) -> None:
        """Threads of a parked context go on where `free` holds, the others stay."""
        waiting = context.waiting
        assert waiting is not None
        end = context.frame.code.blocks[context.pc].end
        assert isinstance(end, Await)
        going = self.pool.some(context, free, end.next)
        self._pass(going, _some(waiting, free))
        parts = [self.pool.restored(going)]
        if not free.all():
            staying = self.pool.some(context, ~free, context.pc)
            staying.waiting = _some(waiting, ~free)
            parts.append(staying)
        self.pool.replace(context, parts)

    def _answer(self, context: Context, value: bool) -> None:
        """All threads of a context that tests mbarriers go on with this answer."""
        waiting = context.waiting
        end = context.frame.code.blocks[context.pc].end
        assert isinstance(waiting, MbarrierWait)
        assert isinstance(end, Await)
        going = self.pool.some(context, np.ones(context.lanes.size, np.bool_), end.next)
        going.frame.array(waiting.register)[...] = value
        self.pool.replace(context, [self.pool.restored(going)])


def _some(waiting: Waiting, chosen: Array) -> Waiting:
    """The wait of some of its threads."""
    if isinstance(waiting, MbarrierWait):
        assert waiting.keys is not None
        assert waiting.parity is not None
        return MbarrierWait(
            waiting.instruction,
            keys=waiting.keys[chosen],
            parity=waiting.parity[chosen],
            register=waiting.register,
        )
    return ClusterWait(waiting.instruction)
