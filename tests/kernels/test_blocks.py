"""Device routines by themselves, each in the smallest kernel that uses it."""

from __future__ import annotations

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder
from ptxgen.isa.types import f16, f32, u8, u32
from ptxgen.kernels import KernelError
from ptxgen.kernels.blocks.unpack import weights
from ptxgen.kernels.blocks.unpackers import share_of, unpacker
from ptxgen.kernels.blocks.warp import warp_sum
from ptxgen.quant import FORMATS, Q4_K, BlockFormat, Struct


@pytest.mark.parametrize(("type", "dtype"), [(f32, np.float32), (u32, np.uint32)])
def test_warp_sum_gives_every_lane_the_butterfly_sum(device: EmulatedDevice, type: type, dtype: type) -> None:
    k = KernelBuilder("sums", target="sm_80")
    x, y = k.pointer("x", type), k.pointer("y", type)
    y[k.tid.x] = warp_sum(k, x[k.tid.x])
    data = (1000 * np.random.default_rng(0).random((2, 32))).astype(dtype)
    out = device.empty((64,), dtype)
    device.load_module(k.build()).get_kernel("sums").launch(
        LaunchConfig(grid=1, block=64), [device.to_device(data.reshape(-1)), out]
    )
    expected = data
    for distance in (16, 8, 4, 2, 1):
        expected = expected + expected[:, np.arange(32) ^ distance]
    assert np.array_equal(out.to_host().reshape(2, 32), expected)


UNPACKED = [format for format in FORMATS.values() if format.weights > 1]


@pytest.mark.parametrize("span", [4, 8, 16])
@pytest.mark.parametrize("format", UNPACKED, ids=str)
@pytest.mark.parametrize("room", ["packed", "apart"])
def test_lanes_unpack_their_share_of_a_block(
    device: EmulatedDevice, format: BlockFormat, span: int, room: str
) -> None:
    """One warp unpacks one block after the other; every weight lands in its own column, as `gguf` decodes it.

    Packed blocks have the alignment that files give them. Blocks apart start at multiples of 16: the loads are wider.
    """
    stride = format.bytes if room == "packed" else -(-format.bytes // 16) * 16
    k = KernelBuilder("unpack", target="sm_80")
    w, y = k.pointer("w", u8), k.pointer("y", f32)
    lanes = unpacker(format).form_of(format, span).lanes
    share = share_of(k, format, k.tid.x, span)
    codes = share.decode(share.load(w.assume_aligned(16).row(k.ctaid.x, stride)))
    columns = y.assume_aligned(16).row(k.ctaid.x, format.weights).at(share.column)
    for index, quad in enumerate(share.form.quads):
        columns.store(quad.column, tuple(weights(share, codes, index)))

    rng = np.random.default_rng(span)
    blocks = rng.integers(0, 256, (100, format.bytes), dtype=np.uint8)
    headers = blocks.reshape(-1).view(format.block.dtype)
    for member in format.block:
        if member.type is f16:
            headers[member.name][~np.isfinite(headers[member.name])] = 1
    padded = np.full((100, stride), 0xFF, np.uint8)
    padded[:, : format.bytes] = blocks
    out = device.empty((100, format.weights), np.float32)
    device.load_module(k.build()).get_kernel("unpack").launch(
        LaunchConfig(grid=100, block=lanes), [device.to_device(padded), out]
    )
    decoded_by_gguf = quants.dequantize(blocks, GGMLQuantizationType[format.name])
    assert np.isfinite(decoded_by_gguf).all()
    assert np.array_equal(out.to_host(), decoded_by_gguf)


def test_a_format_without_an_unpacker() -> None:
    codec = (Q4_K.encode_blocks, Q4_K.decode_blocks)
    unknown = BlockFormat("Q9_X", 99, 32, Struct(qs=u8[32]), *codec)
    with pytest.raises(KernelError, match="no kernel unpacks Q9_X") as caught:
        unpacker(unknown)
    assert caught.value.id == "KRN020"
    assert "Q4_K" in caught.value.help
