"""Correct programs run without a finding, and compute the same as without sanitizers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ptxgen.driver import open_device
from ptxgen.kernels import registry
from tests.sanitizers.programs import PROGRAMS, Program
from tests.sanitizers.watching import findings


@pytest.mark.parametrize("make", PROGRAMS, ids=lambda make: make.__name__)
def test_nothing_is_found_in_correct_programs(make: Callable[[], Program]) -> None:
    program = make()
    found, output = findings(program)
    assert found == ()
    np.testing.assert_array_equal(output, program.output)


@pytest.mark.parametrize("name", [k.name for k in registry.kernels()])
def test_nothing_is_found_in_registered_kernels(name: str) -> None:
    kernel = registry.get(name)()
    inputs = kernel.example_inputs(np.random.default_rng(3))
    with open_device("emulator", sanitize=True) as device:
        outputs = kernel.run(inputs, device=device)
        assert device.findings == ()
    expected, bounds = kernel.expected(inputs), kernel.bounds(inputs)
    for key, value in outputs.items():
        assert (np.abs(value - expected[key]) <= bounds[key]).all()
