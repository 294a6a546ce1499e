"""Which tensor of a file is which: a family's layer is a class whose fields say their tensor's name and shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol, Self

import attrs
from attrs import define, field, frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import Tensor
from ptxgen_inference.runtime.model_parts import LayerNorm, RmsNorm, Weight


class Sizes(Protocol):
    """What hyper-parameters say about tensors: sizes by name, and the epsilon of norms."""

    @property
    def architecture(self) -> str: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def epsilon(self) -> float: ...


@frozen
class Role:
    """A tensor's place: its name in a file and its shape by the names of `Sizes.sizes`.

    Where the file lacks `name`, the part may be rows of the tensor `fused`, behind parts of the sizes `before`; or it
    is the tensor `tied`; or, if it is `optional`, there is none.
    """

    name: str
    shape: tuple[str, ...]
    optional: bool = False
    fused: str = ""
    before: tuple[str, ...] = ()
    tied: str = ""


def matrix(name: str, out: str, into: str, *, tied: str = "") -> Any:
    """A field with a matrix [out, into]."""
    return field(metadata={"role": Role(f"{name}.weight", (out, into), tied=tied)})


def vector(name: str, size: str, *, optional: bool = False) -> Any:
    """A field with a vector; None where it is `optional` and the file has none."""
    return field(metadata={"role": Role(name, (size,), optional)})


def projection(name: str, out: str, *before: str) -> Any:
    """A field with the projection to q, k or v: a tensor of its own, or rows of `attn_qkv`."""
    role = Role(f"{name}.weight", (out, "hidden"), fused="attn_qkv.weight", before=before)
    return field(metadata={"role": role})


def projection_bias(name: str, out: str, *before: str, optional: bool = False) -> Any:
    """A field with the bias of a projection, likewise."""
    role = Role(f"{name}.bias", (out,), optional, fused="attn_qkv.bias", before=before)
    return field(metadata={"role": role})


def rms_norm(name: str) -> Any:
    """A field with an RMSNorm over the width."""
    return field(metadata={"norm": True, "role": Role(f"{name}.weight", ("hidden",))})


def layer_norm(name: str) -> Any:
    """A field with a LayerNorm over the width, and its bias."""
    bias = Role(f"{name}.bias", ("hidden",))
    return field(metadata={"role": Role(f"{name}.weight", ("hidden",)), "bias": bias})


@frozen(eq=False)
class Bound:
    """Tensors by role. A subclass's fields are made by the functions above; `bind` fills them from a file."""

    together: ClassVar[tuple[tuple[str, ...], ...]] = (("q_bias", "k_bias", "v_bias"),)
    """Fields of which a file has all or none."""

    @classmethod
    def bind(cls, binder: Binder, prefix: str = "") -> Self:
        """The tensors of a file whose names begin with `prefix`. INF075, INF076."""
        bound = cls(**{field.name: binder.fill(field.metadata, prefix) for field in attrs.fields(cls)})
        for names in cls.together:
            absent = [name for name in names if getattr(bound, name, bound) is None]
            if 0 < len(absent) < len(names):
                raise InferenceError(
                    "INF075", f"the file has some of {prefix}{', '.join(names)}, but not {', '.join(absent)}"
                )
        return bound

    def tensors(self) -> Iterator[Weight]:
        """The tensors of all fields, in their order."""
        for place in attrs.fields(type(self)):
            held: Weight | RmsNorm | LayerNorm | None = getattr(self, place.name)
            if isinstance(held, RmsNorm | LayerNorm):
                bias = held.bias if isinstance(held, LayerNorm) else None
                yield from (held.weight,) if bias is None else (held.weight, bias)
            elif held is not None:
                yield held


@define(eq=False)
class Binder:
    """Hands out a file's tensors by role, and knows which were never asked for."""

    tensors: Mapping[str, Tensor]
    hyper: Sizes
    _taken: set[str] = field(factory=set[str])

    def fill(self, field: Mapping[str, Any], prefix: str) -> Weight | RmsNorm | LayerNorm | None:
        """What a field holds, by its metadata: a tensor, or a norm with its tensors."""
        tensor = self._find(field["role"], prefix)
        if tensor is None:
            return None
        if "bias" in field:
            return LayerNorm(tensor, self._find(field["bias"], prefix), self.hyper.epsilon)
        return RmsNorm(tensor, self.hyper.epsilon) if field.get("norm") else tensor

    def require_none_left(self) -> None:
        """INF077 if there are tensors that no role has taken."""
        unknown = [name for name in self.tensors if name not in self._taken]
        if unknown:
            more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
            raise InferenceError(
                "INF077",
                f"{self.hyper.architecture} has no use for {', '.join(unknown[:8])}{more}",
                help="the model has parts that would be left out, so that its output would be wrong",
            )

    def _find(self, role: Role, prefix: str) -> Weight | None:
        """The tensor of a role, in the shape that it must have; None only for an optional one."""
        shape = tuple(self.hyper.sizes[size] for size in role.shape)
        if prefix + role.name in self.tensors:
            return self._shaped(prefix + role.name, shape)
        if role.fused and prefix + role.fused in self.tensors:
            return self._rows(prefix + role.fused, role, shape)
        if role.tied and role.tied in self.tensors:
            return self._shaped(role.tied, shape)
        if role.optional:
            return None
        raise InferenceError(
            "INF075",
            f"the file lacks {prefix}{role.name}, which {self.hyper.architecture} needs",
            help="the file is incomplete, or a part of a split model is missing",
        )

    def _shaped(self, name: str, shape: tuple[int, ...]) -> Tensor:
        tensor = self.tensors[name]
        if tensor.shape != shape:
            raise InferenceError(
                "INF076", f"{name} has the shape {tensor.shape}, but by the metadata it is {shape}"
            )
        self._taken.add(name)
        return tensor

    def _rows(self, name: str, role: Role, shape: tuple[int, ...]) -> Tensor:
        """Rows of a tensor that holds q, k and v one below the other; of its bias, elements."""
        sizes = self.hyper.sizes
        whole = self._shaped(name, (sizes["q"] + 2 * sizes["kv"], *shape[1:]))
        first = sum(sizes[size] for size in role.before)
        last = first + shape[0]
        packed = whole.data.reshape(whole.shape[0], -1)[first:last]
        return Tensor(f"{name}[{first}:{last}]", shape, whole.format, packed.reshape(*shape[:-1], -1))
