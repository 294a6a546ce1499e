// What every program shares. `nvcc` compiles the kernels, a plain C++ compiler the function `host` that defines what
// they must compute; `CORE` functions belong to both.
#pragma once

#include <stdint.h>

#ifdef __CUDACC__

#define CORE __host__ __device__ __forceinline__
#define KERNEL extern "C" __global__ void
#define THREAD (blockIdx.x * blockDim.x + threadIdx.x)
#define EVERYONE 0xffffffffu

#else

#define CORE inline
#define HOST extern "C" void host

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

// IEEE binary16 and bfloat16 by their definition: `round_to` rounds a number to `digits` bits (ties to even) with
// subnormals below 2^`lowest`.
static inline double round_to(double x, int digits, int lowest)
{
    int exponent;
    std::frexp(x, &exponent);
    int unit = exponent - digits < lowest ? lowest : exponent - digits;
    return std::ldexp(std::nearbyint(std::ldexp(x, -unit)), unit);
}

static inline double half_value(uint16_t bits)
{
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    double size = exponent == 31 ? (fraction ? NAN : INFINITY)
                : exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
    return bits >> 15 ? -size : size;
}

static inline uint16_t half_bits(double x)
{
    uint16_t sign = std::signbit(x) ? 0x8000 : 0;
    double size = round_to(std::fabs(x), 11, -24);
    if (std::isnan(x)) return 0x7fff;
    if (size >= 65520) return sign | 0x7c00;
    if (size < std::ldexp(1, -14)) return sign | (uint16_t)std::ldexp(size, 24);
    int exponent;
    double fraction = std::frexp(size, &exponent);
    return sign | (uint16_t)((exponent + 14) << 10 | ((int)std::ldexp(fraction, 11) - 1024));
}

static inline double bfloat_value(uint16_t bits)
{
    uint32_t word = (uint32_t)bits << 16;
    float value;
    std::memcpy(&value, &word, 4);
    return value;
}

static inline uint16_t bfloat_bits(double x)
{
    float value = (float)round_to(x, 8, -133);
    uint32_t word;
    std::memcpy(&word, &value, 4);
    return word >> 16;
}

#endif
