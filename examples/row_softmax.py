"""Softmax of each row of a matrix, one warp a row: loops, variables, warp shuffles, an approximate function."""

import math

import numpy as np

from ptxgen import KernelBuilder, LaunchConfig, Module, open_device
from ptxgen.isa.types import f32

LOG2E = 1 / math.log(2)


def build(columns: int) -> Module:
    """`softmax(x, y)` for [rows, columns] float32 arrays; launch with one CTA of 32 threads a row."""
    k = KernelBuilder("softmax", target="sm_80")
    x, y = k.pointer("x", f32), k.pointer("y", f32)
    x, y = x.row(k.ctaid.x, columns), y.row(k.ctaid.x, columns)

    peak = k.var(f32, -math.inf)
    with k.stride(k.tid.x, columns, 32) as i:
        peak.set(k.max(peak, x[i]))
    for distance in (16, 8, 4, 2, 1):
        peak.set(k.max(peak, k.shfl_bfly(peak, distance)))

    total = k.var(f32, 0.0)
    with k.stride(k.tid.x, columns, 32) as i:
        total.set(total + k.ex2((x[i] - peak) * LOG2E))
    for distance in (16, 8, 4, 2, 1):
        total.set(total + k.shfl_bfly(total, distance))

    with k.stride(k.tid.x, columns, 32) as i:
        y[i] = k.ex2((x[i] - peak) * LOG2E) / total
    return k.build()


def main() -> None:
    rows, columns = 64, 100
    x = np.random.default_rng(0).standard_normal((rows, columns), dtype=np.float32)
    device = open_device("auto")
    kernel = device.load_module(build(columns)).get_kernel("softmax")
    xs, ys = device.to_device(x), device.empty(x.shape, np.float32)
    kernel.launch(LaunchConfig(grid=rows, block=32), [xs, ys])
    device.synchronize()

    e = np.exp(x.astype(np.float64) - x.max(axis=1, keepdims=True))
    error = np.abs(ys.to_host() - e / e.sum(axis=1, keepdims=True)).max()
    assert error < 1e-6
    print(f"{device.properties.name}: largest error {error:.2e}")


if __name__ == "__main__":
    main()
