"""Linear expressions: what they say of small texts, and that they are true of what programs do."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice, LaunchConfig
from ptxgen.driver.emulated.module import EmulatedModule
from ptxgen.driver.source import Code
from ptxgen.emulator.batch import Launch
from ptxgen.emulator.observer import Access, Observer
from ptxgen.ir import Module
from ptxgen.ir.analysis import Affine, AffineValues, FunctionAnalysis, LaunchFacts, Place, analyze
from ptxgen.ir.analysis.affine import Arithmetic, Atom, Constancy, Kind
from ptxgen.ir.analysis.affine.evaluation import evaluate
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address
from ptxgen.ir.parser import parse
from ptxgen.kernels import Kernel, registry
from tests.corpus.files import FILES, File
from tests.corpus.running import run
from tests.passes.text import kernel


def addresses(module: Module, facts: LaunchFacts | None = None) -> list[str]:
    """The address of every load and store but those of parameters, with the power of two that divides it."""
    function = module.entries[0]
    analysis = analyze(function, module.globals)
    known = analysis.affine if facts is None else analysis.affine_under(facts)
    return [
        f"{(e := known.address(operand, (number, index)))} | {e.divisor}"
        for number, block in enumerate(function.blocks)
        for index, instruction in enumerate(block.instructions)
        for operand in instruction.operands
        if isinstance(operand, Address) and not instruction.name.startswith("ld.param")
    ]


def test_a_row_of_a_matrix() -> None:
    module = kernel("""ld.param.u64 %rd1, [p];
        mov.u32 %r1, %tid.x;
        mad.wide.u32 %rd2, %r1, 16, %rd1;
        ld.global.u32 %r2, [%rd2+4];""")
    assert addresses(module) == ["p + 16*%tid.x + 4 | 1"]


def test_what_the_entry_declares_of_its_pointers() -> None:
    module = kernel("ld.param.u64 %rd1, [q]; ld.global.u32 %r2, [%rd1+8]; ld.global.u32 %r2, [%rd1+32];")
    assert addresses(module) == ["q + 8 | 8", "q + 32 | 16"]


def test_what_a_call_returns_is_no_parameter_of_the_entry() -> None:
    """Each thread may get another value."""
    module = parse(""".version 9.0 .target sm_90 .address_size 64
        .extern .func (.param .u32 value) f(.param .u32 x);
        .visible .entry k() { .reg .u32 %r<3>; .reg .u64 %rd<2>;
        { .param .u32 back; .param .u32 sent; st.param.u32 [sent], 1;
        call (back), f, (sent);
        ld.param.u32 %r1, [back]; }
        mul.wide.u32 %rd1, %r1, 4;
        ld.global.u32 %r2, [%rd1]; ret; }""")
    function = module.entries[0]
    (place,) = [(b, n) for b, block in enumerate(function.blocks) for n, i in enumerate(block.instructions)
                if i.name == "ld.global.u32"]  # fmt: skip
    address = next(
        o for o in function.blocks[place[0]].instructions[place[1]].operands if isinstance(o, Address)
    )
    assert analyze(function, module.globals).affine.address(address, place).constancy > Constancy.CTA


def test_division_and_remainder_by_the_lanes_of_a_warp() -> None:
    module = kernel("""mov.u32 %r1, %tid.x;
        shr.u32 %r2, %r1, 5;
        and.b32 %r3, %r1, 31;
        mov.u32 %r4, tile;
        mad.lo.u32 %r5, %r2, 128, %r4;
        mad.lo.u32 %r6, %r3, 4, %r5;
        st.shared.u32 [%r6], %r1;""")
    assert addresses(module) == ["128*div(%tid.x, 32) + 4*rem(%tid.x, 32) + tile | 4"]


def test_a_sum_that_may_wrap_is_not_taken_apart() -> None:
    """4 * %ctaid.x has 33 bits; with a grid of 1000 it has not."""
    module = kernel("""ld.param.u64 %rd1, [p];
        mov.u32 %r1, %ctaid.x;
        mad.lo.u32 %r2, %r1, 4, 8;
        cvt.u64.u32 %rd2, %r2;
        add.u64 %rd3, %rd1, %rd2;
        ld.global.u32 %r3, [%rd3];""")
    assert addresses(module) == ["p + u32(4*%ctaid.x + 8) | 1"]
    facts = LaunchFacts(grid=(1000, 1, 1), alignments={"p": 256})
    assert addresses(module, facts) == ["p + 4*%ctaid.x + 8 | 4"]


def test_signed_numbers_are_widened_with_their_sign() -> None:
    module = kernel("""ld.param.u64 %rd1, [p];
        mov.u32 %r1, %tid.x;
        sub.s32 %r2, %r1, 7;
        mad.wide.s32 %rd2, %r2, 4, %rd1;
        ld.global.u32 %r3, [%rd2];
        mad.wide.u32 %rd3, %r2, 4, %rd1;
        ld.global.u32 %r3, [%rd3];""")
    assert addresses(module) == ["p + 4*%tid.x - 28 | 1", "p + 4*u32(%tid.x - 7) | 1"]


def test_pointers_that_a_loop_moves() -> None:
    module = kernel("""ld.param.u64 %rd1, [p];
        mov.u32 %r1, 0;
        loop:
        ld.global.u32 %r2, [%rd1];
        add.u64 %rd1, %rd1, 64;
        add.u32 %r1, %r1, 1;
        mul.wide.u32 %rd2, %r1, 8;
        add.u64 %rd3, %rd1, %rd2;
        st.global.u32 [%rd3], %r2;
        setp.lt.u32 %p1, %r1, 10;
        @%p1 bra loop;""")
    function = module.entries[0]
    assert addresses(module) == ["p + 64*round of block 1 | 1", "p + 72*round of block 1 + 72 | 1"]
    assert analyze(function).affine.rounds == {1: 9}


@pytest.mark.parametrize(
    ("start", "step", "test", "rounds"),
    [
        (0, 1, "lt.u32 %p1, %r1, 10", 9),
        (0, 1, "le.u32 %p1, %r1, 10", 10),
        (0, 4, "lt.s32 %p1, %r1, 10", 2),
        (0, 1, "ne.u32 %p1, %r1, 10", 9),
        (10, -1, "gt.s32 %p1, %r1, 0", 9),
        (10, -3, "ge.s32 %p1, %r1, 0", 3),
        (10, -1, "ne.s32 %p1, %r1, 0", 9),
        (0, 1, "gt.u32 %p1, 10, %r1", 9),
        (20, 1, "lt.u32 %p1, %r1, 10", 0),
        (0, 1, "lt.u32 %p1, %r1, %r2", (1 << 32) - 2),
        (0, 4, "lt.u32 %p1, %r1, %r2", None),
        (0, 3, "ne.u32 %p1, %r1, 10", None),
        (10, -1, "ge.u32 %p1, %r1, 0", None),
        (0, 1, "eq.u32 %p1, %r1, 10", None),
    ],
)
def test_rounds_of_a_loop(start: int, step: int, test: str, rounds: int | None) -> None:
    module = kernel(f"""ld.param.u32 %r2, [n];
        mov.u32 %r1, {start};
        loop:
        add.s32 %r1, %r1, {step};
        setp.{test};
        @%p1 bra loop;""")
    assert analyze(module.entries[0]).affine.rounds.get(1) == rounds


def test_what_meets_keeps_what_all_have() -> None:
    module = kernel("""mov.u32 %r1, tile;
        mov.u32 %r2, %tid.x;
        setp.lt.u32 %p1, %r2, 8;
        mov.u32 %r3, 16;
        @%p1 mov.u32 %r3, 48;
        add.u32 %r4, %r1, %r3;
        ld.shared.u32 %r5, [%r4];""")
    function = module.entries[0]
    at = (0, len(function.blocks[0].instructions) - 1)
    known = analyze(function).affine
    operand = function.blocks[0].instructions[-1].operands[1]
    assert isinstance(operand, Address)
    address = known.address(operand, at)
    assert (address.divisor, address.constancy) == (16, Constancy.THREAD)
    tile = next(a for a, _ in address.terms if a.kind is Kind.VARIABLE)
    assert address.low - tile.low == 16
    assert address.high - tile.high == 48


def test_a_ring_of_stages_stays_a_ring() -> None:
    """The stage is below 4 and the address aligned, whatever the loop does."""
    module = kernel("""mov.u32 %r1, 0;
        mov.u32 %r4, tile;
        loop:
        mad.lo.u32 %r2, %r1, 32, %r4;
        ld.shared.u32 %r3, [%r2];
        add.u32 %r1, %r1, 1;
        and.b32 %r1, %r1, 3;
        setp.ne.u32 %p1, %r3, 0;
        @%p1 bra loop;""")
    (line,) = addresses(module)
    assert line == "tile + 32*%r1 | 16"


@pytest.mark.parametrize(("turn", "divisor"), [("xor.b32 %r1, %r1, 64", 64), ("xor.b32 %r1, %r1, 72", 8)])
def test_a_stage_that_is_toggled_stays_aligned(turn: str, divisor: int) -> None:
    module = kernel(f"""mov.u32 %r1, 0;
        loop:
        ld.shared.u32 %r3, [%r1];
        {turn};
        setp.ne.u32 %p1, %r3, 0;
        @%p1 bra loop;""")
    (line,) = addresses(module)
    assert line == f"%r1 | {divisor}"


class Addresses(Observer):
    """Compares addresses that threads access with what is known of them."""

    def __init__(self) -> None:
        self.exact = self.checked = 0
        self.wrong: list[str] = []
        self.places: dict[int, tuple[Function, Place]] = {}
        self.analyses: dict[str, FunctionAnalysis] = {}
        self.known: dict[str, tuple[AffineValues, ...]] = {}
        self.launch: Launch | None = None
        self.values: dict[str, int] = {}
        self.facts = LaunchFacts()

    def watch(self, module: Module) -> None:
        for function in module.functions:
            self.analyses[function.name] = analyze(function, module.globals)
            for number, block in enumerate(function.blocks):
                for index, instruction in enumerate(block.instructions):
                    self.places[id(instruction)] = (function, (number, index))

    def loaded(self, access: Access) -> None:
        self.judge(access)

    def stored(self, access: Access) -> None:
        self.judge(access)

    def judge(self, access: Access) -> None:
        instruction = access.instruction
        operands = [o for o in instruction.operands if isinstance(o, Address)]
        if len(operands) != 1 or instruction.form.space is not access.space or instruction.opcode == "wmma":
            return
        function, at = self.places[id(instruction)]
        if access.batch.launch is not self.launch:
            self.begin(access.batch.launch)
        if function.name not in self.known:
            analysis = self.analyses[function.name]
            self.known[function.name] = (analysis.affine, analysis.affine_under(self.facts))
        for position in {0, access.threads.size // 2, access.threads.size - 1}:
            place = access.place(position)
            for known in self.known[function.name]:
                e = known.address(operands[0], at)
                found = evaluate(e, partial(self.atom, place.thread, place.cta))
                self.compare(str(instruction), e, found, int(access.address[position]))

    def begin(self, launch: Launch) -> None:
        self.launch = launch
        self.values = parameters(self.analyses[launch.entry].function, launch)
        self.facts = LaunchFacts(launch.grid, launch.block, self.values)
        self.known.clear()

    def compare(self, instruction: str, e: Affine, found: int | None, address: int) -> None:
        size = 1 << e.bits
        self.checked += 1
        if found is not None:
            self.exact += 1
            if (found - address) % size:
                self.wrong.append(f"{instruction}: {e} is {found:#x}, not {address:#x}")
        if address % e.divisor:
            self.wrong.append(f"{instruction}: {address:#x} is no multiple of {e.divisor}")
        if (address - e.low) % size > e.high - e.low:
            self.wrong.append(f"{instruction}: {address:#x} is not in {e.low:#x} to {e.high:#x}")

    def atom(self, thread: tuple[int, ...], cta: tuple[int, ...], atom: Atom) -> int | None:
        """Unknowns that a place and the parameters give; variables lie where nobody says."""
        assert self.launch is not None
        name, _, axis = atom.name.partition(".")
        indices: dict[str, tuple[int, ...]] = {
            "%tid": thread, "%ntid": self.launch.block, "%ctaid": cta, "%nctaid": self.launch.grid,
        }  # fmt: skip
        if atom.kind is Kind.SPECIAL and name in indices:
            return indices[name]["xyz".find(axis)]
        if atom.name == "%laneid":
            x, y, _ = self.launch.block
            return (thread[0] + x * (thread[1] + y * thread[2])) % 32
        return self.values.get(atom.name) if atom.kind is Kind.PARAMETER else None


def parameters(function: Function, launch: Launch) -> dict[str, int]:
    """The arguments of a launch, by name."""
    found: dict[str, int] = {}
    end = 0
    for parameter in function.params:
        end = -(-end // parameter.alignment) * parameter.alignment
        data = launch.memory.read(launch.parameters.address + end, parameter.bytes).tobytes()
        if not parameter.shape:
            found[parameter.name] = int.from_bytes(data, "little")
        end += parameter.bytes
    return found


class WatchedDevice(EmulatedDevice):
    """A device on which all addresses are compared."""

    def __init__(self) -> None:
        self.seen = Addresses()
        super().__init__(observers=(self.seen,))

    def load_module(self, code: Code, *, name: str = "<ptx>") -> EmulatedModule:
        module = super().load_module(code, name=name)
        self.seen.watch(module.tree)
        return module


FAST = ("async_copy.O3.sm_80", "reduction.G.sm_90", "transpose.O3.sm_90", "scan.O3.sm_80")


@pytest.mark.parametrize(
    "file",
    [pytest.param(f, id=str(f), marks=() if str(f) in FAST else pytest.mark.slow) for f in FILES],
)
def test_compilers_addresses_are_what_is_known_of_them(file: File) -> None:
    device = WatchedDevice()
    run(file.program, file.text, device)
    assert not device.seen.wrong[:3]


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=kind.name, marks=() if number % 25 == 0 else pytest.mark.slow)
        for number, kind in enumerate(registry.kernels())
    ],
)
def test_kernels_addresses_are_what_is_known_of_them(kind: type[Kernel]) -> None:
    device = WatchedDevice()
    made = kind()
    made.run(made.example_inputs(np.random.default_rng(1)), device=device)
    assert not device.seen.wrong[:3]
    assert device.seen.checked


WRAPS = """ld.param.u64 %rd1, [p];
mov.u32 %r1, %tid.x;
sub.u32 %r1, %r1, 8;
shr.u32 %r1, %r1, 28;
mad.wide.u32 %rd2, %r1, 4, %rd1;
ld.global.u32 %r2, [%rd2];
"""


@pytest.mark.parametrize("broken", [False, True])
def test_forgotten_wrapping_is_seen(broken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison with what programs do is able to fail."""
    if broken:
        monkeypatch.setattr(Arithmetic, "unsigned", lambda _, e: e)
    device = WatchedDevice()
    words = device.to_device(np.zeros(64, np.uint32))
    entry = device.load_module(kernel(WRAPS)).get_kernel("k")
    entry.launch(LaunchConfig((1, 1, 1), (32, 1, 1)), [words, np.uint32(0)])
    device.synchronize()
    assert bool(device.seen.wrong) is broken
    assert device.seen.exact
