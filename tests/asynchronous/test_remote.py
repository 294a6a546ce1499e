"""`st.async` and `red.async`: words for the other CTA of a cluster, which its mbarrier counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.launch import LaunchConfig
from tests.asynchronous.text import kernel

Array = np.ndarray[Any, Any]
Launch = Callable[..., list[Array]]

BLOCK = 32
COUNTED = "mbarrier::complete_tx::bytes"
SYNC = "barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;"
WAIT = """
    W: mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 %p1, [%r1], 0;
    @!%p1 bra W;"""


def text(send: str, nbytes: int, *, wait: str = WAIT, width: int = 4, end: str = "") -> str:
    """Every thread sends something to the tile of the other CTA, at `[%r6]`, and reads its own tile at `[%r4]`.

    Thread i of CTA c has i * 2654435761 + c in `%r7`, and that and the complement in `%rd5`. `[%r8]` is the first
    word of the other tile, `[%r9]` its mbarrier. Tiles begin with 1000 + i in word i.
    """
    return kernel(f"""
        .shared .align 8 .b64 bar[2]; .shared .align 16 .b8 tile[{BLOCK * 16}];
        ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x; mov.u32 %r1, bar; mov.u32 %r2, tile; mov.u32 %r3, %cluster_ctarank;
        setp.eq.u32 %p0, %r0, 0;
        mad.lo.u32 %r4, %r0, {width}, %r2;
        mad.lo.u32 %r10, %r0, 4, %r2; add.u32 %r11, %r0, 1000; st.shared.u32 [%r10], %r11;
        @%p0 mbarrier.init.shared.b64 [%r1], 1; fence.mbarrier_init.release.cluster;
        {SYNC}
        @%p0 mbarrier.arrive.expect_tx.shared.b64 %rd3, [%r1], {nbytes};
        xor.b32 %r5, %r3, 1;
        mapa.shared::cluster.u32 %r6, %r4, %r5;
        mapa.shared::cluster.u32 %r8, %r2, %r5;
        mapa.shared::cluster.u32 %r9, %r1, %r5;
        mad.lo.u32 %r7, %r0, 2654435761, %r3;
        not.b32 %r11, %r7; mov.b64 %rd5, {{%r7, %r11}};
        {send}
        {wait}
        ld.shared.u32 %r12, [%r4]; ld.shared.u32 %r13, [%r4+{width - 4}];
        mad.lo.u32 %r14, %r3, {BLOCK}, %r0; mul.wide.u32 %rd4, %r14, 8; add.u64 %rd4, %rd4, %rd1;
        st.global.v2.u32 [%rd4], {{%r12, %r13}};
        {end}
        ret;""")


def run(launch: Launch, body: str) -> Array:
    """`[cta, thread, 2]`: the first and the last word of what each thread found."""
    _, found = launch(
        body,
        np.zeros(1, np.uint32),
        np.zeros((2, BLOCK, 2), np.uint32),
        grid=2,
        block=BLOCK,
        cluster=(2, 1, 1),
    )
    return found


def sent() -> Array:
    """What the thread of the other CTA has in `%r7`: `[cta, thread]`."""
    thread = np.arange(BLOCK, dtype=np.uint32) * np.uint32(2654435761)
    return np.stack([thread + np.uint32(1), thread])


@pytest.mark.parametrize(
    ("operation", "value", "width", "flip"),
    [
        (f"st.async.shared::cluster.{COUNTED}.u32", "%r7", 4, False),
        (f"st.async.weak.shared::cluster.{COUNTED}.b32", "%r7", 4, False),
        (f"st.async.{COUNTED}.b64", "%rd5", 8, True),
        (f"st.async.{COUNTED}.v2.s32", "{%r7, %r11}", 8, True),
        (f"st.async.{COUNTED}.v4.b32", "{%r7, %r7, %r7, %r11}", 16, True),
        (f"st.async.{COUNTED}.v2.u64", "{%rd5, %rd5}", 16, True),
    ],
)
def test_stores(launch: Launch, operation: str, value: str, width: int, flip: bool) -> None:
    found = run(launch, text(f"{operation} [%r6], {value}, [%r9];", BLOCK * width, width=width))
    np.testing.assert_array_equal(found[..., 0], sent())
    np.testing.assert_array_equal(found[..., 1], ~sent() if flip else sent())


def fold(operation: str, values: Array, start: int) -> int:
    """The manual's definition, one value after the other."""
    signed = [int(v) - (int(v) >> 31 << 32) for v in values]
    word = start
    for value, number in zip(map(int, values), signed, strict=True):
        word = {
            "add.u32": (word + value) % 2**32,
            "add.s32": (word + value) % 2**32,
            "min.u32": min(word, value),
            "max.u32": max(word, value),
            "min.s32": min(word - (word >> 31 << 32), number) % 2**32,
            "max.s32": max(word - (word >> 31 << 32), number) % 2**32,
            "and.b32": word & value,
            "or.b32": word | value,
            "xor.b32": word ^ value,
            "inc.u32": 0 if word >= value else word + 1,
            "dec.u32": value if word == 0 or word > value else word - 1,
        }[operation]
    return word


