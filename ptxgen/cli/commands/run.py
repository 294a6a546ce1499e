"""`ptxgen run`: an entry of a PTX file, on arrays from files or made on the spot."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from numpy.typing import NDArray

from ptxgen.cli.arguments import FORMS, Argument, bind, parse_argument, parse_dims
from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.findings import as_json, show
from ptxgen.cli.main import FINDINGS
from ptxgen.cli.numbers import count, number, preview
from ptxgen.cli.sources import PTX_FILE, InputError, display_name, read_ptx, writing

if TYPE_CHECKING:
    from ptxgen import LaunchConfig
    from ptxgen.driver import Device, DeviceArray, LoadedKernel
    from ptxgen.errors import Diagnostic
    from ptxgen.ir.module import Function, Module

SHOWN = 64
"""Elements of an output array that are printed; `--save` writes all of them."""


@click.command(
    "run",
    epilog=examples(
        "ptxgen emit --kernel saxpy --n 2048 -o saxpy.ptx",
        "ptxgen run saxpy.ptx --grid 8 --block 256 --arg a=f32:2 --arg x=@x.npy --arg y=f32[2048]:zeros",
    ),
)
@click.argument("file", type=PTX_FILE, metavar="FILE.ptx")
@click.option("--entry", metavar="NAME", help="The entry to run (default: the only one of the file).")
@click.option("--grid", default="1", show_default=True, metavar="X[,Y[,Z]]", help="CTAs of the launch.")
@click.option("--block", default="1", show_default=True, metavar="X[,Y[,Z]]", help="Threads of a CTA.")
@click.option("--shared", default=0, metavar="BYTES", help="Dynamic shared memory of a CTA.")
@click.option("--cluster", metavar="X[,Y[,Z]]", help="CTAs of a cluster.")
@click.option("--arg", "arguments", multiple=True, metavar="NAME=VALUE", help=f"An argument: {FORMS}.")
@click.option("--save", multiple=True, metavar="NAME=FILE.npy", help="Write an array after the run.")
@click.option("--device", default="auto", show_default=True, help="auto, cuda, cuda:1 or emulator.")
@click.option("--sanitize", is_flag=True, help="Run under all sanitizers (on the emulator).")
@click.option("--schedule", type=int, metavar="SEED", help="Run warps in a random order (on the emulator).")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(
    file: str,
    entry: str | None,
    grid: str,
    block: str,
    shared: int,
    cluster: str | None,
    arguments: tuple[str, ...],
    save: tuple[str, ...],
    device: str,
    sanitize: bool,
    schedule: int | None,
    as_document: bool,
) -> None:
    """Run an entry of a PTX file and show what it wrote.

    An array marked :out starts uninitialised; on the emulator, a kernel that reads it is told so. :zeros starts
    with zeros. Arguments bind by the names of the entry's parameters, or in order if none of the names is one.
    """
    from ptxgen import LaunchConfig, parse
    from ptxgen.driver import SanitizerError
    from ptxgen.verification import Workbench

    given = [parse_argument(text) for text in arguments]
    targets = [_save_target(text, given) for text in save]
    text = read_ptx(file)
    module = parse(text, name=display_name(file))
    function = _entry(module, entry, file)
    ordered = bind(given, [p.name for p in function.params], function.name)
    config = LaunchConfig(
        grid=parse_dims(grid),
        block=parse_dims(block),
        shared_bytes=shared,
        cluster=parse_dims(cluster) if cluster else None,
    )
    bench = Workbench.open(device, sanitize=sanitize, schedule=schedule)
    started = time.perf_counter()
    loaded = bench.device.load_module(text, name=display_name(file))
    try:
        results = _launch(loaded.get_kernel(function.name), config, ordered)
    except SanitizerError as error:
        _report([f.diagnostic() for f in error.findings], file, text, as_document)
        raise click.exceptions.Exit(FINDINGS) from None
    seconds = time.perf_counter() - started
    findings = [f.diagnostic() for f in bench.device.findings]
    for name, path in targets:
        with writing(path):
            np.save(path, results[name])
    shown = {a.name: results[a.name] for a in ordered if a.written}
    if as_document:
        print_json(
            "run",
            {
                "file": display_name(file),
                "entry": function.name,
                "device": bench.device.properties.name,
                "grid": list(config.grid),
                "block": list(config.block),
                "seconds": round(seconds, 6),
                "thread_instructions": bench.thread_instructions if bench.counts else None,
                "findings": as_json(findings),
                "outputs": [_as_json(name, array) for name, array in shown.items()],
            },
        )
        if findings:
            raise click.exceptions.Exit(FINDINGS)
        return
    executed = f"{count(bench.thread_instructions)} thread-instructions, " if bench.counts else ""
    console = output()
    console.print(
        plain(
            f"{function.name} on {bench.device.properties.name}: {config.threads} threads, {executed}{seconds:.3f} s"
        )
    )
    if shown:
        made = table("array", "type", "shape", "minimum", "maximum", "values", right=("minimum", "maximum"))
        for name, array in shown.items():
            shape = "x".join(map(str, array.shape))
            row(made, name, array.dtype, shape, f"{array.min():.6g}", f"{array.max():.6g}", preview(array))
        console.print(made)
    if findings:
        show(console, findings, display_name(file), text.splitlines())
        raise click.exceptions.Exit(FINDINGS)


def _report(findings: list[Diagnostic], file: str, text: str, as_document: bool) -> None:
    """What the sanitizers found in a launch that could not go on."""
    if as_document:
        print_json("run", {"file": display_name(file), "findings": as_json(findings)})
    else:
        show(output(), findings, display_name(file), text.splitlines())


def _entry(module: Module, name: str | None, file: str) -> Function:
    names = [e.name for e in module.entries]
    if name is None and len(names) == 1:
        return module.entries[0]
    if name is None or name not in names:
        problem = f"no entry {name!r}" if name else "more than one entry, or none"
        raise InputError(
            "CLI017",
            f"{display_name(file)} has {problem}",
            help=f"--entry takes one of: {', '.join(names) or '(the file has no entry)'}",
        )
    return module.function(name)


def _save_target(text: str, arguments: list[Argument]) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    arrays = [a.name for a in arguments if isinstance(a.value, np.ndarray)]
    if not (equals and path) or name not in arrays:
        raise InputError(
            "CLI018", f"--save {text!r} does not name an array", help=f"arrays: {', '.join(arrays) or 'none'}"
        )
    return name, Path(path)


def _launch(
    kernel: LoadedKernel, config: LaunchConfig, arguments: list[Argument]
) -> dict[str, NDArray[np.generic]]:
    """Run the entry; the arrays by argument name, as they are afterwards."""
    device = kernel.device
    arrays = {a.name: _to_device(device, a) for a in arguments if isinstance(a.value, np.ndarray)}
    kernel.launch(config, [arrays.get(a.name, a.value) for a in arguments])
    device.synchronize()
    return {name: array.to_host() for name, array in arrays.items()}


def _to_device(device: Device, argument: Argument) -> DeviceArray:
    if argument.filled:
        return device.to_device(argument.value)
    return device.empty(argument.value.shape, argument.value.dtype)


def _as_json(name: str, array: NDArray[np.generic]) -> dict[str, object]:
    first = array.reshape(-1)[:SHOWN].tolist()
    return {
        "name": name,
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "minimum": number(array.min().item()),
        "maximum": number(array.max().item()),
        "values": [number(value) for value in first],
        "truncated": array.size > SHOWN,
    }
