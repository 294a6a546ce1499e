"""Remakes the corpus where CUDA's compiler is: `python -m tests.corpus.compile [program ...]` in the repository's root.

Writes `ptx/`, every program in every variant, by nvcc; and `goldens/`, what the same sources compiled for the host by
g++ make of the same inputs, without contraction of products and sums and with wrapping integers.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.corpus.cases import PROGRAMS, VARIANTS, Arrays, Program

# Debug information names the directory, so it is always the same.
WORKSHOP = Path("/tmp/ptxgen-corpus")
HOST_FLAGS = ("-O1", "-std=gnu++17", "-ffp-contract=off", "-frounding-math", "-fwrapv", "-shared", "-fPIC")


def compile_ptx(program: Program) -> None:
    for variant in VARIANTS:
        path = program.ptx(variant)
        path.parent.mkdir(exist_ok=True)
        command = ["nvcc", "-ptx", "-std=c++17", *variant.flags, program.source.name, "-o", str(path)]
        subprocess.run(command, cwd=WORKSHOP, check=True)


def host_arrays(program: Program) -> Arrays:
    """All arrays as the host's build leaves them."""
    library = WORKSHOP / f"{program.name}.so"
    command = ["g++", *HOST_FLAGS, "-x", "c++", program.source.name, "-o", str(library)]
    subprocess.run(command, cwd=WORKSHOP, check=True)
    host = ctypes.CDLL(str(library)).host
    host.restype = None
    arrays = program.fresh()
    host(*(scalar(a) if not isinstance(a, str) else arrays[a].ctypes for a in program.host))
    return arrays


def scalar(value: Any) -> Any:
    return ctypes.c_float(value) if isinstance(value, float) else ctypes.c_int(value)


def main(names: list[str]) -> None:
    shutil.copytree(Path(__file__).parent / "programs", WORKSHOP, dirs_exist_ok=True)
    for program in PROGRAMS:
        if names and program.name not in names:
            continue
        print(program.name)
        compile_ptx(program)
        arrays = host_arrays(program)
        program.golden.parent.mkdir(exist_ok=True)
        np.savez_compressed(program.golden, **{name: arrays[name] for name in program.results})


if __name__ == "__main__":
    main(sys.argv[1:])
