// Tiles copied asynchronously into one half of a buffer while the other half is used.
#include "corpus.h"

#ifdef __CUDACC__
__device__ void copy(int *to, const int *from, int bytes)
{
    unsigned place = (unsigned)__cvta_generic_to_shared(to);
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(place), "l"(from), "r"(bytes) : "memory");
}

__device__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int N> __device__ void wait() { asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory"); }

KERNEL pipeline(const int *x, int *y, int tiles)
{
    __shared__ __align__(16) int buffer[2][256];
    const int *mine = x + blockIdx.x * tiles * 256;
    copy(&buffer[0][4 * threadIdx.x], mine + 4 * threadIdx.x, 16);
    commit();
    int sum = 0;
    for (int t = 0; t < tiles; t++) {
        if (t + 1 < tiles)
            copy(&buffer[(t + 1) & 1][4 * threadIdx.x], mine + (t + 1) * 256 + 4 * threadIdx.x, 16);
        commit();
        wait<1>();
        __syncthreads();
        for (int j = 0; j < 4; j++) sum = sum * 3 + buffer[t & 1][(threadIdx.x * 5 + j * 64) % 256];
        __syncthreads();
    }
    y[THREAD] = sum;
}

// The last piece is short: the rest is filled with zeros.
KERNEL ragged(const int *x, int *y, int n)
{
    __shared__ __align__(16) int buffer[256];
    int left = n - (int)(blockIdx.x * 256 + 4 * threadIdx.x);
    int bytes = left >= 4 ? 16 : left > 0 ? 4 * left : 0;
    copy(&buffer[4 * threadIdx.x], x + (bytes ? blockIdx.x * 256 + 4 * threadIdx.x : 0), bytes);
    commit();
    wait<0>();
    __syncthreads();
    y[THREAD] = buffer[threadIdx.x] - buffer[255 - threadIdx.x] + buffer[threadIdx.x + 64] * buffer[191 - threadIdx.x];
}
#else
HOST(const int *x, int *y, int *z, int blocks, int tiles, int n)
{
    for (int b = 0; b < blocks; b++)
        for (int t = 0; t < 64; t++) {
            uint32_t sum = 0;
            for (int k = 0; k < tiles; k++)
                for (int j = 0; j < 4; j++) sum = sum * 3 + x[(b * tiles + k) * 256 + (t * 5 + j * 64) % 256];
            y[b * 64 + t] = sum;
            auto at = [&](int i) { return (uint32_t)(b * 256 + i < n ? x[b * 256 + i] : 0); };
            z[b * 64 + t] = at(t) - at(255 - t) + at(t + 64) * at(191 - t);
        }
}
#endif
