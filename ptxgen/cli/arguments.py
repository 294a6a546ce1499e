"""Arguments of a launch as they are typed: `x=@x.npy`, `y=f32[2048]:out`, `n=i32:2048`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.cli.sources import InputError

FORMS = "NAME=@FILE.npy[:out], NAME=TYPE[DIMS]:out, NAME=TYPE[DIMS]:zeros, or NAME=TYPE:NUMBER"

_DTYPES: dict[str, type[np.generic]] = {
    "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64,
    "s8": np.int8, "s16": np.int16, "s32": np.int32, "s64": np.int64,
    "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
    "b8": np.uint8, "b16": np.uint16, "b32": np.uint32, "b64": np.uint64,
    "f16": np.float16, "f32": np.float32, "f64": np.float64,
}  # fmt: skip
_ARRAY = re.compile(r"(?P<type>\w+)\[(?P<dims>[\d,x ]+)\]:(?P<role>out|zeros)")
_SCALAR = re.compile(r"(?P<type>\w+):(?P<number>[-+\w.]+)")


@frozen
class Argument:
    """One argument of a launch.

    `value` is an array or a NumPy scalar. `written` says that the kernel writes it, so that it is shown afterwards;
    with `filled` false the array's first content does not matter, and a kernel that reads it is at fault.
    """

    name: str
    value: NDArray[np.generic] | np.generic
    written: bool = False
    filled: bool = True


def parse_argument(text: str) -> Argument:
    """One `--arg`. CLI010 for text of no known form, CLI011 for an unknown type, CLI012 for a number out of range."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise InputError("CLI010", f"{text!r} is not an argument", help=f"write {FORMS}")
    if value.startswith("@"):
        return _from_file(name, value[1:])
    if match := _ARRAY.fullmatch(value):
        array = _zeros(text, _shape(text, match["dims"]), _dtype(match["type"]))
        return Argument(name, array, written=True, filled=match["role"] == "zeros")
    if match := _SCALAR.fullmatch(value):
        return Argument(name, _number(text, _dtype(match["type"]), match["number"]))
    raise InputError("CLI010", f"{value!r} does not say what {name!r} is", help=f"write {FORMS}")


def parse_dims(text: str) -> tuple[int, ...]:
    """A grid or block as typed: `8`, `8,4`, `8x4x1`. CLI013 for anything else."""
    parts = re.split(r"[x,]", text)
    if not 1 <= len(parts) <= 3 or not all(re.fullmatch(r"[1-9]\d*", part) for part in parts):
        raise InputError(
            "CLI013", f"{text!r} is not an extent", help="write one to three numbers: 8, 8,4 or 8x4x1"
        )
    return tuple(int(part) for part in parts)


def bind(arguments: Sequence[Argument], params: Sequence[str], entry: str) -> list[Argument]:
    """The arguments in the order of the entry's parameters.

    Names bind by name when each is a parameter's name. When none is (compilers make up parameter names), arguments
    bind in the order given. CLI014 for a mixture, a repeated name, or a wrong number of arguments.
    """
    names = [a.name for a in arguments]
    known = [name for name in names if name in params]
    if len(set(names)) != len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise InputError("CLI014", f"the argument {repeated!r} is given twice")
    if len(names) != len(params) or (known and len(known) != len(names)):
        takes = ", ".join(params) or "none"
        raise InputError(
            "CLI014",
            f"{entry!r} takes {len(params)} parameters ({takes}), got {len(names)} ({', '.join(names) or 'none'})",
            help="give one --arg for each parameter, with the parameters' names or in their order",
        )
    if not known:
        return list(arguments)
    by_name = {a.name: a for a in arguments}
    return [by_name[name] for name in params]


def _from_file(name: str, file: str) -> Argument:
    path, written = (file.removesuffix(":out"), True) if file.endswith(":out") else (file, False)
    try:
        array = np.load(Path(path), allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InputError(
            "CLI015", f"{path!r} cannot be read as an array: {error}", help="write it with numpy.save"
        ) from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "uifb":
        raise InputError(
            "CLI015", f"{path!r} does not hold one array of numbers", help="write it with numpy.save"
        )
    return Argument(name, np.ascontiguousarray(array), written=written)


def _dtype(name: str) -> type[np.generic]:
    dtype = _DTYPES.get(name)
    if dtype is None:
        raise InputError(
            "CLI011", f"{name!r} is not a type of an argument", help=f"types: {', '.join(_DTYPES)}"
        )
    return dtype


def _shape(text: str, dims: str) -> tuple[int, ...]:
    parts = re.split(r"[x,]", dims.replace(" ", ""))
    if not all(part.isdecimal() and int(part) for part in parts):
        raise InputError(
            "CLI010", f"{text!r} has an extent that is not a positive number", help=f"write {FORMS}"
        )
    return tuple(int(part) for part in parts)


def _zeros(text: str, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[np.generic]:
    try:
        return np.zeros(shape, dtype)
    except (MemoryError, ValueError) as error:
        raise InputError("CLI016", f"{text!r} does not fit in memory: {error}") from error


def _number(text: str, dtype: type[np.generic], number: str) -> np.generic:
    try:
        value = int(number, 0) if np.issubdtype(dtype, np.integer) else float(number)
    except ValueError:
        raise InputError("CLI012", f"{number!r} in {text!r} is not a number of that type") from None
    try:
        return dtype(value)
    except OverflowError:
        info = np.iinfo(np.dtype(dtype).name)
        raise InputError("CLI012", f"{number} in {text!r} is outside {info.min}..{info.max}") from None
