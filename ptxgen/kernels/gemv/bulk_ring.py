"""Weights through shared memory by bulk copies, several stages ahead: a ring for each warp (Hopper and later)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.isa.types import b64, u8, u16, u32, u64
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.activations_q8 import Reader, StagedActivations
from ptxgen.kernels.blocks.mbarriers import MBARRIER, wait
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.gemv.products import Products, Shape, Task
from ptxgen.kernels.gemv.sources import Source, stage

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.ir.builder.pointer import Cursor

_SPAN = 16
"""Bulk copies have addresses and sizes in multiples of so many bytes."""

_WHOLE = 0xFFFFFFFF & -_SPAN
"""The mask that rounds down to whole spans."""

_MOST_SHARED = 227 * 1024


@frozen
class BulkRing:
    """Each warp has `stages` stages; lane 0 copies the next `steps` steps of `rows` rows into the one just emptied.

    Copies need no registers and no lane waits for them until their turn, and they read weights once, in full sectors,
    whatever the alignment of the format's blocks: a copy is rounded to spans of 16 bytes around what it brings, and
    where that would pass the end of the matrix, the last bytes come by ordinary loads. So nothing behind the weights is
    read, and nothing need be padded. All activations are in shared memory at once. KRN041 where that is too little.
    """

    rows: int = choice(2, 1, 4)
    stages: int = choice(4, 3, 6)
    steps: int = choice(1, 2)

    minimum_sm: ClassVar[int] = 90

    def shared_bytes(self, shape: Shape, matrices: int) -> int:
        """See `Strategy`."""
        bytes = _Layout(self, shape, self.rows * matrices).bytes
        if bytes > _MOST_SHARED:
            raise KernelError(
                "KRN041",
                f"{shape.batch} rows of {shape.columns} activations and the ring take {bytes} bytes of shared memory,"
                f" and a CTA has at most {_MOST_SHARED}",
                help="the strategy Dp4a takes any number of columns; fewer rows, stages or threads need less",
            )
        return bytes

    def turns(self, shape: Shape, groups: int) -> int:
        """One: the copies of a CTA's first chunks travel while it stages the activations."""
        return 1

    def stage(self, k: KernelBuilder, shape: Shape, source: Source, memory: Pointer) -> bool:
        """Left to `totals`."""
        return False

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """See `Strategy`."""
        return _Loop(k, task, _Layout(self, task.shape, len(task.rows))).run()


