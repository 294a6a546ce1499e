"""The generated stub agrees with the table, and what it lists can be called."""

from __future__ import annotations

import ast

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder
from ptxgen.ir.builder import stubs
from ptxgen.isa import ROWS


def stub_methods() -> set[str]:
    tree = ast.parse(stubs.STUB.read_text(encoding="utf-8"))
    (cls,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}


def test_the_stub_is_up_to_date() -> None:
    assert stubs.STUB.read_text(encoding="utf-8") == stubs.generate(), (
        "run python -m ptxgen.ir.builder.stubs after changing the instruction table"
    )


def test_every_opcode_is_a_method() -> None:
    listed = stub_methods() | set(dir(KernelBuilder))
    missing = {opcode for opcode in ROWS if not {opcode, opcode + "_"} & listed}
    assert missing == set()


@pytest.mark.parametrize("name", sorted(stub_methods() - {"__init__", "_target"}))
def test_every_listed_method_exists(name: str, k: KernelBuilder) -> None:
    assert callable(getattr(k, name))


def complaint(k: KernelBuilder, name: str) -> str:
    """What a method says when it is called with nothing."""
    try:
        getattr(k, name)()
    except BuildError as error:
        return error.message
    return ""


def test_every_listed_name_means_a_row(k: KernelBuilder) -> None:
    """Called with nothing, a method complains about operands or types, never about its own name."""
    helpers = {"__init__", "_target", "op", "emit", "apply", "value", "check_symbol"}
    for name in sorted(stub_methods() - helpers):
        message = complaint(k, name)
        assert "no modifier" not in message, (name, message)
        assert "unknown instruction" not in message, (name, message)
