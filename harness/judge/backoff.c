/* SPDX-License-Identifier: Apache-2.0 */
#include "backoff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LEAST_WAITS = 4,
    AT_ONCE_MS = 25,         /* a wait that is none */
    NOISE_MS = 40,           /* of timers, and of the way to us */
    NOISE_PERCENT = 8,       /* chance that is less is none that helps */
    STEP_PERCENT = 15,       /* of the step of a linear one */
    LEAST_RATIO = 1200,      /* of an exponential one, in thousandths */
    SLOPE_EXPONENTIAL = 550, /* thousandths of a doubling a wait, with chance */
    SLOPE_LINEAR = 250
};

static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static bool is_close(uint64_t a, uint64_t b)
{
    uint64_t larger = a > b ? a : b;
    uint64_t noise = larger * NOISE_PERCENT / 100;

    return difference(a, b) <= (noise > NOISE_MS ? noise : NOISE_MS);
}

static uint64_t longest(const struct judge_backoff *b)
{
    uint64_t found = 0;

    for (size_t i = 0; i < b->count; i++)
        found = b->waits_ms[i] > found ? b->waits_ms[i] : found;
    return found;
}

static bool is_constant(const struct judge_backoff *b)
{
    for (size_t i = 1; i < b->count; i++)
        if (!is_close(b->waits_ms[0], b->waits_ms[i]))
            return false;
    return true;
}

/* Waits before the limit is reached; behind it all are alike. */
static size_t growing(const struct judge_backoff *b)
{
    size_t count = b->count;

    while (count > 2 && is_close(b->waits_ms[count - 1], b->waits_ms[count - 2]))
        count--;
    return count;
}

static bool is_linear(const struct judge_backoff *b, size_t count)
{
    uint64_t step = 0;

    if (count < 3 || b->waits_ms[count - 1] <= b->waits_ms[0])
        return false;
    step = (b->waits_ms[count - 1] - b->waits_ms[0]) / (count - 1);
    for (size_t i = 1; i < count; i++) {
        uint64_t here = b->waits_ms[i] - b->waits_ms[i - 1];

        if (b->waits_ms[i] <= b->waits_ms[i - 1] ||
            difference(here, step) > NOISE_MS + step * STEP_PERCENT / 100)
            return false;
    }
    return true;
}

/* Each wait the one before it, times the same factor. */
static bool is_exponential(const struct judge_backoff *b, size_t count)
{
    uint64_t ratio = 0;

    if (count < 3 || b->waits_ms[count - 2] == 0)
        return false;
    ratio = b->waits_ms[count - 1] * 1000 / b->waits_ms[count - 2];
    if (ratio < LEAST_RATIO)
        return false;
    for (size_t i = 1; i < count; i++)
        if (!is_close(b->waits_ms[i], b->waits_ms[i - 1] * ratio / 1000))
            return false;
    return true;
}

/* Thousandths of the logarithm to base 2; between powers of two a straight line will do. */
static int64_t log2_milli(uint64_t value)
{
    int64_t whole = 0;
    uint64_t power = 1;

    if (value == 0)
        return 0;
    while (value / power >= 2) {
        power *= 2;
        whole++;
    }
    return whole * 1000 + (int64_t)((value - power) * 1000 / power);
}

/* How many doublings a wait, in thousandths, by least squares. */
static int64_t slope_milli(const struct judge_backoff *b)
{
    int64_t n = (int64_t)b->count;
    int64_t sum_iy = 0;
    int64_t sum_y = 0;
    int64_t sum_i = n * (n - 1) / 2;
    int64_t sum_ii = n * (n - 1) * (2 * n - 1) / 6;

    for (int64_t i = 0; i < n; i++) {
        int64_t y = log2_milli(b->waits_ms[i]);

        sum_y += y;
        sum_iy += i * y;
    }
    return (n * sum_iy - sum_i * sum_y) / (n * sum_ii - sum_i * sum_i);
}

static enum judge_backoff_kind kind_by_slope(int64_t slope)
{
    if (slope >= SLOPE_EXPONENTIAL)
        return BACKOFF_EXPONENTIAL;
    return slope >= SLOPE_LINEAR ? BACKOFF_LINEAR : BACKOFF_CONSTANT;
}

void backoff_classify(struct judge_backoff *b)
{
    size_t count = growing(b);

    b->has_jitter = false;
    if (b->count < LEAST_WAITS)
        b->kind = BACKOFF_UNKNOWN;
    else if (longest(b) <= AT_ONCE_MS)
        b->kind = BACKOFF_NONE;
    else if (is_constant(b))
        b->kind = BACKOFF_CONSTANT;
    else if (is_linear(b, count))
        b->kind = BACKOFF_LINEAR;
    else if (is_exponential(b, count))
        b->kind = BACKOFF_EXPONENTIAL;
    else {
        b->has_jitter = true;
        b->kind = kind_by_slope(slope_milli(b));
    }
}

const char *judge_backoff_name(enum judge_backoff_kind kind)
{
    static const char *const names[] = {
        [BACKOFF_UNKNOWN] = "unknown",         [BACKOFF_NONE] = "none",
        [BACKOFF_CONSTANT] = "constant",       [BACKOFF_LINEAR] = "linear",
        [BACKOFF_EXPONENTIAL] = "exponential",
    };

    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "unknown";
}

void backoff_describe(const struct judge_backoff *b, char *text, size_t size)
{
    enum { SHOWN = 8 };
    size_t first = b->count > SHOWN ? b->count - SHOWN : 0;
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = first; i < b->count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%" PRIu64 ".%02u",
                                 i == first ? (first > 0 ? "..., " : "") : ", ",
                                 b->waits_ms[i] / 1000, (unsigned)(b->waits_ms[i] % 1000 / 10));
    if (used < size)
        snprintf(text + used, size - used, " s");
}
