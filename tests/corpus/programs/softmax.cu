// Softmax of rows, a block for each: largest value, sum of exponentials, division.
#include "corpus.h"

#ifdef __CUDACC__
__device__ float over_block(float value, float (*join)(float, float)) // inlined with the function known
{
    __shared__ float part[4];
    for (int step = 16; step; step /= 2) value = join(value, __shfl_xor_sync(EVERYONE, value, step));
    __syncthreads();
    if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = value;
    __syncthreads();
    return join(join(part[0], part[1]), join(part[2], part[3]));
}

__device__ float larger(float a, float b) { return fmaxf(a, b); }
__device__ float added(float a, float b) { return a + b; }

KERNEL softmax(const float *x, float *y, int columns)
{
    x += blockIdx.x * columns, y += blockIdx.x * columns;
    float peak = -INFINITY, sum = 0;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) peak = fmaxf(peak, x[i]);
    peak = over_block(peak, larger);
    for (int i = threadIdx.x; i < columns; i += blockDim.x) sum += expf(x[i] - peak);
    sum = over_block(sum, added);
    for (int i = threadIdx.x; i < columns; i += blockDim.x) y[i] = expf(x[i] - peak) / sum;
}

// Peak and sum in one pass, corrected whenever a larger value comes.
KERNEL online(const float *x, float *y, int columns)
{
    x += blockIdx.x * columns, y += blockIdx.x * columns;
    float peak = -INFINITY, sum = 0;
    for (int i = threadIdx.x; i < columns; i += 32) {
        float next = fmaxf(peak, x[i]);
        sum = sum * __expf(peak - next) + __expf(x[i] - next);
        peak = next;
    }
    for (int step = 16; step; step /= 2) {
        float other = __shfl_xor_sync(EVERYONE, peak, step), more = __shfl_xor_sync(EVERYONE, sum, step);
        float next = fmaxf(peak, other);
        sum = (peak == next ? sum : sum * __expf(peak - next)) + (other == next ? more : more * __expf(other - next));
        peak = next;
    }
    for (int i = threadIdx.x; i < columns; i += 32) y[i] = __fdividef(__expf(x[i] - peak), sum);
}
#else
HOST(const float *x, float *y, float *z, int rows, int columns)
{
    for (int r = 0; r < rows; r++, x += columns, y += columns, z += columns) {
        double peak = -INFINITY, sum = 0;
        for (int i = 0; i < columns; i++) peak = std::fmax(peak, x[i]);
        for (int i = 0; i < columns; i++) sum += std::exp(x[i] - peak);
        for (int i = 0; i < columns; i++) y[i] = z[i] = (float)(std::exp(x[i] - peak) / sum);
    }
}
#endif
