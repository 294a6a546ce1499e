"""How many CTAs fit on an SM, from the limits alone: what the emulator answers, which has no registers to count."""

from __future__ import annotations

from ptxgen.driver.properties import DeviceProperties, Occupancy


def estimate(device: DeviceProperties, block_threads: int, shared_bytes: int) -> Occupancy:
    """CTAs an SM for CTAs of so many threads and so many bytes of shared memory, static and dynamic together."""
    warps = -(-block_threads // device.warp_size)
    ctas = min(device.ctas_per_sm, device.threads_per_sm // (warps * device.warp_size))
    if shared_bytes:
        ctas = min(ctas, device.shared_per_sm // (shared_bytes + device.shared_reserved))
    return Occupancy(ctas, ctas * block_threads / device.threads_per_sm)
