// Steps of a five-point stencil with a halo in shared memory, and the game of life on a torus.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL heat(const float *x, float *y, int width, int height)
{
    __shared__ float tile[10][18];
    int tx = threadIdx.x + 1, ty = threadIdx.y + 1;
    int column = blockIdx.x * 16 + threadIdx.x, row = blockIdx.y * 8 + threadIdx.y;
    auto at = [&](int r, int c) { return r >= 0 && r < height && c >= 0 && c < width ? x[r * width + c] : 0.0f; };
    tile[ty][tx] = at(row, column);
    if (threadIdx.x == 0) tile[ty][0] = at(row, column - 1);
    if (threadIdx.x == 15) tile[ty][17] = at(row, column + 1);
    if (threadIdx.y == 0) tile[0][tx] = at(row - 1, column);
    if (threadIdx.y == 7) tile[9][tx] = at(row + 1, column);
    __syncthreads();
    if (row < height && column < width)
        y[row * width + column] = 0.5f * tile[ty][tx]
            + 0.125f * (tile[ty][tx - 1] + tile[ty][tx + 1] + tile[ty - 1][tx] + tile[ty + 1][tx]);
}

KERNEL life(const unsigned char *x, unsigned char *y, int width, int height)
{
    int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= width || row >= height) return;
    int around = 0;
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++)
            around += (i | j) ? x[(row + i + height) % height * width + (column + j + width) % width] : 0;
    y[row * width + column] = around == 3 || (around == 2 && x[row * width + column]);
}
#else
HOST(const float *x, float *y, const unsigned char *cells, unsigned char *next, int width, int height)
{
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            auto at = [&](int r, int c) { return r >= 0 && r < height && c >= 0 && c < width ? x[r * width + c] : 0.0f; };
            y[row * width + column] = 0.5f * at(row, column)
                + 0.125f * (at(row, column - 1) + at(row, column + 1) + at(row - 1, column) + at(row + 1, column));
            int around = 0;
            for (int k = 0; k < 9; k++)
                around += k == 4 ? 0 : cells[(row + k / 3 - 1 + height) % height * width + (column + k % 3 - 1 + width) % width];
            next[row * width + column] = around == 3 || (around == 2 && cells[row * width + column]);
        }
}
#endif
