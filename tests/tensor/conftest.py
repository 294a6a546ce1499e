"""Every test of this room runs on the emulator, and on a GPU under the `gpu` marker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ptxgen.driver import Device, open_device


@pytest.fixture(params=["emulator", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    with open_device(request.param) as opened:
        yield opened
