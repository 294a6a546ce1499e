"""Faults planted in built kernels: each is reported at the line of Python that made it, through the public surface.

A line that holds a fault ends in a `FAULT` comment; the report must name this file and that line.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import ptxgen
from ptxgen import LaunchConfig, PtxgenError, open_device
from ptxgen.driver import Device, EmulatedDevice
from ptxgen.emulator import Limits
from ptxgen.ir import KernelBuilder, Pointer, Value
from ptxgen.isa.types import f32, u32

Body = Callable[[KernelBuilder, Pointer], None]
N = 64


def out_of_bounds(k: KernelBuilder, y: Pointer) -> None:
    y[k.tid.x + 1] = 1.0  # FAULT


def misaligned(k: KernelBuilder, y: Pointer) -> None:
    quad = y.cast(u32).at(1).load(vec=4)  # FAULT
    y.cast(u32)[k.tid.x] = quad[0]


def shared_memory_that_nobody_wrote(k: KernelBuilder, y: Pointer) -> None:
    tile = k.shared("tile", f32, N)
    y[k.tid.x] = tile[k.tid.x]  # FAULT


def divergent_barrier(k: KernelBuilder, y: Pointer) -> None:
    with k.if_(k.tid.x < 16):
        k.bar_sync()  # FAULT
    with k.if_(k.tid.x >= 16):
        k.bar_sync(1)  # FAULT
    y[k.tid.x] = 1.0


def shuffle_from_a_lane_that_has_left(k: KernelBuilder, y: Pointer) -> None:
    with k.if_(k.laneid >= 16):
        k.exit()
    value = k.shfl_down(y[k.tid.x], 16)  # FAULT
    y[k.tid.x] = value


def endless_loop(k: KernelBuilder, y: Pointer) -> None:
    n = k.var(u32, 0)
    with k.while_(lambda: n < 1):  # FAULT
        n.set(n * 1)
    y[n] = 0.0


RUNNING: list[tuple[Body, str]] = [
    (out_of_bounds, "out of bounds|outside|past"),
    (misaligned, "align"),
    (shared_memory_that_nobody_wrote, "never written|uninitiali|nobody wrote|not written"),
    (divergent_barrier, "barrier"),
    (shuffle_from_a_lane_that_has_left, "lane"),
]


def fault_lines(body: Body) -> list[int]:
    """The lines that make the fault: both barriers, where it takes two."""
    lines, first = inspect.getsourcelines(body)
    return [first + i for i, line in enumerate(lines) if line.rstrip().endswith("# FAULT")]


def build(body: Body) -> ptxgen.Module:
    k = KernelBuilder("planted", target="sm_80")
    y = k.pointer("y", f32)
    body(k, y)
    return k.build()


@pytest.fixture
def device() -> Device:
    return open_device("emulator", debug=True)


def launch(device: Device, module: ptxgen.Module, block: int = N) -> None:
    y = device.to_device(np.ones(N, np.float32))
    device.load_module(module).get_kernel("planted").launch(LaunchConfig(1, block), [y])
    device.synchronize()


@pytest.mark.parametrize(("body", "words"), RUNNING, ids=lambda p: getattr(p, "__name__", ""))
def test_a_running_fault_names_the_authors_line(device: Device, body: Body, words: str) -> None:
    with pytest.raises(PtxgenError, match=rf"(?i){words}") as caught:
        launch(device, build(body))
    where = caught.value.location
    assert where is not None
    assert Path(where.file) == Path(__file__)
    assert where.line in fault_lines(body), str(caught.value)


def test_an_endless_loop_ends() -> None:
    bounded = EmulatedDevice(limits=Limits(thread_steps=10_000))
    with pytest.raises(PtxgenError, match=r"(?i)steps|endless") as caught:
        launch(bounded, build(endless_loop))
    assert caught.value.location is not None
    assert Path(caught.value.location.file) == Path(__file__)


UNWRITTEN = """\
.version 7.0
.target sm_80
.address_size 64
.visible .entry planted(.param .u64 y)
{
    .reg .b64 %rd<2>;
    .reg .f32 %f<2>;
    ld.param.u64 %rd0, [y];
    cvta.to.global.u64 %rd1, %rd0;
    st.global.f32 [%rd1], %f1;
    ret;
}
"""


def test_a_register_that_nobody_wrote(device: Device) -> None:
    line = 1 + UNWRITTEN.splitlines().index("    st.global.f32 [%rd1], %f1;")
    (finding,) = [d for d in ptxgen.check(ptxgen.parse(UNWRITTEN)) if "%f1" in d.message]
    assert (finding.severity, finding.line) == (ptxgen.Severity.ERROR, line)
    with pytest.raises(PtxgenError, match="%f1") as caught:
        device.load_module(UNWRITTEN)
    assert caught.value.line == line


def test_a_wrong_number_of_arguments(device: Device) -> None:
    kernel = device.load_module(build(out_of_bounds)).get_kernel("planted")
    with pytest.raises(PtxgenError, match=r"1 argument|takes 1") as caught:
        kernel.launch(LaunchConfig(1, 32), [device.zeros(N, np.float32), np.int32(1)])  # fmt: skip
    assert caught.value.location is not None
    assert Path(caught.value.location.file) == Path(__file__)


def test_a_block_of_4096_threads(device: Device) -> None:
    with pytest.raises(PtxgenError, match="1024") as caught:
        launch(device, build(out_of_bounds), block=4096)
    assert "4096" in str(caught.value)


def test_a_built_block_of_4096_threads() -> None:
    def declared(k: KernelBuilder, y: Pointer) -> None:
        k.launch_bounds(required=4096)
        y[k.tid.x] = 1.0

    with pytest.raises(PtxgenError, match="4096"):
        launch(open_device("emulator"), build(declared))


def large_tile(k: KernelBuilder, y: Pointer) -> None:
    tile = k.shared("tile", f32, 98 * 256)  # FAULT
    tile[k.tid.x] = 1.0
    y[k.tid.x] = tile[k.tid.x]


def test_98_kilobytes_of_static_shared_memory(device: Device) -> None:
    with pytest.raises(PtxgenError, match="dynamic") as caught:
        launch(device, build(large_tile))
    assert "100352" in str(caught.value)
    assert caught.value.location is not None
    assert Path(caught.value.location.file) == Path(__file__)
    assert [caught.value.location.line] == fault_lines(large_tile)


def test_types_that_do_not_agree_are_refused_where_they_are_written() -> None:
    k = KernelBuilder("planted", target="sm_80")
    y = k.pointer("y", f32)
    total: Value = y[0]
    with pytest.raises(PtxgenError, match=r"f32.*u32") as caught:
        total + k.tid.x
    assert caught.value.location is not None
    assert Path(caught.value.location.file) == Path(__file__)
