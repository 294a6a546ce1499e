"""Loads, stores, address arithmetic, and the arrays of a function."""

from __future__ import annotations

from typing import Any

from ptxgen.errors import BuildError
from ptxgen.ir.builder.addressing import Addresses
from ptxgen.ir.builder.code import is_wide
from ptxgen.ir.builder.literals import immediate
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.pointer import Pointer
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.module import Linkage, Variable
from ptxgen.ir.operands import Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import TYPES, Type, pred

_MEMORY_NAMES = {"f16": "b16", "bf16": "b16", "tf32": "b32"}


def memory_name(type: Type) -> str:
    """How `ld` and `st` name a type: halves and packed types move as untyped bits."""
    if type.is_packed:
        return f"b{type.bits}"
    return _MEMORY_NAMES.get(type.name, type.name)


class Memory(Addresses):
    """What pointers call, and the declarations of shared and local arrays."""

    def shared(self, name: str, type: Type, *shape: int, align: int = 0) -> Pointer:
        """A static array in shared memory, `[*shape]` elements, row-major. Its address is the start of a CTA's copy."""
        return self._array(name, type, shape or (1,), align, StateSpace.SHARED)

    def local(self, name: str, type: Type, *shape: int, align: int = 0) -> Pointer:
        """An array that each thread has for itself."""
        return self._array(name, type, shape or (1,), align, StateSpace.LOCAL)

    def dynamic_shared(self, name: str, type: Type, *, align: int = 16) -> Pointer:
        """The shared memory whose size the launch gives. All dynamic arrays of a kernel start at the same address."""
        self.code.claim(name)
        variable = Variable(name, StateSpace.SHARED, type, (0,), align, Linkage.EXTERN, location=caller())
        self.declare_global(variable)
        return Pointer(self, type, StateSpace.SHARED, Symbol(name), 0, align)

    def declare_global(self, variable: Variable) -> None:
        """Add a variable to the module; the builder of a function passes it on."""
        raise NotImplementedError

    def _array(self, name: str, type: Type, shape: tuple[int, ...], align: int, space: StateSpace) -> Pointer:
        if any(extent < 1 for extent in shape):
            raise BuildError(
                "PTX032",
                f"{space} array {name!r} has the extents {shape}; each must be at least 1",
                help="for memory whose size the launch gives: k.dynamic_shared(name, type)",
                location=caller(),
            )
        stored = Variable(name, space, variable_type(type), shape, align, location=caller())
        self.code.declare(stored)
        return Pointer(self, type, space, Symbol(name), 0, stored.alignment, shape)

    def pointer_to(
        self, address: Value, type: Type, space: StateSpace = StateSpace.GLOBAL, *, align: int = 0
    ) -> Pointer:
        """A number as a pointer into `space`: u64, or u32 for shared and local memory."""
        bits = 64 if is_wide(space) else 32
        if address.type.bits != bits or not (address.type.is_integer or address.type.is_bits):
            raise BuildError(
                "PTX016",
                f"a {space} address is {bits} bits wide, got {address.type}",
                help=f"k.cvt(u{bits}, address)",
                location=caller(),
            )
        return Pointer(
            self, type, space, address.register, 0, align or type.bytes, moving=isinstance(address, Var)
        )

    def load(
        self,
        pointer: Pointer,
        *,
        vec: int = 1,
        into: Any = None,
        as_type: Type | None = None,
        nc: bool = False,
        cache: str | None = None,
        l1: str | None = None,
        l2: str | None = None,
        policy: Value | None = None,
        prefetch: str | None = None,
        volatile: bool = False,
        order: str | None = None,
        scope: str | None = None,
    ) -> Any:
        """Load what a pointer points to; see `Pointer.load`."""
        self._check_aligned(pointer, vec, "load")
        name = "ld" + _ordering(volatile, order, scope, "acquire") + _space(pointer.space)
        if cache:
            name += "." + cache
        if nc:
            name += ".nc"
        name += _hints(l1, l2, policy)
        if prefetch:
            name += ".L2::" + prefetch
        if vec > 1:
            name += f".v{vec}"
        name = f"{name}.{memory_name(pointer.type)}"
        sources = (pointer,) if policy is None else (pointer, policy)
        return self.apply(name, sources, {}, into, as_type or pointer.type)

    def store(
        self,
        pointer: Pointer,
        value: Any,
        *,
        cache: str | None = None,
        l1: str | None = None,
        l2: str | None = None,
        policy: Value | None = None,
        volatile: bool = False,
        order: str | None = None,
        scope: str | None = None,
    ) -> None:
        """Store where a pointer points to; see `Pointer.store`."""
        vector = isinstance(value, tuple | list)
        elements: list[Any] = list(value) if vector else [value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        self._check_aligned(pointer, len(elements), "store")
        elements = [self._storable(pointer.type, element) for element in elements]
        name = "st" + _ordering(volatile, order, scope, "release") + _space(pointer.space)
        if cache:
            name += "." + cache
        name += _hints(l1, l2, policy)
        if vector:
            name += f".v{len(elements)}"
        source = tuple(elements) if vector else elements[0]
        sources = (pointer, source) if policy is None else (pointer, source, policy)
        self.apply(f"{name}.{memory_name(pointer.type)}", sources, {})

    def _storable(self, type: Type, value: Any) -> Any:
        """A value of the element type (or a wider integer); a Python number of a half type as its bits."""
        if isinstance(value, Value):
            same = value.type is type or value.type.is_bits or type.is_bits
            wider = type.is_integer and value.type.is_integer and value.type.bits > type.bits
            if not (same or wider) or value.type is pred:
                raise BuildError(
                    "PTX014",
                    f"a pointer to {type} stores {type} values, got {value.type}",
                    help=f"convert it: k.cvt({type}, x), or store through p.cast({value.type})",
                    location=caller(),
                )
            return value
        if isinstance(value, int | float) and memory_name(type) != type.name:
            return immediate(type, value).value
        return value

    def _check_aligned(self, pointer: Pointer, count: int, what: str) -> None:
        size = pointer.type.bytes * count
        if pointer.align % size and pointer.align < size:
            raise BuildError(
                "PTX023",
                f"a {size}-byte {what} needs an address that is a multiple of {size}; {pointer!r} is only known to"
                f" be a multiple of {pointer.align}",
                help=f"use narrower accesses, or x.assume_aligned({size}) where you know better",
                location=caller(),
            )


def variable_type(type: Type) -> Type:
    """The type that a variable is declared with."""
    return TYPES[memory_name(type)]


def _space(space: StateSpace) -> str:
    return "" if space is StateSpace.GENERIC else space.suffix


def _ordering(volatile: bool, order: str | None, scope: str | None, strong: str) -> str:
    if volatile:
        return ".volatile"
    if order is None:
        return ""
    if order not in ("relaxed", strong):
        raise BuildError("PTX021", f"order is 'relaxed' or {strong!r}, got {order!r}", location=caller())
    return f".{order}.{scope or 'gpu'}"


def _hints(l1: str | None, l2: str | None, policy: Value | None) -> str:
    text = f".L1::{l1}" if l1 else ""
    if l2:
        text += f".L2::{l2}"
    return text + ".L2::cache_hint" if policy is not None else text
