/* SPDX-License-Identifier: Apache-2.0 */
/* Which boards there are: <directory>/<vendor>/<board>.yaml, and nothing deeper. */
#include "board/board.h"

#include "board_schema.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_BOARDS = 4096 };

static const char suffix[] = ".yaml";

static ASSAY_RESULT add_vendor(const char *directory, const char *vendor, struct value *list)
{
    char path[PATH_MAX];
    char id[2 * NAME_MAX + 2];
    struct dirent **entries = NULL;
    int count = 0;
    enum assay_status status = ASSAY_OK;

    if (snprintf(path, sizeof(path), "%s/%s", directory, vendor) >= (int)sizeof(path))
        return ASSAY_ERR_LIMIT;
    count = scandir(path, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) {
        size_t len = strlen(entries[i]->d_name);

        if (status == ASSAY_OK && len > strlen(suffix) &&
            strcmp(entries[i]->d_name + len - strlen(suffix), suffix) == 0) {
            snprintf(id, sizeof(id), "%s/%.*s", vendor, (int)(len - strlen(suffix)),
                     entries[i]->d_name);
            if (board_id_is_valid(id) && value_count(list) < MAX_BOARDS)
                status = value_add(list, value_new_text(id));
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int by_text(const void *a, const void *b)
{
    const struct value *const *left = a;
    const struct value *const *right = b;

    return strcmp(value_text(*left), value_text(*right));
}

/* A sorted copy of a list of texts. */
static ASSAY_RESULT sort_texts(const struct value *list, struct value **ret)
{
    size_t count = value_count(list);
    const struct value **items = calloc(count + 1, sizeof(*items));
    struct value *sorted = value_new_list();
    enum assay_status status = items != NULL && sorted != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = 0; status == ASSAY_OK && i < count; i++)
        items[i] = value_at(list, i);
    if (status == ASSAY_OK)
        qsort(items, count, sizeof(*items), by_text);
    for (size_t i = 0; status == ASSAY_OK && i < count; i++)
        status = value_add(sorted, value_copy(items[i]));
    free(items);
    if (status == ASSAY_OK) {
        *ret = sorted;
        return ASSAY_OK;
    }
    value_free(sorted);
    return status;
}

ASSAY_RESULT board_files_list(const char *directory, struct value **ret, struct assay_error *err)
{
    struct value *list = NULL;
    struct dirent **vendors = NULL;
    int count = scandir(directory, &vendors, NULL, NULL);
    enum assay_status status = ASSAY_OK;

    if (count < 0)
        return assay_error_sys(err, errno, "cannot read the boards' directory %s", directory);
    list = value_new_list();
    if (list == NULL)
        status = ASSAY_ERR_NOMEM;
    for (int i = 0; i < count; i++) {
        if (status == ASSAY_OK && vendors[i]->d_name[0] != '.')
            status = add_vendor(directory, vendors[i]->d_name, list);
        free(vendors[i]);
    }
    free(vendors);
    if (status == ASSAY_OK)
        status = sort_texts(list, ret);
    if (status != ASSAY_OK)
        (void)assay_error_set(err, status, "cannot list the boards in %s: %s", directory,
                              assay_status_text(status));
    value_free(list);
    return status;
}
