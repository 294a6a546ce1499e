"""Address arithmetic: never in fewer bits than the address has."""

from __future__ import annotations

from ptxgen.errors import BuildError
from ptxgen.ir.builder.code import is_wide
from ptxgen.ir.builder.encode import foreign
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.pointer import Cursor, Pointer
from ptxgen.ir.builder.scalar import Scalars
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.operands import Immediate, Register, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import s64, u32, u64

_LONG = {"u32": u64, "s32": s64}


class Addresses(Scalars):
    """What pointers call to move and to change their space."""

    def scaled(
        self, base: Register | Symbol, index: Value, stride: int, space: StateSpace, *, reuse: bool
    ) -> Register:
        """The register `base + index * stride`; remembered while both stay what they are."""
        if index.type.bits not in (32, 64) or not index.type.is_integer:
            raise BuildError(
                "PTX014",
                f"an index is a 32- or 64-bit integer, got {index.type}",
                help=f"convert it: k.cvt({'s32' if index.type.is_signed else 'u32'}, i)",
                location=caller(),
            )
        if index.k is not self:
            raise foreign(index)
        if isinstance(index, Var) or not reuse:
            return self._scale(self.base_register(base, space), index, stride)
        key = (base, index.register, stride)
        return self.code.reuse(key, lambda: self._scale(self.base_register(base, space), index, stride))

    def _scale(self, base: Register, index: Value, stride: int) -> Register:
        wide = base.type.bits == 64
        if not wide and index.type.bits == 64:
            raise BuildError(
                "PTX014",
                f"shared and local memory are indexed with 32 bits, got {index.type}",
                help="convert it: k.cvt(u32, i)",
                location=caller(),
            )
        made = self.code.register(u64 if wide else u32)
        if not wide:
            self.code.emit(f"mad.lo.{index.type}", made, index.register, Immediate(stride), base)
        elif index.type.bits == 32 and stride < 1 << 31:
            self.code.emit(f"mad.wide.{index.type}", made, index.register, Immediate(stride), base)
        else:
            long = self._long(index)
            self.code.emit(f"mad.lo.{long.type}", made, long.register, Immediate(stride), base)
        return made

    def _long(self, index: Value) -> Value:
        if index.type.bits == 64:
            return index
        return self.cvt(_LONG[index.type.name], index)

    def row_base(self, pointer: Pointer, index: Value | int, columns: Value) -> Register:
        """The register of the start of a row where the row's length is known only when the kernel runs."""
        size = pointer.type.bytes
        base = self.base_register(pointer.base, pointer.space)
        if not isinstance(index, Value):
            return self._scale(base, columns, int(index) * size)
        if base.type.bits == 32:
            product = self.binary("mul", index, columns)
        elif index.type.bits == 32 and columns.type.bits == 32:
            product = self.binary("mul_wide", index, columns)
        else:
            product = self.binary("mul", self._long(index), self._long(columns))
        return self._scale(base, product, size)

    def base_register(self, base: Register | Symbol, space: StateSpace) -> Register:
        """A register that holds the base address; variables are moved into one when first needed."""
        if isinstance(base, Register):
            return base

        def move() -> Register:
            made = self.code.register(u64 if is_wide(space) else u32)
            self.code.emit(f"mov.{made.type}", made, base)
            return made

        return self.code.reuse(base, move)

    def advance(self, cursor: Cursor, elements: Value | int) -> None:
        """`cursor += elements`, in place."""
        base = cursor.base
        assert isinstance(base, Register)
        size = cursor.type.bytes
        if not isinstance(elements, Value):
            self.code.emit(
                f"add.{'s' if elements < 0 else 'u'}{base.type.bits}", base, base, Immediate(elements * size)
            )
        elif base.type.bits == 64 and elements.type.bits == 32:
            self.code.emit(f"mad.wide.{elements.type}", base, elements.register, Immediate(size), base)
        else:
            self.code.emit(f"mad.lo.{elements.type}", base, elements.register, Immediate(size), base)

    def to_generic(self, pointer: Pointer) -> Pointer:
        """See `Pointer.to_generic`."""
        if pointer.space is StateSpace.GENERIC:
            return pointer
        made = self.code.register(u64)
        if isinstance(pointer.base, Symbol):
            symbol = self.code.register(u64)
            self.code.emit("mov.u64", symbol, pointer.base)
            self.code.emit(f"cvta.{pointer.space}.u64", made, symbol)
        elif pointer.base.type.bits == 32:
            wide = self.cvt(u64, self.value(u32, pointer.base))
            self.code.emit(f"cvta.{pointer.space}.u64", made, wide.register)
        else:
            self.code.emit(f"cvta.{pointer.space}.u64", made, pointer.base)
        return Pointer(pointer.k, pointer.type, StateSpace.GENERIC, made, pointer.offset, pointer.align)

    def to_space(self, pointer: Pointer, space: StateSpace) -> Pointer:
        """See `Pointer.to_space`."""
        if pointer.space is space:
            return pointer
        if pointer.space is not StateSpace.GENERIC:
            raise BuildError(
                "PTX022",
                f"a {pointer.space} pointer cannot become a {space} pointer",
                help="only generic addresses can point anywhere",
                location=caller(),
            )
        made = self.code.register(u64)
        self.code.emit(f"cvta.to.{space}.u64", made, self.base_register(pointer.base, pointer.space))
        if not is_wide(space):
            made = self.cvt(u32, self.value(u64, made)).register
        return Pointer(pointer.k, pointer.type, space, made, pointer.offset, pointer.align)
