"""How many CTAs fit on an SM, from the limits alone. The emulator has no registers to count; who knows them says so."""

from __future__ import annotations

from ptxgen.driver.properties import DeviceProperties, Occupancy

_PIECE = 256
_SCHEDULERS = 4
"""Warps get registers in pieces, each out of its scheduler's share of the SM's (compute capability 8 and 9)."""


def estimate(
    device: DeviceProperties, block_threads: int, shared_bytes: int, registers: int = 0
) -> Occupancy:
    """CTAs an SM for CTAs of so many threads and so many bytes of shared memory, static and dynamic together.

    registers: of a thread; 0 leaves them out of the count.
    """
    warps = -(-block_threads // device.warp_size)
    ctas = min(device.ctas_per_sm, device.threads_per_sm // (warps * device.warp_size))
    if registers:
        of_warp = -(-registers * device.warp_size // _PIECE) * _PIECE
        resident = device.registers_per_sm // _SCHEDULERS // of_warp * _SCHEDULERS
        ctas = min(ctas, resident // warps)
    if shared_bytes:
        ctas = min(ctas, device.shared_per_sm // (shared_bytes + device.shared_reserved))
    return Occupancy(ctas, ctas * block_threads / device.threads_per_sm)
