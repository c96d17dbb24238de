/* SPDX-License-Identifier: Apache-2.0 */
/* From a directory of scripts to a set: <group>/<ID>-<slug>.lua and suites/<name>.lua. */
#include "set.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_script(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".lua") == 0;
}

static int want_script(const struct dirent *entry)
{
    return is_script(entry->d_name);
}

static int want_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Byte order, so that a set does not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_entries(struct dirent **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static char *path_join(const char *directory, const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", directory, name) >= 0 ? path : NULL;
}

static enum assay_status read_file(const char *path, struct buf *text, struct assay_error *err)
{
    FILE *file = fopen(path, "rb");
    enum assay_status status = ASSAY_OK;
    size_t got = 0;
    char chunk[4096];

    if (file == NULL)
        return assay_error_sys(err, errno, "%s: cannot be read", path);
    while (status == ASSAY_OK && (got = fread(chunk, 1, sizeof(chunk), file)) > 0)
        status = buf_add(text, chunk, got);
    if (ferror(file) != 0)
        status = assay_error_sys(err, errno, "%s: cannot be read", path);
    else if (status == ASSAY_ERR_LIMIT)
        status = assay_error_set(err, ASSAY_ERR_SCRIPT, "%s:1: a script has at most %d KiB", path,
                                 SANDBOX_MAX_SOURCE / 1024);
    (void)fclose(file); /* only read */
    return status;
}

static enum assay_status run_text(struct scenario_set *set, const char *path, const char *text,
                                  size_t len, struct assay_error *err)
{
    struct source *source = set_add_source(set);
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    if (source == NULL)
        return ASSAY_ERR_NOMEM;
    source->path = strdup(path);
    source->name = strndup(name, strlen(name) - (is_script(name) ? strlen(".lua") : 0));
    source->box = sandbox_new(path, script_words, source);
    if (source->path == NULL || source->name == NULL || source->box == NULL)
        return ASSAY_ERR_NOMEM;
    return sandbox_run(source->box, text, len, err);
}

enum assay_status set_run_file(struct scenario_set *set, const char *path, struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;
    struct buf text;

    buf_init(&text, SANDBOX_MAX_SOURCE);
    status = read_file(path, &text, err);
    if (status == ASSAY_OK)
        status = run_text(set, path, buf_text(&text), text.len, err);
    buf_done(&text);
    return status;
}

static enum assay_status walk_group(const char *directory, set_script_fn *fn, void *ctx,
                                    struct assay_error *err)
{
    struct dirent **entries = NULL;
    enum assay_status status = ASSAY_OK;
    int count = scandir(directory, &entries, want_script, by_name);

    if (count < 0)
        return errno == ENOTDIR ? ASSAY_OK : assay_error_sys(err, errno, "%s", directory);
    for (int i = 0; i < count && status == ASSAY_OK; i++) {
        char *path = path_join(directory, entries[i]->d_name);

        status = path != NULL ? fn(ctx, path, err) : ASSAY_ERR_NOMEM;
        free(path);
    }
    free_entries(entries, count);
    return status;
}

enum assay_status set_each_script(const char *directory, set_script_fn *fn, void *ctx,
                                  struct assay_error *err)
{
    struct dirent **entries = NULL;
    enum assay_status status = ASSAY_OK;
    int count = scandir(directory, &entries, want_visible, by_name);

    if (count < 0)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "%s: there is no such directory of "
                               "scenarios",
                               directory);
    for (int i = 0; i < count && status == ASSAY_OK; i++) {
        char *path = path_join(directory, entries[i]->d_name);

        if (path == NULL)
            status = ASSAY_ERR_NOMEM;
        else if (is_script(entries[i]->d_name))
            status = assay_error_set(err, ASSAY_ERR_SCRIPT,
                                     "%s:1: a script stands in the folder of its group or in "
                                     "suites/",
                                     path);
        else
            status = walk_group(path, fn, ctx, err);
        free(path);
    }
    free_entries(entries, count);
    return status;
}

static int by_id(const void *a, const void *b)
{
    const struct definition *const *left = a;
    const struct definition *const *right = b;

    return strcmp((*left)->said.id, (*right)->said.id);
}

