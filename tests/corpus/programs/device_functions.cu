// Calls that are not inlined: structures by value, pointers to locals, several results.
#include "corpus.h"

struct Fraction { long long top; int bottom; };

#ifdef __CUDACC__
#define OUTLINE __device__ __noinline__
#else
#define OUTLINE static
#endif

OUTLINE int greatest_divisor(int a, int b)
{
    while (b) { int rest = a % b; a = b; b = rest; }
    return a < 0 ? -a : a;
}

OUTLINE Fraction add(Fraction x, Fraction y)
{
    Fraction sum = {x.top * y.bottom + y.top * x.bottom, x.bottom * y.bottom};
    int divisor = greatest_divisor((int)(sum.top % sum.bottom), sum.bottom);
    sum.top /= divisor, sum.bottom /= divisor;
    return sum;
}

OUTLINE void divide(unsigned a, unsigned b, unsigned *quotient, unsigned *rest)
{
    *quotient = a / b, *rest = a % b;
}

OUTLINE float polynomial(const float *coefficients, int count, float x)
{
    float value = 0;
    for (int i = 0; i < count; i++) value = value * x + coefficients[i];
    return value;
}

OUTLINE short narrow(signed char a, unsigned short b, bool odd) { return odd ? (short)(a * b) : (short)(b - a); }

#ifdef __CUDACC__
KERNEL calls(const int *x, long long *tops, int *bottoms, unsigned *rests, float *values, short *shorts, int n)
{
    int i = THREAD;
    if (i >= n) return;
#else
HOST(const int *x, long long *tops, int *bottoms, unsigned *rests, float *values, short *shorts, int n)
{
    for (int i = 0; i < n; i++) {
#endif
    Fraction sum = {x[i] % 100, 1 + (i & 7)};
    for (int j = 1; j < 4; j++) {
        Fraction other = {j, 1 + (x[i] & 3) * j};
        sum = add(sum, other);
    }
    tops[i] = sum.top, bottoms[i] = sum.bottom;
    unsigned quotient, rest;
    divide(x[i], 1 + i, &quotient, &rest);
    rests[i] = quotient ^ rest << 8;
    float powers[5];
    for (int j = 0; j < 5; j++) powers[j] = (float)(x[i] >> j & 15);
    values[i] = polynomial(powers, 2 + i % 4, 0.5f);
    shorts[i] = narrow((signed char)x[i], (unsigned short)(x[i] >> 4), i & 1);
#ifndef __CUDACC__
    }
#endif
}
