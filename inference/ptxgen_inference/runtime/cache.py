"""The key-value cache: one array of keys and one of values a layer, in blocks that sequences take and share."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, frozen

from ptxgen.driver import Device, DeviceArray
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.kernels.cache.formats import FORMATS
from ptxgen_inference.runtime.blocks import BlockPool
from ptxgen_inference.runtime.inputs import Ints, StepInputs
from ptxgen_inference.runtime.model_parts import Heads


@frozen(kw_only=True)
class CacheShape:
    """What a cache holds: `sequences` of up to `context` keys in each of `layers`.

    `block_size` 0 gives every sequence memory for its whole context from the start. Otherwise sequences take blocks of
    so many keys as they grow, out of `blocks` (0: as many as all of them may need).
    """

    layers: int
    heads: Heads
    context: int
    format: str = "f16"
    sequences: int = 1
    block_size: int = 0
    blocks: int = 0

    @property
    def paged(self) -> bool:
        """Whether attention reads a block table. One sequence in one piece needs none."""
        return self.block_size > 0 or self.sequences > 1

    @property
    def block(self) -> int:
        """Keys of a block: without paging a sequence's whole context is one."""
        return self.block_size or self.context

    @property
    def entries(self) -> int:
        """Blocks that a full sequence has."""
        return -(-self.context // self.block)

    @property
    def pool(self) -> int:
        """Blocks in all."""
        return self.blocks or self.sequences * self.entries

    def blocks_of(self, length: int) -> int:
        """Blocks that hold so many keys of a sequence."""
        return -(-length // self.block)


@define(eq=False)
class KvCache:
    """The arrays of all layers, who holds which blocks of them, and how many sequences have been started.

    keys, values: [blocks, block, kv_heads, row] in the format "f16", "f32" or "q8_0". Contiguous caches of several
    sequences are paged ones with blocks of a whole context: the same memory, read through a table of one entry.
    """

    shape: CacheShape
    layers: list[dict[str, DeviceArray]]
    pool: BlockPool
    started: int = 0

    @staticmethod
    def make(device: Device, shape: CacheShape) -> KvCache:
        """An empty cache. The memory is zeros at first: what lies behind a sequence's end is read, but never counts."""
        format = FORMATS[shape.format]
        dims = (shape.pool, shape.block, shape.heads.kv, format.row_elements(shape.heads.dim))
        layers = [
            {name: device.zeros(dims, dtype_of(format.type)) for name in ("keys", "values")}
            for _ in range(shape.layers)
        ]
        return KvCache(shape, layers, BlockPool(shape.pool))

    @property
    def format(self) -> str:
        """What a number is held in: "f16", "f32" or "q8_0"."""
        return self.shape.format

    @property
    def bytes(self) -> int:
        """Memory of all layers."""
        return sum(array.nbytes for arrays in self.layers for array in arrays.values())

    def fields(self, sequences: int) -> dict[str, Any]:
        """The cache's fields of a kernel for so many sequences."""
        shape = self.shape
        paging = {"block_size": shape.block, "pool": shape.pool} if shape.paged else {}
        return {
            "seqs": sequences,
            "capacity": shape.context,
            "kv_heads": shape.heads.kv,
            "head_dim": shape.heads.dim,
            "cache": shape.format,
            **paging,
        }

    def arrays(self, layer: int) -> dict[str, DeviceArray]:
        """keys and values of a layer."""
        return self.layers[layer]

    def table(self, inputs: StepInputs) -> dict[str, DeviceArray]:
        """The block table of a step, where kernels take one."""
        return {"block_table": inputs.array("block_table")} if self.shape.paged else {}

    def copy(self, source: int, target: int, length: int) -> None:
        """The first keys and values of a block to another, in the current stream."""
        for arrays in self.layers:
            for array in arrays.values():
                rows = array.reshape(array.shape[0] * array.shape[1], *array.shape[2:])
                first, place = source * self.shape.block, target * self.shape.block
                rows.slice(place, place + length).copy_from(rows.slice(first, first + length))

    def row(self, held: list[int]) -> Ints:
        """A sequence's row of the block table; entries that it does not have point to no block."""
        row = np.full(self.shape.entries, -1, np.int32)
        row[: len(held)] = held
        return row
