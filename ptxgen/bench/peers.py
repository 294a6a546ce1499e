"""What torch does instead of a kernel, timed in the same rounds: cuBLAS, its attention, its row operations."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from attrs import frozen

from ptxgen.driver import Device
from ptxgen.kernels import Kernel

Arrays = Mapping[str, Any]
Work = Callable[[], object]


@frozen
class Peer:
    """Another implementation: `name` says what is timed, `make` gives the work on the kernel's own inputs."""

    name: str
    make: Callable[[Any, Kernel, Arrays], Work]


PEERS: dict[str, Peer] = {}
"""By the name of the kernel."""


def torch_of(device: Device) -> Any:
    """The module torch if it is installed and drives the device's GPU; None otherwise."""
    if device.kind != "cuda" or importlib.util.find_spec("torch") is None:
        return None
    torch = import_module("torch")
    return torch if torch.cuda.is_available() else None


class TorchRuns:
    """Torch's work, captured as a CUDA graph and replayed between torch's own events."""

    def __init__(self, torch: Any, works: Sequence[Work]) -> None:
        self.torch = torch
        self.runs = len(works)
        for work in works:  # libraries choose their algorithms, and take their memory, at the first call
            work()
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            for work in works:
                work()

    def __call__(self) -> float:
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        self.graph.replay()
        end.record()
        end.synchronize()
        return 1000 * float(start.elapsed_time(end))
