"""Plans: several launches, their workspace, and names that must be known."""

from __future__ import annotations

import pytest

from ptxgen.isa.types import f16, f32
from ptxgen.launch import In, Launch, LaunchConfig, LaunchError, Out, Plan, Signature, Workspace

SUM = Signature(x=In(f32, "n"), y=Out(f32, 1))


def test_single_is_a_plan_of_one() -> None:
    plan = Plan.single(entry="scale", grid=3, block=(32, 2), shared_bytes=16)
    assert plan == Plan([Launch("scale", LaunchConfig(3, (32, 2), 16))])
    assert plan.workspace_bytes == 0


def test_workspace_counts_bytes() -> None:
    plan = Plan(
        [
            Launch("a", LaunchConfig(1, 1), ("x", "partial")),
            Launch("b", LaunchConfig(1, 1), ("partial", "y", 4)),
        ],
        {"partial": Workspace(f32, (4, 8)), "half": Workspace(f16, (3,), zeroed=True)},
    )
    plan.check(SUM)
    assert plan.workspace_bytes == 4 * 8 * 4 + 6


def test_faults() -> None:
    step = Launch("a", LaunchConfig(1, 1), ("x", "scratch"))
    with pytest.raises(LaunchError) as empty:
        Plan([])
    with pytest.raises(LaunchError) as unknown:
        Plan([step]).check(SUM)
    with pytest.raises(LaunchError) as clash:
        Plan([step], {"scratch": Workspace(f32, (1,)), "x": Workspace(f32, (1,))}).check(SUM)
    assert [e.value.id for e in (empty, unknown, clash)] == ["LCH030", "LCH031", "LCH032"]
    assert "'scratch'" in unknown.value.message
