"""Boxes of tensors by tensor maps: tiles against NumPy, edges, swizzles, dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, tensor_map
from ptxgen.emulator import EmulatorError
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
from ptxgen.launch import LaunchConfig
from tests.asynchronous.text import kernel
from tests.emulator.launching import execute

Array = np.ndarray[Any, Any]
Fails = Callable[..., EmulatorError]

LOAD = """
    .shared .align 1024 .b8 tile[16384]; .shared .align 8 .b64 bar[1];
    ld.param.u64 %rd1, [q]; mov.b64 %rd0, m;
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mov.u32 %r2, bar;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r2], 1;
    fence.mbarrier_init.release.cluster;
    mov.b32 %r10, X0; mov.b32 %r11, X1; mov.b32 %r12, X2; mov.b32 %r13, X3; mov.b32 %r14, X4;
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2], BYTES;
    cp.async.bulk.tensor.RANKd.shared::cluster.global.tile.mbarrier::complete_tx::bytes
        [%r1], [%rd0, {COORDINATES}], [%r2];
    READY:
    bar.sync 0;
    WAIT:
    mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r2], 0;
    @!%p1 bra WAIT;
    mov.u32 %r3, %r0;
    COPY:
    mad.lo.u32 %r4, %r3, 4, %r1;
    ld.shared.u32 %r5, [%r4];
    mad.wide.u32 %rd2, %r3, 4, %rd1;
    st.global.u32 [%rd2], %r5;
    add.u32 %r3, %r3, 32;
    setp.lt.u32 %p2, %r3, WORDS;
    @%p2 bra COPY;
    ret;
"""
PARAMS = ".param .align 64 .b8 m[128], .param .u64 q"


def load(coordinates: tuple[int, ...], nbytes: int) -> str:
    """A kernel that loads the box at these coordinates (innermost first) and copies shared memory out as it lies."""
    text = LOAD.replace("RANK", str(len(coordinates))).replace("BYTES", str(nbytes))
    text = text.replace("WORDS", str(nbytes // 4))
    text = text.replace("COORDINATES", ", ".join(f"%r{10 + i}" for i in range(len(coordinates))))
    for i in range(5):
        text = text.replace(f"X{i}", str(coordinates[i] if i < len(coordinates) else 0))
    return kernel(text, params=PARAMS)


def run(
    device: Device, text: str, source: Array, box: tuple[int, ...], out: Array, swizzle: int = 0
) -> tuple[Array, Array]:
    """Launch with a map of `source`; it and `out`, as they are afterwards."""
    tensor, target = device.to_device(source), device.to_device(out)
    entry = device.load_module(text).get_kernel("k")
    entry.launch(LaunchConfig(1, 32), [tensor_map(tensor, box, swizzle=swizzle), target])
    device.synchronize()
    return tensor.to_host(), target.to_host()


def window(source: Array, start: tuple[int, ...], box: tuple[int, ...]) -> Array:
    """The box as NumPy sees it, zeros outside. `start` and `box` are outermost first."""
    along = [s + np.arange(b) for s, b in zip(start, box, strict=True)]
    clipped = [np.clip(a, 0, extent - 1) for a, extent in zip(along, source.shape, strict=True)]
    found = source[np.ix_(*clipped)]
    for axis, (wanted, there) in enumerate(zip(along, clipped, strict=True)):
        np.moveaxis(found, axis, 0)[wanted != there] = 0
    return found


def unswizzled(tile: Array, span: int) -> Array:
    """Undo a swizzle by its definition: 16-byte piece `c` of row `r` (of `span` bytes) lies at piece `c ^ f(r)`.

    The pattern changes every 128 bytes.
    """
    rows = tile.reshape(-1).view(np.uint8).reshape(-1, span // 16, 16)
    plain = np.empty_like(rows)
    for row in range(len(rows)):
        turn = row * span // 128 % (span // 16)
        for piece in range(span // 16):
            plain[row, piece] = rows[row, piece ^ turn]
    return plain.reshape(-1).view(tile.dtype)


@pytest.mark.parametrize(
    "start",
    [(0, 0), (5, 8), (60, 40), (-3, -4), (100, 100)],
    ids=["origin", "inside", "end", "before", "beyond"],
)
def test_a_tile_of_a_matrix(device: Device, start: tuple[int, int]) -> None:
    source = np.random.default_rng(0).integers(1, 1 << 31, (64, 48)).astype(np.uint32)
    box = (16, 32)
    text = load(start[::-1], 16 * 32 * 4)
    _, found = run(device, text, source, box, np.ones(box, np.uint32))
    np.testing.assert_array_equal(found, window(source, start, box))


@pytest.mark.parametrize("swizzle", [32, 64, 128])
def test_swizzled_tiles(device: Device, swizzle: int) -> None:
    source = np.random.default_rng(1).integers(1, 1 << 15, (40, 128)).astype(np.uint16)
    box = (32, swizzle // 2)
    text = load((16, 4), 32 * swizzle)
    _, found = run(device, text, source, box, np.zeros(box, np.uint16), swizzle)
    assert (found != window(source, (4, 16), box)).any()
    np.testing.assert_array_equal(unswizzled(found, swizzle).reshape(box), window(source, (4, 16), box))


@pytest.mark.parametrize(
    ("shape", "box", "start"),
    [
        ((100,), (64,), (40,)),
        ((6, 10, 16), (2, 4, 8), (1, 7, 4)),
        ((3, 4, 5, 8), (2, 2, 3, 8), (1, -1, 3, 0)),
        ((2, 3, 2, 4, 8), (2, 2, 1, 2, 4), (0, 1, 1, 3, 4)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_rank(
    device: Device, shape: tuple[int, ...], box: tuple[int, ...], start: tuple[int, ...], dtype: Any
) -> None:
    source = np.random.default_rng(2).integers(1, 1000, shape).astype(dtype)
    text = load(start[::-1], int(np.prod(box)) * source.itemsize)
    _, found = run(device, text, source, box, np.zeros(box, dtype))
    np.testing.assert_array_equal(found, window(source, start, box))


STORE = """
    .shared .align 1024 .b8 tile[2048];
    ld.param.u64 %rd1, [q]; mov.b64 %rd0, m;
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mov.u32 %r3, %r0;
    FILL:
    mad.lo.u32 %r4, %r3, 4, %r1;
    add.u32 %r5, %r3, 1;
    st.shared.u32 [%r4], %r5;
    add.u32 %r3, %r3, 32;
    setp.lt.u32 %p2, %r3, 256;
    @%p2 bra FILL;
    fence.proxy.async.shared::cta;
    bar.sync 0;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra DONE;
    mov.b32 %r10, X0; mov.b32 %r11, X1;
    cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%rd0, {%r10, %r11}], [%r1];
    cp.async.bulk.commit_group;
    cp.async.bulk.wait_group 0;
    DONE:
    ret;
