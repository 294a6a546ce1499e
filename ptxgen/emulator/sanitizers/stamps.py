"""Who accessed a piece of memory and when, in one 64-bit number.

A stamp holds the number of the access (the order in which the machine executed them), whether the access was strong
(atomic, relaxed, volatile...), for whom, and the thread. Zero is nobody. Later accesses have larger stamps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SHIFT = 27
THREAD = (1 << 24) - 1
STRONG = 1 << 24
NARROW = 1 << 25
"""Set where a strong access has the scope of its CTA only."""
CLUSTERED = 1 << 26
"""Set where it has the scope of its cluster, if that is more than a CTA."""
FLIGHT = 1 << 61
"""Set while the access is a copy's and the copy is under way: it comes before nothing yet."""


def stamps(number: int, threads: Array, *, strong: bool, scope: int = 0) -> Array:
    """The stamp of each thread for the access of this number; `scope` is NARROW, CLUSTERED or 0."""
    return threads + stamp_of(number, strong=strong, scope=scope)


def stamp_of(number: int, *, strong: bool, scope: int = 0) -> int:
    """The stamp of thread 0."""
    return (number << SHIFT) | (STRONG if strong else 0) | scope


def other_thread(one: Array, two: Array) -> Array:
    """Whether stamps of one batch are of different threads."""
    return ((one ^ two) & THREAD) != 0
