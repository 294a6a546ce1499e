"""The operators, by what they break. Importing this package declares them all."""

from __future__ import annotations

from tests.debug.defects import OPERATORS
from tests.debug.operators import barriers, copies, memory, text, warps

__all__ = ["OPERATORS", "barriers", "copies", "memory", "text", "warps"]
