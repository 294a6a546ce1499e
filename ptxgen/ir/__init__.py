"""What a program is: Module > Function > Block > Instruction, how it is built, printed, parsed and checked.

The names below are loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ptxgen.ir.builder import FunctionBuilder, KernelBuilder, ModuleBuilder, Pointer, Value, Var
    from ptxgen.ir.instruction import Instruction
    from ptxgen.ir.module import Block, Function, Module, Variable

_HOMES = {
    "FunctionBuilder": "ptxgen.ir.builder",
    "KernelBuilder": "ptxgen.ir.builder",
    "ModuleBuilder": "ptxgen.ir.builder",
    "Pointer": "ptxgen.ir.builder",
    "Value": "ptxgen.ir.builder",
    "Var": "ptxgen.ir.builder",
    "Instruction": "ptxgen.ir.instruction",
    "Block": "ptxgen.ir.module",
    "Function": "ptxgen.ir.module",
    "Module": "ptxgen.ir.module",
    "Variable": "ptxgen.ir.module",
}

__all__ = [
    "Block",
    "Function",
    "FunctionBuilder",
    "Instruction",
    "KernelBuilder",
    "Module",
    "ModuleBuilder",
    "Pointer",
    "Value",
    "Var",
    "Variable",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ptxgen.ir' has no attribute {name!r}")
    return getattr(import_module(home), name)
