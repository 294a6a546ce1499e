"""The DLPack exchange format (specification 1.0, unversioned capsules): read and made with ctypes alone."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

CPU = 1
CUDA = 2
CUDA_HOST = 3
CUDA_MANAGED = 13

NAME = b"dltensor"

_INT, _UINT, _FLOAT, _BFLOAT, _COMPLEX, _BOOL = 0, 1, 2, 4, 5, 6
_KINDS = {"i": _INT, "u": _UINT, "f": _FLOAT, "c": _COMPLEX, "b": _BOOL}
_LETTERS = {_INT: "i", _UINT: "u", _FLOAT: "f", _BFLOAT: "u", _COMPLEX: "c", _BOOL: "b"}


class _DType(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16))


class _Device(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int32), ("id", ctypes.c_int32))


class _Tensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device", _Device),
        ("ndim", ctypes.c_int32),
        ("dtype", _DType),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


class _Managed(ctypes.Structure):
    pass


_Deleter = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Managed))
_Managed._fields_ = (("tensor", _Tensor), ("context", ctypes.c_void_p), ("deleter", _Deleter))

_Destructor = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)


@frozen
class Tensor:
    """What a capsule says. `strides` in elements (None: C order); `address` includes the byte offset.

    bfloat16 has no NumPy type and comes as `uint16`, the 8-bit floats as `uint8`.
    """

    address: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    strides: tuple[int, ...] | None
    device: tuple[int, int]

    @property
    def contiguous(self) -> bool:
        """Whether the elements lie in C order without gaps."""
        return self.strides is None or contiguous(self.shape, self.strides)


def contiguous(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether strides (in elements) are those of C order; extents of 1 and empty arrays do not matter."""
    if 0 in shape:
        return True
    expected = math.prod(shape)
    for extent, stride in zip(shape, strides, strict=True):
        expected //= extent
        if extent > 1 and stride != expected:
            return False
    return True


def read(capsule: object) -> Tensor:
    """What an unconsumed capsule describes. The memory stays valid while the capsule is referenced.

    Raises BufferError for several lanes or a type that NumPy cannot stand for.
    """
    api = ctypes.pythonapi
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = (ctypes.py_object, ctypes.c_char_p)
    pointer = api.PyCapsule_GetPointer(capsule, NAME)
    tensor = ctypes.cast(pointer, ctypes.POINTER(_Managed)).contents.tensor
    strides = tuple(tensor.strides[: tensor.ndim]) if tensor.strides else None
    return Tensor(
        (tensor.data or 0) + tensor.byte_offset,
        tuple(tensor.shape[: tensor.ndim]),
        _dtype(tensor.dtype),
        strides,
        (tensor.device.type, tensor.device.id),
    )


def _dtype(given: _DType) -> np.dtype[Any]:
    letter = _LETTERS.get(given.code, "u" if given.bits == 8 else "")
    if given.lanes != 1 or not letter or given.bits % 8:
        raise BufferError(
            f"DLPack type code {given.code} with {given.bits} bits x {given.lanes} is not supported"
        )
    return np.dtype(f"{letter}{given.bits // 8}")


_exported: dict[int, tuple[object, ...]] = {}
"""What each exported tensor needs to live on: its structure, its shape, its owner; by the structure's address."""


def make(
    address: int, shape: tuple[int, ...], dtype: np.dtype[Any], device: tuple[int, int], owner: object
) -> object:
    """A capsule for C-ordered memory; `owner` lives until the consumer lets go of it."""
    managed = _Managed()
    extents = (ctypes.c_int64 * max(1, len(shape)))(*shape)
    tensor = managed.tensor
    tensor.data = address
    tensor.device = _Device(*device)
    tensor.ndim = len(shape)
    tensor.dtype = _DType(_KINDS[dtype.kind], dtype.itemsize * 8, 1)
    tensor.shape = ctypes.cast(extents, ctypes.POINTER(ctypes.c_int64))
    tensor.byte_offset = 0
    managed.deleter = _release
    key = ctypes.addressof(managed)
    _exported[key] = (managed, extents, owner)
    new = ctypes.pythonapi.PyCapsule_New
    new.restype = ctypes.py_object
    new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return new(key, NAME, ctypes.cast(_drop_unconsumed, ctypes.c_void_p))


def _let_go(managed: Any) -> None:
    _exported.pop(ctypes.addressof(managed.contents), None)


def _capsule_gone(capsule: int) -> None:
    # The capsule is being destroyed and must not become a Python reference again: raw pointers only.
    valid = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)(
        ("PyCapsule_IsValid", ctypes.pythonapi)
    )
    pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi)
    )
    if valid(capsule, NAME):
        _exported.pop(pointer(capsule, NAME), None)


_release: Callable[..., None] = _Deleter(_let_go)
_drop_unconsumed = _Destructor(_capsule_gone)
