// SHA-256 of short messages: rotations, additions, constants.
#include "corpus.h"

#ifdef __CUDACC__
#define CONSTANT __constant__
#else
#define CONSTANT static const
#endif

CONSTANT unsigned keys[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

CORE unsigned rotated(unsigned x, int by) { return x >> by | x << (32 - by); }

CORE void digest(const unsigned char *message, int length, unsigned *out)
{
    unsigned w[16] = {0};
    for (int i = 0; i < length; i++) w[i / 4] |= (unsigned)message[i] << (24 - 8 * (i % 4));
    w[length / 4] |= 0x80u << (24 - 8 * (length % 4));
    w[15] = 8 * length;
    unsigned first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}, s[8];
    for (int i = 0; i < 8; i++) s[i] = first[i];
    for (int round = 0; round < 64; round++) {
        unsigned word = w[round % 16];
        unsigned t = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + keys[round] + word;
        unsigned u = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        for (int i = 7; i > 0; i--) s[i] = s[i - 1];
        s[4] += t, s[0] = t + u;
        unsigned a = w[(round + 1) % 16], b = w[(round + 14) % 16];
        w[round % 16] = word + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w[(round + 9) % 16] + (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
    }
    for (int i = 0; i < 8; i++) out[i] = first[i] + s[i];
}

#ifdef __CUDACC__
KERNEL sha256(const unsigned char *text, unsigned *out, int n)
{
    if (THREAD < n) digest(text + THREAD, THREAD % 56, out + 8 * THREAD);
}
#else
HOST(const unsigned char *text, unsigned *out, int n)
{
    for (int i = 0; i < n; i++) digest(text + i, i % 56, out + 8 * i);
}
#endif
