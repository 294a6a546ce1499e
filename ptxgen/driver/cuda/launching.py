"""One kernel launch, as the driver takes it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.driver.parameters import ParameterBlock
from ptxgen.launch import LaunchConfig

ALIGNMENT = 128
"""Alignment of the argument block: that of the largest aligned parameter, a tensor map."""


def launch(
    cu: Bindings,
    function: Any,
    config: LaunchConfig,
    values: Sequence[bytes],
    block: ParameterBlock,
    stream: Any,
) -> None:
    """Queue a launch. The driver copies the arguments before it returns. The context must be current."""
    storage, pointers = argument_block(values, block)
    cu("cuLaunchKernelEx", launch_config(cu.api, config, stream), function, ctypes.addressof(pointers), 0)
    del storage  # held until here, for the driver to read


def argument_block(values: Sequence[bytes], block: ParameterBlock) -> tuple[Any, Any]:
    """All arguments in one aligned block at the offsets of the entry's parameters, and pointers to each."""
    storage = ctypes.create_string_buffer(block.bytes + ALIGNMENT)
    base = -(-ctypes.addressof(storage) // ALIGNMENT) * ALIGNMENT
    pointers = (ctypes.c_void_p * max(1, len(values)))()
    for position, (value, parameter) in enumerate(zip(values, block.parameters, strict=True)):
        ctypes.memmove(base + parameter.offset, value, len(value))
        pointers[position] = base + parameter.offset
    return storage, pointers


def launch_config(api: Any, config: LaunchConfig, stream: Any) -> Any:
    """The `CUlaunchConfig`, with an attribute for each special wish."""
    result = api.CUlaunchConfig()
    result.gridDimX, result.gridDimY, result.gridDimZ = config.grid
    result.blockDimX, result.blockDimY, result.blockDimZ = config.block
    result.sharedMemBytes = config.shared_bytes
    result.hStream = stream
    attributes = _attributes(api, config)
    result.attrs = attributes
    result.numAttrs = len(attributes)
    return result


def _attributes(api: Any, config: LaunchConfig) -> list[Any]:
    names = api.CUlaunchAttributeID
    attributes: list[Any] = []

    def add(id: Any) -> Any:
        attribute = api.CUlaunchAttribute()
        attribute.id = id
        attributes.append(attribute)
        return attribute.value

    if config.cluster is not None:
        cluster = add(names.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION).clusterDim
        cluster.x, cluster.y, cluster.z = config.cluster
    if config.cooperative:
        add(names.CU_LAUNCH_ATTRIBUTE_COOPERATIVE).cooperative = 1
    if config.programmatic_dependent:
        serial = add(names.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION)
        serial.programmaticStreamSerializationAllowed = 1
    return attributes
