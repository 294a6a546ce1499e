"""Calling a kernel on arrays: kinds of arrays, shapes, element types."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import DeviceArray, EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.kernels import Kernel, Saxpy, VectorAdd, VectorizedQ4KGemv


def test_numpy_in_numpy_out(device: EmulatedDevice) -> None:
    kernel = VectorAdd(n=5)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    z = kernel(inputs["x"], y=inputs["y"], device=device)
    assert type(z) is np.ndarray
    assert np.array_equal(z, inputs["x"] + inputs["y"])


def test_device_arrays_stay_on_the_device(device: EmulatedDevice) -> None:
    x, y = (device.to_device(np.full(7, value, np.float32)) for value in (1.0, 2.0))
    z = VectorAdd(n=7)(x, y)
    assert isinstance(z, DeviceArray)
    assert (z.to_host() == 3).all()


def test_an_updated_device_array_is_updated_in_place(device: EmulatedDevice) -> None:
    x, y = (device.to_device(np.full(7, value, np.float32)) for value in (1.0, 2.0))
    result = Saxpy(n=7)(x, y, np.float32(3))
    assert (y.to_host() == 5).all()
    assert (result.to_host() == 5).all()


def test_without_a_device_the_setting_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTXGEN_DEVICE", "emulator")
    x = np.arange(3, dtype=np.float32)
    assert VectorAdd(n=3)(x, x).tolist() == [0, 2, 4]


GEMV = VectorizedQ4KGemv(n=3, k=512)
RIGHT = GEMV.example_inputs(np.random.default_rng(0))


@pytest.mark.parametrize(
    ("kernel", "inputs", "message"),
    [
        (GEMV, {**RIGHT, "x": RIGHT["x"][:256]}, r"'x' must have the shape \(k\) = \(512,\), got \(256,\)"),
        (
            GEMV,
            {**RIGHT, "w": RIGHT["w"][:, :144]},
            r"'w' must have the shape .* = \(3, 288\), got \(3, 144\)",
        ),
        (GEMV, {**RIGHT, "w": RIGHT["w"][:2]}, r"got \(2, 288\)"),
        (GEMV, {**RIGHT, "w": RIGHT["w"].reshape(-1)}, r"got \(864,\)"),
        (
            GEMV,
            {**RIGHT, "x": RIGHT["x"].astype(np.float64)},
            r"'x' holds f32 elements \(float32\), got float64",
        ),
        (GEMV, {**RIGHT, "w": RIGHT["w"].view(np.int8)}, r"'w' holds u8 elements \(uint8\), got int8"),
    ],
)
def test_arrays_that_do_not_fit(
    device: EmulatedDevice, kernel: Kernel, inputs: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(PtxgenError, match=message):
        kernel(**inputs, device=device)
