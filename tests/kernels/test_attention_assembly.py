"""Attention of every head_dim keeps its values in registers, with the masks and full packs that need most of them."""

from __future__ import annotations

from typing import Any

import pytest

from ptxgen import toolchain
from ptxgen.kernels import (
    CachedFlashAttention,
    CachedMmaAttention,
    FlashAttention,
    FlashDecoding,
    IncrementalAttention,
    Kernel,
    MmaAttention,
    WgmmaAttention,
    WmmaAttention,
)
from ptxgen.kernels.attention.tiled import HEAD_DIMS

TARGETS = ("sm_80", "sm_90", "sm_120")
PREFILL = (FlashAttention, MmaAttention, WmmaAttention, WgmmaAttention)
DECODE = (IncrementalAttention, FlashDecoding)


def cases() -> list[Any]:
    made: list[Kernel] = [kernel(head_dim=d) for kernel in PREFILL for d in HEAD_DIMS]
    for cache in ("f16", "f32", "q8_0"):
        dims = [d for d in HEAD_DIMS if cache != "q8_0" or d % 32 == 0]
        made += [kernel(head_dim=d, cache=cache, heads=8, kv_heads=1) for kernel in DECODE for d in dims]
        made += [
            kernel(head_dim=d, cache=cache, block_size=size)
            for kernel in (CachedFlashAttention, CachedMmaAttention)
            for d in dims
            for size in (0, 16)
        ]
    return [
        pytest.param(
            kernel,
            target,
            marks=[] if (kernel, target) == (MmaAttention(head_dim=128), "sm_90") else [pytest.mark.slow],
        )
        for kernel in made
        for target in kernel.only_targets or TARGETS
    ]


@pytest.mark.parametrize(("kernel", "target"), cases(), ids=str)
def test_no_head_dim_spills(kernel: Kernel, target: str) -> None:
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    answer = toolchain.assemble(kernel.emit_ptx(target), target, ptxas)
    assert answer.accepted, [str(d) for d in answer.diagnostics]
    assert {(r.spill_stores, r.spill_loads) for r in answer.resources} == {(0, 0)}
