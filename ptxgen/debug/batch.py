"""Several files: found by pattern, read, analysed side by side in processes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from ptxgen.debug.engine import analyze_text
from ptxgen.debug.findings import FileReport

if TYPE_CHECKING:
    from ptxgen.debug.question import Question

STDIN = "-"
SMALL = 256 << 10
"""Bytes of text that are analysed faster here than in another process."""

_NO_PTX = {
    **dict.fromkeys(
        (b"\x7fELF", b"\x50\xed\x55\xba"), "is a binary: take its PTX out with `cuobjdump --dump-ptx`"
    ),
    **dict.fromkeys((b"\xff\xfe", b"\xfe\xff"), "is UTF-16 text: save it as UTF-8"),
}
"""How files that are taken for PTX begin, and what to do with them."""


def expanded(patterns: Sequence[str]) -> list[str]:
    """The files that names and patterns mean, each once. A pattern that fits nothing stays, to be reported."""
    found: dict[str, None] = {}
    for pattern in patterns:
        if pattern != STDIN and any(c in pattern for c in "*?[") and not Path(pattern).exists():
            found |= dict.fromkeys(_fitting(pattern) or [pattern])
        else:
            found[pattern] = None
    return list(found)


def _fitting(pattern: str) -> list[str]:
    path = Path(pattern)
    root, rest = (Path(path.anchor), path.relative_to(path.anchor)) if path.is_absolute() else (Path(), path)
    return sorted(str(each) for each in root.glob(str(rest)) if each.is_file())


def read(file: str) -> tuple[str, str]:
    """The text of a file (`-`: standard input), and why there is none."""
    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except IsADirectoryError:
        return "", f"is a directory: name its files, or a pattern such as '{display_name(file)}/**/*.ptx'"
    except FileNotFoundError:
        if any(c in file for c in "*?["):
            return "", "is a pattern that no file fits"
        return "", "cannot be read: No such file or directory"
    except (OSError, ValueError) as error:
        return "", f"cannot be read: {getattr(error, 'strerror', None) or error}"
    for sign, problem in _NO_PTX.items():
        if data.startswith(sign):
            return "", problem
    if b"__global__" in data and b".version" not in data:
        return "", "is CUDA source: make PTX of it with `nvcc -ptx`"
    try:
        return data.decode("utf-8-sig").rstrip("\0"), ""
    except UnicodeDecodeError as error:
        return "", f"is not UTF-8 text (byte {error.start}): PTX is text"


def display_name(file: str) -> str:
    """What a file is called in reports: bytes of its name that are no UTF-8 cannot be written there."""
    return "<stdin>" if file == STDIN else os.fsencode(file).decode("utf-8", "replace")


def analyzed(
    files: Sequence[str], jobs: int = 0, question: Question | None = None, *, static: bool = True
) -> Iterator[tuple[int, FileReport]]:
    """The report of each file with its number, as they get ready. `jobs`: processes (0: as many as there are cores).

    With a question, its launch is run as well; `static` False leaves the rules out.
    """
    texts = [read(file) for file in files]
    workers = min(jobs or os.cpu_count() or 1, len(files))
    if workers <= 1 or sum(len(text) for text, _ in texts) < SMALL:
        for number, (file, (text, problem)) in enumerate(zip(files, texts, strict=True)):
            yield number, _report(text, problem, display_name(file), question, static)
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        with _deaf():
            waiting = {
                pool.submit(_report, text, problem, display_name(file), question, static): number
                for number, (file, (text, problem)) in enumerate(zip(files, texts, strict=True))
            }
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    except KeyboardInterrupt:
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf() -> Generator[None]:
    """Processes that begin inside do not hear Ctrl-C, which goes to all of a terminal: the first one answers."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _report(text: str, problem: str, name: str, question: Question | None, static: bool) -> FileReport:
    if problem:
        return FileReport(name, "", problem=problem)
    if question is None:
        return analyze_text(text, name)
    # The emulator takes as long to import as a small file to analyse.
    from ptxgen.debug.question import answered

    return answered(text, name, question, static=static)
