/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { NEAREST_MAX_LEN = 64 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Levenshtein's distance; SIZE_MAX for names that are too long to be compared. */
static size_t distance(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    size_t row[NEAREST_MAX_LEN + 1];

    if (a_len > NEAREST_MAX_LEN || b_len > NEAREST_MAX_LEN)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = diagonal + !same_letter(a[i - 1], b[j - 1]);

            diagonal = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b_len];
}

void nearest_offer(struct nearest *n, const char *candidate)
{
    size_t limit = strlen(n->wanted) / 4 + 1;
    size_t d = distance(n->wanted, candidate);
    size_t at = 0;

    if (d > limit && strlen(n->wanted) >= 3 && strstr(candidate, n->wanted) != NULL)
        d = limit;
    if (d > limit)
        return;
    while (at < n->count && n->distances[at] <= d)
        at++;
    if (at == NEAREST_KEPT)
        return;
    if (n->count < NEAREST_KEPT)
        n->count++;
    for (size_t i = n->count - 1; i > at; i--) {
        n->names[i] = n->names[i - 1];
        n->distances[i] = n->distances[i - 1];
    }
    n->names[at] = candidate;
    n->distances[at] = d;
}

ASSAY_RESULT nearest_describe(const struct nearest *n, struct buf *out)
{
    /* Only the best: who is told of worse ones as well has to read them all. */
    for (size_t i = 0; i < n->count && n->distances[i] == n->distances[0]; i++)
        ASSAY_TRY(buf_printf(out, "%s\"%s\"", i == 0 ? "; did you mean " : ", ", n->names[i]));
    return n->count > 0 ? buf_add_char(out, '?') : ASSAY_OK;
}
