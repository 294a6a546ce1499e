"""What kernels on rows have in common: how many threads share a row, and how large a row may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.kernels.base import Kernel, limit, option, size
from ptxgen.kernels.blocks.team import RegisterRow, Team
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value
    from ptxgen.isa.types import Type

VALUES_A_THREAD = 32
"""Elements of a row that a thread holds at most: with 1024 threads, 64 registers are all that it has."""


@frozen
class RowKernel(Kernel):
    """A kernel that reads each row of [rows, cols] once and holds it in registers.

    `threads` is the CTA's size. `team` threads share a row: a power of two up to 32, or `threads`; 0 takes the fewest
    that need hold no more than 8 values each where a warp can do that for 32, else the whole CTA. rows is a launch-time
    parameter.
    """

    rows: int = size(5)
    cols: int = size(100)
    threads: int = option(128)
    team: int = limit()

    longer: ClassVar[str] = "shorter rows: none longer fits into registers"
    """What to use for rows that do not fit."""

    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("threads", WARP),
        at_most("threads", 1024),
        at_most("rows", 2**31 - 1),
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        members = self.members
        if not (members == self.threads or (members <= WARP and members & (members - 1) == 0)):
            raise KernelError(
                "KRN100",
                f"{type(self).__name__}: team must be a power of two up to {WARP}, or threads ({self.threads}), got"
                f" {self.team}",
                help="0 lets the kernel choose",
            )
        capacity = VALUES_A_THREAD * members
        if self.cols > capacity:
            wider = 1 << max(-(-self.cols // VALUES_A_THREAD) - 1, 0).bit_length()
            way = f"threads={max(wider, WARP)} with team=0" if wider <= 1024 else self.longer
            raise KernelError(
                "KRN101",
                f"{type(self).__name__}: {members} threads hold a row of at most {capacity} elements, got cols ="
                f" {self.cols}",
                help=f"use {way}",
            )

    def require_positive(self, name: str) -> None:
        """KRN102 unless the real field `name` is above 0."""
        value = getattr(self, name)
        if value <= 0:
            raise KernelError("KRN102", f"{type(self).__name__}: {name} must be positive, got {value}")

    @property
    def members(self) -> int:
        """How many threads share a row."""
        if self.team:
            return self.team
        if self.cols > VALUES_A_THREAD * WARP:
            return self.threads
        return min(1 << (max(-(-self.cols // 8), 1) - 1).bit_length(), WARP)

    @property
    def teams(self) -> Team:
        """The division of a CTA into teams."""
        return Team(self.members, self.threads)

    def row(self, k: KernelBuilder, rows: Value, *types: Type) -> tuple[Value, RegisterRow]:
        """The number of the thread's row, and its part of it, for arrays of these types."""
        k.launch_bounds(required=self.threads)
        number = self.teams.row(k)
        exists = number < rows if self.teams.rows_a_cta > 1 else None
        return number, RegisterRow(k, self.teams, self.cols, types, exists)

    def plan(self) -> Plan:
        grid = -(-self.rows // self.teams.rows_a_cta)
        return Plan.single(entry=self.name, grid=grid, block=self.threads)

    @property
    def additions(self) -> int:
        """Roundings that an element's way into the sum of its row has at most: in the thread, warp and CTA."""
        values = -(-self.cols // self.members)
        return values.bit_length() + self.members.bit_length() + 4
