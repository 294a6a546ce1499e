from __future__ import annotations

HOSTILE = "[bold red]\x1b[2J\u202eevil[/]"


def test_clean_file(ptxgen, saxpy):
    result = ptxgen("check", saxpy)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "no findings" in result.stderr


def test_standard_input(ptxgen, saxpy):
    result = ptxgen("check", "-", input=saxpy.read_text())
    assert result.exit_code == 0, result.output


def test_finding_has_line_and_text(ptxgen, document, saxpy):
    saxpy.write_text(
        saxpy.read_text().replace("fma.rn.f32 %f4, %f1, %f2, %f3", "fma.rn.f32 %f4, %f1, %f2, %rd1")
    )
    line = next(i for i, text in enumerate(saxpy.read_text().splitlines(), 1) if "fma" in text)
    result = ptxgen("check", saxpy)
    assert result.exit_code == 1
    assert f"saxpy.ptx:{line}:5: error[PTX" in result.stdout
    assert "-->" not in result.stdout, "the line is not shown twice"
    assert "fma.rn.f32 %f4, %f1, %f2, %rd1;" in result.stdout
    assert "1 error" in result.stderr

    (file,) = document("check", saxpy, code=1)["files"]
    assert not file["ok"]
    (finding,) = file["diagnostics"]
    assert finding["severity"] == "error"
    assert finding["line"] == line


def test_text_that_is_not_ptx(ptxgen, document, tmp_path):
    path = tmp_path / "noise.ptx"
    path.write_text("this is not PTX\n")
    assert ptxgen("check", path).exit_code == 1
    (file,) = document("check", path, code=1)["files"]
    assert file["diagnostics"][0]["severity"] == "error"


def test_several_files(document, saxpy, tmp_path):
    bad = tmp_path / "bad.ptx"
    bad.write_text(saxpy.read_text().replace("bra done", "bra nowhere"))
    files = document("check", saxpy, bad, code=1)["files"]
    assert [f["ok"] for f in files] == [True, False]


def test_warnings_fail_only_when_strict(ptxgen, saxpy):
    """A register that only one path defines is legal, and a warning."""
    text = saxpy.read_text().replace(
        "ld.param.u32 %r1, [n];",
        "ld.param.u32 %r1, [n];\n    setp.eq.u32 %p1, %r1, 0;\n    @%p1 mov.f32 %f4, 0f00000000;",
    )
    text = text.replace("done:\n", "done:\n    add.rn.f32 %f4, %f4, %f1;\n    st.global.f32 [%rd1], %f4;\n")
    saxpy.write_text(text)
    lenient, strict = ptxgen("check", saxpy), ptxgen("check", "--strict", saxpy)
    assert "warning" in lenient.stdout
    assert (lenient.exit_code, strict.exit_code) == (0, 1)


def test_target(ptxgen, saxpy):
    saxpy.write_text(saxpy.read_text().replace(".target sm_80", ".target sm_90"))
    assert ptxgen("check", saxpy).exit_code == 0
    refused = ptxgen("check", saxpy, "--target", "sm_999")
    assert refused.exit_code == 2
    assert "error[PTX018]" in refused.stderr


def test_binary_file(ptxgen, tmp_path):
    path = tmp_path / "cubin.ptx"
    path.write_bytes(b"\x7fELF\xff\xfe")
    result = ptxgen("check", path)
    assert result.exit_code == 2
    assert "error[CLI001]" in result.stderr


def test_missing_file(ptxgen, tmp_path):
    result = ptxgen("check", tmp_path / "nowhere.ptx")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_hostile_text_stays_text(ptxgen, saxpy):
    """Markup is not obeyed, and control characters reach the terminal as escapes."""
    saxpy.write_text(saxpy.read_text().replace("bra done;", f"bra done; // {HOSTILE}\n    {HOSTILE};"))
    result = ptxgen("check", saxpy)
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert "[bold red]\\x1b[2J\\u202eevil[/]" in result.stdout
