"""Kernels in CuTe DSL, compiled to PTX without a GPU.

`CUTE_DSL_ARCH=sm_90a CUTE_DSL_KEEP=ptx python cute_kernels.py` writes the PTX of each into the current folder, under long
names; in the corpus they are called `cute_KERNEL.sm_90.ptx`.
"""

import cutlass
import cutlass.cute as cute
from cutlass import memory
from cutlass.cute.nvgpu import cpasync, warp
from cutlass.cute.runtime import make_fake_compact_tensor

THREADS = 128
TILE, DEPTH = 64, 32


@cute.kernel
def axpy_kernel(x: cute.Tensor, y: cute.Tensor, factor: cutlass.Float32):
    """y = factor * x + y."""
    thread, _, _ = cute.arch.thread_idx()
    block, _, _ = cute.arch.block_idx()
    at = block * THREADS + thread
    if at < cute.size(x):
        y[at] = factor * x[at] + y[at]


@cute.jit
def axpy(x: cute.Tensor, y: cute.Tensor, factor: cutlass.Float32):
    grid = [cute.ceil_div(cute.size(x), THREADS), 1, 1]
    axpy_kernel(x, y, factor).launch(grid=grid, block=[THREADS, 1, 1])


@cute.kernel
def row_sums_kernel(x: cute.Tensor, y: cute.Tensor):
    """The sum of each row, by shuffles and shared memory; a row has 1024 elements."""
    thread, _, _ = cute.arch.thread_idx()
    row, _, _ = cute.arch.block_idx()
    total = cutlass.Float32(0.0)
    for i in cutlass.range_constexpr(1024 // THREADS):
        total += x[row, i * THREADS + thread]
    total = cute.arch.warp_reduction_sum(total)
    parts = memory.SmemAllocator().allocate_tensor(cutlass.Float32, cute.make_layout(THREADS // 32), 16)
    if thread % 32 == 0:
        parts[thread // 32] = total
    cute.arch.sync_threads()
    if thread == 0:
        all_warps = parts[0]
        for i in cutlass.range_constexpr(1, THREADS // 32):
            all_warps += parts[i]
        y[row] = all_warps


@cute.jit
def row_sums(x: cute.Tensor, y: cute.Tensor):
    row_sums_kernel(x, y).launch(grid=[cute.size(y), 1, 1], block=[THREADS, 1, 1])


@cute.kernel
def gemm_kernel(
    a: cute.Tensor, b: cute.Tensor, c: cute.Tensor, product: cute.TiledMma, copy: cute.TiledCopy
):
    """One 64 x 64 tile of c = a @ b.T: cp.async into shared memory, ldmatrix, mma.sync."""
    thread, _, _ = cute.arch.thread_idx()
    row, column, _ = cute.arch.block_idx()
    from_a = cute.local_tile(a, (TILE, DEPTH), (row, None))
    from_b = cute.local_tile(b, (TILE, DEPTH), (column, None))
    to_c = cute.local_tile(c, (TILE, TILE), (row, column))
    layout = cute.make_layout((TILE, DEPTH), stride=(DEPTH, 1))
    storage = memory.SmemAllocator()
    tile_a = storage.allocate_tensor(cutlass.Float16, layout, 16)
    tile_b = storage.allocate_tensor(cutlass.Float16, layout, 16)

    mine, ours = copy.get_slice(thread), product.get_slice(thread)
    source_a, target_a = mine.partition_S(from_a), mine.partition_D(tile_a)
    source_b, target_b = mine.partition_S(from_b), mine.partition_D(tile_b)
    left = product.make_fragment_A(ours.partition_A(tile_a))
    right = product.make_fragment_B(ours.partition_B(tile_b))
    results = ours.partition_C(to_c)
    total = product.make_fragment_C(results)
    total.fill(0.0)

    load = cute.make_copy_atom(warp.LdMatrix8x8x16bOp(False, 4), cutlass.Float16)
    load_a, load_b = cute.make_tiled_copy_A(load, product), cute.make_tiled_copy_B(load, product)
    matrix_a, matrix_b = load_a.get_slice(thread), load_b.get_slice(thread)
    for k in cutlass.range(cute.size(from_a, mode=[2])):
        cute.copy(copy, source_a[None, None, None, k], target_a)
        cute.copy(copy, source_b[None, None, None, k], target_b)
        cute.arch.cp_async_commit_group()
        cute.arch.cp_async_wait_group(0)
        cute.arch.sync_threads()
        cute.copy(load_a, matrix_a.partition_S(tile_a), matrix_a.retile(left))
        cute.copy(load_b, matrix_b.partition_S(tile_b), matrix_b.retile(right))
        cute.gemm(product, total, left, right, total)
        cute.arch.sync_threads()
    cute.autovec_copy(total, results)


@cute.jit
def gemm(a: cute.Tensor, b: cute.Tensor, c: cute.Tensor):
    operation = warp.MmaF16BF16Op(cutlass.Float16, cutlass.Float32, (16, 8, 16))
    product = cute.make_tiled_mma(operation, cute.make_layout((2, 2, 1)), permutation_mnk=(32, 32, 16))
    asynchronous = cute.make_copy_atom(
        cpasync.CopyG2SOp(cache_mode=cpasync.LoadCacheMode.GLOBAL), cutlass.Float16, num_bits_per_copy=128
    )
    copy = cute.make_tiled_copy_tv(
        asynchronous, cute.make_layout((32, 4), stride=(4, 1)), cute.make_layout((1, 8))
    )
    grid = [cute.size(c, mode=[0]) // TILE, cute.size(c, mode=[1]) // TILE, 1]
    gemm_kernel(a, b, c, product, copy).launch(grid=grid, block=[THREADS, 1, 1])


def fake(dtype, *shape):
    """A row-major tensor without memory, aligned to 16 bytes."""
    order = tuple(reversed(range(len(shape))))
    return make_fake_compact_tensor(dtype, shape, stride_order=order, assumed_align=16)


if __name__ == "__main__":
    n = cute.sym_int()
    cute.compile(axpy, fake(cutlass.Float32, n), fake(cutlass.Float32, n), cutlass.Float32(2.0))
    cute.compile(row_sums, fake(cutlass.Float32, 8, 1024), fake(cutlass.Float32, 8))
    half = fake(cutlass.Float16, 128, 96)
    cute.compile(gemm, half, half, fake(cutlass.Float32, 128, 128))
