"""`ptxgen emit`: the PTX of a kernel, ready for ptxas."""

from __future__ import annotations

from pathlib import Path

import click

from ptxgen.cli.console import examples, messages, plain
from ptxgen.cli.kernel_options import KernelCommand, fields_argument, kernel_option, make
from ptxgen.cli.sources import writing


@click.command(
    "emit",
    cls=KernelCommand,
    epilog=examples(
        "ptxgen emit --kernel q4k_gemv --n 4096 --k 4096 --target sm_90 -o gemv.ptx",
        "ptxgen emit --kernel q4k_gemv --target sm_80 | ptxas -arch=sm_80 -",
        "ptxgen emit --kernel q4k_gemv -O2",
        "ptxgen emit --kernel q4k_gemv --help",
    ),
)
@kernel_option
@click.option("--target", metavar="SM", help="The target, such as sm_90a (default: sm_80).")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Write here instead of to standard output.",
)
@click.option("-O", "level", type=click.Choice(["0", "1", "2"]), help="Improve it with a named pipeline.")
@click.option("--passes", metavar="PIPELINE", help="Improve it with these passes: constant-folding,dce.")
@fields_argument
def command(
    kernel: str | None,
    target: str | None,
    file: str | None,
    level: str | None,
    passes: str | None,
    fields: tuple[str, ...],
) -> None:
    """Print the PTX text of a kernel. Each field of the kernel is an option (--n, --k, ...)."""
    from ptxgen.kernels import registry

    if kernel is None:
        raise click.UsageError("Missing option '--kernel'; `ptxgen list` shows the names.")
    text = make(registry.get(kernel), fields).emit_ptx(**({"target": target} if target else {}))
    if level is not None or passes is not None:
        text = _improved(text, kernel, passes, level or "0")
    if file is None or file == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    with writing(Path(file)):
        Path(file).write_text(text, encoding="utf-8", newline="\n")
    messages().print(plain(f"wrote {file}: {len(text.splitlines())} lines", "dim"))


def _improved(text: str, name: str, passes: str | None, level: str) -> str:
    """The kernel's text after a pipeline."""
    from ptxgen.cli.commands.opt import chosen
    from ptxgen.ir.parser import parse

    module = parse(text, name=name)
    chosen(passes, level).run(module)
    return module.to_ptx()
