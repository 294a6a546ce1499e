"""The device on which this room's instructions are computed: the emulator, and a GPU under the `gpu` marker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ptxgen.driver import open_device
from tests.isa.bench import Bench


@pytest.fixture(scope="session", params=["emulator", pytest.param("cuda", marks=pytest.mark.gpu)])
def lanes(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """`lanes(name, column, column, ...)`: results of an instruction on columns of bits, as rows of bits."""
    with open_device(request.param) as device:
        yield Bench(device)
