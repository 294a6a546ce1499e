"""What decides whether an output is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.ir.builder import KernelBuilder
from ptxgen.kernels import Saxpy
from ptxgen.verification import Workbench, compare, run_kernel, verify_kernel, verify_text


def one(output: list[float], expected: list[float], bound: list[float]):
    return compare("y", np.array(output, np.float32), np.array(expected), np.array(bound))


def test_worst_is_judged_by_its_own_tolerance() -> None:
    """A large error that is allowed does not hide a small one that is not."""
    made = one([100.5, 1.25], [100.0, 1.0], [1.0, 0.125])
    assert (made.error, made.tolerance, made.outside, made.elements) == (0.25, 0.125, 1, 2)
    assert not made.ok


def test_at_the_tolerance_is_inside() -> None:
    assert one([1.5], [1.0], [0.5]).ok
    assert not one([1.5], [1.0], [0.4999]).ok


def test_nothing_allowed() -> None:
    assert one([1.0, 0.0], [1.0, 0.0], [0.0, 0.0]).ok
    assert not one([1.0, 1e-30], [1.0, 0.0], [0.0, 0.0]).ok


def test_a_bound_that_is_none_allows_nothing() -> None:
    for bound in (-0.0, -1.0, float("nan")):
        assert not one([1.25], [1.0], [bound]).ok
        assert one([1.0], [1.0], [bound]).ok


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_outside(value: float) -> None:
    made = one([1.0, value], [1.0, 1.0], [1.0, 1.0])
    assert made.outside == 1
    assert not made.ok
    assert not np.isfinite(made.error)


def test_broadcast_tolerance() -> None:
    made = compare("y", np.zeros((2, 3), np.float32), np.full((2, 3), 0.5), np.broadcast_to(1.0, (2, 3)))
    assert made.ok
    assert made.elements == 6


def test_counts_are_of_this_run_only() -> None:
    bench = Workbench.open()
    kernel = Saxpy(n=64)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    first, second = (run_kernel(kernel, inputs, bench) for _ in range(2))
    assert first.thread_instructions == second.thread_instructions
    assert first.thread_instructions is not None
    assert bench.thread_instructions == 2 * first.thread_instructions
    assert bench.launches == 2
    assert set(first.outputs) == {"y"}


def test_a_module_that_does_not_check_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Saxpy().emit_ptx().replace("bra ", "bra not_")
    monkeypatch.setattr(Saxpy, "emit_ptx", lambda self, target, level: text)
    made = verify_kernel(Saxpy(n=4), Workbench.open())
    assert not made.ok
    assert not made.checked
    assert made.run is None
    assert made.target == Saxpy.default_target() == "sm_80"


def test_the_text_that_was_checked_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in the text for one target shows where that target is verified, and nowhere else."""
    right = Saxpy.body

    def body(self: Saxpy, k: KernelBuilder, *arguments: Any) -> None:
        if k.module.target.sm == 75:
            k.ret()
        right(self, k, *arguments)

    monkeypatch.setattr(Saxpy, "body", body)
    bench = Workbench.open()
    for target, ok in ((None, True), ("sm_90", True), ("sm_75", False)):
        made = verify_kernel(Saxpy(n=40), bench, target=target)
        assert made.checked
        assert made.run is not None
        assert made.run.ok == ok


def test_text_that_is_not_ptx() -> None:
    made = verify_text("nonsense", "x.ptx")
    assert not made.ok
    assert made.assembly is None
    assert made.diagnostics[0].severity.value == "error"
