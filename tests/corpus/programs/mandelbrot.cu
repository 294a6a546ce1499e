// How soon a point escapes: loops of very different length side by side.
#include "corpus.h"

// Products and sums are exact in 32.32 fixed point up to the shift, so contraction cannot change them.
CORE int escape(int column, int row, int limit)
{
    long long cx = (long long)(column * 3) * 30000000 - (2ll << 32), cy = (long long)row * 70000000 - (1ll << 32);
    long long x = 0, y = 0;
    int count = 0;
    while (count < limit) {
        long long xs = (x >> 16) * (x >> 16), ys = (y >> 16) * (y >> 16);
        if (xs + ys > 4ll << 32) break;
        y = 2 * ((x >> 16) * (y >> 16)) + cy;
        x = xs - ys + cx;
        count++;
    }
    return count;
}

CORE float escape_float(float cx, float cy)
{
    float x = 0, y = 0;
    int count = 0;
    for (; count < 4 && x * x + y * y < 4.0f; count++) {
        float next = x * x - y * y + cx;
        y = 2 * x * y + cy, x = next;
    }
    return count;
}

#ifdef __CUDACC__
KERNEL mandelbrot(int *image, float *coarse, int width, int height, int limit)
{
    int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= width || row >= height) return;
    image[row * width + column] = escape(column, row, limit);
    // Multiples of 1/4: four steps stay exact.
    coarse[row * width + column] = escape_float((column % 16 - 8) * 0.25f, (row % 8 - 4) * 0.25f);
}
#else
HOST(int *image, float *coarse, int width, int height, int limit)
{
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            image[row * width + column] = escape(column, row, limit);
            coarse[row * width + column] = escape_float((column % 16 - 8) * 0.25f, (row % 8 - 4) * 0.25f);
        }
}
#endif
