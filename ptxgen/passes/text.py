"""Pipelines as text: `constant-folding,fma-fusion{policy=always},dce`, and the names and levels in it."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from attrs import Attribute, fields, resolve_types

from ptxgen.passes.address_folding import AddressFolding
from ptxgen.passes.array_alignment import ArrayAlignment
from ptxgen.passes.barrier_removal import BarrierRemoval
from ptxgen.passes.base import Pass
from ptxgen.passes.block_merging import BlockMerging
from ptxgen.passes.constant_division import ConstantDivision
from ptxgen.passes.constant_folding import ConstantFolding
from ptxgen.passes.copy_propagation import CopyPropagation
from ptxgen.passes.cse import CommonSubexpressions
from ptxgen.passes.dce import DeadCodeElimination
from ptxgen.passes.dead_loop_counters import DeadLoopCounters
from ptxgen.passes.dead_stores import DeadStores
from ptxgen.passes.errors import PassError
from ptxgen.passes.fma_fusion import FmaFusion
from ptxgen.passes.live_range_reordering import LiveRangeReordering
from ptxgen.passes.load_hoisting import LoadHoisting
from ptxgen.passes.loop_invariant_motion import LoopInvariantMotion
from ptxgen.passes.loop_peel import LoopPeel
from ptxgen.passes.loop_split import LoopSplit
from ptxgen.passes.loop_strength_reduction import LoopStrengthReduction
from ptxgen.passes.loop_unroll import LoopUnroll
from ptxgen.passes.loop_unswitch import LoopUnswitch
from ptxgen.passes.lop3_formation import Lop3Formation
from ptxgen.passes.predicate_simplification import PredicateSimplification
from ptxgen.passes.predication import Predication
from ptxgen.passes.prmt_formation import PrmtFormation
from ptxgen.passes.sccp import ConditionalConstants
from ptxgen.passes.software_pipelining import SoftwarePipelining
from ptxgen.passes.store_forwarding import StoreForwarding
from ptxgen.passes.strength_reduction import StrengthReduction
from ptxgen.passes.tile_validation import TileValidation
from ptxgen.passes.vectorisation import Vectorisation
from ptxgen.passes.wait_sinking import WaitSinking

PASSES: dict[str, type[Pass]] = {
    kind.name: kind
    for kind in (
        AddressFolding,
        ArrayAlignment,
        BarrierRemoval,
        BlockMerging,
        CommonSubexpressions,
        ConditionalConstants,
        ConstantDivision,
        ConstantFolding,
        CopyPropagation,
        DeadCodeElimination,
        DeadLoopCounters,
        DeadStores,
        FmaFusion,
        LiveRangeReordering,
        LoadHoisting,
        LoopInvariantMotion,
        LoopPeel,
        LoopSplit,
        LoopStrengthReduction,
        LoopUnroll,
        LoopUnswitch,
        Lop3Formation,
        SoftwarePipelining,
        StoreForwarding,
        PredicateSimplification,
        Predication,
        PrmtFormation,
        StrengthReduction,
        TileValidation,
        Vectorisation,
        WaitSinking,
    )
}
"""Every pass by its name."""

LEVELS: dict[str, str] = {
    "O0": "",
    "O1": "copy-propagation,constant-folding,dce",
    "O2": (
        "copy-propagation,constant-folding,strength-reduction,constant-division,copy-propagation,address-folding,"
        "array-alignment,store-forwarding{loads=false},copy-propagation,dead-stores,vectorisation,"
        "loop-invariant-motion{registers=72},fma-fusion,dce"
    ),
}
"""Named pipelines. The contraction in O2 is what PTX allows any compiler: `.rn` is kept. `cse` is in none of them:
ptxas does the same, and makes better loops where it may choose. Stores are forwarded; two loads are not made one, which
would hold more registers (229 became 254 in a GEMM of q8_0). What asks for addresses
stands side by side, so that they are worked out once. Invariants leave a loop in which few registers live,
before contraction: afterwards ptxas finds them cheap enough to compute them in every iteration."""

_ITEM = re.compile(r"\s*(?P<name>[\w-]+)\s*(?:\{(?P<options>[^{}]*)\})?\s*(?:,|$)")


def parse_passes(text: str) -> tuple[Pass, ...]:
    """The passes of a textual pipeline, in order. PAS001 unknown pass, PAS002 bad option, PAS003 syntax."""
    return tuple(_passes(text))


def _passes(text: str) -> Iterator[Pass]:
    position = 0
    while position < len(text.rstrip()):
        match = _ITEM.match(text, position)
        if match is None:
            raise PassError(
                "PAS003",
                f"a pipeline is names between commas, got {text[position:]!r}",
                help="write constant-folding,fma-fusion{policy=always},dce",
            )
        position = match.end()
        yield _pass(match["name"], match["options"] or "")


def _pass(name: str, options: str) -> Pass:
    kind = PASSES.get(name)
    if kind is None:
        close = get_close_matches(name, PASSES, n=1)
        raise PassError(
            "PAS001",
            f"no pass is called {name!r}; there are {', '.join(PASSES)}",
            help=f"did you mean {close[0]}?" if close else "",
        )
    resolve_types(kind)
    known = {field.name: field for field in fields(kind)}
    given: dict[str, Any] = {}
    for option in filter(None, (part.strip() for part in options.split(";"))):
        key, equals, value = (part.strip() for part in option.partition("="))
        if key not in known or not equals:
            allowed = ", ".join(known) or "none"
            raise PassError("PAS002", f"{name} has no option {option!r}; its options: {allowed}")
        given[key] = _value(name, known[key], value)
    return kind(**given)


def _value(name: str, field: Attribute[Any], text: str) -> Any:
    kind = field.type
    try:
        if kind is bool:
            return {"true": True, "false": False}[text]
        if isinstance(kind, type) and issubclass(kind, enum.Enum | int):
            return kind(text)
    except (ValueError, KeyError):
        pass
    wanted = ", ".join(map(str, kind)) if isinstance(kind, enum.EnumType) else _WORDS[kind]
    raise PassError("PAS002", f"{name}: {field.name} is one of {wanted}, got {text!r}")


_WORDS: dict[Any, str] = {bool: "true, false", int: "the whole numbers"}
