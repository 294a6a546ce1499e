"""BERT (Devlin et al. 2018): attention in both directions, norms behind their sums, GELU, biases everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile
from ptxgen_inference.models.metadata import Metadata
from ptxgen_inference.models.roles import Binder, Bound, layer_norm, matrix, vector
from ptxgen_inference.runtime.model_parts import Heads, LayerNorm, Weight
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value

ARCHITECTURE = "bert"
MEAN = 1
"""`bert.pooling_type` of models whose embedding is the mean of their tokens'."""


@frozen(kw_only=True)
class Hyper:
    """The sizes and constants of an encoder; `types` are its kinds of segments."""

    architecture: str
    vocabulary: int
    context: int
    types: int
    layers: int
    hidden: int
    feed_forward: int
    heads: Heads
    epsilon: float

    @property
    def sizes(self) -> dict[str, int]:
        """What the shapes of tensors are made of, by name."""
        names = ("vocabulary", "context", "types", "hidden", "feed_forward")
        return {name: getattr(self, name) for name in names}

    @staticmethod
    def of(file: ModelFile) -> Hyper:
        """From a file's metadata and its embeddings. INF071 to INF075."""
        metadata = Metadata(file.metadata, ARCHITECTURE)
        metadata.expect("pooling_type", MEAN)
        hidden, heads = metadata.integer("embedding_length"), metadata.integer("attention.head_count")
        if hidden % heads:
            raise InferenceError(
                "INF073",
                f"{heads} attention heads do not divide {hidden} elements",
                help="the metadata is wrong",
            )
        return Hyper(
            architecture=ARCHITECTURE,
            vocabulary=_rows(file, "token_embd.weight"),
            context=metadata.integer("context_length"),
            types=_rows(file, "token_types.weight"),
            layers=metadata.integer("block_count"),
            hidden=hidden,
            feed_forward=metadata.integer("feed_forward_length"),
            heads=Heads(heads, heads, hidden // heads),
            epsilon=metadata.real("attention.layer_norm_epsilon", above=0),
        )


def _rows(file: ModelFile, name: str) -> int:
    tensor = file.tensors.get(name)
    if tensor is None or len(tensor.shape) != 2:
        raise InferenceError("INF075", f"the file lacks the matrix {name}, which {ARCHITECTURE} needs")
    return tensor.rows


@frozen(eq=False)
class Embeddings(Bound):
    """What is looked up for a token, its position and its segment, and the norm of their sum."""

    token: Weight = matrix("token_embd", "vocabulary", "hidden")
    position: Weight = matrix("position_embd", "context", "hidden")
    type: Weight = matrix("token_types", "types", "hidden")
    norm: LayerNorm = layer_norm("token_embd_norm")


@frozen(eq=False)
class Layer(Bound):
    """Attention and feed-forward of one layer."""

    q: Weight = matrix("attn_q", "hidden", "hidden")
    k: Weight = matrix("attn_k", "hidden", "hidden")
    v: Weight = matrix("attn_v", "hidden", "hidden")
    q_bias: Weight = vector("attn_q.bias", "hidden")
    k_bias: Weight = vector("attn_k.bias", "hidden")
    v_bias: Weight = vector("attn_v.bias", "hidden")
    o: Weight = matrix("attn_output", "hidden", "hidden")
    o_bias: Weight = vector("attn_output.bias", "hidden")
    attention_norm: LayerNorm = layer_norm("attn_output_norm")
    up: Weight = matrix("ffn_up", "feed_forward", "hidden")
    up_bias: Weight = vector("ffn_up.bias", "feed_forward")
    down: Weight = matrix("ffn_down", "hidden", "feed_forward")
    down_bias: Weight = vector("ffn_down.bias", "hidden")
    norm: LayerNorm = layer_norm("layer_output_norm")


@frozen(eq=False)
class Bert:
    """An encoder: `forward(step)` gives the embeddings [sequences, hidden], each of length 1."""

    hyper: Hyper
    embeddings: Embeddings
    layers: tuple[Layer, ...]

    @staticmethod
    def load(file: ModelFile) -> Bert:
        """The encoder of a file: every tensor in its place, and none left over. INF070 to INF077."""
        if file.architecture != ARCHITECTURE:
            raise InferenceError(
                "INF070",
                f"expected a model of architecture {ARCHITECTURE}, found {file.architecture!r}",
                help="models that write text are for `ptxgen-infer generate`",
            )
        hyper = Hyper.of(file)
        binder = Binder(file.tensors, hyper)
        embeddings = Embeddings.bind(binder)
        layers = tuple(Layer.bind(binder, f"blk.{i}.") for i in range(hyper.layers))
        binder.require_none_left()
        return Bert(hyper, embeddings, layers)

    @property
    def tensors(self) -> Iterator[Weight]:
        """What the forward reads of the file."""
        for part in (self.embeddings, *self.layers):
            yield from part.tensors()

    def forward(self, s: Step) -> Value:
        """The mean over each sequence's tokens of what the last layer says of them."""
        table = self.embeddings
        x = s.add(s.embed(table.token), s.gather(table.position, "positions"))
        x = s.mark("embd", s.norm(s.add(x, s.gather(table.type, "types")), table.norm))
        for i, w in enumerate(self.layers):
            q, k, v = s.qkv(x, weights=(w.q, w.k, w.v), biases=(w.q_bias, w.k_bias, w.v_bias))
            mixed = s.attend(i, q, k, v, heads=self.hyper.heads, rope=None, causal=False)
            x = s.norm(s.linear(mixed, w.o, bias=w.o_bias, residual=x), w.attention_norm)
            y = s.linear(x, w.up, bias=w.up_bias, activation="gelu_erf")
            x = s.mark(f"blk.{i}", s.norm(s.linear(y, w.down, bias=w.down_bias, residual=x), w.norm))
        return s.mean_pool(x, normalize=True)
