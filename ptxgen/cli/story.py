"""A command that tells a story: numbered steps, panels and tables below them, a verdict at the end."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ptxgen.cli.console import messages, plain, row, table

INDENT = 12


class Story:
    """The demo as it is told on the terminal, step by step."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self.console = console
        self.console.quiet = quiet
        self._quiet = quiet
        self._steps = 0

    def title(self, text: str) -> None:
        """The first line."""
        self.console.print()
        self.console.print(Text.assemble(("ptxgen demo  ", "bold green"), plain(text, "bold")))
        self.console.print()

    def step(self, name: str, *lines: str | Text) -> None:
        """A numbered step with what came out of it."""
        self._steps += 1
        head = Text.assemble((f"{self._steps}  ", "dim"), (f"{name:<{INDENT - 3}}", "bold"))
        for line in lines:
            text = line if isinstance(line, Text) else plain(line)
            self.console.print(head + text, soft_wrap=True)
            head = Text(" " * INDENT)

    def show(self, thing: Any) -> None:
        """A panel or a table below a step."""
        self.console.print(Padding(thing, (0, 0, 0, INDENT), expand=False))

    def working(self, what: str) -> AbstractContextManager[object]:
        """A spinner on standard error while something takes its time; nothing where that is not a terminal."""
        console = messages()
        console.quiet = self._quiet
        return console.status(plain(what))

    def end(self, ok: bool, claim: str, seconds: float, following: Iterable[tuple[str, str]]) -> None:
        """The verdict on a claim and, if it holds, commands to try next with what they do."""
        self.console.print()
        if ok:
            verdict = Text.assemble(
                ("Proven: ", "bold green"), plain(claim), (f"  {seconds:.1f} s in all.", "dim")
            )
        else:
            verdict = Text("FAILED: see above.", "bold red")
        self.console.print(verdict)
        if ok:
            self.console.print(Text("\nWhat to try next", "bold"))
            made = table("command", "meaning", whole=("command",))
            made.show_header = False
            for typed, meaning in following:
                row(made, plain(f"  {typed}", "cyan"), plain(meaning, "dim"))
            self.console.print(made)
