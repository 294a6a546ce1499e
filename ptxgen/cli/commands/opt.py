"""`ptxgen opt`: passes on a PTX file, whoever made it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptxgen.cli.console import examples, messages, plain, row, table
from ptxgen.cli.sources import PTX_FILE, display_name, read_ptx, writing

if TYPE_CHECKING:
    from ptxgen.passes import Pipeline, Step
    from ptxgen.verification.translation import Validation


@click.command(
    "opt",
    epilog=examples(
        "ptxgen opt kernel.ptx -O2 --stats -o better.ptx",
        "ptxgen opt kernel.ptx -p constant-folding,dce --validate",
        "ptxgen opt kernel.ptx -p 'fma-fusion{policy=always},dce' --print-after-all",
    ),
)
@click.argument("file", type=PTX_FILE, metavar="FILE.ptx")
@click.option("-p", "--passes", metavar="PIPELINE", help="Passes in order: constant-folding,dce.")
@click.option("-O", "level", type=click.Choice(["0", "1", "2"]), help="A named pipeline (default: -O2).")
@click.option("--print-after-all", is_flag=True, help="Print the text after each pass to standard error.")
@click.option("--stats", is_flag=True, help="Show what each pass did on standard error.")
@click.option(
    "--validate", is_flag=True, help="Run the entries before and after each pass, and compare memory."
)
@click.option("-o", "--output", "target", type=click.Path(dir_okay=False), metavar="FILE", help="Write here.")
def command(
    file: str,
    passes: str | None,
    level: str | None,
    print_after_all: bool,
    stats: bool,
    validate: bool,
    target: str | None,
) -> None:
    """Improve a PTX file. FILE may be - for standard input.

    --validate guesses arguments for every entry and says so where none of them can be run.
    """
    from ptxgen.ir.parser import parse
    from ptxgen.passes import dump

    pipeline = chosen(passes, level or "2")
    if print_after_all:
        pipeline = pipeline.watched_by(dump(lambda text: click.echo(text, err=True)))
    validation = None
    if validate:
        from ptxgen.verification.translation import Validation

        validation = Validation()
        pipeline = pipeline.watched_by(validation)
    module = parse(read_ptx(file), name=display_name(file))
    steps = pipeline.run(module)
    if stats:
        show_steps(steps)
    if validation is not None:
        _show_verdicts(validation)
    text = module.to_ptx()
    if target is None or target == "-":
        click.echo(text, nl=False)
        return
    with writing(Path(target)):
        Path(target).write_text(text, encoding="utf-8", newline="\n")


def chosen(passes: str | None, level: str) -> Pipeline:
    """The pipeline of `--passes`, or of a level where that is not given."""
    from ptxgen.passes import Pipeline

    return Pipeline.level(f"O{level}") if passes is None else Pipeline.parse(passes)


def show_steps(steps: tuple[Step, ...]) -> None:
    """What each pass did, on standard error."""
    made = table("pass", "changes", "instructions", "ms", right=("instructions", "ms"))
    for step in steps:
        statistics = step.statistics
        changes = ", ".join(f"{n} {what}" for what, n in sorted(statistics.changes.items()))
        size = f"{statistics.before} -> {statistics.after}"
        row(made, step.pass_, changes or "-", size, f"{1e3 * step.seconds:.1f}")
    messages().print(made)


def _show_verdicts(validation: Validation) -> None:
    """Which passes were shown to keep the results, and which were not because nothing could be run."""
    if not validation.verdicts:
        messages().print(plain("nothing to validate: no pass changed anything", "dim"))
    for name, verdict in validation.verdicts:
        if verdict.agreed:
            messages().print(plain(f"{name}: the same bytes in {verdict.agreed} runs", "green"))
        else:
            why = verdict.inapplicable[0] if verdict.inapplicable else "the module has no entry"
            messages().print(plain(f"{name}: not validated, no guessed launch runs ({why})", "yellow"))
