"""NVIDIA's command-line tools, used where they are installed and never needed: ptxas, nvdisasm, cuobjdump.

The `toolchain` extra installs the pinned ones. A tool is looked for among the installed `nvidia-*` packages, on PATH,
and below `CUDA_HOME` or `CUDA_PATH`, in this order; `PTXGEN_PTXAS`, `PTXGEN_NVDISASM` and `PTXGEN_CUOBJDUMP` name one
and end the search.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from attrs import field, frozen

from ptxgen.errors import Diagnostic, PtxgenError, Severity

NAMES = ("ptxas", "nvdisasm", "cuobjdump")
TIMEOUT = 300.0
"""Seconds after which an assembler run is given up."""

_MESSAGE = re.compile(
    r"^ptxas (?:.*?, line (?P<line>\d+); )?(?P<severity>error|fatal|warning) *: (?P<message>.*)$"
)
_ENTRY = re.compile(r"Compiling entry function '(?P<name>[^']*)'")
_REGISTERS = re.compile(r"Used (?P<registers>\d+) registers")
_SPILLS = re.compile(r"(?P<stores>\d+) bytes spill stores, (?P<loads>\d+) bytes spill loads")
_SHARED = re.compile(r"(?P<shared>\d+) bytes smem")


class ToolchainError(PtxgenError):
    """A tool of the CUDA toolkit is missing or did not answer."""


@frozen
class Tool:
    """An installed tool: its name, where it lies, and its version such as `13.0.88` (empty if it would not say)."""

    name: str
    path: Path
    version: str


@frozen
class Resources:
    """What an entry uses on the machine, as ptxas counts it. Sizes in bytes; `shared` is static shared memory."""

    entry: str
    registers: int
    spill_stores: int
    spill_loads: int
    shared: int


@frozen
class Assembly:
    """The answer of ptxas: accepted or not, its findings (TLC003, by PTX line), and each entry's resources."""

    accepted: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    resources: tuple[Resources, ...] = ()
    cubin: bytes = field(default=b"", repr=False)


@cache
def find(name: str) -> Tool | None:
    """The tool of that name (one of `NAMES`), or None if it is not installed."""
    for path in _candidates(name):
        if path.is_file() and os.access(path, os.X_OK):
            return Tool(name, path, _version(path))
    return None


def _candidates(name: str) -> Iterator[Path]:
    stated = os.environ.get(f"PTXGEN_{name.upper()}")
    if stated:  # stated means stated: no other one is taken instead
        yield Path(stated)
        return
    file = f"{name}.exe" if os.name == "nt" else name
    packages = importlib.util.find_spec("nvidia")
    for root in packages.submodule_search_locations or () if packages else ():
        yield from sorted(Path(root).glob(f"*/bin/**/{file}"), reverse=True)
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for variable in ("CUDA_HOME", "CUDA_PATH"):
        home = os.environ.get(variable)
        if home:
            yield Path(home) / "bin" / file


def _version(path: Path) -> str:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"V(\d+\.\d+\.\d+)", answer.stdout)
    return match[1] if match else ""


def assemble(text: str, target: str, tool: Tool | None = None) -> Assembly:
    """Assemble PTX text for a target such as `sm_90a` with ptxas.

    Text that ptxas refuses is an `Assembly` with `accepted` false, not an exception. Raises `ToolchainError`: TLC001
    when there is no ptxas, TLC002 when it cannot be run or does not end within `TIMEOUT`.
    """
    tool = tool or _required("ptxas")
    with tempfile.TemporaryDirectory(prefix="ptxgen-") as folder:
        cubin = Path(folder) / "module.cubin"
        # The text goes in as bytes, so that no newline is rewritten and lines keep their numbers.
        answer = _run(tool, ["-v", f"-arch={target}", "-", "-o", cubin], text.encode())
        log = (answer.stderr + answer.stdout).decode(errors="replace")
        accepted = answer.returncode == 0
        return Assembly(
            accepted,
            tuple(_diagnostics(log, accepted)),
            tuple(_resources(log)),
            cubin.read_bytes() if accepted else b"",
        )


def disassemble(cubin: bytes, tool: Tool | None = None) -> str:
    """The machine code (SASS) of a cubin, as nvdisasm lists it.

    Raises `ToolchainError`: TLC001 when there is no nvdisasm, TLC002 when it cannot be run or does not end within
    `TIMEOUT`, TLC004 when it refuses the cubin.
    """
    tool = tool or _required("nvdisasm")
    with tempfile.TemporaryDirectory(prefix="ptxgen-") as folder:
        path = Path(folder) / "module.cubin"
        path.write_bytes(cubin)
        answer = _run(tool, ["-c", path])
    if answer.returncode != 0:
        reason = answer.stderr.decode(errors="replace").strip() or f"exit status {answer.returncode}"
        raise ToolchainError("TLC004", f"nvdisasm refused the cubin: {reason}")
    return answer.stdout.decode(errors="replace")


def _required(name: str) -> Tool:
    tool = find(name)
    if tool is None:
        raise ToolchainError(
            "TLC001",
            f"{name} was not found",
            help=f"pip install 'ptxgen[toolchain]', or name one in the environment variable PTXGEN_{name.upper()}",
        )
    return tool


def _run(tool: Tool, arguments: list[str | Path], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [tool.path, *arguments], input=data, capture_output=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError("TLC002", f"{tool.name} could not be run: {error}") from error


def _diagnostics(log: str, accepted: bool) -> Iterator[Diagnostic]:
    seen = False
    for row in log.splitlines():
        match = _MESSAGE.match(row)
        if not match:
            continue
        severity = Severity.WARNING if match["severity"] == "warning" else Severity.ERROR
        if match["severity"] == "fatal" and seen:
            continue  # "aborted due to errors" repeats the errors already listed
        seen = seen or severity is Severity.ERROR
        yield Diagnostic("TLC003", severity, match["message"], line=int(match["line"] or 0))
    if not accepted and not seen:
        yield Diagnostic("TLC003", Severity.ERROR, log.strip() or "ptxas failed without a message")


def _resources(log: str) -> Iterator[Resources]:
    entry, stores, loads = "", 0, 0
    for row in log.splitlines():
        if match := _ENTRY.search(row):
            entry, stores, loads = match["name"], 0, 0
        elif match := _SPILLS.search(row):
            stores, loads = int(match["stores"]), int(match["loads"])
        elif (match := _REGISTERS.search(row)) and entry:
            shared = _SHARED.search(row)
            yield Resources(
                entry, int(match["registers"]), stores, loads, int(shared["shared"]) if shared else 0
            )
            entry = ""
