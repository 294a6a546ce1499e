"""Where a measurement was made: whatever changes a figure."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from ptxgen import __version__, toolchain
from ptxgen.driver import Device

_PACKAGES = ("numpy", "cuda-bindings", "torch", "triton")


def environment(device: Device) -> dict[str, object]:
    """Hardware, driver and versions, as JSON can hold them."""
    properties = device.properties
    ptxas = toolchain.find("ptxas")
    return {
        "ptxgen": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "device": properties.name,
        "kind": device.kind,
        "target": properties.target,
        "sm_count": properties.sm_count,
        "l2_bytes": properties.l2_bytes,
        "clock_khz": properties.clock_khz,
        "memory_bytes": properties.total_memory,
        "driver": list(properties.driver),
        "ptxas": ptxas.version if ptxas else None,
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
