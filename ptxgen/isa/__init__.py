"""What PTX is: types, state spaces, special registers, targets and the instruction table (PTX ISA 9.0)."""

from __future__ import annotations

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import ROWS, Effect, Form, OperandForm, Requirement, Role, Row, Scope, forms
from ptxgen.isa.types import TYPES, Type

__all__ = [
    "ROWS",
    "TYPES",
    "Effect",
    "Form",
    "OperandForm",
    "Requirement",
    "Role",
    "Row",
    "Scope",
    "StateSpace",
    "Type",
    "forms",
]
