"""The rules, one family of faults a file. Importing this package enters them in the table."""

from __future__ import annotations

from ptxgen.debug.rule import RULES
from ptxgen.debug.rules import (
    barriers,
    bounds,
    copies,
    cost,
    data,
    grids,
    latency,
    locks,
    loops,
    mbarriers,
    order,
    places,
    products,
    purpose,
    races,
    stages,
    traffic,
    updates,
    warps,
)

FILES = (
    barriers, bounds, copies, cost, data, grids, latency, locks, loops, mbarriers, order, places, products, purpose,
    races, stages, traffic, updates, warps,
)  # fmt: skip
"""Every file of rules."""

__all__ = ["FILES", "RULES"]
