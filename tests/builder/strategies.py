"""Hypothesis strategies that make many modules through the builder.

The kernels can also be run: every loop ends, every access is in bounds for the buffers below, threads write only
their own elements (atomics apart), and barriers and shuffles stand where all threads pass. So a result depends on
the input alone, and a pass can be checked by comparing runs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from attrs import define, field
from hypothesis import note
from hypothesis import strategies as st

from ptxgen.ir import KernelBuilder, Module, ModuleBuilder
from ptxgen.ir.builder import FunctionBuilder, Pointer, Value, Var
from ptxgen.isa.types import Type, b32, f16, f16x2, f32, f64, pred, s32, u8, u16, u32, u64

THREADS = 32
"""The CTA size that the kernels are made for: one warp, one CTA."""
ELEMENTS = 64
"""The size of every buffer, in elements of its type."""
BUFFERS: dict[str, Type] = {
    "xf": f32,
    "xi": u32,
    "yf": f32,
    "yi": u32,
    "yv": u32,
    "yh": f16,
    "yo": u32,
    "yu": u32,
    "counts": u32,
}
"""The parameters of every kernel, all global pointers."""
TAIL = 27
"""How many threads have an element of `yu` to write: the last ones, under a guard."""
ENTRY = "generated"

_INTEGERS = (u32, s32, u64)
_NUMBERS = (*_INTEGERS, f32, f64)
_FLOATS = st.floats(-8, 8, width=32)


@define
class Maker:
    """A kernel in the making and what its code may use at this point."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    k: KernelBuilder
    helper: FunctionBuilder
    buffers: dict[str, Pointer]
    tile: Pointer
    scratch: Pointer
    values: dict[Type, list[Value]] = field(factory=dict[Type, list[Value]])
    depth: int = 0

    def keep(self, value: Value) -> Value:
        self.values.setdefault(value.type, []).append(value)
        return value

    def value(self, type: Type) -> Value:
        """One of the values of that type, or a new constant."""
        known = self.values.get(type, [])
        if known and self.draw(st.booleans()):
            return self.draw(st.sampled_from(known))
        return self.keep(self.k.const(type, self.number(type)))

    def number(self, type: Type) -> int | float | bool:
        if type is pred:
            return self.draw(st.booleans())
        if type.is_float:
            return self.draw(_FLOATS)
        low = -100 if type.is_signed else 0
        return self.draw(st.integers(low, 1000))

    def source(self, type: Type) -> Value | int | float:
        return self.draw(st.sampled_from((self.value, self.number)))(type)

    def index(self) -> Value | int:
        """An element that every thread may read: below `ELEMENTS`."""
        if self.draw(st.booleans()):
            return self.draw(st.integers(0, ELEMENTS - 1))
        return self.value(u32) & (ELEMENTS - 1)

    @contextmanager
    def inside(self, region: AbstractContextManager[Any]) -> Any:
        """A nested block; its values are not known after it."""
        known = {type: list(values) for type, values in self.values.items()}
        self.depth += 1
        with region as bound:
            yield bound
        self.depth -= 1
        self.values = known

    def steps(self, most: int) -> None:
        choices = [*_STEPS, *(_UNIFORM if not self.depth else ()), *(_NESTING if self.depth < 3 else ())]
        for _ in range(self.draw(st.integers(1, most))):
            self.draw(st.sampled_from(choices))(self)


def arithmetic(m: Maker) -> None:
    type = m.draw(st.sampled_from(_NUMBERS))
    a = m.value(type)
    opcode = m.draw(st.sampled_from(("add", "sub", "mul", "min", "max")))
    m.keep(getattr(m.k, opcode)(a, m.source(type)))


def fused(m: Maker) -> None:
    type = m.draw(st.sampled_from((f32, f64)))
    m.keep(m.k.fma(m.value(type), m.source(type), m.value(type)))


def rounding(m: Maker) -> None:
    rnd = m.draw(st.sampled_from(("rn", "rz", "rm", "rp")))
    m.keep(m.k.op(f"add.{rnd}.f32", m.value(f32), m.value(f32)))


