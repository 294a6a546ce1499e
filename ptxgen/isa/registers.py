"""Special registers (PTX ISA 9.0, section 10): predefined, read-only, read with `mov` (or `cvt`)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.isa.table import Requirement
from ptxgen.isa.types import Type, b32, pred, u32, u64


@frozen
class SpecialRegisterInfo:
    """One special register: its full name (`%tid.x`), type, first PTX version and SM, section, and meaning."""

    name: str
    type: Type
    ptx: tuple[int, int]
    sm: int
    section: str
    doc: str

    @property
    def requirement(self) -> Requirement:
        return Requirement(self.ptx, self.sm)


_Line = tuple[str, Type, tuple[int, int], int, int, str]

# name (a trailing `.xyz` stands for the three components), type, PTX, SM, section 10.n, meaning
_LINES: tuple[_Line, ...] = (
    ("%tid.xyz", u32, (1, 0), 0, 1, "index of the thread in its CTA"),
    ("%ntid.xyz", u32, (1, 0), 0, 2, "threads of a CTA"),
    ("%laneid", u32, (1, 3), 0, 3, "lane of the thread in its warp, 0 to 31"),
    ("%warpid", u32, (1, 3), 0, 4, "warp of the thread in its CTA; may change while the kernel runs"),
    ("%nwarpid", u32, (2, 0), 20, 5, "largest number of warps"),
    ("%ctaid.xyz", u32, (1, 0), 0, 6, "index of the CTA in the grid"),
    ("%nctaid.xyz", u32, (1, 0), 0, 7, "CTAs of the grid"),
    ("%smid", u32, (1, 3), 0, 8, "multiprocessor that the thread runs on; may change"),
    ("%nsmid", u32, (2, 0), 20, 9, "largest number of multiprocessors"),
    ("%gridid", u64, (3, 0), 30, 10, "number of this launch in its context"),
    ("%is_explicit_cluster", pred, (7, 8), 90, 11, "whether the launch named a cluster size"),
    ("%clusterid.xyz", u32, (7, 8), 90, 12, "index of the cluster in the grid"),
    ("%nclusterid.xyz", u32, (7, 8), 90, 13, "clusters of the grid"),
    ("%cluster_ctaid.xyz", u32, (7, 8), 90, 14, "index of the CTA in its cluster"),
    ("%cluster_nctaid.xyz", u32, (7, 8), 90, 15, "CTAs of a cluster"),
    ("%cluster_ctarank", u32, (7, 8), 90, 16, "rank of the CTA in its cluster"),
    ("%cluster_nctarank", u32, (7, 8), 90, 17, "how many CTAs a cluster has"),
    ("%lanemask_eq", u32, (2, 0), 20, 18, "the bit of this lane"),
    ("%lanemask_le", u32, (2, 0), 20, 19, "the bits of this lane and those below"),
    ("%lanemask_lt", u32, (2, 0), 20, 20, "the bits of the lanes below"),
    ("%lanemask_ge", u32, (2, 0), 20, 21, "the bits of this lane and those above"),
    ("%lanemask_gt", u32, (2, 0), 20, 22, "the bits of the lanes above"),
    ("%clock", u32, (1, 0), 0, 23, "cycle counter"),
    ("%clock_hi", u32, (5, 0), 20, 23, "upper half of the cycle counter"),
    ("%clock64", u64, (2, 0), 20, 24, "cycle counter, 64 bits"),
    *(
        (f"%pm{i}", u32, (1, 3) if i < 4 else (3, 0), 0 if i < 4 else 20, 25, "performance counter")
        for i in range(8)
    ),
    *((f"%pm{i}_64", u64, (4, 0), 50, 26, "performance counter, 64 bits") for i in range(8)),
    *((f"%envreg{i}", b32, (2, 1), 0, 27, "set by the driver") for i in range(32)),
    ("%globaltimer", u64, (3, 1), 30, 28, "wall clock in nanoseconds"),
    ("%globaltimer_lo", u32, (3, 1), 30, 28, "lower half of the wall clock"),
    ("%globaltimer_hi", u32, (3, 1), 30, 28, "upper half of the wall clock"),
    ("%reserved_smem_offset_begin", b32, (7, 6), 80, 29, "start of the reserved shared memory"),
    ("%reserved_smem_offset_end", b32, (7, 6), 80, 29, "end of the reserved shared memory"),
    ("%reserved_smem_offset_cap", b32, (7, 6), 80, 29, "size of the reserved shared memory"),
    ("%reserved_smem_offset_0", b32, (7, 6), 80, 29, "a reserved offset"),
    ("%reserved_smem_offset_1", b32, (7, 6), 80, 29, "a reserved offset"),
    ("%total_smem_size", u32, (4, 1), 20, 30, "bytes of shared memory of the CTA, static and dynamic"),
    ("%aggr_smem_size", u32, (8, 1), 90, 31, "bytes of shared memory of the CTA, the reserved ones included"),
    ("%dynamic_smem_size", u32, (4, 1), 20, 32, "bytes of dynamic shared memory of the CTA"),
    ("%current_graph_exec", u64, (8, 0), 50, 33, "the CUDA graph that runs this kernel, 0 for none"),
)


def _named() -> Iterator[SpecialRegisterInfo]:
    for name, type, ptx, sm, section, doc in _LINES:
        base, vector, _ = name.partition(".xyz")
        for full in (f"{base}.x", f"{base}.y", f"{base}.z") if vector else (base,):
            yield SpecialRegisterInfo(full, type, ptx, sm, f"10.{section}", doc)


SPECIAL_REGISTERS: dict[str, SpecialRegisterInfo] = {info.name: info for info in _named()}
"""Every special register by its full name."""
