"""Flash-decoding explained: one new token against a long cache, by many CTAs at once.

A token's attention is a weighted mean of values, and a weighted mean can be formed in parts. Of some keys, keep three
things: the largest score (peak), the sum of e^(score - peak) (total), and the sum of the values with these weights
(sums). Two parts become one when the part with the lower peak is scaled by e^(its peak - the higher peak). So every
CTA takes a piece of the keys, and whoever comes last puts the pieces together: first in NumPy, then as a kernel.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen import open_device
from ptxgen.kernels import FlashDecoding, IncrementalAttention

Array = NDArray[np.float64]
Part = tuple[float, float, Array]
"""Peak, total, sums."""


def attend(q: Array, keys: Array, values: Array) -> Part:
    """One part: what a CTA makes of its keys."""
    scores = keys @ q / np.sqrt(len(q))
    peak = float(scores.max())
    weights = np.exp(scores - peak)
    return peak, float(weights.sum()), weights @ values


def merge(a: Part, b: Part) -> Part:
    """Two parts as one. The order of parts does not matter, only that peaks are taken into account."""
    peak = max(a[0], b[0])
    left, right = np.exp(a[0] - peak), np.exp(b[0] - peak)
    return peak, left * a[1] + right * b[1], left * a[2] + right * b[2]


def by_hand(q: Array, keys: Array, values: Array, chunks: int) -> Array:
    """Attention of one query, the keys cut into chunks of different lengths."""
    cuts = np.array_split(np.arange(len(keys)), chunks)
    part, *others = [attend(q, keys[cut], values[cut]) for cut in cuts]
    for other in others:
        part = merge(part, other)
    _, total, sums = part
    return sums / total


def main() -> None:
    device = open_device("auto")
    rng = np.random.default_rng(0)

    q, keys, values = rng.standard_normal(64), *rng.standard_normal((2, 300, 64))
    whole = by_hand(q, keys, values, 1)
    for chunks in (2, 7, 300):
        assert np.allclose(by_hand(q, keys, values, chunks), whole)

    # Two sequences of different lengths. Fourteen query heads share two KV heads, as in Qwen2.5-0.5B: one CTA serves
    # the seven heads of a KV head, so that each key is read once. Lengths lie on the device: the next token needs no
    # new launch parameters, and a recorded graph can be replayed.
    shape: dict[str, Any] = {"seqs": 2, "capacity": 500, "heads": 14, "kv_heads": 2, "head_dim": 64}
    split = FlashDecoding(**shape, chunks=4)
    inputs = {**split.example_inputs(rng), "lengths": np.array([500, 77], np.int32)}
    out = split(**inputs, device=device)
    expected = split.reference(**inputs)

    heads, length = 14 // 2, 77
    k, v = (inputs[name][1, :length, 3 // heads].astype(float) for name in ("keys", "values"))
    assert np.allclose(by_hand(inputs["q"][1, 3].astype(float), k, v, 4), expected[1, 3])

    # One CTA for all keys gives the same; so does a cache of pages, here of 16 keys in any order.
    alone = IncrementalAttention(**shape)(**inputs, device=device)
    paged = FlashDecoding(**shape, chunks=4, block_size=16)
    pages = paged.example_inputs(rng)
    for name in ("keys", "values"):
        for sequence, blocks in enumerate(pages["block_table"]):
            rows = np.pad(
                inputs[name][sequence], ((0, 12), (0, 0), (0, 0))
            )  # 500 keys fill 32 pages but for 12
            pages[name][blocks] = rows.reshape(-1, 16, *rows.shape[1:])
    given = {**inputs, **{name: pages[name] for name in ("keys", "values", "block_table")}}
    from_pages = paged(**given, device=device)

    for result in (alone, from_pages):
        assert np.allclose(result, out, atol=1e-6)
    error = np.abs(out - expected).max()
    assert (np.abs(out - expected) <= split.tolerance(**inputs)).all()
    print(f"{device.properties.name}: 4 chunks, lengths 500 and 77, largest error {error:.1e}")


if __name__ == "__main__":
    main()
