"""The corpus, ptxas where it is installed, and how the text tests wrap statements into a module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ptxgen import toolchain
from ptxgen.ir import Function, Module
from ptxgen.ir.parser import parse

CORPUS = Path(__file__).parent / "corpus"
CORPUS_FILES = sorted(CORPUS.glob("*.ptx"))


@pytest.fixture(params=CORPUS_FILES, ids=lambda path: path.stem)
def corpus_file(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="session")
def assemble() -> Callable[[str, str], None]:
    """Assert that ptxas accepts a text for a target."""
    if toolchain.find("ptxas") is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")

    def run(text: str, target: str) -> None:
        assembly = toolchain.assemble(text, target)
        assert assembly.accepted, "\n".join(map(str, assembly.diagnostics)) + "\n" + text

    return run


HEADER = ".version 8.0\n.target sm_90\n.address_size 64\n"
REGISTERS = ".reg .b32 %r<10>; .reg .b64 %rd<10>; .reg .f32 %f<10>; .reg .f64 %d<4>; .reg .pred %p<4>; .reg .b16 %h<4>;"


def parse_module(text: str) -> Module:
    return parse(HEADER + text)


def parse_body(text: str, header: str = "") -> Function:
    return parse_module(f"{header}\n.visible .entry k() {{ {REGISTERS}\n{text}\n}}").function("k")


@pytest.fixture
def module() -> Callable[[str], Module]:
    """Parses module-level text behind the usual header of three lines."""
    return parse_module


@pytest.fixture
def body() -> Callable[..., Function]:
    """Parses statements as the body of an entry that declares the usual registers; they begin on line 6."""
    return parse_body


@pytest.fixture
def statements() -> Callable[..., list[str]]:
    """Parses statements and prints each instruction."""
    return lambda text, header="": [str(i) for i in parse_body(text, header).instructions()]
