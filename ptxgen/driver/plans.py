"""Running a plan: several launches and the scratch memory between them."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen.driver.errors import DriverError
from ptxgen.driver.tensor_maps import tensor_map
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.launch import Launch, Plan, Scalar, Signature, TensorMap

if TYPE_CHECKING:
    from ptxgen.driver.arrays import DeviceArray
    from ptxgen.driver.device import Device
    from ptxgen.driver.kernels import LoadedModule
    from ptxgen.driver.streams import Stream


def run_plan(
    device: Device,
    module: LoadedModule,
    plan: Plan,
    signature: Signature,
    arguments: Mapping[str, Any],
    stream: Stream | None = None,
    workspace: Mapping[str, DeviceArray] | None = None,
) -> None:
    """Queue all launches of a plan.

    `arguments` has a device array or a number for each parameter of the signature. `workspace` arrays are used where
    they are given; else they come from the pool and return to it at the end, to be used again in the same stream at
    once; a captured plan's belong to the graph.
    """
    plan.check(signature)
    target = stream or device.stream
    with target:
        scratch: dict[str, DeviceArray] = {}
        for name, space in plan.workspace.items():
            scratch[name] = (
                device.empty(space.shape, dtype_of(space.type), stream=target)
                if workspace is None
                else workspace[name]
            )
            if space.zeroed:
                scratch[name].fill_bytes(0, stream=target)
        values = {**typed_scalars(signature, arguments), **scratch}
        for name, made in signature.tensor_maps.items():
            values[name] = tensor_map(values[made.array], made.box, swizzle=made.swizzle)
        for launch in plan.launches:
            module.get_kernel(launch.entry).launch(
                launch.config, _arguments(launch, signature, values), target
            )


def _arguments(launch: Launch, signature: Signature, values: Mapping[str, Any]) -> list[Any]:
    names = tuple(signature.params) if launch.arguments is None else launch.arguments
    return [values[name] if isinstance(name, str) else name for name in names]


def typed_scalars(signature: Signature, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with each scalar in its parameter's own type. DEV044 for one that is missing or does not fit."""
    result = dict(arguments)
    for name, parameter in signature.params.items():
        if isinstance(parameter, TensorMap):
            continue
        if name not in arguments:
            known = ", ".join(signature.params)
            raise DriverError("DEV044", f"no value for {name!r}", help=f"parameters: {known}")
        if isinstance(parameter, Scalar):
            result[name] = _typed(name, arguments[name], parameter)
    return result


def _typed(name: str, value: Any, parameter: Scalar) -> Any:
    dtype = dtype_of(parameter.type)
    number = np.asarray(value)
    if number.ndim == 0 and number.dtype.kind in "biuf":
        with suppress(TypeError, OverflowError):
            return dtype.type(operator.index(number.item()) if dtype.kind in "ui" else number.item())
    raise DriverError(
        "DEV044",
        f"{name!r} is a {parameter.type.suffix}, got {value!r}",
        help="pass a number in its range",
    )