@pytest.mark.parametrize(
    "operation",
    [
        *("add.u32", "add.s32", "min.u32", "max.u32", "min.s32", "max.s32"),
        *("and.b32", "or.b32", "xor.b32", "inc.u32", "dec.u32"),
    ],
)
def test_reductions(launch: Launch, operation: str) -> None:
    """All threads of a CTA combine their words with the first one of the other CTA, which holds 1000."""
    value = "5000" if operation[:3] in ("inc", "dec") else "%r7"
    send = f"red.async.relaxed.cluster.shared::cluster.{COUNTED}.{operation} [%r8], {value}, [%r9];"
    found = run(launch, text(send, BLOCK * 4))
    for cta in range(2):
        values = np.full(BLOCK, 5000, np.uint32) if value == "5000" else sent()[cta]
        assert found[cta, 0, 0] == fold(operation, values, 1000)
        np.testing.assert_array_equal(found[cta, 1:, 0], 1000 + np.arange(1, BLOCK))


def test_a_reduction_of_64_bits(launch: Launch) -> None:
    send = f"red.async.relaxed.cluster.{COUNTED}.add.u64 [%r8], %rd5, [%r9];"
    found = run(launch, text(send, BLOCK * 8, width=8))
    for cta in range(2):
        start = 1000 + (1001 << 32)
        total = (start + sum(int(v) + (int(~v) << 32) for v in sent()[cta])) % 2**64
        assert found[cta, 0].tolist() == [total % 2**32, total >> 32]


STORE = f"st.async.{COUNTED}.u32 [%r6], %r7, [%r9];"
ADD = f"red.async.relaxed.cluster.{COUNTED}.add.u32 [%r8], %r7, [%r9];"


def kinds(body: str, schedule: int | None = None) -> set[str]:
    with EmulatedDevice(sanitize="collect", schedule=schedule) as device:
        entry = device.load_module(body).get_kernel("k")
        arrays = [device.to_device(np.zeros(4 * BLOCK, np.uint32)) for _ in range(2)]
        entry.launch(LaunchConfig(2, BLOCK, cluster=(2, 1, 1)), arrays)
        return {finding.kind for finding in device.findings}


@pytest.mark.parametrize("schedule", [None, 1, 2])
@pytest.mark.parametrize("send", [STORE, ADD])
def test_sanitizers_know_the_wait(send: str, schedule: int | None) -> None:
    assert kinds(text(send, BLOCK * 4), schedule) == set()
    late = text(send, BLOCK * 4, wait="", end=WAIT)
    assert kinds(late, schedule) & {"in-flight", "read-write", "atomic-plain"}


def test_reductions_and_plain_stores_race() -> None:
    both = f"{ADD} st.shared::cluster.u32 [%r8], %r7;"
    assert "in-flight" in kinds(text(both, BLOCK * 4))


@pytest.mark.parametrize("send", [STORE, ADD])
def test_bytes_that_nobody_expects(fails: Callable[..., Exception], send: str) -> None:
    body = text(send, BLOCK * 4 - 4)
    arrays = np.zeros(1, np.uint32), np.zeros((2, BLOCK, 2), np.uint32)
    error = fails("EMU011", "try_wait", body, *arrays, grid=2, block=BLOCK, cluster=(2, 1, 1))
    assert "the expectation of 4 bytes that came" in str(error)
