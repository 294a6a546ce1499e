"""Four rows of a matrix at once: `.tile::gather4` to shared memory and `.tile::scatter4` back, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device
from ptxgen.emulator import EmulatorError
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
from tests.asynchronous.test_boxes import PARAMS, load, run, window
from tests.asynchronous.text import kernel
from tests.emulator.launching import execute

Array = np.ndarray[Any, Any]

PLAIN = "cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
GATHER = "cp.async.bulk.tensor.2d.shared::cluster.global.tile::gather4.mbarrier::complete_tx::bytes"
GATHER_HERE = "cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::complete_tx::bytes"
SCATTER = "cp.async.bulk.tensor.2d.global.shared::cta.tile::scatter4.bulk_group"
PREFETCH = "cp.async.bulk.prefetch.tensor.2d.L2.global.tile::gather4"
MATRIX = np.arange(1, 1 + 24 * 48, dtype=np.uint32).reshape(24, 48)
ROWS = [(3, 17, 0, 23), (5, 5, 6, 5), (-1, 2, 24, 1000)]


def newer(text: str) -> str:
    return text.replace(".target sm_90", ".target sm_100a")


def gathered(rows: tuple[int, ...], column: int, width: int) -> Array:
    return np.concatenate([window(MATRIX, (row, column), (1, width)) for row in rows])


@pytest.fixture
def modern(device: Device) -> Device:
    if device.kind == "cuda" and device.properties.compute_capability < (10, 0):
        pytest.skip("needs a GPU of compute capability 10.0 or later")
    return device


@pytest.mark.parametrize("name", [GATHER, GATHER_HERE])
@pytest.mark.parametrize("column", [0, 8, 40, -4])
@pytest.mark.parametrize("rows", ROWS)
def test_gather(modern: Device, name: str, column: int, rows: tuple[int, ...]) -> None:
    text = newer(load((column, *rows), 4 * 16 * 4).replace(PLAIN, name))
    _, found = run(modern, text, MATRIX, (1, 16), np.zeros((4, 16), np.uint32))
    np.testing.assert_array_equal(found, gathered(rows, column, 16))


def test_gather_swizzles_the_four_rows_as_one_box(modern: Device) -> None:
    """Rows of 64 bytes: two fill one line of 128, whose number decides where 16-byte pieces go."""
    rows = (7, 1, 20, 4)
    text = newer(load((0, *rows), 256).replace(PLAIN, GATHER))
    _, found = run(modern, text, MATRIX, (1, 16), np.zeros((4, 16), np.uint32), swizzle=64)
    expected = np.zeros((16, 4), np.uint32)
    for piece, words in enumerate(gathered(rows, 0, 16).reshape(16, 4)):
        expected[piece ^ (piece >> 3 & 3)] = words
    np.testing.assert_array_equal(found.reshape(16, 4), expected)


BACK = f"""
    .shared .align 1024 .b8 tile[256];
    ld.param.u64 %rd1, [q]; mov.b64 %rd0, m; mov.u32 %r0, %tid.x; mov.u32 %r1, tile;
    mad.lo.u32 %r4, %r0, 8, %r1; mad.wide.u32 %rd2, %r0, 8, %rd1;
    ld.global.b64 %rd3, [%rd2]; st.shared.b64 [%r4], %rd3;
    fence.proxy.async.shared::cta; bar.sync 0;
    setp.ne.u32 %p0, %r0, 0; @%p0 ret;
    mov.b32 %r10, 8; mov.b32 %r11, 3; mov.b32 %r12, 40; mov.b32 %r13, 0; mov.b32 %r14, 23;
    {PREFETCH} [%rd0, {{%r10, %r11, %r12, %r13, %r14}}];
    {SCATTER} [%rd0, {{%r10, %r11, %r12, %r13, %r14}}], [%r1];
    cp.async.bulk.commit_group; cp.async.bulk.wait_group 0;
    ret;
"""


def test_scatter(modern: Device) -> None:
    """The row 40 is not in the matrix."""
    given = np.arange(5000, 5064, dtype=np.uint32).reshape(4, 16)
    found, _ = run(modern, newer(kernel(BACK, params=PARAMS)), MATRIX.copy(), (1, 16), given)
    expected = MATRIX.copy()
    for row, words in zip((3, 40, 0, 23), given, strict=True):
        if row < len(expected):
            expected[row, 8:24] = words
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("extents", "strides", "box"), [((48, 24), (192,), (16, 2)), ((48, 24, 1), (192, 4608), (16, 1, 1))]
)
def test_maps_of_other_boxes(
    extents: tuple[int, ...], strides: tuple[int, ...], box: tuple[int, ...]
) -> None:
    given = TensorMap(1 << 40, 4, extents, strides, box).encode()
    text = newer(load((0, 1, 2, 3, 4), 256).replace(PLAIN, GATHER))
    with pytest.raises(EmulatorError, match="whose box is one row of a matrix") as caught:
        execute(text, [given, np.zeros(64, np.uint32)])
    assert caught.value.id == "EMU018"
