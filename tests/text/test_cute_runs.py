"""CuTe DSL's own text, executed under all sanitizers: small integers, so that every sum is exact in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ptxgen import LaunchConfig, parse
from ptxgen.driver import Device, open_device

Array = np.ndarray[Any, Any]

CORPUS = Path(__file__).parent / "corpus"
CASES = [
    ("emulator", 80),
    ("emulator", 90),
    ("emulator", 100),
    pytest.param(("cuda", 80), marks=pytest.mark.gpu),
]


class Launcher:
    """Loads the one entry of a corpus file, whatever CuTe called it."""

    def __init__(self, device: Device, capability: int) -> None:
        self.device = device
        self.capability = capability

    def __call__(self, name: str, grid: Any, shared_bytes: int, *arguments: Any) -> None:
        module = parse((CORPUS / f"cute_{name}.sm_{self.capability}.ptx").read_text("utf-8"), name)
        (entry,) = (f.name for f in module.functions if f.is_entry)
        kernel = self.device.load_module(module).get_kernel(entry)
        kernel.launch(LaunchConfig(grid, block=128, shared_bytes=shared_bytes), arguments)
        self.device.synchronize()


@pytest.fixture(params=CASES, ids=str)
def launch(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    device, capability = request.param
    with open_device(device, sanitize=device == "emulator") as opened:
        yield Launcher(opened, capability)


def integers(*shape: int, dtype: Any = np.float32) -> Array:
    return np.random.default_rng(3).integers(-4, 5, shape).astype(dtype)


def pointer(array: Any, *words: int) -> bytes:
    """A tensor as CuTe passes it: the address, then what of its shape is known only at run time."""
    layout = array.address.to_bytes(8, "little") + b"".join(word.to_bytes(4, "little") for word in words)
    return layout.ljust(-(-len(layout) // 8) * 8, b"\0")


def test_axpy(launch: Launcher) -> None:
    n = 333
    x, y = integers(n), integers(n)[::-1].copy()
    xs, ys = launch.device.to_device(x), launch.device.to_device(y)
    launch("axpy", -(-n // 128), 0, pointer(xs, n), pointer(ys, n), 2.5)
    assert np.array_equal(ys.to_host(), np.float32(2.5) * x + y)


def test_row_sums(launch: Launcher) -> None:
    x = integers(8, 1024)
    xs, ys = launch.device.to_device(x), launch.device.zeros(8, np.float32)
    launch("row_sums", 8, 16, pointer(xs), pointer(ys))
    assert np.array_equal(ys.to_host(), x.sum(axis=1))


def test_gemm(launch: Launcher) -> None:
    a, b = integers(128, 96, dtype=np.float16), integers(128, 96, dtype=np.float16)[::-1].copy()
    left, right = launch.device.to_device(a), launch.device.to_device(b)
    c = launch.device.zeros((128, 128), np.float32)
    launch("gemm", (2, 2), 8192, pointer(left), pointer(right), pointer(c))
    assert np.array_equal(c.to_host(), a.astype(np.float32) @ b.T.astype(np.float32))
