"""Code that loads and stores: shared and global memory, own places, places of others, unknown ones."""

from __future__ import annotations

from attrs import evolve

from tests.debug.large.text import LARGEST, Kind, Repeated, looped

_INTERVAL = Repeated(
    2,
    lambda i: (
        f"st.shared.u32 [%r8+{4 * (i % 4000)}], %r0;\nld.shared.u32 %r{i}, [%r8+{4 * ((i + 64) % 4000)}];\n"
    ),
)
_OWN = Repeated(
    2,
    lambda i: f"st.shared.u32 [%r8+{4096 * (i % 4)}], %r0;\nld.shared.u32 %r{i}, [%r8+{4096 * (i % 4)}];\n",
)


def _touch(i: int, register: str) -> str:
    return f"st.shared.u32 [{register}], %r0;\n" if i % 2 else f"ld.shared.u32 %r5, [{register}];\n"


def _one_loop(lines: int) -> str:
    count = (lines - 32) // 2
    code = "".join(
        f"ld.global.f32 %f{i}, [%rd5+{4 * i}];\nst.shared.f32 [smem+{4 * (i % 8000)}], %f{i};\n"
        for i in range(count)
    )
    return Repeated(1, lambda _: "", before=looped(code))(0)


def _alive(lines: int) -> str:
    """Everything is loaded before anything is stored."""
    count = (lines - 26) // 2
    loads = "".join(f"ld.global.f32 %f{i}, [%rd5+{4 * i}];\n" for i in range(count))
    stores = "".join(f"st.global.f32 [%rd6+{4 * i}], %f{i};\n" for i in range(count))
    return Repeated(1, lambda _: "", before=loads + stores)(0)


def _global(load: str, base: str, apart: int = 0) -> Repeated:
    return Repeated(
        2,
        lambda i: f"{load} %f{i}, [%rd5+{4 * i}];\nst.global.f32 [{base}+{4 * i + apart}], %f{i};\n",
        directives=LARGEST,
    )


MEMORY: dict[str, Kind] = {
    "shared interval": _INTERVAL,
    "shared interval, 1024 threads": evolve(_INTERVAL, directives=LARGEST),
    "own shared places": _OWN,
    "own shared places, 1024 threads": evolve(_OWN, directives=LARGEST),
    "shared shapes": Repeated(
        4,
        lambda i: f"xor.b32 %r{3 * i}, %r0, {i};\nshl.b32 %r{3 * i + 1}, %r{3 * i}, 2;\n"
        f"add.u32 %r{3 * i + 2}, %r{3 * i + 1}, %r7;\n" + _touch(i, f"%r{3 * i + 2}"),
        directives=LARGEST,
    ),
    "unknown shared places": Repeated(
        4,
        lambda i: f"ld.global.u32 %r{3 * i}, [%rd5+{4 * i}];\nand.b32 %r{3 * i + 1}, %r{3 * i}, 4092;\n"
        f"add.u32 %r{3 * i + 2}, %r{3 * i + 1}, %r7;\n" + _touch(i, f"%r{3 * i + 2}"),
        directives=LARGEST,
    ),
    "barriers": Repeated(
        3,
        lambda i: f"st.shared.u32 [smem], %r0;\nbar.sync 0;\nld.shared.u32 %r{i}, [smem];\n",
        directives=LARGEST,
    ),
    "vectors": Repeated(
        2,
        lambda i: f"ld.shared.v4.f32 {{%f{4 * i},%f{4 * i + 1},%f{4 * i + 2},%f{4 * i + 3}}}, "
        f"[%r8+{16 * (i % 1000)}];\n"
        f"add.f32 %f1, %f{4 * i}, %f{4 * i + 1};\n",
        directives=LARGEST,
    ),
    "global stores": _global("ld.global.f32", "%rd6"),
    "one global buffer": _global("ld.global.f32", "%rd5", 4096),
    "read-only loads": _global("ld.global.nc.f32", "%rd6"),
    "values alive": _alive,
    "loops with memory": Repeated(
        9,
        lambda i: f"mov.u32 %r{i}, 0;\nmov.u64 %rd{i}, %rd5;\nL{i}:\nld.global.f32 %f{i}, [%rd{i}];\n"
        f"add.s64 %rd{i}, %rd{i}, 128;\nst.shared.f32 [smem+{4 * (i % 8000)}], %f{i};\nadd.u32 %r{i}, %r{i}, 1;\n"
        f"setp.lt.u32 %p{i}, %r{i}, %r1;\n@%p{i} bra L{i};\n",
        directives=LARGEST,
    ),
    "one loop with memory": _one_loop,
    "generic addresses": Repeated(
        3, lambda i: f"add.s64 %rd{i}, %rd0, {i};\nld.u32 %r{i}, [%rd{i}];\nst.u32 [%rd{i}], %r{i};\n"
    ),
    "atomics": Repeated(
        2,
        lambda i: f"atom.global.add.u32 %r{i}, [%rd5+{4 * i}], 1;\nred.shared.add.u32 [smem+{4 * (i % 8000)}], 1;\n",
        directives=LARGEST,
    ),
    "findings": Repeated(
        2,
        lambda i: f"st.shared.u32 [smem+{32768 + 4 * i}], %r0;\nst.global.u32 [%rd1+{i}], %r0;\n",
        directives=LARGEST,
    ),
}  # fmt: skip
