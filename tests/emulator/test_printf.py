"""printf and assert in kernels."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from ptxgen.emulator import EmulatorError
from ptxgen.emulator.printf import formatted, layout
from tests.emulator.launching import HEADER, execute

# What the C standard says that printf writes.
CASES = [
    ("plain", (), "plain"),
    ("100%% of %d", (7,), "100% of 7"),
    ("%d|%5d|%-5d|%05d|%+d|% d", (1, 2, 3, 4, 5, 6), "1|    2|3    |00004|+5| 6"),
    ("%i %.3d", (-12, 5), "-12 005"),
    ("%u %u", (-1, 3), "4294967295 3"),
    ("%x %X %#x %o %#o", (255, 255, 255, 8, 8), "ff FF 0xff 10 010"),
    ("%hd %hhd %hhu", (-32769, 255, 257), "32767 -1 1"),
    ("%lld %llu %lx %zu", (-(1 << 40), -1, 1 << 36, 5), "-1099511627776 18446744073709551615 1000000000 5"),
    ("%d %lld %d", (1, 2, 3), "1 2 3"),
    ("%f %.2f %8.3f|%-8.1f|%e %G", (1.5, 2.345, 3.14159, 2.0, 12345.678, 1e-10),
     "1.500000 2.35    3.142|2.0     |1.234568e+04 1E-10"),
    ("%f %F %e", (float("inf"), float("inf"), float("nan")), "inf INF nan"),
    ("%a %A", (1.0, -0.15625), "0x1p+0 -0X1.4P-3"),
    ("%c%c%3c", (72, 105, 33), "Hi  !"),
    ("%*d|%-*d|%.*f|%*d", (5, 42, 4, 7, 1, 2.25, -4, 9), "   42|7   |2.2|9   "),
    ("%p", (0x7F00,), "0x7f00"),
    ("%s and %5s|%-4s|%.2s", ("one", "two", "3", "four"), "one and   two|3   |fo"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "values", "text"), CASES)
def test_formats(format: str, values: tuple[int | float | str, ...], text: str) -> None:
    strings = [v for v in values if isinstance(v, str)]
    numbers = [0x1000 + strings.index(v) if isinstance(v, str) else v for v in values]
    places, size = layout(format)
    raw = bytearray(size)
    for (start, length), value in zip(places, numbers, strict=True):
        if isinstance(value, float):
            struct.pack_into("<d", raw, start, value)
        else:
            raw[start : start + length] = (value & (1 << 8 * length) - 1).to_bytes(length, "little")
    assert formatted(format, bytes(raw), lambda address: strings[address - 0x1000]) == text


def test_arguments_are_aligned_by_their_sizes() -> None:
    assert layout("%d %f %c %s %%") == ([(0, 4), (8, 8), (16, 4), (24, 8)], 32)


TEXT = (
    HEADER
    + """.extern .func (.param .b32 r) vprintf (.param .b64 f, .param .b64 a);
.global .align 1 .b8 format[13] = {37, 100, 32, 111, 102, 32, 37, 108, 108, 100, 59, 10, 0};
.visible .entry k(.param .u64 p)
{
.local .align 8 .b8 stack[16];
.reg .pred %p; .reg .b32 %t, %n; .reg .b64 %a, %f, %w;
mov.u32 %t, %tid.x;
st.local.u32 [stack], %t;
mov.u64 %w, 5000000000;
st.local.u64 [stack+8], %w;
setp.eq.u32 %p, %t, 2;
@%p bra DONE;
mov.u64 %a, stack;
cvta.local.u64 %a, %a;
mov.u64 %f, format;
cvta.global.u64 %f, %f;
{
.param .b64 first; .param .b64 second; .param .b32 result;
st.param.b64 [first], %f;
st.param.b64 [second], %a;
call.uni (result), vprintf, (first, second);
ld.param.b32 %n, [result];
}
ld.param.u64 %a, [p];
mad.wide.u32 %a, %t, 4, %a;
st.global.u32 [%a], %n;
DONE:
ret;
}
"""
)


def test_threads_print_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    counts = np.full(4, 9, np.uint32)
    result = execute(TEXT, [counts], block=4)
    assert capsys.readouterr().out == "".join(f"{i} of 5000000000;\n" for i in (0, 1, 3))
    assert result.array(0, np.uint32).tolist() == [2, 2, 9, 2]


def test_arguments_are_read_with_the_checks_of_a_load() -> None:
    with pytest.raises(EmulatorError) as caught:
        execute(TEXT.replace("mov.u64 %a, stack;", "mov.u64 %a, 1048576;"), [np.zeros(4, np.uint32)], block=4)
    assert caught.value.id == "EMU001"
    assert caught.value.line == 1 + TEXT.splitlines().index("call.uni (result), vprintf, (first, second);")


ASSERTION = (
    HEADER
    + """.extern .func __assertfail (.param .b64 m, .param .b64 f, .param .b32 l, .param .b64 n, .param .b64 s)
.noreturn;
.global .align 1 .b8 what[6] = {120, 32, 62, 32, 48, 0};
.global .align 1 .b8 who[2] = {107, 0};
.visible .entry k(.param .u64 p)
{
.reg .b64 %a, %b; .reg .b32 %l;
mov.u64 %a, what; cvta.global.u64 %a, %a;
mov.u64 %b, who; cvta.global.u64 %b, %b;
{
.param .b64 m; .param .b64 f; .param .b32 l; .param .b64 n; .param .b64 s;
st.param.b64 [m], %a; st.param.b64 [f], %b; st.param.b32 [l], 12; st.param.b64 [n], %b; st.param.b64 [s], 1;
call.uni __assertfail, (m, f, l, n, s);
}
ret;
}
"""
)


def test_a_failed_assertion_is_a_fault_in_its_own_words() -> None:
    with pytest.raises(EmulatorError, match=r"assertion `x > 0` failed in k at k:12") as caught:
        execute(ASSERTION, [np.zeros(1)], block=1)
    assert caught.value.id == "EMU030"
