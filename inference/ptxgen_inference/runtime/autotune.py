"""Which of several kernels that compute the same is fastest here: measured once on a device, and kept on disk."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from attrs import define, field

from ptxgen import __version__
from ptxgen.bench.timing import GraphRuns, race
from ptxgen.driver import Device
from ptxgen.driver.call import bind
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.kernels import Kernel, KernelError
from ptxgen.settings import Settings

K = TypeVar("K", bound=Kernel)

Clock = Callable[[Kernel], float]
"""Microseconds of one run."""
_MOST_COPIES = 16
_L2_MARGIN = 2


@define(eq=False)
class Tuner:
    """Picks kernels. `clock` None measures nothing: the first candidate, the table's, is taken.

    What was measured is kept in the file `path` by library version and device: {version: {device: {what the candidates
    compute: [microseconds of each]}}}. A file that cannot be read or written is no error: it only saves time.
    """

    device: str
    clock: Clock | None = None
    path: Path | None = None
    known: dict[str, list[float]] = field(factory=dict[str, list[float]])

    @staticmethod
    def of(device: Device) -> Tuner:
        """For a device: a GPU is measured; on the emulator times would mean nothing."""
        if device.kind == "emulator":
            return Tuner(device.properties.name)
        return Tuner(device.properties.name, DeviceClock(device), cache_file()).read()

    def choose(self, candidates: Sequence[K], target: str) -> K:
        """The fastest of the candidates that the target can run; the first one is the table's choice."""
        fitting = [candidate for candidate in candidates if fits(candidate, target)]
        if self.clock is None or len(fitting) < 2:
            return fitting[0]
        key = " | ".join(map(repr, fitting))
        if len(self.known.get(key, ())) != len(fitting):
            self.known[key] = [self.clock(candidate) for candidate in fitting]
            self._write()
        times = self.known[key]
        return fitting[times.index(min(times))]

    def read(self) -> Tuner:
        """The same with what the file has."""
        self.known.update(self._entries().get(__version__, {}).get(self.device, {}))
        return self

    def _entries(self) -> dict[str, Any]:
        if self.path is None:
            return {}
        with suppress(OSError, ValueError):
            made: dict[str, Any] | None = json.loads(self.path.read_text(encoding="utf-8"))
            return made if isinstance(made, dict) else {}
        return {}

    def _write(self) -> None:
        """Other versions and devices stay; written beside and renamed, so that no reader sees half of it."""
        if self.path is None:
            return
        entries = self._entries()
        entries.setdefault(__version__, {})[self.device] = self.known
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".new-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(entries, file)
            Path(name).replace(self.path)


def cache_file() -> Path | None:
    """Where times are kept; None if the settings want no cache."""
    settings = Settings.current()
    if not settings.cache:
        return None
    folder = settings.cache_directory
    if folder is None:
        from platformdirs import user_cache_path

        folder = user_cache_path("ptxgen", appauthor=False)
    return folder / "autotune.json"


@define(eq=False)
class DeviceClock:
    """Times a kernel on its device, on as many copies of its arrays as the L2 cache cannot hold."""

    device: Device

    def __call__(self, kernel: Kernel) -> float:
        copies = min(_MOST_COPIES, 1 + _L2_MARGIN * self.device.properties.l2_bytes // kernel.cost().bytes)
        runs = [bind(kernel, self._zeros(kernel), self.device).launch for _ in range(copies)]
        return race({"it": GraphRuns(self.device, runs)}, samples=20)["it"].median

    def _zeros(self, kernel: Kernel) -> dict[str, Any]:
        arrays = kernel.signature.arrays
        made = {
            name: self.device.zeros(array.shape(kernel.sizes), dtype_of(array.type))
            for name, array in arrays.items()
            if array.reads
        }
        sizes = {
            name: np.int64(size) for name, size in kernel.sizes.items() if name in kernel.signature.inputs
        }
        return {**sizes, **made}


def fits(kernel: Kernel, target: str) -> bool:
    """Whether a target has the kernel, and shared memory enough for it."""
    try:
        kernel.check_target(target)
    except KernelError:
        return False
    return True
