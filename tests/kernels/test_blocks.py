"""Device routines by themselves, each in the smallest kernel that uses it."""

from __future__ import annotations

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder
from ptxgen.isa.types import f32, u8, u32
from ptxgen.kernels import KernelError
from ptxgen.kernels.blocks.unpack import unpacker
from ptxgen.kernels.blocks.warp import warp_sum
from ptxgen.quant import Q4_K, BlockFormat, Struct


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


@pytest.mark.parametrize("span", [4, 16])
def test_q4_k_lanes_unpack_their_share_of_a_block(device: EmulatedDevice, span: int) -> None:
    """One warp unpacks one block after the other; every weight lands in its own column, as `gguf` decodes it."""
    k = KernelBuilder("unpack", target="sm_80")
    w, y = k.pointer("w", u8), k.pointer("y", f32)
    lanes = Q4_K.block.qs.bytes // span
    share = unpacker(Q4_K)(k, k.tid.x % lanes, span)
    decoded = share.decode(share.load(w.row(k.ctaid.x, Q4_K.bytes)))
    columns = y.row(k.ctaid.x, Q4_K.weights).at(share.column)
    for quad, offset in enumerate(share.quads):
        columns.store(offset, tuple(share.weights(decoded, quad)))

    rng = np.random.default_rng(span)
    blocks = rng.integers(0, 256, (200, Q4_K.bytes), dtype=np.uint8)
    headers = blocks.reshape(-1).view(Q4_K.block.dtype)
    for member in ("d", "dmin"):
        headers[member][~np.isfinite(headers[member])] = 1
    out = device.empty((200, 256), np.float32)
    device.load_module(k.build()).get_kernel("unpack").launch(
        LaunchConfig(grid=200, block=lanes), [device.to_device(blocks), out]
    )
    decoded_by_gguf = quants.dequantize(blocks, GGMLQuantizationType.Q4_K)
    assert np.array_equal(out.to_host(), decoded_by_gguf)
    assert np.isfinite(decoded_by_gguf).all()


def test_a_format_without_an_unpacker() -> None:
    codec = (Q4_K.encode_blocks, Q4_K.decode_blocks)
    unknown = BlockFormat("Q9_X", 99, 32, Struct(qs=u8[32]), *codec)
    with pytest.raises(KernelError, match="no kernel unpacks Q9_X") as caught:
        unpacker(unknown)
    assert caught.value.id == "KRN020"
    assert "Q4_K" in caught.value.help
