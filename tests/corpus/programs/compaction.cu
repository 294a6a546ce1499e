// What passes a test, moved together in its order: counted by ballots, placed by a scan of the counts.
#include "corpus.h"

CORE bool kept(int value) { return value % 3 != 0 && value > -50; }

#ifdef __CUDACC__
KERNEL count(const int *x, int *counts, int n)
{
    int i = THREAD;
    int total = __syncthreads_count(i < n && kept(x[i]));
    if (threadIdx.x == 0) counts[blockIdx.x] = total;
}

KERNEL place(const int *x, const int *counts, int *y, int *length, int n)
{
    __shared__ int first, warps[4];
    int i = THREAD, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    if (threadIdx.x == 0) {
        int sum = 0;
        for (int b = 0; b < blockIdx.x; b++) sum += counts[b];
        first = sum;
        if (blockIdx.x == gridDim.x - 1) *length = sum + counts[blockIdx.x];
    }
    bool keep = i < n && kept(x[i]);
    unsigned mask = __ballot_sync(EVERYONE, keep);
    if (lane == 0) warps[warp] = __popc(mask);
    __syncthreads();
    int place = first + __popc(mask & ((1u << lane) - 1));
    for (int w = 0; w < warp; w++) place += warps[w];
    if (keep) y[place] = x[i];
    if (__syncthreads_or(i < n && x[i] == 77) && threadIdx.x == 0) atomicOr(length + 1, 1 << blockIdx.x);
    if (__syncthreads_and(keep) && threadIdx.x == 0) atomicOr(length + 1, 256 << blockIdx.x);
}
#else
HOST(const int *x, int *counts, int *y, int *length, int n)
{
    for (int i = 0; i < n; i++) {
        if (kept(x[i])) y[length[0]++] = x[i], counts[i / 128]++;
        if (x[i] == 77) length[1] |= 1 << i / 128;
    }
    for (int b = 0; 128 * b < n; b++) if (counts[b] == 128) length[1] |= 256 << b;
}
#endif
