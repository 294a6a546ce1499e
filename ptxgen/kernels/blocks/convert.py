"""Between float types in registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import Type, f32

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value


def convert(k: KernelBuilder, value: Value, type: Type) -> Value:
    """A number of f32, f16 or bf16 in another of these types, rounded to nearest, ties to even, at most once.

    Between f16 and bf16 it goes through f32, which holds both exactly. To bf16 needs sm_80.
    """
    if value.type is type:
        return value
    wide = value if value.type is f32 else k.cvt(f32, value)
    return wide if type is f32 else k.cvt(type, wide)
