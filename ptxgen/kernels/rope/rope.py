"""Rotary position embedding of queries and keys, in place, at positions that are read from device memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, f64, s32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, flag, limit, option, real, size
from ptxgen.kernels.blocks.floats import load_floats, store_floats
from ptxgen.kernels.blocks.rotary import ROTATION_ERROR, rotate, rotation
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.float_arrays import EPSILON, Doubles, normal, numbers, rounding
from ptxgen.kernels.registry import register
from ptxgen.kernels.rope.frequencies import Frequencies
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, InOut, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

STYLES = ("norm", "neox")

_EPS = EPSILON[f32]
_HEADS_A_THREAD = (4, 2, 1)


@frozen
class Rope(Kernel):
    """Each pair (x, y) of a head is turned by position * frequency: x cos - y sin, x sin + y cos.

    `style` has no default, because a wrong one gives fluent nonsense: "norm" pairs elements 2i and 2i + 1 (GGUF's arch
    llama), "neox" i and i + dims/2 (qwen2, phi2). dims, the number of elements that turn, is `rotary_dims`, or head_dim
    where that is 0; the others stay.

    x: [tokens, heads, head_dim] of `type`, in place; with `key_heads`, keys: [tokens, key_heads, head_dim] are turned
    by the same launch. positions: [tokens] int32. Pair i turns by base^(-2i/dims) for each position; `scaling`,
    `factor`, `context` and the four limits are those of `Frequencies`. With `factors`, frequency i is divided by
    factors[i]: [dims/2] float32 (`rope_freqs.weight` of Llama 3 files). tokens is a launch-time parameter.
    """

    tokens: int = size(5)
    heads: int = option(4)
    head_dim: int = option(64)
    rotary_dims: int = limit()
    key_heads: int = limit()
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

    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("dims", 2),
        at_most("dims", "head_dim"),
        multiple("threads", 32),
        at_most("threads", 1024),
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.style not in STYLES:
            raise KernelError(
                "KRN103",
                f"{type(self).__name__}: style must be one of norm, neox, got {self.style!r}; it has no default",
                help="it is the model's: GGUF's arch llama is norm, qwen2 and phi2 are neox",
            )
        if self.base <= 1 or self.factor < 1:
            raise KernelError(
                "KRN104",
                f"{type(self).__name__}: base must be above 1 and factor at least 1, got {self.base} and {self.factor}",
            )

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and the elements of a head that turn."""
        return {**super().sizes, "dims": self.rotary_dims or self.head_dim}

    @property
    def frequencies(self) -> Frequencies:
        """How fast each pair turns."""
        names = [field.name for field in attrs.fields(Frequencies) if field.name != "dims"]
        return Frequencies(self.sizes["dims"], **{name: getattr(self, name) for name in names})

    @property
    def signature(self) -> Signature:
        keys = {"keys": InOut(self.type, "tokens", "key_heads", "head_dim")} if self.key_heads else {}
        factors = {"factors": In(f32, "dims//2")} if self.factors else {}
        x = InOut(self.type, "tokens", "heads", "head_dim")
        return Signature(x=x, **keys, positions=In(s32, "tokens"), **factors, tokens=Scalar(u32))

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        given = dict(zip(self.signature.params, parameters, strict=True))
        arrays = [(given["x"], self.heads), *([(given["keys"], self.key_heads)] if self.key_heads else [])]
        self.turn(k, self.table(k), arrays, given["positions"], given.get("factors"), given["tokens"])

    def turn(
        self,
        k: KernelBuilder,
        table: Pointer,
        arrays: Sequence[tuple[Pointer, int]],
        positions: Pointer,
        factors: Pointer | None,
        tokens: Value,
    ) -> None:
        """The thread's pair of some heads of a token: of one array, or of one of two, each with its heads a token."""
        pairs, share = self.sizes["dims"] // 2, self._share
        groups = sum(heads for _, heads in arrays) // share
        pair, rest = k.global_id % pairs, k.global_id // pairs
        group, token = rest % groups, rest // groups
        with k.if_(token >= tokens):
            k.ret()
        cosine, sine = self.angle(k, table, pair, positions[token], factors)

        def turn(array: Pointer, heads: int, first: Value) -> None:
            row = array.row(token * heads + first, self.head_dim)
            for head in range(share):
                self._turn(k, row.at(head * self.head_dim), pair, cosine, sine)

        (x, heads), *others = arrays
        if not others:
            turn(x, heads, group * share)
            return
        with k.if_(group < heads // share):
            turn(x, heads, group * share)
        with k.else_():
            turn(*others[0], (group - heads // share) * share)

    def table(self, k: KernelBuilder) -> Pointer:
        """In global memory, how many turns each pair makes from a position to the next. For one call in a module."""
        turns = self.frequencies.radians / math.tau
        return k.module.global_array("turns", f64, len(turns), values=list(turns)).pointer(k)

    def angle(
        self, k: KernelBuilder, table: Pointer, pair: Value, position: Value, factors: Pointer | None
    ) -> tuple[Value, Value]:
        """Cosine and sine of a pair at a position, times the amplitude of the scaling."""
        turns = table[pair]
        if factors is not None:
            turns = turns / k.cvt(f64, factors[pair])
        cosine, sine = rotation(k, position, turns)
        amplitude = self.frequencies.amplitude
        return (cosine, sine) if amplitude == 1 else (cosine * amplitude, sine * amplitude)

    def _turn(self, k: KernelBuilder, head: Pointer, pair: Value, cosine: Value, sine: Value) -> None:
        if self.style == "norm":
            x, y = load_floats(k, head, pair * 2, 2)
            store_floats(k, head, pair * 2, rotate(k, x, y, cosine, sine))
            return
        second = head.at(self.sizes["dims"] // 2)
        (x,), (y,) = (load_floats(k, half, pair, 1) for half in (head, second))
        for half, value in zip((head, second), rotate(k, x, y, cosine, sine), strict=True):
            store_floats(k, half, pair, [value])

    @property
    def _share(self) -> int:
        """Heads whose pair a thread turns by one sine and cosine."""
        both = math.gcd(self.heads, self.key_heads)
        return next(share for share in _HEADS_A_THREAD if both % share == 0)

    def plan(self) -> Plan:
        groups = (self.heads + self.key_heads) // self._share
        threads = self.tokens * groups * self.sizes["dims"] // 2
        return Plan.single(entry=self.name, grid=-(-threads // self.threads), block=self.threads)

    def reference(self, **inputs: NDArray[Any]) -> Any:
        angles = self._angles(**inputs)
        turned = [self._turned(numbers(array, self.type), angles) for array in self._rotated(inputs)]
        return tuple(turned) if self.key_heads else turned[0]

    def tolerance(self, **inputs: NDArray[Any]) -> Any:
        """(|x| + |y|) * amplitude, times the error of cosine and sine and three roundings of 2^-24: of the amplitude,
        and two of the result.

        The angle itself is a float64 product, off by 2^-51 of its size. A narrower type rounds once more.
        """
        angles = self._angles(**inputs)
        relative = ROTATION_ERROR + 3 * _EPS + 2.0**-51 * np.abs(angles).max()
        bounds: list[Doubles] = []
        for array in self._rotated(inputs):
            given = numbers(array, self.type)
            first, second = self._halves(np.abs(given))
            mass = (first + second) * self.frequencies.amplitude * relative
            bound = np.zeros_like(given)
            for half in self._halves(bound):
                half += mass
            if self.type is not f32:
                bound += rounding(self._turned(given, angles), self.type) * (bound > 0)
            bounds.append(bound)
        return tuple(bounds) if self.key_heads else bounds[0]

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        made = {"x": normal(rng, (self.tokens, self.heads, self.head_dim), self.type)}
        if self.key_heads:
            made["keys"] = normal(rng, (self.tokens, self.key_heads, self.head_dim), self.type)
        made["positions"] = rng.integers(0, 131072, self.tokens, dtype=np.int32)
        if self.factors:
            made["factors"] = rng.uniform(1, 32, self.sizes["dims"] // 2).astype(np.float32)
        return made

    def cost(self) -> Cost:
        pairs = self.tokens * (self.heads + self.key_heads) * self.sizes["dims"] // 2
        return Cost(bytes=4 * pairs * self.type.bytes + 4 * self.tokens, flops=6 * pairs)

    def _rotated(self, inputs: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        return [inputs[name] for name in ("x", "keys") if name in inputs]

    def _angles(
        self, positions: NDArray[np.int32], factors: NDArray[np.float32] | None = None, **_: NDArray[Any]
    ) -> Doubles:
        """[tokens, 1, dims / 2] radians."""
        radians = self.frequencies.radians
        if factors is not None:
            radians = radians / factors
        return positions[:, None, None] * radians

    def _halves(self, heads: Doubles) -> tuple[Doubles, Doubles]:
        """Views of the first and second elements of all pairs."""
        dims = self.sizes["dims"]
        if self.style == "norm":
            return heads[..., 0:dims:2], heads[..., 1:dims:2]
        return heads[..., : dims // 2], heads[..., dims // 2 : dims]

    def _turned(self, heads: Doubles, angles: Doubles) -> Doubles:
        """Pairs as complex numbers, multiplied by the unit number of the angle."""
        out = heads.copy()
        first, second = self._halves(heads)
        product = (first + 1j * second) * np.exp(1j * angles) * self.frequencies.amplitude
        for half, part in zip(self._halves(out), (product.real, product.imag), strict=True):
            half[...] = part
        return out


@register(family="rope")
@frozen
class RopeNorm(Rope):
    """Rotary embedding of pairs of neighbours, 2i and 2i + 1: GGUF's arch llama; else as `Rope`.

    x: [tokens, heads, head_dim] of `type`, in place; positions: [tokens] int32.
    """

    style: str = field(default="norm", init=False)


@register(family="rope")
@frozen
class RopeNeox(Rope):
    """Rotary embedding of pairs half a head apart, i and i + dims/2: GGUF's archs qwen2 and phi2; else as `Rope`.

    x: [tokens, heads, head_dim] of `type`, in place; positions: [tokens] int32.
    """

    style: str = field(default="neox", init=False)
