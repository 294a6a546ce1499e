"""What the emulated machine claims to be: the limits of a PTX target, no clock."""

from __future__ import annotations

from functools import cache

from ptxgen import isa
from ptxgen.driver.properties import DeviceProperties


@cache
def emulated_properties(target: str, memory_bytes: int, sm_count: int = 1) -> DeviceProperties:
    """The properties of an emulated device of a PTX target such as `sm_90a`, with so much memory and so many SMs."""
    limits = isa.target(target)
    return DeviceProperties(
        name=f"ptxgen emulator ({target})",
        compute_capability=divmod(limits.sm, 10),
        sm_count=sm_count,
        total_memory=memory_bytes,
        l2_bytes=0,
        warp_size=limits.warp_size,
        threads_per_cta=limits.threads_per_block,
        threads_per_sm=limits.threads_per_sm,
        ctas_per_sm=limits.blocks_per_sm,
        registers_per_cta=limits.registers_per_block,
        registers_per_sm=limits.registers_per_sm,
        shared_per_cta=limits.shared_static,
        shared_per_cta_optin=limits.shared_optin,
        shared_per_sm=limits.shared_per_sm,
        shared_reserved=limits.shared_reserved,
        block=limits.block_dims,
        grid=limits.grid_dims,
    )
