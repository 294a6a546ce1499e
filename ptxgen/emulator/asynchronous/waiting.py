"""What threads wait for that is not a barrier of their CTA, and when they may go on."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator.context import BESIDE, Waiting

Array = np.ndarray[Any, Any]


@define(eq=False)
class MbarrierWait(Waiting):
    """Each thread waits until the phase of this parity of the mbarrier with this key is over.

    `register` is the predicate that says so.
    """

    barrier: int = BESIDE
    keys: Array | None = None
    parity: Array | None = None
    register: str = ""

    @property
    def meets(self) -> bool:
        """No: arrivals and copies end it."""
        return False


@define(eq=False)
class ClusterWait(Waiting):
    """The threads wait until all threads of their clusters have arrived."""

    barrier: int = BESIDE
