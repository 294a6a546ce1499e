"""Into how many chunks keys are best split."""

from __future__ import annotations

import math

_ENOUGH = 0.8
"""With CTAs for this part of the SMs, splitting gains nothing."""
_FEW_TILES = 4
"""So many tiles of keys are not worth a second round through memory."""
_NEARLY = 0.85
"""Fewer chunks are better if they come this close to the best use of the SMs."""
_MOST = 128


def best_chunks(ctas: int, tiles: int, sms: int) -> int:
    """Chunks for each of `ctas` pieces of work of `tiles` tiles of keys, on `sms` SMs that take a CTA each.

    The rule of FlashAttention-3's decoding: of all numbers of chunks, the smallest whose waves of CTAs are filled
    nearly as well as the best one's.
    """
    if ctas >= _ENOUGH * sms or tiles <= _FEW_TILES:
        return 1
    use = [_filled(ctas * chunks / sms) for chunks in range(1, min(tiles, sms, _MOST) + 1)]
    return next(n for n, filled in enumerate(use, 1) if filled >= _NEARLY * max(use))


def _filled(waves: float) -> float:
    """The part of the SMs that have work, over all waves."""
    return waves / math.ceil(waves)
