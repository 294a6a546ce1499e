"""Devices for the driver's tests: the emulator, and CUDA on a recording stand-in for its bindings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.driver.cuda.device import CudaDevice
from ptxgen.driver.device import Device
from ptxgen.driver.emulated.device import EmulatedDevice
from tests.driver.fake_cuda import FakeCuda


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the user's reaches a test, and no test the user's cache."""
    for name in ("PTXGEN_DEVICE", "PTXGEN_DEBUG", "PTXGEN_CACHE", "PTXGEN_CACHE_BYTES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PTXGEN_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def fake() -> FakeCuda:
    return FakeCuda()


@pytest.fixture
def cuda(fake: FakeCuda) -> Iterator[CudaDevice]:
    device = CudaDevice(bindings=Bindings(fake))
    yield device
    device.close()


@pytest.fixture
def emulator() -> Iterator[EmulatedDevice]:
    device = EmulatedDevice(track_initialised=True)
    yield device
    device.close()


@pytest.fixture(params=["emulator", "cuda"])
def device(request: pytest.FixtureRequest) -> Device:
    """Each device in turn: what is tested with it holds for both."""
    return request.getfixturevalue(request.param)
