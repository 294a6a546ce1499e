"""Products of a warp's rows of quantised weights with rows of 8-bit activations: what every strategy does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from attrs import frozen

from ptxgen.isa.types import f32, u8
from ptxgen.kernels.blocks.activations_q8 import ActivationLayout, Reader
from ptxgen.kernels.blocks.integer_dots import IntegerDot, integer_dot
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.blocks.words import Moving
from ptxgen.kernels.gemv.sources import Source
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_STATIC_SHARED = 48 * 1024


@frozen
class Shape:
    """Rows of `columns` weights of a format times `batch` rows of activations, by CTAs of `threads`."""

    format: BlockFormat
    columns: int
    batch: int
    threads: int

    @property
    def layout(self) -> ActivationLayout:
        """How the format wants its activations."""
        return integer_dot(self.format).layout

    @property
    def blocks_a_step(self) -> int:
        """Blocks of a row that the lanes of a warp take together."""
        return WARP // integer_dot(self.format).lanes

    @property
    def step_bytes(self) -> int:
        """Bytes of so many blocks."""
        return self.blocks_a_step * self.format.bytes

    @property
    def blocks(self) -> int:
        """Blocks of a row."""
        return self.columns // self.format.weights


@frozen(eq=False)
class Task:
    """What a warp does: rows of weights (numbers `numbers` of a matrix of `n`, at `rows`) times all activations.

    Activations come from `source` and pass through shared memory at `memory`; if `staged`, all of them are there.
    """

    shape: Shape
    source: Source
    memory: Pointer
    rows: Sequence[Pointer]
    numbers: Sequence[Value]
    n: Value
    lane: Value
    staged: bool = False


class Strategy(Protocol):
    """How weights come to the lanes of a warp."""

    minimum_sm: ClassVar[int]

    @property
    def rows(self) -> int:
        """Rows of a matrix that a warp computes."""
        ...

    def shared_bytes(self, shape: Shape, matrices: int) -> int:
        """Shared memory of a CTA that computes the same rows of so many matrices."""
        ...

    def turns(self, shape: Shape, groups: int) -> int:
        """How many of so many groups of rows a CTA computes one after the other: 1 unless it keeps activations."""
        ...

    def stage(self, k: KernelBuilder, shape: Shape, source: Source, memory: Pointer) -> bool:
        """Put all activations into shared memory, for any number of turns. False where `totals` does it."""
        ...

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """The products of each row of weights with each row of activations, in every lane of the warp.

        All threads of the CTA must come here.
        """
        ...


class Products:
    """The sums of a warp, and how a step is added to them."""

    def __init__(self, k: KernelBuilder, task: Task) -> None:
        self.k, self.task = k, task
        self.dot: IntegerDot = integer_dot(task.shape.format)(k, task.lane)
        self.block = task.lane >> (self.dot.lanes.bit_length() - 1)
        self.sums: list[list[Var]] = [[k.var(f32, 0.0) for _ in range(task.shape.batch)] for _ in task.rows]

    def open(self, rows: Sequence[Pointer]) -> list[Sequence[Moving]]:
        """The lane's places in rows, from their first blocks on."""
        return [self.dot.open(row.row(self.block, self.task.shape.format.bytes)) for row in rows]

    def add(self, rows: Sequence[Sequence[Moving]], reader: Reader, steps: Sequence[tuple[int, int]]) -> None:
        """Add steps, each given as (bytes behind the rows' places, steps behind the reader's).

        All loads of weights are started before the first is used.
        """
        loaded = [[self.dot.load(row, offset) for row in rows] for offset, _ in steps]
        for (_, step), words in zip(steps, loaded, strict=True):
            decoded: list[Any] = [self.dot.decode(share) for share in words]
            for activations in range(self.task.shape.batch):
                share = reader.load(activations, step)
                for weights, sums in zip(decoded, self.sums, strict=True):
                    self.dot.accumulate(weights, share, sums[activations])

    def totals(self) -> list[list[Value]]:
        """The sums over the warp, in every lane."""
        return [[warp_sum(self.k, total) for total in row] for row in self.sums]


def dynamic_bytes(bytes: int) -> int:
    """Of so many bytes of shared memory, what a launch adds: nothing where the static kind is enough."""
    return bytes if bytes > _STATIC_SHARED else 0


def shared_memory(k: KernelBuilder, bytes: int) -> Pointer:
    """So many bytes of shared memory, 16-byte aligned."""
    if dynamic_bytes(bytes):
        return k.dynamic_shared("memory", u8, align=16)
    return k.shared("memory", u8, bytes, align=16)
