"""Each pass alone, doing what it can, on every kernel and on compilers' text: the same bits, and no new finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from ptxgen.ir import Module
from ptxgen.ir.parser import parse
from ptxgen.kernels import Kernel, registry
from ptxgen.passes import PASSES, Pipeline
from ptxgen.verification.translation import TransformedDevice, optimized
from tests.corpus.files import FILES, File
from tests.corpus.running import run

EAGER = {
    "live-range-reordering": "live-range-reordering{registers=8}",
    "loop-peel": "loop-peel{first=1;last=1}",
    "loop-unroll": "loop-unroll{factor=3;full=3;growth=400}",
}
NOT_BITWISE = {"fma-fusion"}
"""What it computes differs by contraction alone, which `test_validation` compares."""
ALONE = [EAGER.get(name, name) for name in PASSES if name not in NOT_BITWISE]

Computes = Callable[[TransformedDevice], Mapping[str, Any]]


def bits(arrays: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: np.asarray(array).tobytes() for name, array in arrays.items()}


def wrong_passes(computes: Computes) -> dict[str, str]:
    """What a run shows of each pass that is not as in the run of the text as it is written.

    A pass that leaves every text as it is, or makes what another one made, has nothing to show.
    """
    texts: list[str] = []

    def noted(module: Module) -> Module:
        texts.append(module.to_ptx())
        return module

    plain = TransformedDevice(noted, sanitize="collect")
    expected = bits(computes(plain))
    known = {(f.tool, f.kind) for f in plain.findings}
    done = {tuple(texts)}
    wrong: dict[str, str] = {}
    for name in ALONE:
        transform = optimized(Pipeline.parse(name))
        made = tuple(transform(parse(text)).to_ptx() for text in texts)
        if made in done:
            continue
        done.add(made)
        better = TransformedDevice(transform, sanitize="collect")
        found = bits(computes(better))
        if different := [array for array in expected if found[array] != expected[array]]:
            wrong[name] = f"other bits in {', '.join(different)}"
        elif news := {(f.tool, f.kind) for f in better.findings} - known:
            wrong[name] = f"sanitizers find {news}"
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("kind", registry.kernels(), ids=lambda kind: kind.name)
def test_kernels(kind: type[Kernel]) -> None:
    made = kind()
    inputs = made.example_inputs(np.random.default_rng(1))
    assert wrong_passes(lambda device: made.run(inputs, device=device)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=str)
def test_compilers_text(file: File) -> None:
    assert wrong_passes(lambda device: run(file.program, file.text, device)) == {}
