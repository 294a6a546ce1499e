// C = A B with the tensor cores: half precision into float, and bytes into integers.
#include "corpus.h"

#ifdef __CUDACC__
#include <mma.h>
using namespace nvcuda::wmma;

KERNEL gemm_half(const __half *a, const __half *b, float *c, int n, int k)
{
    fragment<matrix_a, 16, 16, 16, __half, row_major> left;
    fragment<matrix_b, 16, 16, 16, __half, col_major> right;
    fragment<accumulator, 16, 16, 16, float> sum;
    fill_fragment(sum, 1.0f);
    int row = blockIdx.y * 16, column = (blockIdx.x * blockDim.y + threadIdx.y) * 16;
    for (int i = 0; i < k; i += 16) {
        load_matrix_sync(left, a + row * k + i, k);
        load_matrix_sync(right, b + column * k + i, k);
        mma_sync(sum, left, right, sum);
    }
    store_matrix_sync(c + row * n + column, sum, n, mem_row_major);
}

KERNEL gemm_bytes(const signed char *a, const signed char *b, int *c, int n, int k)
{
    fragment<matrix_a, 16, 16, 16, signed char, row_major> left;
    fragment<matrix_b, 16, 16, 16, signed char, col_major> right;
    fragment<accumulator, 16, 16, 16, int> sum;
    fill_fragment(sum, -1);
    int row = blockIdx.y * 16, column = blockIdx.x * 16;
    for (int i = 0; i < k; i += 16) {
        load_matrix_sync(left, a + row * k + i, k);
        load_matrix_sync(right, b + column * k + i, k);
        mma_sync(sum, left, right, sum);
    }
    store_matrix_sync(c + row * n + column, sum, n, mem_row_major);
}
#else
HOST(const uint16_t *a, const uint16_t *b, const int8_t *x, const int8_t *y, float *c, int *z, int m, int n, int k)
{
    for (int row = 0; row < m; row++)
        for (int column = 0; column < n; column++) {
            double sum = 1;
            int count = -1;
            for (int i = 0; i < k; i++) {
                sum += half_value(a[row * k + i]) * half_value(b[column * k + i]);
                count += x[row * k + i] * y[column * k + i];
            }
            c[row * n + column] = (float)sum;
            z[row * n + column] = count;
        }
}
#endif
