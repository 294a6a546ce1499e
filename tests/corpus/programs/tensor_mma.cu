// The tensor cores by hand: fragments through ldmatrix, products of halves, bfloat16, tf32 and bytes.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL halves(const uint4 *a, const uint4 *b, float *c) // one warp: 16 x 16 times (8 x 16) transposed
{
    __shared__ uint4 left[32], right[16];
    int lane = threadIdx.x;
    left[lane] = a[lane];
    if (lane < 16) right[lane] = b[lane];
    __syncwarp();
    unsigned p[4], q[2];
    unsigned from = (unsigned)__cvta_generic_to_shared(&left[lane % 16 * 2 + lane / 16]);
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(p[0]), "=r"(p[1]), "=r"(p[2]), "=r"(p[3]) : "r"(from));
    from = (unsigned)__cvta_generic_to_shared(&right[lane % 8 * 2 + lane / 8 % 2]);
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];" : "=r"(q[0]), "=r"(q[1]) : "r"(from));
    float d[4] = {1, 2, 3, 4};
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(p[0]), "r"(p[1]), "r"(p[2]), "r"(p[3]), "r"(q[0]), "r"(q[1]));
    int row = lane / 4, column = lane % 4 * 2;
    c[row * 8 + column] = d[0], c[row * 8 + column + 1] = d[1];
    c[(row + 8) * 8 + column] = d[2], c[(row + 8) * 8 + column + 1] = d[3];
}

KERNEL bytes(const unsigned *a, const unsigned *b, int *c) // one warp: 16 x 32 times (8 x 32) transposed
{
    int lane = threadIdx.x, row = lane / 4, column = lane % 4;
    int d[4] = {0, 0, 0, 0};
    asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.u8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
                 : "r"(a[row * 8 + column]), "r"(a[(row + 8) * 8 + column]), "r"(a[row * 8 + column + 4]),
                   "r"(a[(row + 8) * 8 + column + 4]), "r"(b[row * 8 + column]), "r"(b[row * 8 + column + 4]));
    c[row * 8 + 2 * column] = d[0], c[row * 8 + 2 * column + 1] = d[1];
    c[(row + 8) * 8 + 2 * column] = d[2], c[(row + 8) * 8 + 2 * column + 1] = d[3];
}
#else
HOST(const uint16_t *a, const uint16_t *b, const int8_t *x, const uint8_t *y, float *c, int *z)
{
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 8; j++) {
            double sum = 1 + j % 2 + i / 8 * 2;
            for (int k = 0; k < 16; k++) sum += half_value(a[16 * i + k]) * half_value(b[16 * j + k]);
            c[8 * i + j] = (float)sum;
            z[8 * i + j] = 0;
            for (int k = 0; k < 32; k++) z[8 * i + j] += x[32 * i + k] * y[32 * j + k];
        }
}
#endif
