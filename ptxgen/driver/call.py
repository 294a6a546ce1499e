"""Kernels on arrays: the one way from `gemv(weights, x)` to a device."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from attrs import frozen

from ptxgen.driver import interop
from ptxgen.driver.arrays import DeviceArray
from ptxgen.driver.code_cache import CodeCache
from ptxgen.driver.device import Device
from ptxgen.driver.emission import emitted
from ptxgen.driver.errors import DriverError
from ptxgen.driver.kernels import LoadedModule
from ptxgen.driver.opening import default_device
from ptxgen.driver.plans import run_plan
from ptxgen.driver.streams import Stream
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.isa.targets import target as find_target
from ptxgen.isa.types import TYPES
from ptxgen.launch import Array, Launchable, Signature
from ptxgen.settings import Settings


def run_kernel(
    kernel: Launchable,
    inputs: Mapping[str, Any],
    device: Device | None = None,
    stream: Stream | None = None,
    target: str | None = None,
) -> dict[str, Any]:
    """Run a kernel's plan on arrays given by parameter name; its outputs by name, of the inputs' kind of array.

    NumPy arrays (and CPU tensors) are copied to the device and never changed: an `InOut` array comes back as a new
    one. Device arrays, and torch or CuPy arrays on the GPU, are used where they are: an `InOut` array is updated and
    returned. Without `device`, the arrays' own device is taken, or the default one; without `target`, the newest of the
    kernel's that runs there.

    Raises LaunchError for shapes, DriverError DEV045 for dtypes, DEV044 for scalars.
    """
    bound = bind(kernel, inputs, device, stream, target)
    bound.launch()
    return bound.outputs()


@frozen(eq=False)
class BoundRun:
    """A kernel with its code loaded and its arrays on the device: `launch` it as often as you like.

    `given` are the arrays that the caller passed, `values` what the plan is run with, by parameter.
    """

    kernel: Launchable
    device: Device
    module: LoadedModule
    given: Mapping[str, Any]
    values: Mapping[str, Any]
    stream: Stream | None

    def launch(self) -> None:
        """Queue the plan's launches once, in the stream of the arrays or else the current one."""
        run_plan(
            self.device, self.module, self.kernel.plan(), self.kernel.signature, self.values, self.stream
        )

    def outputs(self) -> dict[str, Any]:
        """The outputs by name, as the kind of array that the caller works with."""
        kind = next(iter(self.given.values()), None)
        return {
            name: self.given[name]
            if name in self.given and self.values[name].buffer.borrowed
            else _like(kind, self.values[name], array)
            for name, array in self.kernel.signature.outputs.items()
        }


def bind(
    kernel: Launchable,
    inputs: Mapping[str, Any],
    device: Device | None = None,
    stream: Stream | None = None,
    target: str | None = None,
) -> BoundRun:
    """Bring the inputs of `run_kernel` to the device, and make its outputs, without running anything."""
    signature: Signature = kernel.signature
    device = device or _device_of(inputs)
    arrays = {name: inputs[name] for name in signature.arrays if name in inputs}
    there: dict[str, DeviceArray] = {}
    for name, value in arrays.items():
        there[name], current = _to_device(device, value, stream)
        stream = stream or current
        _require_type(name, signature.arrays[name], there[name])
    sizes = signature.bind({name: array.shape for name, array in there.items()}, kernel.sizes)
    values: dict[str, Any] = {**sizes, **inputs, **there}
    for name, array in signature.outputs.items():
        if name not in there:
            values[name] = device.empty(array.shape(sizes), dtype_of(array.type), stream=stream)
    arguments = {name: values[name] for name in signature.params if name in values}
    module = loaded_module(kernel, device, target)
    return BoundRun(kernel, device, module, arrays, arguments, stream)


def best_target(kernel: Launchable, device: Device) -> str:
    """The newest of the kernel's targets that runs on the device. DEV046 if there is none."""
    major, minor = device.properties.compute_capability
    sm = 10 * major + minor
    known = [find_target(name) for name in kernel.targets()]
    fitting = [t for t in known if t.sm == sm or (t.sm < sm and not t.suffix)]
    if not fitting:
        raise DriverError(
            "DEV046",
            f"{kernel.name} does not run on {device.properties.name} (sm_{sm})",
            help=f"its targets: {', '.join(t.name for t in known)}",
        )
    return max(fitting, key=lambda t: (t.sm, t.suffix == "a")).name


def loaded_module(kernel: Launchable, device: Device, target: str | None = None) -> LoadedModule:
    """The kernel's code on the device, compiled now if no kernel of its `template` has run there lately.

    Without `target`, for the newest of the kernel's targets that runs there.
    """
    template, level = kernel.template, device.level
    target = target or best_target(kernel, device)

    def load() -> LoadedModule:
        kept = CodeCache.from_settings(Settings.current())
        return device.load_module(emitted(template, target, level, kept), name=kernel.name)

    return device.loaded.get((template, target, level), load)


def _device_of(inputs: Mapping[str, Any]) -> Device:
    for value in inputs.values():
        if isinstance(value, DeviceArray):
            return value.device
    for value in inputs.values():
        if interop.is_foreign(value):
            return default_device(f"cuda:{interop.ordinal_of(value)}")
    return default_device()


def _to_device(device: Device, value: Any, stream: Stream | None) -> tuple[DeviceArray, Stream | None]:
    if interop.is_foreign(value) and not isinstance(value, DeviceArray):
        return device.adopt(value, stream or device.explicit_stream)
    return device.to_device(value, stream=stream), None


def _require_type(name: str, parameter: Array, array: DeviceArray) -> None:
    expected = dtype_of(parameter.type)
    if array.dtype != expected:
        raise DriverError(
            "DEV045",
            f"{name!r} holds {parameter.type.name} elements ({expected}), got {array.dtype}",
            help=f"convert first: array.astype(np.{expected})",
        )


def _like(kind: Any, array: DeviceArray, parameter: Array) -> Any:
    """A device array as the kind of array that the caller works with."""
    if isinstance(kind, DeviceArray):
        return array
    library = type(kind).__module__.partition(".")[0]
    module: Any = sys.modules.get(library)
    if library == "torch" and module is not None:
        tensor = module.from_dlpack(array if interop.is_foreign(kind) else array.to_host())
        return tensor.view(module.bfloat16) if parameter.type is TYPES["bf16"] else tensor
    if library == "cupy" and module is not None:
        return module.from_dlpack(array)
    return cast(np.ndarray[Any, Any], array.to_host())
