"""Remakes the texts of faults as people make them, where CUDA's compiler is: `python -m tests.debug.people.compile`."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE / "faults.cu"
FAULTY, MENDED = HERE / "faulty.ptx", HERE / "mended.ptx"
TARGET = "sm_90"


def main() -> None:
    for path, flags in ((FAULTY, ()), (MENDED, ("-DMEND",))):
        command = ["nvcc", "-ptx", "-std=c++17", f"-arch={TARGET}", *flags, SOURCE.name, "-o", path.name]
        subprocess.run(command, cwd=HERE, check=True)


if __name__ == "__main__":
    main()
