"""Kernels on torch tensors: on the GPU they are used where they are, in torch's own stream; on the CPU they are copied.

Needs torch (`pip install 'ptxgen[peer]'`). The same lines run on both; without a GPU the emulator does the work.
"""

from __future__ import annotations

import sys

import numpy as np

from ptxgen.kernels import Saxpy, VectorizedQ4KGemv
from ptxgen.quant import Q4_K

try:
    import torch
except ImportError:
    sys.exit("this example needs torch: pip install 'ptxgen[peer]'")


def main() -> None:
    where = "cuda" if torch.cuda.is_available() else "cpu"
    generator = torch.Generator().manual_seed(0)

    x = torch.randn(1000, generator=generator).to(where)
    y = torch.randn(1000, generator=generator).to(where)
    before = y.clone()
    out = Saxpy(n=1000)(
        x, y, 2.0
    )  # an updated array comes back: the same tensor on a GPU, a new one on the CPU
    assert torch.is_tensor(out)
    assert out.device.type == where
    error = (out.double() - (2.0 * x.double() + before.double())).abs().max().item()
    print(f"saxpy on {where} tensors: largest error {error:.1e}")
    assert error < 1e-6

    weights = torch.randn(64, 512, generator=generator)
    packed = torch.from_numpy(Q4_K.encode(weights.numpy())).to(where)  # 4.5 bits a weight, as in GGUF files
    x = torch.randn(512, generator=generator).to(where)
    y = VectorizedQ4KGemv(n=64, k=512)(packed, x)
    decoded = torch.from_numpy(Q4_K.decode(packed.cpu().numpy()).astype(np.float64)).to(where)
    error = (y.double() - decoded @ x.double()).abs().max().item()
    print(f"Q4_K weights times a torch vector: largest error {error:.1e}")
    assert error < 1e-4


if __name__ == "__main__":
    main()
