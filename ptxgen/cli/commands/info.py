"""`ptxgen info`: what is here: devices, tools, packages, targets."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click

from ptxgen import __version__
from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.errors import PtxgenError
from ptxgen.isa import TARGETS
from ptxgen.toolchain import NAMES, find

PACKAGES = ("numpy", "cuda-bindings", "gguf")
DEVICES = ("cuda", "emulator")


@click.command("info", epilog=examples("ptxgen info", "ptxgen info --json"))
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(as_document: bool) -> None:
    """Show what is here: devices, the CUDA tools, packages, and the targets that ptxgen knows."""
    devices = [_device(name) for name in DEVICES]
    tools = {name: find(name) for name in NAMES}
    packages = {name: _version(name) for name in PACKAGES}
    if as_document:
        print_json(
            "info",
            {
                "version": __version__,
                "python": platform.python_version(),
                "platform": platform.platform(),
                "devices": devices,
                "tools": [
                    {
                        "name": name,
                        "path": str(tool.path) if tool else None,
                        "version": tool.version if tool else None,
                    }
                    for name, tool in tools.items()
                ],
                "packages": [{"name": name, "version": number} for name, number in packages.items()],
                "targets": [_target(name) for name in TARGETS],
            },
        )
        return
    console = output()
    console.print(plain(f"ptxgen {__version__}, Python {platform.python_version()}, {platform.platform()}"))
    console.print()
    made = table("device", "state", "", title="Devices")
    for device in devices:
        state = plain("ready", "green") if device["available"] else plain("missing", "yellow")
        row(made, device["name"], state, device["description"] or device["reason"])
    console.print(made)
    console.print()
    made = table("tool", "version", "path", title="CUDA tools (optional)")
    for name, tool in tools.items():
        row(
            made,
            name,
            tool.version if tool else plain("missing", "yellow"),
            tool.path if tool else "pip install 'ptxgen[toolchain]'",
        )
    console.print(made)
    console.print()
    made = table("package", "version", title="Packages")
    for name, number in packages.items():
        row(made, name, number or plain("missing", "yellow"))
    console.print(made)
    console.print()
    made = table(
        "target",
        "PTX",
        "threads/SM",
        "static shared",
        "opt-in shared",
        title="Targets",
        right=("threads/SM", "static shared", "opt-in shared"),
    )
    for name, target in TARGETS.items():
        least = ".".join(map(str, target.ptx_min))
        row(
            made,
            name,
            least,
            target.threads_per_sm,
            f"{target.shared_static >> 10} KiB",
            f"{target.shared_optin >> 10} KiB",
        )
    console.print(made)


def _device(name: str) -> dict[str, str | bool | None]:
    from ptxgen.driver import open_device

    try:
        device = open_device(name)
    except PtxgenError as error:
        return {
            "name": name,
            "available": False,
            "description": None,
            "target": None,
            "reason": error.message,
        }
    properties = device.properties
    return {
        "name": name,
        "available": True,
        "description": f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB",
        "target": properties.target,
        "reason": None,
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _target(name: str) -> dict[str, object]:
    target = TARGETS[name]
    return {
        "name": name,
        "ptx": ".".join(map(str, target.ptx_min)),
        "threads_per_cta": target.threads_per_block,
        "threads_per_sm": target.threads_per_sm,
        "shared_static": target.shared_static,
        "shared_optin": target.shared_optin,
        "registers_per_thread": target.registers_per_thread,
    }
