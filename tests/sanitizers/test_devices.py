"""Sanitizers of a device: who is told what, freed and leaked memory, read-only data, faults of synchronisation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ptxgen.driver import DriverError, SanitizerError, open_device
from ptxgen.emulator.sanitizers import KINDS, Finding
from ptxgen.launch import LaunchConfig
from tests.emulator.launching import kernel, line_of

RACE = kernel("""
    .reg .b32 %r<4>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    st.global.u32 [%rd0], %r0;
    ret;""")


def run(
    text: str, *, block: int = 32, grid: int = 1, sanitize: bool | str | tuple[str, ...] = True
) -> tuple[Finding, ...]:
    """What a launch on one array of 64 zeros raises."""
    with open_device("emulator", sanitize=sanitize) as device:
        array = device.to_device(np.zeros(64, np.uint32))
        with pytest.raises(SanitizerError) as caught:
            device.load_module(text).get_kernel("k").launch(LaunchConfig(grid, block), [array])
        assert caught.value.findings == device.findings
        return caught.value.findings


def test_a_launch_with_findings_raises_them() -> None:
    (found,) = run(RACE)
    assert (found.tool, found.buffer, found.line) == ("racecheck", "p", line_of(RACE, "st.global"))
    assert found.location is not None
    assert found.location.line == found.line
    assert "racecheck" in str(found)
    assert "thread (0, 0, 0)" in str(found)


def test_findings_can_be_collected() -> None:
    with open_device("emulator", sanitize="collect") as device:
        array = device.to_device(np.zeros(64, np.uint32))
        entry = device.load_module(RACE).get_kernel("k")
        entry.launch(LaunchConfig(1, 32), [array])
        entry.launch(LaunchConfig(1, 32), [array])
        assert [f.kind for f in device.findings] == ["write-write"] * 2


def test_only_the_sanitizers_that_were_named_watch() -> None:
    with open_device("emulator", sanitize=("memcheck", "synccheck")) as device:
        array = device.to_device(np.zeros(64, np.uint32))
        device.load_module(RACE).get_kernel("k").launch(LaunchConfig(1, 32), [array])
        assert device.findings == ()


def test_unknown_names_and_other_devices_are_refused() -> None:
    with pytest.raises(DriverError, match="SAN090"):
        open_device("emulator", sanitize=("racechek",))
    with pytest.raises(DriverError):
        open_device("cuda", sanitize=True)


def test_freed_memory_is_told_from_memory_that_never_was() -> None:
    text = kernel(
        """
    .reg .b32 %r<4>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [p];
    ld.param.u64 %rd1, [q];
    ld.global.u32 %r1, [%rd0+4];
    ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    with open_device("emulator", sanitize=True) as device:
        entry = device.load_module(text).get_kernel("k")
        array = device.allocate(256)
        address = array.address
        array.free()
        other = device.allocate(256)
        assert other.address != address
        for pointer, kind in ((address, "use-after-free"), (16, "out-of-bounds")):
            with pytest.raises(SanitizerError) as caught:
                entry.launch(LaunchConfig(1, 32), [np.uint64(pointer), other])
            (found,) = caught.value.findings
            assert (found.tool, found.kind, found.address) == ("memcheck", kind, pointer + 4)
            assert found.line == line_of(text, "ld.global")


def test_memory_that_is_still_allocated_when_the_device_closes() -> None:
    device = open_device("emulator", sanitize=True)
    kept = device.allocate(100)
    dropped = device.allocate(200)
    dropped.free()
    device.close()
    assert [(f.kind, f.nbytes) for f in device.findings] == [("leak", 100)]
    assert kept.nbytes == 100


READ_ONLY = """
    .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    mul.wide.u32 %rd1, %r0, 4;
    add.u64 %rd1, %rd0, %rd1;
    ld.global{nc}.u32 %r1, [%rd1];
    st.global.u32 [%rd1{offset}], %r1;
    ret;"""


def test_read_only_loads_of_what_the_launch_writes() -> None:
    text = kernel(READ_ONLY.format(nc=".nc", offset=""))
    (found,) = run(text, sanitize=("memcheck",))
    assert (found.kind, found.line, found.buffer) == ("written-read-only", line_of(text, ".nc"), "p")
    assert found.other is not None
    assert found.other.line == line_of(text, "st.global")
    assert found.count == 128


@pytest.mark.parametrize(("nc", "offset"), [("", ""), (".nc", "+128")])
def test_other_loads_and_other_bytes_are_no_fault(nc: str, offset: str) -> None:
    with open_device("emulator", sanitize=True) as device:
        array = device.to_device(np.zeros(64, np.uint32))
        text = kernel(READ_ONLY.format(nc=nc, offset=offset))
        device.load_module(text).get_kernel("k").launch(LaunchConfig(1, 32), [array])
        assert device.findings == ()


SYNCHRONISATION = {
    "divergent-barrier": ("@%p bra DONE;\n    bar.sync 0;\n    bra JOIN;\nDONE:\n    bar.sync 1;\nJOIN:", "bar.sync"),
    "deadlock": ("bar.sync 1, 64;", "bar.sync"),
    "member-mask": ("@%p bar.warp.sync 0x1;", "bar.warp.sync"),
    "absent-lane": (
        "@%p bra DONE;\n    shfl.sync.idx.b32 %r1, %r0, 3, 31, 0xffffffff;\nDONE:",
        "shfl.sync",
    ),
    "barrier-count": ("mov.u32 %r1, 33;\n    bar.sync 1, %r1;", "bar.sync"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SYNCHRONISATION)
def test_faults_of_synchronisation(kind: str) -> None:
    body, where = SYNCHRONISATION[kind]
    text = kernel(f"""
    .reg .pred %p; .reg .b32 %r<4>;
    mov.u32 %r0, %tid.x;
    setp.lt.u32 %p, %r0, 8;
    {body}
    ret;""")
    (found,) = run(text)
    assert (found.tool, found.kind) == ("synccheck", kind)
    assert "bar" in where or found.line == line_of(text, where)
    assert found.threads


def test_threads_that_have_exited_are_not_missing() -> None:
    text = kernel("""
    .reg .pred %p; .reg .b32 %r<4>;
    mov.u32 %r0, %tid.x;
    setp.lt.u32 %p, %r0, 32;
    @%p exit;
    bar.sync 0;
    ret;""")
    with open_device("emulator", sanitize=True) as device:
        array = device.to_device(np.zeros(64, np.uint32))
        device.load_module(text).get_kernel("k").launch(LaunchConfig(1, 64), [array])
        assert device.findings == ()


def test_ids_are_given_once_and_documented() -> None:
    ids = [id for id, _ in KINDS.values()]
    assert len(set(ids)) == len(ids)
    page = (Path(__file__).parents[2] / "docs" / "sanitizers.md").read_text(encoding="utf-8")
    for (_, kind), (id, _) in KINDS.items():
        assert f"| {id} | {kind} |" in page
