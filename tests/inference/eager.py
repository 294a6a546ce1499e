"""A recorded step run call by call: no graph, and every value in memory of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.driver import Device, DeviceArray
from ptxgen.driver.call import loaded_module
from ptxgen.driver.plans import run_plan
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.launch import Scalar
from ptxgen_inference.runtime.player import RecordedStep
from ptxgen_inference.runtime.trace import Call
from ptxgen_inference.runtime.values import Operand, Value


def eager(step: RecordedStep, device: Device) -> NDArray[Any]:
    """What the last call of a step makes of the inputs, the weights and the cache as they are now."""
    memory: dict[Value, DeviceArray] = {}

    def array(operand: Operand) -> DeviceArray:
        if not isinstance(operand, Value):
            return operand
        if operand.base is not None:
            base = array(operand.base)
            return DeviceArray(
                base.buffer, operand.shape, dtype_of(operand.type), base.offset + operand.offset
            )
        return memory[operand]

    def run(call: Call) -> DeviceArray:
        for name, made in call.results.items():
            memory[made] = device.empty(made.shape, dtype_of(made.type))
            if name in call.operands:
                memory[made].copy_from(_shaped(array(call.operands[name]), memory[made]))
        kernel, sizes = call.kernel, call.kernel.sizes
        given: dict[str, Any] = {
            name: sizes[name] for name, p in kernel.signature.params.items() if isinstance(p, Scalar)
        }
        for name, parameter in kernel.signature.arrays.items():
            whole = array(call.operand(name))
            given[name] = DeviceArray(
                whole.buffer, parameter.shape(sizes), dtype_of(parameter.type), whole.offset
            )
        run_plan(device, loaded_module(kernel, device), kernel.plan(), kernel.signature, given)
        return memory[list(call.results.values())[-1]] if call.results else next(iter(given.values()))

    last = [run(call) for call in step.recording.calls][-1]
    return np.asarray(last.to_host())


def _shaped(array: DeviceArray, like: DeviceArray) -> DeviceArray:
    return DeviceArray(array.buffer, like.shape, like.dtype, array.offset)
