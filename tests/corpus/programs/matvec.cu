// A matrix times a vector: a warp for each row, four columns at a time.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL matvec(const float *__restrict__ a, const float *__restrict__ x, float *__restrict__ y, int rows, int columns)
{
    int row = blockIdx.x * blockDim.y + threadIdx.y, lane = threadIdx.x;
    if (row >= rows) return;
    float sum = 0;
    for (int c = 4 * lane; c < columns; c += 128) {
        float4 v = *(const float4 *)&a[row * columns + c], w = *(const float4 *)&x[c];
        sum += v.x * w.x + v.y * w.y + v.z * w.z + v.w * w.w;
    }
    for (int step = 16; step; step /= 2) sum += __shfl_xor_sync(EVERYONE, sum, step);
    if (lane == 0) y[row] = sum;
}
#else
HOST(const float *a, const float *x, float *y, int rows, int columns)
{
    for (int row = 0; row < rows; row++) {
        float sum[32] = {0}, next[32];
        for (int c = 0; c < columns; c += 4) {
            const float *v = a + row * columns + c, *w = x + c;
            sum[c / 4 % 32] += v[0] * w[0] + v[1] * w[1] + v[2] * w[2] + v[3] * w[3];
        }
        for (int step = 16; step; step /= 2) {
            for (int l = 0; l < 32; l++) next[l] = sum[l] + sum[l ^ step];
            std::memcpy(sum, next, sizeof sum);
        }
        y[row] = sum[0];
    }
}
#endif
