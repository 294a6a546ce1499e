// A transpose through a padded tile in shared memory, for matrices that no tile divides.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL transpose(const int *x, int *y, int rows, int columns)
{
    __shared__ int tile[32][33];
    int column = blockIdx.x * 32 + threadIdx.x, row = blockIdx.y * 32 + threadIdx.y;
    for (int j = 0; j < 32; j += blockDim.y)
        if (row + j < rows && column < columns) tile[threadIdx.y + j][threadIdx.x] = x[(row + j) * columns + column];
    __syncthreads();
    column = blockIdx.y * 32 + threadIdx.x, row = blockIdx.x * 32 + threadIdx.y;
    for (int j = 0; j < 32; j += blockDim.y)
        if (row + j < columns && column < rows) y[(row + j) * rows + column] = tile[threadIdx.x][threadIdx.y + j];
}
#else
HOST(const int *x, int *y, int rows, int columns)
{
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) y[c * rows + r] = x[r * columns + c];
}
#endif
