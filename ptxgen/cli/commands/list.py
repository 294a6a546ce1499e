"""`ptxgen list`: every kernel that ships."""

from __future__ import annotations

import inspect

import click

from ptxgen.cli.console import examples, output, plain, print_json, row, table
from ptxgen.cli.kernel_options import fields


@click.command("list", epilog=examples("ptxgen list", "ptxgen list --family gemv --json"))
@click.option("--family", metavar="NAME", help="Only this family.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(family: str | None, as_document: bool) -> None:
    """List the kernels: names, aliases, families, fields with their defaults."""
    from ptxgen.kernels import registry

    shown = [k for k in registry.kernels() if family in (None, k.family)]
    if family and not shown:
        known = ", ".join(registry.families())
        raise click.BadParameter(f"no family {family!r}; families: {known}", param_hint="--family")
    if as_document:
        documents = [
            {
                "name": k.name,
                "aliases": list(k.aliases),
                "class": k.__name__,
                "family": k.family,
                "summary": summary(k),
                "fields": fields(k),
            }
            for k in shown
        ]
        print_json("list", {"kernels": documents})
        return
    console = output()
    made = table("kernel", "alias", "family", "fields", "what it does", whole=("kernel", "alias"))
    for k in shown:
        defaults = " ".join(f"{f['name']}={f['default']}" for f in fields(k))
        row(made, plain(k.name, "bold"), "\n".join(k.aliases), k.family, plain(defaults, "cyan"), summary(k))
    console.print(made)
    console.print()
    console.print(plain("ptxgen emit --kernel NAME prints one; ptxgen verify --kernel NAME proves it", "dim"))


def summary(kernel: type) -> str:
    """The first sentence of a kernel's docstring, on one line."""
    text = " ".join((inspect.getdoc(kernel) or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".")
