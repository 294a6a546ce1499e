"""`ptxgen-infer inspect`: what a model file holds, and whether its scales are numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ptxgen.cli import numbers
from ptxgen.cli.console import examples, messages, output, plain, print_json, progress, row, table
from ptxgen.cli.lazy import FINDINGS
from ptxgen_inference.files import ModelFile, Tensor, open_model
from ptxgen_inference.files.scales import scale_fault

_SHOWN_ITEMS = 6
_SHOWN_CHARACTERS = 200


@click.command(
    "inspect",
    epilog=examples("ptxgen-infer inspect model.gguf", "ptxgen-infer inspect model.gguf --tensors --json"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tensors", "with_tensors", is_flag=True, help="List every tensor.")
@click.option(
    "--check/--no-check", default=True, help="Read all weights and look for scales that are no numbers."
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
@click.pass_context
def command(ctx: click.Context, file: Path, with_tensors: bool, check: bool, as_document: bool) -> None:
    """Show the metadata and tensors of a model file, and check it.

    FILE is a GGUF file, a part of a split one, or a folder of safetensors. Exit code 1: a scale is NaN or infinite.
    """
    model = open_model(file)
    faults = _faults(model) if check else {}
    if as_document:
        print_json("inspect", _document(model, faults, check, with_tensors))
    else:
        _print(model, with_tensors)
        for fault in faults.values():
            messages().print(plain(fault, "red"))
    ctx.exit(FINDINGS if faults else 0)


def _faults(model: ModelFile) -> dict[str, str]:
    """By tensor: what is wrong with its scales."""
    with progress() as bar:
        task = bar.add_task("checking weights", total=len(model.tensors))
        found: dict[str, str] = {}
        for name, tensor in model.tensors.items():
            fault = scale_fault(tensor)
            if fault is not None:
                found[name] = fault
            bar.advance(task)
    return found


def _document(
    model: ModelFile, faults: dict[str, str], checked: bool, with_tensors: bool
) -> dict[str, object]:
    tensors = [
        {
            "name": t.name,
            "shape": list(t.shape),
            "format": t.format.name,
            "bytes": t.data.nbytes,
            "fault": faults.get(t.name),
        }
        for t in model.tensors.values()
    ]
    return {
        "file": model.source,
        "architecture": model.architecture,
        "weights": _weights(model.tensors.values()),
        "bytes": sum(t.data.nbytes for t in model.tensors.values()),
        "ok": not faults if checked else None,
        "faults": list(faults.values()),
        "formats": [
            {"format": name, "tensors": len(found), "weights": _weights(found), "bytes": _bytes(found)}
            for name, found in _by_format(model).items()
        ],
        "metadata": {key: _value(value) for key, value in model.metadata.items()},
        "tensors": tensors if with_tensors else None,
    }


def _value(value: Any) -> object:
    """A metadata value for a document: long lists as their length and first items."""
    if isinstance(value, list):
        items = [_value(item) for item in value[:_SHOWN_ITEMS]]
        return items if len(value) <= _SHOWN_ITEMS else {"length": len(value), "first": items}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print(model: ModelFile, with_tensors: bool) -> None:
    console = output()
    made = table("key", "value", title="Metadata", whole=["key"])
    for key, value in model.metadata.items():
        row(made, key, _shown(value))
    console.print(made)
    console.print()
    made = table(
        "format", "tensors", "weights", "bytes", title="Weights", right=("tensors", "weights", "bytes")
    )
    for name, found in _by_format(model).items():
        row(made, name, len(found), numbers.count(_weights(found)), numbers.count(_bytes(found)))
    every = list(model.tensors.values())
    row(made, "all", len(every), numbers.count(_weights(every)), numbers.count(_bytes(every)))
    console.print(made)
    if with_tensors:
        console.print()
        made = table(
            "name", "shape", "format", "bytes", title="Tensors", right=("bytes",), whole=("name", "shape")
        )
        for tensor in every:
            row(made, tensor.name, " × ".join(map(str, tensor.shape)), tensor.format.name, tensor.data.nbytes)
        console.print(made)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        items = ", ".join(map(repr, value[:_SHOWN_ITEMS]))
        return f"[{items}]" if len(value) <= _SHOWN_ITEMS else f"[{items}, ...] ({len(value)} items)"
    text = str(value)
    return (
        text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}... ({len(text)} characters)"
    )


def _by_format(model: ModelFile) -> dict[str, list[Tensor]]:
    found: dict[str, list[Tensor]] = {}
    for tensor in model.tensors.values():
        found.setdefault(tensor.format.name, []).append(tensor)
    return found


def _weights(tensors: Iterable[Tensor]) -> int:
    return sum(t.rows * t.columns for t in tensors)


def _bytes(tensors: Iterable[Tensor]) -> int:
    return sum(t.data.nbytes for t in tensors)
