"""Tensor maps in the hardware's format, which the CUDA driver writes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap

_TYPES = {
    "f2": "FLOAT16",
    "f4": "FLOAT32",
    "f8": "FLOAT64",
    "i4": "INT32",
    "i8": "INT64",
    "u1": "UINT8",
    "u2": "UINT16",
    "u4": "UINT32",
    "u8": "UINT64",
}
"""The driver's names of element types; others are moved as unsigned integers of their size."""


def encode(cu: Bindings, tensor: TensorMap, dtype: np.dtype[Any]) -> bytes:
    """The 128 bytes. No interleaving; elements outside are zeros."""
    api = cu.api
    kind = _TYPES.get(dtype.str[1:]) or _TYPES[f"u{tensor.element}"]
    span = f"{tensor.swizzle}B" if tensor.swizzle else "NONE"
    found = cu(
        "cuTensorMapEncodeTiled",
        getattr(api.CUtensorMapDataType, f"CU_TENSOR_MAP_DATA_TYPE_{kind}"),
        tensor.rank,
        tensor.address,
        [api.cuuint64_t(extent) for extent in tensor.extents],
        [api.cuuint64_t(stride) for stride in tensor.strides],
        [api.cuuint32_t(extent) for extent in tensor.box],
        [api.cuuint32_t(1) for _ in tensor.box],
        api.CUtensorMapInterleave.CU_TENSOR_MAP_INTERLEAVE_NONE,
        getattr(api.CUtensorMapSwizzle, f"CU_TENSOR_MAP_SWIZZLE_{span}"),
        api.CUtensorMapL2promotion.CU_TENSOR_MAP_L2_PROMOTION_NONE,
        api.CUtensorMapFloatOOBfill.CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE,
    )
    return np.array([int(word) for word in found.opaque], np.uint64).tobytes()
