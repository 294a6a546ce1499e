// A byte-code machine: a dense switch in a loop becomes a table of branches.
#include "corpus.h"

CORE int interpret(const unsigned char *code, int length, int seed)
{
    int a = seed, b = 1, steps = 0;
    for (int pc = 0; pc < length && steps < 200; pc++, steps++) {
        switch (code[pc] % 13) {
        case 0: a += b; break;
        case 1: a -= 3 * b; break;
        case 2: b = a ^ (b << 1); break;
        case 3: a = a * 5 + 1; break;
        case 4: if (a & 1) pc++; break;
        case 5: b += code[pc]; break;
        case 6: a = b >> 3; // falls through
        case 7: b = b / 3; break;
        case 8: a = a < b ? b : a; break;
        case 9: if (b > 1000) return a; break;
        case 10: { int other = a; a = b; b = other; break; }
        case 11: a &= 0xffff; break;
        default: b = ~b;
        }
    }
    return a * 7 + b;
}

CORE int weekday(int day) // values without an order: a table of constants
{
    switch (day) {
    case 0: return 17;
    case 1: return 3;
    case 2: return 99;
    case 3: return -4;
    case 4: return 0;
    case 5: return 8;
    default: return 1;
    }
}

#ifdef __CUDACC__
KERNEL machine(const unsigned char *code, int *out, int length, int n)
{
    int i = THREAD;
    if (i < n) out[i] = interpret(code + (i & 15), length, i) + weekday(i % 8);
}
#else
HOST(const unsigned char *code, int *out, int length, int n)
{
    for (int i = 0; i < n; i++) out[i] = interpret(code + (i & 15), length, i) + weekday(i % 8);
}
#endif
