"""What the builder's tests share: the text of a body, and ptxas."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from ptxgen.ir import KernelBuilder, Module
from ptxgen.ir.builder import FunctionBody


def kernel(target: str = "sm_90") -> KernelBuilder:
    """A kernel without parameters."""
    return KernelBuilder("test", target=target)


def body(k: FunctionBody, skip: int = 0) -> list[str]:
    """The lines of the body built so far, labels included, without the first `skip`."""
    k.code.flush()
    lines: list[str] = []
    for block in k.code.function.blocks:
        if block.label is not None:
            lines.append(f"{block.label}:")
        lines += [str(instruction) for instruction in block.instructions]
    return lines[skip:]


def find_ptxas() -> str | None:
    """The path of ptxas: the pinned package's, else the one on PATH."""
    spec = find_spec("nvidia")
    for folder in spec.submodule_search_locations or () if spec else ():
        for found in Path(folder).glob("cu*/bin/ptxas"):
            return str(found)
    return shutil.which("ptxas")


def assemble(ptxas: str, module: Module) -> str:
    """What ptxas says about a module; empty if it accepts it."""
    done = subprocess.run(
        [ptxas, f"-arch={module.target}", "-o", "/dev/null", "-"],
        input=module.to_ptx(),
        text=True,
        capture_output=True,
        check=False,
    )
    return done.stderr + done.stdout if done.returncode else ""
