"""Rotary embedding and the way into the cache in one kernel: what lies between the projections and attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, flag, limit, option, real, size
from ptxgen.kernels.blocks.floats import load_floats
from ptxgen.kernels.blocks.rotary import rotate
from ptxgen.kernels.cache.scatter import PIECE, KvScatter, Piece
from ptxgen.kernels.float_arrays import Doubles, normal, numbers, rounding
from ptxgen.kernels.registry import register
from ptxgen.kernels.rope.rope import Rope
from ptxgen.kernels.rules import Rule, multiple
from ptxgen.launch import In, InOut, Plan, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen
class RopeScatter(Kernel):
    """`Rope` of queries, in place, and of new keys on their way into the cache; new values go there as they are.

    q: [tokens, heads, head_dim] of `type`; new_keys, new_values: [tokens, kv_heads, head_dim] of `type`; positions,
    sequences: [tokens] int32; with `factors`, factors: [dims/2] float32. The cache (`cache`, `block_size`, `pool`,
    seqs, capacity) is that of `KvScatter`, the angles (`style`, `rotary_dims`, `base`, `scaling` and its numbers) those
    of `Rope`. A token whose place is out of range is left out of the cache; its queries are turned.

    With float32 inputs it writes the bits that `Rope` and `KvScatter` write one after the other. tokens, seqs, capacity
    and the size of the pool are launch-time parameters.
    """

    tokens: int = size(5)
    seqs: int = size(3)
    capacity: int = size(20)
    heads: int = option(4)
    kv_heads: int = option(2)
    head_dim: int = option(64)
    cache: str = choice("f16", "f32", "q8_0")
    block_size: int = limit()
    pool: int = limit()
    rotary_dims: int = limit()
    threads: int = option(128)
    base: float = real(10000.0)
    factors: bool = flag()
    scaling: str = choice("none", "linear", "llama3", "yarn")
    factor: float = real(1.0)
    context: int = option(8192)
    low_factor: float = real(1.0)
    high_factor: float = real(4.0)
    beta_fast: float = real(32.0)
    beta_slow: float = real(1.0)
    type: Type = choice(f32, f16, bf16)
    style: str = attrs.field(default="", kw_only=True)

    visible: ClassVar[float] = 1e-2
    requires: ClassVar[tuple[Rule, ...]] = (multiple("dims", 2 * PIECE),)

    @property
    def rope(self) -> Rope:
        """What turns queries, and says how keys turn."""
        return Rope(**_shared(self, Rope))

    @property
    def scatter(self) -> KvScatter:
        """What writes the cache."""
        return KvScatter(**_shared(self, KvScatter))

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, the elements of a head that turn, and the sizes of the cache."""
        return {**self.rope.sizes, **self.scatter.sizes, **super().sizes}

    @property
    def signature(self) -> Signature:
        q = InOut(self.type, "tokens", "heads", "head_dim")
        factors = {"factors": In(f32, "dims//2")} if self.factors else {}
        return Signature(q=q, **factors, **self.scatter.signature.params)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        given = dict(zip(self.signature.params, parameters, strict=True))
        factors = given.get("factors")
        table = self.rope.table(k)
        with k.if_(k.ctaid.y == 0):
            self.rope.turn(k, table, [(given["q"], self.heads)], given["positions"], factors, given["tokens"])
            k.ret()

        def read(name: str, piece: Piece) -> list[Value]:
            head = given[f"new_{name}"].row(piece.head, self.head_dim)
            own = load_floats(k, head, piece.first, PIECE, where=piece.inside)
            return own if name == "values" else self._turned(k, head, own, piece, table, factors)

        self.scatter.scatter(k, given, read)

    def _turned(
        self,
        k: KernelBuilder,
        head: Pointer,
        own: list[Value],
        piece: Piece,
        table: Pointer,
        factors: Pointer | None,
    ) -> list[Value]:
        """The piece of a head of keys, each pair turned; elements beyond the rotary dims stay."""
        dims = self.sizes["dims"]

        def rotated(pair: Value, x: Value, y: Value) -> tuple[Value, Value]:
            nearest = k.min(pair, dims // 2 - 1)
            return rotate(k, x, y, *self.rope.angle(k, table, nearest, piece.position, factors))

        if self.style == "norm":
            pairs = [rotated(piece.first // 2 + i, *own[2 * i : 2 * i + 2]) for i in range(PIECE // 2)]
            new = [value for pair in pairs for value in pair]
        else:
            lower = piece.first < dims // 2
            other = k.select(lower, piece.first + dims // 2, piece.first - dims // 2)
            partners = load_floats(k, head, other, PIECE, where=piece.inside & (other < dims))
            first = k.select(lower, piece.first, other)
            new = []
            for i, (mine, partner) in enumerate(zip(own, partners, strict=True)):
                x, y = k.select(lower, mine, partner), k.select(lower, partner, mine)
                left, right = rotated(first + i, x, y)
                new.append(k.select(lower, left, right))
        if dims == self.head_dim:
            return new
        turns = piece.first < dims
        return [k.select(turns, turned, kept) for turned, kept in zip(new, own, strict=True)]

    def plan(self) -> Plan:
        """CTAs (x, 0) turn queries, CTAs (x, 1) write the cache."""
        (queries,), (places,) = (plan.launches for plan in (self.rope.plan(), self.scatter.plan()))
        ctas = max(queries.config.grid[0], places.config.grid[0])
        return Plan.single(entry=self.name, grid=(ctas, 2), block=self.threads)

    def reference(self, **inputs: NDArray[Any]) -> tuple[Doubles, ...]:
        """The cache decoded: [..., kv_heads, head_dim]."""
        q = self.rope.reference(x=inputs["q"], **_angles(inputs))
        keys = self.rope.reference(x=inputs["new_keys"], **_angles(inputs))
        new = {"keys": keys, "values": numbers(inputs["new_values"], self.type)}
        return (q, *(self._placed(new[name], self._decoded(inputs[name]), inputs) for name in new))

    def tolerance(self, **inputs: NDArray[Any]) -> tuple[Doubles, ...]:
        """Of queries and keys as of `Rope`, in float32 for keys; then the cache rounds.

        To Q8_0: by half of d = amax/127 and, as d is rounded to float16, by 2^-11 of the number and of half a d; the
        error of a key moves its own amax, too.
        """
        q = self.rope.tolerance(x=inputs["q"], **_angles(inputs))
        exact = attrs.evolve(self.rope, type=f32)
        wide = numbers(inputs["new_keys"], self.type).astype(np.float32)
        off = {"keys": exact.tolerance(x=wide, **_angles(inputs)), "values": np.zeros(wide.shape)}
        new = {
            "keys": exact.reference(x=wide, **_angles(inputs)),
            "values": numbers(inputs["new_values"], self.type),
        }
        untouched = np.zeros(self._decoded(inputs["keys"]).shape)
        bounds = (
            self._placed(off[name] + self._rounding(new[name], off[name]), untouched, inputs) for name in new
        )
        return (q, *bounds)

    def numbers(self, outputs: Mapping[str, NDArray[Any]]) -> Arrays:
        made = super().numbers(outputs)
        return made | {name: self._decoded(outputs[name]) for name in ("keys", "values")}

    def bounds(self, inputs: Mapping[str, Any]) -> Arrays:
        return dict(zip(self.signature.outputs, self.tolerance(**inputs), strict=True))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """Distinct places; the cache holds something already."""
        made = self.scatter.example_inputs(rng)
        q = normal(rng, (self.tokens, self.heads, self.head_dim), self.type)
        pairs = self.sizes["dims"] // 2
        factors = {"factors": rng.uniform(1, 32, pairs).astype(np.float32)} if self.factors else {}
        return {"q": q, **factors, **made}

    def cost(self) -> Cost:
        turned, written = self.rope.cost(), self.scatter.cost()
        keys = self.tokens * self.kv_heads * self.sizes["dims"] // 2
        return Cost(bytes=turned.bytes + written.bytes, flops=turned.flops + 6 * keys)

    def _decoded(self, cache: NDArray[Any]) -> Doubles:
        return self.scatter.arrays.format.decode(cache)

    def _rounding(self, x: Doubles, off: Doubles) -> Doubles:
        format = self.scatter.arrays.format
        if format.scale is None:
            return rounding(np.abs(x) + off, format.type)
        blocks = (np.abs(x) + off).reshape(*x.shape[:-1], -1, 32)
        d = np.repeat(blocks.max(axis=-1), 32, axis=-1) / 127
        return d * (0.5 + 2.0**-10) + 2.0**-11 * np.abs(x)

    def _placed(self, new: Doubles, cache: Doubles, inputs: Mapping[str, NDArray[Any]]) -> Doubles:
        """The cache with the heads of all tokens that have a place."""
        return self.scatter.placed(new, cache, inputs)


def _shared(kernel: RopeScatter, other: type[Kernel]) -> dict[str, Any]:
    """The kernel's fields that the other has, too."""
    names = {field.name for field in attrs.fields(other)} & {
        field.name for field in attrs.fields(type(kernel))
    }
    return {name: getattr(kernel, name) for name in names}


def _angles(inputs: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    return {name: inputs[name] for name in ("positions", "factors") if name in inputs}


@register(family="cache")
@frozen
class RopeNormScatter(RopeScatter):
    """Queries turned in place, keys turned and written to the cache, values written: pairs of neighbours (llama).

    q: [tokens, heads, head_dim]; new_keys, new_values: [tokens, kv_heads, head_dim]; see `RopeScatter`.
    """

    style: str = field(default="norm", init=False)


@register(family="cache")
@frozen
class RopeNeoxScatter(RopeScatter):
    """Queries turned in place, keys turned and written to the cache, values written: pairs half a head apart (qwen2).

    q: [tokens, heads, head_dim]; new_keys, new_values: [tokens, kv_heads, head_dim]; see `RopeScatter`.
    """

    style: str = field(default="neox", init=False)
