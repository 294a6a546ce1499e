from __future__ import annotations

from ptxgen.kernels import registry


def test_table_names_every_kernel(ptxgen):
    result = ptxgen("list")
    assert result.exit_code == 0
    for kernel in registry.kernels():
        assert kernel.name in result.stdout


def test_document(document):
    kernels = document("list")["kernels"]
    assert [k["name"] for k in kernels] == registry.names()
    gemv = next(k for k in kernels if k["name"] == "q4_k_gemv")
    assert gemv["aliases"] == ["q4k_gemv"]
    assert gemv["class"] == "Q4KGemv"
    assert gemv["family"] == "gemv"
    fields = {f["name"]: f for f in gemv["fields"]}
    assert fields["k"]["type"] == "int"
    assert fields["k"]["default"] % 256 == 0
    assert all(k["summary"] for k in kernels)


def test_family(ptxgen, document):
    assert {k["family"] for k in document("list", "--family", "gemv")["kernels"]} == {"gemv"}
    refused = ptxgen("list", "--family", "nothing")
    assert refused.exit_code == 2
    assert "gemv" in refused.stderr
