// Rows normalised to mean 0 and variance 1, then scaled and shifted; a warp for each row.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL layernorm(const float *x, const float *weight, const float *bias, float *y, int columns, float epsilon)
{
    int row = blockIdx.x * blockDim.y + threadIdx.y;
    x += row * columns, y += row * columns;
    float mean = 0, variance = 0;
    for (int i = threadIdx.x; i < columns; i += 32) mean += x[i];
    for (int step = 16; step; step /= 2) mean += __shfl_xor_sync(EVERYONE, mean, step);
    mean /= columns;
    for (int i = threadIdx.x; i < columns; i += 32) variance += (x[i] - mean) * (x[i] - mean);
    for (int step = 16; step; step /= 2) variance += __shfl_xor_sync(EVERYONE, variance, step);
    float scale = rsqrtf(variance / columns + epsilon);
    for (int i = threadIdx.x; i < columns; i += 32) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
}
#else
HOST(const float *x, const float *weight, const float *bias, float *y, int rows, int columns, float epsilon)
{
    for (int r = 0; r < rows; r++, x += columns, y += columns) {
        double mean = 0, variance = 0;
        for (int i = 0; i < columns; i++) mean += x[i];
        mean /= columns;
        for (int i = 0; i < columns; i++) variance += (x[i] - mean) * (x[i] - mean);
        for (int i = 0; i < columns; i++)
            y[i] = (float)((x[i] - mean) / std::sqrt(variance / columns + epsilon) * weight[i] + bias[i]);
    }
}
#endif
