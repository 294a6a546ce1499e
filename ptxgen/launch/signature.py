"""What a kernel takes: arrays with symbolic shapes and scalars, in the order of the entry's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import frozen

from ptxgen.isa.types import Type
from ptxgen.launch.config import LaunchError
from ptxgen.launch.dims import Dim, evaluate, names


@frozen(init=False)
class Array:
    """An array parameter: element type and dims, slowest first, C order. Use `In`, `Out` or `InOut`.

    A dim is an int, the name of a kernel field or launch-time size, or an expression over such names.
    """

    type: Type
    dims: tuple[Dim, ...]

    reads: ClassVar[bool] = True
    writes: ClassVar[bool] = True

    def __init__(self, type: Type, *dims: Dim) -> None:
        object.__setattr__(self, "type", type)
        object.__setattr__(self, "dims", dims)

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape when the names have these values."""
        return tuple(evaluate(dim, sizes) for dim in self.dims)


@frozen(init=False)
class In(Array):
    """An array that the kernel only reads."""

    writes: ClassVar[bool] = False


@frozen(init=False)
class Out(Array):
    """An array that the kernel writes completely, whatever it held."""

    reads: ClassVar[bool] = False


@frozen(init=False)
class InOut(Array):
    """An array that the kernel updates."""


@frozen
class Scalar:
    """A number passed by value. A scalar whose name is also a dim takes its value from the shapes."""

    type: Type


@frozen
class TensorMap:
    """A tensor map by value (`.param .align 64 .b8 map[128]`) of the array parameter `array`, made for each run.

    box: what one tensor copy moves, outermost dimension first. swizzle: 0, 32, 64 or 128 bytes. See
    `ptxgen.driver.tensor_map`. The array itself stays a parameter, which keeps it alive while the kernel runs; the body
    gets None for it.
    """

    array: str
    box: tuple[int, ...]
    swizzle: int = 0

    BYTES: ClassVar[int] = 128
    ALIGNMENT: ClassVar[int] = 64


Parameter = Array | Scalar | TensorMap


@frozen(init=False)
class Signature:
    """Parameters by name, in the order of the entry: `Signature(x=In(f32, "n"), y=Out(f32, "n"), n=Scalar(u32))`."""

    params: Mapping[str, Parameter]

    def __init__(self, **params: Parameter) -> None:
        object.__setattr__(self, "params", dict(params))

    @property
    def arrays(self) -> dict[str, Array]:
        """The array parameters."""
        return {name: p for name, p in self.params.items() if isinstance(p, Array)}

    @property
    def outputs(self) -> dict[str, Array]:
        """The arrays that a call returns: `Out` and `InOut`."""
        return {name: p for name, p in self.arrays.items() if p.writes}

    @property
    def inputs(self) -> dict[str, Parameter]:
        """What a caller gives: `In` and `InOut` arrays, and scalars that the shapes do not tell."""
        told = self.dim_names
        return {
            name: p
            for name, p in self.params.items()
            if not isinstance(p, TensorMap) and (p.reads if isinstance(p, Array) else name not in told)
        }

    @property
    def tensor_maps(self) -> dict[str, TensorMap]:
        """The parameters that a run makes from arrays."""
        return {name: p for name, p in self.params.items() if isinstance(p, TensorMap)}

    @property
    def dim_names(self) -> frozenset[str]:
        """Every name that some array's dims mention."""
        return frozenset[str]().union(*(names(dim) for a in self.arrays.values() for dim in a.dims))

    def bind(self, shapes: Mapping[str, tuple[int, ...]], known: Mapping[str, int]) -> dict[str, int]:
        """The value of every size: `known` ones (kernel fields) and those that the given arrays' shapes tell.

        LCH020 for a shape that the dims refuse, LCH011 for a size that nothing tells.
        """
        sizes = dict(known)
        for name, array in self.arrays.items():
            if name in shapes and len(shapes[name]) == len(array.dims):
                for dim, extent in zip(array.dims, shapes[name], strict=True):
                    if isinstance(dim, str) and dim.isidentifier():
                        sizes.setdefault(dim, extent)
        for name, array in self.arrays.items():
            expected = array.shape(sizes)
            if name in shapes and shapes[name] != expected:
                raise _shape_error(name, array, expected, shapes[name])
        return sizes


def _shape_error(name: str, array: Array, expected: tuple[int, ...], given: tuple[int, ...]) -> LaunchError:
    dims = ", ".join(map(str, array.dims))
    return LaunchError(
        "LCH020",
        f"{name!r} must have the shape ({dims}) = {expected}, got {given}",
        help="reshape the array, or make the kernel for these sizes",
    )
