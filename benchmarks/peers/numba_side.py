"""Runs two kernels in Numba's CUDA simulator, in Numba's Python; `benchmarks/emulate_against_numba.py` starts it.

In (JSON, standard input): arrays (an .npz file with x and y), output (the .npz file to write), runs. Out: version, and
for each kernel the medians of its launches' processor time and wall-clock time in seconds.
"""

import json
import os
import statistics
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
warnings.simplefilter("ignore")

try:
    from numba import cuda, float32
except ImportError:
    sys.exit(3)

BLOCK = 256


@cuda.jit
def add(x, y, out):
    i = cuda.grid(1)
    if i < out.size:
        out[i] = x[i] + y[i]


@cuda.jit
def reduce(x, out):
    tile = cuda.shared.array(BLOCK, float32)
    t = cuda.threadIdx.x
    tile[t] = x[cuda.grid(1)]
    cuda.syncthreads()
    distance = BLOCK // 2
    while distance > 0:
        if t < distance:
            tile[t] += tile[t + distance]
        cuda.syncthreads()
        distance //= 2
    if t == 0:
        out[cuda.blockIdx.x] = tile[0]


def measure(launch, runs):
    """One warm-up, then the medians."""
    launch()
    processor, wall = [], []
    for _ in range(runs):
        starts = time.process_time(), time.perf_counter()
        launch()
        processor.append(time.process_time() - starts[0])
        wall.append(time.perf_counter() - starts[1])
    return {"processor": statistics.median(processor), "wall": statistics.median(wall)}


request = json.loads(sys.stdin.read())
with np.load(request["arrays"]) as arrays:
    x, y = arrays["x"], arrays["y"]
sums, totals = np.zeros_like(x), np.zeros(x.size // BLOCK, np.float32)
results = {
    "vector add": measure(lambda: add[x.size // BLOCK, BLOCK](x, y, sums), request["runs"]),
    "reduction": measure(lambda: reduce[x.size // BLOCK, BLOCK](x, totals), request["runs"]),
}
np.savez(request["output"], sums=sums, totals=totals)
print(json.dumps({"version": version("numba-cuda"), "results": results}))