static int by_suite_name(const void *a, const void *b)
{
    const struct suite *const *left = a;
    const struct suite *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

static enum assay_status sort_cases(struct scenario_set *set, struct assay_error *err)
{
    if (set->case_count > 0)
        qsort(set->cases, set->case_count, sizeof(struct definition *), by_id);
    for (size_t i = 1; i < set->case_count; i++) {
        const struct definition *first = set->cases[i - 1];
        const struct definition *second = set->cases[i];

        if (strcmp(first->said.id, second->said.id) == 0)
            return definition_error(second, err, "id: it is already defined at %s:%d",
                                    first->said.file, first->said.line);
    }
    return ASSAY_OK;
}

static enum assay_status sort_suites(struct scenario_set *set, struct assay_error *err)
{
    if (set->suite_count > 0)
        qsort(set->suites, set->suite_count, sizeof(struct suite *), by_suite_name);
    for (size_t i = 1; i < set->suite_count; i++) {
        const struct suite *first = set->suites[i - 1];
        const struct suite *second = set->suites[i];

        if (strcmp(first->name, second->name) == 0)
            return assay_error_set(
                err, ASSAY_ERR_SCRIPT, "%s:%d: suite %s is already defined at %s:%d",
                second->source->path, second->line, second->name, first->source->path, first->line);
    }
    return ASSAY_OK;
}

static int by_missing_id(const void *a, const void *b)
{
    const struct missing *const *left = a;
    const struct missing *const *right = b;

    return strcmp((*left)->said.id, (*right)->said.id);
}

/* Is `id` a case of the set, or the family of one? The cases are sorted. */
static bool is_present(const struct scenario_set *set, const char *id)
{
    size_t len = strlen(id);

    for (size_t i = 0; i < set->case_count; i++) {
        const char *other = set->cases[i]->said.id;

        if (strncmp(other, id, len) == 0 && (other[len] == '\0' || other[len] == '/'))
            return true;
    }
    return false;
}

/* What is said to be missing is missing, and is said once. */
static enum assay_status sort_missing(struct scenario_set *set, struct assay_error *err)
{
    if (set->missing_count > 0)
        qsort(set->missing, set->missing_count, sizeof(struct missing *), by_missing_id);
    for (size_t i = 0; i < set->missing_count; i++) {
        const struct scenario_missing *said = &set->missing[i]->said;
        bool twice = i > 0 && strcmp(set->missing[i - 1]->said.id, said->id) == 0;

        if (twice || is_present(set, said->id))
            return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s:%d: missing %s: %s", said->file,
                                   said->line, said->id,
                                   twice ? "it is said twice" : "there is such a case");
    }
    return ASSAY_OK;
}

/* Once everything is worked out nothing of the scripts is needed any more. */
static void close_sandboxes(struct scenario_set *set)
{
    for (size_t i = 0; i < set->source_count; i++) {
        sandbox_free(set->sources[i]->box);
        set->sources[i]->box = NULL;
    }
}

enum assay_status set_finish(struct scenario_set *set, enum assay_status status,
                             struct scenario_set **ret, struct assay_error *err)
{
    if (status == ASSAY_OK)
        status = sort_cases(set, err);
    if (status == ASSAY_OK)
        status = sort_suites(set, err);
    if (status == ASSAY_OK)
        status = sort_missing(set, err);
    if (status == ASSAY_OK)
        status = set_prove(set, err);
    if (status == ASSAY_OK)
        status = set_resolve_suites(set, err);
    if (status == ASSAY_ERR_NOMEM)
        assay_error_set(err, status, "out of memory");
    if (status != ASSAY_OK) {
        scenario_set_free(set);
        return status;
    }
    close_sandboxes(set);
    *ret = set;
    return ASSAY_OK;
}

static enum assay_status run_script(void *ctx, const char *path, struct assay_error *err)
{
    return set_run_file(ctx, path, err);
}

enum assay_status scenario_set_load(const char *directory, struct scenario_set **ret,
                                    struct assay_error *err)
{
    struct scenario_set *set = calloc(1, sizeof(*set));

    if (set == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    return set_finish(set, set_each_script(directory, run_script, set, err), ret, err);
}

enum assay_status scenario_set_load_text(const char *path, const char *text, size_t len,
                                         struct scenario_set **ret, struct assay_error *err)
{
    struct scenario_set *set = calloc(1, sizeof(*set));

    if (set == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    return set_finish(set, run_text(set, path, text, len, err), ret, err);
}
