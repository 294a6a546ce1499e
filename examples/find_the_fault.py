"""Three faults that hardware keeps to itself, and what the emulator says about them."""

import numpy as np

from ptxgen import KernelBuilder, LaunchConfig, Module
from ptxgen.driver import EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.isa.types import f32


def beyond_the_end() -> Module:
    """Nothing stops the threads that have no element."""
    k = KernelBuilder("beyond_the_end", target="sm_80")
    x = k.pointer("x", f32)
    x[k.global_id] = 1.0
    return k.build()


def nobody_wrote_it() -> Module:
    """A thread reads what its neighbour should have written, and only half of the threads write."""
    k = KernelBuilder("nobody_wrote_it", target="sm_80")
    x = k.pointer("x", f32)
    tile = k.shared("tile", f32, 64)
    with k.if_(k.tid.x < 32):
        tile[k.tid.x] = 1.0
    k.bar_sync()
    x[k.tid.x] = tile[63 - k.tid.x]
    return k.build()


def divergent_barrier() -> Module:
    """Half of a warp waits at a barrier inside a branch, the other half at the one after it."""
    k = KernelBuilder("divergent_barrier", target="sm_80")
    x = k.pointer("x", f32)
    with k.if_(k.tid.x < 16):
        k.bar_sync(1)
    k.bar_sync(0)
    x[k.tid.x] = 0.0
    return k.build()


def main() -> None:
    for build in (beyond_the_end, nobody_wrote_it, divergent_barrier):
        device = EmulatedDevice(track_initialised=True)
        x = device.zeros(60, np.float32)
        kernel = device.load_module(build()).get_kernel(build.__name__)
        try:
            kernel.launch(LaunchConfig(grid=1, block=64), [x])
            device.synchronize()
        except PtxgenError as error:
            print(error, end="\n\n")
        else:
            raise SystemExit(f"{build.__name__} was not noticed")


if __name__ == "__main__":
    main()
