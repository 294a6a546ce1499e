"""Some CTAs of a grid that run together: their shared and local memory, and who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from ptxgen.emulator.banked import Banked
from ptxgen.emulator.errors import BAD_LAUNCH, GRID_LIMIT, EmulatorError, Place, Triple
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.emulator.limits import Limits
from ptxgen.emulator.memory import Buffer, Memory
from ptxgen.emulator.observer import Access, Observer
from ptxgen.errors import SourceLocation
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function

if TYPE_CHECKING:
    from ptxgen.emulator.asynchronous.state import Asynchrony

Array = np.ndarray[Any, Any]


@define
class LaunchStatistics:
    """What a launch executed. Counted over threads that took part; an instruction whose guard is false counts too.

    instructions: PTX instructions issued by warps. thread_instructions: PTX instructions times active threads.
    divergent_branches: branches at which threads of one context parted. batches: groups of CTAs run together.
    """

    instructions: int = 0
    thread_instructions: int = 0
    blocks: int = 0
    divergent_branches: int = 0
    barriers: int = 0
    batches: int = 0


@define(eq=False, slots=False)
class Launch:
    """What all CTAs of a launch have in common. `grid`, `block` and `cluster` are `(x, y, z)`."""

    entry: str
    grid: Triple
    block: Triple
    cluster: Triple
    memory: Memory
    limits: Limits
    parameters: Buffer
    static_shared: int
    dynamic_shared: int
    observers: tuple[Observer, ...]
    track_initialised: bool
    statistics: LaunchStatistics = field(factory=LaunchStatistics)
    explicit_cluster: bool = False
    schedule: int | None = None
    """The seed of a random order of warps; None for the usual order, lowest program counter first."""
    locate: Callable[[int], SourceLocation | None] = field(default=lambda line: None)
    """The author's line behind a PTX line."""
    pointers: Mapping[int, str] = field(factory=dict[int, str])
    """Which parameter points to the start of a buffer, by address."""
    functions: tuple[Function, ...] = ()
    """What the launch may execute: the entry, and all that it may call."""

    @property
    def key(self) -> tuple[object, ...]:
        """Launches with equal keys can be run by one machine: they differ in what memory and parameters hold."""
        return (
            self.entry,
            self.grid,
            self.block,
            self.cluster,
            self.explicit_cluster,
            self.parameters.address,
            self.dynamic_shared,
            self.limits,
            self.track_initialised,
            self.observers,
            self.schedule,
        )

    @property
    def follows_values(self) -> bool:
        """Whether uninitialised values are followed to where they are used, instead of being errors when loaded."""
        return self.track_initialised and any(o.follows_values for o in self.observers)

    def instructions(self) -> Iterator[Instruction]:
        """What the launch may execute."""
        return (i for function in self.functions for i in function.instructions())

    @property
    def threads(self) -> int:
        """Threads of one CTA."""
        return self.block[0] * self.block[1] * self.block[2]

    @property
    def ctas(self) -> int:
        return self.grid[0] * self.grid[1] * self.grid[2]

    @property
    def shared_bytes(self) -> int:
        return self.static_shared + self.dynamic_shared

    @property
    def warps(self) -> int:
        """Warps of one CTA, the last one possibly not full."""
        return -(-self.threads // WARP_SIZE)

    @property
    def regular(self) -> bool:
        """Whether the threads of a CTA form whole warps (or one short one), and so a lattice."""
        return self.threads % WARP_SIZE == 0 or self.threads < WARP_SIZE

    @property
    def cluster_ctas(self) -> int:
        """CTAs of one cluster."""
        return self.cluster[0] * self.cluster[1] * self.cluster[2]

    @cached_property
    def order(self) -> Array:
        """Linear indices of all CTAs, cluster by cluster, and in a cluster by rank."""
        index = np.arange(self.ctas)
        places = [_component(index, self.grid, axis) for axis in range(3)]
        clusters = [g // c for g, c in zip(self.grid, self.cluster, strict=True)]
        cluster = _linear([p // c for p, c in zip(places, self.cluster, strict=True)], clusters)
        rank = _linear([p % c for p, c in zip(places, self.cluster, strict=True)], list(self.cluster))
        return np.lexsort((rank, cluster))

    def check(self) -> None:
        """EMU040 and EMU022 for launches that no machine takes."""
        limits = self.limits
        for name, sizes in (("grid", self.grid), ("block", self.block), ("cluster", self.cluster)):
            if min(sizes) < 1:
                raise EmulatorError(BAD_LAUNCH, f"{name} sizes must be at least 1, got {sizes}")
        if self.threads > limits.block_threads:
            raise EmulatorError(
                BAD_LAUNCH,
                f"a block has at most {limits.block_threads} threads, got {self.block} = {self.threads}",
                help="use a smaller block and a larger grid",
            )
        if self.shared_bytes > limits.shared_bytes:
            raise EmulatorError(
                BAD_LAUNCH,
                f"shared memory of a CTA is at most {limits.shared_bytes} bytes, got {self.static_shared} static"
                f" and {self.dynamic_shared} dynamic",
            )
        if self.ctas * self.threads > limits.grid_threads:
            raise EmulatorError(
                GRID_LIMIT,
                f"the grid has {self.ctas * self.threads} threads, the limit is {limits.grid_threads}",
                help="launch fewer threads, or raise Limits.grid_threads",
            )
        if any(g % c for g, c in zip(self.grid, self.cluster, strict=True)):
            raise EmulatorError(BAD_LAUNCH, f"grid {self.grid} is not a multiple of cluster {self.cluster}")


class Batch:
    """CTAs of one launch in columns. `ctas[column]` is the linear index of the CTA, x fastest.

    The CTAs of a cluster are neighbouring columns, in the order of their ranks.
    """

    def __init__(self, launch: Launch, columns: int) -> None:
        self.launch = launch
        self.columns = columns
        self.ctas: Array = np.zeros(columns, np.int64)
        self.shared = Banked(launch.shared_bytes, columns, launch.track_initialised)
        self.local = Banked(0, columns * launch.threads, launch.track_initialised)
        self.alive: Array = np.zeros(columns, np.int64)
        """Threads of each CTA that have not exited."""
        self.living: Array = np.zeros((launch.threads, columns), np.bool_)
        self.asynchrony: Asynchrony
        """What goes on beside the threads; the machine makes it."""
        self.missing: list[tuple[Access, Array]] = []
        """Where values are followed: what the present instruction read, with the bytes that nobody wrote."""
        self.origins: dict[str, Access] = {}
        """Where values are followed: the load that last brought an unset value to each register."""
        self.stores: list[Access] = []
        """Where values are followed: what the present instruction wrote."""
        self.copied: dict[str, tuple[Array, Access | None]] = {}
        """Where values are followed: the unset bytes that the present instruction copied to registers."""

    def restart(self, first: int) -> None:
        """Take the CTAs from `first` on; all threads are alive, shared and local memory are unwritten."""
        if self.launch.cluster_ctas == 1:
            self.ctas[:] = np.arange(first, first + self.columns)
        else:
            self.ctas[:] = self.launch.order[first : first + self.columns]
        self.alive[:] = self.launch.threads
        self.living[:] = True
        self.missing, self.stores = [], []
        self.origins.clear()
        self.shared.clear()
        self.local.clear()

    def exit(self, threads: Array) -> None:
        """These threads (by number) have ended."""
        self.living.reshape(-1)[threads] = False
        self.alive -= np.bincount(threads % self.columns, minlength=self.columns)

    def place(self, thread: int) -> Place:
        """Where a thread (by its number in the batch) stands in the grid."""
        index, column = divmod(thread, self.columns)
        return Place(
            self.launch.entry,
            coordinates(int(self.ctas[column]), self.launch.grid),
            coordinates(index, self.launch.block),
        )


def _component(linear: Array, extents: Triple, axis: int) -> Array:
    x, y, _ = extents
    return (linear % x, linear // x % y, linear // (x * y))[axis]


def _linear(places: list[Array], extents: list[int]) -> Array:
    return places[0] + extents[0] * (places[1] + extents[1] * places[2])


def coordinates(index: int, extents: Triple) -> Triple:
    """A linear index, x fastest, as `(x, y, z)`."""
    x, y, _ = extents
    return (index % x, index // x % y, index // (x * y))
