"""The sizes that are timed: those of real models, large enough to fill a data-centre GPU."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ptxgen.errors import PtxgenError
from ptxgen.kernels import Kernel

Fields = Mapping[str, int]

LADDERS: dict[str, tuple[Fields, ...]] = {
    # Qwen2.5-7B's widest matrix; Qwen2.5-0.5B's, whose rows are no multiple of 256.
    "gemv": ({"n": 18944, "k": 3584}, {"n": 4864, "k": 896}),
    "gemm": ({"m": 4096, "n": 4096, "k": 4096},),
    # A prompt of 4096 tokens; one sequence with 32768 tokens in its cache, for Llama-3.1-8B's heads.
    "attention": (
        {"q_len": 4096, "kv_len": 4096, "heads": 32, "kv_heads": 8, "head_dim": 128},
        {"seqs": 1, "capacity": 32768, "heads": 32, "kv_heads": 8, "head_dim": 128},
    ),
    "rows": ({"rows": 16384, "cols": 4096}, {"rows": 131072, "cols": 128}),
    "elementwise": ({"n": 1 << 26}, {"rows": 8192, "cols": 8192}),
    "weights": ({"n": 4096, "k": 4096}, {"m": 4096, "vocab": 32000, "k": 4096}),
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
