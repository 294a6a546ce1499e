"""New keys and values into a key-value cache, contiguous or paged, in any of its formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, s32, u16, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, limit, option, size
from ptxgen.kernels.blocks.floats import load_floats, store_floats
from ptxgen.kernels.blocks.q8_codes import WORDS, quantise_q8_0
from ptxgen.kernels.cache.arrays import CacheArrays
from ptxgen.kernels.float_arrays import normal, numbers
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, InOut, Plan, Scalar, Signature
from ptxgen.quant import Q8_0

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

PIECE = 4
"""Elements of a head that a thread moves."""


@frozen(eq=False)
class Piece:
    """`PIECE` elements of a head of new keys or values, from element `first` on (u32).

    head: the head's number among those of all tokens; position: the token's (u32); inside: whether it has a place.
    """

    head: Value
    first: Value
    position: Value
    inside: Value


@register(family="cache")
@frozen
class KvScatter(Kernel):
    """keys[sequence, position] = new_keys[token], values alike, for each token; read by `IncrementalAttention`.

    new_keys, new_values: [tokens, kv_heads, head_dim] of `type`. positions, sequences: [tokens] int32, no two tokens
    with the same pair; they are read when the kernel runs, so that a recorded graph can be replayed.

    keys, values: [seqs, capacity, kv_heads, head_dim], updated, in the format of `cache`: float16, float32, or uint8
    with rows of Q8_0 blocks (head_dim / 32 * 34 bytes) in place of head_dim elements. With a `block_size` the cache is
    paged: [pool, block_size, kv_heads, head_dim], and position p of sequence s is row p % block_size of block
    block_table[s, p // block_size]; block_table: [seqs, ceil(capacity / block_size)] int32.

    Numbers are rounded as by the format's codec, bit for bit. A token whose sequence, position or block is out of range
    is left out. tokens, seqs, capacity and the size of the pool are launch-time parameters.
    """

    tokens: int = size(5)
    seqs: int = size(3)
    capacity: int = size(20)
    kv_heads: int = option(2)
    head_dim: int = option(64)
    cache: str = choice("f16", "f32", "q8_0")
    block_size: int = limit()
    pool: int = limit()
    type: Type = choice(f32, f16, bf16)
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("head_dim", PIECE),
        at_most("rows", 2**32 - 1),
        multiple("threads", 32),
        at_most("threads", 1024),
    )

    @property
    def arrays(self) -> CacheArrays:
        """The cache."""
        return CacheArrays.of(self)

    @property
    def sizes(self) -> dict[str, int]:
        """The fields and those of the cache."""
        return {**super().sizes, **self.arrays.sizes}

    @property
    def signature(self) -> Signature:
        new = In(self.type, "tokens", "kv_heads", "head_dim")
        pool = {"pool_blocks": Scalar(u32)} if self.block_size else {}
        return Signature(
            new_keys=new, new_values=new, positions=In(s32, "tokens"), sequences=In(s32, "tokens"),
            **self.arrays.parameters(InOut), tokens=Scalar(u32), seqs=Scalar(u32), capacity=Scalar(u32), **pool,
        )  # fmt: skip

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        given = dict(zip(self.signature.params, parameters, strict=True))

        def read(name: str, piece: Piece) -> list[Value]:
            head = given[f"new_{name}"].row(piece.head, self.head_dim)
            return load_floats(k, head, piece.first, PIECE, where=piece.inside)

        self.scatter(k, given, read)

    def scatter(
        self, k: KernelBuilder, given: Mapping[str, Any], read: Callable[[str, Piece], list[Value]]
    ) -> None:
        """The thread's piece of a head, of keys and of values: `read(name, piece)` gives its numbers, float32.

        All lanes of a warp come here; where a piece is not `inside` its numbers do not count.
        """
        pieces = self.head_dim // PIECE
        number, rest = k.global_id % pieces, k.global_id // pieces
        head, token = rest % self.kv_heads, rest // self.kv_heads
        exists = token < given["tokens"]
        position, sequence = (_read(k, given[array], token, exists) for array in ("positions", "sequences"))
        inside = exists & (position < given["capacity"]) & (sequence < given["seqs"])
        if not self.block_size:
            place = sequence * given["capacity"] + position
        else:
            entries = (given["capacity"] + (self.block_size - 1)) // self.block_size
            entry = sequence * entries + position // self.block_size
            block = _read(k, given["block_table"], entry, inside)
            inside = inside & (block < given["pool_blocks"])
            place = block * self.block_size + position % self.block_size
        row = place * self.kv_heads + head
        piece = Piece(token * self.kv_heads + head, number * PIECE, position, inside)
        for name in ("keys", "values"):
            target = given[name].row(row, self.sizes["row"])
            self._write(k, target, number, read(name, piece), inside)

    def _write(
        self, k: KernelBuilder, head: Pointer, piece: Value, numbers: list[Value], inside: Value
    ) -> None:
        if self.arrays.format.scale is None:
            store_floats(k, head, piece * PIECE, numbers, where=inside)
            return
        d, codes = quantise_q8_0(k, tuple(numbers))
        block = head.row(piece // WORDS, Q8_0.bytes)
        lane = piece % WORDS
        with k.if_(inside & (lane == 0)):
            block.at(Q8_0.block.d.offset).cast(f16)[0] = k.cvt(f16, d)
        with k.if_(inside):
            word = block.row(lane, PIECE).at(Q8_0.block.qs.offset).cast(u16)  # blocks are aligned to 2 bytes
            word[0], word[1] = codes, codes >> 16

    def plan(self) -> Plan:
        threads = self.tokens * self.kv_heads * self.head_dim // PIECE
        return Plan.single(entry=self.name, grid=-(-threads // self.threads), block=self.threads)

    def reference(self, **inputs: NDArray[Any]) -> tuple[NDArray[np.float64], ...]:
        encode = self.arrays.format.encode
        new = {name: numbers(inputs[f"new_{name}"], self.type) for name in ("keys", "values")}
        return tuple(
            self.placed(encode(made.astype(np.float32)), inputs[name], inputs).astype(np.float64)
            for name, made in new.items()
        )

    def tolerance(self, **inputs: NDArray[Any]) -> tuple[float, float]:
        """None: rounding to nearest has one answer, and Q8_0 blocks are those of the codec."""
        return 0.0, 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """Distinct places, some of which are out of range; the cache holds something already."""
        shapes = {name: array.shape(self.sizes) for name, array in self.signature.arrays.items()}
        places = rng.permutation(max(self.seqs * self.capacity, self.tokens))[: self.tokens]
        sequences, positions = np.divmod(places, self.capacity)
        made: Arrays = {
            "new_keys": normal(rng, shapes["new_keys"], self.type),
            "new_values": normal(rng, shapes["new_values"], self.type),
            "positions": positions.astype(np.int32),
            "sequences": sequences.astype(np.int32),
        }
        return {**made, **self.arrays.example(rng, shapes, shared=False)}

    def cost(self) -> Cost:
        heads = 2 * self.tokens * self.kv_heads
        return Cost(
            bytes=heads * (self.type.bytes * self.head_dim + self.arrays.format.row_bytes(self.head_dim)),
            flops=0,
        )

    def placed(
        self, new: NDArray[Any], cache: NDArray[Any], inputs: Mapping[str, NDArray[Any]]
    ) -> NDArray[Any]:
        """A cache with new heads, [tokens, kv_heads, ...], in the places that `inputs` names."""
        out = cache.copy()
        for token, (s, p) in enumerate(zip(inputs["sequences"], inputs["positions"], strict=True)):
            if not (0 <= s < self.seqs and 0 <= p < self.capacity):
                continue
            if not self.block_size:
                out[s, p] = new[token]
                continue
            block = inputs["block_table"][s, p // self.block_size]
            if 0 <= block < len(out):
                out[block, p % self.block_size] = new[token]
        return out


def _read(k: KernelBuilder, array: Pointer, index: Value, where: Value) -> Value:
    """An int32 as u32, so that a negative one is above every limit; such a one, too, where nothing is read."""
    found = k.var(s32, -1)
    with k.predicated(where):
        array.load(index, into=found)
    return k.bitcast(u32, found)
