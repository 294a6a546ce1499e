"""How chunks of weights come from global memory into the stages of a warp's ring: three ways, by what a target has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import gcd
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ptxgen.isa.types import b32, b64, s32, u8, u16, u32, u64
from ptxgen.kernels.blocks.mbarriers import MBARRIER, wait
from ptxgen.kernels.blocks.warp import WARP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var
    from ptxgen.isa.types import Type

_PIECE = 16
_SECTOR = 32
_NEVER = -(1 << 30)
_ASYNC_SM = 80


@frozen
class Slots:
    """A warp's stages: in each a slot for each of `rows` rows of `row_bytes` bytes, with the next `chunk` bytes of it.

    A copy may begin up to `slack` bytes before the chunk. Chunks are multiples of 16 bytes.
    """

    rows: int
    stages: int
    chunk: int
    row_bytes: int
    slack: int

    @property
    def slot(self) -> int:
        """Bytes of a slot."""
        return self.chunk + self.slack

    @property
    def stage(self) -> int:
        """Bytes of a stage."""
        return self.rows * self.slot

    @property
    def bytes(self) -> int:
        """Bytes of all stages."""
        return self.stages * self.stage

    @property
    def chunks(self) -> int:
        """Chunks of a row; the last may be smaller."""
        return -(-self.row_bytes // self.chunk)


class Copies(ABC):
    """The copies of one warp: chunk by chunk of its rows, each into the next stage.

    Where rows do not begin at multiples of what copies need, some bytes before a chunk come with it: `leads` says for
    each row how many.
    """

    def __init__(
        self, k: KernelBuilder, slots: Slots, ring: Pointer, rows: Sequence[Pointer], lane: Value
    ) -> None:
        self.k, self.slots, self.ring, self.lane = k, slots, ring, lane
        self.leads: list[Value | None] = [None] * len(rows)

    @staticmethod
    @abstractmethod
    def slack_of(row_bytes: int) -> int:
        """Bytes that a slot needs besides the chunk."""

    @abstractmethod
    def start(self, chunk: int) -> None:
        """Start copying the chunk that is `chunk` behind the first of this round. Behind the last: nothing."""

    @abstractmethod
    def arrive(self, chunk: int, pending: int, *, last: bool) -> None:
        """Make a chunk visible to all lanes, which have read what was in the stage before it; `pending` copies behind
        it may be under way. `last` says that it is the row's last.
        """

    @abstractmethod
    def advance(self) -> None:
        """The next round begins: so many chunks as there are stages are behind."""

    def slot(self, row: int, chunk: int) -> int:
        """Where a chunk's slot begins in the ring."""
        return chunk % self.slots.stages * self.slots.stage + row * self.slots.slot


