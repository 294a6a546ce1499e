"""What GEMVs refuse stands in the table of docs/gemv.md, and each refusal names what takes the size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from ptxgen.kernels import Kernel, KernelError, registry
from ptxgen.quant import FORMATS, BlockFormat

SIZES = (1, 3, 17, 31, 32, 33, 100, 257, 65536)
PAGE = Path(__file__).parents[2] / "docs" / "gemv.md"
GEMVS = registry.families()["gemv"]


def refused(kernel: type[Kernel]) -> Iterator[tuple[str, int, KernelError]]:
    """Field, size and error of every size of the list that the kernel does not take."""
    for field in attrs.fields(kernel):
        if field.init and (field.metadata.get("size") or field.name in ("m", "threads")):
            for size in SIZES:
                try:
                    kernel(**{field.name: size})
                except KernelError as error:
                    yield field.name, size, error


def blocks_of(kernel: type[Kernel]) -> int:
    """Columns that rows of weights (or of blocks of activations) are made of."""
    return int(kernel().sizes.get("block_weights", 32 if kernel.name == "quantize_q8_1" else 1))


@pytest.mark.parametrize("kernel", GEMVS, ids=lambda kernel: kernel.name)
def test_only_what_the_table_says_is_refused(kernel: type[Kernel]) -> None:
    most = 65535 if kernel.name == "quantize_q8_1" else 32
    blocks = blocks_of(kernel)
    for field, size, error in refused(kernel):
        allowed = {
            "k": size % blocks == 0,
            "m": size <= most,
            "threads": size % 32 == 0 and size <= 1024,
        }.get(field, True)
        assert not allowed, f"{field}={size}: {error}"


@pytest.mark.parametrize("kernel", GEMVS, ids=lambda kernel: kernel.name)
def test_refusals_name_the_alternative(kernel: type[Kernel]) -> None:
    for field, _, error in refused(kernel):
        assert error.id == "KRN001"
        assert error.help.startswith("use ")
        if field == "k":
            assert "f16" in error.help or "zeros" in error.help
        if field == "m":
            assert "GEMM" in error.help or "several calls" in error.help


def test_the_table_names_every_refusal() -> None:
    table = PAGE.read_text().split("## What is refused")[1].split("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")]
    fields = {name.strip(" `") for row in rows[1:] for name in row[1].split(",")}
    assert {field for kernel in GEMVS for field, _, _ in refused(kernel)} <= fields
    assert "KRN020" in table
    assert "KRN041" in table


@pytest.mark.parametrize("format", FORMATS.values(), ids=str)
def test_formats_without_an_unpacker_are_those_of_the_table(format: BlockFormat) -> None:
    gemv = registry.get("gate_up_gemv")
    made = gemv(format=format, k=512)
    if format.weights == 1:
        with pytest.raises(KernelError, match="no kernel unpacks") as caught:
            made.emit_ptx()
        assert caught.value.id == "KRN020"
    else:
        assert made.emit_ptx()
