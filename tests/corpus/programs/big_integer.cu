// 256-bit numbers: sums with a chain of carries, products, and remainders bit by bit.
#include "corpus.h"

#ifdef __CUDACC__
struct Big { unsigned word[8]; };

__device__ Big operator+(Big a, const Big &b)
{
    asm("add.cc.u32 %0, %0, %8;\n\taddc.cc.u32 %1, %1, %9;\n\taddc.cc.u32 %2, %2, %10;\n\taddc.cc.u32 %3, %3, %11;\n\t"
        "addc.cc.u32 %4, %4, %12;\n\taddc.cc.u32 %5, %5, %13;\n\taddc.cc.u32 %6, %6, %14;\n\taddc.u32 %7, %7, %15;"
        : "+r"(a.word[0]), "+r"(a.word[1]), "+r"(a.word[2]), "+r"(a.word[3]), "+r"(a.word[4]), "+r"(a.word[5]),
          "+r"(a.word[6]), "+r"(a.word[7])
        : "r"(b.word[0]), "r"(b.word[1]), "r"(b.word[2]), "r"(b.word[3]), "r"(b.word[4]), "r"(b.word[5]), "r"(b.word[6]),
          "r"(b.word[7]));
    return a;
}

__device__ Big operator*(const Big &a, const Big &b)
{
    Big product = {};
    for (int i = 0; i < 8; i++) {
        unsigned carry = 0;
        for (int j = 0; i + j < 8; j++) {
            unsigned long long t = (unsigned long long)a.word[i] * b.word[j] + product.word[i + j] + carry;
            product.word[i + j] = (unsigned)t, carry = (unsigned)(t >> 32);
        }
    }
    return product;
}

__device__ unsigned remainder(const Big &a, unsigned by)
{
    unsigned long long rest = 0;
    for (int i = 7; i >= 0; i--) rest = (rest << 32 | a.word[i]) % by;
    return (unsigned)rest;
}

KERNEL big(const Big *x, const Big *y, Big *sums, Big *products, unsigned *rests, int n)
{
    int i = THREAD;
    if (i >= n) return;
    sums[i] = x[i] + y[i];
    products[i] = x[i] * y[i];
    rests[i] = remainder(products[i], x[i].word[3] | 1);
}
#else
HOST(const unsigned *x, const unsigned *y, unsigned *sums, unsigned *products, unsigned *rests, int n)
{
    for (int i = 0; i < n; i++, x += 8, y += 8, sums += 8, products += 8) {
        uint64_t carry = 0;
        for (int j = 0; j < 8; j++) {
            carry += (uint64_t)x[j] + y[j];
            sums[j] = (uint32_t)carry, carry >>= 32;
        }
        unsigned __int128 column = 0;
        for (int j = 0; j < 8; j++) {
            for (int k = 0; k <= j; k++) column += (uint64_t)x[k] * y[j - k];
            products[j] = (uint32_t)column, column >>= 32;
        }
        uint64_t rest = 0, by = x[3] | 1;
        for (int bit = 255; bit >= 0; bit--) rest = (2 * rest + (products[bit / 32] >> bit % 32 & 1)) % by;
        rests[i] = (uint32_t)rest;
    }
}
#endif
