"""Special registers as values: `k.tid.x`, `k.laneid`, `k.sreg("%clock64")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.errors import BuildError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.memory import Memory
from ptxgen.ir.builder.value import Value
from ptxgen.ir.operands import SpecialRegister
from ptxgen.isa.types import Type, u32

if TYPE_CHECKING:
    from ptxgen.isa.registers import SpecialRegisterInfo

_CONSTANT = (
    "%tid", "%ntid", "%ctaid", "%nctaid", "%laneid", "%lanemask", "%cluster", "%nclusterid", "%gridid",
    "%total_smem_size", "%dynamic_smem_size", "%aggr_smem_size", "%is_explicit_cluster", "%envreg",
)  # fmt: skip
"""Those that never change while a thread runs (the others are read anew each time)."""


@frozen
class Triple:
    """`.x`, `.y` and `.z` of a special register; u32."""

    k: SpecialRegisters
    name: str

    @property
    def x(self) -> Value:
        return self.k.sreg(f"{self.name}.x")

    @property
    def y(self) -> Value:
        return self.k.sreg(f"{self.name}.y")

    @property
    def z(self) -> Value:
        return self.k.sreg(f"{self.name}.z")


class SpecialRegisters(Memory):
    """Reading a special register moves it into a register once in each stretch of structured code."""

    def sreg(self, name: str) -> Value:
        """The special register of that name (`%laneid`, `%clock64`), whose type the table knows."""
        type = _type_of(name)
        if name.startswith(_CONSTANT):
            return self.code.reuse(name, lambda: self._read(name, type))
        return self._read(name, type)

    def _read(self, name: str, type: Type) -> Value:
        made = self.value(type, self.code.register(type))
        self.code.emit(f"mov.{type}", made.register, SpecialRegister(name))
        return made

    @property
    def tid(self) -> Triple:
        """The thread's index in its CTA."""
        return Triple(self, "%tid")

    @property
    def ntid(self) -> Triple:
        """The CTA's size in threads."""
        return Triple(self, "%ntid")

    @property
    def ctaid(self) -> Triple:
        """The CTA's index in the grid."""
        return Triple(self, "%ctaid")

    @property
    def nctaid(self) -> Triple:
        """The grid's size in CTAs."""
        return Triple(self, "%nctaid")

    @property
    def cluster_ctaid(self) -> Triple:
        """The CTA's index in its cluster (sm_90 and later)."""
        return Triple(self, "%cluster_ctaid")

    @property
    def laneid(self) -> Value:
        """The thread's lane in its warp, 0 to 31."""
        return self.sreg("%laneid")

    @property
    def warpid(self) -> Value:
        """The warp's index as the hardware places it now. For an index that stays: `k.tid.x >> 5`."""
        return self.sreg("%warpid")

    @property
    def global_id(self) -> Value:
        """`ctaid.x * ntid.x + tid.x`: the thread's index in a one-dimensional grid."""
        return self.mad(self.ctaid.x, self.ntid.x, self.tid.x)


def _type_of(name: str) -> Type:
    info = _table().get(name)
    if info is None:
        from difflib import get_close_matches

        close = get_close_matches(name, _table(), n=1)
        raise BuildError(
            "PTX001",
            f"unknown special register {name}",
            help=f"did you mean {close[0]}?" if close else "",
            location=caller(),
        )
    return info.type


def _table() -> dict[str, SpecialRegisterInfo]:
    from ptxgen.isa import SPECIAL_REGISTERS

    return SPECIAL_REGISTERS


__all__ = ["SpecialRegisters", "Triple", "u32"]
