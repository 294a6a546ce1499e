"""Every option of every command: with it the answer is another one than without. And what `--help` shows works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
from click.testing import Result

from ptxgen.debug.cli.main import COMMANDS, cli
from ptxgen.kernels.registry import get
from tests.debug.conftest import BUGGY, CLEAN
from tests.debug.test_explain import DOT
from tests.debug.test_reduce import twice
from tests.debug.test_sanitize import COPY, GIVEN

Debug = Callable[..., Result]
HEAD = ".version 9.0\n.target sm_90\n.address_size 64\n"
NAMED = HEAD + "".join(
    f"""
.visible .entry {name}(.param .u64 y, .param .u32 n) {{
.reg .pred %p<2>; .reg .b32 %r<9>; .reg .b64 %rd<5>;
ld.param.u64 %rd1, [y];
ld.param.u32 %r1, [n];
{body}
mul.wide.u32 %rd2, %r2, 4;
add.u64 %rd3, %rd1, %rd2;
st.global.u32 [%rd3], %r1;
ret;
}}
"""
    for name, body in {
        "index": "mov.u32 %r2, %r1;",
        "clustered": "mov.u32 %r2, %cluster_nctaid.x;\nsub.u32 %r2, %r2, 1;\nmul.lo.u32 %r2, %r2, 1000;",
        "first": (
            "mov.u32 %r3, %tid.x;\nsetp.lt.u32 %p1, %r3, 32;\n@%p1 atom.global.add.u32 %r4, [%rd1], 1;\n"
            "atom.global.add.u32 %r5, [%rd1], 0;\nsetp.eq.u32 %p1, %r5, 0;\nselp.u32 %r2, 1000, %r3, %p1;"
        ),
        "random": "ld.global.u32 %r2, [%rd1];\nmul.lo.u32 %r2, %r2, 4;",
    }.items()
)
"""Entries that write where they should not: at an argument, in a cluster, if the second warp is first, by chance."""
DYNAMIC = (
    HEAD
    + """
