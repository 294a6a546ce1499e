// Bytes of text: words counted, letters raised, hashes, a search, numbers read and written.
#include "corpus.h"

CORE bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

CORE unsigned hash(const char *text, int length)
{
    unsigned value = 2166136261u;
    for (int i = 0; i < length; i++) value = (value ^ (unsigned char)text[i]) * 16777619u;
    return value;
}

CORE unsigned crc32(const char *text, int length)
{
    unsigned crc = ~0u;
    for (int i = 0; i < length; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

CORE int find(const char *text, int length, const char *word)
{
    for (int i = 0; i < length; i++) {
        int j = 0;
        while (word[j] && i + j < length && text[i + j] == word[j]) j++;
        if (!word[j]) return i;
    }
    return -1;
}

CORE int written(unsigned value, char *out)
{
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10); while (value /= 10);
    for (int i = 0; i < count; i++) out[i] = digits[count - 1 - i];
    for (int i = count; i < 10; i++) out[i] = ' ';
    return count;
}

CORE void line(const char *text, int width, char *upper, int *numbers, char *decimal, int i)
{
    const char *row = text + i * width;
    int words = 0;
    bool inside = false;
    for (int j = 0; j < width; j++) {
        char c = row[j];
        words += letter(c) && !inside;
        inside = letter(c);
        upper[i * width + j] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    numbers[5 * i] = words;
    numbers[5 * i + 1] = (int)hash(row, width);
    numbers[5 * i + 2] = (int)crc32(row, width);
    numbers[5 * i + 3] = find(row, width, i & 1 ? "b" : "ab");
    numbers[5 * i + 4] = written((unsigned)numbers[5 * i + 1] >> (i % 30), decimal + 10 * i);
}

#ifdef __CUDACC__
KERNEL strings(const char *text, char *upper, int *numbers, char *decimal, int width, int n)
{
    if (THREAD < n) line(text, width, upper, numbers, decimal, THREAD);
}
#else
HOST(const char *text, char *upper, int *numbers, char *decimal, int width, int n)
{
    for (int i = 0; i < n; i++) line(text, width, upper, numbers, decimal, i);
}
#endif
