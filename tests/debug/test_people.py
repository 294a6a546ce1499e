"""Faults as people make them, in CUDA: found in the text alone or by a run, and nothing is said of mended ones."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve

from ptxgen import Severity
from ptxgen.debug import Finding, Verdict, analyze_text
from ptxgen.debug.dynamic import LaunchRequest
from ptxgen.debug.question import Question, answered
from tests.debug.people.compile import FAULTY, MENDED, SOURCE

ALONE: dict[str, str] = {
    "absent_threads": "PTX122",
    "bank_conflicts": "PTX161",
    "barrier_in_loop": "PTX120",
    "constant_load": "PTX144",
    "constant_parity": "PTX132",
    "divergent_ballot": "PTX124",
    "divergent_shuffle": "PTX124",
    "double_by_accident": "PTX164",
    "early_dependent_read": "PTX135",
    "early_stage": "PTX192",
    "endless_loop": "PTX068",
    "kept_lock": "PTX137",
    "local_array": "PTX166",
    "lock_on_one_way": "PTX137",
    "mask_as_width": "PTX066",
    "misaligned_vector": "PTX141",
    "neighbour_lane": "PTX154",
    "no_proxy_fence": "PTX129",
    "other_barrier": "PTX126",
    "overwritten_stage": "PTX191",
    "plain_flag": "PTX068",
    "plain_grid_barrier": "PTX068",
    "plain_histogram": "PTX155",
    "plain_sum": "PTX153",
    "reduction_tree": "PTX150",
    "reused_source": "PTX191",
    "reversal": "PTX150",
    "scan_in_place": "PTX150",
    "short_halo": "PTX062",
    "stencil_in_place": "PTX153",
    "tiled_product": "PTX150",
    "too_few_bytes": "PTX130",
    "too_many_bytes": "PTX130",
    "too_much_shared": "PTX058",
    "transposition": "PTX150",
    "uncleared_histogram": "PTX157",
    "unequal_counts": "PTX123",
    "unfenced_counter": "PTX156",
    "unlisted_lane": "PTX125",
    "unwaited_bulk_copy": "PTX192",
    "unwaited_copy": "PTX127",
    "warp_synchronous": "PTX154",
    "wide_shift": "PTX064",
    "wrapping_offset": "PTX143",
    "zero_divisor": "PTX103",
}
"""What the text alone says of each, whatever the launch."""
RUN: dict[str, tuple[str, LaunchRequest]] = {
    "last_index": (
        "PTX140",
        LaunchRequest(
            grid=(2, 1, 1),
            block=(64, 1, 1),
            numbers={"2": "100"},
            buffers={"0": "100xf32", "1": "100xf32:out"},
        ),
    ),
    "local_out_of_bounds": (
        "SAN001",
        LaunchRequest(grid=(1, 1, 1), block=(32, 1, 1), buffers={"0": "256xf32", "1": "32xf32:out"}),
    ),
    "short_dynamic": (
        "SAN001",
        LaunchRequest(grid=(1, 1, 1), block=(64, 1, 1), shared_bytes=256, buffers={"0": "64xf32"}),
    ),
    "uncleared_rest": (
        "SAN010",
        LaunchRequest(
            grid=(1, 1, 1),
            block=(256, 1, 1),
            numbers={"2": "200"},
            buffers={"0": "256xf32", "1": "256xf32:out"},
        ),
    ),
}
"""What needs a launch: what the rules and a run say then."""


@cache
def said(path: Path) -> dict[str, list[Finding]]:
    report = analyze_text(path.read_text(), path.name)
    assert not report.problem
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.function, []).append(finding)
    return found


def test_every_kernel_is_in_a_table() -> None:
    kernels = re.findall(r"^KERNEL(?:128)? (\w+)\(", SOURCE.read_text(), re.MULTILINE)
    assert sorted(kernels) == sorted([*ALONE, *RUN])
    for path in (FAULTY, MENDED):
        assert sorted(re.findall(r"\.entry (\w+)\(", path.read_text())) == sorted(kernels)


@pytest.mark.parametrize("kernel", ALONE)
def test_the_text_alone_shows_it(kernel: str) -> None:
    found = {f.id: f for f in said(FAULTY).get(kernel, ())}
    assert ALONE[kernel] in found
    assert ALONE[kernel] not in {f.id for f in said(MENDED).get(kernel, ())}


@pytest.mark.parametrize("kernel", RUN)
def test_a_run_shows_it(kernel: str) -> None:
    id, request = RUN[kernel]
    question = Question(evolve(request, entry=kernel))
    found = [f for f in answered(FAULTY.read_text(), "faulty.ptx", question).findings if f.id == id]
    assert found
    assert all(f.verdict is not Verdict.UNKNOWN and f.function == kernel for f in found)
    mended = answered(MENDED.read_text(), "mended.ptx", question)
    assert mended.runs
    assert not [f for f in mended.findings if f.severity is Severity.ERROR]


def test_nothing_is_said_loudly_once_it_is_mended() -> None:
    loud = [f for found in said(MENDED).values() for f in found if f.severity is not Severity.HINT]
    assert not loud
