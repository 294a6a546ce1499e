"""Mutants that are no faults, and faults that nothing finds, each with the reason."""

from __future__ import annotations

BEYOND = "The tile is wider than the matrix: no thread comes to these columns."
JOINED = "The copies join the next group, and every wait that takes one of the two groups takes both."
EMPTY = "The group of the last rounds is empty: nothing is copied beyond the end."
LAST = "Nothing follows this barrier but the end of the program."
ONLY_MBARRIERS = (
    "Only mbarriers were written before it, and copies find those without it: Triton makes its own in the same way "
    "and has no such fence."
)
SET = "The register was set to the same value before the branch to this place."
UNUSED = "Rows end before the stage of this mbarrier: nothing fills it, and nothing waits for it."
WAITED = "Nothing is committed between this wait and another one for as many groups that stands before or behind it."

EQUIVALENT: dict[str, str] = {
    "ring_q4_k_gemv: mbarrier never made, line 54": UNUSED,
    "ring_q4_k_gemv: mbarrier never made, line 55": UNUSED,
    "nvcc compaction: no initial value, line 117": SET,
    "flash_decoding: a group left in flight, line 520": EMPTY,
    "flash_attention: no wait for copies, line 1010": EMPTY,
    "wgmma_gemm: far away, line 259": BEYOND,
    "wgmma_gemm: no bounds check, line 239": "The guard holds in every thread: warps begin before the last column.",
    "q8_0_gemm: no bounds check, line 2270": "The guard holds in every thread: warps begin before the last column.",
    "nvcc compaction: far away, line 220": "The loop takes four warps at once of those before a warp; a CTA has four.",
    "wgmma_gemm: far away, line 243": BEYOND,
    "q8_0_gemm: no wait for copies, line 2243": EMPTY,
    "triton attention.sm_80: no commit of copies, line 188": JOINED,
    "triton matmul_described.sm_90: no barrier, line 326": "The products of the stage are done at the barrier before "
    "it, and the bytes of a phase may come before its arrival.",
    "ring_q4_k_gemv: no proxy fence, line 56": ONLY_MBARRIERS,
    "wgmma_gemm: no proxy fence, line 41": ONLY_MBARRIERS,
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
