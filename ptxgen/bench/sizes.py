"""The sizes that are timed: those of real models, large enough to fill a data-centre GPU."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ptxgen.errors import PtxgenError
from ptxgen.kernels import Kernel

Fields = Mapping[str, int]

LADDERS: dict[str, tuple[Fields, ...]] = {
    # Qwen2.5-7B: the feed-forward network's widest matrix; 0.5B's, whose rows are no multiple of 256.
    "gemv": ({"n": 18944, "k": 3584}, {"n": 4864, "k": 896}),
    "gemm": ({"m": 4096, "n": 4096, "k": 4096}, {"batch": 16, "m": 1024, "n": 1024, "k": 1024}),
    "elementwise": ({"n": 1 << 26}, {"rows": 8192, "cols": 8192}),
}
"""By family: sizes to try in order; those that a kernel lacks or refuses are passed over."""


def timed(kernel: type[Kernel]) -> Kernel:
    """The kernel at the first sizes of its family's ladder that it accepts; its defaults if there are none."""
    names = {field.name for field in attrs.fields(kernel) if field.init}
    for sizes in LADDERS.get(kernel.family, ()):
        if sizes.keys() <= names:
            try:
                return kernel(**sizes)
            except PtxgenError:
                continue
    return kernel()
