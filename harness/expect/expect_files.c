/* SPDX-License-Identifier: Apache-2.0 */
/* The two files, read through schemas. See expect/expect.h. */
#include "expect_list.h"

#include "clock/scenario_clock.h"
#include "yaml_file/yaml_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENTRIES = 500, MAX_TEXT = 1000 };

#define SET (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

/* What libcyaml fills; NULL where the file does not set a key. */
struct raw_entry {
    char *board, *case_id, *reason, *until, *verdict;
};

struct raw_file {
    struct raw_entry **entries;
    unsigned entries_count;
};

#define TEXT(key, member) CYAML_FIELD_STRING_PTR(key, SET, struct raw_entry, member, 1, MAX_TEXT)

/* clang-format off */
static const cyaml_schema_field_t waiver_fields[] = {
    TEXT("board", board), TEXT("case", case_id), TEXT("reason", reason), TEXT("until", until),
    CYAML_FIELD_END};
static const cyaml_schema_field_t verdict_fields[] = {
    TEXT("board", board), TEXT("case", case_id), TEXT("verdict", verdict), CYAML_FIELD_END};
static const cyaml_schema_value_t waiver_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_entry, waiver_fields)};
static const cyaml_schema_value_t verdict_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_entry, verdict_fields)};
static const cyaml_schema_field_t waivers_fields[] = {
    CYAML_FIELD_SEQUENCE("waivers", SET, struct raw_file, entries, &waiver_entry, 0, MAX_ENTRIES),
    CYAML_FIELD_END};
static const cyaml_schema_field_t expect_fields[] = {
    CYAML_FIELD_SEQUENCE("expect", SET, struct raw_file, entries, &verdict_entry, 0, MAX_ENTRIES),
    CYAML_FIELD_END};
static const cyaml_schema_value_t waivers_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_file, waivers_fields)};
static const cyaml_schema_value_t expect_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_file, expect_fields)};
/* clang-format on */

/* One entry and where it stands in its file. */
struct source {
    const struct yaml_file *file;
    const struct value *map;
    const char *path; /* "waivers.3" */
};

static enum assay_status complain(const struct source *s, const char *text, struct assay_error *err)
{
    return yaml_file_error(s->file, s->path, err, "%s", text);
}

static const char *text_of(const struct source *s, const char *key)
{
    return value_text(value_get(s->map, key));
}

static enum assay_status read_common(const struct source *s, struct expect_entry *e,
                                     struct assay_error *err)
{
    const char *board = text_of(s, "board");
    const char *id = text_of(s, "case");

    if (id == NULL)
        return complain(s, "which case? (case: PATH-01, globs allowed)", err);
    ASSAY_TRY(record_set(&e->case_id, id));
    ASSAY_TRY(record_set(&e->board, board != NULL ? board : "*"));
    e->line = (int)value_int(value_get(s->file->lines, s->path));
    return ASSAY_OK;
}

static enum assay_status read_waiver(const struct source *s, struct expect_entry *e,
                                     struct assay_error *err)
{
    const char *reason = text_of(s, "reason");
    const char *until = text_of(s, "until");
    char last_second[64];

    if (reason == NULL)
        return complain(s, "a waiver needs a reason", err);
    if (until == NULL)
        return complain(s, "a waiver needs an end (until: 2027-06-30)", err);
    snprintf(last_second, sizeof(last_second), "%.40sT23:59:59Z", until);
    if (strlen(until) != strlen("2027-06-30") ||
        scenario_time_parse(last_second, 0, &e->until_s, NULL) != ASSAY_OK)
        return complain(s, "until takes a date such as 2027-06-30", err);
    ASSAY_TRY(record_set(&e->reason, reason));
    return record_set(&e->until, until);
}

static enum assay_status read_verdict(const struct source *s, struct expect_entry *e,
                                      struct assay_error *err)
{
    const char *verdict = text_of(s, "verdict");

    if (verdict == NULL || verdict_parse(verdict, &e->verdict) != ASSAY_OK)
        return complain(s,
                        "verdict takes one of pass, pass-soft, degraded, flaky, fail-accept, "
                        "fail-leak, fail-reject-good, fail-behaviour, fail-hang, fail-crash, "
                        "not-applicable, inconclusive, harness-error, waived",
                        err);
    return ASSAY_OK;
}

/* What tells the two kinds of file apart. */
struct kind {
    const char *key;
    const cyaml_schema_value_t *schema;
    enum assay_status (*read)(const struct source *s, struct expect_entry *e,
                              struct assay_error *err);
};

static enum assay_status read_entries(const struct kind *kind, const struct yaml_file *file,
                                      struct expect_list *list, struct assay_error *err)
{
    const struct value *entries = value_get(file->root, kind->key);

    list->entries = calloc(value_count(entries) + 1, sizeof(*list->entries));
    if (list->entries == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < value_count(entries); i++) {
        char path[64];
        const struct source s = {.file = file, .map = value_at(entries, i), .path = path};
        struct expect_entry *e = &list->entries[list->count++];

        snprintf(path, sizeof(path), "%s.%zu", kind->key, i + 1);
        ASSAY_TRY(read_common(&s, e, err));
        ASSAY_TRY(kind->read(&s, e, err));
    }
    return ASSAY_OK;
}

static enum assay_status load(const struct kind *kind, const char *path, struct expect_list **ret,
                              struct assay_error *err)
{
    struct yaml_file file = {.name = NULL};
    struct expect_list *list = calloc(1, sizeof(*list));
    enum assay_status status = list != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    if (status == ASSAY_OK)
        status = yaml_file_load(path, kind->schema, &file, err);
    if (status == ASSAY_OK)
        status = record_set(&list->name, path);
    if (status == ASSAY_OK)
        status = read_entries(kind, &file, list, err);
    yaml_file_done(&file);
    if (status != ASSAY_OK) {
        expect_free(list);
        return status;
    }
    *ret = list;
    return ASSAY_OK;
}

enum assay_status expect_load_waivers(const char *path, struct expect_list **ret,
                                      struct assay_error *err)
{
    const struct kind kind = {"waivers", &waivers_schema, read_waiver};

    return load(&kind, path, ret, err);
}

enum assay_status expect_load_verdicts(const char *path, struct expect_list **ret,
                                       struct assay_error *err)
{
    const struct kind kind = {"expect", &expect_schema, read_verdict};

    return load(&kind, path, ret, err);
}

void expect_free(struct expect_list *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->count; i++) {
        struct expect_entry *e = &list->entries[i];

        free(e->board);
        free(e->case_id);
        free(e->reason);
        free(e->until);
    }
    free(list->entries);
    free(list->name);
    free(list);
}
