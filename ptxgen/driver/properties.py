"""What a device, a kernel and a memory pool tell about themselves."""

from __future__ import annotations

from attrs import frozen


@frozen
class DeviceProperties:
    """A device and its limits. Memory in bytes; `driver` is the CUDA version of the driver, (0, 0) when emulated.

    `threads_per_cta`, `block` and `grid` bound a launch; `shared_per_cta` is what every kernel may use,
    `shared_per_cta_optin` what one may ask for with dynamic shared memory, `shared_per_sm` what an SM has and
    `shared_reserved` what the system takes of it for each CTA.
    """

    name: str
    compute_capability: tuple[int, int]
    sm_count: int
    total_memory: int
    l2_bytes: int
    warp_size: int
    threads_per_cta: int
    threads_per_sm: int
    ctas_per_sm: int
    registers_per_cta: int
    registers_per_sm: int
    shared_per_cta: int
    shared_per_cta_optin: int
    shared_per_sm: int
    shared_reserved: int
    block: tuple[int, int, int]
    grid: tuple[int, int, int]
    clock_khz: int = 0
    memory_clock_khz: int = 0
    memory_bus_bits: int = 0
    cooperative: bool = True
    driver: tuple[int, int] = (0, 0)

    @property
    def target(self) -> str:
        """The PTX target of the architecture, without feature suffix: `sm_90`."""
        major, minor = self.compute_capability
        return f"sm_{major}{minor}"

    @property
    def clusters(self) -> bool:
        """Whether thread block clusters exist (compute capability 9.0 and later)."""
        return self.compute_capability >= (9, 0)


@frozen
class KernelAttributes:
    """Resources of a kernel. Sizes in bytes; None where the device does not know (the emulator has no registers).

    `local_bytes` a thread: spills and local arrays. `max_threads` is the largest CTA that the kernel can have.
    """

    registers: int | None
    shared_bytes: int
    local_bytes: int | None
    constant_bytes: int | None
    max_threads: int
    max_dynamic_shared_bytes: int


@frozen
class Occupancy:
    """How many CTAs of a kernel an SM holds, and what share of its threads that is (0 to 1)."""

    ctas_per_sm: int
    fraction: float


@frozen
class PoolStatistics:
    """Memory of a device's pool, in bytes: given out now, at most, kept in all (free blocks included); counts."""

    used: int
    peak: int
    reserved: int
    live: int
    allocations: int
    reuses: int
