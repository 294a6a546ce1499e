"""A scale that is NaN or infinite is named with its tensor, row and block."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import open_device
from ptxgen.quant import FORMATS
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import Tensor, scales
from ptxgen_inference.files.scales import check_weights
from ptxgen_inference.runtime.weights import DeviceWeights
from tests.inference.files.making import every_format, tensor

SCALES = [(f.name, m.name) for f in FORMATS.values() for m in f.block if m.type.is_float]
BAD = {
    "NaN": (0x7E00, 0x7FC0, 0x7FC00000),
    "inf": (0x7C00, 0x7F80, 0x7F800000),
    "-inf": (0xFC00, 0xFF80, 0xFF800000),
}


def planted(format: str, member: str, row: int, block: int, bits: tuple[int, int, int]) -> Tensor:
    layout = FORMATS[format]
    made = tensor("blk.0.weight", (5, 4 * layout.weights), layout)
    place = layout.block.members[member]
    half, brain, single = bits
    value = single if place.bytes == 4 else brain if format == "BF16" else half
    start = block * layout.bytes + place.offset
    made.data[row, start : start + place.bytes] = list(value.to_bytes(place.bytes, "little"))
    return made


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("format", "member"), SCALES)
def test_every_scale_of_every_format(format: str, member: str, bad: str) -> None:
    made = planted(format, member, 3, 2, BAD[bad])
    with np.errstate(invalid="ignore"):
        assert not np.isfinite(made.float32()).all()
    with pytest.raises(InferenceError) as raised:
        check_weights(made)
    assert raised.value.id == "INF023"
    where = "row 3, column 2" if FORMATS[format].weights == 1 else "row 3, block 2"
    assert f"blk.0.weight ({format}), {where}" in raised.value.message


def test_sound_weights_pass() -> None:
    for made in every_format():
        check_weights(made)


def test_slabs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scales, "_SLAB_BYTES", 200)
    with pytest.raises(InferenceError, match="row 4, block 1"):
        check_weights(planted("Q5_K", "dmin", 4, 1, BAD["NaN"]))


def test_the_first_is_named() -> None:
    made = planted("Q4_1", "m", 1, 1, BAD["inf"])
    made.data[2, :2] = 0xFF
    with pytest.raises(InferenceError, match=r"row 1, block 1: expected a finite scale 'm'"):
        check_weights(made)


def test_no_device_gets_them() -> None:
    device = open_device("emulator")
    with pytest.raises(InferenceError, match="row 3, block 2") as raised:
        DeviceWeights.upload(device, [planted("Q8_0", "d", 3, 2, BAD["NaN"])])
    assert raised.value.id == "INF023"
    assert device.pool.statistics.used == 0
