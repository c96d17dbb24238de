/* SPDX-License-Identifier: Apache-2.0 */
/* See run_settings.h. */
#include "run_settings.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_INT64, KIND_UNSIGNED, KIND_BOOL, KIND_TEXT };

static const struct row {
    const char *key;
    enum kind kind;
    size_t offset;
} rows[] = {
    {"base_unix_s", KIND_INT64, offsetof(struct run_options, base_unix_s)},
    {"seed", KIND_INT64, offsetof(struct run_options, seed)},
    {"repeat", KIND_UNSIGNED, offsetof(struct run_options, repeat)},
    {"timeout_ms", KIND_UNSIGNED, offsetof(struct run_options, timeout_ms)},
    {"soak_ms", KIND_UNSIGNED, offsetof(struct run_options, soak_ms)},
    {"shuffle", KIND_BOOL, offsetof(struct run_options, shuffle)},
    {"profile", KIND_TEXT, offsetof(struct run_options, profile)},
    {"address", KIND_TEXT, offsetof(struct run_options, address)},
    {"network", KIND_TEXT, offsetof(struct run_options, network)},
    {"broker", KIND_TEXT, offsetof(struct run_options, broker)},
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

_Static_assert((int)ROW_COUNT <= (int)RUN_SETTINGS_MAX, "a text each");

static enum assay_status put(struct store *store, const struct row *row,
                             const struct run_options *options, struct assay_error *err)
{
    const void *at = (const char *)options + row->offset;
    char number[32] = "";
    const char *text = number;

    switch (row->kind) {
    case KIND_INT64:
        snprintf(number, sizeof(number), "%" PRId64, *(const int64_t *)at);
        break;
    case KIND_UNSIGNED:
        snprintf(number, sizeof(number), "%u", *(const unsigned *)at);
        break;
    case KIND_BOOL:
        snprintf(number, sizeof(number), "%d", *(const bool *)at);
        break;
    case KIND_TEXT:
        text = *(const char *const *)at;
        break;
    }
    return store_put_setting(store, row->key, text != NULL ? text : "", err);
}

/* Names with spaces are fine, names with newlines are not used by anybody. */
static enum assay_status put_list(struct store *store, const char *key, const char *const *items,
                                  size_t count, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, 1 << 20);
    for (size_t i = 0; status == ASSAY_OK && i < count; i++)
        status = buf_printf(&text, "%s\n", items[i]);
    if (status == ASSAY_OK)
        status = store_put_setting(store, key, buf_text(&text), err);
    buf_done(&text);
    return status;
}

enum assay_status run_settings_save(struct store *store, const struct run_options *options,
                                    struct assay_error *err)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        ASSAY_TRY(put(store, &rows[i], options, err));
    ASSAY_TRY(put_list(store, "boards", options->boards, options->board_count, err));
    return put_list(store, "selectors", options->selectors, options->selector_count, err);
}

static enum assay_status get(struct store *store, const struct row *row, size_t index,
                             struct run_options *options, struct run_settings *settings,
                             struct assay_error *err)
{
    void *at = (char *)options + row->offset;
    char *text = NULL;

    ASSAY_TRY(store_get_setting(store, row->key, &text, err));
    if (text == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "the run in %s lacks its setting %s",
                               options->run_dir, row->key);
    settings->texts[index] = text;
    switch (row->kind) {
    case KIND_INT64:
        *(int64_t *)at = strtoll(text, NULL, 10);
        break;
    case KIND_UNSIGNED:
        *(unsigned *)at = (unsigned)strtoul(text, NULL, 10);
        break;
    case KIND_BOOL:
        *(bool *)at = strtoul(text, NULL, 10) != 0;
        break;
    case KIND_TEXT:
        *(const char **)at = text;
        break;
    }
    return ASSAY_OK;
}

static enum assay_status get_list(struct store *store, const char *key, struct record_list *list,
                                  struct assay_error *err)
{
    char *text = NULL;
    enum assay_status status = store_get_setting(store, key, &text, err);
    char *line = text;

    while (status == ASSAY_OK && line != NULL && *line != '\0') {
        char *end = line + strcspn(line, "\n");
        char *next = *end != '\0' ? end + 1 : end;

        *end = '\0';
        status = record_list_add(list, line);
        line = next;
    }
    free(text);
    return status;
}

enum assay_status run_settings_load(struct run_options *options, struct run_settings *settings,
                                    struct store **ret_store, struct assay_error *err)
{
    ASSAY_TRY(store_resume(options->run_dir, ret_store, err));
    for (size_t i = 0; i < ROW_COUNT; i++)
        ASSAY_TRY(get(*ret_store, &rows[i], i, options, settings, err));
    ASSAY_TRY(get_list(*ret_store, "boards", &settings->boards, err));
    ASSAY_TRY(get_list(*ret_store, "selectors", &settings->selectors, err));
    options->boards = (const char *const *)settings->boards.items;
    options->board_count = settings->boards.count;
    options->selectors = (const char *const *)settings->selectors.items;
    options->selector_count = settings->selectors.count;
    return ASSAY_OK;
}

void run_settings_done(struct run_settings *settings)
{
    for (size_t i = 0; i < sizeof(settings->texts) / sizeof(settings->texts[0]); i++)
        free(settings->texts[i]);
    record_list_done(&settings->boards);
    record_list_done(&settings->selectors);
}
