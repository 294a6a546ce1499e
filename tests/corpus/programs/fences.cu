// A producer and consumers within a block, over flags and fences; a lock; counters that are read while they change.
#include "corpus.h"

#ifdef __CUDACC__
__device__ int lock;
__device__ int guarded;

KERNEL hand_over(const int *x, int *y, int rounds)
{
    __shared__ volatile int box;
    __shared__ volatile int filled;
    if (threadIdx.x == 0) filled = 0;
    __syncthreads();
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    for (int r = 0; r < rounds; r++) {
        if (warp == 0 && lane == 0) {
            while (filled) ;
            box = x[blockIdx.x * rounds + r] * 2;
            __threadfence_block();
            filled = 1;
        }
        if (warp == 1 && lane == 0) {
            while (!filled) ;
            __threadfence_block();
            y[blockIdx.x * rounds + r] = box + 1;
            filled = 0;
        }
    }
}

KERNEL locked(const int *x, int n)
{
    if (threadIdx.x == 0 && blockIdx.x < n) {
        while (atomicCAS(&lock, 0, 1)) __nanosleep(20);
        __threadfence();
        *(volatile int *)&guarded = *(volatile int *)&guarded + x[blockIdx.x];
        __threadfence_system();
        atomicExch(&lock, 0);
    }
}

KERNEL collect(int *sum) { *sum = guarded, guarded = 0; }
#else
HOST(const int *x, int *y, int *sum, int rounds, int n)
{
    for (int i = 0; i < rounds * 3; i++) y[i] = 2 * x[i] + 1;
    for (int i = 0; i < n; i++) *sum += x[i];
}
#endif
