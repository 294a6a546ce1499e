"""Every kernel assembles for every target that it claims, and keeps its values in registers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zlib import crc32

import pytest
from _pytest.mark import ParameterSet

from ptxgen import toolchain
from ptxgen.kernels import Kernel, VectorizedQ4KGemv, registry


def cases() -> Iterator[ParameterSet]:
    """Every kernel for every target; one of them, not the same for all kernels, is assembled always."""
    for kernel in registry.kernels():
        targets = kernel.targets()
        chosen = targets[crc32(kernel.name.encode()) % len(targets)]
        for target in targets:
            marks = [] if target == chosen else [pytest.mark.slow]
            yield pytest.param(kernel, target, id=f"{kernel.name}-{target}", marks=marks)


@cache
def ptxas() -> toolchain.Tool:
    found = toolchain.find("ptxas")
    if found is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    return found


@pytest.mark.parametrize(("kernel", "target"), list(cases()))
def test_assembles_without_spills(kernel: type[Kernel], target: str) -> None:
    answer = toolchain.assemble(kernel().emit_ptx(target), target, ptxas())
    assert answer.accepted, [str(d) for d in answer.diagnostics]
    launched = {launch.entry for launch in kernel().plan().launches}
    assert launched <= {r.entry for r in answer.resources}
    assert {(r.spill_stores, r.spill_loads) for r in answer.resources} == {(0, 0)}


@pytest.mark.parametrize("k", [256, 1536, 18944])
def test_the_vectorized_gemv_leaves_room_for_many_warps(k: int) -> None:
    """With at most 128 registers an SM holds 16 warps, which keep 64 KiB of loads in flight."""
    answer = toolchain.assemble(VectorizedQ4KGemv(k=k).emit_ptx("sm_90"), "sm_90", ptxas())
    assert answer.resources[0].registers <= 128
    assert answer.resources[0].spill_stores == 0
