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
        "ptxgen emit --kernel q4k_gemv -O0",
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
@click.option(
    "-O",
    "level",
    type=click.Choice(["0", "1", "2"]),
    default="2",
    show_default=True,
    help="A named pipeline of passes; 0 is the text as the kernel writes it.",
)
@click.option("--passes", metavar="PIPELINE", help="These passes instead: constant-folding,dce.")
@fields_argument
def command(
    kernel: str | None,
    target: str | None,
    file: str | None,
    level: str,
    passes: str | None,
    fields: tuple[str, ...],
) -> None:
    """Print the PTX text of a kernel. Each field of the kernel is an option (--n, --k, ...)."""
    from ptxgen.kernels import registry

    if kernel is None:
        raise click.UsageError("Missing option '--kernel'; `ptxgen list` shows the names.")
    chosen = f"O{level}" if passes is None else "O0"
    text = make(registry.get(kernel), fields).emit_ptx(target, level=chosen)
    if passes is not None:
        text = _improved(text, kernel, passes)
    if file is None or file == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    with writing(Path(file)):
        Path(file).write_text(text, encoding="utf-8", newline="\n")
    messages().print(plain(f"wrote {file}: {len(text.splitlines())} lines", "dim"))


def _improved(text: str, name: str, passes: str) -> str:
    """The kernel's text after a pipeline."""
    from ptxgen.ir.parser import parse
    from ptxgen.passes import Pipeline

    module = parse(text, name=name)
    Pipeline.parse(passes).run(module)
    return module.to_ptx()
