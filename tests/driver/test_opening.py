"""Names of devices, and what importing costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ptxgen.driver
from ptxgen.driver import DriverError, open_device


@pytest.mark.parametrize("name", ["", "gpu", "cuda:", "cuda:x", "emulator:1", "CUDA", "cuda:-1"])
def test_unknown_names(name: str) -> None:
    with pytest.raises(DriverError) as caught:
        open_device(name)
    assert caught.value.id == "DEV001"
    assert repr(name) in caught.value.message
    assert '"cuda:1"' in caught.value.help


def test_an_unknown_name_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTXGEN_DEVICE", "tpu")
    with pytest.raises(DriverError, match="'tpu'"):
        open_device()


def test_the_emulator_by_name() -> None:
    with open_device("emulator") as device:
        assert device.kind == "emulator"
        assert device.properties.name.startswith("ptxgen emulator")


def test_everything_promised_is_there() -> None:
    for name in ptxgen.driver.__all__:
        assert getattr(ptxgen.driver, name) is not None
    with pytest.raises(AttributeError):
        _ = ptxgen.driver.nothing  # type: ignore[attr-defined]


def test_nothing_of_cuda_is_imported_before_a_gpu_is_asked_for() -> None:
    program = (
        "import sys\n"
        "from ptxgen.driver import open_device, CudaDevice, run_kernel\n"
        "open_device('emulator').zeros(4).to_host()\n"
        "sys.exit('cuda' in sys.modules or any(name.startswith('cuda.') for name in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
