"""The properties of a GPU, as its driver tells them."""

from __future__ import annotations

from ptxgen.driver.cuda.context import Context
from ptxgen.driver.properties import DeviceProperties


def read_properties(context: Context) -> DeviceProperties:
    """Ask the driver once for everything."""
    cu, get = context.cu, context.attribute
    name: bytes = cu("cuDeviceGetName", 256, context.device)
    version = int(cu("cuDriverGetVersion"))
    return DeviceProperties(
        name=name.split(b"\0", 1)[0].decode(errors="replace"),
        compute_capability=(get("COMPUTE_CAPABILITY_MAJOR"), get("COMPUTE_CAPABILITY_MINOR")),
        sm_count=get("MULTIPROCESSOR_COUNT"),
        total_memory=int(cu("cuDeviceTotalMem", context.device)),
        l2_bytes=get("L2_CACHE_SIZE"),
        warp_size=get("WARP_SIZE"),
        threads_per_cta=get("MAX_THREADS_PER_BLOCK"),
        threads_per_sm=get("MAX_THREADS_PER_MULTIPROCESSOR"),
        ctas_per_sm=get("MAX_BLOCKS_PER_MULTIPROCESSOR"),
        registers_per_cta=get("MAX_REGISTERS_PER_BLOCK"),
        registers_per_sm=get("MAX_REGISTERS_PER_MULTIPROCESSOR"),
        shared_per_cta=get("MAX_SHARED_MEMORY_PER_BLOCK"),
        shared_per_cta_optin=get("MAX_SHARED_MEMORY_PER_BLOCK_OPTIN"),
        shared_per_sm=get("MAX_SHARED_MEMORY_PER_MULTIPROCESSOR"),
        shared_reserved=get("RESERVED_SHARED_MEMORY_PER_BLOCK"),
        block=(get("MAX_BLOCK_DIM_X"), get("MAX_BLOCK_DIM_Y"), get("MAX_BLOCK_DIM_Z")),
        grid=(get("MAX_GRID_DIM_X"), get("MAX_GRID_DIM_Y"), get("MAX_GRID_DIM_Z")),
        clock_khz=get("CLOCK_RATE"),
        memory_clock_khz=get("MEMORY_CLOCK_RATE"),
        memory_bus_bits=get("GLOBAL_MEMORY_BUS_WIDTH"),
        cooperative=bool(get("COOPERATIVE_LAUNCH")),
        driver=(version // 1000, version % 1000 // 10),
    )
