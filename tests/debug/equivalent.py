"""Mutants that are no faults, and faults that nothing finds, each with the reason."""

from __future__ import annotations

BEYOND = "The tile is wider than the matrix: no thread comes to these columns."
JOINED = "The copies join the next group, and every wait that takes one of the two groups takes both."
EMPTY = "The group of the last rounds is empty: nothing is copied beyond the end."
LAST = "Nothing follows this barrier but the end of the program."
SET = "The register was set to the same value before the branch to this place."
WAITED = "Nothing is committed between this wait and another one for as many groups that stands before or behind it."

EQUIVALENT: dict[str, str] = {
    "wgmma_gemm: far away, line 243": BEYOND,
    "q8_0_gemm: no wait for copies, line 2243": EMPTY,
    "triton attention.sm_80: no commit of copies, line 188": JOINED,
    "triton matmul_described.sm_90: no barrier, line 326": "The products of the stage are done at the barrier before "
    "it, and the bytes of a phase may come before its arrival.",
    "wgmma_gemm: no proxy fence, line 41": "Only mbarriers were written before it, and copies find those without it: "
    "Triton makes its own in the same way and has no such fence.",
    "nvcc layernorm: no initial value, line 63": SET,
    "arg_max: no initial value, line 54": "The value of the round before stays; comparing it again changes nothing.",
    "mma_gemm: no wait for copies, line 271": EMPTY,
    "mma_gemm: a group left in flight, line 271": EMPTY,
    "mma_gemm: no bounds check, line 320": "The guard holds in every thread: warps begin before the last column.",
    "layer_norm: no bounds check, line 117": "The weights are there, and of rows that are none nothing is stored.",
    "triton fused_softmax.sm_90: no barrier, line 351": LAST,
    "triton matmul.sm_80: no wait for copies, line 380": WAITED,
    "triton matmul.sm_80: no wait for copies, line 510": WAITED,
    "triton matmul.sm_80: a group left in flight, line 380": WAITED,
    "triton matmul.sm_80: a group left in flight, line 510": WAITED,
    "triton matmul.sm_80: no initial value, line 338": SET,
}
"""Mutants that run to the same bits on all inputs and schedules."""

MISSED: dict[str, str] = {}
"""Faults that are not found."""
