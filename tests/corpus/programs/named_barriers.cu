// Warps with different tasks: one fills a buffer, two others empty it, meeting at barriers of their own.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL warps(const int *x, int *y, int rounds)
{
    __shared__ int box[2][64];
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const int *mine = x + blockIdx.x * rounds * 64;
    if (warp == 0) {
        for (int r = 0; r < rounds; r++) {
            int stage = r & 1;
            if (r >= 2) asm volatile("bar.sync %0, 96;" ::"r"(3 + stage) : "memory");
            box[stage][lane] = mine[r * 64 + lane];
            box[stage][lane + 32] = mine[r * 64 + lane + 32];
            asm volatile("bar.arrive %0, 96;" ::"r"(1 + stage) : "memory");
        }
    } else {
        int sum = 0;
        for (int r = 0; r < rounds; r++) {
            int stage = r & 1;
            asm volatile("bar.sync %0, 96;" ::"r"(1 + stage) : "memory");
            sum = sum * 7 + box[stage][63 - (threadIdx.x - 32)];
            if (r + 2 < rounds) asm volatile("bar.arrive %0, 96;" ::"r"(3 + stage) : "memory");
        }
        y[blockIdx.x * 64 + threadIdx.x - 32] = sum;
    }
}
#else
HOST(const int *x, int *y, int blocks, int rounds)
{
    for (int b = 0; b < blocks; b++)
        for (int t = 0; t < 64; t++) {
            uint32_t sum = 0;
            for (int r = 0; r < rounds; r++) sum = sum * 7 + x[(b * rounds + r) * 64 + 63 - t];
            y[b * 64 + t] = sum;
        }
}
#endif
