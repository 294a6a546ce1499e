"""The fluent builder: Python in, a checked and typed module out."""

from __future__ import annotations

from ptxgen.ir.builder.function import FunctionBody, FunctionBuilder
from ptxgen.ir.builder.kernel import KernelBuilder
from ptxgen.ir.builder.module import Global, ModuleBuilder
from ptxgen.ir.builder.pointer import Cursor, Pointer
from ptxgen.ir.builder.value import Value, Var

__all__ = [
    "Cursor",
    "FunctionBody",
    "FunctionBuilder",
    "Global",
    "KernelBuilder",
    "ModuleBuilder",
    "Pointer",
    "Value",
    "Var",
]
