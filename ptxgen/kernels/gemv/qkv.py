"""The three projections of attention in one launch: queries, keys and values of the same activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, choice, flag, size
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.gemv.activations import OnQ8Activations, Reals
from ptxgen.kernels.gemv.bounds import whole_blocks
from ptxgen.kernels.gemv.rows import Cta, Matrix
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K, Q5_0, Q6_K, Q8_0, BlockFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_PARTS = ("q", "k", "v")


@register(family="gemv", aliases=("fused_qkv_gemv",))
@frozen
class QkvGemv(OnQ8Activations):
    """y_q = W_q x + b_q, y_k = W_k x + b_k and y_v = W_v x + b_v: each CTA computes rows of one of the matrices.

    w_q: [n_q, row bytes], w_k and w_v: [n_kv, row bytes] uint8, each in its own format; x: [k] or [m, k], see
    `OnQ8Activations`; with `rms_norm` gain: [k] float32; with `bias` b_q: [n_q], b_k and b_v: [n_kv] float32;
    y_q: [n_q] or [m, n_q], y_k and y_v: [n_kv] or [m, n_kv] float32. n_q and n_kv are launch-time parameters.
    """

    n_q: int = size(24)
    n_kv: int = size(12)
    format_q: BlockFormat = weight_format(Q4_K)
    format_k: BlockFormat = weight_format(Q4_K)
    format_v: BlockFormat = weight_format(Q4_K)
    bias: bool = flag()

    requires: ClassVar[tuple[Rule, ...]] = (
        *OnQ8Activations.requires,
        whole_blocks("block_weights_v"),
        whole_blocks("block_weights_k"),
        at_most("n_q", 2**30),
        at_most("n_kv", 2**30),
    )

    @property
    def formats(self) -> dict[str, BlockFormat]:
        """The format of each matrix."""
        return {"q": self.format_q, "k": self.format_k, "v": self.format_v}

    @property
    def weight_formats(self) -> tuple[BlockFormat, ...]:
        return (self.format_q, self.format_k, self.format_v)

    @property
    def signature(self) -> Signature:
        rows = {"q": "n_q", "k": "n_kv", "v": "n_kv"}
        biases = {f"b_{part}": In(f32, rows[part]) for part in _PARTS} if self.bias else {}
        return Signature(
            **{f"w_{part}": In(u8, rows[part], f"row_bytes_{part}") for part in _PARTS},
            **self.prologue.parameters(*self.batch_dims),
            **biases,
            **{f"y_{part}": Out(f32, *self.batch_dims, rows[part]) for part in _PARTS},
            n_q=Scalar(u32),
            n_kv=Scalar(u32),
        )

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and for each matrix the bytes of a row and the weights of a block."""
        rows = {
            f"{name}_{part}": value
            for part, format in self.formats.items()
            for name, value in format.sizes(self.k).items()
        }
        return {**super().sizes, **rows, "block_weights": rows["block_weights_q"]}

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        """CTAs take rows of W_q first, then of W_k, then of W_v. Neighbours of one format share their code."""
        p = dict(zip(self.signature.params, parameters, strict=True))
        cta = Cta.open(k, self, p)
        a_cta = self.rows_a_cta()
        ctas_q, ctas_kv = ((p[name] + (a_cta - 1)) // a_cta for name in ("n_q", "n_kv"))
        counts = {"q": p["n_q"], "k": p["n_kv"], "v": p["n_kv"]}
        first = {"q": k.const(u32, 0), "k": ctas_q, "v": ctas_q + ctas_kv}

        def emit(parts: Sequence[str]) -> None:
            """The matrices of some parts, which have one format."""
            picked = {name: _pick(k, p, first, parts, name) for name in ("w", "b", "y") if f"{name}_q" in p}
            n = _select(k, [counts[part] for part in parts], [first[part] for part in parts])
            start = _select(k, [first[part] for part in parts], [first[part] for part in parts])

            def finish(m: int, row: Value, products: Sequence[Value]) -> None:
                value = products[0] + picked["b"][row] if self.bias else products[0]
                picked["y"].row(m, n)[row] = value

            cta.group(k, [Matrix(picked["w"], self.formats[parts[0]])], n, finish, start)

        groups = _groups(self.formats)
        for index, parts in enumerate(groups):
            if len(groups) == 1:
                emit(parts)
                continue
            here = k.ctaid.x >= first[parts[0]]
            if index + 1 < len(groups):
                here = here & (k.ctaid.x < first[groups[index + 1][0]])
            with k.if_(here):
                emit(parts)

    def plan(self) -> Plan:
        return self.plan_of(self.n_q, self.n_kv, self.n_kv)

    def reference(self, x: NDArray[Any], **others: NDArray[Any]) -> tuple[Reals, ...]:
        exact = self.exact(x, others.get("gain"))
        return tuple(
            self.product(format, others[f"w_{part}"], exact) + others.get(f"b_{part}", 0)
            for part, format in self.formats.items()
        )

    def tolerance(self, x: NDArray[Any], **others: NDArray[Any]) -> tuple[Reals, ...]:
        """See `product_bound`; a bias costs one rounding more, of the sum."""
        exact = self.exact(x, others.get("gain"))
        sums = self.reference(x, **others)
        return tuple(
            self.product_bound(format, others[f"w_{part}"], exact) + self.bias * 2.0**-23 * np.abs(total)
            for (part, format), total in zip(self.formats.items(), sums, strict=True)
        )

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        inputs: Arrays = {}
        for part, rows in zip(_PARTS, (self.n_q, self.n_kv, self.n_kv), strict=True):
            weights = rng.standard_normal((rows, self.k), dtype=np.float32)
            inputs[f"w_{part}"] = self.formats[part].encode(weights)
            if self.bias:
                inputs[f"b_{part}"] = rng.standard_normal(rows, dtype=np.float32)
        return {**inputs, **self.example_activations(rng)}

    def cost(self) -> Cost:
        rows = dict(zip(_PARTS, (self.n_q, self.n_kv, self.n_kv), strict=True))
        total = sum(rows.values())
        weights = sum(count * self.sizes[f"row_bytes_{part}"] for part, count in rows.items())
        outputs = (self.batch + self.bias) * total
        return Cost(
            bytes=weights + self.activation_bytes() + 4 * outputs, flops=2 * self.batch * total * self.k
        )


def _groups(formats: dict[str, BlockFormat]) -> list[list[str]]:
    """Neighbouring parts of one format together."""
    groups: list[list[str]] = []
    for part, format in formats.items():
        if groups and formats[groups[-1][-1]] is format:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _select(k: KernelBuilder, values: Sequence[Value], first_ctas: Sequence[Value]) -> Value:
    """The value of the last part whose first CTA is not behind this one."""
    chosen = values[0]
    for value, first in zip(values[1:], first_ctas[1:], strict=True):
        chosen = k.select(k.ctaid.x >= first, value, chosen)
    return chosen


def _pick(
    k: KernelBuilder, p: dict[str, Any], first: dict[str, Value], parts: Sequence[str], name: str
) -> Pointer:
    """The pointer `name` of the part that this CTA works on."""
    pointers: list[Pointer] = [p[f"{name}_{part}"] for part in parts]
    address = _select(k, [pointer.address for pointer in pointers], [first[part] for part in parts])
    return k.pointer_to(address, pointers[0].type, align=16)


def fused_qkv(name: str, *formats: BlockFormat, alias: str) -> type[QkvGemv]:
    """The projections on weights of these formats (of q, k and v), after RMSNorm: the start of an attention block."""
    members: dict[str, Any] = {
        "__doc__": f"""Projections to queries ({formats[0]}), keys ({formats[1]}), values ({formats[2]}), after RMSNorm.

    w_q: [n_q, row bytes], w_k, w_v: [n_kv, row bytes] uint8; x, gain: [k] float32; y_q, y_k, y_v float32; `bias` adds
    b_q, b_k, b_v.
    """,
        "__module__": __name__,
        "__annotations__": {f"format_{part}": BlockFormat for part in _PARTS} | {"activations": str},
        "activations": choice("rms_norm", "f32", "q8_1"),
        **{
            f"format_{part}": field(default=format, init=False)
            for part, format in zip(_PARTS, formats, strict=True)
        },
    }
    made: type[QkvGemv] = frozen(type(name, (QkvGemv,), members))
    return register(family="gemv", aliases=(alias,))(made)


FusedQkvQ4KGemv = fused_qkv("FusedQkvQ4KGemv", Q4_K, Q4_K, Q4_K, alias="fused_qkv_q4k_gemv")
FusedQkvQ4KQ6KGemv = fused_qkv("FusedQkvQ4KQ6KGemv", Q4_K, Q4_K, Q6_K, alias="fused_qkv_q4k_q6k_gemv")
FusedQkvQ5_0Gemv = fused_qkv("FusedQkvQ5_0Gemv", Q5_0, Q5_0, Q5_0, alias="fused_qkv_q50_gemv")
FusedQkvQ5_0Q8_0Gemv = fused_qkv("FusedQkvQ5_0Q8_0Gemv", Q5_0, Q5_0, Q8_0, alias="fused_qkv_q50_q80_gemv")
