"""How fast the pairs of a rotary embedding turn, with the ways to stretch a model beyond its training context."""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

SCALINGS = ("none", "linear", "llama3", "yarn")
"""Names of the ways: see `Frequencies`."""


@frozen
class Frequencies:
    """Radians for each position of pair i of `dims`/2: base^(-2i/dims), changed by `scaling`.

    "linear" divides all by `factor` (position interpolation, arXiv 2306.15595).

    "llama3" divides those whose wavelength is above context / low_factor, leaves those below context / high_factor, and
    blends between (Llama 3.1's `rope_scaling`; context is that of the training).

    "yarn" divides those that turn less than `beta_slow` times in the context, leaves those that turn more than
    `beta_fast` times, blends linearly in i between, and multiplies cosine and sine by 0.1 ln(factor) + 1 (arXiv
    2309.00071).
    """

    dims: int
    base: float
    scaling: str = "none"
    factor: float = 1.0
    context: int = 8192
    low_factor: float = 1.0
    high_factor: float = 4.0
    beta_fast: float = 32.0
    beta_slow: float = 1.0

    @property
    def radians(self) -> NDArray[np.float64]:
        """[dims / 2] radians for each position."""
        plain = self.base ** (-2.0 * np.arange(self.dims // 2) / self.dims)
        kept = self._kept(plain)
        return plain * (kept + (1 - kept) / self.factor)

    @property
    def amplitude(self) -> float:
        """What cosine and sine are multiplied by."""
        return 0.1 * math.log(self.factor) + 1 if self.scaling == "yarn" and self.factor > 1 else 1.0

    def _kept(self, plain: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much of each frequency stays as it is; the rest is divided by the factor."""
        match self.scaling:
            case "llama3":
                turns = self.context * plain / (2 * math.pi)
                return np.clip((turns - self.low_factor) / (self.high_factor - self.low_factor), 0, 1)
            case "yarn":
                first = max(math.floor(self._pair_that_turns(self.beta_fast)), 0)
                last = min(math.ceil(self._pair_that_turns(self.beta_slow)), self.dims - 1)
                return 1 - np.clip((np.arange(self.dims // 2) - first) / max(last - first, 0.001), 0, 1)
            case "linear":
                return np.zeros_like(plain)
            case _:
                return np.ones_like(plain)

    def _pair_that_turns(self, times: float) -> float:
        """The (fractional) pair that turns so many times in the context."""
        return self.dims * math.log(self.context / (times * 2 * math.pi)) / (2 * math.log(self.base))
