"""The `.file` and `.loc` lines of a text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from attrs import define, field

from ptxgen.errors import SourceLocation
from ptxgen.ir.debug import SourceFile
from ptxgen.ir.module import Module


@define
class DebugLines:
    """Which files the text of a module names, and its `.loc` lines in order.

    With `root`, the files of all locations are named, relative to it; otherwise only those of the module.
    """

    module: Module
    root: Path | None
    files: list[SourceFile] = field(init=False)
    _numbers: dict[str, int] = field(factory=dict[str, int], init=False)
    _calls: dict[tuple[int, int, int], SourceLocation] = field(
        factory=dict[tuple[int, int, int], SourceLocation], init=False
    )

    def __attrs_post_init__(self) -> None:
        self.files = list(self.module.files)
        for file in self.files:
            self._numbers.setdefault(file.path, file.number)
        if self.root is None:
            return
        number = max((file.number for file in self.files), default=0)
        for function in self.module.functions:
            for instruction in function.instructions():
                location = instruction.location
                if location is not None and location.file not in self._numbers:
                    number += 1
                    self._numbers[location.file] = number
                    self.files.append(SourceFile(number, _relative(location.file, self.root)))

    def loc(self, location: SourceLocation) -> Iterator[str]:
        """The `.loc` line, after those that its `inlined_at` needs; nothing where the file is not named."""
        number = self._numbers.get(location.file)
        if number is None:
            return
        text, inlined = f".loc {number} {location.line} {location.column}", location.inlined
        if inlined is not None:
            call = inlined.call
            position = (self._numbers[call.file], call.line, call.column)
            if self._calls.get(position) != call:
                yield from self.loc(call)
            offset = f"+{inlined.offset}" if inlined.offset else ""
            text += f", function_name {inlined.name}{offset}, inlined_at {' '.join(map(str, position))}"
        self._calls[number, location.line, location.column] = location
        yield text


def _relative(file: str, root: Path) -> str:
    try:
        path = os.path.relpath(file, root)
    except ValueError:
        path = file
    return Path(path).as_posix().replace('"', "_")
