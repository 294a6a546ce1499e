// C = A B with 16 x 16 tiles in shared memory.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL gemm(const float *a, const float *b, float *c, int m, int n, int k)
{
    __shared__ float left[16][16], right[16][16];
    int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
    float sum = 0;
    for (int start = 0; start < k; start += 16) {
        int i = start + threadIdx.x, j = start + threadIdx.y;
        left[threadIdx.y][threadIdx.x] = row < m && i < k ? a[row * k + i] : 0;
        right[threadIdx.y][threadIdx.x] = j < k && column < n ? b[j * n + column] : 0;
        __syncthreads();
#pragma unroll
        for (int step = 0; step < 16; step++) sum += left[threadIdx.y][step] * right[step][threadIdx.x];
        __syncthreads();
    }
    if (row < m && column < n) c[row * n + column] = sum;
}
#else
HOST(const float *a, const float *b, float *c, int m, int n, int k)
{
    for (int row = 0; row < m; row++)
        for (int column = 0; column < n; column++) {
            float sum = 0;
            for (int i = 0; i < k; i++) sum += a[row * k + i] * b[i * n + column];
            c[row * n + column] = sum;
        }
}
#endif
