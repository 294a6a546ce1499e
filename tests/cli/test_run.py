from __future__ import annotations

import numpy as np
import pytest

from ptxgen.cli.arguments import bind, parse_argument, parse_dims
from ptxgen.cli.sources import InputError

N = 2048


@pytest.fixture
def launch(ptxgen, saxpy, tmp_path):
    """Run the saxpy file with x from a file; further options replace the default ones."""
    x = np.arange(N, dtype=np.float32)
    np.save(tmp_path / "x.npy", x)

    def run(*more: str, y: str = f"y=f32[{N}]:zeros", n: str = f"n=u32:{N}", runner=ptxgen, **options):
        arguments = ["--arg", f"x=@{tmp_path / 'x.npy'}", "--arg", y, "--arg", n, "--arg", "a=f32:2.5"]
        return runner("run", saxpy, "--grid", "8", "--block", "256", *arguments, *more, **options)

    return run


def test_result_and_saved_file(launch, tmp_path):
    result = launch("--save", f"y={tmp_path / 'y.npy'}", "--entry", "saxpy", "--device", "emulator")
    assert result.exit_code == 0, result.output
    expected = np.float32(2.5) * np.arange(N, dtype=np.float32)
    assert np.array_equal(np.load(tmp_path / "y.npy"), expected)
    assert "0, 2.5, 5, 7.5" in result.stdout


def test_document(launch, document):
    made = launch("--device", "emulator", runner=document)
    assert made["schema"] == "ptxgen.run/1"
    assert made["entry"] == "saxpy"
    assert (made["grid"], made["block"]) == ([8, 1, 1], [256, 1, 1])
    assert made["thread_instructions"] > N
    (y,) = made["outputs"]
    assert (y["name"], y["dtype"], y["shape"], y["truncated"]) == ("y", "float32", [N], True)
    assert y["values"][:3] == [0, 2.5, 5]
    assert y["maximum"] == 2.5 * (N - 1)


def test_out_of_bounds_is_a_finding(launch):
    result = launch("--device", "emulator", "--grid", "9", n="n=u32:2049", y=f"y=f32[{N + 1}]:zeros")
    assert result.exit_code == 1
    assert "error[EMU001]" in result.stderr
    assert "thread (0, 0, 0)" in result.stderr


def test_an_out_array_is_uninitialised(launch):
    """saxpy reads y: with `:out` nobody wrote it."""
    result = launch("--device", "emulator", y=f"y=f32[{N}]:out")
    assert result.exit_code == 1
    assert "error[EMU003]" in result.stderr


def test_debug_shows_the_traceback(launch, ptxgen, saxpy):
    from ptxgen.errors import PtxgenError

    with pytest.raises(PtxgenError):
        ptxgen("--debug", "run", saxpy, "--arg", "nonsense")


@pytest.mark.parametrize(
    ("more", "id"),
    [
        (("--entry", "nothing"), "CLI017"),
        (("--save", "z=z.npy"), "CLI018"),
        (("--save", "y"), "CLI018"),
        (("--save", "y=/nowhere/at/all/y.npy"), "CLI003"),
        (("--arg", "z=i32:1"), "CLI014"),
        (("--arg", "a=f32:1"), "CLI014"),
        (("--grid", "8,0"), "CLI013"),
        (("--block", "1x1x1x1"), "CLI013"),
        (("--block", "4096"), "DEV05"),
        (("--device", "abacus"), "DEV0"),
    ],
)
def test_refusals(launch, more, id):
    result = launch(*more)
    assert result.exit_code == 2, result.output
    assert f"error[{id}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("x", "CLI010"),
        ("=i32:1", "CLI010"),
        ("x=", "CLI010"),
        ("x=i32", "CLI010"),
        ("x=f32[0]:out", "CLI010"),
        ("x=f32[4,]:out", "CLI010"),
        ("x=i31:1", "CLI011"),
        ("x=q8[3]:out", "CLI011"),
        ("x=i8:128", "CLI012"),
        ("x=u32:-1", "CLI012"),
        ("x=i32:1.5", "CLI012"),
        ("x=f32:abc", "CLI012"),
        ("x=@nowhere.npy", "CLI015"),
        ("x=u8[99999999,99999999,99999999]:out", "CLI016"),
    ],
)
def test_bad_arguments(text, id):
    with pytest.raises(InputError) as caught:
        parse_argument(text)
    assert caught.value.id == id


def test_pickles_are_not_loaded(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="CLI015"):
        parse_argument(f"x=@{tmp_path / 'x.npy'}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n=i32:-5", np.int32(-5)),
        ("n=u64:0xffffffffffffffff", np.uint64(2**64 - 1)),
        ("a=f16:0.1", np.float16(0.1)),
        ("a=f64:1e-300", np.float64(1e-300)),
        ("a=f32:-inf", np.float32(-np.inf)),
    ],
)
def test_numbers(text, value):
    argument = parse_argument(text)
    assert argument.value == value
    assert argument.value.dtype == value.dtype


def test_arrays():
    made = parse_argument("y=s16[3,4]:out")
    assert (made.value.shape, made.value.dtype) == ((3, 4), np.int16)
    assert made.written
    assert not made.filled
    assert parse_argument("y=s16[3,4]:zeros").filled


def test_file_that_is_shown_afterwards(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.ones(3))
    assert not parse_argument(f"x=@{path}").written
    assert parse_argument(f"x=@{path}:out").written


def test_binding():
    b, a = parse_argument("b=i32:1"), parse_argument("a=i32:2")
    assert bind([b, a], ["a", "b"], "e") == [a, b], "by name"
    assert bind([b, a], ["p0", "p1"], "e") == [b, a], "in order, where no name is a parameter's"
    for params in (["a", "p1"], ["a"], ["a", "b", "c"]):
        with pytest.raises(InputError, match="CLI014"):
            bind([b, a], params, "e")
    with pytest.raises(InputError, match="twice"):
        bind([a, a], ["a", "b"], "e")


@pytest.mark.parametrize(("text", "dims"), [("8", (8,)), ("8,4", (8, 4)), ("8x4x2", (8, 4, 2))])
def test_dims(text, dims):
    assert parse_dims(text) == dims


def test_entry_is_needed_when_there_are_several(ptxgen, saxpy):
    text = saxpy.read_text()
    saxpy.write_text(text + text[text.index(".visible") :].replace(" saxpy(", " other("))
    result = ptxgen("run", saxpy)
    assert result.exit_code == 2
    assert "error[CLI017]" in result.stderr
    assert "saxpy, other" in result.stderr


def test_a_fault_names_the_line_of_the_file(launch, saxpy):
    """Not that of the text as the printer would write it: this file has lines that the printer drops."""
    text = "// of no interest to a printer\n\n" + saxpy.read_text()
    saxpy.write_text(text)
    line = 1 + text.splitlines().index("    ld.global.f32 %f3, [%rd5];")
    result = launch("--device", "emulator", y=f"y=f32[{N - 1}]:zeros")
    assert result.exit_code == 1
    assert f"--> saxpy.ptx:{line} " in result.stderr
    assert f"ptx line {line}\n" in result.stderr
