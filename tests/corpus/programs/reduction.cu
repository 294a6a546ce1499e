// Sums and largest values: shuffles within a warp, shared memory within a block, the last block to finish adds the rest.
#include "corpus.h"

#ifdef __CUDACC__
__device__ unsigned finished;

__device__ int warp_sum(int value)
{
    for (int step = 16; step; step >>= 1)
        value += __shfl_down_sync(EVERYONE, value, step);
    return value;
}

__device__ int block_sum(int value)
{
    __shared__ int part[32];
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    value = warp_sum(value);
    if (lane == 0) part[warp] = value;
    __syncthreads();
    value = threadIdx.x < blockDim.x / 32 ? part[lane] : 0;
    return warp == 0 ? warp_sum(value) : 0;
}

KERNEL sum(const int *x, volatile int *partial, int *total, int n)
{
    int value = 0;
    for (int i = THREAD; i < n; i += gridDim.x * blockDim.x)
        value += x[i];
    value = block_sum(value);
    __shared__ bool last;
    if (threadIdx.x == 0) {
        partial[blockIdx.x] = value;
        __threadfence();
        last = atomicInc(&finished, gridDim.x - 1) == gridDim.x - 1;
    }
    __syncthreads();
    if (last) {
        value = threadIdx.x < gridDim.x ? partial[threadIdx.x] : 0;
        __syncthreads();
        value = block_sum(value);
        if (threadIdx.x == 0) *total = value;
    }
}

// A tree in shared memory; the last warp needs no barrier but the warp's own.
KERNEL largest(const float *x, float *result, int n)
{
    __shared__ float tree[128];
    float value = -INFINITY;
    for (int i = THREAD; i < n; i += gridDim.x * blockDim.x)
        value = fmaxf(value, x[i]);
    tree[threadIdx.x] = value;
    __syncthreads();
    for (int half = 64; half > 16; half >>= 1) {
        if (threadIdx.x < half) tree[threadIdx.x] = fmaxf(tree[threadIdx.x], tree[threadIdx.x + half]);
        __syncthreads();
    }
    if (threadIdx.x < 32) {
        for (int half = 16; half; half >>= 1) {
            float other = tree[threadIdx.x + half];
            __syncwarp();
            tree[threadIdx.x] = fmaxf(tree[threadIdx.x], other);
            __syncwarp();
        }
        if (threadIdx.x == 0) result[blockIdx.x] = tree[0];
    }
}
#else
HOST(const int *x, const float *y, int *partial, int *total, float *peak, int n)
{
    *total = 0;
    for (int b = 0; b < 5; b++) partial[b] = 0;
    for (int b = 0; b < 3; b++) peak[b] = -INFINITY;
    for (int i = 0; i < n; i++) {
        *total += x[i];
        partial[i / 128 % 5] += x[i];
        peak[i / 128 % 3] = std::fmax(peak[i / 128 % 3], y[i]);
    }
}
#endif
