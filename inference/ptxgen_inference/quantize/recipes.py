"""Which tensor of a model gets which format: the mixtures of llama.cpp's quantiser as tables.

Source: `llama_tensor_get_type` and `llama_model_quantize_impl` of llama.cpp, without an importance matrix. Values and
down projections are worth more bits than the rest, in the first and last eighth of the layers and in every third
between; the output matrix always is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from attrs import field, frozen

from ptxgen_inference.errors import InferenceError

Where = Callable[[int, int], bool]
"""Of a layer's number and the number of layers: whether the better format is used there."""


def _more_bits(layer: int, layers: int) -> bool:
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def _first_four(layer: int, *_: int) -> bool:
    return layer < 4


def _first_eighth(layer: int, layers: int) -> bool:
    return layer < layers // 8


@frozen
class Recipe:
    """A mixture: `base` for matrices, `output` for the matrix that makes the logits, `better` by a tensor's role.

    `file_type` is the number that the file says it has (`general.file_type`).
    """

    base: str
    file_type: int
    output: str
    better: Mapping[str, tuple[Where, str]] = field(factory=dict[str, tuple[Where, str]])

    @property
    def quantised(self) -> bool:
        """Whether the weights are rounded to codes."""
        return self.base not in ("F32", "F16", "BF16")


def _values_and_down(where: Where, format: str) -> dict[str, tuple[Where, str]]:
    """Better value matrices, also where they are fused with queries and keys, and down projections."""
    return dict.fromkeys(("attn_v", "attn_qkv", "ffn_down"), (where, format))


_SMALL = _values_and_down(_first_eighth, "Q5_K") | dict.fromkeys(
    ("attn_v", "attn_qkv"), (_first_four, "Q5_K")
)

RECIPES: Mapping[str, Recipe] = {
    "f32": Recipe("F32", 0, "F32"),
    "f16": Recipe("F16", 1, "F16"),
    "bf16": Recipe("BF16", 32, "BF16"),
    "q4_0": Recipe("Q4_0", 2, "Q6_K"),
    "q4_1": Recipe("Q4_1", 3, "Q6_K"),
    "q5_0": Recipe("Q5_0", 8, "Q6_K"),
    "q5_1": Recipe("Q5_1", 9, "Q6_K"),
    "q8_0": Recipe("Q8_0", 7, "Q8_0"),
    "q4_k_s": Recipe("Q4_K", 14, "Q6_K", _SMALL),
    "q4_k_m": Recipe("Q4_K", 15, "Q6_K", _values_and_down(_more_bits, "Q6_K")),
    "q5_k_s": Recipe("Q5_K", 16, "Q6_K"),
    "q5_k_m": Recipe("Q5_K", 17, "Q6_K", _values_and_down(_more_bits, "Q6_K")),
    "q6_k": Recipe("Q6_K", 18, "Q6_K"),
}
"""By the name that `--type` takes."""


def recipe(name: str) -> Recipe:
    """A mixture by name. INF031 for one that there is not."""
    found = RECIPES.get(name.lower())
    if found is None:
        raise InferenceError("INF031", f"expected a type among {', '.join(RECIPES)}, got {name!r}")
    return found


_BLOCK = re.compile(r"blk\.(?P<layer>\d+)\.(?P<role>\w+)\.weight")
_KEPT = re.compile(r".*_norm\.weight|.*ffn_gate_inp\.weight|position_embd\.weight|token_types\.weight")


def is_matrix(name: str, shape: tuple[int, ...]) -> bool:
    """Whether a tensor is one that mixtures are about; norms, biases, routers and position tables stay as they are."""
    return len(shape) >= 2 and min(shape[-2:]) > 1 and name.endswith(".weight") and not _KEPT.fullmatch(name)


@frozen
class Mixture:
    """A recipe for one model. `ranks` are, by role, the layers that have it, in order."""

    recipe: Recipe
    output: str
    many_heads: bool
    ranks: Mapping[str, Mapping[int, int]]

    @classmethod
    def of(cls, recipe: Recipe, names: list[str], many_heads: bool = False) -> Mixture:
        """A recipe for a model with tensors of these names.

        `many_heads` says that a key-value head serves eight heads in a model of 80 layers; then its small value
        matrices get 5 bits at least.
        """
        output = "output.weight" if "output.weight" in names else "token_embd.weight"
        layers: dict[str, set[int]] = {}
        for match in filter(None, map(_BLOCK.fullmatch, names)):
            layers.setdefault(match["role"], set()).add(int(match["layer"]))
        ranks = {role: {layer: i for i, layer in enumerate(sorted(found))} for role, found in layers.items()}
        return cls(recipe, output, many_heads, ranks)

    def format_of(self, name: str) -> str:
        """The format of a matrix, by name, before its rows are looked at."""
        if name == self.output:
            return self.recipe.output
        match = _BLOCK.fullmatch(name)
        if match is None:
            return self.recipe.base
        role, layer = match["role"], int(match["layer"])
        ranks, chosen = self.ranks[role], self.recipe.base
        if role in self.recipe.better:
            where, better = self.recipe.better[role]
            chosen = better if where(ranks[layer], len(ranks)) else chosen
        return "Q5_K" if self.many_heads and role == "attn_v" and chosen == "Q4_K" else chosen
