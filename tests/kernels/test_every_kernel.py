"""What registration brings: every kernel runs under the device's checks and is compared on ragged sizes."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import attrs
import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice, open_device
from ptxgen.kernels import Kernel, KernelError, registry
from ptxgen.kernels.base import Arrays
from ptxgen.verification import compare, compare_outputs

RAGGED = (1, 3, 17, 31, 32, 33, 100, 257)
LARGEST = 1 << 20
"""Elements of the largest input: more would only take longer."""


def ragged(kernel: type[Kernel]) -> Iterator[tuple[Kernel, bool]]:
    """The kernel with each size in turn ragged, or ragged blocks of it where a rule wants multiples.

    One value of each size, another one for each kernel, is among those that always run.
    """
    for field in attrs.fields(kernel):
        if field.metadata.get("size"):
            chosen = RAGGED[crc32(f"{kernel.name}.{field.name}".encode()) % len(RAGGED)]
            for value in RAGGED:
                if case := nearest(kernel, field.name, value):
                    yield case, value == chosen


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


def describe(kernel: Kernel) -> str:
    sizes = [f.name for f in attrs.fields(type(kernel)) if f.metadata.get("size")]
    return "-".join([kernel.name, *(f"{name}{getattr(kernel, name)}" for name in sizes)])


CASES = [
    pytest.param(case, id=describe(case), marks=[] if always else pytest.mark.slow)
    for kernel in registry.kernels()
    for case, always in ragged(kernel)
    if fits(case)
]


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_default_sizes(kernel: type[Kernel]) -> None:
    """Right and without a finding; and the tolerance is not idle: off by `visible`, relative to its largest element,
    an output is outside for most elements."""
    made = kernel()
    inputs = made.example_inputs(np.random.default_rng(1))
    with open_device("emulator", sanitize=True) as device:
        outputs = made.run(inputs, device=device)
        assert device.findings == ()
    agrees(made, inputs, outputs)
    for name, output in made.numbers(outputs).items():
        wrong = output + made.visible * np.abs(output[np.isfinite(output)]).max()
        compared = compare(name, wrong, made.expected(inputs)[name], made.bounds(inputs)[name])
        assert compared.outside > 0.9 * compared.elements


@pytest.mark.parametrize("kernel", CASES)
def test_ragged_sizes(device: EmulatedDevice, kernel: Kernel) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(1))
    agrees(kernel, inputs, kernel.run(inputs, device=device))


def agrees(kernel: Kernel, inputs: Arrays, outputs: Arrays) -> None:
    shapes = {name: array.shape for name, array in kernel.expected(inputs).items()}
    assert {name: array.shape for name, array in outputs.items()} == shapes
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []
