"""How many threads a launch has, how they are grouped, and how much dynamic shared memory a CTA gets."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index

from attrs import field, frozen

from ptxgen.errors import PtxgenError

Dim3 = tuple[int, int, int]
"""Extents along x, y and z."""


class LaunchError(PtxgenError):
    """A launch that no device could run as it is described (ids LCH0xx)."""


def dim3(value: int | Sequence[int]) -> Dim3:
    """An int or one to three ints as three extents, the missing ones 1. LCH001 for anything else."""
    try:
        parts = (index(value),) if not isinstance(value, Sequence) else tuple(index(v) for v in value)
    except TypeError:
        parts = ()
    if not 1 <= len(parts) <= 3 or min(parts) < 1:
        raise LaunchError(
            "LCH001",
            f"expected a positive int or one to three positive ints, got {value!r}",
            help="with no work to do, skip the launch: an extent of 0 is refused by every device",
        )
    x, y, z = (*parts, 1, 1)[:3]
    return x, y, z


def _optional_dim3(value: int | Sequence[int] | None) -> Dim3 | None:
    return None if value is None else dim3(value)


@frozen
class LaunchConfig:
    """One launch: `grid` CTAs of `block` threads (ints or one to three of them, x first).

    `shared_bytes` is the dynamic shared memory of a CTA, in bytes, beyond what the entry declares. `cluster` groups
    CTAs into thread block clusters (sm_90 and later) and must divide the grid. `cooperative` asks that all CTAs be
    resident together (grid synchronisation). `programmatic_dependent` lets the kernel start before its predecessor in
    the stream has finished; the kernel then waits by `griddepcontrol.wait`.
    """

    grid: Dim3 = field(converter=dim3)
    block: Dim3 = field(converter=dim3)
    shared_bytes: int = field(default=0, converter=index)
    cluster: Dim3 | None = field(default=None, converter=_optional_dim3)
    cooperative: bool = False
    programmatic_dependent: bool = False

    def __attrs_post_init__(self) -> None:
        if self.shared_bytes < 0:
            raise LaunchError("LCH002", f"shared_bytes must not be negative, got {self.shared_bytes}")
        if self.cluster is not None and any(g % c for g, c in zip(self.grid, self.cluster, strict=True)):
            raise LaunchError(
                "LCH003",
                f"a cluster of {self.cluster} CTAs does not divide the grid {self.grid}",
                help="round the grid up to a multiple of the cluster along each axis",
            )

    @property
    def ctas(self) -> int:
        """Number of CTAs in the grid."""
        return self.grid[0] * self.grid[1] * self.grid[2]

    @property
    def cta_threads(self) -> int:
        """Number of threads in a CTA."""
        return self.block[0] * self.block[1] * self.block[2]

    @property
    def threads(self) -> int:
        """Number of threads in the whole launch."""
        return self.ctas * self.cta_threads