.extern .shared .align 4 .b8 more[];
.visible .entry k() {
st.shared.u32 [more+64], 1;
ret;
}
"""
)
FILES = {
    "buggy.ptx": BUGGY,
    "clean.ptx": CLEAN,
    "copy.ptx": COPY,
    "dot.ptx": DOT,
    "named.ptx": NAMED,
    "twice.ptx": twice(),
    "hint.ptx": CLEAN.replace("  bar.sync 0;", "  bar.sync 0;\n  bar.sync 0;"),
    "tiny.ptx": "x\n",
    "dynamic.ptx": DYNAMIC,
    "open.ptx": DOT.replace(" .reqntid 128", ""),
    "softmax.ptx": get("softmax")().emit_ptx(),
}
SMALL = ("--buffer", "y=8xu32:zeros", "--arg", "n=1", "--grid", "1", "--block", "1")
LAUNCH: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "--entry": (("named.ptx", "--fail-on", "hint"), ("--entry", "index")),
    "--grid": (("copy.ptx", "--block", "64", "--arg", "n=101", *GIVEN[6:]), ("--grid", "1")),
    "--block": (("copy.ptx", "--grid", "2", "--arg", "n=101", *GIVEN[6:]), ("--block", "32")),
    "--cluster": (("named.ptx", "--entry", "clustered", *SMALL[:4], "--block", "1", "--grid", "2"), ("--cluster", "2")),
    "--shared": (("dynamic.ptx", "--grid", "1", "--block", "1"), ("--shared", "64")),
    "--arg": (("named.ptx", "--entry", "index", *SMALL[:2], *SMALL[4:]), ("--arg", "n=8")),
    "--buffer": (("named.ptx", "--entry", "index", *SMALL[2:]), ("--buffer", "y=1xu32:zeros")),
    "--kernel": (("copy.ptx",), ("--kernel", "softmax")),
    "--schedules": (("named.ptx", "--entry", "first", "--buffer", "y=64xu32:zeros", "--arg", "n=1", "--grid", "1",
                     "--block", "64"), ("--schedules", "1")),
    "--seed": (("named.ptx", "--entry", "random", "--buffer", "y=40xu32", "--arg", "n=1", "--grid", "1",
                "--block", "1"), ("--seed", "1")),
}  # fmt: skip
"""For each option words without it, and the option."""
REPORT: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "--format": (("buggy.ptx",), ("--format", "json")),
    "--output": (("buggy.ptx",), ("-o", "out.txt")),
    "--fail-on": (("hint.ptx",), ("--fail-on", "hint")),
    "--rule": (("buggy.ptx",), ("--rule", "memory")),
    "--no-rule": (("buggy.ptx",), ("--no-rule", "PTX120")),
    "--baseline": (("buggy.ptx",), ("--baseline", "known.json")),
    "--write-baseline": (("buggy.ptx",), ("--write-baseline", "new.json")),
}
LAUNCHED = ("--grid", "1", "--block", "64", "--fail-on", "hint")
CHANGES: dict[str, dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    "analyze": {**LAUNCH, **REPORT, "--jobs": (("buggy.ptx", "clean.ptx"), ("--jobs", "2"))},
    "sanitize": {**LAUNCH, **{name: (("buggy.ptx", *LAUNCHED), words) for name, (_, words) in REPORT.items()},
        "--no-rule": (("buggy.ptx", *LAUNCHED), ("--no-rule", "SAN020")),
        "--baseline": (("buggy.ptx", *LAUNCHED), ("--baseline", "seen.json")),
        "--fail-on": (
            ("named.ptx", "--entry", "index", "--buffer", "y=1xu32:zeros", "--arg", "n=8"),
            ("--fail-on", "hint"),
        ),
    },
    "explain": {
        "--balance": (("dot.ptx",), ("--balance", "0.1")),
        "--tensor-balance": (("tensor.ptx",), ("--tensor-balance", "1")),
        "--block": (("open.ptx",), ("--block", "128")),
        "--shared": (("dynamic.ptx", "--block", "32"), ("--shared", "100000")),
        "--listing": (("dot.ptx",), ("--listing",)),
        "--json": (("dot.ptx",), ("--json",)),
    },
    "diff": {"--json": (("dot.ptx", "open.ptx"), ("--json",))},
    "gen-tests": {**LAUNCH, "--output": (("copy.ptx",), ("-o", "test_it.py")),
        "--grid": (("copy.ptx",), ("--grid", "4")), "--block": (("copy.ptx",), ("--block", "96")),
        "--entry": (("named.ptx",), ("--entry", "index"))},
    "reduce": {
        "--rule": (("buggy.ptx", "--line", "11"), ("--rule", "PTX120")),
        "--line": (("twice.ptx", "--rule", "PTX120"), ("--line", "19")),
        "--command": (("buggy.ptx",), ("--command", "grep -q bar.sync {}", "--code", "0")),
        "--code": (("buggy.ptx", "--command", "grep -q bar.sync {}"), ("--code", "0")),
        "--timeout": (("tiny.ptx", "--command", "sh -c 'sleep 0.3; exit 3' {}", "--code", "3"), ("--timeout", "0.01")),
        "--output": (("buggy.ptx", "--rule", "PTX120"), ("-o", "small.ptx")),
    },
    "rules": {"--json": (("PTX120",), ("--json",))},
}  # fmt: skip


def options(name: str) -> set[str]:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return {max(p.opts, key=len) for p in command.params if isinstance(p, click.Option)}


@pytest.fixture
def folder(tmp_path: Path, debug: Debug, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, "utf-8")
    debug("analyze", "buggy.ptx", "--write-baseline", "known.json")
    debug("sanitize", "buggy.ptx", *LAUNCHED, "--write-baseline", "seen.json")
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_is_left_out(name: str) -> None:
    assert set(CHANGES[name]) == options(name)


SAME_ANSWER = {("analyze", "--jobs")}
"""Several processes give what one gives; `test_analyze` and `test_terminal` see them at work."""


@pytest.mark.parametrize(("name", "option"), [(n, o) for n in CHANGES for o in CHANGES[n]])
def test_an_option_changes_the_answer(name: str, option: str, folder: Path, debug: Debug) -> None:
    without, words = CHANGES[name][option]
    if name == "gen-tests":
        without = [w for n, w in enumerate(without) if w != "--fail-on" and without[n - 1] != "--fail-on"]
    if "tensor.ptx" in without:
        corpus = Path(__file__).parents[1] / "text" / "corpus"
        Path("tensor.ptx").write_text((corpus / "triton_matmul.sm_90.ptx").read_text("utf-8"), "utf-8")
    seen = [(r.exit_code, r.stdout, r.stderr) for r in (debug(name, *without), debug(name, *without, *words))]
    made = {path.name for path in folder.iterdir()} - {*FILES, "known.json", "seen.json", "tensor.ptx"}
    changed = seen[0] != seen[1] or bool(made)
    assert changed == ((name, option) not in SAME_ANSWER), seen
    assert made == {w for w in words if w in ("out.txt", "new.json", "test_it.py", "small.ptx")}


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_the_help_work(name: str, folder: Path, debug: Debug) -> None:
    """Each example runs on files of these names; what stands before a pipe or behind `&&` is somebody else's."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.epilog is not None
    examples = re.findall(r"^  (.+)$", command.epilog, re.MULTILINE)
    assert examples
    deep = folder / "build" / "deep"
    deep.mkdir(parents=True)
    (deep / "k.ptx").write_text(COPY)
    for name_, text in (
        ("kernel.ptx", BUGGY),
        ("k.ptx", NAMED.replace("index", "k")),
        ("before.ptx", DOT),
        ("after.ptx", DOT),
    ):
        Path(name_).write_text(text)
    for example in examples:
        pipe = next(part for part in re.split(r"\||&&", example) if "ptxgen-debug" in part)
        words = shlex.split(pipe)[1:]
        text = BUGGY.replace("entry k()", "entry k(.param .u64 x, .param .u64 y, .param .u32 n)")
        Path("kernel.ptx").write_text(
            text.replace("st.shared.u32 [smem+8]", "bar.sync 0; st.shared.u32 [smem+8]")
            if "PTX150" in words
            else text
        )
        result = debug(*words, input=BUGGY)
        known = {"PTX150", "--command", "x=2048xf32:zeros", "x=2048xf32"} & set(words)
        assert result.exit_code in ((0, 1, 2) if known else (0, 1)), (example, result.stderr)
        assert "Usage" not in result.stderr
