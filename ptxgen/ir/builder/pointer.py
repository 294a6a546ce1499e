"""Typed pointers: element type, state space, and what is known about the alignment.

`x[i]` counts in elements. Constants go into the address; a 32-bit index is widened by the multiplication that
scales it (`mad.wide`), so no byte offset is ever computed in 32 bits; shared and local memory use 32-bit addresses.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ptxgen.errors import BuildError
from ptxgen.ir.builder.kinds import PointerKind, describe, kind_of, pointer_kind
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.value import Value
from ptxgen.ir.operands import Address, Immediate, Register, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, u32, u64

if TYPE_CHECKING:
    from ptxgen.ir.builder.memory import Memory

Index = Any  # Value | int, or a tuple of these for an array of several dimensions


@define(eq=False, repr=False)
class Pointer:
    """`base + offset` bytes, pointing to elements of `type` in `space`.

    `align` is the alignment in bytes that is known of the address; `shape` the extents of an array (`tile[i, j]`).
    """

    k: Memory
    type: Type
    space: StateSpace
    base: Register | Symbol
    offset: int = 0
    align: int = 1
    shape: tuple[int, ...] = ()
    moving: bool = False
    kind: PointerKind = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.kind = pointer_kind(self.type, self.space)

    def at(self, index: Index) -> Pointer:
        """The pointer `index` elements further on; a tuple indexes an array row by row."""
        if isinstance(index, tuple):
            return self._at_many(index)
        return self._moved(index, self.type.bytes, exact=False)

    def row(self, index: Value | int, columns: Value | int) -> Pointer:
        """The start of row `index` of a matrix with `columns` elements a row."""
        if isinstance(columns, Value):
            return self._row_of_unknown_length(index, columns)
        return self._moved(index, columns * self.type.bytes, exact=True)

    def cast(self, type: Type) -> Pointer:
        """The same address, pointing to another type."""
        return Pointer(self.k, type, self.space, self.base, self.offset, self.align, (), self.moving)

    def assume_aligned(self, align: int) -> Pointer:
        """The same pointer, with the author's word that its address is a multiple of `align` bytes."""
        known = max(self.align, align)
        return Pointer(self.k, self.type, self.space, self.base, self.offset, known, self.shape, self.moving)

    def load(
        self,
        index: Index = 0,
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
        """Load element `index`; with `vec` 2, 4 (or 8) a tuple of that many, the first aligned to all of them.

        `as_type` takes a wider integer register: `x.load(i, as_type=u32)` of bytes zero-extends. `nc` reads through
        the non-coherent path (data that nobody writes during the kernel). `cache` is ca, cg, cs, lu or cv; `l1` an L1
        priority such as "no_allocate", `l2` an L2 priority such as "evict_first", `prefetch` an L2 prefetch size such
        as "256B"; `policy` a 64-bit cache policy. `order` is relaxed or acquire at `scope` cta, cluster, gpu or sys.
        """
        return self.k.load(
            self.at(index), vec=vec, into=into, as_type=as_type, nc=nc, cache=cache, l1=l1, l2=l2, policy=policy,
            prefetch=prefetch, volatile=volatile, order=order, scope=scope,
        )  # fmt: skip

    def store(
        self,
        index: Index,
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
        """Store to element `index`; a tuple of 2, 4 or 8 values is stored at once. Options as for `load`."""
        self.k.store(
            self.at(index), value, cache=cache, l1=l1, l2=l2, policy=policy, volatile=volatile, order=order,
            scope=scope,
        )  # fmt: skip

    def __getitem__(self, index: Index) -> Value:
        return self.k.load(self.at(index))

    def __setitem__(self, index: Index, value: Any) -> None:
        self.k.store(self.at(index), value)

    def __add__(self, index: Value | int) -> Pointer:
        return self.at(index)

    def __sub__(self, index: int) -> Pointer:
        return self.at(-index)

    __iter__ = None

    @property
    def address(self) -> Value:
        """The address as a number: u64, or u32 in shared and local memory."""
        register = self.k.base_register(self.base, self.space)
        type = u64 if register.type.bits == 64 else u32
        if not self.offset:
            return self.k.value(type, register)
        made = self.k.value(type, self.k.code.register(type))
        self.k.code.emit(f"add.{type}", made.register, register, Immediate(self.offset))
        return made

    def to_generic(self) -> Pointer:
        """The generic address of the same memory (`cvta`)."""
        return self.k.to_generic(self)

    def to_space(self, space: StateSpace) -> Pointer:
        """A generic pointer as one into `space` (`cvta.to`); undefined if it does not point there."""
        return self.k.to_space(self, space)

    def cursor(self) -> Cursor:
        """A copy that can be moved: `cursor.advance(n)` in a loop costs one addition."""
        address = self.address
        made = self.k.value(address.type, self.k.code.register(address.type))
        self.k.code.emit(f"mov.{address.type}", made.register, address.register)
        return Cursor(self.k, self.type, self.space, made.register, 0, self.align, (), True)

    def operand(self) -> Address:
        """The address as an instruction takes it."""
        return Address(self.base, self.offset)

    def __repr__(self) -> str:
        return f"<{self.space} {self.type}* {self.operand()}>"

    def _moved(self, index: Index, stride: int, *, exact: bool) -> Pointer:
        """`index * stride` bytes further on. With `exact`, any multiple of the stride must be expected."""
        if not isinstance(index, Value):
            return self._offset(index, stride)
        base = self.k.scaled(self.base, index, stride, self.space, reuse=not self.moving)
        align = gcd(self.align, stride) if exact else self.align
        return Pointer(self.k, self.type, self.space, base, self.offset, align)

    def _offset(self, index: Any, stride: int) -> Pointer:
        if not hasattr(index, "__index__"):
            raise BuildError(
                "PTX014",
                f"an index is a 32- or 64-bit integer, got {describe(kind_of(index))}",
                location=caller(),
            )
        offset = self.offset + int(index) * stride
        align = gcd(self.align, int(index) * stride)
        return Pointer(self.k, self.type, self.space, self.base, offset, align, (), self.moving)

    def _at_many(self, index: tuple[Any, ...]) -> Pointer:
        if len(index) != len(self.shape):
            raise BuildError(
                "PTX014",
                f"{self!r} has {len(self.shape)} dimensions, got {len(index)} indices",
                location=caller(),
            )
        here: Pointer = self
        stride = self.type.bytes
        steps: list[tuple[Any, int]] = []
        for position, extent in zip(reversed(index), reversed(self.shape), strict=True):
            steps.append((position, stride))
            stride *= extent
        for position, size in reversed(steps):
            here = here._moved(position, size, exact=False)
        return here

    def _row_of_unknown_length(self, index: Value | int, columns: Value) -> Pointer:
        base = self.k.row_base(self, index, columns)
        align = gcd(self.align, self.type.bytes)
        return Pointer(self.k, self.type, self.space, base, self.offset, align)


@define(eq=False, repr=False)
class Cursor(Pointer):
    """A pointer whose register changes as the kernel advances it."""

    def advance(self, elements: Value | int) -> None:
        """Move by that many elements."""
        self.k.advance(self, elements)
