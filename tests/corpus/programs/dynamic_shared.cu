// Two arrays of different types in shared memory whose size the launch gives.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL reorder(const int *x, const unsigned char *keys, long long *out, int n)
{
    extern __shared__ __align__(16) unsigned char raw[];
    long long *values = (long long *)raw;
    unsigned char *order = raw + 8 * blockDim.x;
    __shared__ int extra[3];
    int i = THREAD, t = threadIdx.x;
    values[t] = i < n ? (long long)x[i] << 20 : -1;
    order[t] = i < n ? keys[i] % blockDim.x : t;
    if (t < 3) extra[t] = t * t + blockIdx.x;
    __syncthreads();
    if (i < n) out[i] = values[order[t]] + order[blockDim.x - 1 - t] + extra[t % 3];
}
#else
HOST(const int *x, const unsigned char *keys, long long *out, int n)
{
    for (int i = 0; i < n; i++) {
        int t = i % 64, first = i - t, j = first + keys[i] % 64, k = first + 63 - t;
        out[i] = (j < n ? (long long)x[j] * (1 << 20) : -1) + (k < n ? keys[k] % 64 : 63 - t) + t % 3 * (t % 3) + i / 64;
    }
}
#endif
