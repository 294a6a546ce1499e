"""The parameters of an entry: names, types, sizes, and where each lies in the parameter block."""

from __future__ import annotations

from attrs import frozen

from ptxgen.ir.module import Function, Variable
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type


@frozen
class ParameterInfo:
    """One parameter of an entry. Sizes in bytes.

    `type` is None when only the size is known (code that was not parsed). `points` says that `.ptr` marks it as a
    pointer, to `space` and with the alignment `pointee_align`. `aggregate` is a struct or array passed by value.
    `where` is for messages: `'saxpy', parameter 0 'x' (.u64 .ptr .global)`.
    """

    name: str
    type: Type | None
    bytes: int
    align: int
    offset: int
    points: bool = False
    space: StateSpace | None = None
    pointee_align: int = 1
    aggregate: bool = False
    where: str = ""


@frozen
class ParameterBlock:
    """All parameters of an entry and the size of the block that they are passed in."""

    parameters: tuple[ParameterInfo, ...]
    bytes: int

    def __len__(self) -> int:
        return len(self.parameters)


def of_entry(function: Function) -> ParameterBlock:
    """The parameter block of a parsed entry, laid out in order, each at its alignment."""
    parameters: list[ParameterInfo] = []
    offset = 0
    for position, variable in enumerate(function.params):
        offset = -(-offset // variable.alignment) * variable.alignment
        where = f"{function.name!r}, parameter {position} {variable.name!r} ({_kind(variable)})"
        parameters.append(_info(variable, offset, where))
        offset += variable.bytes
    return ParameterBlock(tuple(parameters), offset)


def of_sizes(entry: str, layout: list[tuple[int, int]]) -> ParameterBlock:
    """The parameter block of code that was not parsed, from (offset, size) pairs as the driver tells them."""
    parameters = tuple(
        ParameterInfo(
            name=f"#{position}",
            type=None,
            bytes=size,
            align=min(16, size & -size or 1),
            offset=offset,
            where=f"{entry!r}, parameter {position} ({size} bytes)",
        )
        for position, (offset, size) in enumerate(layout)
    )
    return ParameterBlock(parameters, max((p.offset + p.bytes for p in parameters), default=0))


def _info(variable: Variable, offset: int, where: str) -> ParameterInfo:
    pointee = variable.pointee
    return ParameterInfo(
        variable.name,
        variable.type,
        variable.bytes,
        variable.alignment,
        offset,
        points=pointee is not None,
        space=pointee.space if pointee else None,
        pointee_align=max(1, pointee.align) if pointee else 1,
        aggregate=_by_value(variable),
        where=where,
    )


def _by_value(variable: Variable) -> bool:
    return bool(variable.shape) or variable.vector > 1


def _kind(variable: Variable) -> str:
    """A parameter's kind in PTX's words: `.u64 .ptr .global`."""
    if _by_value(variable):
        return f"{variable.bytes} bytes, aligned to {variable.alignment}"
    if variable.pointee is None:
        return variable.type.suffix
    space = variable.pointee.space
    return f"{variable.type.suffix} .ptr" + (f" {space.suffix}" if space else "")
