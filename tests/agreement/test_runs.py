"""Random modules in the emulator: the order of execution changes nothing, and faults that only a run shows are found."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen import parse
from ptxgen.emulator import Buffer, EmulatorError, Limits, Memory, Program, run
from ptxgen.ir import Module
from tests.builder.strategies import BUFFERS, ELEMENTS, ENTRY, THREADS, modules

CTAS = 6
GRID = (CTAS, 1, 1)
MODULES = modules(ctas=CTAS)


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


def same_in_batches(module: Module) -> None:
    text = module.to_ptx()
    whole = results(text)
    for lanes in (THREADS, 2 * THREADS):
        assert results(text, lanes) == whole


@settings(max_examples=25)
@given(MODULES)
def test_batches_change_nothing(module: Module) -> None:
    same_in_batches(module)


@pytest.mark.slow
@settings(max_examples=500)
@given(modules(ctas=CTAS, most=20))
def test_batches_change_nothing_in_many(module: Module) -> None:
    same_in_batches(module)


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
@given(MODULES, st.sampled_from(FAULTS))
def test_planted_faults_stop_the_run(module: Module, fault: Callable[[re.Match[str]], str]) -> None:
    """The store under the last guard leaves its buffer by one element, or falls between two."""
    text = module.to_ptx()
    broken = TAIL.sub(fault, text)
    assert broken != text
    *_, line = (i for i, x in enumerate(broken.splitlines(), 1) if re.search(r"st.*\+1(48|52|46)\]", x))
    with pytest.raises(EmulatorError) as caught:
        results(broken)
    assert caught.value.line == line
