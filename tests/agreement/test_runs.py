"""Random modules in the emulator: any order gives the same, an interpreter agrees, and planted faults stop the run."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ptxgen import parse
from ptxgen.emulator import Buffer, EmulatorError, Limits, Memory, Program, run
from ptxgen.ir import Module
from tests.agreement import interpreter
from tests.builder.strategies import BUFFERS, ELEMENTS, ENTRY, THREADS, modules

CTAS = 4
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""The interpreter is slow; which element differs says where to look."""
GRID = (CTAS, 1, 1)
TEXTS = modules(ctas=CTAS).map(Module.to_ptx)
LONG_TEXTS = modules(ctas=CTAS, most=20).map(Module.to_ptx)


def loaded(memory: Memory) -> dict[str, Buffer]:
    """The buffers of a launch; those named y have a part for each CTA."""
    rng = np.random.default_rng(7)
    buffers: dict[str, Buffer] = {}
    for name, type in BUFFERS.items():
        count = ELEMENTS * (CTAS if name.startswith("y") else 1)
        buffers[name] = memory.allocate(count * type.bytes, name)
        values = rng.integers(-100, 1000, count)
        content = values.astype(f"f{type.bytes}" if type.is_float else f"i{type.bytes}")
        memory.write(buffers[name].address, content)
    return buffers


def results(text: str, batch_lanes: int = Limits().batch_lanes) -> dict[str, bytes]:
    """What every buffer holds after a run, CTAs of so many threads at a time."""
    memory = Memory(track_initialised=True)
    buffers = loaded(memory)
    arguments = [buffer.address.to_bytes(8, "little") for buffer in buffers.values()]
    limits = Limits(batch_lanes=batch_lanes)
    run(Program(parse(text), memory), ENTRY, GRID, (THREADS, 1, 1), arguments, limits=limits)
    return {name: memory.read(b.address, b.nbytes).tobytes() for name, b in buffers.items()}


def same_in_batches(text: str) -> None:
    whole = results(text)
    for lanes in (THREADS, 2 * THREADS):
        assert results(text, lanes) == whole


@settings(max_examples=25)
@given(TEXTS)
def test_batches_change_nothing(text: str) -> None:
    same_in_batches(text)


@pytest.mark.slow
@settings(max_examples=500)
@given(LONG_TEXTS)
def test_batches_change_nothing_in_many(text: str) -> None:
    same_in_batches(text)


# The tail of each kernel: `setp.lt.u32 %p, tid, 27; @!%p bra $endif; ... st.global.u32 [...+148], ...; $endif:`
TAIL = re.compile(
    r"(?P<compare>setp\.lt\.u32 (?P<p>%p\d+), %r\d+, )27;\n(?P<branch> +@!(?P=p) bra \$\w+;\n)(?P<rest>(?:.*\n)*)\Z"
)


def bound_shifted(tail: re.Match[str]) -> str:
    return f"{tail['compare']}28;\n{tail['branch']}{tail['rest']}"


def guard_dropped(tail: re.Match[str]) -> str:
    return f"{tail['compare']}27;\n{tail['rest']}"


def address_shifted(tail: re.Match[str]) -> str:
    return tail[0].replace("+148]", "+152]")


def address_unaligned(tail: re.Match[str]) -> str:
    return tail[0].replace("+148]", "+146]")


FAULTS = (bound_shifted, guard_dropped, address_shifted, address_unaligned)


@settings(max_examples=40)
@given(TEXTS, st.sampled_from(FAULTS))
def test_planted_faults_stop_the_run(text: str, fault: Callable[[re.Match[str]], str]) -> None:
    """The store under the last guard leaves its buffer by one element, or falls between two."""
    broken = TAIL.sub(fault, text)
    assert broken != text
    *_, line = (i for i, x in enumerate(broken.splitlines(), 1) if re.search(r"st.*\+1(48|52|46)\]", x))
    with pytest.raises(EmulatorError) as caught:
        results(broken)
    assert caught.value.line == line


def as_interpreted(text: str) -> None:
    """The bytes of every buffer are those that the interpreter computes by exact arithmetic."""
    memory = Memory()
    whole, starts = bytearray(), list[int]()
    for buffer in loaded(memory).values():
        starts.append(len(whole))
        whole += memory.read(buffer.address, buffer.nbytes).tobytes()
    interpreter.run(parse(text), ENTRY, CTAS, THREADS, whole, starts)
    got = results(text)
    for (name, bytes_), start in zip(got.items(), starts, strict=True):
        words = np.frombuffer(bytes_, "u2" if name == "yh" else "u4")
        expected = np.frombuffer(whole[start : start + len(bytes_)], words.dtype)
        different = np.flatnonzero(words != expected)
        assert not different.size, (
            f"{name}[{different[0]}]: {words[different[0]]:#x}, not {expected[different[0]]:#x}"
        )


@settings(max_examples=25, phases=NO_SHRINKING)
@given(TEXTS)
def test_emulator_and_interpreter_agree(text: str) -> None:
    as_interpreted(text)


@pytest.mark.slow
@settings(max_examples=300, phases=NO_SHRINKING)
@given(LONG_TEXTS)
def test_emulator_and_interpreter_agree_on_many(text: str) -> None:
    as_interpreted(text)
