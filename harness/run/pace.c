/* SPDX-License-Identifier: Apache-2.0 */
/* What a run will do and how long it may take: plans, and the pace of boards from run to run. */
#include "run/bench.h"

#include "base/buf.h"
#include "store/store.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAME = 512 };

/* "pace-virtual_bearssl": any character of a board's id that a file's name may not have is '_'. */
static bool pace_name(const char *board_id, char name[MAX_NAME])
{
    int len = snprintf(name, MAX_NAME, "pace-%s", board_id);

    if (len < 0 || len >= MAX_NAME)
        return false;
    for (char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr(".-_", *c) == NULL)
            *c = '_';
    return true;
}

bool bench_pace(struct bench *bench, const char *board_id, double *ret_ms)
{
    char name[MAX_NAME];
    char path[4096];
    char text[64] = "";
    char *end = NULL;
    FILE *file = NULL;
    double ms = 0;

    if (!pace_name(board_id, name) ||
        snprintf(path, sizeof(path), "%s/%s", bench_directory(bench), name) >= (int)sizeof(path))
        return false;
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(text, sizeof(text), file) == NULL)
        text[0] = '\0';
    (void)fclose(file); /* only read */
    ms = strtod(text, &end);
    if (end == text || !(ms > 0 && ms < 1e9)) /* also not a number */
        return false;
    *ret_ms = ms;
    return true;
}

enum assay_status bench_set_pace(struct bench *bench, const char *board_id, double ms,
                                 struct assay_error *err)
{
    char name[MAX_NAME];
    struct buf text;
    enum assay_status status = ASSAY_OK;

    if (!pace_name(board_id, name))
        return assay_error_set(err, ASSAY_ERR_LIMIT, "%s: the id is too long", board_id);
    buf_init(&text, 64);
    status = buf_printf(&text, "%.3f\n", ms);
    if (status == ASSAY_OK)
        status = store_write_file(bench_directory(bench), name, &text, 0644, err);
    buf_done(&text);
    return status;
}
