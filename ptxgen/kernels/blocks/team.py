"""Threads that share a row: some lanes of a warp, a warp, or a CTA. They hold the row in registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from ptxgen.isa.types import Type
from ptxgen.kernels.blocks.floats import load_floats, store_floats, vector_width
from ptxgen.kernels.blocks.monoid import Monoid, State
from ptxgen.kernels.blocks.reduce import block_reduce
from ptxgen.kernels.blocks.warp import WARP, warp_reduce

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen
class Team:
    """`members` of the `threads` of a one-dimensional CTA: a power of two up to 32, or the whole CTA."""

    members: int
    threads: int

    @property
    def rows_a_cta(self) -> int:
        """How many teams a CTA has."""
        return self.threads // self.members

    def member(self, k: KernelBuilder) -> Value:
        """The thread's number in its team."""
        return k.tid.x if self.members == self.threads else k.tid.x % self.members

    def row(self, k: KernelBuilder) -> Value:
        """The number of the team's row. CTAs of several teams may have teams beyond the last row."""
        return (
            k.ctaid.x
            if self.members == self.threads
            else k.ctaid.x * self.rows_a_cta + k.tid.x // self.members
        )

    def reduce(self, k: KernelBuilder, op: Monoid, state: State) -> State:
        """The states of all members combined, in every member. All threads of the CTA come here together."""
        if self.members <= WARP:
            return warp_reduce(k, op, state, lanes=self.members)
        return block_reduce(k, op, state, self.threads)


@frozen(eq=False)
class RegisterRow:
    """How a team holds rows of `columns` elements: which elements a thread has, and how it reads and writes them.

    The row is cut into pieces of `width` elements, dealt to the members in turn, so that neighbouring threads touch
    neighbouring memory. `types` are those of the arrays that are read or written with this division. Where the
    predicate `exists` does not hold, the team has no row: it reads nothing and writes nothing.
    """

    k: KernelBuilder
    team: Team
    columns: int
    types: Sequence[Type]
    exists: Value | None = None
    width: int = field(init=False)
    first: Value = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "width", vector_width(self.columns, *self.types))
        object.__setattr__(self, "first", self.team.member(self.k) * self.width)

    @property
    def steps(self) -> range:
        """The first column of each round of pieces."""
        return range(0, self.columns, self.team.members * self.width)

    def load(self, x: Pointer, *, missing: float = 0.0) -> list[Value]:
        """This thread's elements of the row at `x` as f32; `missing` for those beyond its end."""
        start = x.at(self.first)
        return [
            value
            for step in self.steps
            for value in load_floats(
                self.k, start, step, self.width, where=self._where(step), missing=missing
            )
        ]

    def store(self, y: Pointer, values: Sequence[Value]) -> None:
        """Write this thread's elements of the row at `y`, rounded to its type."""
        start = y.at(self.first)
        for i, step in enumerate(self.steps):
            piece = values[i * self.width : (i + 1) * self.width]
            store_floats(self.k, start, step, piece, where=self._where(step))

    def keep(self, values: Sequence[Value], *, missing: float = 0.0) -> list[Value]:
        """The values, `missing` in the place of those beyond the end of the row."""
        out = list(values)
        for i, step in enumerate(self.steps):
            where = self._where(step)
            if where is not None:
                for j in range(i * self.width, (i + 1) * self.width):
                    out[j] = self.k.select(where, out[j], missing)
        return out

    @property
    def offsets(self) -> list[int]:
        """The columns of a thread's elements, less `first`."""
        return [step + i for step in self.steps for i in range(self.width)]

    def _where(self, step: int) -> Value | None:
        """Whether the thread's piece of a round is there; None where all threads' are."""
        if step + self.team.members * self.width <= self.columns:
            return self.exists
        inside = self.first < self.columns - step
        return inside if self.exists is None else inside & self.exists


def fold(k: KernelBuilder, op: Monoid, values: Sequence[Value]) -> Value:
    """A thread's values combined in pairs, and pairs of pairs: short chains, and the least rounding of sums."""
    left = list(values)
    while len(left) > 1:
        pairs = [op.combine(k, (a,), (b,))[0] for a, b in zip(left[::2], left[1::2], strict=False)]
        left = pairs + left[len(pairs) * 2 :]
    return left[0]
