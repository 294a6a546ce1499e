from __future__ import annotations

import pytest

from ptxgen import parse
from ptxgen.kernels import Saxpy


def test_prints_the_improved_text(ptxgen, saxpy):
    result = ptxgen("opt", saxpy, "-p", "copy-propagation,dce")
    assert result.exit_code == 0, result.output
    assert parse(result.stdout) == parse(saxpy.read_text())
    assert result.stderr == ""


def test_file_statistics_and_dump(ptxgen, saxpy, tmp_path):
    path = tmp_path / "out.ptx"
    saxpy.write_text(saxpy.read_text().replace("ret;", "mov.u32 %r1, 5; ret;"))
    result = ptxgen("opt", saxpy, "-O2", "--stats", "--print-after-all", "-o", path)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "mov.u32 %r1, 5" not in path.read_text()
    assert "// after dce: 1 dead instructions; 19 -> 18 instructions" in result.stderr
    assert "1 dead instructions" in result.stderr.partition("changes")[2]


def test_standard_input(ptxgen, saxpy):
    assert ptxgen("opt", "-", input=saxpy.read_text()).exit_code == 0


def test_validation_says_how_much_it_saw(ptxgen, saxpy):
    saxpy.write_text(saxpy.read_text().replace("ret;", "mov.u32 %r1, 5; ret;"))
    result = ptxgen("opt", saxpy, "-p", "dce", "--validate")
    assert result.exit_code == 0, result.output
    assert "dce: the same bytes in 4 runs" in result.stderr


def test_validation_says_where_it_saw_nothing(ptxgen, saxpy):
    text = saxpy.read_text().replace("ret;", "mov.u32 %r1, 5; ret;")
    saxpy.write_text(text.replace("[%rd5], %f4", "[%rd5+1048576], %f4"))
    result = ptxgen("opt", saxpy, "-p", "dce", "--validate")
    assert result.exit_code == 0, result.output
    assert "dce: not validated" in result.stderr


def test_a_pass_that_breaks_the_program_is_a_finding(ptxgen, saxpy, monkeypatch):
    from ptxgen.passes import PASSES
    from ptxgen.passes.dce import DeadCodeElimination

    class Reckless(DeadCodeElimination):
        def improve(self, function, analysis):
            block = function.blocks[-1] if len(function.blocks) < 2 else function.blocks[1]
            block.instructions[:] = [i for i in block.instructions if i.opcode != "st"]
            return {"stores": 1}

    monkeypatch.setitem(PASSES, "dce", Reckless)
    result = ptxgen("opt", saxpy, "-p", "dce", "--validate")
    assert result.exit_code == 1
    assert "error[PAS020]: dce changed what the module computes: saxpy: byte" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "id"),
    [(("-p", "dcf"), "PAS001"), (("-p", "dce{a=1}"), "PAS002"), (("-p", "dce dce"), "PAS003")],
)
def test_bad_pipelines(ptxgen, saxpy, arguments, id):
    result = ptxgen("opt", saxpy, *arguments)
    assert result.exit_code == 2
    assert f"error[{id}]" in result.stderr


def test_emit_with_a_level(ptxgen):
    plain = Saxpy().emit_ptx(level="O0")
    assert ptxgen("emit", "--kernel", "saxpy", "-O0").stdout == plain
    better = ptxgen("emit", "--kernel", "swi_glu")
    assert better.stdout == ptxgen("emit", "--kernel", "swi_glu", "-O2").stdout
    plain = ptxgen("emit", "--kernel", "swi_glu", "-O0")
    assert len(better.stdout.splitlines()) < len(plain.stdout.splitlines())
    named = ptxgen("emit", "--kernel", "saxpy", "--passes", "constant-folding,dce")
    assert named.exit_code == 0, named.output
