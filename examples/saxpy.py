"""y = a*x + y: built, printed, checked and run, on the GPU if there is one, else in the emulator."""

import numpy as np

from ptxgen import KernelBuilder, LaunchConfig, Module, check, open_device
from ptxgen.isa.types import f32, u32


def build() -> Module:
    """A kernel of one entry, `saxpy(x, y, n, a)`."""
    k = KernelBuilder("saxpy", target="sm_80")
    x, y = k.pointer("x", f32), k.pointer("y", f32)
    n, a = k.param("n", u32), k.param("a", f32)
    i = k.global_id
    with k.if_(i < n):
        y[i] = k.fma(a, x[i], y[i])
    return k.build()


def main() -> None:
    module = build()
    print(module.to_ptx())
    print(f"{len(check(module))} findings")

    n = 10_000
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal(n, dtype=np.float32) for _ in range(2))
    device = open_device("auto")
    kernel = device.load_module(module).get_kernel("saxpy")
    xs, ys = device.to_device(x), device.to_device(y)
    kernel.launch(LaunchConfig(grid=-(-n // 256), block=256), [xs, ys, np.uint32(n), np.float32(2)])
    device.synchronize()

    error = np.abs(ys.to_host() - (2 * x.astype(np.float64) + y)).max()
    assert error < 1e-6
    print(f"{device.properties.name}: largest error {error:.2e}")


if __name__ == "__main__":
    main()
