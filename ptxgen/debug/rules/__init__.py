"""The rules, one family of faults a file. Importing this package enters them in the table."""

from __future__ import annotations

from ptxgen.debug.rule import RULES
from ptxgen.debug.rules import barriers, copies, data, loops, mbarriers, order, products, warps

__all__ = ["RULES", "barriers", "copies", "data", "loops", "mbarriers", "order", "products", "warps"]
