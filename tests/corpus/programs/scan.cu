// Inclusive prefix sums: warps by shuffles, blocks by shared memory, then the sums of the blocks before.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL scan_blocks(const unsigned *x, unsigned *y, unsigned *sums, int n)
{
    __shared__ unsigned warps[8];
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, i = THREAD;
    unsigned value = i < n ? x[i] : 0;
#pragma unroll
    for (int step = 1; step < 32; step *= 2) {
        unsigned other = __shfl_up_sync(EVERYONE, value, step);
        if (lane >= step) value += other;
    }
    if (lane == 31) warps[warp] = value;
    __syncthreads();
    if (warp == 0) {
        unsigned total = lane < 8 ? warps[lane] : 0;
        for (int step = 1; step < 8; step *= 2) {
            unsigned other = __shfl_up_sync(EVERYONE, total, step, 8);
            if ((lane & 7) >= step) total += other;
        }
        if (lane < 8) warps[lane] = total;
    }
    __syncthreads();
    if (warp > 0) value += warps[warp - 1];
    if (i < n) y[i] = value;
    if (threadIdx.x == blockDim.x - 1) sums[blockIdx.x] = value;
}

KERNEL add_sums(unsigned *y, const unsigned *sums, int n)
{
    unsigned before = 0;
    for (int b = 0; b < blockIdx.x; b++) before += sums[b];
    if (THREAD < n) y[THREAD] += before;
}
#else
HOST(const unsigned *x, unsigned *y, unsigned *sums, int n)
{
    unsigned total = 0;
    for (int i = 0; i < n; i++) {
        y[i] = total += x[i];
        sums[i / 256] = y[i] - (i / 256 ? y[i / 256 * 256 - 1] : 0);
    }
}
#endif