class _ByLanes(Copies):
    """What copies of `width` bytes a lane have in common: sources, and how much is left of each row.

    A request of a warp is 32 pieces. `left` counts bytes from the lane's piece of request 0 on; the last request has
    fewer pieces, and the lanes that have none there have nothing left.
    """

    def __init__(
        self,
        k: KernelBuilder,
        slots: Slots,
        ring: Pointer,
        rows: Sequence[Pointer],
        lane: Value,
        width: int,
        leads: list[Value | None],
    ) -> None:
        super().__init__(k, slots, ring, rows, lane)
        self.width, self.leads = width, leads
        self._target = ring.row(lane, width)
        self.request = WARP * width
        self.requests = -(-(slots.chunk if leads[0] is None else slots.slot) // self.request)
        # Offsets in the text are counted from the middle of a round: a copy has room for few bits of them.
        self._middle = (3 * slots.stages - 2) * slots.chunk // 2 // _PIECE * _PIECE
        self.sources = [
            self._rounded(row, lead).row(lane, width).assume_aligned(width).at(self._middle).cursor()
            for row, lead in zip(rows, leads, strict=True)
        ]
        self.place = lane * width
        distinct = leads if leads[0] is not None else leads[:1]
        self.left = [self._left(lead) for lead in distinct]

    def advance(self) -> None:
        round = self.slots.stages * self.slots.chunk
        for source in self.sources:
            source.advance(round)
        for of_row in self.left:
            for var in {id(v): v for v in of_row}.values():
                var.set(var - round)

    def pieces(self, chunk: int) -> list[tuple[int, int, int, Var]]:
        """Of all rows: (row, bytes behind its source, bytes behind its slot, what is left there)."""
        return [
            (
                r,
                chunk * self.slots.chunk + i * self.request,
                i * self.request,
                self.left[r % len(self.left)][i],
            )
            for r in range(len(self.sources))
            for i in range(self.requests)
        ]

    def source(self, row: int, behind: int) -> Pointer:
        """Where the lane's piece comes from."""
        return self.sources[row].at(behind - self._middle)

    def target(self, row: int, chunk: int, behind: int) -> Pointer:
        """Where the lane's piece goes."""
        return self._target.at(self.slot(row, chunk) + behind)

    def _left(self, lead: Value | None) -> list[Var]:
        """By request. A lane whose piece lies before the row or behind the chunk has nothing left."""
        k, slots = self.k, self.slots
        bytes = slots.row_bytes - self.place if lead is None else lead + slots.row_bytes - self.place
        usual = k.var(s32, k.bitcast(s32, bytes))
        made = [usual] * self.requests
        end = slots.chunk - (self.requests - 1) * self.request
        if lead is not None:
            here = self.place < lead + end if end >= 0 else self.place - end < lead
        elif end < self.request:
            here = self.place < end
        else:
            here = None
        if here is not None:
            made[-1] = k.var(s32, k.select(here, made[-1], _NEVER))
        if lead is not None:
            before = self.place + self.width <= lead
            first = k.var(s32, k.select(before, _NEVER, made[0]))
            made = [first, *made[1:]]
        return made

    def _rounded(self, row: Pointer, lead: Value | None) -> Pointer:
        if lead is None:
            return row
        return self.k.pointer_to(row.address - self.k.cvt(u64, lead), u8, row.space, align=_PIECE)


class AsyncCopies(_ByLanes):
    """`cp.async` of 16 bytes a lane (sm_80 and later), requests of full sectors; the end of a row by smaller copies.

    A row that begins within a sector is copied from the sector's start on: its neighbour has that too.
    """

    def __init__(
        self, k: KernelBuilder, slots: Slots, ring: Pointer, rows: Sequence[Pointer], lane: Value
    ) -> None:
        ragged = slots.slack > 0
        leads = [k.cvt(u32, row.address) & (_SECTOR - 1) if ragged else None for row in rows]
        super().__init__(k, slots, ring, rows, lane, _PIECE, leads)

    @staticmethod
    def slack_of(row_bytes: int) -> int:
        return _SECTOR if row_bytes % _SECTOR else 0

    def start(self, chunk: int) -> None:
        k = self.k
        for row, behind, at, left in self.pieces(chunk):
            source, target = self.source(row, behind), self.target(row, chunk, at)
            sizes: tuple[int | Value, ...] = (_PIECE,)
            if self.slots.row_bytes % _PIECE:
                sizes = (_PIECE, k.bitcast(u32, k.min(left - behind, _PIECE)))
            with k.predicated(left > behind):
                k.op("cp.async.cg.shared.global", target, source, *sizes)
        k.op("cp.async.commit_group")

    def arrive(self, chunk: int, pending: int, *, last: bool) -> None:
        self.k.op("cp.async.wait_group", pending)
        self.k.bar_warp_sync()


class RegisterCopies(_ByLanes):
    """Loads into registers a chunk ahead, and stores to shared memory: for targets without `cp.async`.

    Pieces have the largest width that divides rows, so that each exists wholly or not at all.
    """

    def __init__(
        self, k: KernelBuilder, slots: Slots, ring: Pointer, rows: Sequence[Pointer], lane: Value
    ) -> None:
        width = gcd(slots.row_bytes, _PIECE)
        super().__init__(k, slots, ring, rows, lane, width, [None] * len(rows))
        self._type: Type = b32 if width >= b32.bytes else u16
        register = b32 if width >= b32.bytes else u32
        words = max(1, width // b32.bytes)
        self._held = [[k.var(register, 0) for _ in range(words)] for _ in self.pieces(0)]

    @staticmethod
    def slack_of(row_bytes: int) -> int:
        return 0

    def start(self, chunk: int) -> None:
        for (row, behind, _, left), held in zip(self.pieces(chunk), self._held, strict=True):
            source = self.source(row, behind).cast(self._type)
            into = tuple(held) if len(held) > 1 else held[0]
            wider = u32 if self._type is u16 else None
            with self.k.predicated(left > behind):
                source.load(vec=len(held), into=into, as_type=wider, nc=True)

    def arrive(self, chunk: int, pending: int, *, last: bool) -> None:
        k = self.k
        for (row, _, at, left), held in zip(self.pieces(chunk), self._held, strict=True):
            target = self.target(row, chunk, at).assume_aligned(self.width).cast(self._type)
            with k.predicated(left > chunk * self.slots.chunk + at):
                target.store(0, tuple(held) if len(held) > 1 else held[0])
        k.bar_warp_sync()


def by_lanes(k: KernelBuilder, slots: Slots, ring: Pointer, rows: Sequence[Pointer], lane: Value) -> Copies:
    """Copies by all lanes of a warp: asynchronous ones where the target has them."""
    if k.module.target.sm >= _ASYNC_SM:
        return AsyncCopies(k, slots, ring, rows, lane)
    return RegisterCopies(k, evolve(slots, stages=2), ring, rows, lane)


class BulkCopies(Copies):
    """Bulk copies by lane 0 (sm_90 and later), which complete on an mbarrier for each stage.

    A copy is rounded to spans of 16 bytes around what it brings, and where that would pass the end of the matrix, the
    last bytes come by ordinary loads: nothing behind the weights is read.
    """

    def __init__(
        self,
        k: KernelBuilder,
        slots: Slots,
        ring: Pointer,
        rows: Sequence[Pointer],
        lane: Value,
        barriers: Pointer,
        is_last_row: Sequence[Value],
    ) -> None:
        super().__init__(k, slots, ring, rows, lane)
        self._is_last_row = is_last_row
        self._barriers = barriers.cast(b64).assume_aligned(MBARRIER)
        self._parity = k.var(u32, 0)
        if slots.slack:
            self.leads = [k.cvt(u32, row.address) & (_PIECE - 1) for row in rows]
        self._sources = [
            self._rounded(row, lead).cursor() for row, lead in zip(rows, self.leads, strict=True)
        ]
        self._left = k.var(s32, slots.row_bytes)
        with k.if_(lane == 0):
            for stage in range(slots.stages):
                k.op("mbarrier.init.shared.b64", self._barriers.at(stage), 1)
            k.op("fence.proxy.async.shared::cta")
        k.bar_warp_sync()

    @staticmethod
    def slack_of(row_bytes: int) -> int:
        return _PIECE if row_bytes % _PIECE else 0

    def start(self, chunk: int) -> None:
        k, slots = self.k, self.slots
        behind = chunk * slots.chunk
        barrier = self._barriers.at(chunk % slots.stages)
        with k.if_((self.lane == 0) & (self._left > behind)):
            bytes = k.bitcast(u32, k.min(self._left - behind, slots.chunk))
            final = self._left <= behind + slots.chunk
            sizes = [self._size(row, bytes, final) for row in range(slots.rows)]
            total = sizes[0]
            for size in sizes[1:]:
                total = total + size
            k.op("mbarrier.arrive.expect_tx.shared.b64", barrier, total)
            for row, (source, size) in enumerate(zip(self._sources, sizes, strict=True)):
                k.op(
                    "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes",
                    self.ring.at(self.slot(row, chunk)),
                    source.at(behind),
                    size,
                    barrier,
                )

    def arrive(self, chunk: int, pending: int, *, last: bool) -> None:
        wait(self.k, self._barriers.at(chunk % self.slots.stages), self._parity.get())
        if last:
            self._finish(chunk)
        self.k.bar_warp_sync()

    def advance(self) -> None:
        round = self.slots.stages * self.slots.chunk
        for source in self._sources:
            source.advance(round)
        self._left.set(self._left - round)
        self._parity.set(self._parity ^ 1)

    def _size(self, row: int, bytes: Value, final: Value) -> Value:
        """Spans around the next `bytes` bytes of a row; at the end of the matrix, whole spans only."""
        k, lead = self.k, self.leads[row]
        if lead is None:
            return bytes
        whole = 0xFFFFFFFF & -_PIECE
        up, down = (lead + (bytes + (_PIECE - 1))) & whole, (lead + bytes) & whole
        return k.select(self._is_last_row[row] & final, down, up)

    def _finish(self, chunk: int) -> None:
        """The bytes behind the last whole span of the matrix, two a lane."""
        k, slots = self.k, self.slots
        bytes = slots.row_bytes - (slots.chunks - 1) * slots.chunk
        for row, (lead, source) in enumerate(zip(self.leads, self._sources, strict=True)):
            if lead is None:
                continue
            at = ((lead + bytes) & (0xFFFFFFFF & -_PIECE)) + self.lane * 2
            with k.if_(self._is_last_row[row] & (at < lead + bytes)):
                half = source.at(chunk * slots.chunk).row(at, 1).cast(u16).assume_aligned(2)
                self.ring.at(self.slot(row, chunk)).row(at, 1).cast(u16).assume_aligned(2)[0] = half.load(
                    as_type=u32, nc=True
                )

    def _rounded(self, row: Pointer, lead: Value | None) -> Pointer:
        address = row.address if lead is None else row.address - self.k.cvt(u64, lead)
        return self.k.pointer_to(address, u8, row.space, align=_PIECE)
