"""Generated from the instruction table by `python -m ptxgen.ir.builder.stubs`. Do not edit."""

# fmt: off
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, overload

from ptxgen.ir.builder.code import Code
from ptxgen.ir.builder.pointer import Pointer
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.operands import Label, Register
from ptxgen.isa.types import Type

Built: TypeAlias = Value | tuple[Any, ...] | None
Source: TypeAlias = Value | int | float
Sources: TypeAlias = Sequence[Source]
Into: TypeAlias = Var | Sequence[Var] | None

class Opcodes:
    code: Code
    def __init__(self, code: Code) -> None: ...
    def op(self, name: str, *sources: Any, into: Any = None, result: Type | None = None) -> Any: ...
    def emit(self, name: str, *operands: Any) -> None: ...
    def apply(
        self,
        name: str,
        args: Sequence[Any],
        modifiers: Mapping[str, Any],
        into: Any = None,
        result: Type | None = None,
    ) -> Built: ...
    def value(self, type: Type, register: Register) -> Value: ...
    def check_symbol(self, name: str) -> None: ...
    def _target(self, into: Any, type: Type) -> Register: ...
    @overload
    def abs(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.9: d = |a|."""
    @overload
    def abs(self, type: Type, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    def activemask(self, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.11: d = one bit for each lane of the warp that executes this together."""
    @overload
    def add(self, a: Source, b: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.3: d = a + b; without .rnd the compiler may contract it into an fma."""
    @overload
    def add(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., cc: bool = ...) -> Value: ...
    @overload
    def add_cc(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.2.1: d = a + b; carry = the sum's carry-out."""
    @overload
    def add_cc(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def addc(self, a: Source, b: Source, /, *, into: Into = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.2.2: d = a + b + carry."""
    @overload
    def addc(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., cc: bool = ...) -> Value: ...
    @overload
    def addc_cc(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.2.2: d = a + b + carry; carry = the sum's carry-out."""
    @overload
    def addc_cc(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def alloca(self, size: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.17.3: ptr = where size bytes of local memory begin that last until the function returns."""
    @overload
    def alloca(self, type: Type, size: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def alloca(self, size: Source, immAlign: int, /, *, into: Into = ...) -> Value: ...
    @overload
    def alloca(self, type: Type, size: Source, immAlign: int, /, *, into: Into = ...) -> Value: ...
    @overload
    def and_(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.1: d = a & b."""
    @overload
    def and_(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    def applypriority(self, a: Pointer | Value, size: int, /, *, global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.16: give the 128 bytes at a the normal eviction priority."""
    @overload
    def atom(self, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "exch", "inc", "max", "min", "or", "xor"] | None = ..., exch: bool = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "exch", "inc", "max", "min", "or", "xor"] | None = ..., exch: bool = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "exch", "inc", "max", "min", "or", "xor"] | None = ..., cas: bool = ..., exch: bool = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "exch", "inc", "max", "min", "or", "xor"] | None = ..., cas: bool = ..., exch: bool = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_add(self, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_add(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_add(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_add(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_add_noftz(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which grows by b, in one step for each half."""
    @overload
    def atom_add_noftz(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_add_noftz(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_add_noftz(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_add_v2(self, a: Pointer | Value, b: Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.5: d = the elements at a, each of which grows by that of b in one step of its own."""
    @overload
    def atom_add_v2(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_add_v4(self, a: Pointer | Value, b: Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.5: d = the elements at a, each of which grows by that of b in one step of its own."""
    @overload
    def atom_add_v4(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_and(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_and(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_and(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_and(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_cas(self, a: Pointer | Value, b: Source, c: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes c where it equalled b, in one step."""
    @overload
    def atom_cas(self, type: Type, a: Pointer | Value, b: Source, c: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def atom_dec(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_dec(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_dec(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_dec(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_exch(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_exch(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_exch(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_exch(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_inc(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_inc(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_inc(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_inc(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_max(self, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_max(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_max(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_max(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_min(self, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_min(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_min(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_min(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def atom_or(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_or(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_or(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_or(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_xor(self, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.5: d = memory at a, which becomes op of it and b, in one step."""
    @overload
    def atom_xor(self, type: Type, a: Pointer | Value, b: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_xor(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def atom_xor(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, into: Into = ..., sem: Literal["acq_rel", "acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def bar(self, a: Source, /, *, cta: bool = ..., sync: bool = ..., warp: bool = ...) -> None:
        """PTX 9.0, 9.7.13.1: wait at barrier a until b threads (all of the CTA without b) have arrived; all lanes of a warp together."""
    @overload
    def bar(self, a: Source, b: Source, /, *, into: Into = ..., cta: bool = ..., sync: bool = ..., arrive: bool = ..., red: bool = ..., op: Literal["and", "or"] | None = ..., popc: bool = ...) -> Any: ...
    @overload
    def bar(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., red: bool = ..., op: Literal["and", "or"] | None = ..., popc: bool = ...) -> Value: ...
    def bar_arrive(self, a: Source, b: Source, /, *, cta: bool = ...) -> None:
        """PTX 9.0, 9.7.13.1: count as arrived at barrier a, which b threads complete, and go on."""
    @overload
    def bar_red_and(self, a: Source, c: Source, /, *, into: Into = ..., cta: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.1: wait at barrier a; p = whether c holds on all or any of its threads."""
    @overload
    def bar_red_and(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ...) -> Value: ...
    @overload
    def bar_red_or(self, a: Source, c: Source, /, *, into: Into = ..., cta: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.1: wait at barrier a; p = whether c holds on all or any of its threads."""
    @overload
    def bar_red_or(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ...) -> Value: ...
    @overload
    def bar_red_popc(self, a: Source, c: Source, /, *, into: Into = ..., cta: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.1: wait at barrier a; d = on how many threads c holds."""
    @overload
    def bar_red_popc(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ...) -> Value: ...
    @overload
    def barrier(self, *, cluster: bool = ..., arrive: bool = ..., sem: Literal["relaxed", "release"] | None = ..., aligned: bool = ..., wait: bool = ..., acquire: bool = ...) -> None:
        """PTX 9.0, 9.7.13.1: wait at barrier a until b threads (all of the CTA without b) have arrived."""
    @overload
    def barrier(self, a: Source, /, *, cta: bool = ..., sync: bool = ..., aligned: bool = ...) -> None: ...
    @overload
    def barrier(self, a: Source, b: Source, /, *, into: Into = ..., cta: bool = ..., sync: bool = ..., aligned: bool = ..., arrive: bool = ..., red: bool = ..., op: Literal["and", "or"] | None = ..., popc: bool = ...) -> Any: ...
    @overload
    def barrier(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., red: bool = ..., op: Literal["and", "or"] | None = ..., aligned: bool = ..., popc: bool = ...) -> Value: ...
    def barrier_arrive(self, a: Source, b: Source, /, *, cta: bool = ..., aligned: bool = ...) -> None:
        """PTX 9.0, 9.7.13.1: count as arrived at barrier a, which b threads complete, and go on."""
    def barrier_cluster_arrive(self, *, sem: Literal["relaxed", "release"] | None = ..., aligned: bool = ...) -> None:
        """PTX 9.0, 9.7.13.3: count as arrived at the barrier of the cluster, and go on."""
    def barrier_cluster_wait(self, *, acquire: bool = ..., aligned: bool = ...) -> None:
        """PTX 9.0, 9.7.13.3: wait until all threads of the cluster have arrived."""
    @overload
    def barrier_red_and(self, a: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., aligned: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.1: wait at barrier a; p = whether c holds on all or any of its threads."""
    @overload
    def barrier_red_and(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., aligned: bool = ...) -> Value: ...
    @overload
    def barrier_red_or(self, a: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., aligned: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.1: wait at barrier a; p = whether c holds on all or any of its threads."""
    @overload
    def barrier_red_or(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., aligned: bool = ...) -> Value: ...
    @overload
    def barrier_red_popc(self, a: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., aligned: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.1: wait at barrier a; d = on how many threads c holds."""
    @overload
    def barrier_red_popc(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cta: bool = ..., aligned: bool = ...) -> Value: ...
    @overload
    def barrier_sync(self, a: Source, /, *, cta: bool = ..., aligned: bool = ...) -> None:
        """PTX 9.0, 9.7.13.1: wait at barrier a until b threads (all of the CTA without b) have arrived."""
    @overload
    def barrier_sync(self, a: Source, b: Source, /, *, cta: bool = ..., aligned: bool = ...) -> None: ...
    @overload
    def bfe(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.19: d = the c bits of a from bit b on, zero- or sign-extended."""
    @overload
    def bfe(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def bfi(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.20: f = b with its d bits from bit c on replaced by the low bits of a."""
    @overload
    def bfi(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def bfind(self, a: Source, /, *, into: Into = ..., shiftamt: bool = ...) -> Value:
        """PTX 9.0, 9.7.1.16: d = position of the highest bit that differs from the sign (or from 0), all ones if none; .shiftamt counts from the top."""
    @overload
    def bfind(self, type: Type, a: Source, /, *, into: Into = ..., shiftamt: bool = ...) -> Value: ...
    def bmsk(self, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.1.22: d = a mask of b ones from bit a on."""
    def bmsk_clamp(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.22: d = a mask of b ones from bit a on."""
    def bmsk_wrap(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.22: d = a mask of b ones from bit a on."""
    @overload
    def brev(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.18: d = the bits of a in reverse order."""
    @overload
    def brev(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    def brkpt(self) -> None:
        """PTX 9.0, 9.7.19.1: stop in the debugger."""
    def brx(self, index: Source, tlist: Label, /, *, uni: bool = ...) -> None:
        """PTX 9.0, 9.7.12.4: go to the index-th label of the .branchtargets list tlist."""
    @overload
    def clusterlaunchcontrol(self, try_cancel_response: Source, /, *, into: Into = ..., query_cancel: bool = ..., dimension: Literal["get_first_ctaid::x", "get_first_ctaid::y", "get_first_ctaid::z"] | None = ..., is_canceled: bool = ..., get_first_ctaid: bool = ..., v4: bool = ...) -> Any:
        """PTX 9.0, 9.7.13.18: d = x, y or z of the first CTA of the cluster to take over."""
    @overload
    def clusterlaunchcontrol(self, addr: Pointer | Value, mbar: Pointer | Value, /, *, try_cancel: bool = ..., async_: bool = ..., space: Literal["shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    def clusterlaunchcontrol_query_cancel_get_first_ctaid_v4(self, try_cancel_response: Source, /, *, into: Into = ..., query_cancel: bool = ..., get_first_ctaid: bool = ...) -> Any:
        """PTX 9.0, 9.7.13.18: d = x, y and z of the first CTA of the cluster to take over; the fourth element means nothing."""
    def clusterlaunchcontrol_query_cancel_get_first_ctaid_x(self, try_cancel_response: Source, /, *, into: Into = ..., query_cancel: bool = ..., dimension: Literal["get_first_ctaid::x", "get_first_ctaid::y", "get_first_ctaid::z"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.18: d = x, y or z of the first CTA of the cluster to take over."""
    def clusterlaunchcontrol_query_cancel_get_first_ctaid_y(self, try_cancel_response: Source, /, *, into: Into = ..., query_cancel: bool = ..., dimension: Literal["get_first_ctaid::x", "get_first_ctaid::y", "get_first_ctaid::z"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.18: d = x, y or z of the first CTA of the cluster to take over."""
    def clusterlaunchcontrol_query_cancel_get_first_ctaid_z(self, try_cancel_response: Source, /, *, into: Into = ..., query_cancel: bool = ..., dimension: Literal["get_first_ctaid::x", "get_first_ctaid::y", "get_first_ctaid::z"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.18: d = x, y or z of the first CTA of the cluster to take over."""
    def clusterlaunchcontrol_query_cancel_is_canceled(self, try_cancel_response: Source, /, *, into: Into = ..., query_cancel: bool = ..., is_canceled: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.18: pred = whether there was a cluster to take over."""
    def clusterlaunchcontrol_try_cancel_async_mbarrier_complete_tx_bytes(self, addr: Pointer | Value, mbar: Pointer | Value, /, *, try_cancel: bool = ..., space: Literal["shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.17: ask to take over the work of a cluster that has not started; the answer is written to addr, which mbar counts."""
    @overload
    def clz(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.15: d = how many zero bits stand above the highest set bit of a; the width for a = 0."""
    @overload
    def clz(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cnot(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.5: d = 1 if a is 0, else 0."""
    @overload
    def cnot(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def copysign(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.2: d = |b| with the sign of a."""
    @overload
    def copysign(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    def cos(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.19: d = cos a, absolute error at most 2^-20.5 in [-2 pi, 2 pi]."""
    @overload
    def cp(self, *, commit_group: bool = ..., wait_all: bool = ..., bulk: bool = ...) -> None:
        """PTX 9.0, 9.7.9.25.3.2: make a group of this thread's cp.async that belong to none yet."""
    @overload
    def cp(self, N: Pointer | Value | int | tuple[Any, ...], /, *, wait_group: bool = ..., mbarrier: bool = ..., arrive: bool = ..., noinc: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., bulk: bool = ..., read: bool = ..., prefetch: bool = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., L2: bool = ..., global_: bool = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, srcMem: Pointer | Value | tuple[Any, ...], size: Pointer | Value | Source | Sources, /, *, bulk: bool = ..., prefetch: bool = ..., L2: bool = ..., global_: bool = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "im2col_no_offs", "tile", "tile::gather4", "tile::scatter4"] | None = ..., bulk_group: bool = ..., reduce: bool = ..., redOp: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, dst: Pointer | Value | tuple[Any, ...], src: Pointer | Value | Source | Sources | tuple[Any, ...], cp_size: Pointer | Value | Source | int, /, *, ca: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., global_: bool = ..., cg: bool = ..., bulk: bool = ..., bulk_group: bool = ..., cp_mask: bool = ..., prefetch: bool = ..., L2: bool = ..., reduce: bool = ..., redOp: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "im2col_no_offs", "tile", "tile::gather4", "tile::scatter4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., add: bool = ..., noftz: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, type: Type, dst: Pointer | Value | tuple[Any, ...], src: Pointer | Value | Source | Sources | tuple[Any, ...], cp_size: Pointer | Value | Source | int, /, *, ca: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., global_: bool = ..., cg: bool = ..., bulk: bool = ..., bulk_group: bool = ..., cp_mask: bool = ..., prefetch: bool = ..., L2: bool = ..., reduce: bool = ..., redOp: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "im2col_no_offs", "tile", "tile::gather4", "tile::scatter4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., add: bool = ..., noftz: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, dst: Pointer | Value, src: Pointer | Value | tuple[Any, ...], cp_size: Pointer | Value | Source | int, src_size: Pointer | Value | Source | Sources, /, *, ca: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., global_: bool = ..., cg: bool = ..., bulk: bool = ..., multicast: Literal["multicast::cluster"] | None = ..., bulk_group: bool = ..., cp_mask: bool = ..., reduce: bool = ..., redOp: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., add: bool = ..., noftz: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, type: Type, dst: Pointer | Value, src: Pointer | Value | tuple[Any, ...], cp_size: Pointer | Value | Source | int, src_size: Pointer | Value | Source | Sources, /, *, ca: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., global_: bool = ..., cg: bool = ..., bulk: bool = ..., multicast: Literal["multicast::cluster"] | None = ..., bulk_group: bool = ..., cp_mask: bool = ..., reduce: bool = ..., redOp: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., add: bool = ..., noftz: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, dst: Pointer | Value, src: Pointer | Value | tuple[Any, ...], cp_size: Pointer | Value | Source | int, src_size: Pointer | Value | Source | Sources, cache_policy: Source, /, *, ca: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., global_: bool = ..., cg: bool = ..., bulk: bool = ..., multicast: Literal["multicast::cluster"] | None = ..., bulk_group: bool = ..., cp_mask: bool = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp(self, dstMem: Pointer | Value, srcMem: Pointer | Value | tuple[Any, ...], size: Pointer | Value | Source, mbar: Pointer | Value | Sources, ctaMask: Source, cache_policy: Source, /, *, bulk: bool = ..., global_: bool = ..., multicast: Literal["multicast::cluster"] | None = ..., tensor: bool = ..., dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    def cp_bulk_commit_group(self, *, commit_group: bool = ...) -> None:
        """PTX 9.0, 9.7.9.25.6.1: make a bulk group of this thread's bulk copies that belong to none yet."""
    @overload
    def cp_bulk_global_shared_cta_bulk_group(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., cp_mask: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.1: start a copy of size bytes (of each 16, those in byteMask) to global memory, as part of a bulk group."""
    @overload
    def cp_bulk_global_shared_cta_bulk_group(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., cp_mask: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_global_shared_cta_bulk_group(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, byteMask: Source, /, *, bulk_group: bool = ..., cp_mask: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_prefetch_L2_global(self, srcMem: Pointer | Value, size: Source, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.3: start bringing size bytes into the L2 cache."""
    @overload
    def cp_bulk_prefetch_L2_global(self, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_prefetch_tensor_L2_global(self, tensorMap: tuple[Any, ...], /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.4: start bringing a box into the L2 cache."""
    @overload
    def cp_bulk_prefetch_tensor_L2_global(self, tensorMap: tuple[Any, ...], im2colInfo: Sources, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_prefetch_tensor_L2_global(self, tensorMap: tuple[Any, ...], im2colInfo: Sources, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, *, multicast: Literal["multicast::cluster"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.1: start a copy of size bytes to shared memory of the cluster (of each CTA in ctaMask), which mbar counts."""
    @overload
    def cp_bulk_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, ctaMask: Source, /, *, multicast: Literal["multicast::cluster"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, ctaMask: Source, cache_policy: Source, /, *, multicast: Literal["multicast::cluster"] | None = ..., **modifiers: Any) -> None: ...
    def cp_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.1: start a copy of size bytes to shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_bulk_shared_cta_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.1: start a copy of size bytes to this CTA's shared memory, which mbar counts."""
    @overload
    def cp_bulk_shared_cta_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, cache_policy: Source, /, **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_tensor_global_shared_cta_bulk_group(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile", "tile::scatter4"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.2: start a copy of a box to global memory, as part of a bulk group; what lies outside the tensor is left out."""
    @overload
    def cp_bulk_tensor_global_shared_cta_bulk_group(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile", "tile::scatter4"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_tensor_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.2: start a copy of a box to shared memory of the cluster (of each CTA in ctaMask), which mbar counts."""
    @overload
    def cp_bulk_tensor_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, im2colInfo: Sources, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_tensor_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, im2colInfo: Sources, ctaMask: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_tensor_shared_cluster_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, im2colInfo: Sources, ctaMask: Source, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_tensor_shared_cta_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.2: start a copy of a box to this CTA's shared memory, which mbar counts; what lies outside the tensor is filled."""
    @overload
    def cp_bulk_tensor_shared_cta_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, im2colInfo: Sources, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_bulk_tensor_shared_cta_global_mbarrier_complete_tx_bytes(self, dstMem: Pointer | Value, tensorMap: tuple[Any, ...], mbar: Pointer | Value, im2colInfo: Sources, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col", "im2col::w", "im2col::w::128", "tile", "tile::gather4"] | None = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., **modifiers: Any) -> None: ...
    def cp_bulk_wait_group(self, N: int, /, *, wait_group: bool = ..., read: bool = ...) -> None:
        """PTX 9.0, 9.7.9.25.6.2: wait until at most the N newest bulk groups are unfinished (with .read: still read their source)."""
    @overload
    def cp_ca_shared(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, /, *, global_: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.3.1: start a copy of cp-size bytes to shared memory, of which those after src-size are zero."""
    @overload
    def cp_ca_shared(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_ca_shared(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, cache_policy: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_ca_shared_cta(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, /, *, global_: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.3.1: start a copy of cp-size bytes to shared memory, of which those after src-size are zero."""
    @overload
    def cp_ca_shared_cta(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_ca_shared_cta(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, cache_policy: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_cg_shared(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, /, *, global_: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.3.1: start a copy of 16 bytes to shared memory past the L1 cache; those after src-size are zero."""
    @overload
    def cp_cg_shared(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_cg_shared(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, cache_policy: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_cg_shared_cta(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, /, *, global_: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.3.1: start a copy of 16 bytes to shared memory past the L1 cache; those after src-size are zero."""
    @overload
    def cp_cg_shared_cta(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_cg_shared_cta(self, dst: Pointer | Value, src: Pointer | Value, cp_size: int, src_size: Source, cache_policy: Source, /, *, global_: bool = ..., **modifiers: Any) -> None: ...
    def cp_commit_group(self, *, commit_group: bool = ...) -> None:
        """PTX 9.0, 9.7.9.25.3.2: make a group of this thread's cp.async that belong to none yet."""
    def cp_mbarrier_arrive(self, addr: Pointer | Value, /, *, noinc: bool = ..., space: Literal["shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.15.15: arrive at the mbarrier when this thread's cp.async have finished, as one arrival more without .noinc."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add_noftz(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start adding size bytes of halves to global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add_noftz(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add_noftz(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_add_noftz(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_and(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_and(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_and(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_and(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_dec(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_dec(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_dec(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_dec(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_inc(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_inc(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_inc(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_inc(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_max(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_max(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_max(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_max(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_min(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_min(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_min(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_min(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_or(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_or(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_or(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_or(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_xor(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_xor(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_xor(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_global_shared_cta_bulk_group_xor(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, cache_policy: Source, /, *, bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_add(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_add(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_and(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_and(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_dec(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_dec(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_inc(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_inc(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_max(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_max(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_min(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_min(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_or(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_or(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_xor(self, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.4.2: start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def cp_reduce_bulk_shared_cluster_shared_cta_mbarrier_complete_tx_bytes_xor(self, type: Type, dstMem: Pointer | Value, srcMem: Pointer | Value, size: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_add(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_add(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_and(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_and(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_dec(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_dec(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_inc(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_inc(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_max(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_max(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_min(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_min(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_or(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_or(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_xor(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.25.5.3: start combining a box into the tensor in global memory, as part of a bulk group."""
    @overload
    def cp_reduce_bulk_tensor_global_shared_cta_xor(self, tensorMap: tuple[Any, ...], srcMem: Pointer | Value, cache_policy: Source, /, *, dim: Literal["1d", "2d", "3d", "4d", "5d"] | None = ..., load_mode: Literal["im2col_no_offs", "tile"] | None = ..., bulk_group: bool = ..., **modifiers: Any) -> None: ...
    def cp_wait_all(self, *, wait_all: bool = ...) -> None:
        """PTX 9.0, 9.7.9.25.3.3: wait until all cp.async of this thread have finished."""
    def cp_wait_group(self, N: int, /, *, wait_group: bool = ...) -> None:
        """PTX 9.0, 9.7.9.25.3.3: wait until at most the N newest groups of this thread are unfinished."""
    @overload
    def createpolicy(self, *, into: Into = ..., fractional: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for the first bytes from a on, secondary for the rest of the window."""
    @overload
    def createpolicy(self, fraction: Source, /, *, into: Into = ..., fractional: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ..., cvt: bool = ..., L2: bool = ...) -> Value: ...
    @overload
    def createpolicy(self, a: Pointer | Value, primary_size: Source, total_size: Source, /, *, into: Into = ..., range: bool = ..., global_: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value: ...
    def createpolicy_cvt_L2(self, access_property: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = the access property of CUDA's API."""
    @overload
    def createpolicy_fractional_L2_evict_first(self, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for a fraction of the accesses, secondary for the rest."""
    @overload
    def createpolicy_fractional_L2_evict_first(self, fraction: Source, /, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value: ...
    @overload
    def createpolicy_fractional_L2_evict_last(self, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for a fraction of the accesses, secondary for the rest."""
    @overload
    def createpolicy_fractional_L2_evict_last(self, fraction: Source, /, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value: ...
    @overload
    def createpolicy_fractional_L2_evict_normal(self, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for a fraction of the accesses, secondary for the rest."""
    @overload
    def createpolicy_fractional_L2_evict_normal(self, fraction: Source, /, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value: ...
    @overload
    def createpolicy_fractional_L2_evict_unchanged(self, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for a fraction of the accesses, secondary for the rest."""
    @overload
    def createpolicy_fractional_L2_evict_unchanged(self, fraction: Source, /, *, into: Into = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value: ...
    def createpolicy_range_L2_evict_first(self, a: Pointer | Value, primary_size: Source, total_size: Source, /, *, into: Into = ..., global_: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for the first bytes from a on, secondary for the rest of the window."""
    def createpolicy_range_L2_evict_last(self, a: Pointer | Value, primary_size: Source, total_size: Source, /, *, into: Into = ..., global_: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for the first bytes from a on, secondary for the rest of the window."""
    def createpolicy_range_L2_evict_normal(self, a: Pointer | Value, primary_size: Source, total_size: Source, /, *, into: Into = ..., global_: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for the first bytes from a on, secondary for the rest of the window."""
    def createpolicy_range_L2_evict_unchanged(self, a: Pointer | Value, primary_size: Source, total_size: Source, /, *, into: Into = ..., global_: bool = ..., primary: Literal["L2::evict_first", "L2::evict_last", "L2::evict_normal", "L2::evict_unchanged"] | None = ..., secondary: Literal["L2::evict_first", "L2::evict_unchanged"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.18: cache-policy = primary priority for the first bytes from a on, secondary for the rest of the window."""
    @overload
    def cvt_pack_sat(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = a in the upper and b in the lower half, each clamped to the range."""
    @overload
    def cvt_pack_sat(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    def cvt_pack_sat_s2(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = c shifted up to make room for a and b, each clamped to the range."""
    def cvt_pack_sat_s4(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = c shifted up to make room for a and b, each clamped to the range."""
    def cvt_pack_sat_s8(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = c shifted up to make room for a and b, each clamped to the range."""
    def cvt_pack_sat_u2(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = c shifted up to make room for a and b, each clamped to the range."""
    def cvt_pack_sat_u4(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = c shifted up to make room for a and b, each clamped to the range."""
    def cvt_pack_sat_u8(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.22: d = c shifted up to make room for a and b, each clamped to the range."""
    @overload
    def cvt_rm(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the integer a, rounded; .sat clamps to [0, 1]."""
    @overload
    def cvt_rm(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value: ...
    @overload
    def cvt_rmi(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a rounded to an integer and clamped to the range of d; NaN gives 0."""
    @overload
    def cvt_rmi(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value: ...
    @overload
    def cvt_rn(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ..., relu: bool = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the integer a, rounded; .sat clamps to [0, 1]."""
    @overload
    def cvt_rn(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ..., relu: bool = ..., satfinite: bool = ...) -> Value: ...
    @overload
    def cvt_rn(self, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ..., satfinite: bool = ...) -> Value: ...
    @overload
    def cvt_rn(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ..., satfinite: bool = ...) -> Value: ...
    def cvt_rn_e2m1x2(self, a: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the two four-bit numbers of a, exactly."""
    def cvt_rn_e2m3x2(self, a: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the two six-bit numbers of a, exactly."""
    def cvt_rn_e3m2x2(self, a: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the two six-bit numbers of a, exactly."""
    @overload
    def cvt_rn_satfinite(self, a: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a in the upper and b in the lower byte, each rounded and clamped to the largest number."""
    @overload
    def cvt_rn_satfinite(self, type: Type, a: Source, /, *, into: Into = ..., relu: bool = ...) -> Value: ...
    @overload
    def cvt_rn_satfinite(self, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ...) -> Value: ...
    @overload
    def cvt_rn_satfinite(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ...) -> Value: ...
    def cvt_rn_satfinite_e2m1x2(self, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a in the upper and b in the lower four bits, each rounded and clamped."""
    def cvt_rn_satfinite_e2m3x2(self, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a in the upper and b in the lower byte, each rounded to six bits and clamped."""
    def cvt_rn_satfinite_e3m2x2(self, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a in the upper and b in the lower byte, each rounded to six bits and clamped."""
    def cvt_rn_ue8m0x2(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the two powers of two of a, exactly."""
    def cvt_rna(self, a: Source, /, *, into: Into = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a with 10 fraction bits, ties away from zero."""
    @overload
    def cvt_rni(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a rounded to an integer and clamped to the range of d; NaN gives 0."""
    @overload
    def cvt_rni(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value: ...
    @overload
    def cvt_rp(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the integer a, rounded; .sat clamps to [0, 1]."""
    @overload
    def cvt_rp(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value: ...
    @overload
    def cvt_rp(self, a: Source, b: Source, /, *, into: Into = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value: ...
    @overload
    def cvt_rpi(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a rounded to an integer and clamped to the range of d; NaN gives 0."""
    @overload
    def cvt_rpi(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value: ...
    @overload
    def cvt_rs(self, a: Source, b: Source, rbits: Source, /, *, into: Into = ..., relu: bool = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a in the upper and b in the lower half, each rounded away from 0 if the bits cut off and rbits' carry."""
    @overload
    def cvt_rs(self, type: Type, a: Source, b: Source, rbits: Source, /, *, into: Into = ..., relu: bool = ..., satfinite: bool = ...) -> Value: ...
    def cvt_rs_satfinite_e2m1x4(self, a: Sources, rbits: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a, b, e and f from the highest four bits down, each rounded away from 0 if the bits cut off and rbits' carry."""
    def cvt_rs_satfinite_e2m3x4(self, a: Sources, rbits: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a, b, e and f from the highest byte down, each rounded away from 0 if the bits cut off and rbits' carry."""
    def cvt_rs_satfinite_e3m2x4(self, a: Sources, rbits: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a, b, e and f from the highest byte down, each rounded away from 0 if the bits cut off and rbits' carry."""
    def cvt_rs_satfinite_e4m3x4(self, a: Sources, rbits: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a, b, e and f from the highest byte down, each rounded away from 0 if the bits cut off and rbits' carry."""
    def cvt_rs_satfinite_e5m2x4(self, a: Sources, rbits: Source, /, *, into: Into = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a, b, e and f from the highest byte down, each rounded away from 0 if the bits cut off and rbits' carry."""
    @overload
    def cvt_rz(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ..., relu: bool = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = the integer a, rounded; .sat clamps to [0, 1]."""
    @overload
    def cvt_rz(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ..., relu: bool = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value: ...
    @overload
    def cvt_rz(self, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value: ...
    @overload
    def cvt_rz(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., relu: bool = ..., satfinite: bool = ..., ue8m0x2: bool = ...) -> Value: ...
    @overload
    def cvt_rzi(self, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.21: d = a rounded to an integer and clamped to the range of d; NaN gives 0."""
    @overload
    def cvt_rzi(self, type: Type, type1: Type, a: Source, /, *, into: Into = ..., ftz: bool = ..., sat: bool = ...) -> Value: ...
    @overload
    def cvta(self, a: Source, /, *, into: Into = ..., space: Literal["const", "global", "local", "param", "param::entry", "shared", "shared::cluster", "shared::cta"] | None = ..., to: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta(self, type: Type, a: Source, /, *, into: Into = ..., space: Literal["const", "global", "local", "param", "param::entry", "shared", "shared::cluster", "shared::cta"] | None = ..., to: bool = ...) -> Value: ...
    @overload
    def cvta_const(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_const(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_global(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_global(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_local(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_local(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_param(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_param(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_param_entry(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_param_entry(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_shared(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_shared(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_shared_cluster(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_shared_cluster(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_shared_cta(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the generic address of the address a in this space."""
    @overload
    def cvta_shared_cta(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_const(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_const(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_global(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_global(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_local(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_local(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_param(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_param(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_param_entry(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_param_entry(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_shared(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_shared(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_shared_cluster(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_shared_cluster(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def cvta_to_shared_cta(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.20: p = the address in this space of the generic address a."""
    @overload
    def cvta_to_shared_cta(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    def discard(self, a: Pointer | Value, size: int, /, *, global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.17: the 128 bytes at a become undefined, and are not written back."""
    @overload
    def div(self, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["approx", "full"] | None = ..., ftz: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ...) -> Value:
        """PTX 9.0, 9.7.3.8: d = a / b within 2 ulp; .approx gives 0 for |b| in (2^126, 2^128), .full scales and covers all b."""
    @overload
    def div(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["approx", "full"] | None = ..., ftz: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ...) -> Value: ...
    def div_approx(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.8: d = a / b within 2 ulp; .approx gives 0 for |b| in (2^126, 2^128), .full scales and covers all b."""
    def div_full(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.8: d = a / b within 2 ulp; .approx gives 0 for |b| in (2^126, 2^128), .full scales and covers all b."""
    @overload
    def dp2a(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ...) -> Value:
        """PTX 9.0, 9.7.1.24: d = c + the dot product of the two halves of a and the low or high two bytes of b."""
    @overload
    def dp2a(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ...) -> Value: ...
    @overload
    def dp2a_hi(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.24: d = c + the dot product of the two halves of a and the low or high two bytes of b."""
    @overload
    def dp2a_hi(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def dp2a_lo(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.24: d = c + the dot product of the two halves of a and the low or high two bytes of b."""
    @overload
    def dp2a_lo(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def dp4a(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.23: d = c + the dot product of the four bytes of a and of b."""
    @overload
    def dp4a(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    def elect(self, membermask: Source, /, *, into: Into = ...) -> tuple[Value, Value]:
        """PTX 9.0, 9.7.13.14: d = the lane that is elected among membermask; p = whether it is this one."""
    @overload
    def ex2(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.21: d = 2^a within 2 ulp."""
    @overload
    def ex2(self, type: Type, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def ex2_ftz(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.4.10: d = 2^a, for each half; relative error at most 2^-7."""
    @overload
    def ex2_ftz(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def exp2(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.21: d = 2^a within 2 ulp."""
    @overload
    def exp2(self, type: Type, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def exp2_ftz(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.4.10: d = 2^a, for each half; relative error at most 2^-7."""
    @overload
    def exp2_ftz(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def fence(self, *, sem: Literal["acq_rel", "acquire", "release", "sc"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., restrict: Literal["sync_restrict::shared::cluster", "sync_restrict::shared::cta"] | None = ..., cluster: bool = ..., proxy: bool = ..., proxykind: Literal["alias", "async", "async.global", "async.shared::cluster", "async.shared::cta"] | None = ..., release: bool = ..., mbarrier_init: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, at this scope (.acq_rel without .sem)."""
    @overload
    def fence(self, addr: Pointer | Value, size: int, /, *, proxy: bool = ..., acquire: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., **modifiers: Any) -> None: ...
    def fence_acquire(self, *, restrict: Literal["sync_restrict::shared::cluster", "sync_restrict::shared::cta"] | None = ..., cluster: bool = ...) -> None:
        """PTX 9.0, 9.7.13.4: a fence that orders only accesses to shared memory."""
    def fence_cluster(self, *, sem: Literal["acq_rel", "acquire", "release", "sc"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, at this scope (.acq_rel without .sem)."""
    def fence_cta(self, *, sem: Literal["acq_rel", "acquire", "release", "sc"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, at this scope (.acq_rel without .sem)."""
    def fence_gpu(self, *, sem: Literal["acq_rel", "acquire", "release", "sc"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, at this scope (.acq_rel without .sem)."""
    def fence_mbarrier_init_release_cluster(self, *, mbarrier_init: bool = ...) -> None:
        """PTX 9.0, 9.7.13.4: make earlier mbarrier.init visible to the cluster."""
    def fence_proxy_alias(self) -> None:
        """PTX 9.0, 9.7.13.4: order accesses through the generic proxy and another one."""
    def fence_proxy_async(self) -> None:
        """PTX 9.0, 9.7.13.4: order accesses through the generic proxy and another one."""
    def fence_proxy_async_generic_acquire(self, *, restrict: Literal["sync_restrict::shared::cluster", "sync_restrict::shared::cta"] | None = ..., cluster: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: order accesses to shared memory through the generic proxy and asynchronous ones, in one direction."""
    def fence_proxy_async_generic_release(self, *, restrict: Literal["sync_restrict::shared::cluster", "sync_restrict::shared::cta"] | None = ..., cluster: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: order accesses to shared memory through the generic proxy and asynchronous ones, in one direction."""
    def fence_proxy_async_global(self) -> None:
        """PTX 9.0, 9.7.13.4: order accesses through the generic proxy and another one."""
    def fence_proxy_async_shared_cluster(self) -> None:
        """PTX 9.0, 9.7.13.4: order accesses through the generic proxy and another one."""
    def fence_proxy_async_shared_cta(self) -> None:
        """PTX 9.0, 9.7.13.4: order accesses through the generic proxy and another one."""
    def fence_proxy_tensormap_generic_acquire_cluster(self, addr: Pointer | Value, size: int, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: later copies that read the tensor map at addr see what was released at this scope."""
    def fence_proxy_tensormap_generic_acquire_cta(self, addr: Pointer | Value, size: int, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: later copies that read the tensor map at addr see what was released at this scope."""
    def fence_proxy_tensormap_generic_acquire_gpu(self, addr: Pointer | Value, size: int, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: later copies that read the tensor map at addr see what was released at this scope."""
    def fence_proxy_tensormap_generic_acquire_sys(self, addr: Pointer | Value, size: int, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: later copies that read the tensor map at addr see what was released at this scope."""
    def fence_proxy_tensormap_generic_release_cluster(self, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: earlier writes of tensor maps happen before what acquires them at this scope."""
    def fence_proxy_tensormap_generic_release_cta(self, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: earlier writes of tensor maps happen before what acquires them at this scope."""
    def fence_proxy_tensormap_generic_release_gpu(self, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: earlier writes of tensor maps happen before what acquires them at this scope."""
    def fence_proxy_tensormap_generic_release_sys(self, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.4: earlier writes of tensor maps happen before what acquires them at this scope."""
    def fence_release(self, *, restrict: Literal["sync_restrict::shared::cluster", "sync_restrict::shared::cta"] | None = ..., cluster: bool = ...) -> None:
        """PTX 9.0, 9.7.13.4: a fence that orders only accesses to shared memory."""
    def fence_sys(self, *, sem: Literal["acq_rel", "acquire", "release", "sc"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, at this scope (.acq_rel without .sem)."""
    @overload
    def fma(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., relu: bool = ..., oob: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.6: d = a * b + c, rounded once."""
    @overload
    def fma(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., relu: bool = ..., oob: bool = ...) -> Value: ...
    @overload
    def fma_oob(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rn"] | None = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.4.4: d = a * b + c, or 0 where a factor is the out-of-bounds NaN."""
    @overload
    def fma_oob(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rn"] | None = ..., relu: bool = ...) -> Value: ...
    @overload
    def fma_relu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rn"] | None = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.4.4: d = a * b + c, rounded once, negative results made 0, for each half."""
    @overload
    def fma_relu(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rn"] | None = ..., ftz: bool = ...) -> Value: ...
    def fns(self, mask: Source, base: Source, offset: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.17: d = position of the offset-th set bit of mask, counted up or down from base; all ones if none."""
    @overload
    def getctarank(self, a: Source, /, *, into: Into = ..., space: Literal["shared::cluster"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.24: d = the rank in the cluster of the CTA whose shared memory a lies in."""
    @overload
    def getctarank(self, type: Type, a: Source, /, *, into: Into = ..., space: Literal["shared::cluster"] | None = ...) -> Value: ...
    def griddepcontrol(self, *, action: Literal["launch_dependents", "wait"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.13: let dependent grids start, or wait until the grids this one depends on have finished."""
    def griddepcontrol_launch_dependents(self, *, action: Literal["launch_dependents", "wait"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.13: let dependent grids start, or wait until the grids this one depends on have finished."""
    def griddepcontrol_wait(self) -> None:
        """PTX 9.0, 9.7.13.13: let dependent grids start, or wait until the grids this one depends on have finished."""
    def isspacep(self, a: Source, /, *, into: Into = ..., space: Literal["const", "global", "local", "param", "param::entry", "shared", "shared::cluster", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_const(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_global(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_local(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_param(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_param_entry(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_shared(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_shared_cluster(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def isspacep_shared_cta(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.19: p = whether the generic address a lies in this space."""
    def istypep(self, a: Source, /, *, into: Into = ..., kind: Literal["samplerref", "surfref", "texref"] | None = ...) -> Value:
        """PTX 9.0, 9.7.10.6: p = whether a is a texture, a sampler or a surface."""
    @overload
    def ld(self, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "param::entry", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["ca", "cg", "cs", "cv", "lu"] | None = ..., volatile: bool = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., acquire: bool = ..., global_: bool = ..., nc: bool = ..., mmio: bool = ..., sys: bool = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a."""
    @overload
    def ld(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "param::entry", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["ca", "cg", "cs", "cv", "lu"] | None = ..., volatile: bool = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., acquire: bool = ..., global_: bool = ..., nc: bool = ..., mmio: bool = ..., sys: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "param::entry", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["ca", "cg", "cs", "cv", "lu"] | None = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., acquire: bool = ..., global_: bool = ..., nc: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "param::entry", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["ca", "cg", "cs", "cv", "lu"] | None = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., acquire: bool = ..., global_: bool = ..., nc: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_cluster(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a; later accesses of this thread stay after it, at this scope."""
    @overload
    def ld_acquire_cluster(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_cluster(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_cluster(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_cta(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a; later accesses of this thread stay after it, at this scope."""
    @overload
    def ld_acquire_cta(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_cta(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_cta(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_gpu(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a; later accesses of this thread stay after it, at this scope."""
    @overload
    def ld_acquire_gpu(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_gpu(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_gpu(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_sys(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a; later accesses of this thread stay after it, at this scope."""
    @overload
    def ld_acquire_sys(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_sys(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_acquire_sys(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_ca(self, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, with a cache operator."""
    @overload
    def ld_ca(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_ca(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_ca(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cg(self, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, with a cache operator."""
    @overload
    def ld_cg(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cg(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cg(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cs(self, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, with a cache operator."""
    @overload
    def ld_cs(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cs(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cs(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cv(self, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, with a cache operator."""
    @overload
    def ld_cv(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cv(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_cv(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_global_nc(self, a: Pointer | Value, /, *, into: Into = ..., cop: Literal["ca", "cg", "cs"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.9: d = global memory at a, through the non-coherent path: nobody may write it during the kernel."""
    @overload
    def ld_global_nc(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., cop: Literal["ca", "cg", "cs"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_global_nc(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., cop: Literal["ca", "cg", "cs"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_global_nc(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., cop: Literal["ca", "cg", "cs"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_lu(self, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, with a cache operator."""
    @overload
    def ld_lu(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_lu(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_lu(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., weak: bool = ..., ss: Literal["const", "global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_mmio_relaxed_sys(self, a: Pointer | Value, /, *, into: Into = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.8: d = memory-mapped register at a, read exactly once."""
    @overload
    def ld_mmio_relaxed_sys(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., global_: bool = ...) -> Value: ...
    @overload
    def ld_relaxed_cluster(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, as a strong load at this scope."""
    @overload
    def ld_relaxed_cluster(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_cluster(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_cluster(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_cta(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, as a strong load at this scope."""
    @overload
    def ld_relaxed_cta(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_cta(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_cta(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_gpu(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, as a strong load at this scope."""
    @overload
    def ld_relaxed_gpu(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_gpu(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_gpu(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_sys(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a, as a strong load at this scope."""
    @overload
    def ld_relaxed_sys(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_sys(self, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_relaxed_sys(self, type: Type, a: Pointer | Value, cache_policy: Source, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    @overload
    def ld_volatile(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.9.8: d = memory at a; never removed, merged or reordered with other volatile accesses."""
    @overload
    def ld_volatile(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Any: ...
    def ldmatrix(self, p: Pointer | Value, /, *, into: Into = ..., m8n8: bool = ..., num: Literal["x1", "x2", "x4"] | None = ..., trans: bool = ..., ss: Literal["shared", "shared::cta"] | None = ..., m16n16: bool = ..., m8n16: bool = ..., b8x16: bool = ..., src_fmt: Literal["b4x16_p64", "b6x16_p32"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1, 2 or 4 matrices of 8 x 8 halves, whose rows the lanes' p point to, spread over the warp."""
    def ldmatrix_m16n16_trans(self, p: Pointer | Value, /, *, into: Into = ..., num: Literal["x1", "x2"] | None = ..., ss: Literal["shared", "shared::cta"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1 or 2 transposed matrices of 16 x 16 bytes, spread over the warp."""
    def ldmatrix_m16n16_trans_b8x16_b4x16_p64(self, p: Pointer | Value, /, *, into: Into = ..., num: Literal["x1", "x2"] | None = ..., ss: Literal["shared", "shared::cta"] | None = ..., src_fmt: Literal["b4x16_p64", "b6x16_p32"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1 or 2 transposed matrices of 16 x 16 elements of 4 or 6 bits, as bytes, spread over the warp."""
    def ldmatrix_m16n16_trans_b8x16_b6x16_p32(self, p: Pointer | Value, /, *, into: Into = ..., num: Literal["x1", "x2"] | None = ..., ss: Literal["shared", "shared::cta"] | None = ..., src_fmt: Literal["b4x16_p64", "b6x16_p32"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1 or 2 transposed matrices of 16 x 16 elements of 4 or 6 bits, as bytes, spread over the warp."""
    def ldmatrix_m8n16_b8x16_b4x16_p64(self, p: Pointer | Value, /, *, into: Into = ..., num: Literal["x1", "x2", "x4"] | None = ..., ss: Literal["shared", "shared::cta"] | None = ..., src_fmt: Literal["b4x16_p64", "b6x16_p32"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1, 2 or 4 matrices of 8 x 16 elements of 4 or 6 bits, as bytes, spread over the warp."""
    def ldmatrix_m8n16_b8x16_b6x16_p32(self, p: Pointer | Value, /, *, into: Into = ..., num: Literal["x1", "x2", "x4"] | None = ..., ss: Literal["shared", "shared::cta"] | None = ..., src_fmt: Literal["b4x16_p64", "b6x16_p32"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1, 2 or 4 matrices of 8 x 16 elements of 4 or 6 bits, as bytes, spread over the warp."""
    def ldmatrix_m8n8(self, p: Pointer | Value, /, *, into: Into = ..., num: Literal["x1", "x2", "x4"] | None = ..., trans: bool = ..., ss: Literal["shared", "shared::cta"] | None = ...) -> Any:
        """PTX 9.0, 9.7.14.5.15: r = 1, 2 or 4 matrices of 8 x 8 halves, whose rows the lanes' p point to, spread over the warp."""
    @overload
    def ldu(self, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any:
        """PTX 9.0, 9.7.9.10: d = global memory at a, which is read-only and the same address in all lanes."""
    @overload
    def ldu(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ss: Literal["global"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any: ...
    def lg2(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.20: d = log2 a, absolute error at most 2^-22 in (0.5, 2), relative elsewhere."""
    def log2(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.20: d = log2 a, absolute error at most 2^-22 in (0.5, 2), relative elsewhere."""
    @overload
    def lop3(self, a: Source, b: Source, c: Source, immLut: int, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.6: d = any bitwise function of a, b, c; immLut is its value at a=0xF0, b=0xCC, c=0xAA."""
    @overload
    def lop3(self, a: Source, b: Source, c: Source, immLut: int, q: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or"] | None = ...) -> tuple[Value, Value]: ...
    def lop3_and(self, a: Source, b: Source, c: Source, immLut: int, q: Source, /, *, into: Into = ...) -> tuple[Value, Value]:
        """PTX 9.0, 9.7.8.6: d as without BoolOp; p = (d != 0) BoolOp q."""
    def lop3_or(self, a: Source, b: Source, c: Source, immLut: int, q: Source, /, *, into: Into = ...) -> tuple[Value, Value]:
        """PTX 9.0, 9.7.8.6: d as without BoolOp; p = (d != 0) BoolOp q."""
    @overload
    def mad(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., mode: Literal["hi", "lo"] | None = ..., cc: bool = ..., wide: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.7: d = a * b + c, rounded once: the same as fma."""
    @overload
    def mad(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., mode: Literal["hi", "lo"] | None = ..., cc: bool = ..., wide: bool = ...) -> Value: ...
    @overload
    def mad24(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.1.6: d = mul24(a, b) + c; .sat clamps the signed sum."""
    @overload
    def mad24(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ..., sat: bool = ...) -> Value: ...
    @overload
    def mad24_hi(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.1.6: d = mul24(a, b) + c; .sat clamps the signed sum."""
    @overload
    def mad24_hi(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def mad24_lo(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.1.6: d = mul24(a, b) + c; .sat clamps the signed sum."""
    @overload
    def mad24_lo(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def mad_hi(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.1.4: d = the low or high half of a * b, plus c; .sat clamps the signed sum."""
    @overload
    def mad_hi(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., cc: bool = ...) -> Value: ...
    @overload
    def mad_lo(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.1.4: d = the low or high half of a * b, plus c; .sat clamps the signed sum."""
    @overload
    def mad_lo(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., cc: bool = ...) -> Value: ...
    @overload
    def mad_wide(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.4: d = a * b + c in twice the width of a and b."""
    @overload
    def mad_wide(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def madc(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.2.6: d = the low or high half of a * b, plus c, plus carry."""
    @overload
    def madc(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ..., cc: bool = ...) -> Value: ...
    @overload
    def madc_hi(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.2.6: d = the low or high half of a * b, plus c, plus carry."""
    @overload
    def madc_hi(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., cc: bool = ...) -> Value: ...
    @overload
    def madc_lo(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.2.6: d = the low or high half of a * b, plus c, plus carry."""
    @overload
    def madc_lo(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., cc: bool = ...) -> Value: ...
    @overload
    def mapa(self, a: Source, b: Source, /, *, into: Into = ..., space: Literal["shared::cluster"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.23: d = the address in CTA b of the cluster that corresponds to the shared address a."""
    @overload
    def mapa(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., space: Literal["shared::cluster"] | None = ...) -> Value: ...
    @overload
    def match(self, a: Source, membermask: Source, /, *, into: Into = ..., any: bool = ..., all: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.10: d = the lanes of membermask whose a equals this lane's."""
    @overload
    def match(self, a: Source, membermask: Source, /, *, both: Literal[True], into: Into = ..., any: bool = ..., all: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def match(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ..., any: bool = ..., all: bool = ...) -> Value: ...
    @overload
    def match(self, type: Type, a: Source, membermask: Source, /, *, both: Literal[True], into: Into = ..., any: bool = ..., all: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def match_all(self, a: Source, membermask: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.10: d = membermask and p = true if a is the same on all its lanes, else 0 and false."""
    @overload
    def match_all(self, a: Source, membermask: Source, /, *, both: Literal[True], into: Into = ...) -> tuple[Value, Value]: ...
    @overload
    def match_all(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def match_all(self, type: Type, a: Source, membermask: Source, /, *, both: Literal[True], into: Into = ...) -> tuple[Value, Value]: ...
    @overload
    def match_any(self, a: Source, membermask: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.10: d = the lanes of membermask whose a equals this lane's."""
    @overload
    def match_any(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def max(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ..., NaN: bool = ..., xorsign: bool = ..., abs: bool = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.12: d = the larger, +0 above -0; a NaN loses unless .NaN; .xorsign.abs compares sizes and multiplies signs."""
    @overload
    def max(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ..., NaN: bool = ..., xorsign: bool = ..., abs: bool = ..., relu: bool = ...) -> Value: ...
    @overload
    def max(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., ftz: bool = ..., NaN: bool = ..., abs: bool = ...) -> Value: ...
    @overload
    def mbarrier(self, addr: Pointer | Value | Source, /, *, into: Into = ..., inval: bool = ..., space: Literal["shared", "shared::cta"] | None = ..., arrive: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., arrive_drop: bool = ..., pending_count: bool = ..., **modifiers: Any) -> Any:
        """PTX 9.0, 9.7.13.15.9: make the 8 bytes at addr a barrier that count arrivals complete, in phase 0."""
    @overload
    def mbarrier(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., init: bool = ..., space: Literal["shared", "shared::cluster", "shared::cta"] | None = ..., expect_tx: bool = ..., sem: Literal["acquire", "relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., complete_tx: bool = ..., arrive: bool = ..., arrive_drop: bool = ..., test_wait: bool = ..., try_wait: bool = ..., noComplete: bool = ..., parity: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def mbarrier(self, addr: Pointer | Value, state: Source, suspendTimeHint: Source, /, *, into: Into = ..., try_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ..., parity: bool = ...) -> Value: ...
    @overload
    def mbarrier_arrive(self, addr: Pointer | Value, /, *, into: Into = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.13: arrive once; state = the phase before."""
    @overload
    def mbarrier_arrive(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def mbarrier_arrive_drop(self, addr: Pointer | Value, /, *, into: Into = ..., arrive_drop: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.14: leave all later phases and arrive once; state = the phase before."""
    @overload
    def mbarrier_arrive_drop(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., arrive_drop: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value: ...
    def mbarrier_arrive_drop_expect_tx(self, addr: Pointer | Value, txCount: Source, /, *, into: Into = ..., arrive_drop: bool = ..., expect_tx: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.14: leave all later phases and arrive once, after the phase was made to wait for txCount bytes more; state = the phase before."""
    def mbarrier_arrive_drop_expect_tx_shared_cluster(self, addr: Pointer | Value, txCount: Source, /, *, into: Into = ..., arrive_drop: bool = ..., expect_tx: bool = ..., sem: Literal["relaxed", "release"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.15.14: leave all later phases and arrive once at a barrier of a CTA of the cluster, which waits for txCount bytes more."""
    def mbarrier_arrive_drop_noComplete(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., arrive_drop: bool = ..., sem: Literal["release"] | None = ..., scope: Literal["cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.14: leave all later phases and arrive count times, which must not complete the phase; state = the phase before."""
    @overload
    def mbarrier_arrive_drop_shared_cluster(self, addr: Pointer | Value, /, *, into: Into = ..., arrive_drop: bool = ..., sem: Literal["relaxed", "release"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.15.14: leave all later phases and arrive count times (once without count) at a barrier of a CTA of the cluster."""
    @overload
    def mbarrier_arrive_drop_shared_cluster(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., arrive_drop: bool = ..., sem: Literal["relaxed", "release"] | None = ..., **modifiers: Any) -> Value: ...
    def mbarrier_arrive_expect_tx(self, addr: Pointer | Value, txCount: Source, /, *, into: Into = ..., expect_tx: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.13: arrive once, after the phase was made to wait for txCount bytes more; state = the phase before."""
    def mbarrier_arrive_expect_tx_shared_cluster(self, addr: Pointer | Value, txCount: Source, /, *, into: Into = ..., expect_tx: bool = ..., sem: Literal["relaxed", "release"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.15.13: arrive once at a barrier of a CTA of the cluster, which waits for txCount bytes more."""
    def mbarrier_arrive_noComplete(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., sem: Literal["release"] | None = ..., scope: Literal["cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.13: arrive count times, which must not complete the phase; state = the phase before."""
    @overload
    def mbarrier_arrive_shared_cluster(self, addr: Pointer | Value, /, *, into: Into = ..., sem: Literal["relaxed", "release"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.13.15.13: arrive count times (once without count) at a barrier of a CTA of the cluster."""
    @overload
    def mbarrier_arrive_shared_cluster(self, addr: Pointer | Value, count: Source, /, *, into: Into = ..., sem: Literal["relaxed", "release"] | None = ..., **modifiers: Any) -> Value: ...
    def mbarrier_complete_tx(self, addr: Pointer | Value, txCount: Source, /, *, complete_tx: bool = ..., sem: Literal["relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cluster", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.15.12: count txCount bytes of asynchronous copies as done, without copying."""
    def mbarrier_expect_tx(self, addr: Pointer | Value, txCount: Source, /, *, expect_tx: bool = ..., sem: Literal["relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cluster", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.15.11: the current phase also waits for txCount bytes of asynchronous copies."""
    def mbarrier_init(self, addr: Pointer | Value, count: Source, /, *, space: Literal["shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.15.9: make the 8 bytes at addr a barrier that count arrivals complete, in phase 0."""
    def mbarrier_inval(self, addr: Pointer | Value, /, *, space: Literal["shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.13.15.10: end the barrier at addr: its memory may be used for something else."""
    def mbarrier_pending_count(self, state: Source, /, *, into: Into = ..., pending_count: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.15.17: count = how many arrivals were missing when state was taken."""
    def mbarrier_test_wait(self, addr: Pointer | Value, state: Source, /, *, into: Into = ..., test_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.16: waitComplete = whether the phase that state names is over."""
    def mbarrier_test_wait_parity(self, addr: Pointer | Value, phaseParity: Source, /, *, into: Into = ..., test_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.16: waitComplete = whether the phase of this parity (the current or the one before) is over."""
    @overload
    def mbarrier_try_wait(self, addr: Pointer | Value, state: Source, /, *, into: Into = ..., try_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.16: wait for a while; waitComplete = whether the phase that state names is over."""
    @overload
    def mbarrier_try_wait(self, addr: Pointer | Value, state: Source, suspendTimeHint: Source, /, *, into: Into = ..., try_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def mbarrier_try_wait_parity(self, addr: Pointer | Value, phaseParity: Source, /, *, into: Into = ..., try_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.13.15.16: wait for a while; waitComplete = whether the phase of this parity (the current or the one before) is over."""
    @overload
    def mbarrier_try_wait_parity(self, addr: Pointer | Value, phaseParity: Source, suspendTimeHint: Source, /, *, into: Into = ..., try_wait: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta"] | None = ..., space: Literal["shared", "shared::cta"] | None = ...) -> Value: ...
    def membar(self, *, level: Literal["cta", "gl", "sys"] | None = ..., proxy: bool = ..., alias: bool = ...) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, as seen at this level."""
    def membar_cta(self) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, as seen at this level."""
    def membar_gl(self) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, as seen at this level."""
    def membar_proxy_alias(self) -> None:
        """PTX 9.0, 9.7.13.4: the same as fence.proxy.alias."""
    def membar_sys(self) -> None:
        """PTX 9.0, 9.7.13.4: order this thread's memory accesses before and after, as seen at this level."""
    @overload
    def min(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ..., NaN: bool = ..., xorsign: bool = ..., abs: bool = ..., relu: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.11: d = the smaller, -0 below +0; a NaN loses unless .NaN; .xorsign.abs compares sizes and multiplies signs."""
    @overload
    def min(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ..., NaN: bool = ..., xorsign: bool = ..., abs: bool = ..., relu: bool = ...) -> Value: ...
    @overload
    def min(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., ftz: bool = ..., NaN: bool = ..., abs: bool = ...) -> Value: ...
    @overload
    def mma(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k256", "m16n8k32", "m16n8k4", "m16n8k64", "m16n8k8", "m8n8k128", "m8n8k16", "m8n8k32", "m8n8k4"] | None = ..., alayout: Literal["col", "row"] | None = ..., blayout: Literal["col", "row"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ..., b1: bool = ..., bitOp: Literal["and", "xor"] | None = ..., popc: bool = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c for four products at once, one for each eight lanes; halves."""
    @overload
    def mma(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k256", "m16n8k32", "m16n8k4", "m16n8k64", "m16n8k8", "m8n8k128", "m8n8k16", "m8n8k32", "m8n8k4"] | None = ..., alayout: Literal["col", "row"] | None = ..., blayout: Literal["col", "row"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ..., b1: bool = ..., bitOp: Literal["and", "xor"] | None = ..., popc: bool = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma(self, a: Source, b: Source, c: Source, e: Source, f: int, /, *, into: Into = ..., spvariant: Literal["sp", "sp::ordered_metadata"] | None = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k32", "m16n8k64", "m16n8k8"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma(self, type: Type, type1: Type, a: Source, b: Source, c: Source, e: Source, f: int, /, *, into: Into = ..., spvariant: Literal["sp", "sp::ordered_metadata"] | None = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k32", "m16n8k64", "m16n8k8"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k32", "m16n8k64"] | None = ..., row: bool = ..., col: bool = ..., kind: Literal["kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2"] | None = ..., stype: Literal["ue4m3", "ue8m0"] | None = ..., e2m1: bool = ...) -> Value: ...
    @overload
    def mma(self, a: Source, b: Source, c: Source, e: Source, f: int, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., spvariant: Literal["sp::ordered_metadata"] | None = ..., shape: Literal["m16n8k128", "m16n8k64"] | None = ..., row: bool = ..., col: bool = ..., kind: Literal["kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2"] | None = ..., stype: Literal["ue4m3", "ue8m0"] | None = ..., e2m1: bool = ...) -> Value: ...
    @overload
    def mma_col(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m8n8k4"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c for four products at once, one for each eight lanes; halves."""
    @overload
    def mma_col(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m8n8k4"] | None = ...) -> Value: ...
    @overload
    def mma_row(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m8n8k4"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c for four products at once, one for each eight lanes; halves."""
    @overload
    def mma_row(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m8n8k4"] | None = ...) -> Value: ...
    @overload
    def mma_row_col(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k16", "m16n8k32", "m16n8k4", "m16n8k8", "m8n8k16", "m8n8k4"] | None = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of halves, summed in halves or single precision."""
    @overload
    def mma_row_col(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k16", "m16n8k32", "m16n8k4", "m16n8k8", "m8n8k16", "m8n8k4"] | None = ..., satfinite: bool = ...) -> Value: ...
    def mma_row_col_b1_and(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k256", "m8n8k128"] | None = ..., popc: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = c and in how many places the bits of a's row and b's column differ (xor) or are both set (and)."""
    def mma_row_col_b1_xor(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k256", "m8n8k128"] | None = ..., popc: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = c and in how many places the bits of a's row and b's column differ (xor) or are both set (and)."""
    def mma_row_col_block_scale_e2m1(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., kind: Literal["kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X"] | None = ..., stype: Literal["ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two."""
    def mma_row_col_block_scale_e2m1_ue8m0(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k64"] | None = ..., kind: Literal["kind::mxf4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::2X"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 4 bits, each 32 of which share a power of two."""
    def mma_row_col_block_scale_e2m3(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., kind: Literal["kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X"] | None = ..., stype: Literal["ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two."""
    def mma_row_col_block_scale_e3m2(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., kind: Literal["kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X"] | None = ..., stype: Literal["ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two."""
    def mma_row_col_block_scale_e4m3(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., kind: Literal["kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X"] | None = ..., stype: Literal["ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two."""
    def mma_row_col_block_scale_e5m2(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., kind: Literal["kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X"] | None = ..., stype: Literal["ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two."""
    def mma_row_col_block_scale_scale_vec_2X(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k64"] | None = ..., kind: Literal["kind::mxf4nvf4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::2X", "scale_vec::4X"] | None = ..., e2m1: bool = ..., stype: Literal["ue4m3", "ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 4 bits, each 16 or 32 of which share a scale."""
    def mma_row_col_block_scale_scale_vec_4X(self, a: Source, b: Source, c: Source, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., shape: Literal["m16n8k64"] | None = ..., kind: Literal["kind::mxf4nvf4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::2X", "scale_vec::4X"] | None = ..., e2m1: bool = ..., stype: Literal["ue4m3", "ue8m0"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 4 bits, each 16 or 32 of which share a scale."""
    @overload
    def mma_row_col_e4m3(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k16", "m16n8k32"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of bytes that are floats, summed in halves or single precision."""
    @overload
    def mma_row_col_e4m3(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k16", "m16n8k32"] | None = ...) -> Value: ...
    @overload
    def mma_row_col_e5m2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k16", "m16n8k32"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of bytes that are floats, summed in halves or single precision."""
    @overload
    def mma_row_col_e5m2(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k16", "m16n8k32"] | None = ...) -> Value: ...
    @overload
    def mma_row_col_kind_f8f6f4_e2m1(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, summed in halves or single precision."""
    @overload
    def mma_row_col_kind_f8f6f4_e2m1(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma_row_col_kind_f8f6f4_e2m3(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, summed in halves or single precision."""
    @overload
    def mma_row_col_kind_f8f6f4_e2m3(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma_row_col_kind_f8f6f4_e3m2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, summed in halves or single precision."""
    @overload
    def mma_row_col_kind_f8f6f4_e3m2(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma_row_col_kind_f8f6f4_e4m3(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, summed in halves or single precision."""
    @overload
    def mma_row_col_kind_f8f6f4_e4m3(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma_row_col_kind_f8f6f4_e5m2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, summed in halves or single precision."""
    @overload
    def mma_row_col_kind_f8f6f4_e5m2(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32"] | None = ..., **modifiers: Any) -> Value: ...
    def mma_row_col_s4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32", "m16n8k64", "m8n8k32"] | None = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of integers of 4 bits, summed in 32 bits (which saturate with .satfinite)."""
    def mma_row_col_u4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n8k32", "m16n8k64", "m8n8k32"] | None = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.5.14: d = a * b + c of integers of 4 bits, summed in 32 bits (which saturate with .satfinite)."""
    @overload
    def mma_sp(self, a: Source, b: Source, c: Source, e: Source, f: int, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k32", "m16n8k64", "m16n8k8"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.6.3: d = a * b + c of halves, a sparse."""
    @overload
    def mma_sp(self, type: Type, type1: Type, a: Source, b: Source, c: Source, e: Source, f: int, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k32", "m16n8k64", "m16n8k8"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ...) -> Value: ...
    @overload
    def mma_sp_ordered_metadata(self, a: Source, b: Source, c: Source, e: Source, f: int, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k32", "m16n8k64", "m16n8k8"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ..., spvariant: Literal["sp::ordered_metadata"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.6.3: d = a * b + c of halves, a sparse."""
    @overload
    def mma_sp_ordered_metadata(self, type: Type, type1: Type, a: Source, b: Source, c: Source, e: Source, f: int, /, *, into: Into = ..., shape: Literal["m16n8k128", "m16n8k16", "m16n8k32", "m16n8k64", "m16n8k8"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2", "s4", "u4"] | None = ..., satfinite: bool = ..., spvariant: Literal["sp::ordered_metadata"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def mma_sp_ordered_metadata(self, a: Source, b: Source, c: Source, e: Source, f: int, scale_a_data: Source, byte_id_a: Sources, scale_b_data: Source, byte_id_b: Sources, /, *, into: Into = ..., spvariant: Literal["sp::ordered_metadata"] | None = ..., shape: Literal["m16n8k128", "m16n8k64"] | None = ..., row: bool = ..., col: bool = ..., kind: Literal["kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vec_size: Literal["scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ..., atype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2"] | None = ..., btype: Literal["e2m1", "e2m3", "e3m2", "e4m3", "e5m2"] | None = ..., stype: Literal["ue4m3", "ue8m0"] | None = ..., e2m1: bool = ...) -> Value: ...
    @overload
    def mov(self, a: Source | Sources, /, *, into: Into = ...) -> Any:
        """PTX 9.0, 9.7.9.3: d = a: a register, a constant, a special register, or the address of a variable or function."""
    @overload
    def mov(self, type: Type, a: Source | Sources, /, *, into: Into = ...) -> Any: ...
    def movmatrix(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.14.5.17: d = the transposed matrix of 8 x 8 halves that is spread over the warp as a."""
    @overload
    def mul(self, a: Source, b: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., mode: Literal["hi", "lo"] | None = ..., wide: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.5: d = a * b; without .rnd the compiler may contract it into an fma."""
    @overload
    def mul(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., mode: Literal["hi", "lo"] | None = ..., wide: bool = ...) -> Value: ...
    @overload
    def mul24(self, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ...) -> Value:
        """PTX 9.0, 9.7.1.5: d = bits 47..16 (.hi) or 31..0 (.lo) of the product of two 24-bit numbers."""
    @overload
    def mul24(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["hi", "lo"] | None = ...) -> Value: ...
    @overload
    def mul24_hi(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.5: d = bits 47..16 (.hi) or 31..0 (.lo) of the product of two 24-bit numbers."""
    @overload
    def mul24_hi(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def mul24_lo(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.5: d = bits 47..16 (.hi) or 31..0 (.lo) of the product of two 24-bit numbers."""
    @overload
    def mul24_lo(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def mul_hi(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.3: d = the low or high half of a * b."""
    @overload
    def mul_hi(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def mul_lo(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.3: d = the low or high half of a * b."""
    @overload
    def mul_lo(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def mul_wide(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.3: d = a * b in twice the width."""
    @overload
    def mul_wide(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def multimem(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., op: Literal["add", "and", "max", "min", "or", "xor"] | None = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., weak: bool = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., op: Literal["add", "and", "max", "min", "or", "xor"] | None = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., weak: bool = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem(self, a: Pointer | Value, b: Source, /, *, st: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., red: bool = ..., op: Literal["add", "and", "max", "min", "or", "xor"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., weak: bool = ..., add: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def multimem(self, type: Type, a: Pointer | Value, b: Source, /, *, st: bool = ..., sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., red: bool = ..., op: Literal["add", "and", "max", "min", "or", "xor"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., weak: bool = ..., add: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def multimem_ld_reduce_add(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_add(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem_ld_reduce_and(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_and(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> Value: ...
    @overload
    def multimem_ld_reduce_max(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_max(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem_ld_reduce_min(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_min(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem_ld_reduce_or(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_or(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> Value: ...
    @overload
    def multimem_ld_reduce_weak_add(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_weak_add(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem_ld_reduce_weak_and(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_weak_and(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ...) -> Value: ...
    @overload
    def multimem_ld_reduce_weak_max(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_weak_max(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem_ld_reduce_weak_min(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_weak_min(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ..., acc_prec: Literal["acc::f16", "acc::f32"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def multimem_ld_reduce_weak_or(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_weak_or(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ...) -> Value: ...
    @overload
    def multimem_ld_reduce_weak_xor(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_weak_xor(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., global_: bool = ...) -> Value: ...
    @overload
    def multimem_ld_reduce_xor(self, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> Value:
        """PTX 9.0, 9.7.9.14: d = op over the GPUs' values at a."""
    @overload
    def multimem_ld_reduce_xor(self, type: Type, a: Pointer | Value, /, *, into: Into = ..., ld_reduce: bool = ..., sem: Literal["acquire", "relaxed"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> Value: ...
    @overload
    def multimem_red_add(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a becomes op of it and b."""
    @overload
    def multimem_red_add(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None: ...
    @overload
    def multimem_red_and(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a becomes op of it and b."""
    @overload
    def multimem_red_and(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None: ...
    @overload
    def multimem_red_max(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a becomes op of it and b."""
    @overload
    def multimem_red_max(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None: ...
    @overload
    def multimem_red_min(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a becomes op of it and b."""
    @overload
    def multimem_red_min(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None: ...
    @overload
    def multimem_red_or(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a becomes op of it and b."""
    @overload
    def multimem_red_or(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None: ...
    @overload
    def multimem_red_xor(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a becomes op of it and b."""
    @overload
    def multimem_red_xor(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None: ...
    @overload
    def multimem_st(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    @overload
    def multimem_st(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ...) -> None: ...
    def multimem_st_bf16(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_bf16x2(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_e4m3x2(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_e4m3x4(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_e5m2x2(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_e5m2x4(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_f16(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_f16x2(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_f32(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_f64(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    @overload
    def multimem_st_weak(self, a: Pointer | Value, b: Source, /, *, global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    @overload
    def multimem_st_weak(self, type: Type, a: Pointer | Value, b: Source, /, *, global_: bool = ...) -> None: ...
    def multimem_st_weak_bf16(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_bf16x2(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_e4m3x2(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_e4m3x4(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_e5m2x2(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_e5m2x4(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_f16(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_f16x2(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_f32(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def multimem_st_weak_f64(self, a: Pointer | Value, b: Source, /, *, global_: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.14: each GPU's memory at a = b."""
    def nanosleep(self, t: Source, /) -> None:
        """PTX 9.0, 9.7.19.2: sleep for up to twice t nanoseconds."""
    @overload
    def neg(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.10: d = -a."""
    @overload
    def neg(self, type: Type, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def not_(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.4: d = ~a."""
    @overload
    def not_(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def or_(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.2: d = a | b."""
    @overload
    def or_(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    def pmevent(self, a: int, /, *, mask: bool = ...) -> None:
        """PTX 9.0, 9.7.19.3: trigger performance monitor event a."""
    def pmevent_mask(self, a: int, /) -> None:
        """PTX 9.0, 9.7.19.3: trigger the performance monitor events whose bits are set in a."""
    @overload
    def popc(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.14: d = how many bits of a are set."""
    @overload
    def popc(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    def prefetch(self, a: Pointer | Value, /, *, space: Literal["const", "global", "local", "param"] | None = ..., level: Literal["L1", "L2"] | None = ..., global_: bool = ..., tensormap: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.15: bring the line that holds a into this cache."""
    def prefetch_L1(self, a: Pointer | Value, /, *, space: Literal["global", "local"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.15: bring the line that holds a into this cache."""
    def prefetch_L2(self, a: Pointer | Value, /, *, space: Literal["global", "local"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.15: bring the line that holds a into this cache."""
    def prefetch_global_L2_evict_last(self, a: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.15: bring the line that holds a into the L2 cache, with this priority."""
    def prefetch_global_L2_evict_normal(self, a: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.15: bring the line that holds a into the L2 cache, with this priority."""
    def prefetch_tensormap(self, a: Pointer | Value, /, *, space: Literal["const", "param"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.15: bring the tensor map at a into the cache."""
    def prefetchu(self, a: Pointer | Value, /) -> None:
        """PTX 9.0, 9.7.9.15: bring the line that holds a into the uniform cache."""
    def prmt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["b4e", "ecl", "ecr", "f4e", "rc16", "rc8"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.7: each byte of d = the byte of b:a that a nibble of c selects, or that byte's sign in all bits."""
    def prmt_b4e(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.7: d = four bytes of b:a by a fixed pattern that the low two bits of c steer."""
    def prmt_ecl(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.7: d = four bytes of b:a by a fixed pattern that the low two bits of c steer."""
    def prmt_ecr(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.7: d = four bytes of b:a by a fixed pattern that the low two bits of c steer."""
    def prmt_f4e(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.7: d = four bytes of b:a by a fixed pattern that the low two bits of c steer."""
    def prmt_rc16(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.7: d = four bytes of b:a by a fixed pattern that the low two bits of c steer."""
    def prmt_rc8(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.9.7: d = four bytes of b:a by a fixed pattern that the low two bits of c steer."""
    def rcp(self, a: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., approx: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.13: d = 1 / a, rounded once."""
    def rcp_approx(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.13: d = 1 / a within 1 ulp."""
    def rcp_approx_ftz(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.14: d = 1 / a from the upper 32 bits of a, lower 32 bits zero."""
    @overload
    def red(self, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., async_: bool = ..., mmio: bool = ..., release: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., async_: bool = ..., mmio: bool = ..., release: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def red(self, a: Pointer | Value, b: Source | Sources, cache_policy: Pointer | Value | Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., async_: bool = ..., relaxed: bool = ..., cluster: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def red(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Pointer | Value | Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., op: Literal["add", "and", "dec", "inc", "max", "min", "or", "xor"] | None = ..., global_: bool = ..., add: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., noftz: bool = ..., async_: bool = ..., relaxed: bool = ..., cluster: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add(self, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_add(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add_noftz(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a grows by b, in one step for each half."""
    @overload
    def red_add_noftz(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add_noftz(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add_noftz(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add_v2(self, a: Pointer | Value, b: Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: the elements at a each grow by that of b, in one step of its own."""
    @overload
    def red_add_v2(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def red_add_v4(self, a: Pointer | Value, b: Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: the elements at a each grow by that of b, in one step of its own."""
    @overload
    def red_add_v4(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., global_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def red_and(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_and(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_and(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_and(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_add(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start adding b to shared memory of another CTA, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_add(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_and(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start combining b into shared memory of another CTA, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_and(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_dec(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start counting shared memory of another CTA up or down to b, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_dec(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_inc(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start counting shared memory of another CTA up or down to b, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_inc(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_max(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start making shared memory of another CTA the smaller or larger of it and b, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_max(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_min(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start making shared memory of another CTA the smaller or larger of it and b, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_min(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_or(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start combining b into shared memory of another CTA, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_or(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_xor(self, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.7: start combining b into shared memory of another CTA, which its mbar counts."""
    @overload
    def red_async_relaxed_cluster_mbarrier_complete_tx_bytes_xor(self, type: Type, a: Pointer | Value, b: Source, mbar: Pointer | Value, /, **modifiers: Any) -> None: ...
    @overload
    def red_async_release_gpu(self, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ..., add: bool = ...) -> None:
        """PTX 9.0, 9.7.13.7: start adding b to global memory, after this thread's earlier accesses."""
    @overload
    def red_async_release_gpu(self, type: Type, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ..., add: bool = ...) -> None: ...
    @overload
    def red_async_release_sys(self, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ..., add: bool = ...) -> None:
        """PTX 9.0, 9.7.13.7: start adding b to global memory, after this thread's earlier accesses."""
    @overload
    def red_async_release_sys(self, type: Type, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ..., add: bool = ...) -> None: ...
    @overload
    def red_dec(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_dec(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_dec(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_dec(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_inc(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_inc(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_inc(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_inc(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_max(self, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_max(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_max(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_max(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_min(self, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_min(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_min(self, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_min(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., global_: bool = ..., noftz: bool = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_or(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_or(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_or(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_or(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_xor(self, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.6: memory at a becomes op of it and b, in one step."""
    @overload
    def red_xor(self, type: Type, a: Pointer | Value, b: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_xor(self, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def red_xor(self, type: Type, a: Pointer | Value, b: Source, cache_policy: Source, /, *, sem: Literal["relaxed", "release"] | None = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., space: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def redux(self, a: Source, membermask: Source, /, *, into: Into = ..., op: Literal["add", "and", "max", "min", "or", "xor"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the reduction of a over the lanes of membermask."""
    @overload
    def redux(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ..., op: Literal["add", "and", "max", "min", "or", "xor"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def redux_add(self, a: Source, membermask: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the reduction of a over the lanes of membermask."""
    @overload
    def redux_add(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ...) -> Value: ...
    def redux_and(self, a: Source, membermask: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the bitwise reduction of a over the lanes of membermask."""
    @overload
    def redux_max(self, a: Source, membermask: Source, /, *, into: Into = ..., abs: bool = ..., NaN: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the reduction of a over the lanes of membermask."""
    @overload
    def redux_max(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def redux_min(self, a: Source, membermask: Source, /, *, into: Into = ..., abs: bool = ..., NaN: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the reduction of a over the lanes of membermask."""
    @overload
    def redux_min(self, type: Type, a: Source, membermask: Source, /, *, into: Into = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    def redux_or(self, a: Source, membermask: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the bitwise reduction of a over the lanes of membermask."""
    def redux_xor(self, a: Source, membermask: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.13.12: d = the bitwise reduction of a over the lanes of membermask."""
    @overload
    def rem(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.9: d = a - b * (a / b), with the sign of a."""
    @overload
    def rem(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    def rsqrt(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.16: d = 1 / sqrt(a), relative error at most 2^-22.9."""
    def rsqrt_ftz(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.17: d = 1 / sqrt(a) from the upper 32 bits of a, lower 32 bits zero."""
    @overload
    def sad(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.7: d = c + |a - b|."""
    @overload
    def sad(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def selp(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.6.3: d = a if c, else b."""
    @overload
    def selp(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def set(self, a: Source, b: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_eq(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_eq(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_eq(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_eq(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_equ(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_equ(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_equ(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_equ(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ge(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_ge(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ge(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ge(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_geu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_geu(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_geu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_geu(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_gt(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_gt(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_gt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_gt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_gtu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_gtu(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_gtu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_gtu(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_hi(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_hi(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_hi(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_hi(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_hs(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_hs(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_hs(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_hs(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_le(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_le(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_le(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_le(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_leu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_leu(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_leu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_leu(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_lo(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_lo(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_lo(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_lo(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ls(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_ls(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ls(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ls(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_lt(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_lt(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_lt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_lt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ltu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_ltu(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ltu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ltu(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_nan(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_nan(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_nan(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_nan(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ne(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_ne(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ne(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_ne(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_neu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_neu(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_neu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_neu(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_num(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.1: d = all ones (1.0 for a float) if the comparison holds, else 0."""
    @overload
    def set_num(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_num(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def set_num(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    def setmaxnreg(self, imm_reg_count: int, /, *, action: Literal["dec", "inc"] | None = ...) -> None:
        """PTX 9.0, 9.7.19.5: give registers of the warp back (dec), or wait until it can have so many (inc)."""
    def setmaxnreg_dec(self, imm_reg_count: int, /) -> None:
        """PTX 9.0, 9.7.19.5: give registers of the warp back (dec), or wait until it can have so many (inc)."""
    def setmaxnreg_inc(self, imm_reg_count: int, /) -> None:
        """PTX 9.0, 9.7.19.5: give registers of the warp back (dec), or wait until it can have so many (inc)."""
    @overload
    def setp(self, a: Source, b: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., CmpOp: Literal["eq", "equ", "ge", "geu", "gt", "gtu", "hi", "hs", "le", "leu", "lo", "ls", "lt", "ltu", "nan", "ne", "neu", "num"] | None = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_eq(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_eq(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_eq(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_eq(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_eq(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_eq(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_eq(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_eq(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_equ(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_equ(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_equ(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_equ(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_equ(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_equ(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_equ(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_equ(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ge(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_ge(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ge(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ge(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ge(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ge(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ge(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ge(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_geu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_geu(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_geu(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_geu(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_geu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_geu(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_geu(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_geu(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gt(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_gt(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gt(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_gt(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_gt(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gt(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_gt(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gtu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_gtu(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gtu(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_gtu(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gtu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_gtu(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_gtu(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_gtu(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hi(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_hi(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hi(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_hi(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hi(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_hi(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hi(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_hi(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hs(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_hs(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hs(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_hs(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hs(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_hs(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_hs(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_hs(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_le(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_le(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_le(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_le(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_le(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_le(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_le(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_le(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_leu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_leu(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_leu(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_leu(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_leu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_leu(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_leu(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_leu(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lo(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_lo(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lo(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_lo(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lo(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_lo(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lo(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_lo(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ls(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_ls(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ls(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_ls(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ls(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_ls(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ls(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Value: ...
    @overload
    def setp_ls(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lt(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_lt(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lt(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_lt(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_lt(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_lt(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_lt(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ltu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_ltu(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ltu(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ltu(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ltu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ltu(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ltu(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ltu(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_nan(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_nan(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_nan(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_nan(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_nan(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_nan(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_nan(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_nan(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ne(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_ne(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ne(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ne(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ne(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ne(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_ne(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_ne(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_neu(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_neu(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_neu(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_neu(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_neu(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_neu(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_neu(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_neu(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_num(self, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any:
        """PTX 9.0, 9.7.6.2: p = a CmpOp b; q = not p."""
    @overload
    def setp_num(self, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_num(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_num(self, type: Type, a: Source, b: Source, /, *, both: Literal[True], into: Into = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_num(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_num(self, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def setp_num(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> Any: ...
    @overload
    def setp_num(self, type: Type, a: Source, b: Source, c: Source, /, *, both: Literal[True], into: Into = ..., BoolOp: Literal["and", "or", "xor"] | None = ..., ftz: bool = ...) -> tuple[Value, Value]: ...
    def shf(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., dir: Literal["l", "r"] | None = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.8.7: d = the high (.l) or low (.r) word of b:a shifted by c, which is clamped to 32 or taken modulo 32."""
    def shf_l(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.8.7: d = the high (.l) or low (.r) word of b:a shifted by c, which is clamped to 32 or taken modulo 32."""
    def shf_r(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.8.7: d = the high (.l) or low (.r) word of b:a shifted by c, which is clamped to 32 or taken modulo 32."""
    @overload
    def shfl(self, a: Source, b: Source, c: Source, membermask: Source, /, *, into: Into = ..., mode: Literal["bfly", "down", "idx", "up"] | None = ...) -> Value:
        """PTX 9.0, 9.7.9.6: d = a of another lane; p = whether that lane lies in the segment that c describes."""
    @overload
    def shfl(self, a: Source, b: Source, c: Source, membermask: Source, /, *, both: Literal[True], into: Into = ..., mode: Literal["bfly", "down", "idx", "up"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def shl(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.8: d = a << b; amounts past the width give 0."""
    @overload
    def shl(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def shr(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.9: d = a >> b, filled with zeros or the sign; amounts past the width give only that."""
    @overload
    def shr(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    def sin(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.18: d = sin a, absolute error at most 2^-20.5 in [-2 pi, 2 pi]."""
    @overload
    def slct(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.6.4: d = a if c >= 0, else b."""
    @overload
    def slct(self, type: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value: ...
    def sqrt(self, a: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., approx: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.15: d = the square root of a, rounded once."""
    def sqrt_approx(self, a: Source, /, *, into: Into = ..., ftz: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.15: d = the square root of a, within 1 ulp."""
    @overload
    def st(self, a: Pointer | Value, b: Source | Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., volatile: bool = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., release: bool = ..., async_: bool = ..., mmio: bool = ..., global_: bool = ..., sys: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b."""
    @overload
    def st(self, type: Type, a: Pointer | Value, b: Source | Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., volatile: bool = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., release: bool = ..., async_: bool = ..., mmio: bool = ..., global_: bool = ..., sys: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def st(self, a: Pointer | Value, b: Source | Sources, cache_policy: Pointer | Value | Source | int, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., release: bool = ..., bulk: bool = ..., async_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def st(self, type: Type, a: Pointer | Value, b: Source | Sources, cache_policy: Pointer | Value | Source | int, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "param::func", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., relaxed: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., release: bool = ..., bulk: bool = ..., async_: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def st_async_mbarrier_complete_tx_bytes(self, a: Pointer | Value, b: Sources, mbar: Pointer | Value, /, *, weak: bool = ..., vec: Literal["v2", "v4"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.12: start a store of b to shared memory of another CTA of the cluster, which its mbar counts."""
    @overload
    def st_async_mbarrier_complete_tx_bytes(self, type: Type, a: Pointer | Value, b: Sources, mbar: Pointer | Value, /, *, weak: bool = ..., vec: Literal["v2", "v4"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_async_release_gpu(self, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.12: start a store of b to global memory, after this thread's earlier accesses."""
    @overload
    def st_async_release_gpu(self, type: Type, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ...) -> None: ...
    @overload
    def st_async_release_sys(self, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.12: start a store of b to global memory, after this thread's earlier accesses."""
    @overload
    def st_async_release_sys(self, type: Type, a: Pointer | Value, b: Source, /, *, mmio: bool = ..., global_: bool = ...) -> None: ...
    def st_bulk(self, a: Pointer | Value, size: Source, initval: int, /, *, weak: bool = ..., ss: Literal["shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.13: set size bytes of shared memory from a on to zero."""
    @overload
    def st_cg(self, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, with a cache operator."""
    @overload
    def st_cg(self, type: Type, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_cg(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_cg(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_cs(self, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, with a cache operator."""
    @overload
    def st_cs(self, type: Type, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_cs(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_cs(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_mmio_relaxed_sys(self, a: Pointer | Value, b: Source, /, *, global_: bool = ...) -> None:
        """PTX 9.0, 9.7.9.11: memory-mapped register at a = b, written exactly once."""
    @overload
    def st_mmio_relaxed_sys(self, type: Type, a: Pointer | Value, b: Source, /, *, global_: bool = ...) -> None: ...
    @overload
    def st_relaxed_cluster(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, as a strong store at this scope."""
    @overload
    def st_relaxed_cluster(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_cluster(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_cluster(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_cta(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, as a strong store at this scope."""
    @overload
    def st_relaxed_cta(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_cta(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_cta(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_gpu(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, as a strong store at this scope."""
    @overload
    def st_relaxed_gpu(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_gpu(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_gpu(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_sys(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, as a strong store at this scope."""
    @overload
    def st_relaxed_sys(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_sys(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_relaxed_sys(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_cluster(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b; earlier accesses of this thread stay before it, at this scope."""
    @overload
    def st_release_cluster(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_cluster(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_cluster(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_cta(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b; earlier accesses of this thread stay before it, at this scope."""
    @overload
    def st_release_cta(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_cta(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_cta(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_gpu(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b; earlier accesses of this thread stay before it, at this scope."""
    @overload
    def st_release_gpu(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_gpu(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_gpu(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_sys(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b; earlier accesses of this thread stay before it, at this scope."""
    @overload
    def st_release_sys(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_sys(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_release_sys(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_volatile(self, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b; never removed, merged or reordered with other volatile accesses."""
    @overload
    def st_volatile(self, type: Type, a: Pointer | Value, b: Sources, /, *, ss: Literal["global", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ...) -> None: ...
    @overload
    def st_wb(self, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, with a cache operator."""
    @overload
    def st_wb(self, type: Type, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_wb(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_wb(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_wt(self, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.9.11: memory at a = b, with a cache operator."""
    @overload
    def st_wt(self, type: Type, a: Pointer | Value, b: Sources, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_wt(self, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def st_wt(self, type: Type, a: Pointer | Value, b: Sources, cache_policy: Source, /, *, weak: bool = ..., ss: Literal["global", "local", "param", "shared", "shared::cluster", "shared::cta"] | None = ..., vec: Literal["v2", "v4", "v8"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def stackrestore(self, a: Source, /) -> None:
        """PTX 9.0, 9.7.17.2: the stack pointer = a."""
    @overload
    def stackrestore(self, type: Type, a: Source, /) -> None: ...
    @overload
    def stacksave(self, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.17.1: d = the stack pointer."""
    @overload
    def stacksave(self, type: Type, /, *, into: Into = ...) -> Value: ...
    def stmatrix(self, p: Pointer | Value, r: Sources, /, *, m8n8: bool = ..., num: Literal["x1", "x2", "x4"] | None = ..., trans: bool = ..., ss: Literal["shared", "shared::cta"] | None = ..., m16n8: bool = ...) -> None:
        """PTX 9.0, 9.7.14.5.16: the rows that the lanes' p point to = 1, 2 or 4 matrices of 8 x 8 halves that are spread over the warp."""
    def stmatrix_m16n8_trans(self, p: Pointer | Value, r: Sources, /, *, num: Literal["x1", "x2", "x4"] | None = ..., ss: Literal["shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.14.5.16: the rows that the lanes' p point to = 1, 2 or 4 transposed matrices of 16 x 8 bytes."""
    def stmatrix_m8n8(self, p: Pointer | Value, r: Sources, /, *, num: Literal["x1", "x2", "x4"] | None = ..., trans: bool = ..., ss: Literal["shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.14.5.16: the rows that the lanes' p point to = 1, 2 or 4 matrices of 8 x 8 halves that are spread over the warp."""
    @overload
    def sub(self, a: Source, b: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.3.4: d = a - b; without .rnd the compiler may contract it into an fma."""
    @overload
    def sub(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., ftz: bool = ..., sat: bool = ..., cc: bool = ...) -> Value: ...
    @overload
    def sub_cc(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.2.3: d = a - b; carry = the borrow."""
    @overload
    def sub_cc(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def subc(self, a: Source, b: Source, /, *, into: Into = ..., cc: bool = ...) -> Value:
        """PTX 9.0, 9.7.2.4: d = a - (b + carry)."""
    @overload
    def subc(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., cc: bool = ...) -> Value: ...
    @overload
    def subc_cc(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.2.4: d = a - (b + carry); carry = the borrow."""
    @overload
    def subc_cc(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def suld(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> Any:
        """PTX 9.0, 9.7.11.1: d = the bytes of the surface at b; mode says what lies outside."""
    @overload
    def suld(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> Any: ...
    @overload
    def suld_clamp(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any:
        """PTX 9.0, 9.7.11.1: d = the bytes of the surface at b; mode says what lies outside."""
    @overload
    def suld_clamp(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any: ...
    @overload
    def suld_trap(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any:
        """PTX 9.0, 9.7.11.1: d = the bytes of the surface at b; mode says what lies outside."""
    @overload
    def suld_trap(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any: ...
    @overload
    def suld_zero(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any:
        """PTX 9.0, 9.7.11.1: d = the bytes of the surface at b; mode says what lies outside."""
    @overload
    def suld_zero(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["ca", "cg", "cs", "cv"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> Any: ...
    def suq(self, a: Pointer | Value, /, *, into: Into = ..., query: Literal["array_size", "channel_data_type", "channel_order", "depth", "height", "memory_layout", "width"] | None = ...) -> Value:
        """PTX 9.0, 9.7.11.4: d = an attribute of the surface a."""
    @overload
    def sured(self, a: tuple[Any, ...], c: Source, /, *, b: bool = ..., op: Literal["add", "and", "max", "min", "or"] | None = ..., geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ..., p: bool = ...) -> None:
        """PTX 9.0, 9.7.11.3: the bytes of the surface at b become op of them and c, in one step."""
    @overload
    def sured(self, type: Type, a: tuple[Any, ...], c: Source, /, *, b: bool = ..., op: Literal["add", "and", "max", "min", "or"] | None = ..., geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ..., p: bool = ...) -> None: ...
    @overload
    def sured_b_add(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the bytes of the surface at b become op of them and c, in one step."""
    @overload
    def sured_b_add(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_b_and(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the bytes of the surface at b become op of them and c, in one step."""
    @overload
    def sured_b_and(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_b_max(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the bytes of the surface at b become op of them and c, in one step."""
    @overload
    def sured_b_max(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_b_min(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the bytes of the surface at b become op of them and c, in one step."""
    @overload
    def sured_b_min(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_b_or(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the bytes of the surface at b become op of them and c, in one step."""
    @overload
    def sured_b_or(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_p_add(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the element of the surface at b becomes op of it and c in the surface's format, in one step."""
    @overload
    def sured_p_add(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_p_and(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the element of the surface at b becomes op of it and c in the surface's format, in one step."""
    @overload
    def sured_p_and(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_p_max(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the element of the surface at b becomes op of it and c in the surface's format, in one step."""
    @overload
    def sured_p_max(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_p_min(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the element of the surface at b becomes op of it and c in the surface's format, in one step."""
    @overload
    def sured_p_min(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sured_p_or(self, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.3: the element of the surface at b becomes op of it and c in the surface's format, in one step."""
    @overload
    def sured_p_or(self, type: Type, a: tuple[Any, ...], c: Source, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ...) -> None: ...
    @overload
    def sust(self, a: tuple[Any, ...], c: Sources, /, *, b: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ..., p: bool = ...) -> None:
        """PTX 9.0, 9.7.11.2: the bytes of the surface at b = c; mode says what happens outside."""
    @overload
    def sust(self, type: Type, a: tuple[Any, ...], c: Sources, /, *, b: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ..., mode: Literal["clamp", "trap", "zero"] | None = ..., p: bool = ...) -> None: ...
    @overload
    def sust_b_clamp(self, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.2: the bytes of the surface at b = c; mode says what happens outside."""
    @overload
    def sust_b_clamp(self, type: Type, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None: ...
    @overload
    def sust_b_trap(self, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.2: the bytes of the surface at b = c; mode says what happens outside."""
    @overload
    def sust_b_trap(self, type: Type, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None: ...
    @overload
    def sust_b_zero(self, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.2: the bytes of the surface at b = c; mode says what happens outside."""
    @overload
    def sust_b_zero(self, type: Type, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d", "a1d", "a2d"] | None = ..., cop: Literal["cg", "cs", "wb", "wt"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None: ...
    def sust_p_clamp(self, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.2: the element of the surface at b = c in the surface's format."""
    def sust_p_trap(self, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.2: the element of the surface at b = c in the surface's format."""
    def sust_p_zero(self, a: tuple[Any, ...], c: Sources, /, *, geom: Literal["1d", "2d", "3d"] | None = ..., vec: Literal["v2", "v4"] | None = ...) -> None:
        """PTX 9.0, 9.7.11.2: the element of the surface at b = c in the surface's format."""
    @overload
    def szext(self, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.1.21: d = the low b bits of a, zero- or sign-extended."""
    @overload
    def szext(self, type: Type, a: Source, b: Source, /, *, into: Into = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value: ...
    @overload
    def szext_clamp(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.21: d = the low b bits of a, zero- or sign-extended."""
    @overload
    def szext_clamp(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def szext_wrap(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.1.21: d = the low b bits of a, zero- or sign-extended."""
    @overload
    def szext_wrap(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def tanh(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.22: d = tanh a, relative error at most 2^-11."""
    @overload
    def tanh(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def tcgen05(self, *, order: Literal["fence::after_thread_sync", "fence::before_thread_sync"] | None = ..., wait_operation: Literal["wait::ld", "wait::st"] | None = ..., sync: bool = ..., aligned: bool = ..., relinquish_alloc_permit: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.11.1: order this thread's tcgen05 operations before or after it meets other threads."""
    @overload
    def tcgen05(self, taddr: Pointer | Value, /, *, into: Into = ..., shift: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., down: bool = ..., commit: bool = ..., space: Literal["shared::cluster"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., ld: bool = ..., sync: bool = ..., aligned: bool = ..., shape: Literal["16x128b", "16x256b", "16x64b", "32x32b"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., pack: Literal["pack::16b"] | None = ..., red: bool = ..., redOp: Literal["max", "min"] | None = ..., abs: bool = ..., NaN: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def tcgen05(self, type: Type, taddr: Pointer | Value, /, *, into: Into = ..., shift: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., down: bool = ..., commit: bool = ..., space: Literal["shared::cluster"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., ld: bool = ..., sync: bool = ..., aligned: bool = ..., shape: Literal["16x128b", "16x256b", "16x64b", "32x32b"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., pack: Literal["pack::16b"] | None = ..., red: bool = ..., redOp: Literal["max", "min"] | None = ..., abs: bool = ..., NaN: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def tcgen05(self, taddr: Pointer | Value | Source, s_desc: Source | int, /, *, into: Into = ..., cp: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., shape: Literal["128x128b", "128x256b", "16x128b", "16x256b", "16x32bx2", "16x64b", "32x128b", "32x32b", "4x256b", "64x128b"] | None = ..., multicast: Literal["multicast::cluster", "warpx2::01_23", "warpx2::02_13", "warpx4"] | None = ..., fmt: Literal["b8x16.b4x16_p64", "b8x16.b6x16_p32"] | None = ..., commit: bool = ..., space: Literal["shared::cluster", "shared::cta"] | None = ..., alloc: bool = ..., sync: bool = ..., aligned: bool = ..., dealloc: bool = ..., ld: bool = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., pack: Literal["pack::16b"] | None = ..., st: bool = ..., unpack: Literal["unpack::16b"] | None = ..., red: bool = ..., redOp: Literal["max", "min"] | None = ..., abs: bool = ..., NaN: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def tcgen05(self, type: Type, taddr: Pointer | Value | Source, s_desc: Source | int, /, *, into: Into = ..., cp: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., shape: Literal["128x128b", "128x256b", "16x128b", "16x256b", "16x32bx2", "16x64b", "32x128b", "32x32b", "4x256b", "64x128b"] | None = ..., multicast: Literal["multicast::cluster", "warpx2::01_23", "warpx2::02_13", "warpx4"] | None = ..., fmt: Literal["b8x16.b4x16_p64", "b8x16.b6x16_p32"] | None = ..., commit: bool = ..., space: Literal["shared::cluster", "shared::cta"] | None = ..., alloc: bool = ..., sync: bool = ..., aligned: bool = ..., dealloc: bool = ..., ld: bool = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., pack: Literal["pack::16b"] | None = ..., st: bool = ..., unpack: Literal["unpack::16b"] | None = ..., red: bool = ..., redOp: Literal["max", "min"] | None = ..., abs: bool = ..., NaN: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def tcgen05(self, taddr: Pointer | Value, immHalfSplitoff: int, r: Source, /, *, st: bool = ..., sync: bool = ..., aligned: bool = ..., shape: Literal["16x32bx2"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., unpack: Literal["unpack::16b"] | None = ...) -> None: ...
    @overload
    def tcgen05(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, disable_output_lane: Source | Sources, /, *, mma: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use", "collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., ashift: bool = ..., ws: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def tcgen05(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Pointer | Value | Source, disable_output_lane: Source | Sources, enable_input_d: Source | Sources, /, *, mma: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use", "collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., ashift: bool = ..., ws: bool = ..., sp: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def tcgen05(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Pointer | Value | Source, disable_output_lane: Pointer | Value | Source | Sources, enable_input_d: Pointer | Value | Source | Sources, scale_input_d: Source | int, /, *, mma: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use", "collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., ashift: bool = ..., block_scale: bool = ..., scale_vectorsize: Literal["block16", "block32", "scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ..., sp: bool = ..., ws: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def tcgen05(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, disable_output_lane: Pointer | Value | Sources, enable_input_d: Pointer | Value | Source, scale_input_d: Source | int, /, *, mma: bool = ..., sp: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ..., block_scale: bool = ..., scale_vectorsize: Literal["block16", "block32", "scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ...) -> None: ...
    def tcgen05_alloc_sync_aligned(self, dst: Pointer | Value, nCols: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., space: Literal["shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.7.1: wait for nCols columns of tensor memory; their address is written to shared memory at dst."""
    @overload
    def tcgen05_commit_mbarrier_arrive_one(self, mbar: Pointer | Value, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., space: Literal["shared::cluster"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.16.12.1: arrive at the mbarrier when this thread's tcgen05 operations have finished."""
    @overload
    def tcgen05_commit_mbarrier_arrive_one(self, mbar: Pointer | Value, ctaMask: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., space: Literal["shared::cluster"] | None = ..., multicast: Literal["multicast::cluster"] | None = ..., **modifiers: Any) -> None: ...
    def tcgen05_cp(self, taddr: Pointer | Value, s_desc: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., shape: Literal["128x128b", "128x256b", "32x128b", "4x256b", "64x128b"] | None = ..., multicast: Literal["warpx2::01_23", "warpx2::02_13", "warpx4"] | None = ..., fmt: Literal["b8x16.b4x16_p64", "b8x16.b6x16_p32"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.9.1: start copying what the descriptor says from shared memory to tensor memory."""
    def tcgen05_dealloc_sync_aligned(self, taddr: Source, nCols: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.7.1: give nCols columns of tensor memory back."""
    def tcgen05_fence_after_thread_sync(self, *, order: Literal["fence::after_thread_sync", "fence::before_thread_sync"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.11.1: order this thread's tcgen05 operations before or after it meets other threads."""
    def tcgen05_fence_before_thread_sync(self, *, order: Literal["fence::after_thread_sync", "fence::before_thread_sync"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.11.1: order this thread's tcgen05 operations before or after it meets other threads."""
    @overload
    def tcgen05_ld_red_sync_aligned_max(self, taddr: Pointer | Value, /, *, into: Into = ..., shape: Literal["32x32b"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value:
        """PTX 9.0, 9.7.16.8.3: start reading tensor memory into registers of the warp; redval = their smallest or largest."""
    @overload
    def tcgen05_ld_red_sync_aligned_max(self, type: Type, taddr: Pointer | Value, /, *, into: Into = ..., shape: Literal["32x32b"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def tcgen05_ld_red_sync_aligned_max(self, taddr: Pointer | Value, immHalfSplitoff: int, /, *, into: Into = ..., shape: Literal["16x32bx2"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def tcgen05_ld_red_sync_aligned_max(self, type: Type, taddr: Pointer | Value, immHalfSplitoff: int, /, *, into: Into = ..., shape: Literal["16x32bx2"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def tcgen05_ld_red_sync_aligned_min(self, taddr: Pointer | Value, /, *, into: Into = ..., shape: Literal["32x32b"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value:
        """PTX 9.0, 9.7.16.8.3: start reading tensor memory into registers of the warp; redval = their smallest or largest."""
    @overload
    def tcgen05_ld_red_sync_aligned_min(self, type: Type, taddr: Pointer | Value, /, *, into: Into = ..., shape: Literal["32x32b"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def tcgen05_ld_red_sync_aligned_min(self, taddr: Pointer | Value, immHalfSplitoff: int, /, *, into: Into = ..., shape: Literal["16x32bx2"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def tcgen05_ld_red_sync_aligned_min(self, type: Type, taddr: Pointer | Value, immHalfSplitoff: int, /, *, into: Into = ..., shape: Literal["16x32bx2"] | None = ..., num: Literal["x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., abs: bool = ..., NaN: bool = ...) -> Value: ...
    @overload
    def tcgen05_ld_sync_aligned(self, taddr: Pointer | Value, /, *, into: Into = ..., shape: Literal["16x128b", "16x256b", "16x64b", "32x32b"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., pack: Literal["pack::16b"] | None = ...) -> Value:
        """PTX 9.0, 9.7.16.8.3: start reading tensor memory into registers of the warp."""
    @overload
    def tcgen05_ld_sync_aligned(self, taddr: Pointer | Value, immHalfSplitoff: int, /, *, into: Into = ..., shape: Literal["16x32bx2"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., pack: Literal["pack::16b"] | None = ...) -> Value: ...
    @overload
    def tcgen05_mma(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, disable_output_lane: Sources, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ...) -> None:
        """PTX 9.0, 9.7.16.10.9.1: start d = a * b + d of floats; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, disable_output_lane: Sources, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ...) -> None: ...
    @overload
    def tcgen05_mma(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, disable_output_lane: Sources, enable_input_d: Source, scale_input_d: int, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ...) -> None: ...
    def tcgen05_mma_block_scale(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, scale_A_tmem: Pointer | Value, scale_B_tmem: Pointer | Value, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vectorsize: Literal["block16", "block32", "scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.10.9.1: start d = a * b + d of floats in blocks that share a scale; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, disable_output_lane: Sources, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.16.10.9.1: start d = a * b + d of bytes; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, disable_output_lane: Sources, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def tcgen05_mma_sp(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, disable_output_lane: Sources, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ...) -> None:
        """PTX 9.0, 9.7.16.10.9.2: start d = a * b + d of floats, a sparse; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_sp(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, disable_output_lane: Sources, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ...) -> None: ...
    @overload
    def tcgen05_mma_sp(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, disable_output_lane: Sources, enable_input_d: Source, scale_input_d: int, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::f16", "kind::tf32"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ...) -> None: ...
    def tcgen05_mma_sp_block_scale(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, scale_A_tmem: Pointer | Value, scale_B_tmem: Pointer | Value, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., kind: Literal["kind::mxf4", "kind::mxf4nvf4", "kind::mxf8f6f4"] | None = ..., block_scale: bool = ..., scale_vectorsize: Literal["block16", "block32", "scale_vec::1X", "scale_vec::2X", "scale_vec::4X"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.10.9.2: start d = a * b + d of floats in blocks that share a scale, a sparse; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_sp_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, disable_output_lane: Sources, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.16.10.9.2: start d = a * b + d of bytes, a sparse; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_sp_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, disable_output_lane: Sources, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ..., collector_usage: Literal["collector::a::discard", "collector::a::fill", "collector::a::lastuse", "collector::a::use"] | None = ..., ashift: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def tcgen05_mma_ws(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.10.9.3: start d = a * b + d of floats; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_ws(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, enable_input_d: Source, zero_column_mask_desc: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ...) -> None: ...
    @overload
    def tcgen05_mma_ws_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.16.10.9.3: start d = a * b + d of bytes; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_ws_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, idesc: Source, enable_input_d: Source, zero_column_mask_desc: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., **modifiers: Any) -> None: ...
    @overload
    def tcgen05_mma_ws_sp(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.10.9.4: start d = a * b + d of floats, a sparse; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_ws_sp(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, enable_input_d: Source, zero_column_mask_desc: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., kind: Literal["kind::f16", "kind::f8f6f4", "kind::tf32"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ...) -> None: ...
    @overload
    def tcgen05_mma_ws_sp_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, enable_input_d: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.16.10.9.4: start d = a * b + d of bytes, a sparse; d counts if enable-input-d holds."""
    @overload
    def tcgen05_mma_ws_sp_kind_i8(self, d_tmem: Pointer | Value, a_desc: Pointer | Value | Source, b_desc: Source, sp_meta_tmem: Pointer | Value, idesc: Source, enable_input_d: Source, zero_column_mask_desc: Source, /, *, cta_group: Literal["cta_group::1"] | None = ..., collector_usage: Literal["collector::b0::discard", "collector::b0::fill", "collector::b0::lastuse", "collector::b0::use", "collector::b1::discard", "collector::b1::fill", "collector::b1::lastuse", "collector::b1::use", "collector::b2::discard", "collector::b2::fill", "collector::b2::lastuse", "collector::b2::use", "collector::b3::discard", "collector::b3::fill", "collector::b3::lastuse", "collector::b3::use"] | None = ..., **modifiers: Any) -> None: ...
    def tcgen05_relinquish_alloc_permit_sync_aligned(self, *, relinquish_alloc_permit: bool = ..., cta_group: Literal["cta_group::1", "cta_group::2"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.7.1: the CTA will allocate no more tensor memory."""
    def tcgen05_shift_down(self, taddr: Pointer | Value, /, *, cta_group: Literal["cta_group::1", "cta_group::2"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.9.2: start moving the rows of tensor memory down by one."""
    @overload
    def tcgen05_st_sync_aligned(self, taddr: Pointer | Value, r: Source, /, *, shape: Literal["16x128b", "16x256b", "16x64b", "32x32b"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., unpack: Literal["unpack::16b"] | None = ...) -> None:
        """PTX 9.0, 9.7.16.8.4: start writing registers of the warp to tensor memory."""
    @overload
    def tcgen05_st_sync_aligned(self, taddr: Pointer | Value, immHalfSplitoff: int, r: Source, /, *, shape: Literal["16x32bx2"] | None = ..., num: Literal["x1", "x128", "x16", "x2", "x32", "x4", "x64", "x8"] | None = ..., unpack: Literal["unpack::16b"] | None = ...) -> None: ...
    def tcgen05_wait_ld(self, *, wait_operation: Literal["wait::ld", "wait::st"] | None = ..., sync: bool = ..., aligned: bool = ...) -> None:
        """PTX 9.0, 9.7.16.8.5: wait until the warp's reads or writes of tensor memory have finished."""
    def tcgen05_wait_st(self, *, wait_operation: Literal["wait::ld", "wait::st"] | None = ..., sync: bool = ..., aligned: bool = ...) -> None:
        """PTX 9.0, 9.7.16.8.5: wait until the warp's reads or writes of tensor memory have finished."""
    @overload
    def tensormap(self, addr: Pointer | Value, new_val: Source | int, /, *, replace: bool = ..., tile: bool = ..., field: Literal["elemtype", "fill_mode", "global_address", "interleave_layout", "rank", "swizzle_atomicity", "swizzle_mode"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the address or the rank (less one) of the tensor map at addr."""
    @overload
    def tensormap(self, type: Type, addr: Pointer | Value, new_val: Source | int, /, *, replace: bool = ..., tile: bool = ..., field: Literal["elemtype", "fill_mode", "global_address", "interleave_layout", "rank", "swizzle_atomicity", "swizzle_mode"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None: ...
    @overload
    def tensormap(self, addr: Pointer | Value, ord: Pointer | Value | int, new_val: Source | int, /, *, replace: bool = ..., tile: bool = ..., field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ..., cp_fenceproxy: bool = ..., global_: bool = ..., release: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., sync: bool = ..., aligned: bool = ..., **modifiers: Any) -> None: ...
    @overload
    def tensormap(self, type: Type, addr: Pointer | Value, ord: Pointer | Value | int, new_val: Source | int, /, *, replace: bool = ..., tile: bool = ..., field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ..., cp_fenceproxy: bool = ..., global_: bool = ..., release: bool = ..., scope: Literal["cluster", "cta", "gpu", "sys"] | None = ..., sync: bool = ..., aligned: bool = ..., **modifiers: Any) -> None: ...
    def tensormap_cp_fenceproxy_global_shared_cta_tensormap_generic_release_cluster(self, dst: Pointer | Value, src: Pointer | Value, size: int, /, *, cp_fenceproxy: bool = ..., sync: bool = ..., aligned: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.16: copy a tensor map to global memory and release it to copies that read it, the warp together."""
    def tensormap_cp_fenceproxy_global_shared_cta_tensormap_generic_release_cta(self, dst: Pointer | Value, src: Pointer | Value, size: int, /, *, cp_fenceproxy: bool = ..., sync: bool = ..., aligned: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.16: copy a tensor map to global memory and release it to copies that read it, the warp together."""
    def tensormap_cp_fenceproxy_global_shared_cta_tensormap_generic_release_gpu(self, dst: Pointer | Value, src: Pointer | Value, size: int, /, *, cp_fenceproxy: bool = ..., sync: bool = ..., aligned: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.16: copy a tensor map to global memory and release it to copies that read it, the warp together."""
    def tensormap_cp_fenceproxy_global_shared_cta_tensormap_generic_release_sys(self, dst: Pointer | Value, src: Pointer | Value, size: int, /, *, cp_fenceproxy: bool = ..., sync: bool = ..., aligned: bool = ..., **modifiers: Any) -> None:
        """PTX 9.0, 9.7.13.16: copy a tensor map to global memory and release it to copies that read it, the warp together."""
    @overload
    def tensormap_replace_tile_box_dim(self, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set a field of dimension ord of the tensor map at addr."""
    @overload
    def tensormap_replace_tile_box_dim(self, type: Type, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None: ...
    @overload
    def tensormap_replace_tile_element_stride(self, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set a field of dimension ord of the tensor map at addr."""
    @overload
    def tensormap_replace_tile_element_stride(self, type: Type, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None: ...
    def tensormap_replace_tile_elemtype(self, addr: Pointer | Value, new_val: int, /, *, ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the element type, layout, swizzle or fill of the tensor map at addr, by its number."""
    def tensormap_replace_tile_fill_mode(self, addr: Pointer | Value, new_val: int, /, *, field: Literal["elemtype", "fill_mode", "interleave_layout", "swizzle_atomicity", "swizzle_mode"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the element type, layout, swizzle or fill of the tensor map at addr, by its number."""
    @overload
    def tensormap_replace_tile_global_address(self, addr: Pointer | Value, new_val: Source, /, *, field: Literal["global_address", "rank"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the address or the rank (less one) of the tensor map at addr."""
    @overload
    def tensormap_replace_tile_global_address(self, type: Type, addr: Pointer | Value, new_val: Source, /, *, field: Literal["global_address", "rank"] | None = ..., b1024: bool = ...) -> None: ...
    @overload
    def tensormap_replace_tile_global_dim(self, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set a field of dimension ord of the tensor map at addr."""
    @overload
    def tensormap_replace_tile_global_dim(self, type: Type, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., b1024: bool = ...) -> None: ...
    @overload
    def tensormap_replace_tile_global_stride(self, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set a field of dimension ord of the tensor map at addr."""
    @overload
    def tensormap_replace_tile_global_stride(self, type: Type, addr: Pointer | Value, ord: int, new_val: Source, /, *, field: Literal["box_dim", "element_stride", "global_dim", "global_stride"] | None = ..., b1024: bool = ...) -> None: ...
    def tensormap_replace_tile_interleave_layout(self, addr: Pointer | Value, new_val: int, /, *, field: Literal["elemtype", "fill_mode", "interleave_layout", "swizzle_atomicity", "swizzle_mode"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the element type, layout, swizzle or fill of the tensor map at addr, by its number."""
    @overload
    def tensormap_replace_tile_rank(self, addr: Pointer | Value, new_val: Source, /, *, ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the address or the rank (less one) of the tensor map at addr."""
    @overload
    def tensormap_replace_tile_rank(self, type: Type, addr: Pointer | Value, new_val: Source, /, *, ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None: ...
    def tensormap_replace_tile_swizzle_atomicity(self, addr: Pointer | Value, new_val: int, /, *, field: Literal["elemtype", "fill_mode", "interleave_layout", "swizzle_atomicity", "swizzle_mode"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the element type, layout, swizzle or fill of the tensor map at addr, by its number."""
    def tensormap_replace_tile_swizzle_mode(self, addr: Pointer | Value, new_val: int, /, *, field: Literal["elemtype", "fill_mode", "interleave_layout", "swizzle_atomicity", "swizzle_mode"] | None = ..., ss: Literal["global", "shared::cta"] | None = ..., b1024: bool = ...) -> None:
        """PTX 9.0, 9.7.9.26: set the element type, layout, swizzle or fill of the tensor map at addr, by its number."""
    @overload
    def testp(self, a: Source, /, *, into: Into = ..., op: Literal["finite", "infinite", "normal", "notanumber", "number", "subnormal"] | None = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp(self, type: Type, a: Source, /, *, into: Into = ..., op: Literal["finite", "infinite", "normal", "notanumber", "number", "subnormal"] | None = ...) -> Value: ...
    @overload
    def testp_finite(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp_finite(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def testp_infinite(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp_infinite(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def testp_normal(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp_normal(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def testp_notanumber(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp_notanumber(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def testp_number(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp_number(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def testp_subnormal(self, a: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.3.1: p = whether a is of this class; .normal excludes zero."""
    @overload
    def testp_subnormal(self, type: Type, a: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def tex(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c; p = whether it is in memory."""
    @overload
    def tex(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ...) -> Any: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ...) -> Any: ...
    @overload
    def tex(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ...) -> Any: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ..., grad: bool = ...) -> Any: ...
    @overload
    def tex(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ..., grad: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ..., grad: bool = ...) -> Any: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., base: bool = ..., level: bool = ..., grad: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, into: Into = ..., level: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., grad: bool = ...) -> Any: ...
    @overload
    def tex(self, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., level: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., grad: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, into: Into = ..., level: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., grad: bool = ...) -> Any: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., level: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ..., grad: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, into: Into = ..., grad: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ...) -> Any: ...
    @overload
    def tex(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., grad: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, into: Into = ..., grad: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ...) -> Any: ...
    @overload
    def tex(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., grad: bool = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ..., v4: bool = ..., v2: bool = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v2(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c of the finest level."""
    @overload
    def tex_base_v2(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v2(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v2(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v2(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v2(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v2(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v2(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v2(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v2(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v2(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v2(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v4(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c of the finest level."""
    @overload
    def tex_base_v4(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v4(self, type: Type, type1: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v4(self, type: Type, type1: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v4(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v4(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v4(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v4(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_base_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_base_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v2(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c of the level that the slopes ask for."""
    @overload
    def tex_grad_v2(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v2(self, type: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v2(self, type: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v2(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v2(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v2(self, type: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v2(self, type: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v2(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v2(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v2(self, type: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v2(self, type: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v4(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c of the level that the slopes ask for."""
    @overload
    def tex_grad_v4(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v4(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v4(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v4(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v4(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v4(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v4(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v4(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v4(self, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_grad_v4(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_grad_v4(self, type: Type, type1: Type, a: tuple[Any, ...], dPdx: Source, dPdy: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v2(self, a: tuple[Any, ...], lod: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c of level lod."""
    @overload
    def tex_level_v2(self, a: tuple[Any, ...], lod: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v2(self, type: Type, a: tuple[Any, ...], lod: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v2(self, type: Type, a: tuple[Any, ...], lod: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v2(self, a: tuple[Any, ...], lod: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v2(self, a: tuple[Any, ...], lod: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v2(self, type: Type, a: tuple[Any, ...], lod: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v2(self, type: Type, a: tuple[Any, ...], lod: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v2(self, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v2(self, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v2(self, type: Type, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v2(self, type: Type, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v4(self, a: tuple[Any, ...], lod: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c of level lod."""
    @overload
    def tex_level_v4(self, a: tuple[Any, ...], lod: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v4(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v4(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v4(self, a: tuple[Any, ...], lod: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v4(self, a: tuple[Any, ...], lod: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v4(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v4(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v4(self, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v4(self, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_level_v4(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_level_v4(self, type: Type, type1: Type, a: tuple[Any, ...], lod: Source, e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "3d", "a1d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v2(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c; p = whether it is in memory."""
    @overload
    def tex_v2(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v2(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v2(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v2(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v2(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v2(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v2(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v2(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v2(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v2(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v2(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v4(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.3: d = the texel at c; p = whether it is in memory."""
    @overload
    def tex_v4(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v4(self, type: Type, type1: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v4(self, type: Type, type1: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v4(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v4(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v4(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v4(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tex_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tex_v4(self, type: Type, type1: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["1d", "2d", "2dms", "3d", "a1d", "a2d", "a2dms", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4(self, a: tuple[Any, ...], /, *, into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.4: d = one component of the four texels around c; p = whether they are in memory."""
    @overload
    def tld4(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., comp: Literal["a", "b", "g", "r"] | None = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_a(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.4: d = one component of the four texels around c; p = whether they are in memory."""
    @overload
    def tld4_a(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_a(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_a(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_a(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_a(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_a(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_a(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_a(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_a(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_a(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_a(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_b(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.4: d = one component of the four texels around c; p = whether they are in memory."""
    @overload
    def tld4_b(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_b(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_b(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_b(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_b(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_b(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_b(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_b(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_b(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_b(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_b(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_g(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.4: d = one component of the four texels around c; p = whether they are in memory."""
    @overload
    def tld4_g(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_g(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_g(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_g(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_g(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_g(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_g(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_g(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_g(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_g(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_g(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_r(self, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any:
        """PTX 9.0, 9.7.10.4: d = one component of the four texels around c; p = whether they are in memory."""
    @overload
    def tld4_r(self, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_r(self, type: Type, a: tuple[Any, ...], /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_r(self, type: Type, a: tuple[Any, ...], /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_r(self, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_r(self, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_r(self, type: Type, a: tuple[Any, ...], e: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_r(self, type: Type, a: tuple[Any, ...], e: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_r(self, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_r(self, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def tld4_r(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> Any: ...
    @overload
    def tld4_r(self, type: Type, a: tuple[Any, ...], e: Source, f: Source, /, *, both: Literal[True], into: Into = ..., geom: Literal["2d", "a2d", "acube", "cube"] | None = ...) -> tuple[Value, Value]: ...
    @overload
    def txq(self, a: Pointer | Value, /, *, into: Into = ..., query: Literal["addr_mode_0", "addr_mode_1", "addr_mode_2", "array_size", "channel_data_type", "channel_order", "depth", "filter_mode", "force_unnormalized_coords", "height", "normalized_coords", "num_mipmap_levels", "num_samples", "width"] | None = ...) -> Value:
        """PTX 9.0, 9.7.10.5: d = an attribute of the texture or sampler a."""
    @overload
    def txq(self, a: Pointer | Value, lod: Source, /, *, into: Into = ..., level: bool = ..., query: Literal["depth", "height", "width"] | None = ...) -> Value: ...
    def txq_level(self, a: Pointer | Value, lod: Source, /, *, into: Into = ..., query: Literal["depth", "height", "width"] | None = ...) -> Value:
        """PTX 9.0, 9.7.10.5: d = an extent of level lod of the texture a."""
    @overload
    def vabsdiff(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = |a - b|."""
    @overload
    def vabsdiff(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vabsdiff(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vabsdiff(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vabsdiff2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = |a - b| for each of 2 halves; those outside the mask are c's."""
    @overload
    def vabsdiff2(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vabsdiff2_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = c and the sum of |a - b| over 2 halves in the mask."""
    @overload
    def vabsdiff2_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vabsdiff4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = |a - b| for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vabsdiff4(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vabsdiff4_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = c and the sum of |a - b| over 4 bytes in the mask."""
    @overload
    def vabsdiff4_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vabsdiff_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of |a - b| and c."""
    @overload
    def vabsdiff_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vabsdiff_max(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of |a - b| and c."""
    @overload
    def vabsdiff_max(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vabsdiff_min(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of |a - b| and c."""
    @overload
    def vabsdiff_min(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vadd(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = a + b."""
    @overload
    def vadd(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vadd(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vadd(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vadd2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = a + b for each of 2 halves; those outside the mask are c's."""
    @overload
    def vadd2(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vadd2_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = c and the sum of a + b over 2 halves in the mask."""
    @overload
    def vadd2_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vadd4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = a + b for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vadd4(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vadd4_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = c and the sum of a + b over 4 bytes in the mask."""
    @overload
    def vadd4_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vadd_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of a + b and c."""
    @overload
    def vadd_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vadd_max(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of a + b and c."""
    @overload
    def vadd_max(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vadd_min(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of a + b and c."""
    @overload
    def vadd_min(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vavrg2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = the average of a and b for each of 2 halves; those outside the mask are c's."""
    @overload
    def vavrg2(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vavrg2_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = c and the sum of the average of a and b over 2 halves in the mask."""
    @overload
    def vavrg2_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vavrg4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = the average of a and b for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vavrg4(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vavrg4_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = c and the sum of the average of a and b over 4 bytes in the mask."""
    @overload
    def vavrg4_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vmad(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., scale: Literal["shr15", "shr7"] | None = ..., po: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.3: d = a * b + c, shifted right by scale."""
    @overload
    def vmad(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., scale: Literal["shr15", "shr7"] | None = ..., po: bool = ...) -> Value: ...
    @overload
    def vmad_po(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., scale: Literal["shr15", "shr7"] | None = ...) -> Value:
        """PTX 9.0, 9.7.18.1.3: d = a * b + c + 1, shifted right by scale."""
    @overload
    def vmad_po(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., scale: Literal["shr15", "shr7"] | None = ...) -> Value: ...
    @overload
    def vmax(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = max(a, b)."""
    @overload
    def vmax(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmax(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vmax(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vmax2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = max(a, b) for each of 2 halves; those outside the mask are c's."""
    @overload
    def vmax2(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vmax2_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = c and the sum of max(a, b) over 2 halves in the mask."""
    @overload
    def vmax2_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vmax4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = max(a, b) for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vmax4(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vmax4_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = c and the sum of max(a, b) over 4 bytes in the mask."""
    @overload
    def vmax4_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vmax_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of max(a, b) and c."""
    @overload
    def vmax_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmax_max(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of max(a, b) and c."""
    @overload
    def vmax_max(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmax_min(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of max(a, b) and c."""
    @overload
    def vmax_min(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmin(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = min(a, b)."""
    @overload
    def vmin(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmin(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vmin(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vmin2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = min(a, b) for each of 2 halves; those outside the mask are c's."""
    @overload
    def vmin2(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vmin2_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = c and the sum of min(a, b) over 2 halves in the mask."""
    @overload
    def vmin2_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vmin4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = min(a, b) for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vmin4(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vmin4_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = c and the sum of min(a, b) over 4 bytes in the mask."""
    @overload
    def vmin4_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vmin_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of min(a, b) and c."""
    @overload
    def vmin_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmin_max(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of min(a, b) and c."""
    @overload
    def vmin_max(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vmin_min(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of min(a, b) and c."""
    @overload
    def vmin_min(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    def vote(self, a: Source, membermask: Source, /, *, into: Into = ..., mode: Literal["all", "any", "uni"] | None = ..., ballot: bool = ...) -> Value:
        """PTX 9.0, 9.7.13.9: d = whether a holds on all, any, or equally many (all or none) of the lanes in membermask."""
    @overload
    def vset(self, a: Source, b: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ...) -> Value: ...
    @overload
    def vset(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ..., add: bool = ...) -> Value: ...
    @overload
    def vset2_eq(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2_eq(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset2_ge(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2_ge(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset2_gt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2_gt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset2_le(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2_le(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset2_lt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2_lt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset2_ne(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.2: d = 1 where a compares to b, else 0 for each of 2 halves; those outside the mask are c's."""
    @overload
    def vset2_ne(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., cmp: Literal["eq", "ge", "gt", "le", "lt", "ne"] | None = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4_eq(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4_eq(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4_ge(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4_ge(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4_gt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4_gt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4_le(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4_le(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4_lt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4_lt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset4_ne(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.4: d = 1 where a compares to b, else 0 for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vset4_ne(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., add: bool = ...) -> Value: ...
    @overload
    def vset_eq(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset_eq(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vset_eq(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_eq(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_ge(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset_ge(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vset_ge(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_ge(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_gt(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset_gt(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vset_gt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_gt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_le(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset_le(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vset_le(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_le(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_lt(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset_lt(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vset_lt(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_lt(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_ne(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.1.4: d = 1 where a compares to b, else 0."""
    @overload
    def vset_ne(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vset_ne(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vset_ne(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshl(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.18.1.2: d = a << b."""
    @overload
    def vshl(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value: ...
    @overload
    def vshl(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshl(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshl_clamp(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.2: d = a << b."""
    @overload
    def vshl_clamp(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vshl_clamp(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshl_clamp(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshl_wrap(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.2: d = a << b."""
    @overload
    def vshl_wrap(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vshl_wrap(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshl_wrap(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshr(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value:
        """PTX 9.0, 9.7.18.1.2: d = a >> b."""
    @overload
    def vshr(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ...) -> Value: ...
    @overload
    def vshr(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshr(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., mode: Literal["clamp", "wrap"] | None = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshr_clamp(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.2: d = a >> b."""
    @overload
    def vshr_clamp(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vshr_clamp(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshr_clamp(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshr_wrap(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.2: d = a >> b."""
    @overload
    def vshr_wrap(self, type: Type, type1: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vshr_wrap(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vshr_wrap(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vsub(self, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = a - b."""
    @overload
    def vsub(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vsub(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vsub(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., op2: Literal["add", "max", "min"] | None = ...) -> Value: ...
    @overload
    def vsub2(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = a - b for each of 2 halves; those outside the mask are c's."""
    @overload
    def vsub2(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vsub2_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.1: d = c and the sum of a - b over 2 halves in the mask."""
    @overload
    def vsub2_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vsub4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = a - b for each of 4 bytes; those outside the mask are c's."""
    @overload
    def vsub4(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ..., add: bool = ...) -> Value: ...
    @overload
    def vsub4_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.18.2.3: d = c and the sum of a - b over 4 bytes in the mask."""
    @overload
    def vsub4_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ...) -> Value: ...
    @overload
    def vsub_add(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of a - b and c."""
    @overload
    def vsub_add(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vsub_max(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of a - b and c."""
    @overload
    def vsub_max(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def vsub_min(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value:
        """PTX 9.0, 9.7.18.1.1: d = op2 of a - b and c."""
    @overload
    def vsub_min(self, type: Type, type1: Type, type2: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., sat: bool = ...) -> Value: ...
    @overload
    def wgmma(self, *, fence: bool = ..., commit_group: bool = ...) -> None:
        """PTX 9.0, 9.7.15.5.2: start d = a * b + d of halves in shared memory, where d counts if scale-d holds."""
    @overload
    def wgmma(self, N: int, /, *, wait_group: bool = ...) -> None: ...
    @overload
    def wgmma(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k256", "m64n112k32", "m64n128k256", "m64n128k32", "m64n144k256", "m64n144k32", "m64n160k256", "m64n160k32", "m64n16k256", "m64n16k32", "m64n176k256", "m64n176k32", "m64n192k256", "m64n192k32", "m64n208k256", "m64n208k32", "m64n224k256", "m64n224k32", "m64n240k256", "m64n240k32", "m64n24k256", "m64n24k32", "m64n256k256", "m64n256k32", "m64n32k256", "m64n32k32", "m64n48k256", "m64n48k32", "m64n64k256", "m64n64k32", "m64n80k256", "m64n80k32", "m64n8k256", "m64n8k32", "m64n96k256", "m64n96k32"] | None = ..., satfinite: bool = ..., b1: bool = ..., op: Literal["and"] | None = ..., popc: bool = ...) -> None: ...
    @overload
    def wgmma(self, type: Type, type1: Type, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k256", "m64n112k32", "m64n128k256", "m64n128k32", "m64n144k256", "m64n144k32", "m64n160k256", "m64n160k32", "m64n16k256", "m64n16k32", "m64n176k256", "m64n176k32", "m64n192k256", "m64n192k32", "m64n208k256", "m64n208k32", "m64n224k256", "m64n224k32", "m64n240k256", "m64n240k32", "m64n24k256", "m64n24k32", "m64n256k256", "m64n256k32", "m64n32k256", "m64n32k32", "m64n48k256", "m64n48k32", "m64n64k256", "m64n64k32", "m64n80k256", "m64n80k32", "m64n8k256", "m64n8k32", "m64n96k256", "m64n96k32"] | None = ..., satfinite: bool = ..., b1: bool = ..., op: Literal["and"] | None = ..., popc: bool = ...) -> None: ...
    @overload
    def wgmma(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: Source | int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n104k8", "m64n112k32", "m64n112k64", "m64n112k8", "m64n120k32", "m64n120k8", "m64n128k32", "m64n128k64", "m64n128k8", "m64n136k32", "m64n136k8", "m64n144k32", "m64n144k64", "m64n144k8", "m64n152k32", "m64n152k8", "m64n160k32", "m64n160k64", "m64n160k8", "m64n168k32", "m64n168k8", "m64n16k32", "m64n16k64", "m64n16k8", "m64n176k32", "m64n176k64", "m64n176k8", "m64n184k32", "m64n184k8", "m64n192k32", "m64n192k64", "m64n192k8", "m64n200k32", "m64n200k8", "m64n208k32", "m64n208k64", "m64n208k8", "m64n216k32", "m64n216k8", "m64n224k32", "m64n224k64", "m64n224k8", "m64n232k32", "m64n232k8", "m64n240k32", "m64n240k64", "m64n240k8", "m64n248k32", "m64n248k8", "m64n24k32", "m64n24k64", "m64n24k8", "m64n256k32", "m64n256k64", "m64n256k8", "m64n32k32", "m64n32k64", "m64n32k8", "m64n40k32", "m64n40k8", "m64n48k32", "m64n48k64", "m64n48k8", "m64n56k32", "m64n56k8", "m64n64k32", "m64n64k64", "m64n64k8", "m64n72k32", "m64n72k8", "m64n80k32", "m64n80k64", "m64n80k8", "m64n88k32", "m64n88k8", "m64n8k32", "m64n8k64", "m64n8k8", "m64n96k32", "m64n96k64", "m64n96k8"] | None = ..., atype: Literal["e4m3", "e5m2"] | None = ..., btype: Literal["e4m3", "e5m2"] | None = ..., sp: bool = ..., satfinite: bool = ...) -> None: ...
    @overload
    def wgmma(self, type: Type, type1: Type, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: Source | int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n104k8", "m64n112k32", "m64n112k64", "m64n112k8", "m64n120k32", "m64n120k8", "m64n128k32", "m64n128k64", "m64n128k8", "m64n136k32", "m64n136k8", "m64n144k32", "m64n144k64", "m64n144k8", "m64n152k32", "m64n152k8", "m64n160k32", "m64n160k64", "m64n160k8", "m64n168k32", "m64n168k8", "m64n16k32", "m64n16k64", "m64n16k8", "m64n176k32", "m64n176k64", "m64n176k8", "m64n184k32", "m64n184k8", "m64n192k32", "m64n192k64", "m64n192k8", "m64n200k32", "m64n200k8", "m64n208k32", "m64n208k64", "m64n208k8", "m64n216k32", "m64n216k8", "m64n224k32", "m64n224k64", "m64n224k8", "m64n232k32", "m64n232k8", "m64n240k32", "m64n240k64", "m64n240k8", "m64n248k32", "m64n248k8", "m64n24k32", "m64n24k64", "m64n24k8", "m64n256k32", "m64n256k64", "m64n256k8", "m64n32k32", "m64n32k64", "m64n32k8", "m64n40k32", "m64n40k8", "m64n48k32", "m64n48k64", "m64n48k8", "m64n56k32", "m64n56k8", "m64n64k32", "m64n64k64", "m64n64k8", "m64n72k32", "m64n72k8", "m64n80k32", "m64n80k64", "m64n80k8", "m64n88k32", "m64n88k8", "m64n8k32", "m64n8k64", "m64n8k8", "m64n96k32", "m64n96k64", "m64n96k8"] | None = ..., atype: Literal["e4m3", "e5m2"] | None = ..., btype: Literal["e4m3", "e5m2"] | None = ..., sp: bool = ..., satfinite: bool = ...) -> None: ...
    @overload
    def wgmma(self, d: Source, a: Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    @overload
    def wgmma(self, type: Type, d: Source, a: Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    @overload
    def wgmma(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: Source | int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n104k64", "m64n112k16", "m64n112k64", "m64n120k16", "m64n120k64", "m64n128k16", "m64n128k64", "m64n136k16", "m64n136k64", "m64n144k16", "m64n144k64", "m64n152k16", "m64n152k64", "m64n160k16", "m64n160k64", "m64n168k16", "m64n168k64", "m64n16k16", "m64n16k64", "m64n176k16", "m64n176k64", "m64n184k16", "m64n184k64", "m64n192k16", "m64n192k64", "m64n200k16", "m64n200k64", "m64n208k16", "m64n208k64", "m64n216k16", "m64n216k64", "m64n224k16", "m64n224k64", "m64n232k16", "m64n232k64", "m64n240k16", "m64n240k64", "m64n248k16", "m64n248k64", "m64n24k16", "m64n24k64", "m64n256k16", "m64n256k64", "m64n32k16", "m64n32k64", "m64n40k16", "m64n40k64", "m64n48k16", "m64n48k64", "m64n56k16", "m64n56k64", "m64n64k16", "m64n64k64", "m64n72k16", "m64n72k64", "m64n80k16", "m64n80k64", "m64n88k16", "m64n88k64", "m64n8k16", "m64n8k64", "m64n96k16", "m64n96k64"] | None = ..., sp: bool = ..., atype: Literal["e4m3", "e5m2"] | None = ..., btype: Literal["e4m3", "e5m2"] | None = ...) -> None: ...
    @overload
    def wgmma(self, type: Type, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: Source | int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n104k64", "m64n112k16", "m64n112k64", "m64n120k16", "m64n120k64", "m64n128k16", "m64n128k64", "m64n136k16", "m64n136k64", "m64n144k16", "m64n144k64", "m64n152k16", "m64n152k64", "m64n160k16", "m64n160k64", "m64n168k16", "m64n168k64", "m64n16k16", "m64n16k64", "m64n176k16", "m64n176k64", "m64n184k16", "m64n184k64", "m64n192k16", "m64n192k64", "m64n200k16", "m64n200k64", "m64n208k16", "m64n208k64", "m64n216k16", "m64n216k64", "m64n224k16", "m64n224k64", "m64n232k16", "m64n232k64", "m64n240k16", "m64n240k64", "m64n248k16", "m64n248k64", "m64n24k16", "m64n24k64", "m64n256k16", "m64n256k64", "m64n32k16", "m64n32k64", "m64n40k16", "m64n40k64", "m64n48k16", "m64n48k64", "m64n56k16", "m64n56k64", "m64n64k16", "m64n64k64", "m64n72k16", "m64n72k64", "m64n80k16", "m64n80k64", "m64n88k16", "m64n88k64", "m64n8k16", "m64n8k64", "m64n96k16", "m64n96k64"] | None = ..., sp: bool = ..., atype: Literal["e4m3", "e5m2"] | None = ..., btype: Literal["e4m3", "e5m2"] | None = ...) -> None: ...
    @overload
    def wgmma(self, d: Source, a: Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., sp: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma(self, type: Type, d: Source, a: Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., sp: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma(self, d: Source, a_desc: Source, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., sp: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma(self, type: Type, d: Source, a_desc: Source, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., sp: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    def wgmma_commit_group(self, *, commit_group: bool = ...) -> None:
        """PTX 9.0, 9.7.15.7.2: make a group of the warp's wgmma.mma_async that belong to none yet."""
    def wgmma_fence(self) -> None:
        """PTX 9.0, 9.7.15.7.1: order this warp's registers before and after with wgmma.mma_async that use them."""
    @overload
    def wgmma_mma_async(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k32", "m64n128k32", "m64n144k32", "m64n160k32", "m64n16k32", "m64n176k32", "m64n192k32", "m64n208k32", "m64n224k32", "m64n240k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n48k32", "m64n64k32", "m64n80k32", "m64n8k32", "m64n96k32"] | None = ..., satfinite: bool = ...) -> None:
        """PTX 9.0, 9.7.15.5.2: start d = a * b + d of halves in shared memory, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async(self, type: Type, type1: Type, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k32", "m64n128k32", "m64n144k32", "m64n160k32", "m64n16k32", "m64n176k32", "m64n192k32", "m64n208k32", "m64n224k32", "m64n240k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n48k32", "m64n64k32", "m64n80k32", "m64n8k32", "m64n96k32"] | None = ..., satfinite: bool = ...) -> None: ...
    @overload
    def wgmma_mma_async(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k8", "m64n112k8", "m64n120k8", "m64n128k8", "m64n136k8", "m64n144k8", "m64n152k8", "m64n160k8", "m64n168k8", "m64n16k8", "m64n176k8", "m64n184k8", "m64n192k8", "m64n200k8", "m64n208k8", "m64n216k8", "m64n224k8", "m64n232k8", "m64n240k8", "m64n248k8", "m64n24k8", "m64n256k8", "m64n32k8", "m64n40k8", "m64n48k8", "m64n56k8", "m64n64k8", "m64n72k8", "m64n80k8", "m64n88k8", "m64n8k8", "m64n96k8"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async(self, d: Source, a: Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async(self, type: Type, d: Source, a: Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async(self, d: Source, a_desc: Source, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async(self, type: Type, d: Source, a_desc: Source, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    def wgmma_mma_async_b1_and(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k256", "m64n128k256", "m64n144k256", "m64n160k256", "m64n16k256", "m64n176k256", "m64n192k256", "m64n208k256", "m64n224k256", "m64n240k256", "m64n24k256", "m64n256k256", "m64n32k256", "m64n48k256", "m64n64k256", "m64n80k256", "m64n8k256", "m64n96k256"] | None = ..., popc: bool = ...) -> None:
        """PTX 9.0, 9.7.15.5.2: start d = d and how many bits are set in both a's row and b's column, in shared memory, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async_e4m3(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None:
        """PTX 9.0, 9.7.15.5.2: start d = a * b + d of bytes that are floats in shared memory, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async_e4m3(self, type: Type, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_e5m2(self, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None:
        """PTX 9.0, 9.7.15.5.2: start d = a * b + d of bytes that are floats in shared memory, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async_e5m2(self, type: Type, d: Source, a_desc: Source | Sources, b_desc: Source, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp(self, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k64", "m64n128k64", "m64n144k64", "m64n160k64", "m64n16k64", "m64n176k64", "m64n192k64", "m64n208k64", "m64n224k64", "m64n240k64", "m64n24k64", "m64n256k64", "m64n32k64", "m64n48k64", "m64n64k64", "m64n80k64", "m64n8k64", "m64n96k64"] | None = ..., satfinite: bool = ...) -> None:
        """PTX 9.0, 9.7.15.6.4: start d = a * b + d of halves in shared memory, a sparse, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async_sp(self, type: Type, type1: Type, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, /, *, mma_async: bool = ..., shape: Literal["m64n112k64", "m64n128k64", "m64n144k64", "m64n160k64", "m64n16k64", "m64n176k64", "m64n192k64", "m64n208k64", "m64n224k64", "m64n240k64", "m64n24k64", "m64n256k64", "m64n32k64", "m64n48k64", "m64n64k64", "m64n80k64", "m64n8k64", "m64n96k64"] | None = ..., satfinite: bool = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp(self, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k16", "m64n112k16", "m64n120k16", "m64n128k16", "m64n136k16", "m64n144k16", "m64n152k16", "m64n160k16", "m64n168k16", "m64n16k16", "m64n176k16", "m64n184k16", "m64n192k16", "m64n200k16", "m64n208k16", "m64n216k16", "m64n224k16", "m64n232k16", "m64n240k16", "m64n248k16", "m64n24k16", "m64n256k16", "m64n32k16", "m64n40k16", "m64n48k16", "m64n56k16", "m64n64k16", "m64n72k16", "m64n80k16", "m64n88k16", "m64n8k16", "m64n96k16"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp(self, d: Source, a: Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp(self, type: Type, d: Source, a: Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp(self, d: Source, a_desc: Source, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp(self, type: Type, d: Source, a_desc: Source, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, imm_trans_a: int, imm_trans_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k32", "m64n112k32", "m64n120k32", "m64n128k32", "m64n136k32", "m64n144k32", "m64n152k32", "m64n160k32", "m64n168k32", "m64n16k32", "m64n176k32", "m64n184k32", "m64n192k32", "m64n200k32", "m64n208k32", "m64n216k32", "m64n224k32", "m64n232k32", "m64n240k32", "m64n248k32", "m64n24k32", "m64n256k32", "m64n32k32", "m64n40k32", "m64n48k32", "m64n56k32", "m64n64k32", "m64n72k32", "m64n80k32", "m64n88k32", "m64n8k32", "m64n96k32"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp_e4m3(self, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k64", "m64n112k64", "m64n120k64", "m64n128k64", "m64n136k64", "m64n144k64", "m64n152k64", "m64n160k64", "m64n168k64", "m64n16k64", "m64n176k64", "m64n184k64", "m64n192k64", "m64n200k64", "m64n208k64", "m64n216k64", "m64n224k64", "m64n232k64", "m64n240k64", "m64n248k64", "m64n24k64", "m64n256k64", "m64n32k64", "m64n40k64", "m64n48k64", "m64n56k64", "m64n64k64", "m64n72k64", "m64n80k64", "m64n88k64", "m64n8k64", "m64n96k64"] | None = ...) -> None:
        """PTX 9.0, 9.7.15.6.4: start d = a * b + d of bytes that are floats in shared memory, a sparse, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async_sp_e4m3(self, type: Type, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k64", "m64n112k64", "m64n120k64", "m64n128k64", "m64n136k64", "m64n144k64", "m64n152k64", "m64n160k64", "m64n168k64", "m64n16k64", "m64n176k64", "m64n184k64", "m64n192k64", "m64n200k64", "m64n208k64", "m64n216k64", "m64n224k64", "m64n232k64", "m64n240k64", "m64n248k64", "m64n24k64", "m64n256k64", "m64n32k64", "m64n40k64", "m64n48k64", "m64n56k64", "m64n64k64", "m64n72k64", "m64n80k64", "m64n88k64", "m64n8k64", "m64n96k64"] | None = ...) -> None: ...
    @overload
    def wgmma_mma_async_sp_e5m2(self, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k64", "m64n112k64", "m64n120k64", "m64n128k64", "m64n136k64", "m64n144k64", "m64n152k64", "m64n160k64", "m64n168k64", "m64n16k64", "m64n176k64", "m64n184k64", "m64n192k64", "m64n200k64", "m64n208k64", "m64n216k64", "m64n224k64", "m64n232k64", "m64n240k64", "m64n248k64", "m64n24k64", "m64n256k64", "m64n32k64", "m64n40k64", "m64n48k64", "m64n56k64", "m64n64k64", "m64n72k64", "m64n80k64", "m64n88k64", "m64n8k64", "m64n96k64"] | None = ...) -> None:
        """PTX 9.0, 9.7.15.6.4: start d = a * b + d of bytes that are floats in shared memory, a sparse, where d counts if scale-d holds."""
    @overload
    def wgmma_mma_async_sp_e5m2(self, type: Type, d: Source, a_desc: Source | Sources, b_desc: Source, sp_meta: Source, sp_sel: int, scale_d: Source, imm_scale_a: int, imm_scale_b: int, /, *, mma_async: bool = ..., shape: Literal["m64n104k64", "m64n112k64", "m64n120k64", "m64n128k64", "m64n136k64", "m64n144k64", "m64n152k64", "m64n160k64", "m64n168k64", "m64n16k64", "m64n176k64", "m64n184k64", "m64n192k64", "m64n200k64", "m64n208k64", "m64n216k64", "m64n224k64", "m64n232k64", "m64n240k64", "m64n248k64", "m64n24k64", "m64n256k64", "m64n32k64", "m64n40k64", "m64n48k64", "m64n56k64", "m64n64k64", "m64n72k64", "m64n80k64", "m64n88k64", "m64n8k64", "m64n96k64"] | None = ...) -> None: ...
    def wgmma_wait_group(self, N: int, /, *, wait_group: bool = ...) -> None:
        """PTX 9.0, 9.7.15.7.3: wait until at most the N newest groups of the warp are unfinished."""
    @overload
    def wmma(self, p: Pointer | Value, /, *, into: Into = ..., load: bool = ..., a: bool = ..., layout: Literal["col", "row"] | None = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., b: bool = ..., c: bool = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = a * b + c of halves, summed in halves or single precision."""
    @overload
    def wmma(self, type: Type, p: Pointer | Value, /, *, into: Into = ..., load: bool = ..., a: bool = ..., layout: Literal["col", "row"] | None = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., b: bool = ..., c: bool = ..., **modifiers: Any) -> Value: ...
    @overload
    def wmma(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., load: bool = ..., a: bool = ..., layout: Literal["col", "row"] | None = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., b: bool = ..., c: bool = ..., store: bool = ..., d: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def wmma(self, type: Type, p: Pointer | Value, stride: Source, /, *, into: Into = ..., load: bool = ..., a: bool = ..., layout: Literal["col", "row"] | None = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., b: bool = ..., c: bool = ..., store: bool = ..., d: bool = ..., **modifiers: Any) -> Any: ...
    @overload
    def wmma(self, a: Pointer | Value | Source, b: Source, c: Source, /, *, into: Into = ..., mma: bool = ..., alayout: Literal["col", "row"] | None = ..., blayout: Literal["col", "row"] | None = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., satfinite: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., store: bool = ..., d: bool = ..., layout: Literal["col", "row"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["s4", "u4"] | None = ..., btype: Literal["s4", "u4"] | None = ..., op: Literal["and", "xor"] | None = ..., popc: bool = ..., b1: bool = ...) -> Any: ...
    @overload
    def wmma(self, type: Type, type1: Type, a: Pointer | Value | Source, b: Source, c: Source, /, *, into: Into = ..., mma: bool = ..., alayout: Literal["col", "row"] | None = ..., blayout: Literal["col", "row"] | None = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., satfinite: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ..., store: bool = ..., d: bool = ..., layout: Literal["col", "row"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., row: bool = ..., col: bool = ..., atype: Literal["s4", "u4"] | None = ..., btype: Literal["s4", "u4"] | None = ..., op: Literal["and", "xor"] | None = ..., popc: bool = ..., b1: bool = ...) -> Any: ...
    @overload
    def wmma_load_a_col(self, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.4.3: r = the matrix at p, whose rows (or columns) are stride elements apart, to stand on the left."""
    @overload
    def wmma_load_a_col(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def wmma_load_a_row(self, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.4.3: r = the matrix at p, whose rows (or columns) are stride elements apart, to stand on the left."""
    @overload
    def wmma_load_a_row(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def wmma_load_b_col(self, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.4.3: r = the matrix at p, whose rows (or columns) are stride elements apart, to stand on the right."""
    @overload
    def wmma_load_b_col(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def wmma_load_b_row(self, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value:
        """PTX 9.0, 9.7.14.4.3: r = the matrix at p, whose rows (or columns) are stride elements apart, to stand on the right."""
    @overload
    def wmma_load_b_row(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ..., **modifiers: Any) -> Value: ...
    @overload
    def wmma_load_c_col(self, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.4.3: r = the matrix at p, whose rows (or columns) are stride elements apart, to be added to."""
    @overload
    def wmma_load_c_col(self, type: Type, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def wmma_load_c_col(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def wmma_load_c_col(self, type: Type, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def wmma_load_c_row(self, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.4.3: r = the matrix at p, whose rows (or columns) are stride elements apart, to be added to."""
    @overload
    def wmma_load_c_row(self, type: Type, p: Pointer | Value, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def wmma_load_c_row(self, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value: ...
    @overload
    def wmma_load_c_row(self, type: Type, p: Pointer | Value, stride: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> Value: ...
    def wmma_mma_and(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., popc: bool = ..., row: bool = ..., col: bool = ..., shape: Literal["m8n8k128"] | None = ..., b1: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = c and in how many places the bits of a's row and b's column differ (xor) or are both set (and)."""
    @overload
    def wmma_mma_col(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k4"] | None = ..., satfinite: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = a * b + c of halves, summed in halves or single precision."""
    @overload
    def wmma_mma_col(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k4"] | None = ..., satfinite: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ...) -> Value: ...
    @overload
    def wmma_mma_row(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k4"] | None = ..., satfinite: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ...) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = a * b + c of halves, summed in halves or single precision."""
    @overload
    def wmma_mma_row(self, type: Type, type1: Type, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k4"] | None = ..., satfinite: bool = ..., rnd: Literal["rm", "rn", "rp", "rz"] | None = ...) -> Value: ...
    def wmma_mma_row_col_s4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m8n8k32"] | None = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = a * b + c of integers of 4 bits, summed in 32 bits (which saturate with .satfinite)."""
    def wmma_mma_row_col_u4(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., shape: Literal["m8n8k32"] | None = ..., satfinite: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = a * b + c of integers of 4 bits, summed in 32 bits (which saturate with .satfinite)."""
    def wmma_mma_xor(self, a: Source, b: Source, c: Source, /, *, into: Into = ..., popc: bool = ..., row: bool = ..., col: bool = ..., shape: Literal["m8n8k128"] | None = ..., b1: bool = ...) -> Value:
        """PTX 9.0, 9.7.14.4.5: d = c and in how many places the bits of a's row and b's column differ (xor) or are both set (and)."""
    @overload
    def wmma_store_d_col(self, p: Pointer | Value, r: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.14.4.4: the matrix at p, whose rows (or columns) are stride elements apart, = r."""
    @overload
    def wmma_store_d_col(self, type: Type, p: Pointer | Value, r: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None: ...
    @overload
    def wmma_store_d_col(self, p: Pointer | Value, r: Source, stride: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None: ...
    @overload
    def wmma_store_d_col(self, type: Type, p: Pointer | Value, r: Source, stride: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None: ...
    @overload
    def wmma_store_d_row(self, p: Pointer | Value, r: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None:
        """PTX 9.0, 9.7.14.4.4: the matrix at p, whose rows (or columns) are stride elements apart, = r."""
    @overload
    def wmma_store_d_row(self, type: Type, p: Pointer | Value, r: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None: ...
    @overload
    def wmma_store_d_row(self, p: Pointer | Value, r: Source, stride: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None: ...
    @overload
    def wmma_store_d_row(self, type: Type, p: Pointer | Value, r: Source, stride: Source, /, *, shape: Literal["m16n16k16", "m16n16k8", "m32n8k16", "m8n32k16", "m8n8k128", "m8n8k32", "m8n8k4"] | None = ..., space: Literal["global", "shared", "shared::cta"] | None = ...) -> None: ...
    @overload
    def xor(self, a: Source, b: Source, /, *, into: Into = ...) -> Value:
        """PTX 9.0, 9.7.8.3: d = a ^ b."""
    @overload
    def xor(self, type: Type, a: Source, b: Source, /, *, into: Into = ...) -> Value: ...
