"""Text made to hurt: it ends in a module or a ParseError, in time and memory that grow with its size."""

from __future__ import annotations

import importlib.util
import random
import tracemalloc
from pathlib import Path
from types import ModuleType

import pytest

from ptxgen.errors import ParseError
from ptxgen.ir.parser import parse
from tests.own_time import own_time

HEADER = ".version 8.0\n.target sm_90\n"
SECONDS_PER_MEGABYTE = 30.0
"""Far above the 2 to 10 s that honest text takes on a busy machine, far below what quadratic work on it takes."""

N = 8_000


def entry(text: str) -> str:
    return f"{HEADER}.entry k() {{ .reg .b32 %r<9>; .reg .b64 %rd<9>; .reg .pred %p;\n{text}\n}}"


HOSTILE = {
    "open brackets": entry("mov.u32 %r1, " + "(" * N),
    "nested brackets": entry("mov.u32 %r1, " + "(" * N + "1" + ")" * N + ";"),
    "nested scopes": entry("{" * N + "}" * N),
    "nested initialisers": f"{HEADER}.global .b32 x[1] = " + "{" * N + "}" * N + ";",
    "signs": entry("mov.u32 %r1, " + "- " * N + "1;"),
    "conditionals": entry("mov.u32 %r1, " + "1 ? 2 : " * N + "3;"),
    "sums": entry("mov.u32 %r1, 1" + " + 1" * N + ";"),
    "products": entry("mov.u64 %rd1, 3" + " * 3" * N + ";"),
    "shift": entry("mov.u32 %r1, 1 << 0x7FFFFFFFFFFFFFFF;"),
    "digits": entry("mov.u32 %r1, " + "9" * N + ";"),
    "hexadecimal digits": entry("mov.u32 %r1, 0x" + "F" * N + ";"),
    "decimal digits": entry("mov.u32 %r1, 1." + "9" * N + ";"),
    "exponent": entry("mov.u32 %r1, 1e" + "9" * N + ";"),
    "open comment": entry("/*" * N),
    "comments": entry("/**/" * N + "/*"),
    "quotes": entry('"' * N),
    "white space": entry(" \t\r\n" * N + "mov"),
    "white space in an operand": entry("mov.u32 %r1, " + " " * N + "$" + " " * N),
    "long name": entry("a" * N + " %r1;"),
    "long modifiers": entry("mov" + ".u32" * N + " %r1, 1;"),
    "long undeclared name": entry("mov.u32 %r1, " + "b" * N + ";"),
    "long label": entry("L" * N + ": bra " + "L" * N + ";"),
    "operands": entry("mov.u32 " + ", ".join(f"%r{i % 9}" for i in range(N)) + ";"),
    "new operands": entry(".reg .b32 %x<99999>; mov.u32 " + ", ".join(f"%x{i}" for i in range(N)) + ";"),
    "vector elements": entry("mov.b64 %rd1, {" + ", ".join(f"%r{i % 9}" for i in range(N)) + "};"),
    "labels": entry("\n".join(f"L{i}:" for i in range(N))),
    "labels of one name": entry("\n".join("{ L: bra L; }" for _ in range(N))),
    "registers": entry("\n".join(f".reg .b32 x{i}; mov.u32 x{i}, 1;" for i in range(N // 4))),
    "registers of one name": entry("\n".join("{ .reg .b32 x; mov.u32 x, 1; }" for _ in range(N // 4))),
    "register ranges": entry("\n".join(f".reg .b32 x{i}y<9>;" for i in range(N // 2))),
    "register ranges of digits": entry("\n".join(f".reg .b32 x{i}0<2>;" for i in range(N // 2))),
    "a vast range": entry(".reg .b32 %x<2000000000>; mov.u32 %x1999999999, %x5;"),
    "a vaster range": entry(".reg .b32 %x<18446744073709551615>; mov.u32 %x9999999999, %x5;"),
    "vast arrays": f"{HEADER}.global .b8 x[99999999999]; .shared .b8 y[2000000000][2000000000];",
    "a vast padded array": f"{HEADER}.global .b8 x[2][2000000000] = {{{{1}}, {{2}}}};",
    "globals": HEADER + "\n".join(f".global .b32 g{i} = {i};" for i in range(N // 2)),
    "globals that name globals": HEADER
    + ".global .b32 g0;"
    + "\n".join(f".global .u64 g{i + 1} = g{i};" for i in range(N // 2)),
    "functions": HEADER + "\n".join(f".func f{i}() {{ }}" for i in range(N // 4)),
    "qualifiers": HEADER + ".visible " * N + ".global .b32 x;",
    "directives": f"{HEADER}.entry k() " + ".maxntid 1 " * N + "{ }",
    "sections": HEADER + ".section .debug_x { .b8 1 } " * N,
    "an open section": HEADER + ".section .debug_x { .b8 1 " * N,
    "files": HEADER + "\n".join(f'.file {i} "x"' for i in range(N // 2)),
    "nulls": HEADER + "\x00" * N,
    "surrogates": HEADER + "\ud800" * N,
    "prototypes": entry("\n".join(f"P{i}: .callprototype _ (.param .b32 _);" for i in range(N // 8))),
}


def refusal(text: str) -> ParseError | None:
    """Why a text is refused; None if it is not."""
    try:
        parse(text)
    except ParseError as error:
        return error
    return None


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_ends_soon(kind: str) -> None:
    text = HOSTILE[kind]
    with own_time() as taken:
        error = refusal(text)
    assert len(str(error)) < 2000
    assert taken.seconds < 1 + SECONDS_PER_MEGABYTE * len(text) / 1e6


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if "vast" in kind or kind == "exponent"])
def test_hostile_text_takes_little_memory(kind: str) -> None:
    tracemalloc.start()
    refusal(HOSTILE[kind])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


def fuzzer() -> ModuleType:
    """`fuzz/fuzz_parser.py`, which is a program and no part of the package."""
    path = Path(__file__).parents[2] / "fuzz" / "fuzz_parser.py"
    spec = importlib.util.spec_from_file_location("fuzz_parser", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_mutated_corpus_gives_a_module_or_a_parse_error() -> None:
    accepted, slowest = fuzzer().run(runs=1000, seed=20260, largest=8_000)
    assert 50 < accepted < 950, "the mutations are too wild or too tame to test anything"
    assert slowest < 5.0


def test_bytes_of_every_kind() -> None:
    target = fuzzer().target
    rng = random.Random(7)
    prefix = entry("").encode()
    for length in range(200):
        target(rng.randbytes(length))
        target(prefix[: len(prefix) - 2] + rng.randbytes(length % 40) + b"\n}")
