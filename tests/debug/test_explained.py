"""What `explain` counts on the text, against runs of the emulator: bytes of each instruction and round, and rounds."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.debug.measures import measured
from ptxgen.debug.work import work_of
from ptxgen.driver import Device
from ptxgen.isa.spaces import StateSpace
from ptxgen.kernels.registry import get
from tests.corpus.cases import PROGRAMS, Variant
from tests.corpus.running import run as run_program
from tests.debug.probing import Probed, entered, run, steady
from tests.debug.programs import Results, Source, sources

KINDS = ("loaded", "stored", "shared", "local")
FAST = (
    "tiled_gemm", "mma_gemm", "wgmma_gemm", "ring_q4_k_gemv", "dp4a_q4_k_gemv", "wmma_gemm", "nvcc async_copy",
    "nvcc layernorm", "nvcc dynamic_shared", "nvcc matvec", "triton matmul.sm_90", "triton layer_norm.sm_80",
    "nvcc reduction", "softmax",
)  # fmt: skip


def registered(name: str) -> Source:
    kernel = get(name)()

    def results(device: Device, text: str) -> Results:
        return kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)

    return Source(name, kernel.emit_ptx(), results)


def unoptimised(name: str) -> Source:
    """What nvcc writes for debuggers: variables in local memory, behind generic addresses."""
    program = next(p for p in PROGRAMS if p.name == name)
    text = program.ptx(Variant("G", "sm_90")).read_text("utf-8")
    return Source(f"nvcc {name} -G", text, lambda device, text: run_program(program, text, device))


EVERY = (
    *sources(),
    *map(registered, ("wmma_gemm", "wmma_attention", "rope_neox", "integer_gemm", "lz4_decompress", "top_k")),
    *map(unoptimised, ("warp_votes", "atomics", "matvec")),
)
STEADY = (
    "arg_max", "dp4a_q4_k_gemv", "flash_attention", "ring_q4_k_gemv", "flash_decoding", "integer_gemm", "top_k",
    "lz4_decompress", "nvcc reduction", "nvcc scan", "nvcc transpose", "nvcc softmax", "nvcc matvec", "nvcc histogram",
    "nvcc layernorm", "nvcc named_barriers", "nvcc compaction", "nvcc atomics -G",
)  # fmt: skip
"""Programs in which some region is gone through by all threads alike."""
COUNTED = (
    "tiled_gemm", "mma_gemm", "arg_max", "dp4a_q4_k_gemv", "flash_attention", "q8_0_gemm", "ring_q4_k_gemv",
    "flash_decoding", "wmma_gemm", "integer_gemm", "lz4_decompress", "top_k", "wgmma_gemm",
)  # fmt: skip
"""Programs with a loop whose rounds follow from the text."""
MARKED = [pytest.param(s, id=s.name, marks=() if s.name in FAST else pytest.mark.slow) for s in EVERY]


def compared(made: Probed) -> int:
    """Compare each instruction that accessed memory; how many there were."""
    count = 0
    for body in made.bodies:
        for place, instruction in body.places:
            work, times = work_of(body, place), made.rounds(body, place)
            # In the emulator each warp of a product of a warpgroup reads all of the second matrix.
            left_out = (
                work.unsized or instruction.opcode == "wgmma" or instruction.form.space is StateSpace.PARAM
            )
            if not times or left_out:
                continue
            count += 1
            moved = {kind: made.bytes(body, [place], kind) / times for kind in KINDS}
            said = {kind: getattr(work, kind) for kind in KINDS}
            if instruction.name.startswith("cp.async.c"):
                # How much of its source a copy leaves out is in a register.
                assert moved["loaded"] <= said["loaded"], instruction
                moved["loaded"] = said["loaded"]
            if instruction.form.space is StateSpace.GENERIC and moved != said:
                # What it points to is not known: it is taken for global memory.
                assert sum(moved.values()) == work.moved, instruction
                continue
            assert moved == pytest.approx(said), instruction
    return count


def regions_compared(made: Probed) -> int:
    """Compare whole regions that all threads went through alike; how many there were."""
    count = 0
    for body, region, times in steady(made):
        own = [p for p in region.places if body.instruction(p).form.space is not StateSpace.PARAM]
        open_ = any(
            body.instruction(p).form.space is StateSpace.GENERIC
            or body.instruction(p).name.startswith(("cp.async", "wgmma"))
            for p in own
        )
        if region.work.unsized or open_:
            continue
        count += 1
        moved = {kind: made.bytes(body, own, kind) / times for kind in KINDS}
        assert moved == pytest.approx({kind: getattr(region.work, kind) for kind in KINDS}), region.name
    return count


def rounds_compared(made: Probed) -> list[tuple[str, int, float]]:
    """Of each loop whose end is known: its name, the rounds said and those that were made each time."""
    found: list[tuple[str, int, float]] = []
    for body in made.bodies:
        for loop, region in zip(body.analysis.loops.loops, measured(body).regions[1:], strict=True):
            times = entered(made, body, loop)
            if times and region.rounds is not None:
                found.append((region.name, region.rounds, made.executed(body, loop.header) / times))
    return found


@pytest.mark.parametrize("source", MARKED)
def test_bytes_and_rounds_are_those_of_a_run(source: Source) -> None:
    made = run(source)
    assert compared(made) >= 4
    assert regions_compared(made) >= (source.name in STEADY)
    rounds = rounds_compared(made)
    assert all(ran <= said for _, said, ran in rounds), rounds
    assert any(ran == said for _, said, ran in rounds) >= (source.name in COUNTED), rounds