class _Layout:
    """Shared memory of a CTA: activations; for each warp, stages with a slot for each row; for each warp, mbarriers."""

    def __init__(self, strategy: BulkRing, shape: Shape, rows: int) -> None:
        self.rows, self.stages = rows, strategy.stages
        # Chunks of whole spans keep the place of a row's blocks in its span the same.
        odd = strategy.steps * shape.step_bytes % _SPAN != 0
        self.steps = strategy.steps * (2 if odd else 1)
        self.chunk = self.steps * shape.step_bytes
        self.slot = self.chunk + _SPAN
        self.stage = rows * self.slot
        whole = shape.layout.row_bytes(shape.columns)
        warps = shape.threads // WARP
        self.activations = shape.batch * -(-whole // _SPAN) * _SPAN
        self.ring = self.stages * self.stage
        self.barriers = self.activations + warps * self.ring
        self.bytes = self.barriers + warps * self.stages * MBARRIER


class _Loop:
    """A warp's way through its rows. The ring's stages follow each other in the text, so that all offsets are known."""

    def __init__(self, k: KernelBuilder, task: Task, layout: _Layout) -> None:
        shape = task.shape
        self.k, self.task, self.shape, self.layout = k, task, shape, layout
        self.products = Products(k, task)
        self.chunks = -(-shape.blocks // (layout.steps * shape.blocks_a_step))
        self.row_bytes = shape.format.row_bytes(shape.columns)
        warp = k.tid.x >> (WARP.bit_length() - 1)
        memory = task.memory
        self.ring = memory.at(layout.activations).row(warp, layout.ring)
        self.barriers = (
            memory.at(layout.barriers).row(warp, layout.stages * MBARRIER).cast(b64).assume_aligned(MBARRIER)
        )
        self.leads = [self._lead(row) for row in task.rows]
        self.sources: list[Cursor] = [
            self._rounded(row, lead).cursor() for row, lead in zip(task.rows, self.leads, strict=True)
        ]
        starts = [self.ring.at(r * layout.slot) for r in range(layout.rows)]
        self.shares = self.products.open(
            [
                start if lead is None else start.row(lead, 1).assume_aligned(shape.format.alignment)
                for start, lead in zip(starts, self.leads, strict=True)
            ]
        )

    def run(self) -> list[list[Value]]:
        """Start the copies, stage the activations while they travel, then go round."""
        k, shape, layout = self.k, self.shape, self.layout
        self._initialise()
        for index in range(min(layout.stages, self.chunks)):
            self._fill(index, last=index + 1 == self.chunks)
        staged = StagedActivations(k, self.task.memory, shape.layout, shape.batch, shape.columns)
        stage(k, self.task.source, staged, 0, shape.columns, shape.threads)
        k.bar_sync()
        reader = staged.reader(self.task.lane)
        # Whole rounds whose chunks, and those that they fetch, are no last one.
        rounds = max(0, (self.chunks - 1) // layout.stages - 1)
        parity = k.var(u32, 0)
        if rounds:
            with k.for_(0, rounds):
                for index in range(layout.stages):
                    self._chunk(index, reader, parity.get(), layout.steps)
                    self._fill(index, last=False)
                parity.set(parity ^ 1)
                reader.advance(layout.stages * layout.steps)
        self._rest(rounds, reader, parity)
        return self.products.totals()

    def _rest(self, rounds: int, reader: Reader, parity: Value) -> None:
        """The chunks behind the whole rounds, at most two rounds of them; the last may be smaller."""
        layout, shape = self.layout, self.shape
        first = rounds * layout.stages
        for chunk in range(first, self.chunks):
            turn, index = divmod(chunk - first, layout.stages)
            last = chunk + 1 == self.chunks
            blocks = shape.blocks - chunk * layout.steps * shape.blocks_a_step
            steps, some = divmod(blocks, shape.blocks_a_step) if last else (layout.steps, 0)
            self._chunk(
                index, reader, parity ^ (turn & 1), steps, some, behind=turn * layout.stages, last=last
            )
            following = chunk + layout.stages
            if following < self.chunks:
                self._fill(index, last=following + 1 == self.chunks)

    def _initialise(self) -> None:
        k = self.k
        with k.if_(self.task.lane == 0):
            for index in range(self.layout.stages):
                k.op("mbarrier.init.shared.b64", self.barriers.at(index), 1)
            k.op("fence.proxy.async.shared::cta")
        k.bar_warp_sync()

    def _fill(self, index: int, *, last: bool) -> None:
        """Lane 0 starts the copies of the next chunk into a stage that no lane reads any more."""
        k, layout = self.k, self.layout
        k.bar_warp_sync()
        bytes = layout.chunk
        if last:
            bytes = self.row_bytes - (self.chunks - 1) * layout.chunk
        with k.if_(self.task.lane == 0):
            sizes = [self._size(r, bytes, last=last) for r in range(layout.rows)]
            total = sizes[0]
            for more in sizes[1:]:
                total = total + more
            k.op("mbarrier.arrive.expect_tx.shared.b64", self.barriers.at(index), total)
            for r, (source, size) in enumerate(zip(self.sources, sizes, strict=True)):
                k.op(
                    "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes",
                    self.ring.at(index * layout.stage + r * layout.slot),
                    source,
                    size,
                    self.barriers.at(index),
                )
        if not last:
            for source in self.sources:
                source.advance(layout.chunk)

    def _size(self, row: int, bytes: int, *, last: bool) -> Value | int:
        """Spans around `bytes` bytes of a row; at the end of the matrix, whole spans only."""
        k, lead = self.k, self.leads[row]
        if lead is None:
            return bytes
        up = (lead + (bytes + _SPAN - 1)) & _WHOLE
        if not last:
            return up
        down = (lead + bytes) & _WHOLE
        return k.select(self.task.numbers[row] == self.task.n - 1, down, up)

    def _chunk(
        self,
        index: int,
        reader: Reader,
        parity: Value,
        steps: int,
        some: int = 0,
        *,
        behind: int = 0,
        last: bool = False,
    ) -> None:
        """Wait for a stage and add its steps, and a step of the first `some` blocks."""
        k, layout = self.k, self.layout
        wait(k, self.barriers.at(index), parity)
        if last:
            self._finish(index)
        first = (behind + index) * layout.steps
        places = [(index * layout.stage + s * self.shape.step_bytes, first + s) for s in range(steps + 1)]
        self.products.add(self.shares, reader, places[:steps])
        if some:
            with k.if_(self.products.block < some):
                self.products.add(self.shares, reader, places[steps:])

    def _finish(self, index: int) -> None:
        """The bytes behind the last whole span of the matrix, two a lane, and zeros up to a whole span behind them."""
        k, layout = self.k, self.layout
        bytes = self.row_bytes - (self.chunks - 1) * layout.chunk
        for r, (lead, source) in enumerate(zip(self.leads, self.sources, strict=True)):
            if lead is None:
                continue
            whole = (lead + bytes) & _WHOLE
            at = whole + self.task.lane * 2
            here = (self.task.numbers[r] == self.task.n - 1) & (self.task.lane < _SPAN // 2)
            with k.if_(here):
                half = k.var(u32, 0)
                with k.predicated(at < lead + bytes):
                    source.row(at, 1).cast(u16).assume_aligned(2).load(into=half, as_type=u32, nc=True)
                slot = self.ring.at(index * layout.stage + r * layout.slot)
                slot.row(at, 1).cast(u16).assume_aligned(2)[0] = half
        if any(lead is not None for lead in self.leads):
            k.bar_warp_sync()

    def _lead(self, row: Pointer) -> Value | None:
        """Bytes of the row's first span before the row; None where rows are made of whole spans."""
        if self.row_bytes % _SPAN == 0:
            return None
        return self.k.cvt(u32, row.address) & (_SPAN - 1)

    def _rounded(self, row: Pointer, lead: Value | None) -> Pointer:
        address = row.address if lead is None else row.address - self.k.cvt(u64, lead)
        return self.k.pointer_to(address, u8, row.space, align=_SPAN)
