"""Delta debugging: the smallest text that still shows what a test looks for.

After Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), on lines: whole functions
first, then ever smaller runs of lines.
"""

from __future__ import annotations

from collections.abc import Callable

Shows = Callable[[str], bool]
Told = Callable[[str, int], None]


def _nobody(text: str, tries: int) -> None:
    """Nobody asks how far it is."""


def reduced(text: str, shows: Shows, *, most: int = 5000, tell: Told = _nobody) -> str:
    """A text from which no single line can be taken away; after `most` tries, the best one so far.

    `tell` is called after each try with the best text so far and the number of tries.
    """
    lines = text.splitlines()
    tries = 0

    def holds(kept: list[str]) -> bool:
        nonlocal tries, best
        tries += 1
        smaller = _joined(kept)
        held = shows(smaller)
        best = smaller if held else best
        tell(best, tries)
        return held

    best = _joined(lines)
    for start, end in reversed(_functions(lines)):
        rest = lines[:start] + lines[end:]
        if tries < most and holds(rest):
            lines = rest
    size = max(1, len(lines) // 2)
    while tries < most:
        lines, changed = _pass(lines, size, holds, lambda: tries < most)
        if size > 1:
            size = max(1, size // 2)
        elif not changed:
            break
    return _joined(lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _pass(
    lines: list[str], size: int, holds: Callable[[list[str]], bool], more: Callable[[], bool]
) -> tuple[list[str], bool]:
    """Try to take away each run of `size` lines, from the end on."""
    changed = False
    start = len(lines) - size
    while start > -size and more():
        rest = lines[: max(start, 0)] + lines[max(start, 0) + size :]
        if len(rest) < len(lines) and holds(rest):
            lines, changed = rest, True
        start -= size
    return lines, changed


def _functions(lines: list[str]) -> list[tuple[int, int]]:
    """The first line of each function and the one behind its closing brace."""
    found: list[tuple[int, int]] = []
    start, depth = -1, 0
    for number, line in enumerate(lines):
        code = line.partition("//")[0]
        if depth == 0 and start < 0 and (".entry" in code or ".func" in code):
            start = number
        depth += code.count("{") - code.count("}")
        if start >= 0 and depth == 0 and "}" in code:
            found.append((start, number + 1))
            start = -1
    return found
