"""Copies of boxes of tensors, which tensor maps describe (PTX ISA 9.0, sections 9.7.9.25.5 and 9.7.9.26)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.table import Effect, Scope, instruction

NO_REDUCTION = "reductions by tensor copies are not emulated"
NO_REPLACE = "tensor maps are opaque to the emulator's kernels: encode them before the launch"

_DIMS = ("1d", "2d", "3d", "4d", "5d")
_HINT = {"level::cache_hint": ("L2::cache_hint",)}
_HINTED = {"cache-policy": "level::cache_hint"}
_IM2COL = "load_mode=im2col|im2col::w|im2col::w::128"
_NOT_TILES = {
    "load_mode=im2col|im2col_no_offs|im2col::w|im2col::w::128": (
        "tensor copies move tiles and rows: maps for convolutions are not emulated"
    )
}
_NO_PAIRS = {"cta_group": "mbarriers of pairs of CTAs belong to the fifth generation of tensor cores"}
_LOAD_MODES = ("tile", "tile::gather4", "im2col", "im2col::w", "im2col::w::128")
_GROUPS = ("cta_group::1", "cta_group::2")
_LOAD_LEGAL = ("load_mode=tile::gather4 -> dim=2d", f"{_IM2COL} -> dim=3d|4d|5d")
_BLACKWELL = "sm_100f|sm_110f"
_COPY = (Effect.READ, Effect.WRITE)


def _counts(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """How many coordinates a mode takes, and how many offsets: one for each spatial dimension, or halo and offset."""
    mode, dimensions = modifiers.get("load_mode", "tile"), int(modifiers["dim"][0])
    rows = mode in ("tile::gather4", "tile::scatter4")
    found = {"tensorCoords": f"s32[{5 if rows else dimensions}]"}
    if mode.startswith("im2col") and mode != "im2col_no_offs":
        found["im2colInfo"] = f"u16[{dimensions - 2 if mode == 'im2col' else 2}]"
    return found


CP_ASYNC_BULK_TENSOR_TO_CTA = instruction(
    "cp.async.bulk.tensor.dim.shared::cta.global{.load_mode}.mbarrier::complete_tx::bytes{.cta_group}"
    "{.level::cache_hint} [dstMem], [tensorMap, tensorCoords], [mbar]{, im2colInfo}{, cache-policy}",
    slots={"dim": _DIMS, "load_mode": _LOAD_MODES, "cta_group": _GROUPS, **_HINT},
    operands="dstMem:shared tensorMap:generic tensorCoords:s32[dim] mbar:shared im2colInfo:u16[2] cache-policy:b64",
    resolve=_counts,
    legal=_LOAD_LEGAL,
    tied={"im2colInfo": _IM2COL, **_HINTED},
    needs={
        "cta_group": ((8, 6), _BLACKWELL),
        "load_mode=tile::gather4|im2col::w": ((8, 6), 100),
        "load_mode=im2col::w::128": ((8, 6), _BLACKWELL),
    },
    ptx=(8, 6),
    sm=90,
    effects=_COPY,
    not_emulated_with={**_NOT_TILES, **_NO_PAIRS},
    section="9.7.9.25.5.2",
    doc="start a copy of a box to this CTA's shared memory, which mbar counts; what lies outside the tensor is filled",
)
CP_ASYNC_BULK_TENSOR_TO_CLUSTER = instruction(
    "cp.async.bulk.tensor.dim.shared::cluster.global{.load_mode}.mbarrier::complete_tx::bytes{.multicast}{.cta_group}"
    "{.level::cache_hint} [dstMem], [tensorMap, tensorCoords], [mbar]{, im2colInfo}{, ctaMask}{, cache-policy}",
    slots={
        "dim": _DIMS,
        "load_mode": _LOAD_MODES,
        "multicast": ("multicast::cluster",),
        "cta_group": _GROUPS,
        **_HINT,
    },
    operands="dstMem:shared tensorMap:generic tensorCoords:s32[dim] mbar:shared im2colInfo:u16[2] ctaMask:u16"
    " cache-policy:b64",
    resolve=_counts,
    legal=_LOAD_LEGAL,
    tied={"im2colInfo": _IM2COL, "ctaMask": "multicast", **_HINTED},
    needs={
        "cta_group": ((8, 6), _BLACKWELL),
        "load_mode=tile::gather4": ((8, 6), _BLACKWELL),
        "load_mode=im2col::w|im2col::w::128": ((8, 6), _BLACKWELL),
    },
    ptx=(8, 0),
    sm=90,
    effects=_COPY,
    not_emulated_with={**_NOT_TILES, **_NO_PAIRS},
    section="9.7.9.25.5.2",
    doc="start a copy of a box to shared memory of the cluster (of each CTA in ctaMask), which mbar counts",
)
CP_ASYNC_BULK_TENSOR_TO_GLOBAL = instruction(
    "cp.async.bulk.tensor.dim.global.shared::cta{.load_mode}.bulk_group{.level::cache_hint}"
    " [tensorMap, tensorCoords], [srcMem]{, cache-policy}",
    slots={"dim": _DIMS, "load_mode": ("tile", "tile::scatter4", "im2col_no_offs"), **_HINT},
    operands="tensorMap:generic tensorCoords:s32[dim] srcMem:shared cache-policy:b64",
    resolve=_counts,
    legal=("load_mode=tile::scatter4 -> dim=2d", "load_mode=im2col_no_offs -> dim=3d|4d|5d"),
    tied=_HINTED,
    needs={"load_mode=tile::scatter4": ((8, 6), _BLACKWELL)},
    ptx=(8, 0),
    sm=90,
    effects=_COPY,
    not_emulated_with=_NOT_TILES,
    section="9.7.9.25.5.2",
    doc="start a copy of a box to global memory, as part of a bulk group; what lies outside the tensor is left out",
)
CP_REDUCE_ASYNC_BULK_TENSOR = instruction(
    "cp.reduce.async.bulk.tensor.dim.global.shared::cta.redOp{.load_mode}.bulk_group{.level::cache_hint}"
    " [tensorMap, tensorCoords], [srcMem]{, cache-policy}",
    slots={
        "dim": _DIMS,
        "redOp": ("add", "min", "max", "inc", "dec", "and", "or", "xor"),
        "load_mode": ("tile", "im2col_no_offs"),
        **_HINT,
    },
    operands="tensorMap:generic tensorCoords:s32[dim] srcMem:shared cache-policy:b64",
    resolve=_counts,
    legal=("load_mode=im2col_no_offs -> dim=3d|4d|5d",),
    tied=_HINTED,
    ptx=(8, 0),
    sm=90,
    effects=(Effect.ATOMIC,),
    section="9.7.9.25.5.3",
    doc="start combining a box into the tensor in global memory, as part of a bulk group",
    not_emulated=NO_REDUCTION,
)
CP_ASYNC_BULK_PREFETCH_TENSOR = instruction(
    "cp.async.bulk.prefetch.tensor.dim.L2.global{.load_mode}{.level::cache_hint}"
    " [tensorMap, tensorCoords]{, im2colInfo}{, cache-policy}",
    slots={"dim": _DIMS, "load_mode": _LOAD_MODES, **_HINT},
    operands="tensorMap:generic tensorCoords:s32[dim] im2colInfo:u16[2] cache-policy:b64",
    resolve=_counts,
    legal=_LOAD_LEGAL,
    tied={"im2colInfo": _IM2COL, **_HINTED},
    needs={
        "load_mode=tile::gather4": ((8, 6), _BLACKWELL),
        "load_mode=im2col::w|im2col::w::128": ((8, 6), _BLACKWELL),
    },
    ptx=(8, 0),
    sm=90,
    not_emulated_with=_NOT_TILES,
    section="9.7.9.25.5.4",
    doc="start bringing a box into the L2 cache",
)
_REPLACED = (Effect.WRITE,)
_TENSORMAP_SPACES = {"ss": ("global", "shared::cta")}

_LARGEST = {"elemtype": 15, "interleave_layout": 2, "swizzle_mode": 4, "swizzle_atomicity": 3, "fill_mode": 1}


def _numbers(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """The numbers that a field may be set to, all targets together: Hopper has fewer element types and swizzles."""
    return {"new_val": f"imm<0..{_LARGEST[modifiers['field']]}>"}


TENSORMAP_REPLACE = instruction(
    "tensormap.replace.tile.field{.ss}.b1024.type [addr], new_val",
    slots={"field": ("global_address", "rank"), **_TENSORMAP_SPACES, "type": ("b32", "b64")},
    operands="addr:address new_val:type",
    legal=("field=global_address -> type=b64", "field=rank -> type=b32"),
    ptx=(8, 3),
    sm="sm_90a|sm_100f|sm_110f|sm_120f",
    effects=_REPLACED,
    section="9.7.9.26",
    doc="set the address or the rank (less one) of the tensor map at addr",
    not_emulated=NO_REPLACE,
)
TENSORMAP_REPLACE_DIMENSION = instruction(
    "tensormap.replace.tile.field{.ss}.b1024.type [addr], ord, new_val",
    slots={
        "field": ("box_dim", "global_dim", "global_stride", "element_stride"),
        **_TENSORMAP_SPACES,
        "type": ("b32", "b64"),
    },
    operands="addr:address ord:imm<0..4> new_val:type",
    legal=("field=global_stride -> type=b64", "field=box_dim|global_dim|element_stride -> type=b32"),
    ptx=(8, 3),
    sm="sm_90a|sm_100f|sm_110f|sm_120f",
    effects=_REPLACED,
    section="9.7.9.26",
    doc="set a field of dimension ord of the tensor map at addr",
    not_emulated=NO_REPLACE,
)
TENSORMAP_REPLACE_KIND = instruction(
    "tensormap.replace.tile.field{.ss}.b1024.b32 [addr], new_val",
    slots={
        "field": ("elemtype", "interleave_layout", "swizzle_mode", "swizzle_atomicity", "fill_mode"),
        **_TENSORMAP_SPACES,
    },
    operands="addr:address new_val:imm",
    resolve=_numbers,
    needs={"swizzle_atomicity": ((8, 6), "sm_100f|sm_110f|sm_120f")},
    ptx=(8, 3),
    sm="sm_90a|sm_100f|sm_110f|sm_120f",
    effects=_REPLACED,
    section="9.7.9.26",
    doc="set the element type, layout, swizzle or fill of the tensor map at addr, by its number",
    not_emulated=NO_REPLACE,
)
TENSORMAP_CP_FENCEPROXY = instruction(
    "tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic.release.scope.sync.aligned [dst], [src], size",
    slots={"scope": ("cta", "cluster", "gpu", "sys")},
    scope=Scope.WARP,
    operands="dst:global src:shared size:imm<128>",
    ptx=(8, 3),
    sm=90,
    effects=(Effect.READ, Effect.WRITE, Effect.FENCE),
    section="9.7.13.16",
    doc="copy a tensor map to global memory and release it to copies that read it, the warp together",
    not_emulated=NO_REPLACE,
)