def logic(m: Maker) -> None:
    type = m.draw(st.sampled_from(_INTEGERS))
    opcode = m.draw(st.sampled_from(("and_", "or_", "xor")))
    m.keep(getattr(m.k, opcode)(m.value(type), m.source(type)))


def shifts(m: Maker) -> None:
    type = m.draw(st.sampled_from(_INTEGERS))
    amount = m.draw(st.integers(0, 40))
    m.keep(m.draw(st.sampled_from((m.k.shl, m.k.shr)))(m.value(type), amount))


def bits(m: Maker) -> None:
    word = m.value(u32)
    m.keep(m.k.bfe(u32, word, m.draw(st.integers(0, 31)), m.draw(st.integers(0, 31))))
    m.keep(m.k.prmt(word, m.value(u32), m.draw(st.integers(0, 0x7777))))
    m.keep(m.k.dp4a(word, m.value(u32), m.value(u32)))
    m.keep(m.k.popc(word))


def division(m: Maker) -> None:
    m.keep(m.value(u32) // m.draw(st.integers(1, 9)))
    m.keep(m.value(s32) % m.draw(st.integers(1, 9)))


def compare(m: Maker) -> None:
    type = m.draw(st.sampled_from(_NUMBERS))
    relation = m.draw(st.sampled_from(("lt", "le", "gt", "ge", "eq", "ne")))
    m.keep(m.k.compare(relation, m.value(type), m.source(type)))


def predicates(m: Maker) -> None:
    p, q = m.value(pred), m.value(pred)
    m.keep(m.draw(st.sampled_from((lambda: p & ~q, lambda: p | q, lambda: ~p ^ q)))())


def select(m: Maker) -> None:
    type = m.draw(st.sampled_from(_NUMBERS))
    p = m.value(pred)
    m.keep(m.k.select(~p if m.draw(st.booleans()) else p, m.value(type), m.source(type)))


def convert(m: Maker) -> None:
    m.keep(m.k.cvt(f32, m.value(m.draw(st.sampled_from((u32, s32, f64))))))
    m.keep(m.k.cvt(f64, m.value(f32)))
    m.keep(m.k.cvt(u64, m.value(u32)))
    m.keep(m.k.cvt(s32, m.value(f32), rounding=m.draw(st.sampled_from(("rni", "rzi", "rmi", "rpi")))))


def load(m: Maker) -> None:
    name = m.draw(st.sampled_from(("xf", "xi")))
    cache = m.draw(st.sampled_from((None, "ca", "cg")))
    m.keep(m.buffers[name].load(m.index(), cache=cache, nc=cache is None and m.draw(st.booleans())))


def load_vector(m: Maker) -> None:
    name = m.draw(st.sampled_from(("xf", "xi")))
    count = m.draw(st.sampled_from((2, 4)))
    start = m.draw(st.integers(0, ELEMENTS // count - 1)) * count
    for value in m.buffers[name].load(start, vec=count):
        m.keep(value)


def load_bytes(m: Maker) -> None:
    narrow = m.buffers["xi"].cast(m.draw(st.sampled_from((u8, u16))))
    m.keep(narrow.load(m.index(), as_type=u32))


def store(m: Maker) -> None:
    type = m.draw(st.sampled_from((f32, u32)))
    m.buffers["yf" if type is f32 else "yi"][m.k.tid.x] = m.source(type)


def store_half(m: Maker) -> None:
    m.buffers["yh"][m.k.tid.x] = m.k.cvt(f16, m.value(f32))


def store_vector(m: Maker) -> None:
    pair = (m.value(u32), m.source(u32))
    m.buffers["yv"].row(m.k.tid.x, 2).store(0, pair)


def reduce_to_memory(m: Maker) -> None:
    m.k.red_add(m.buffers["counts"].at(m.index()), m.source(u32))


def update(m: Maker) -> None:
    known = [v for values in m.values.values() for v in values if isinstance(v, Var)]
    if not known:
        variable = m.k.var(f32, m.source(f32))
        m.keep(variable)
        return
    variable = m.draw(st.sampled_from(known))
    if variable.type is f32 and m.draw(st.booleans()):
        variable += m.source(f32)
    else:
        variable.set(m.source(variable.type))


def untyped(m: Maker) -> None:
    word = m.k.bitcast(b32, m.value(f32))
    m.keep(m.k.bitcast(u32, word ^ m.draw(st.integers(0, 1 << 20))))
    m.keep(m.k.pack(u64, m.value(u32), m.value(u32)))


def guarded(m: Maker) -> None:
    p = m.value(pred)
    m.k.when(~p if m.draw(st.booleans()) else p).store(m.buffers["yf"].at(m.k.tid.x), m.value(f32))


def halves(m: Maker) -> None:
    """Arithmetic of half precision, alone and in pairs."""
    a, b = m.value(f16), m.value(f16)
    m.keep(m.draw(st.sampled_from((m.k.add, m.k.sub, m.k.mul)))(a, b))
    pair = m.k.pack(f16x2, a, b)
    both = m.k.op(f"{m.draw(st.sampled_from(('add', 'sub', 'mul')))}.f16x2", pair, pair)
    for half in m.k.unpack(f16, both):
        m.keep(half)
    m.keep(m.k.cvt(f32, a))


def doubles(m: Maker) -> None:
    a = m.value(f64)
    rnd = m.draw(st.sampled_from(("rn", "rz", "rm", "rp")))
    m.keep(m.k.op(f"{m.draw(st.sampled_from(('add', 'sub', 'mul', 'div')))}.{rnd}.f64", a, m.value(f64)))
    m.keep(m.k.op(f"sqrt.{rnd}.f64", m.k.abs(a)))
    m.keep(m.k.cvt(f32, a, rounding=rnd))


def quotients(m: Maker) -> None:
    rnd = m.draw(st.sampled_from(("rn", "rz", "rm", "rp")))
    m.keep(m.k.op(f"div.{rnd}.f32", m.value(f32), m.value(f32)))
    m.keep(m.k.op(f"sqrt.{rnd}.f32", m.k.abs(m.value(f32))))


def wide(m: Maker) -> None:
    """Products of twice the width, and their upper halves."""
    a, b = m.value(u32), m.value(u32)
    m.keep(m.k.op("mul.wide.u32", a, b))
    m.keep(m.k.op("mul.hi.u32", a, b))
    m.keep(m.k.op("mad.lo.u32", a, b, m.value(u32)))
    m.keep(m.k.op(f"shf.{m.draw(st.sampled_from(('l', 'r')))}.wrap.b32", a, b, m.value(u32)))


def truth_table(m: Maker) -> None:
    a, b, c = (m.k.bitcast(b32, m.value(u32)) for _ in range(3))
    m.keep(m.k.bitcast(u32, m.k.op("lop3.b32", a, b, c, m.draw(st.integers(0, 255)))))


def private(m: Maker) -> None:
    """A round trip through the thread's own memory."""
    m.scratch[m.draw(st.integers(0, 7))] = m.value(u32)
    cell = m.draw(st.integers(0, 7))
    m.scratch[cell] = m.source(u32)
    m.keep(m.scratch[cell])


def exchange_own(m: Maker) -> None:
    """Atomics that return what was there, on an element that nobody else touches."""
    own = m.buffers["yo"].at(m.k.tid.x)
    opcode = m.draw(st.sampled_from(("add", "min", "max", "exch", "and", "or", "xor")))
    type = "b32" if opcode in ("exch", "and", "or", "xor") else "u32"
    word = m.value(u32) if type == "u32" else m.k.bitcast(b32, m.value(u32))
    old = m.k.op(f"atom.global.{opcode}.{type}", own, word)
    m.keep(old if type == "u32" else m.k.bitcast(u32, old))


def call(m: Maker) -> None:
    m.keep(m.k.call(m.helper, m.value(f32)))


def exchange(m: Maker) -> None:
    m.keep(m.k.shfl_bfly(m.value(f32), m.draw(st.integers(0, 31))))
    m.keep(m.k.vote_ballot(m.value(pred)))


def agree(m: Maker) -> None:
    """Votes and matches over the whole warp."""
    p = m.value(pred)
    m.keep(m.k.op(f"vote.sync.{m.draw(st.sampled_from(('any', 'all', 'uni')))}.pred", p, -1))
    m.keep(m.k.bitcast(u32, m.k.op("match.any.sync.b32", m.k.bitcast(b32, m.value(u32)), -1)))
    m.keep(m.k.shfl_down(m.value(u32), m.draw(st.integers(1, 31))))


def through_shared(m: Maker) -> None:
    lane = m.k.tid.x
    m.tile[lane & 7, lane >> 3] = m.value(f32)
    m.k.bar_sync()
    m.keep(m.tile[m.draw(st.integers(0, 7)), lane >> 3])
    m.k.bar_sync()


def branch(m: Maker) -> None:
    p = m.value(pred)
    with m.inside(m.k.if_(p)):
        m.steps(3)
    if m.draw(st.booleans()):
        with m.inside(m.k.else_()):
            m.steps(3)


def count(m: Maker) -> None:
    start, turns = m.draw(st.integers(0, 3)), m.draw(st.integers(0, 3))
    total = m.keep(m.k.var(f32, 0.0))
    with m.inside(m.k.for_(start, start + turns)) as i:
        m.keep(i)
        total += m.buffers["xf"][i]
        if m.draw(st.booleans()):
            m.k.continue_(m.value(pred))
        m.steps(3)
        if m.draw(st.booleans()):
            m.k.break_(m.value(pred))


def repeat(m: Maker) -> None:
    turn = m.k.var(u32, 0)
    limit = m.draw(st.integers(0, 3))
    with m.inside(m.k.while_(lambda: turn < limit)):
        turn += 1
        m.steps(2)


_STEPS = (
    arithmetic, fused, rounding, logic, shifts, bits, division, compare, predicates, select, convert, load,
    load_vector, load_bytes, store, store_half, reduce_to_memory, update, untyped, guarded, call,
    halves, doubles, quotients, wide, truth_table, private, exchange_own,
)  # fmt: skip
_UNIFORM = (exchange, through_shared, store_vector, agree)
_NESTING = (branch, count, repeat)


@st.composite
def modules(
    draw: Callable[[st.SearchStrategy[Any]], Any], target: str = "sm_80", most: int = 10, ctas: int = 1
) -> Module:
    """Modules of one kernel `ENTRY` with the parameters `BUFFERS`, of about `most` steps, and one device function.

    With `ctas` above 1 the buffers named y are as many times as long, and each CTA writes its own part.
    """
    m = ModuleBuilder(target)
    helper = m.function("helper", returns=f32)
    v = helper.param("v", f32)
    with helper.if_(v < 0):
        helper.ret(-v)
    helper.ret(v * 0.5)
    k = m.kernel(ENTRY)
    buffers = {name: k.pointer(name, type) for name, type in BUFFERS.items()}
    k.launch_bounds(max_threads=THREADS)
    maker = Maker(draw, k, helper, buffers, k.shared("tile", f32, 8, 5), k.local("scratch", u32, 8))
    maker.keep(k.cvt(f32, maker.keep(k.tid.x)))
    if ctas > 1:
        cta = maker.keep(k.ctaid.x)
        buffers.update({name: buffers[name].row(cta, ELEMENTS) for name in buffers if name.startswith("y")})
    for cell in range(8):
        maker.scratch[cell] = cell
    maker.steps(most)
    with maker.inside(k.if_(k.tid.x < TAIL)):
        buffers["yu"].at(ELEMENTS - TAIL)[k.tid.x] = maker.value(u32)
    for type, name in ((f32, "yf"), (u32, "yi")):
        buffers[name].at(THREADS)[k.tid.x] = maker.value(type)
    module = m.build()
    note(module.to_ptx())
    return module
