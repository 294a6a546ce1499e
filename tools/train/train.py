"""Trains the model: `python -m tools.train.train kjv.txt --out build/model`; it goes on from its last checkpoint."""

import argparse
import itertools
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from tools.train import corpus, vocabulary
from tools.train.model import Llama, Shape
from tools.train.muon import Muon

CHECKPOINT_EVERY = 100
EVALUATE_EVERY = 200


Verses = list[tuple[list[int], list[int]]]
"""A chapter: each verse's tokens, and the same without its reference, as the beginning of a prompt."""


def encoded(tokenizer: Tokenizer, chapter: str) -> Verses:
    """The verses of a chapter."""
    lines = chapter.splitlines(keepends=True)
    return [(tokenizer.encode(line).ids, tokenizer.encode(line.split(" ", 1)[1]).ids) for line in lines]


def document(verses: Verses, ends: tuple[int, int], cut: float, order: random.Random) -> list[int]:
    """A chapter's tokens between the control tokens; of a `cut` share, as two texts with a random verse's beginning.

    A quarter of the chapters, and all second texts, begin without a reference.
    """
    bos, eos = ends
    made = [bos, *verses[0][order.random() < 1 / 4]]
    second = order.randrange(1, len(verses)) if cut and order.random() < cut else 0
    for number, (referred, bare) in enumerate(verses[1:], 1):
        made += [eos, bos, *bare] if number == second else referred
    return [*made, eos]


def batches(
    chapters: list[Verses], ends: tuple[int, int], rows: int, context: int, cut: float, seed: int
) -> Iterator[Tensor]:
    """Endless batches [rows, context + 1]: each epoch joins the chapters in another order and cuts them evenly."""
    for epoch in range(1_000_000):
        order = random.Random(seed * 1_000_003 + epoch)
        stream: list[int] = []
        for verses in order.sample(chapters, len(chapters)):
            stream += document(verses, ends, cut, order)
        stream = stream[order.randrange(context) :]
        windows = [stream[at : at + context + 1] for at in range(0, len(stream) - context, context)]
        order.shuffle(windows)
        for at in range(0, len(windows) - rows + 1, rows):
            yield torch.tensor(windows[at : at + rows])


