"""Products of a warp's rows of quantised weights with rows of 8-bit activations: what every strategy does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from attrs import frozen

from ptxgen.isa.types import f32, u8
from ptxgen.kernels.blocks.activations_q8 import ActivationLayout, StagedActivations
from ptxgen.kernels.blocks.integer_dot import IntegerDot
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.gemv.sources import Source, stage
from ptxgen.kernels.gemv.units import Units
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var
    from ptxgen.kernels.blocks.unpack import Codes

_STATIC_SHARED = 48 * 1024
_WORD = 4

_FEW_ROWS = 8
"""Rows of activations of which there is room for a step, whatever the format. Of more there is room for a block."""


@frozen
class Shape:
    """Rows of `columns` weights of a format times `batch` rows of activations, by CTAs of `threads`."""

    format: BlockFormat
    columns: int
    batch: int
    threads: int

    @property
    def units(self) -> Units:
        """How the lanes of a warp share a row."""
        return Units.of(self.format, self.columns)

    @property
    def many(self) -> bool:
        """Whether there are many rows of activations: one step is enough to be busy with."""
        return self.batch > _FEW_ROWS

    @property
    def parts(self) -> int:
        """Parts of a step that meet their activations one after the other: one, or the blocks of a unit."""
        return self.units.blocks if self.many else 1

    @property
    def part_columns(self) -> int:
        """Columns of a part."""
        return self.units.step_columns // self.parts

    @property
    def layout(self) -> ActivationLayout:
        """How the activations of a part lie in shared memory."""
        units = self.units
        return ActivationLayout.of(units.form, units.blocks // self.parts, self.format.weights)

    @property
    def warps(self) -> int:
        """Warps of a CTA."""
        return self.threads // WARP

    def stage(
        self, k: KernelBuilder, source: Source, memory: Pointer, first: Value | int, count: int
    ) -> StagedActivations:
        """Fill shared memory with the activations of `count` parts from `first` on. All threads come here."""
        staged = StagedActivations(k, memory, self.layout, self.batch, count * self.part_columns)
        words, end = count * self.part_columns // _WORD, self.columns // _WORD
        known = isinstance(first, int) and self.parts == 1
        if known:
            words = min(words, end - int(first) * (self.part_columns // _WORD))
        start = first * (self.part_columns // _WORD)
        stage(
            k,
            source,
            staged,
            words,
            self.threads,
            lambda word: self._place(word + start),
            0 if known else end,
        )
        return staged

    def _place(self, word: Value) -> Value:
        """The word of a row that the parts have at this place, if they follow each other."""
        if self.parts == 1:
            return word
        block, part = self.format.weights // _WORD, self.part_columns // _WORD
        step, of_step = word // (part * self.parts), word % (part * self.parts)
        number, within = of_step // part, of_step % part
        unit = within // block
        return step * (part * self.parts) + (unit * self.parts + number) * block + within % block


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
        """Rows of a matrix that a warp computes at most."""
        ...

    def shared_bytes(self, shape: Shape, rows: int) -> int:
        """Shared memory of a CTA whose warps compute so many rows of weights each."""
        ...

    def fits(self, shape: Shape, rows: int) -> bool:
        """Whether that is little enough."""
        ...

    def has_room(self, shape: Shape, rows: int) -> bool:
        """Whether every target of the strategy has so much."""
        ...

    def turns(self, shape: Shape, rows: int, groups: int) -> int:
        """How many of so many groups of rows a CTA computes one after the other: 1 unless it keeps activations."""
        ...

    def stage(self, k: KernelBuilder, shape: Shape, rows: int, source: Source, memory: Pointer) -> bool:
        """Put all activations into shared memory, for any number of turns. False where `totals` does it."""
        ...

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """The products of each row of weights with each row of activations, in every lane of the warp.

        All threads of the CTA must come here.
        """
        ...


class IntegerProducts:
    """The sums of a warp, and how shares are added to them: what consumes a ring's weights.

    Activations are staged for `tile` steps at a time, unless they are there already.
    """

    def __init__(self, k: KernelBuilder, task: Task, tile: int) -> None:
        shape = task.shape
        units = shape.units
        self._k, self._task = k, task
        self._dot = IntegerDot(k, units.form, shape.layout, shape.format.weights)
        self._tiled = tile < units.steps * shape.parts
        self._planes = shape.layout.planes * shape.parts // units.blocks
        self._sums: list[list[Var]] = [[k.var(f32, 0.0) for _ in range(shape.batch)] for _ in task.rows]

    def stage(self, first: Value | int, count: int) -> None:
        """See `Consumer`."""
        k, task, shape = self._k, self._task, self._task.shape
        if task.staged:
            columns = count * shape.part_columns
            staged = StagedActivations(k, task.memory, shape.layout, shape.batch, columns)
        else:
            if self._tiled:
                k.bar_sync()
            staged = shape.stage(k, task.source, task.memory, first, count)
            k.bar_sync()
        self._reader = staged.reader(task.lane)

    def add(self, rows: Sequence[Sequence[Codes]], part: int) -> None:
        """See `Consumer`."""
        planes = self._planes * len(rows[0])
        for m in range(self._task.shape.batch):
            share = self._reader.load(m, part, planes)
            for blocks, sums in zip(rows, self._sums, strict=True):
                self._dot.accumulate(blocks, share, sums[m])

    def advance(self, parts: int) -> None:
        """See `Consumer`."""
        self._reader.advance(parts)

    def totals(self) -> list[list[Value]]:
        """The sums over the warp, in every lane."""
        return [[warp_sum(self._k, total) for total in row] for row in self._sums]


def dynamic_bytes(bytes: int) -> int:
    """Of so many bytes of shared memory, what a launch adds: nothing where the static kind is enough."""
    return bytes if bytes > _STATIC_SHARED else 0


def shared_memory(k: KernelBuilder, bytes: int) -> Pointer:
    """So many bytes of shared memory, 16-byte aligned."""
    if dynamic_bytes(bytes):
        return k.dynamic_shared("memory", u8, align=16)
    return k.shared("memory", u8, bytes, align=16)
