"""An emulated device with every check on, and kernels run from modules that are not the shipped ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice, run_plan
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.ir.module import Module
from ptxgen.kernels import Kernel

Runner = Callable[[Kernel, str | Module, Mapping[str, NDArray[Any]]], dict[str, NDArray[Any]]]


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True) as made:
        yield made


@pytest.fixture
def run_program(device: EmulatedDevice) -> Runner:
    """Run text or a module in the place of a kernel's own, with the kernel's plan and signature."""

    def run(
        kernel: Kernel, program: str | Module, inputs: Mapping[str, NDArray[Any]]
    ) -> dict[str, NDArray[Any]]:
        signature = kernel.signature
        arrays = {
            name: device.to_device(inputs[name])
            if name in inputs
            else device.empty(array.shape(kernel.sizes), dtype_of(array.type))
            for name, array in signature.arrays.items()
        }
        scalars = {
            name: inputs.get(name, kernel.sizes.get(name))
            for name in signature.params
            if name not in arrays and name not in signature.tensor_maps
        }
        run_plan(device, device.load_module(program), kernel.plan(), signature, {**arrays, **scalars})
        return {name: arrays[name].to_host() for name in signature.outputs}

    return run
