"""The CUDA driver API as one callable: every result is checked, every failure is a DriverError with its CUDA name.

`import_api` is the one place that imports NVIDIA's package `cuda-bindings` (12.9 and later, and 13).
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

from ptxgen.driver.errors import DriverError

_OUT_OF_MEMORY = "CUDA_ERROR_OUT_OF_MEMORY"
_LOST = frozenset(
    {
        "CUDA_ERROR_ILLEGAL_ADDRESS",
        "CUDA_ERROR_MISALIGNED_ADDRESS",
        "CUDA_ERROR_ILLEGAL_INSTRUCTION",
        "CUDA_ERROR_INVALID_ADDRESS_SPACE",
        "CUDA_ERROR_INVALID_PC",
        "CUDA_ERROR_HARDWARE_STACK_ERROR",
        "CUDA_ERROR_LAUNCH_FAILED",
        "CUDA_ERROR_LAUNCH_TIMEOUT",
        "CUDA_ERROR_ASSERT",
    }
)
"""Faults of running kernels. The context is lost, and later calls report them too."""

_CUDA_12_HELP = "pip install cuda-bindings (13.x for a CUDA 13 driver, 'cuda-bindings==12.*' for CUDA 12)"
_lock = threading.Lock()
_loaded: list[Bindings] = []


class Bindings:
    """Calls into `cuda.bindings.driver`: `cu("cuMemAlloc", 64)` returns the address, or raises.

    `api` is the module itself, for its enumerations and structures.
    """

    def __init__(self, api: Any) -> None:
        self.api = api

    def __call__(self, function: str, *args: Any) -> Any:
        """Call; the one result, a tuple of several, or None. DEV060, or DEV020 when memory ran out."""
        status, *results = getattr(self.api, function)(*args)
        if int(status) != 0:
            raise self.error(function, status)
        return results[0] if len(results) == 1 else tuple(results) if results else None

    def ready(self, function: str, *args: Any) -> bool:
        """Call a query that answers "not ready" as an error."""
        (status,) = getattr(self.api, function)(*args)
        if int(status) == 0:
            return True
        if int(status) == int(self.api.CUresult.CUDA_ERROR_NOT_READY):
            return False
        raise self.error(function, status)

    def error(self, function: str, status: Any) -> DriverError:
        """The error for a result of a call."""
        name = self._text("cuGetErrorName", status) or f"CUDA error {int(status)}"
        description = self._text("cuGetErrorString", status) or "no description"
        help = ""
        if name in _LOST:
            help = (
                "a kernel failed, perhaps an earlier one: debug=True (PTXGEN_DEBUG=1) names it; the emulator names "
                "the line. The CUDA context is lost: start a new process"
            )
        elif name == _OUT_OF_MEMORY:
            help = "free arrays, or return what the pool keeps: device.pool.trim()"
        return DriverError(
            "DEV020" if name == _OUT_OF_MEMORY else "DEV060",
            f"{function}: {name}: {description}",
            help=help,
            code=name,
        )

    def _text(self, function: str, status: Any) -> str:
        failed, text = getattr(self.api, function)(status)
        return "" if int(failed) != 0 or text is None else text.decode(errors="replace")


def import_api() -> Any:
    """The module `cuda.bindings.driver`. ImportError if the package is not installed."""
    return import_module("cuda.bindings.driver")


def load_bindings() -> Bindings:
    """The initialised driver API, once a process. DEV002 with what is missing if there is none."""
    with _lock:
        if not _loaded:
            _loaded.append(_initialised(_imported()))
        return _loaded[0]


def _imported() -> Any:
    try:
        return import_api()
    except ImportError as error:
        raise DriverError(
            "DEV002", f"the package cuda-bindings cannot be imported: {error}", help=_CUDA_12_HELP
        ) from error


def _initialised(api: Any) -> Bindings:
    bindings = Bindings(api)
    try:
        bindings("cuInit", 0)
    except DriverError as error:
        raise _no_gpu(error) from error
    except (RuntimeError, OSError) as error:
        raise DriverError(
            "DEV002",
            f"the NVIDIA driver (libcuda) was not found: {error}",
            help='install the NVIDIA driver, or run without a GPU: open_device("emulator"), --device emulator',
        ) from error
    return bindings


def _no_gpu(error: DriverError) -> DriverError:
    if error.code == "CUDA_ERROR_NO_DEVICE":
        return DriverError(
            "DEV002",
            "the NVIDIA driver finds no GPU",
            help="check nvidia-smi, CUDA_VISIBLE_DEVICES, and that the container was given a GPU",
            code=error.code,
        )
    return DriverError(
        "DEV002",
        f"the NVIDIA driver cannot be used: {error.message}",
        help=_CUDA_12_HELP,
        code=error.code,
    )
