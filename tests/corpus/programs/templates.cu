// One body, several types and sizes.
#include "corpus.h"

template <int N, typename T> struct Small {
    T item[N];
    CORE T dot(const Small &other) const
    {
        T sum = 0;
        for (int i = 0; i < N; i++) sum += item[i] * other.item[i];
        return sum;
    }
};

template <typename T> struct Largest { CORE T operator()(T a, T b) const { return a > b ? a : b; } };
template <typename T> struct Total { CORE T operator()(T a, T b) const { return a + b; } };

template <typename T, int N, typename Join> CORE T fold(const T *x, Join join)
{
    T value = x[0];
    for (int i = 1; i < N; i++) value = join(value, x[i]);
    return value;
}

template <typename T, int N> CORE void work(const T *x, T *out, int i)
{
    Small<N, T> a, b;
    for (int j = 0; j < N; j++) a.item[j] = x[i + j], b.item[j] = x[i + N - 1 - j];
    out[3 * i] = a.dot(b);
    out[3 * i + 1] = fold<T, N>(x + i, Largest<T>());
    out[3 * i + 2] = fold<T, N>(x + i, Total<T>());
}

#ifdef __CUDACC__
template <typename T, int N> __global__ void each(const T *x, T *out, int n)
{
    int i = THREAD;
    if (i < n) work<T, N>(x, out, i);
}
template __global__ void each<int, 3>(const int *, int *, int);
template __global__ void each<short, 4>(const short *, short *, int);
template __global__ void each<unsigned long long, 2>(const unsigned long long *, unsigned long long *, int);
template __global__ void each<float, 5>(const float *, float *, int);
template __global__ void each<double, 2>(const double *, double *, int);
#else
HOST(const int *a, const short *b, const unsigned long long *c, const float *d, const double *e, int *p, short *q,
     unsigned long long *r, float *s, double *t, int n)
{
    for (int i = 0; i < n; i++) {
        work<int, 3>(a, p, i);
        work<short, 4>(b, q, i);
        work<unsigned long long, 2>(c, r, i);
        work<float, 5>(d, s, i);
        work<double, 2>(e, t, i);
    }
}
#endif
