"""Memory of several GPUs under one address (PTX ISA 9.0, section 9.7.9.14)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Row, instruction, type_or_name

NO_MULTIMEM = "the emulator is one GPU: multimem addresses several"

_INTEGERS = ("b32", "b64", "u32", "u64", "s32", "s64")
_FLOATS = ("f16", "f16x2", "bf16", "bf16x2", "f32", "f64")
# ptxas 13.0 takes no register for single floats of one byte, which the manual has as well.
_BYTES = ("e5m2x2", "e5m2x4", "e4m3x2", "e4m3x4")
_ELEMENTS = (*_FLOATS, *_BYTES)
_OPERATIONS = ("min", "max", "add", "and", "or", "xor")
_SEMANTICS = ("relaxed", "release")
_SCOPES = ("cta", "cluster", "gpu", "sys")
_WHOLE = (
    "op=and|or|xor -> type=b32|b64",
    "op=min|max -> type=u32|s32|u64|s64",
    "op=add -> type=u32|s32|u64",
)
_VECTORS = (
    "vec=v8 -> type=f16|bf16|e4m3x2|e5m2x2",
    "vec=v4 -> type=f16|f16x2|bf16|bf16x2|f32|e4m3x2|e5m2x2|e4m3x4|e5m2x4",
    "vec=v2 -> type=f16|f16x2|bf16|bf16x2|f32|e4m3x2|e5m2x2|e4m3x4|e5m2x4",
    "type=f16|bf16|e4m3x2|e5m2x2 -> vec",
)
_REDUCING = (
    *_VECTORS,
    "op=min|max -> type=f16|f16x2|bf16|bf16x2|e4m3x2|e4m3x4|e5m2x2|e5m2x4",
    "acc::f32 -> op=add type=f16|f16x2|bf16|bf16x2",
    "acc::f16 -> op=add type=e4m3|e4m3x2|e4m3x4|e5m2|e5m2x2|e5m2x4",
)
_OPS = ("min", "max", "add")
_VEC = ("v2", "v4", "v8")


def _registers(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """Floats of one byte come in registers of bits, two or four in each."""
    type, vector = modifiers["type"], modifiers.get("vec", "")
    if type in _BYTES:
        type = "b16" if type.endswith("x2") else "b32"
    return dict.fromkeys(("d", "b"), type + (f"[{vector[1:]}]" if vector else ""))


def _multimem(
    line: str,
    operands: str,
    effect: Effect,
    doc: str,
    *,
    legal: tuple[str, ...] = (),
    **slots: tuple[type_or_name, ...],
) -> Row:
    return instruction(
        line,
        slots={**slots, **({"scope": _SCOPES} if ".scope}" in line else {})},
        operands=operands,
        resolve=_registers if ":any" in operands else None,
        legal=(*legal, "sem -> scope", "scope -> sem") if "sem" in slots else legal,
        needs={"|".join(_BYTES): ((8, 6), "sm_100f|sm_110f|sm_120a|sm_121a"), "acc::f32": ((8, 2), 90)},
        ptx=(8, 1),
        sm=90,
        effects=(effect,),
        space=StateSpace.GENERIC,
        section="9.7.9.14",
        doc=doc,
        not_emulated=NO_MULTIMEM,
    )


_REDUCED = "d = op over the GPUs' values at a"
_STORED = "each GPU's memory at a = b"

MULTIMEM_LD_REDUCE = _multimem(
    "multimem.ld_reduce{.sem}{.scope}{.global}.op.type d, [a]",
    "d:type a:address",
    Effect.READ,
    _REDUCED,
    legal=_WHOLE,
    sem=("relaxed", "acquire"),
    op=_OPERATIONS,
    type=_INTEGERS,
)
MULTIMEM_LD_REDUCE_WEAK = _multimem(
    "multimem.ld_reduce.weak{.global}.op.type d, [a]",
    "d:type a:address",
    Effect.READ,
    _REDUCED,
    legal=_WHOLE,
    op=_OPERATIONS,
    type=_INTEGERS,
)
MULTIMEM_ST = _multimem(
    "multimem.st{.sem}{.scope}{.global}.type [a], b",
    "a:address b:type",
    Effect.WRITE,
    _STORED,
    sem=_SEMANTICS,
    type=_INTEGERS,
)
MULTIMEM_ST_WEAK = _multimem(
    "multimem.st.weak{.global}.type [a], b", "a:address b:type", Effect.WRITE, _STORED, type=_INTEGERS
)
MULTIMEM_RED = _multimem(
    "multimem.red{.sem}{.scope}{.global}.op.type [a], b",
    "a:address b:type",
    Effect.ATOMIC,
    "each GPU's memory at a becomes op of it and b",
    legal=_WHOLE,
    sem=_SEMANTICS,
    op=_OPERATIONS,
    type=_INTEGERS,
)
MULTIMEM_LD_REDUCE_FLOAT = _multimem(
    "multimem.ld_reduce{.sem}{.scope}{.global}.op{.acc_prec}{.vec}.type d, [a]",
    "d:any a:address",
    Effect.READ,
    _REDUCED,
    legal=_REDUCING,
    sem=("relaxed", "acquire"),
    op=_OPS,
    acc_prec=("acc::f32", "acc::f16"),
    vec=_VEC,
    type=_ELEMENTS,
)
MULTIMEM_LD_REDUCE_FLOAT_WEAK = _multimem(
    "multimem.ld_reduce.weak{.global}.op{.acc_prec}{.vec}.type d, [a]",
    "d:any a:address",
    Effect.READ,
    _REDUCED,
    legal=_REDUCING,
    op=_OPS,
    acc_prec=("acc::f32", "acc::f16"),
    vec=_VEC,
    type=_ELEMENTS,
)
MULTIMEM_ST_FLOAT = _multimem(
    "multimem.st{.sem}{.scope}{.global}{.vec}.type [a], b",
    "a:address b:any",
    Effect.WRITE,
    _STORED,
    legal=_VECTORS,
    sem=_SEMANTICS,
    vec=_VEC,
    type=_ELEMENTS,
)
MULTIMEM_ST_FLOAT_WEAK = _multimem(
    "multimem.st.weak{.global}{.vec}.type [a], b",
    "a:address b:any",
    Effect.WRITE,
    _STORED,
    legal=_VECTORS,
    vec=_VEC,
    type=_ELEMENTS,
)
MULTIMEM_RED_FLOAT = _multimem(
    "multimem.red{.sem}{.scope}{.global}.add{.vec}.type [a], b",
    "a:address b:any",
    Effect.ATOMIC,
    "each GPU's memory at a grows by b",
    legal=_VECTORS,
    sem=_SEMANTICS,
    vec=_VEC,
    type=_FLOATS,
)
