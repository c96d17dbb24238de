/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_document.h"

#include "base/buf.h"
#include "test_support.h"

#include <inttypes.h>
#include <stdio.h>

static bool read_document(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    char bytes[4096];
    size_t got = 0;
    bool ok = f != NULL;

    while (ok && (got = fread(bytes, 1, sizeof(bytes), f)) > 0)
        ok = buf_add(out, bytes, got) == ASSAY_OK;
    if (f != NULL)
        fclose(f);
    return ok;
}

/* The section from its heading to the next one. */
static bool section(const struct buf *document, const char *heading, struct buf *out)
{
    const char *begin = strstr(buf_text(document), heading);
    const char *end = begin != NULL ? strstr(begin + strlen(heading), "\n## ") : NULL;

    if (begin == NULL)
        return false;
    return buf_add(out, begin, end != NULL ? (size_t)(end - begin) : strlen(begin)) == ASSAY_OK;
}

static enum assay_status add_row(const struct key_spec *key, struct buf *row)
{
    ASSAY_TRY(buf_printf(row, "| `%s` | %s |", key->name, key->fallback));
    if (key->read == key_read_int)
        ASSAY_TRY(buf_printf(row, " %" PRId64 " to %" PRId64, key->min, key->max));
    return buf_printf(row, " | %s |\n", key->help);
}

void settings_document_check(const char *path, const char *heading, const struct key_spec *keys)
{
    struct buf document;
    struct buf text;
    size_t rows = 0;
    size_t documented = 0;

    buf_init(&document, 1 << 20);
    buf_init(&text, 1 << 20);
    CHECK(read_document(path, &document));
    CHECK(section(&document, heading, &text));
    for (; keys->name != NULL; keys++, rows++) {
        struct buf row;

        buf_init(&row, 4096);
        CHECK_OK(add_row(keys, &row));
        CHECK_STR_CONTAINS(buf_text(&text), buf_text(&row));
        buf_done(&row);
    }
    for (const char *at = buf_text(&text); (at = strstr(at, "\n| `")) != NULL; at++)
        documented++;
    CHECK_UINT_EQ(documented, rows);
    buf_done(&document);
    buf_done(&text);
}
