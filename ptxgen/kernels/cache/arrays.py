"""The arrays of a key-value cache: contiguous or paged, their parameters, and what they hold in float64."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import s32, u32
from ptxgen.kernels.blocks.q8_codes import GROUP
from ptxgen.kernels.cache.formats import FORMATS, CacheFormat
from ptxgen.kernels.cache.key_source import KeySource
from ptxgen.kernels.errors import KernelError
from ptxgen.launch import In, InOut

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value


class HasCache(Protocol):
    """A kernel with the fields of a cache."""

    @property
    def seqs(self) -> int: ...
    @property
    def capacity(self) -> int: ...
    @property
    def kv_heads(self) -> int: ...
    @property
    def head_dim(self) -> int: ...
    @property
    def cache(self) -> str: ...
    @property
    def block_size(self) -> int: ...
    @property
    def pool(self) -> int: ...


@frozen
class CacheArrays:
    """keys, values: [seqs, capacity, kv_heads, head_dim] in a cache format; [pool, block_size, kv_heads, head_dim]
    where the cache is paged.

    Key j of sequence s of a paged cache is in row j % block_size of block block_table[s, j // block_size];
    block_table: [seqs, ceil(capacity / block_size)] int32. `pool` 0 stands for as many blocks as the table has entries.
    """

    format: CacheFormat
    seqs: int
    capacity: int
    kv_heads: int
    head_dim: int
    block_size: int
    pool: int

    @staticmethod
    def of(kernel: HasCache) -> CacheArrays:
        """Of a kernel's fields. KRN080 where blocks of the format do not divide a head."""
        if kernel.cache == "q8_0" and kernel.head_dim % GROUP:
            raise KernelError(
                "KRN080",
                f"{type(kernel).__name__}: a q8_0 cache has blocks of {GROUP} elements, which head_dim"
                f" {kernel.head_dim} is no multiple of",
                help='use cache="f16"',
            )
        return CacheArrays(
            FORMATS[kernel.cache],
            kernel.seqs,
            kernel.capacity,
            kernel.kv_heads,
            kernel.head_dim,
            kernel.block_size,
            kernel.pool,
        )

    @property
    def sizes(self) -> dict[str, int]:
        """Blocks of the pool, array elements of a cached head, and heads of all rows of the arrays."""
        entries = -(-self.capacity // self.block_size) if self.block_size else 0
        blocks = self.pool or self.seqs * entries
        positions = blocks * self.block_size if self.block_size else self.seqs * self.capacity
        return {
            "pool_blocks": blocks,
            "row": self.format.row_elements(self.head_dim),
            "rows": positions * self.kv_heads,
        }

    def parameters(self, kind: type[In | InOut] = In) -> dict[str, In | InOut]:
        """`keys` and `values`, read or updated, and the `block_table` of a paged cache."""
        places = ("pool_blocks", "block_size") if self.block_size else ("seqs", "capacity")
        cached = kind(self.format.type, *places, "kv_heads", "row")
        if not self.block_size:
            return {"keys": cached, "values": cached}
        table = In(s32, "seqs", "(capacity + block_size - 1) // block_size")
        return {"keys": cached, "values": cached, "block_table": table}

    def source(self, k: KernelBuilder, given: Mapping[str, Any], seq: Value) -> KeySource:
        """Where the keys of a sequence (u32) are; `given` has the kernel's parameters by name."""
        capacity = k.bitcast(u32, given["capacity"])
        if not self.block_size:
            return KeySource(k, seq * capacity)
        entries = (capacity + (self.block_size - 1)) // self.block_size
        return KeySource(k, k.const(u32, 0), given["block_table"].row(seq, entries), self.block_size)

    def length(self, k: KernelBuilder, given: Mapping[str, Any], seq: Value) -> Value:
        """The number of keys of a sequence (s32): what `lengths` says, within 0 and capacity."""
        return k.max(k.min(given["lengths"].load(seq), given["capacity"]), 0)

    def example(
        self, rng: np.random.Generator, shapes: Mapping[str, tuple[int, ...]], *, shared: bool = True
    ) -> dict[str, Any]:
        """Random arrays of these shapes; blocks in random order.

        A pool smaller than the table has blocks that several entries name, or, not `shared`, entries without a block
        (-1): what writes into the cache has places of its own.
        """
        made: dict[str, Any] = {}
        for name in ("keys", "values"):
            numbers = rng.standard_normal((*shapes[name][:-1], self.head_dim), dtype=np.float32)
            made[name] = self.format.encode(numbers)
        if self.block_size:
            shape = shapes["block_table"]
            blocks = rng.permutation(shapes["keys"][0]).astype(np.int32)
            if not shared:
                blocks = np.append(blocks, np.full(math.prod(shape), -1, np.int32))
            made["block_table"] = np.resize(blocks, shape)
        return made

    def decoded(
        self, inputs: Mapping[str, NDArray[Any]], name: str, sequence: int, seen: slice
    ) -> NDArray[np.float64]:
        """[keys, kv_heads, head_dim] of one sequence."""
        cache = inputs[name]
        if not self.block_size:
            return self.format.decode(cache[sequence, seen])
        blocks = cache[inputs["block_table"][sequence, : -(-seen.stop // self.block_size)]]
        return self.format.decode(blocks.reshape(-1, *cache.shape[2:])[seen])
