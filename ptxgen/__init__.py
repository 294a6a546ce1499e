"""ptxgen: build, check, run and measure PTX from Python, with a GPU or without one.

The names below are loaded on first use, so that `import ptxgen` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ptxgen.driver import open_device
    from ptxgen.errors import CheckError, Diagnostic, PtxgenError, Severity, SourceLocation
    from ptxgen.ir import KernelBuilder, Module, ModuleBuilder
    from ptxgen.ir.checker import check
    from ptxgen.ir.parser import parse
    from ptxgen.launch import LaunchConfig, Plan, Signature

__version__ = "0.1.0"

_HOMES = {
    "open_device": "ptxgen.driver",
    "CheckError": "ptxgen.errors",
    "Diagnostic": "ptxgen.errors",
    "PtxgenError": "ptxgen.errors",
    "Severity": "ptxgen.errors",
    "SourceLocation": "ptxgen.errors",
    "KernelBuilder": "ptxgen.ir",
    "Module": "ptxgen.ir",
    "ModuleBuilder": "ptxgen.ir",
    "check": "ptxgen.ir.checker",
    "parse": "ptxgen.ir.parser",
    "LaunchConfig": "ptxgen.launch",
    "Plan": "ptxgen.launch",
    "Signature": "ptxgen.launch",
}

__all__ = [
    "CheckError",
    "Diagnostic",
    "KernelBuilder",
    "LaunchConfig",
    "Module",
    "ModuleBuilder",
    "Plan",
    "PtxgenError",
    "Severity",
    "Signature",
    "SourceLocation",
    "check",
    "open_device",
    "parse",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ptxgen' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
