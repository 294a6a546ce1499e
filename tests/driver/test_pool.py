"""The pool by itself: sizes, reuse, fences, threads, finalizers."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen.driver.errors import DriverError
from ptxgen.driver.pool import LARGE, SMALL, MemoryPool, rounded


class Arena:
    """Hands out addresses and checks what comes back."""

    def __init__(self, capacity: int = 1 << 40) -> None:
        self.capacity = capacity
        self.live: dict[int, int] = {}
        self._next = 1 << 20
        self.lock = threading.Lock()

    def allocate(self, nbytes: int) -> int:
        with self.lock:
            if sum(self.live.values()) + nbytes > self.capacity:
                raise DriverError("DEV020", "full")
            self._next += nbytes
            self.live[self._next - nbytes] = nbytes
            return self._next - nbytes

    def release(self, address: int) -> None:
        with self.lock:
            del self.live[address]


class Queue:
    """A stream whose events are done when it says so."""

    closed = False

    def __init__(self) -> None:
        self.finished = False

    def record(self) -> Any:
        queue = self

        class Mark:
            stream = queue

            @property
            def done(self) -> bool:
                return queue.finished

        return Mark()


@given(st.integers(0, 1 << 33))
def test_block_sizes(nbytes: int) -> None:
    size = rounded(nbytes)
    assert size >= max(nbytes, 1)
    assert size % (LARGE if nbytes > LARGE else SMALL) == 0
    assert size - nbytes < (LARGE if nbytes > LARGE else SMALL) or nbytes == 0


def test_reuse_is_by_size() -> None:
    arena = Arena()
    pool = MemoryPool(arena.allocate, arena.release)
    first = pool.allocate(100)
    pool.free(first)
    assert pool.allocate(513) != first
    assert pool.allocate(512) == first
    assert pool.statistics.reuses == 1


def test_a_block_waits_for_the_streams_that_used_it() -> None:
    arena = Arena()
    pool = MemoryPool(arena.allocate, arena.release)
    mine: Any = Queue()
    theirs: Any = Queue()
    address = pool.allocate(64)
    pool.free(address, (mine, theirs))
    assert pool.allocate(64, mine) != address
    theirs.finished = True
    assert pool.trim() == 0
    assert pool.allocate(64, mine) == address
    pool.free(address, (mine,))
    mine.finished = True
    assert pool.allocate(64) == address


def test_a_full_device_gets_the_idle_blocks_back() -> None:
    arena = Arena(capacity=1024)
    pool = MemoryPool(arena.allocate, arena.release)
    pool.free(pool.allocate(512))
    pool.allocate(1024)
    assert list(arena.live.values()) == [1024]
    with pytest.raises(DriverError, match="full"):
        pool.allocate(1)


def test_nothing_is_kept_on_request() -> None:
    arena = Arena()
    pool = MemoryPool(arena.allocate, arena.release, keep=False)
    address = pool.allocate(7)
    assert arena.live == {address: 7}
    pool.free(address)
    pool.free(address)
    assert arena.live == {}


def test_finalizers_only_leave_a_note() -> None:
    arena = Arena()
    pool = MemoryPool(arena.allocate, arena.release, keep=False)
    address = pool.allocate(7)
    pool.abandon(address, ())
    assert address in arena.live
    assert pool.statistics.live == 0
    assert arena.live == {}


def test_many_threads() -> None:
    arena = Arena()
    pool = MemoryPool(arena.allocate, arena.release)
    owners: dict[int, int] = {}
    clashes: list[int] = []

    def work(number: int) -> None:
        for size in range(1, 200):
            address = pool.allocate(size * 16)
            if owners.setdefault(address, number) != number:
                clashes.append(address)
            del owners[address]
            pool.free(address)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clashes == []
    statistics = pool.statistics
    assert (statistics.live, statistics.used, statistics.allocations) == (0, 0, 8 * 199)
    assert statistics.reserved == sum(arena.live.values())
    pool.close()
    assert arena.live == {}
