"""Barriers in shared memory: phases, pending arrivals, bytes that are still to come (PTX ISA 9.0, section 9.7.13.15).

The 8 bytes of a barrier hold its state in a layout of the emulator's own: the phase modulo 8 in the highest 3 bits,
then the bytes to come (21 bits, two's complement), the arrivals of a whole phase and those pending (20 bits each).
The state that `arrive` returns has the same layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen.emulator.asynchronous.request import Actor
from ptxgen.emulator.errors import BAD_MBARRIER
from ptxgen.emulator.observer import MbarrierEvent

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]

LARGEST_COUNT = (1 << 20) - 1
"""Of arrivals, and of bytes that a phase can wait for."""
_PENDING, _EXPECTED, _BYTES, _PHASE = 0, 20, 40, 61


class Mbarriers:
    """All barriers of a batch. A barrier is known by a key: its slot (one for each address) times columns + column."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._slots: dict[int, int] = {}
        self._places: list[int] = []
        empty = np.zeros(0, np.int64)
        self.valid: Array = np.zeros(0, np.bool_)
        self.expected: Array = empty
        self.pending: Array = empty
        self.bytes: Array = empty
        self.phase: Array = empty
        self.failed: Array = np.full(batch.launch.threads * batch.columns, -1, np.int64)
        """What each thread was last told is not over yet: twice the key plus the parity."""
        self.events = 0
        """How often anything changed: what tells progress from standing still."""

    def keys(self, actor: Actor, address: Array, column: Array) -> Array:
        """The keys of barriers that must be valid. EMU015 if one is not, or if its memory was overwritten."""
        keys = self._find(address, column)
        bad = ~self.valid[keys]
        if bad.any():
            first = int(np.argmax(bad))
            raise actor.fault(
                BAD_MBARRIER,
                f"there is no mbarrier at shared address {int(address[first]):#x}",
                bad,
                help="execute mbarrier.init first, in one thread, and then a barrier of all that use it",
            )
        found = self.batch.shared.load(address, column, 8)
        bad = found != self.state(keys)
        if bad.any():
            first = int(np.argmax(bad))
            raise actor.fault(
                BAD_MBARRIER,
                f"the mbarrier at shared address {int(address[first]):#x} was overwritten",
                bad,
                help="stores and copies must not touch its 8 bytes before mbarrier.inval",
            )
        return keys

    def key(self, address: int, column: int) -> int:
        """The key of one barrier that is known to exist."""
        return self._slots[address] * self.batch.columns + column

    def place(self, key: int) -> tuple[int, int]:
        """The address and column of a barrier."""
        slot, column = divmod(key, self.batch.columns)
        return self._places[slot], column

    def init(self, actor: Actor, address: Array, column: Array, count: Array) -> None:
        """Make barriers. EMU015 for counts out of range, or where there is a barrier already."""
        self._check_count(actor, count)
        keys = self._find(address, column)
        unique, first = np.unique(keys, return_index=True)
        again = self.valid[keys]
        again[np.setdiff1d(np.arange(len(keys)), first)] = True
        if again.any():
            raise actor.fault(
                BAD_MBARRIER,
                f"there is an mbarrier at shared address {int(address[np.argmax(again)]):#x} already",
                again,
                help="one thread initialises it, once; mbarrier.inval ends its life",
            )
        self.valid[unique] = True
        self.expected[keys] = self.pending[keys] = count
        self.bytes[keys] = self.phase[keys] = 0
        self._save(keys)

    def invalidate(self, keys: Array) -> None:
        """End barriers: their memory may be used for something else."""
        self.valid[keys] = False

    def arrive(
        self, actor: Actor, keys: Array, count: Array, expect: Array, *, drop: bool, completes: bool = True
    ) -> Array:
        """Expect bytes and arrive, the threads of a barrier one after the other; the state each found before."""
        self._check_count(actor, count)
        before = np.empty(len(keys), np.uint64)
        current = self.phase[keys]
        _, group = np.unique(keys, return_inverse=True)
        total = np.bincount(group, weights=count)
        fits = total[group] <= self.pending[keys]
        rank = _rank(group)
        for turn in [None, *range(int(rank.max()) + 1)]:
            chosen = np.flatnonzero(fits if turn is None else ~fits & (rank == turn))
            if chosen.size:
                before[chosen] = self._arrive(actor, chosen, keys, count, expect, drop, completes)
        self._save(keys)
        self._tell(actor, keys, current + ((phase_of(before) - current) & 7))
        return before

    def expect(self, actor: Actor, keys: Array, count: Array) -> None:
        """Let the current phases wait for more bytes."""
        np.add.at(self.bytes, keys, count)
        self._check_bytes(actor, keys)
        self.events += 1
        self._save(keys)

    def complete(self, keys: Array, count: Array) -> None:
        """Bytes have come."""
        np.subtract.at(self.bytes, keys, count)
        self._advance(np.unique(keys))
        self._save(keys)

    def grow_phase(self, keys: Array) -> None:
        """One more arrival is pending in the current phase, for each key given."""
        np.add.at(self.pending, keys, 1)
        self._save(keys)

    def over(self, keys: Array, parity: Array) -> Array:
        """Whether the phase of this parity, the current or the one before, is over."""
        return (self.phase[keys] & 1) != (parity.astype(np.int64) & 1)

    def state(self, keys: Array) -> Array:
        """The barriers as they lie in memory."""
        return _encode(self.phase[keys], self.bytes[keys], self.expected[keys], self.pending[keys])

    def describe(self, key: int) -> str:
        """Where a barrier is and what it lacks."""
        address, _ = self.place(key)
        parts = [f"{int(self.pending[key])} of {int(self.expected[key])} arrivals"]
        if self.bytes[key] > 0:
            parts.append(f"{int(self.bytes[key])} bytes")
        if self.bytes[key] < 0:
            parts.append(f"the expectation of {-int(self.bytes[key])} bytes that came")
        return f"the mbarrier at {address:#x}, in phase {int(self.phase[key])}, which lacks {' and '.join(parts)}"

    def _find(self, address: Array, column: Array) -> Array:
        places, inverse = np.unique(address.astype(np.int64), return_inverse=True)
        slots = np.array([self._slot(int(place)) for place in places], np.int64)
        return slots[inverse] * self.batch.columns + column

    def _slot(self, place: int) -> int:
        slot = self._slots.get(place)
        if slot is None:
            slot = self._slots[place] = len(self._places)
            self._places.append(place)
            more = np.zeros(self.batch.columns, np.int64)
            self.valid = np.concatenate((self.valid, more.astype(np.bool_)))
            self.expected = np.concatenate((self.expected, more))
            self.pending = np.concatenate((self.pending, more))
            self.bytes = np.concatenate((self.bytes, more))
            self.phase = np.concatenate((self.phase, more))
        return slot

    def _arrive(
        self,
        actor: Actor,
        chosen: Array,
        keys: Array,
        count: Array,
        expect: Array,
        drop: bool,
        completes: bool,
    ) -> Array:
        """Arrivals that stay within one phase (or are one for each barrier); the state that each found before."""
        here = keys[chosen]
        unique, group = np.unique(here, return_inverse=True)
        earlier = _running(group, count[chosen])
        pending = self.pending[here] - earlier
        late = count[chosen] > pending
        if late.any():
            bad = np.zeros(len(keys), np.bool_)
            bad[chosen[late]] = True
            raise actor.fault(
                BAD_MBARRIER,
                f"more arrivals than the phase waits for: {self.describe(int(here[np.argmax(late)]))}",
                bad,
                help="the count of mbarrier.init is the number of arrivals of each phase; wait before arriving anew",
            )
        dropped = earlier if drop else 0
        before = _encode(
            self.phase[here],
            self.bytes[here] + _running(group, expect[chosen]),
            self.expected[here] - dropped,
            pending,
        )
        np.subtract.at(self.pending, here, count[chosen])
        np.add.at(self.bytes, here, expect[chosen])
        if drop:
            np.subtract.at(self.expected, here, count[chosen])
        self._check_bytes(actor, keys)
        if not completes and ((self.pending[unique] == 0) & (self.bytes[unique] == 0)).any():
            raise actor.fault(
                BAD_MBARRIER,
                "the arrival completes the phase, which .noComplete forbids",
                np.isin(keys, unique[self.pending[unique] == 0]),
            )
        self._advance(unique)
        return before

    def _advance(self, unique: Array) -> None:
        """Begin the next phase where nothing is missing any longer."""
        self.events += 1
        done = unique[(self.pending[unique] == 0) & (self.bytes[unique] == 0)]
        if done.size:
            self.phase[done] += 1
            self.pending[done] = self.expected[done]
            self.batch.asynchrony.transfers.phase_over(done)

    def _save(self, keys: Array) -> None:
        slot, column = np.divmod(keys, self.batch.columns)
        address = np.array(self._places, np.int64)[slot]
        self.batch.shared.store(address, column, 8, self.state(keys))

    def _tell(self, actor: Actor, keys: Array, phase: Array) -> None:
        """Tell the observers in which phase each thread arrived."""
        observers = self.batch.launch.observers
        if observers:
            slot, column = np.divmod(keys, self.batch.columns)
            address = np.array(self._places, np.int64)[slot]
            event = MbarrierEvent(actor.instruction, actor.threads, self.batch, address, column, phase)
            for observer in observers:
                observer.mbarrier_arrived(event)

    def _check_count(self, actor: Actor, count: Array) -> None:
        bad = (count < 1) | (count > LARGEST_COUNT)
        if bad.any():
            raise actor.fault(
                BAD_MBARRIER,
                f"a count is 1 to {LARGEST_COUNT}, got {int(count[np.argmax(bad)])}",
                bad,
            )

    def _check_bytes(self, actor: Actor, keys: Array) -> None:
        bad = np.abs(self.bytes[keys]) > LARGEST_COUNT
        if bad.any():
            raise actor.fault(
                BAD_MBARRIER,
                f"a phase waits for at most {LARGEST_COUNT} bytes,"
                f" not {int(self.bytes[keys][np.argmax(bad)])}",
                bad,
            )


