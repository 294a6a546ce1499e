"""ptxas takes what passes make of compilers' text and of the kernels."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptxgen import toolchain
from ptxgen.ir import Module
from ptxgen.ir.parser import parse
from ptxgen.kernels import Kernel, registry
from ptxgen.passes import Pipeline

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "corpus" / "ptx").glob("*.ptx"), *(ROOT / "text" / "corpus").glob("*.ptx")])
EVERYTHING = Pipeline.parse(str(Pipeline.level("O2")).replace("fma-fusion", "fma-fusion{policy=always}"))
FAST = 48
"""Every so manieth file and kernel is assembled without `--slow`."""

pytestmark = pytest.mark.skipif(toolchain.find("ptxas") is None, reason="ptxas is not installed")


def assembles(module: Module) -> None:
    EVERYTHING.run(module)
    text = module.to_ptx()
    assert parse(text) == module
    assembly = toolchain.assemble(text, module.target)
    assert assembly.accepted, "\n".join(map(str, assembly.diagnostics))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(p, id=p.stem, marks=() if number % FAST == 0 else pytest.mark.slow)
        for number, p in enumerate(FILES)
    ],
)
def test_compilers_text(path: Path) -> None:
    assembles(parse(path.read_text("utf-8"), name=path.name))


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(k, id=k.name, marks=() if number % FAST == 0 else pytest.mark.slow)
        for number, k in enumerate(registry.kernels())
    ],
)
def test_kernels(kind: type[Kernel]) -> None:
    assembles(parse(kind().emit_ptx()))
