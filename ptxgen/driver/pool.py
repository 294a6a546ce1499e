"""A memory pool: blocks are kept when they are freed and given out again once no stream uses them.

The same pool serves both devices. On the emulator nothing is kept (`keep=False`), so that each buffer has its own
exact bounds and a freed one is really gone.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable

from attrs import define, field

from ptxgen.driver.errors import DriverError
from ptxgen.driver.properties import PoolStatistics
from ptxgen.driver.streams import Event, Stream

SMALL = 512
LARGE = 2 << 20


def rounded(nbytes: int) -> int:
    """The block size for a request: multiples of 512 bytes, above 2 MiB multiples of 2 MiB."""
    unit = LARGE if nbytes > LARGE else SMALL
    return max(1, -(-nbytes // unit)) * unit


@define(eq=False)
class Block:
    """A range of device memory. `fences` are what must have happened before anybody may write it again."""

    address: int
    size: int
    requested: int = 0
    fences: list[Event] = field(factory=list[Event])

    def idle(self, stream: Stream | None) -> bool:
        """Whether work given to `stream` (None: to any stream) may use the block now."""
        return all(event.done or (stream is not None and event.stream is stream) for event in self.fences)


class MemoryPool:
    """Allocations of one device. Safe from several threads, and from finalizers at any moment."""

    def __init__(
        self, allocate: Callable[[int], int], release: Callable[[int], None], *, keep: bool = True
    ) -> None:
        self._allocate = allocate
        self._release = release
        self._keep = keep
        self._lock = threading.RLock()
        self._live: dict[int, Block] = {}
        self._free: defaultdict[int, list[Block]] = defaultdict(list)
        self._abandoned: deque[tuple[int, tuple[Stream, ...]]] = deque()
        self._used = 0
        self._peak = 0
        self._allocations = 0
        self._reuses = 0

    def allocate(self, nbytes: int, stream: Stream | None = None) -> int:
        """The address of `nbytes` bytes. A freed block that only `stream` still works on is taken at once."""
        with self._lock:
            self._collect()
            block = self._reuse(rounded(nbytes), stream) if self._keep else None
            if block is None:
                block = self._fresh(rounded(nbytes) if self._keep else nbytes)
            block.requested = nbytes
            self._live[block.address] = block
            self._allocations += 1
            self._used += nbytes
            self._peak = max(self._peak, self._used)
            return block.address

    def free(self, address: int, streams: Iterable[Stream] = ()) -> None:
        """Give a block back; it is used again after the work given to `streams` so far."""
        with self._lock:
            block = self._live.pop(address, None)
            if block is None:
                return
            self._used -= block.requested
            if not self._keep:
                self._release(address)
                return
            block.fences = [stream.record() for stream in streams if not stream.closed]
            self._free[block.size].append(block)

    def abandon(self, address: int, streams: tuple[Stream, ...]) -> None:
        """Free soon: what a finalizer calls, which must neither lock nor talk to the device."""
        self._abandoned.append((address, streams))

    def trim(self) -> int:
        """Return idle free blocks to the device; the number of bytes returned."""
        with self._lock:
            self._collect()
            returned = 0
            for size, blocks in self._free.items():
                idle = [b for b in blocks if b.idle(None)]
                self._free[size] = [b for b in blocks if b not in idle]
                for block in idle:
                    self._release(block.address)
                    returned += size
            return returned

    def close(self) -> None:
        """Return everything to the device, live blocks included."""
        with self._lock:
            self._abandoned.clear()
            for block in (*self._live.values(), *(b for blocks in self._free.values() for b in blocks)):
                self._release(block.address)
            self._live.clear()
            self._free.clear()
            self._used = 0

    @property
    def statistics(self) -> PoolStatistics:
        """The state of the pool now."""
        with self._lock:
            self._collect()
            live = sum(b.size for b in self._live.values())
            kept = sum(b.size for blocks in self._free.values() for b in blocks)
            return PoolStatistics(
                used=self._used,
                peak=self._peak,
                reserved=live + kept,
                live=len(self._live),
                allocations=self._allocations,
                reuses=self._reuses,
            )

    def live_addresses(self) -> list[int]:
        """Where the blocks are that were neither freed nor dropped."""
        with self._lock:
            self._collect()
            return list(self._live)

    def _collect(self) -> None:
        while self._abandoned:
            self.free(*self._abandoned.popleft())

    def _reuse(self, size: int, stream: Stream | None) -> Block | None:
        blocks = self._free[size]
        for position in range(len(blocks) - 1, -1, -1):
            if blocks[position].idle(stream):
                self._reuses += 1
                block = blocks.pop(position)
                block.fences = []
                return block
        return None

    def _fresh(self, size: int) -> Block:
        try:
            return Block(self._allocate(size), size)
        except DriverError:
            if not self.trim():
                raise
            return Block(self._allocate(size), size)
