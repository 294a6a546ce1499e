"""Arrays of other libraries: recognised by protocol, never imported. CUDA memory only; host memory is refused."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.driver import dlpack
from ptxgen.driver.errors import DriverError


@frozen
class ForeignArray:
    """Device memory of another library. `owner` keeps it alive.

    `stream` is a `CUstream` as an int: work in it must come first. None if there is nothing to wait for.
    """

    address: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    ordinal: int | None
    owner: object
    stream: int | None

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


def is_host(value: object) -> bool:
    """Whether the value is an array in host memory: NumPy, or DLPack on the CPU."""
    if isinstance(value, np.ndarray):
        return True
    return _dlpack_device(value) in (dlpack.CPU, dlpack.CUDA_HOST)


def is_foreign(value: object) -> bool:
    """Whether the value says that it is in CUDA memory."""
    return _dlpack_device(value) in (dlpack.CUDA, dlpack.CUDA_MANAGED) or _interface(value) is not None


def ordinal_of(value: Any) -> int:
    """The number of the GPU that holds a foreign array; 0 when the array does not say."""
    return int(value.__dlpack_device__()[1]) if _dlpack_device(value) is not None else 0


def read(value: Any, consumer_stream: int | None) -> ForeignArray:
    """The memory behind an array of another library, without a copy.

    `consumer_stream` is the stream that will use it; the other library orders its own work before. With None the
    library's current stream will be used, and nothing needs ordering. DEV024 unless it is contiguous.
    """
    interface = _interface(value) if _dlpack_device(value) is None else None
    if interface is not None:
        return _from_interface(value, interface)
    ordinal = int(value.__dlpack_device__()[1])
    # -1 asks the producer not to synchronise.
    try:
        capsule: object = value.__dlpack__(stream=-1 if consumer_stream is None else consumer_stream)
        tensor = dlpack.read(capsule)
    except BufferError as error:
        raise DriverError("DEV024", f"the {type(value).__name__} cannot be exchanged: {error}") from error
    if not tensor.contiguous:
        raise _not_contiguous(value)
    return ForeignArray(tensor.address, tensor.shape, tensor.dtype, ordinal, (value, capsule), None)


def to_numpy(value: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """A host array as NumPy, without a copy where it has memory of its own; anything else by `np.asarray`.

    bfloat16 comes as `uint16`: NumPy's own reader of DLPack refuses it.
    """
    if isinstance(value, np.ndarray) or not is_host(value):
        return np.asarray(value)
    try:
        capsule: object = value.__dlpack__()
        tensor = dlpack.read(capsule)
    except BufferError as error:
        raise DriverError("DEV024", f"the {type(value).__name__} cannot be exchanged: {error}") from error
    return np.asarray(_HostMemory(tensor, (value, capsule)))


class _HostMemory:
    """What NumPy needs to see memory that somebody else owns."""

    def __init__(self, tensor: dlpack.Tensor, owner: object) -> None:
        self._owner = owner
        size = tensor.dtype.itemsize
        self.__array_interface__: dict[str, Any] = {
            "version": 3,
            "shape": tensor.shape,
            "typestr": tensor.dtype.str,
            "data": (tensor.address, False),
            "strides": None if tensor.strides is None else tuple(stride * size for stride in tensor.strides),
        }


def current_stream(value: object, ordinal: int) -> int | None:
    """The stream on which the library of an array works now, as an int; None if it is not known."""
    library = type(value).__module__.partition(".")[0]
    module: Any = sys.modules.get(library)
    if library == "torch" and module is not None:
        return int(module.cuda.current_stream(ordinal).cuda_stream)
    if library == "cupy" and module is not None:
        return int(module.cuda.get_current_stream().ptr)
    return None


def _dlpack_device(value: object) -> int | None:
    method = getattr(value, "__dlpack_device__", None)
    return int(method()[0]) if method is not None and hasattr(value, "__dlpack__") else None


def _interface(value: object) -> dict[str, Any] | None:
    return getattr(value, "__cuda_array_interface__", None)


def _from_interface(value: object, interface: dict[str, Any]) -> ForeignArray:
    shape = tuple(int(extent) for extent in interface["shape"])
    dtype = np.dtype(interface["typestr"])
    strides = interface.get("strides")
    if strides is not None and not dlpack.contiguous(shape, tuple(int(s) // dtype.itemsize for s in strides)):
        raise _not_contiguous(value)
    stream = interface.get("stream")
    return ForeignArray(int(interface["data"][0] or 0), shape, dtype, None, value, stream)


def _not_contiguous(value: object) -> DriverError:
    return DriverError(
        "DEV024",
        f"the {type(value).__name__} is not contiguous in C order",
        help="make it so first: torch `x.contiguous()`, CuPy `cupy.ascontiguousarray(x)`",
    )
