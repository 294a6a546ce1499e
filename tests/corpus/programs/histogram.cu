// Counts of bytes, by atomics in shared memory and then in global memory.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL histogram(const unsigned char *data, unsigned *counts, int n)
{
    __shared__ unsigned local[256];
    for (int i = threadIdx.x; i < 256; i += blockDim.x) local[i] = 0;
    __syncthreads();
    for (int i = 4 * THREAD; i + 3 < n; i += 4 * gridDim.x * blockDim.x) {
        uchar4 four = *(const uchar4 *)(data + i);
        atomicAdd(&local[four.x], 1);
        atomicAdd(&local[four.y], 1);
        atomicAdd(&local[four.z], 1);
        atomicAdd(&local[four.w], 1);
    }
    if (THREAD < n % 4) atomicAdd(&local[data[n - 1 - THREAD]], 1);
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += blockDim.x)
        if (local[i]) atomicAdd(&counts[i], local[i]);
}
#else
HOST(const unsigned char *data, unsigned *counts, int n)
{
    for (int i = 0; i < n; i++) counts[data[i]]++;
}
#endif
