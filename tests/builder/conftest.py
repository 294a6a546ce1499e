"""Fixtures of the builder's tests."""

from __future__ import annotations

import pytest

from ptxgen.ir import KernelBuilder
from tests.builder.support import find_ptxas, kernel


@pytest.fixture
def k() -> KernelBuilder:
    """A kernel without parameters, for sm_90."""
    return kernel()


@pytest.fixture(scope="session")
def ptxas() -> str:
    """The assembler of the pinned toolchain."""
    found = find_ptxas()
    if found is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    return found
