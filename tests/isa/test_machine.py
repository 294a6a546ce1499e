"""Instructions of the machine itself: each case on the emulator and on a GPU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ptxgen.driver import Device, LaunchConfig, open_device
from ptxgen.isa import TARGETS
from tests.isa.cases import MACHINE
from tests.isa.cases.case import THREADS


@pytest.fixture(scope="module", params=["emulator", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    with open_device(request.param) as opened:
        yield opened


@pytest.mark.parametrize("name", MACHINE)
def test_machine(device: Device, name: str) -> None:
    case = MACHINE[name]
    here = TARGETS.get(device.properties.target)
    if device.kind == "cuda" and (here is None or not TARGETS[case.target].runs_on(here)):
        pytest.skip(f"needs {case.target}, this GPU is {device.properties.target}")
    numbers = np.zeros(2 * THREADS, np.uint32)
    numbers[:THREADS] = case.numbers
    results, scratch = device.zeros(2 * THREADS, np.uint32), device.zeros(2 * THREADS * 16, np.uint8)
    kernel = device.load_module(case.text, name=name).get_kernel("k")
    kernel.launch(LaunchConfig(1, case.threads), [device.to_device(numbers), results, scratch])
    device.synchronize()
    np.testing.assert_array_equal(results.to_host()[:THREADS], case.wanted)
