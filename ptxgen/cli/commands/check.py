"""`ptxgen check`: the static checker on PTX files, whoever made them."""

from __future__ import annotations

import click

from ptxgen.cli.console import examples, messages, output, plain, print_json, progress
from ptxgen.cli.findings import as_json, failed, show, summary
from ptxgen.cli.main import FINDINGS
from ptxgen.cli.sources import PTX_FILE, display_name, parse_or_diagnose, read_ptx
from ptxgen.errors import Diagnostic


@click.command("check", epilog=examples("ptxgen emit --kernel q4k_gemv | ptxgen check -"))
@click.argument("files", nargs=-1, required=True, type=PTX_FILE, metavar="FILE.ptx...")
@click.option("--target", metavar="SM", help="Check against this target (default: the file's own).")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
def command(files: tuple[str, ...], target: str | None, strict: bool, as_document: bool) -> None:
    """Check PTX files statically: types, spaces, registers, labels, targets, launch limits.

    FILE may be - for standard input.
    """
    reports: list[tuple[str, list[Diagnostic]]] = []
    with progress() as bar:
        for file in bar.track(files, description="checking"):
            text = read_ptx(file)
            found = findings(text, file, target)
            reports.append((file, found))
            if not as_document:
                show(output(), found, display_name(file), text.splitlines())
    everything = [d for _, found in reports for d in found]
    if as_document:
        documents = [
            {"file": display_name(file), "ok": not failed(found, strict), "diagnostics": as_json(found)}
            for file, found in reports
        ]
        print_json("check", {"files": documents})
    else:
        messages().print(plain(summary(everything), "bold red" if failed(everything, strict) else "green"))
    if failed(everything, strict):
        raise click.exceptions.Exit(FINDINGS)


def findings(text: str, file: str, target: str | None) -> list[Diagnostic]:
    """What the parser or the checker says about PTX text."""
    from ptxgen.ir.checker import check

    module, refused = parse_or_diagnose(text, file)
    return refused if module is None else check(module, target=target)
