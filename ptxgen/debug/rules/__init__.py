"""The rules, one family of faults a file. Importing this package enters them in the table."""

from __future__ import annotations

from ptxgen.debug.rule import RULES
from ptxgen.debug.rules import (
    barriers,
    bounds,
    copies,
    data,
    loops,
    mbarriers,
    order,
    products,
    races,
    traffic,
    warps,
)

__all__ = [
    "RULES",
    "barriers",
    "bounds",
    "copies",
    "data",
    "loops",
    "mbarriers",
    "order",
    "products",
    "races",
    "traffic",
    "warps",
]
