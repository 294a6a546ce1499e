"""Kernels as text: an entry around statements, and the statements of an entry."""

from __future__ import annotations

from ptxgen.ir import Module
from ptxgen.ir.parser import parse

HEADER = """.version 9.0\n.target TARGET\n.address_size 64
.extern .func (.param .b32 result) f();
.visible .entry k(.param .u64 p, .param .u32 nALIGNED) DIRECTIVES {
.reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<19>; .reg .f32 %f<19>; .reg .b64 %rd<9>; .reg .f64 %d<9>;
.shared .align 16 .b8 tile[256];
"""


def kernel(body: str, target: str = "sm_100", directives: str = "") -> Module:
    """An entry with parameters p (a pointer) and n, and the registers that statements use.

    Where they mention [q], it has a third parameter, which points to 16-byte units.
    """
    aligned = ", .param .u64 .ptr .global .align 16 q" if "[q]" in body else ""
    header = HEADER.replace("TARGET", target).replace("ALIGNED", aligned).replace("DIRECTIVES", directives)
    return parse(f"{header}{body}\n}}")


def with_debug_data(body: str, labels: str) -> Module:
    """An entry with a source line, and debug data that names labels."""
    named = "".join(f".b64 {label}\n" for label in labels.split())
    return parse(
        f""".version 8.0\n.target sm_80, debug\n.address_size 64\n.file 1 "a.cu"
.visible .entry k() {{ .reg .b32 %r<9>; .shared .b32 tile; .loc 1 1 0\n{body}\n}}
.section .debug_info\n{{\n{named}}}\n"""
    )


def statements(module: Module) -> list[str]:
    """The body, one line an instruction or label."""
    lines: list[str] = []
    for block in module.entries[0].blocks:
        lines += [f"{block.label}:"] if block.label is not None else []
        lines += map(str, block.instructions)
    return lines


def rows(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]
