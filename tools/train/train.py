"""Trains the model: `python -m tools.train.train kjv.txt --out build/model`; it goes on from its last checkpoint."""

import argparse
import itertools
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from tools.train import corpus, vocabulary
from tools.train.model import Llama, Shape
from tools.train.muon import Muon

CHECKPOINT_EVERY = 100
EVALUATE_EVERY = 200


Documents = list[tuple[list[int], list[int]]]
"""Each chapter's tokens, and the same without the reference before its first verse: so a prompt begins."""


def batches(documents: Documents, rows: int, context: int, seed: int) -> Iterator[Tensor]:
    """Endless batches [rows, context + 1]: each epoch joins the documents in another order and cuts them evenly."""
    for epoch in range(1_000_000):
        order = random.Random(seed * 1_000_003 + epoch)
        stream: list[int] = []
        for referred, bare in order.sample(documents, len(documents)):
            stream += bare if order.random() < 1 / 4 else referred
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


def schedule(documents: Documents, options: argparse.Namespace) -> Iterator[Tensor]:
    """The batches of all steps: windows of half the context, and of the whole context in the last part."""
    context = Shape().context
    short = round(options.steps * (1 - options.long))
    yield from itertools.islice(batches(documents, 2 * options.rows, context // 2, options.seed), short)
    yield from itertools.islice(
        batches(documents, options.rows, context, options.seed + 1), options.steps - short
    )


def rate(step: int, steps: int, warm: int, cooling: float) -> float:
    """The learning rate's factor: up over `warm` steps, level, then down to 0 in a line over the last part."""
    left = (steps - step) / (steps * cooling)
    return min(1.0, (step + 1) / warm, left)


def main() -> None:
    """Trains and saves; prints the loss, and bits per byte of the held-out chapters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--long", type=float, default=0.25, help="the part of the steps at the whole context")
    parser.add_argument("--rows", type=int, default=4, help="windows of the whole context in a batch")
    parser.add_argument("--lr", type=float, default=0.02, help="of the matrices (Muon)")
    parser.add_argument(
        "--embedding-lr", type=float, default=0.003, help="of the embedding and the norms (AdamW)"
    )
    parser.add_argument("--decay", type=float, default=0.2)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--cooling", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)

    parts = corpus.split(corpus.read(options.text))
    tokenizer = vocabulary.train(parts.training)
    tokenizer.save(str(options.out / "tokenizer.json"))
    (options.out / "held-out.txt").write_text("".join(parts.held_out))
    training = [
        (vocabulary.document(tokenizer, chapter), vocabulary.document(tokenizer, chapter.split(" ", 1)[1]))
        for chapter in parts.training
    ]
    held_out = [vocabulary.document(tokenizer, chapter) for chapter in parts.held_out]
    print(
        f"{sum(len(referred) for referred, _ in training)} tokens in training, {sum(map(len, held_out))} held out",
        flush=True,
    )

    model = Llama(Shape(), options.dropout)
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
    for step, batch in enumerate(schedule(training, options)):
        if step < first:
            continue
        factor = rate(step, options.steps, 30, options.cooling)
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
        last = step + 1 == options.steps
        if (step + 1) % EVALUATE_EVERY == 0 or last:
            bits = bits_per_byte(model, held_out, parts.held_out)
            print(f"step {step + 1} held out {bits:.4f} bits per byte", flush=True)
        if (step + 1) % CHECKPOINT_EVERY == 0 or last:
            states = [optimizer.state_dict() for optimizer in optimizers]
            state = {"model": model.state_dict(), "optimizers": states, "step": step + 1}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)


if __name__ == "__main__":
    main()
