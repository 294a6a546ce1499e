"""One CTA of a decode kernel: a pack of query heads of one sequence, its keys shared out among warps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import f32, s32, u8
from ptxgen.kernels.attention.decode_warp import DecodeLayout, DecodeWarp
from ptxgen.kernels.attention.partials import Parts

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.kernels.attention.decode import DecodeAttention


class DecodeCta:
    """Pack number `pack` (u32; packs of all KV heads are numbered through) of sequence `seq` (u32).

    `given` has the kernel's parameters by name. All threads of the CTA must be there whenever a method is called.
    """

    def __init__(
        self,
        kernel: DecodeAttention,
        k: KernelBuilder,
        layout: DecodeLayout,
        given: Mapping[str, Any],
        pack: Value,
        seq: Value,
    ) -> None:
        self.k, self.kernel, self.layout, self.given = k, kernel, layout, given
        self.pack, self.seq = pack, seq
        self.first_head = seq * kernel.heads + pack * kernel.pack
        """The row of the pack's first head in q and out."""

    def seen(self) -> tuple[Value, Value]:
        """The first key that the token sees, and where keys end (s32); the same in all threads."""
        k, kernel = self.k, self.kernel
        stop = kernel.arrays.length(k, self.given, self.seq)
        start = k.max(stop - kernel.window, 0) if kernel.window else k.const(s32, 0)
        return start, stop

    def attend(self, start: Value, stop: Value) -> Parts:
        """The keys from `start` to `stop` (s32): a part for each warp, in shared memory."""
        k, kernel, layout = self.k, self.kernel, self.layout
        shared = k.dynamic_shared("tiles", u8)
        self._load_queries(shared.cast(f32))
        warp = DecodeWarp(kernel, k, layout, shared)
        kv_head = kernel.kv_head(self.pack)
        row = kernel.format.row_elements(kernel.head_dim)
        keys, values = (self.given[name].row(kv_head, row) for name in ("keys", "values"))
        source = kernel.arrays.source(k, self.given, self.seq)
        warp.run(keys, values, source, start, stop)
        sums, states = warp.publish(shared)
        return Parts(
            k, layout.warps, sums, layout.pack * kernel.head_dim, states, 2 * layout.pack, kernel.head_dim
        )

    def outputs(self) -> Any:
        """A loop over the elements of the pack's heads, one a thread: gives its index (u32)."""
        return self.k.for_(self.k.tid.x, self.layout.pack * self.kernel.head_dim, self.layout.threads)

    def _load_queries(self, target: Pointer) -> None:
        k, count = self.k, self.layout.pack * self.kernel.head_dim
        q = self.given["q"].row(self.first_head, self.kernel.head_dim)
        with k.for_(k.tid.x * 4, count, self.layout.threads * 4) as at:
            target.store(at, q.load(at, vec=4))
        k.bar_sync()