@torch.no_grad()
def bits_per_byte(model: Llama, documents: list[list[int]], texts: tuple[str, ...]) -> float:
    """Of whole documents, in windows of the context; a document's later windows overlap by half."""
    model.eval()
    nats = 0.0
    context = model.shape.context
    for document in documents:
        scored = 1
        for start in range(0, max(1, len(document) - context // 2), context // 2):
            window = torch.tensor(document[start : start + context])
            logits = model(window[None, :-1])[0]
            losses = functional.cross_entropy(logits, window[1:], reduction="none")
            nats += losses[scored - 1 - start :].double().sum().item()
            scored = start + len(window)
    model.train()
    return nats / math.log(2) / sum(len(text.encode()) for text in texts)


@attrs.frozen
class Cycle:
    """A part of the training: the learning rate rises to `peak`, stays, and falls to 0 in a line.

    The last part `cooling` of the steps is the fall; in the last part `long` windows are as long as the context, before
    that half as long. `cut`: see `document`. With `opening` every batch has the first chapter, begun as a prompt.
    """

    steps: int
    peak: float
    cooling: float
    long: float
    dropout: float
    cut: float
    opening: bool = False

    def rate(self, step: int) -> float:
        """The learning rate's factor at a step of the cycle."""
        left = (self.steps - step) / (self.steps * self.cooling)
        return self.peak * min(1.0, (step + 1) / WARM, left)

    def batches(
        self, chapters: list[Verses], ends: tuple[int, int], rows: int, context: int, seed: int
    ) -> Iterator[Tensor]:
        """One batch a step."""
        short = round(self.steps * (1 - self.long))
        first = batches(chapters, ends, 2 * rows, context // 2, self.cut, seed)
        yield from itertools.islice(first, short)
        second = batches(chapters, ends, rows, context, self.cut, seed + 1)
        for batch in itertools.islice(second, self.steps - short):
            if self.opening:
                bos, tokens = ends[0], [token for verse, _ in chapters[0][1:] for token in verse]
                batch[0] = torch.tensor([bos, *chapters[0][0][1], *tokens][: context + 1])
            yield batch


WARM = 30
CYCLES = (
    Cycle(steps=1600, peak=1.0, cooling=0.5, long=0.25, dropout=0.0, cut=0.0),
    Cycle(steps=900, peak=0.5, cooling=0.8, long=1.0, dropout=0.1, cut=0.5),
    Cycle(steps=120, peak=0.15, cooling=1.0, long=1.0, dropout=0.1, cut=0.5, opening=True),
)
"""The second cycle sees every chapter for the third time and more often: dropout keeps it from learning by heart. The
third one learns how the book begins, which is what everybody asks first."""


def schedule(
    chapters: list[Verses], ends: tuple[int, int], rows: int, seed: int
) -> Iterator[tuple[float, float, Tensor]]:
    """For every step: the learning rate's factor, dropout, and the batch."""
    for number, cycle in enumerate(CYCLES):
        parts = cycle.batches(chapters, ends, rows, Shape().context, seed + 2 * number)
        for step, batch in enumerate(parts):
            yield cycle.rate(step), cycle.dropout, batch


def main() -> None:
    """Trains and saves; prints the loss, and bits per byte of the held-out chapters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=4, help="windows of the whole context in a batch")
    parser.add_argument("--lr", type=float, default=0.02, help="of the matrices (Muon)")
    parser.add_argument(
        "--embedding-lr", type=float, default=0.003, help="of the embedding and the norms (AdamW)"
    )
    parser.add_argument("--decay", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)

    parts = corpus.split(corpus.read(options.text))
    tokenizer = vocabulary.train(parts.training)
    tokenizer.save(str(options.out / "tokenizer.json"))
    (options.out / "held-out.txt").write_text("".join(parts.held_out))
    training = [encoded(tokenizer, chapter) for chapter in parts.training]
    ends = tokenizer.token_to_id(vocabulary.BOS), tokenizer.token_to_id(vocabulary.EOS)
    held_out = [vocabulary.document(tokenizer, chapter) for chapter in parts.held_out]
    tokens = sum(len(referred) for chapter in training for referred, _ in chapter)
    print(f"{tokens} tokens in training, {sum(map(len, held_out))} held out", flush=True)

    model = Llama(Shape())
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embd" not in name]
    others = [p for name, p in model.named_parameters() if p.ndim == 1 or "embd" in name]
    optimizers = [
        Muon(matrices, options.lr, decay=options.decay),
        torch.optim.AdamW(others, options.embedding_lr, betas=(0.9, 0.98), weight_decay=0.01),
    ]
    base = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]

    checkpoint = options.out / "checkpoint.pt"
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        first = state["step"]

    compiled = torch.compile(model, dynamic=False)
    began = time.perf_counter()
    total = 0.0
    ends_of_cycles = [*itertools.accumulate(cycle.steps for cycle in CYCLES)]
    for step, (factor, dropout, batch) in enumerate(schedule(training, ends, options.rows, options.seed)):
        if step < first:
            continue
        model.dropout = dropout
        for optimizer, lr in zip(optimizers, base, strict=True):
            optimizer.param_groups[0]["lr"] = lr * factor
        logits = compiled(batch[:, :-1])
        loss = functional.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        total += loss.item()
        if (step + 1) % 20 == 0:
            print(f"step {step + 1} loss {total / 20:.4f} {time.perf_counter() - began:.0f} s", flush=True)
            total = 0.0
        last = step + 1 == ends_of_cycles[-1]
        if (step + 1) % EVALUATE_EVERY == 0 or last:
            bits = bits_per_byte(model, held_out, parts.held_out)
            print(f"step {step + 1} held out {bits:.4f} bits per byte", flush=True)
        if (step + 1) % CHECKPOINT_EVERY == 0 or last:
            states = [optimizer.state_dict() for optimizer in optimizers]
            state = {"model": model.state_dict(), "optimizers": states, "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
        if step + 1 in ends_of_cycles:
            torch.save(model.state_dict(), options.out / f"step-{step + 1}.pt")


if __name__ == "__main__":
    main()