def pending_of(state: Array) -> Array:
    """How many arrivals were missing when a state was taken."""
    return (state >> np.uint64(_PENDING)) & np.uint64(LARGEST_COUNT)


def phase_of(state: Array) -> Array:
    """The phase of a state, modulo 8."""
    return (state >> np.uint64(_PHASE)).astype(np.int64)


def _encode(phase: Array, bytes: Array, expected: Array, pending: Array) -> Array:
    fields = ((phase & 7, _PHASE), (bytes & 0x1FFFFF, _BYTES), (expected, _EXPECTED), (pending, _PENDING))
    state = np.zeros(len(phase), np.uint64)
    for value, shift in fields:
        state |= value.astype(np.uint64) << np.uint64(shift)
    return state


def _rank(group: Array) -> Array:
    """Which in its group each element is, from 0."""
    return _running(group, np.ones(len(group), np.int64))


def _running(group: Array, value: Array) -> Array:
    """The sum of the values of earlier elements of the same group."""
    order = np.argsort(group, kind="stable")
    sums = np.cumsum(value[order]) - value[order]
    sizes = np.bincount(group)
    first = np.cumsum(sizes) - sizes
    result = np.empty(len(group), np.int64)
    result[order] = sums - np.repeat(sums[first], sizes)
    return result