"""


@pytest.mark.parametrize("swizzle", [0, 32])
@pytest.mark.parametrize("start", [(2, 4), (30, 28), (-5, -4)])
def test_a_tile_is_stored(device: Device, start: tuple[int, int], swizzle: int) -> None:
    """What lies outside the tensor is left out."""
    text = STORE.replace("X0", str(start[1])).replace("X1", str(start[0]))
    stored, _ = run(
        device, kernel(text, params=PARAMS), np.zeros((40, 32), np.uint32), (32, 8), np.zeros(1), swizzle
    )
    tile = np.arange(1, 257, dtype=np.uint32)
    tile = (unswizzled(tile, swizzle) if swizzle else tile).reshape(32, 8)
    expected = np.zeros((40 + 64, 32 + 16), np.uint32)
    expected[32 + start[0] : 64 + start[0], 8 + start[1] : 16 + start[1]] = tile
    np.testing.assert_array_equal(stored, expected[32:72, 8:40])


def test_maps_survive_encoding() -> None:
    original = TensorMap(0x7000_0000_0040, 2, (64, 1 << 32, 3), (128, 1 << 36), (32, 256, 3), 64)
    raw = original.encode()
    assert len(raw) == 128
    assert TensorMap.decode(raw) == original
    assert original.box_bytes == 2 * 32 * 256 * 3


GOOD: dict[str, Any] = {
    "address": 0x7000_0000_0000,
    "element": 4,
    "extents": (64, 64),
    "strides": (256,),
    "box": (32, 8),
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"address": 0x7000_0000_0008}, "multiple of 16"),
        ({"element": 3}, "an element has"),
        ({"strides": (100,)}, "strides"),
        ({"strides": ()}, "have 1 strides"),
        ({"box": (32,)}, "as many dimensions"),
        ({"box": (32, 300)}, "1 to 256"),
        ({"box": (3, 8)}, "multiple of 16 bytes"),
        ({"swizzle": 16}, "a swizzle is one of"),
        ({"swizzle": 64}, "must be the 64 bytes"),
        ({"extents": ()}, "1 to 5 dimensions"),
    ],
)
def test_maps_that_cannot_be(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        TensorMap(**{**GOOD, **changed})
    assert caught.value.id == "EMU018"
    assert words in caught.value.message


def test_bad_copies_are_refused_where_they_begin(fails: Fails) -> None:
    copy = "cp.async.bulk.tensor"
    out = np.zeros(512, np.uint32)
    fails("EMU018", copy, load((0, 0), 2048), bytes(128), out)
    three = TensorMap(0x7000_0000_0000, 4, (64, 8, 8), (256, 2048), (32, 8, 2)).encode()
    fails("EMU018", copy, load((0, 0), 2048), three, out)
    nobody = TensorMap(0x7100_0000_0000, 4, (64, 64), (256,), (32, 16)).encode()
    fails("EMU001", copy, load((0, 0), 2048), nobody, out)
    odd = load((0, 0), 2048).replace("[%r1], [%rd0", "[%r1+64], [%rd0")
    fails("EMU002", copy, odd, nobody, out)
    outside = load((-32, 0), 2048)
    execute(outside, [nobody, out])
