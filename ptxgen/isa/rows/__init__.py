"""The instruction table itself: one module for each section of the manual."""

from __future__ import annotations

from ptxgen.isa.rows import (
    asynchronous,
    atomics,
    bulk,
    cache,
    comparison,
    control,
    convert,
    convert_packed,
    extended,
    floating,
    half,
    integer,
    logic,
    mbarrier,
    memory,
    movement,
    remote,
    synchronisation,
    tensor_copy,
    warp,
)

__all__ = [
    "asynchronous",
    "atomics",
    "bulk",
    "cache",
    "comparison",
    "control",
    "convert",
    "convert_packed",
    "extended",
    "floating",
    "half",
    "integer",
    "logic",
    "mbarrier",
    "memory",
    "movement",
    "remote",
    "synchronisation",
    "tensor_copy",
    "warp",
]
