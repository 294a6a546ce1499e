"""Real compiler output: nvcc, LLVM and Triton, and one file of rare syntax (see corpus/ORIGIN.md)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ptxgen.ir import Module
from ptxgen.ir.parser import ParseLimits, parse, parse_source
from ptxgen.ir.parser.errors import Source
from ptxgen.ir.printer import print_module


@pytest.fixture
def text(corpus_file: Path) -> str:
    return corpus_file.read_text("utf-8")


def lines_of(module: Module) -> list[int]:
    return [i.line for f in module.functions for i in f.instructions()]


def test_round_trip(text: str) -> None:
    module = parse(text)
    assert sum(len(list(f.instructions())) for f in module.functions) >= 15
    printed = module.to_ptx()
    assert parse(printed) == module
    assert parse(printed).to_ptx() == printed


def test_fast_path_equals_the_grammar(text: str) -> None:
    fast = parse(text)
    slow = parse_source(Source(text, "<ptx>"), ParseLimits(), fast=False)
    assert fast == slow
    assert lines_of(fast) == lines_of(slow)
    assert [i.location for f in fast.functions for i in f.instructions()] == [
        i.location for f in slow.functions for i in f.instructions()
    ]


def test_nothing_is_lost(text: str) -> None:
    """Each `;` that ends an instruction in the text is one instruction of the module, on its line."""
    lines = text.splitlines()
    module = parse(text)
    for function in module.functions:
        for instruction in function.instructions():
            assert instruction.name in lines[instruction.line - 1]
    opcodes = sum(
        line.strip().split(None, 1)[0].startswith(("ld.", "st.", "add.", "cvt.", "setp.", "mul.", "fma."))
        for line in lines
        if line.strip()
    )
    found = sum(
        i.name.startswith(("ld.", "st.", "add.", "cvt.", "setp.", "mul.", "fma."))
        for f in module.functions
        for i in f.instructions()
    )
    assert found >= opcodes > 0


def test_printed_text_assembles(text: str, assemble: Callable[[str, str], None]) -> None:
    module = parse(text)
    assemble(module.to_ptx(), module.target)


def test_printed_text_with_locations_assembles(text: str, assemble: Callable[[str, str], None]) -> None:
    module = parse(text)
    printed = print_module(module, debug_locations=True)
    located = any(i.location for f in module.functions for i in f.instructions())
    assert (".loc " in printed.text) == located
    assemble(printed.text, module.target)


def test_labels_that_only_debug_sections_name_are_marks() -> None:
    text = (Path(__file__).parent / "corpus" / "saxpy.debug.sm_80.ptx").read_text("utf-8")
    module = parse(text)
    (kernel,) = module.functions
    assert module.options == ("debug",)
    assert [b.label for b in kernel.blocks if b.label] == ["$L__BB0_1", "$L__BB0_2"]
    marks = [mark for b in kernel.blocks for mark in b.marks]
    assert marks == ["$L__func_begin0", *(f"$L__tmp{n}" for n in range(len(marks) - 2)), "$L__func_end0"]
    store = next(i for i in kernel.instructions() if i.name == "st.f32")
    assert store.location is not None
    assert (Path(store.location.file).name, store.location.line, store.location.column) == ("saxpy.cu", 3, 5)


def test_threads_may_parse_at_once() -> None:
    folder = Path(__file__).parent / "corpus"
    texts = [
        (folder / f"{stem}.sm_90.ptx").read_text("utf-8") for stem in ("syntax", "reduce", "llvm", "calls")
    ]
    expected = [parse(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(parse, texts)) == expected
