"""The token graph, and the passes that use it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen.ir.analysis import analyze
from ptxgen.passes import PassError
from ptxgen.passes.tokens import TokenGraph, token_graph
from tests.passes.text import kernel

BASE = """ld.param.u64 %rd1, [q];
ld.param.u64 %rd2, [p];
mov.u32 %r1, %tid.x;
"""


def graph(body: str) -> TokenGraph:
    """The graph of a body's last block, without loads of parameters."""
    function = kernel(body).entries[0]
    operations = analyze(function).memory.blocks[-1]
    return token_graph(o for o in operations if not o.instruction.name.startswith("ld.param"))


def edges(body: str) -> list[tuple[int, int]]:
    return [(a, b) for b, earlier in enumerate(graph(BASE + body).follows) for a in sorted(earlier)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("ld.global.u32 %r2, [%rd1]; ld.global.u32 %r3, [%rd1];", []),
        ("ld.global.u32 %r2, [%rd1]; st.global.u32 [%rd1], 1;", [(0, 1)]),
        ("ld.global.u32 %r2, [%rd1]; st.global.u32 [%rd1+4], 1;", []),
        ("ld.global.u32 %r2, [%rd1]; st.global.u32 [%rd2], 1;", [(0, 1)]),
        ("ld.global.u32 %r2, [%rd1]; st.shared.u32 [tile], 1;", []),
        ("st.shared.u32 [tile], 1; bar.sync 0; ld.shared.u32 %r2, [tile+4];", [(0, 1), (1, 2)]),
        ("st.shared.u32 [tile], 1; bar.sync 0; ld.global.nc.u32 %r2, [%rd1];", [(0, 1)]),
        ("ld.volatile.global.u32 %r2, [%rd1]; ld.volatile.global.u32 %r2, [%rd1+4];", [(0, 1)]),
        ("st.global.u32 [%rd1], 1; st.release.gpu.global.u32 [%rd1+4], 1;", [(0, 1)]),
    ],
)
def test_who_takes_whose_token(body: str, expected: list[tuple[int, int]]) -> None:
    assert edges(body) == expected


def test_an_order_that_is_preferred_as_far_as_it_is_allowed() -> None:
    made = graph(BASE + "st.shared.u32 [tile], 1; ld.shared.u32 %r2, [tile]; ld.global.u32 %r3, [%rd1];")
    assert made.order() == [0, 1, 2]
    assert made.order([2, 1, 0]) == [2, 0, 1]


def test_constraints_that_go_round_are_refused() -> None:
    made = graph(BASE + "st.shared.u32 [tile], 1; bar.sync 0; ld.shared.u32 %r2, [tile];")
    made.require(2, 0)
    with pytest.raises(PassError, match="wait for each other") as caught:
        made.order()
    assert caught.value.id == "PAS040"
    assert "bar.sync 0; after st.shared.u32 [tile], 1;" in str(caught.value)


STEPS = (
    "ld.global.u32 %r2, [%rd1];", "ld.global.u32 %r2, [%rd1+4];", "st.global.u32 [%rd1+4], 1;", "bar.sync 0;",
    "st.shared.u32 [tile], 1;", "ld.shared.u32 %r3, [tile];", "fence.acq_rel.gpu;", "ld.global.nc.u32 %r4, [%rd1];",
    "atom.global.add.u32 %r5, [%rd1], 1;",
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=12), st.randoms())
def test_any_order_keeps_every_token(steps: list[str], random: Random) -> None:
    made = graph(BASE + "".join(steps))
    preference = list(range(len(made.operations)))
    random.shuffle(preference)
    order = made.order(preference)
    place = {number: position for position, number in enumerate(order)}
    assert sorted(order) == list(range(len(steps)))
    assert all(place[a] < place[b] for b, earlier in enumerate(made.follows) for a in earlier)


def test_a_load_begins_before_a_barrier_and_a_store_elsewhere(becomes):
    becomes(
        "load-hoisting",
        BASE
        + """st.global.u32 [%rd1+4], %r1;
        add.u32 %r5, %r1, 1;
        bar.sync 0;
        ld.global.nc.u32 %r2, [%rd1];""",
        BASE
        + """ld.global.nc.u32 %r2, [%rd1];
        st.global.u32 [%rd1+4], %r1;
        add.u32 %r5, %r1, 1;
        bar.sync 0;""",
    )


def test_not_what_the_store_may_write(stays):
    stays("load-hoisting", BASE + "st.global.u32 [%rd2], 1; ld.global.u32 %r2, [%rd1];")


def test_not_plain_loads_over_a_barrier(stays):
    stays("load-hoisting", BASE + "bar.sync 0; ld.global.u32 %r2, [%rd1];")


@pytest.mark.parametrize("wait", ["griddepcontrol.wait;", "call (%r3), f;"])
def test_not_constants_over_a_wait_for_the_grid_that_makes_them(stays, wait: str):
    stays("load-hoisting", BASE + f"st.global.u32 [%rd1+4], %r1; {wait} ld.global.nc.u32 %r2, [%rd1];")


def test_not_before_its_address_or_a_use_of_the_old_value(stays):
    stays(
        "load-hoisting",
        BASE
        + """mov.u32 %r2, 7;
        st.global.u32 [%rd1+4], %r2;
        ld.global.u32 %r2, [%rd1];
        st.global.u32 [%rd1+8], %r1;
        add.u64 %rd3, %rd1, 16;
        ld.global.u32 %r3, [%rd3];""",
    )


def test_not_where_only_arithmetic_lies_between(stays):
    stays("load-hoisting", BASE + "add.u32 %r5, %r1, 1; ld.global.u32 %r2, [%rd1];")


COPY = BASE + "mov.u32 %r3, tile;\ncp.async.cg.shared.global [%r3], [%rd1], 16;\ncp.async.commit_group;\n"


def test_a_thread_waits_when_it_needs_the_copy(becomes):
    becomes(
        "wait-sinking",
        COPY
        + """cp.async.wait_group 0;
        ld.global.u32 %r2, [%rd2];
        add.u32 %r5, %r1, 1;
        ld.shared.u32 %r4, [tile];""",
        COPY
        + """ld.global.u32 %r2, [%rd2];
        add.u32 %r5, %r1, 1;
        cp.async.wait_group 0;
        ld.shared.u32 %r4, [tile];""",
    )


@pytest.mark.parametrize(
    "next",
    [
        "bar.sync 0;",
        "st.global.u32 [%rd1], 1;",
        "ld.u32 %r2, [%rd4];",
        "add.u32 %r5, %r1, 1; ld.shared.u32 %r4, [tile];",
    ],
    ids=["barrier", "store to the source", "pointer to anywhere", "only arithmetic"],
)
def test_waits_stay_before(stays, next):
    stays("wait-sinking", COPY + "ld.global.u64 %rd4, [%rd1+8]; cp.async.wait_group 0; " + next)
