"""What registration brings: every kernel runs under the device's checks and is compared on ragged sizes."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Kernel, KernelError, registry

RAGGED = (1, 3, 17, 31, 32, 33, 100, 257)
LARGEST = 1 << 20
"""Elements of the largest input: more would only take longer."""


def ragged(kernel: type[Kernel]) -> Iterator[Kernel]:
    """The kernel with each size in turn ragged, or ragged blocks of it where a rule wants multiples."""
    yield kernel()
    for field in attrs.fields(kernel):
        if field.metadata.get("size"):
            yield from filter(None, (nearest(kernel, field.name, value) for value in RAGGED))


def nearest(kernel: type[Kernel], name: str, value: int) -> Kernel | None:
    for factor in (1, 32, 256):
        try:
            return kernel(**{name: factor * value})
        except KernelError as error:
            if error.id != "KRN001":
                raise
    return None


def fits(kernel: Kernel) -> bool:
    arrays = kernel.signature.arrays.values()
    return max(int(np.prod(array.shape(kernel.sizes))) for array in arrays) <= LARGEST


CASES = [case for kernel in registry.kernels() for case in ragged(kernel) if fits(case)]


def describe(kernel: Kernel) -> str:
    sizes = [f.name for f in attrs.fields(type(kernel)) if f.metadata.get("size")]
    return "-".join([kernel.name, *(f"{name}{getattr(kernel, name)}" for name in sizes)])


@pytest.mark.parametrize("kernel", CASES, ids=describe)
def test_within_its_tolerance(device: EmulatedDevice, kernel: Kernel) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(1))
    outputs, expected, bounds = (
        kernel.run(inputs, device=device),
        kernel.expected(inputs),
        kernel.bounds(inputs),
    )
    for name, output in outputs.items():
        assert output.shape == expected[name].shape
        assert (np.abs(output - expected[name]) <= bounds[name]).all(), name


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_the_tolerance_is_not_idle(device: EmulatedDevice, kernel: type[Kernel]) -> None:
    """A reference that is off by a thousandth of the largest output is outside for most elements."""
    made = kernel()
    inputs = made.example_inputs(np.random.default_rng(2))
    for name, output in made.run(inputs, device=device).items():
        wrong = output + 1e-3 * np.abs(output).max()
        assert np.mean(np.abs(wrong - made.expected(inputs)[name]) > made.bounds(inputs)[name]) > 0.9
