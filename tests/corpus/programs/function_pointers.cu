// Functions chosen at run time, from a table and through virtual methods, and recursion.
#include "corpus.h"

#ifdef __CUDACC__
#define OUTLINE __device__ __noinline__
#define TABLE __device__
#else
#define OUTLINE static
#define TABLE static
#endif

OUTLINE int add(int a, int b) { return a + b; }
OUTLINE int subtract(int a, int b) { return a - b; }
OUTLINE int multiply(int a, int b) { return a * b; }
OUTLINE int mix(int a, int b) { return (a ^ b) * 31 + (a & b); }

typedef int (*Operation)(int, int);
TABLE Operation operations[4] = {add, subtract, multiply, mix};

OUTLINE int ackermann(int m, int n)
{
    if (m == 0) return n + 1;
    if (n == 0) return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

OUTLINE unsigned collatz(unsigned value, unsigned depth)
{
    if (value <= 1 || depth == 0) return 0;
    return 1 + collatz(value & 1 ? 3 * value + 1 : value / 2, depth - 1);
}

struct Shape {
    int size;
#ifdef __CUDACC__
    __device__
#endif
    virtual int area() const { return size; }
};

struct Square : Shape {
#ifdef __CUDACC__
    __device__
#endif
    int area() const override { return size * size; }
};

struct Strip : Shape {
    int width;
#ifdef __CUDACC__
    __device__
#endif
    int area() const override { return size * width; }
};

#ifdef __CUDACC__
KERNEL chosen(const int *x, int *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
#else
HOST(const int *x, int *out, int n)
{
    for (int i = 0; i < n; i++) {
#endif
    int value = x[i] & 0xffff;
    for (int j = 0; j < 5; j++) value = operations[(x[i] >> (16 + 2 * j)) & 3](value, j + i) & 0xfffff;
    value += ackermann(i % 3, x[i] & 3) + (int)collatz((x[i] & 255) + 1, 20);
    Shape plain;
    Square square;
    Strip strip;
    plain.size = i, square.size = i + 1, strip.size = i + 2, strip.width = 3;
    const Shape *shape = x[i] & 1 ? &plain : x[i] & 2 ? (const Shape *)&square : &strip;
    out[i] = value * 1024 + shape->area();
#ifndef __CUDACC__
    }
#endif
}
