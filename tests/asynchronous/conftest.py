"""Every kernel of this room runs on the emulator, there also under all sanitizers, which must find nothing.

Under the `gpu` marker they run on a GPU of compute capability 9.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, open_device
from ptxgen.emulator import EmulatorError
from ptxgen.launch import LaunchConfig
from tests.emulator.launching import execute, line_of

Array = np.ndarray[Any, Any]


@pytest.fixture(params=["emulator", "sanitizers", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    watched = request.param == "sanitizers"
    with open_device("emulator" if watched else request.param, sanitize=watched) as opened:
        if opened.kind == "cuda" and opened.properties.compute_capability < (9, 0):
            pytest.skip("needs a GPU of compute capability 9.0 or later")
        yield opened


@pytest.fixture
def launch(device: Device) -> Callable[..., list[Array]]:
    """Launch entry `k` of some text; the arrays among its arguments, as they are afterwards."""

    def run(text: str, *arguments: Any, grid: Any = 1, block: Any = 32, **options: Any) -> list[Array]:
        kernel = device.load_module(text).get_kernel("k")
        given = [device.to_device(a) if isinstance(a, np.ndarray) else a for a in arguments]
        kernel.launch(LaunchConfig(grid, block, **options), given)
        device.synchronize()
        return [g.to_host() for g, a in zip(given, arguments, strict=True) if isinstance(a, np.ndarray)]

    return run


@pytest.fixture
def fails() -> Callable[..., EmulatorError]:
    """Run on the emulator what must end in an error of this id at the line that contains `at`; the error."""

    def check(id: str, at: str, text: str, *arguments: Any, **options: Any) -> EmulatorError:
        with pytest.raises(EmulatorError) as caught:
            execute(text, arguments, **options)
        assert caught.value.id == id, str(caught.value)
        assert caught.value.line == line_of(text, at), str(caught.value)
        return caught.value

    return check
