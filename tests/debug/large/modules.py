"""Modules with much in them: kernels, functions, variables, parameters, initial values, comments, debug data."""

from __future__ import annotations

from tests.debug.large.text import HEADER, PARAMS, START, Kind, Repeated, kernel

_FILE = '.file 1 "a.cu"\n'


def _entries(lines: int) -> str:
    small = ".reg .b32 %r<10>; .reg .b64 %rd<8>; .shared .b8 smem[64];\n"
    bodies = "".join(
        f".visible .entry k{i}({PARAMS}) {{\n{small}{START}ret;\n}}\n" for i in range(max(1, lines // 20))
    )
    return HEADER.format(target="sm_90") + bodies


def _functions(lines: int) -> str:
    count = max(1, (lines - 26) // 9)
    functions = "".join(
        f".func (.reg .u32 %r) f{i}(.reg .u32 %a)\n{{\n.reg .u32 %b;\nadd.u32 %b, %a, {i};\nadd.u32 %r, %b, 1;\n"
        "ret;\n}\n"
        for i in range(count)
    )
    calls = "".join(f"{{\ncall.uni (%r{i + 10}), f{i}, (%r0);\n}}\n" for i in range(count))
    return kernel(calls, module=functions)


def _chain(lines: int) -> str:
    """Each function calls the one before it."""
    count = max(2, (lines - 26) // 5)
    functions = "".join(f".func f{i}()\n{{\ncall.uni f{i - 1};\nret;\n}}\n" for i in range(1, count))
    return kernel(f"call.uni f{count - 1};\n", module=f".func f0() {{ ret; }}\n{functions}")


def _parameters(lines: int) -> str:
    count = (lines - 26) // 2
    more = "".join(f",\n.param .u32 a{i}" for i in range(count))
    return kernel("".join(f"ld.param.u32 %r{i + 10}, [a{i}];\n" for i in range(count)), params=PARAMS + more)


def _declared(declaration: str, use: str) -> Kind:
    def text(lines: int) -> str:
        count = (lines - 26) // 2
        declared = "".join(declaration.format(i) for i in range(count))
        return kernel("".join(use.format(i) for i in range(count)), declared=declared)

    return text


def _one_table(lines: int) -> str:
    rows = ",\n".join(", ".join(str(i + j) for j in range(8)) for i in range(lines - 26))
    return kernel("", module=f".const .align 4 .u32 table[{8 * (lines - 26)}] = {{\n{rows}}};\n")


def _debug_data(lines: int) -> str:
    data = "".join(f".b8 {i % 256}, {i % 7}, 3, 4, 5, 6, 7\n" for i in range(lines - 30))
    return f"{kernel('.loc 1 1 1' + chr(10), module=_FILE)}.section .debug_info\n{{\n{data}}}\n"


MODULES: dict[str, Kind] = {
    "kernels": _entries,
    "functions": _functions,
    "chain of calls": _chain,
    "calls with parameters": Repeated(
        7,
        lambda i: "{\n.param .b32 given;\nst.param.b32 [given], %r0;\n.param .b32 made;\n"
        f"call.uni (made), f, (given);\nld.param.b32 %r{i}, [made];\n}}\n",
        module=".func (.param .b32 r) f(.param .b32 a)\n{\n.reg .b32 %r<3>;\nld.param.u32 %r1, [a];\n"
        "st.param.u32 [r], %r1;\nret;\n}\n",
    ),
    "parameters": _parameters,
    "local variables": _declared(".local .align 4 .b8 l{0}[64];\n", "st.local.u32 [l{0}], %r0;\n"),
    "registers": _declared(".reg .u32 %x{0};\n", "mov.u32 %x{0}, %r0;\n"),
    "initial values": lambda lines: kernel(
        "", module="".join(f".global .align 4 .u32 g{i}[4] = {{1, 2, 3, {i}}};\n" for i in range(lines - 26))
    ),
    "one table": _one_table,
    "source lines": Repeated(2, lambda i: f".loc 1 {i} 3\nadd.u32 %r{i}, %r{i - 1}, {i};\n", module=_FILE),
    "debug data": _debug_data,
    "comments": Repeated(3, lambda i: f"// comment {i}\n/* another\n */\n"),
}  # fmt: skip
