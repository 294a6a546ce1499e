"""What special registers read as (PTX ISA 9.0, section 10)."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.lanes import CTA, LANE, WARP, WARP_SIZE, Lanes
from ptxgen.isa.registers import SPECIAL_REGISTERS

Array = np.ndarray[Any, Any]

CLOCKS = frozenset(
    ("%clock", "%clock_hi", "%clock64", "%globaltimer", "%globaltimer_lo", "%globaltimer_hi")
)  # fmt: skip
"""Registers that must be read anew by each instruction."""

MULTIPROCESSORS = 132


@lru_cache(maxsize=8)
def axes(launch: Launch) -> dict[str, int]:
    """Along which axes each special register varies in this launch; one not named here is the same everywhere."""
    found = dict.fromkeys(("%laneid", *(f"%lanemask_{k}" for k in ("eq", "le", "lt", "ge", "gt"))), LANE)
    found["%warpid"] = WARP
    for name in ("%ctaid", "%clusterid", "%cluster_ctaid"):
        found |= {f"{name}.{axis}": CTA for axis in "xyz"}
    found["%cluster_ctarank"] = found["%smid"] = CTA
    x, y, _ = launch.block
    found["%tid.x"] = LANE if x == WARP_SIZE or (x < WARP_SIZE and WARP_SIZE % x == 0) else WARP | LANE
    found["%tid.y"] = WARP if x % WARP_SIZE == 0 else WARP | LANE
    found["%tid.z"] = WARP if x * y % WARP_SIZE == 0 else WARP | LANE
    if launch.warps == 1:
        return {name: found[name] & ~WARP for name in found}
    return found


def value(name: str, batch: Batch, lanes: Lanes, varying: int) -> Array:
    """The value of a register on these lanes, reduced to the axes that it varies along."""
    launch = batch.launch
    base, _, component = name.partition(".")
    axis = "xyz".find(component) if component else 0
    dtype = np.dtype({0: np.bool_, 64: np.uint64}.get(SPECIAL_REGISTERS[name].type.bits, np.uint32))
    found: Any
    if base in ("%tid", "%ctaid", "%clusterid", "%cluster_ctaid", "%cluster_ctarank", "%smid"):
        found = _index(base, axis, batch, lanes)
    elif base == "%laneid":
        found = lanes.lane
    elif base == "%warpid":
        found = lanes.thread // WARP_SIZE
    elif base.startswith("%lanemask"):
        found = _lane_mask(base.removeprefix("%lanemask_"), lanes.lane)
    else:
        found = np.array([_constant(base, axis, launch)])
    array = np.asarray(found).astype(dtype)
    if lanes.is_lattice and array.ndim == 3:
        keep = lanes.extents(varying)
        array = array[tuple(slice(0, extent) for extent in keep)]
    return np.ascontiguousarray(array)


def _index(base: str, axis: int, batch: Batch, lanes: Lanes) -> Array:
    launch = batch.launch
    if base == "%tid":
        return _component(lanes.thread, launch.block, axis)
    cta = batch.ctas[lanes.column]
    if base == "%smid":
        return cta % MULTIPROCESSORS
    index = [_component(cta, launch.grid, a) for a in range(3)]
    if base == "%ctaid":
        return index[axis]
    if base == "%clusterid":
        return index[axis] // launch.cluster[axis]
    inside = [i % c for i, c in zip(index, launch.cluster, strict=True)]
    if base == "%cluster_ctaid":
        return inside[axis]
    return inside[0] + launch.cluster[0] * (inside[1] + launch.cluster[1] * inside[2])


def _component(linear: Array, extents: tuple[int, int, int], axis: int) -> Array:
    x, y, _ = extents
    return (linear % x, linear // x % y, linear // (x * y))[axis]


def _lane_mask(kind: str, lane: Array) -> Array:
    bit = np.uint64(1) << lane.astype(np.uint64)
    everything = np.uint64(0xFFFFFFFF)
    below = bit - np.uint64(1)
    return {
        "eq": bit,
        "lt": below,
        "le": below | bit,
        "ge": everything & ~below,
        "gt": everything & ~(below | bit),
    }[kind]


def _constant(base: str, axis: int, launch: Launch) -> int:
    cluster_size = launch.cluster[0] * launch.cluster[1] * launch.cluster[2]
    return {
        "%ntid": launch.block[axis],
        "%nctaid": launch.grid[axis],
        "%nclusterid": launch.grid[axis] // launch.cluster[axis],
        "%cluster_nctaid": launch.cluster[axis],
        "%cluster_nctarank": cluster_size,
        "%is_explicit_cluster": int(launch.explicit_cluster),
        "%nwarpid": 64,
        "%nsmid": MULTIPROCESSORS,
        "%total_smem_size": launch.shared_bytes,
        "%aggr_smem_size": launch.shared_bytes,
        "%dynamic_smem_size": launch.dynamic_shared,
    }.get(base, 0)


def read_clock(name: str, out: Array) -> None:
    """Fill `out` with the present value of a clock register: nanoseconds of the host, never decreasing."""
    now = time.time_ns() if name.startswith("%globaltimer") else time.perf_counter_ns()
    out[...] = (now >> 32 if name.endswith("_hi") else now) & ((1 << (8 * out.itemsize)) - 1)
