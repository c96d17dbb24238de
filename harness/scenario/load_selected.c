/* SPDX-License-Identifier: Apache-2.0 */
/* Loading only the scripts that a selection needs. A run shall not take longer for cases beside it.
 */
#include "set.h"

#include <stdlib.h>
#include <string.h>

static const char suites_folder[] = "/suites/";

/* A script that is there; the name is a part of the path. */
struct script {
    char *path;
    const char *name;
    bool is_suite;
    bool is_loaded;
};

struct loader {
    struct scenario_set *set;
    struct script *scripts;
    size_t count;
};

static enum assay_status note_script(void *ctx, const char *path, struct assay_error *err)
{
    struct loader *loader = ctx;
    struct script *grown = realloc(loader->scripts, (loader->count + 1) * sizeof(*loader->scripts));
    struct script script = {.path = strdup(path)};

    (void)err;
    if (grown != NULL)
        loader->scripts = grown;
    if (grown == NULL || script.path == NULL) {
        free(script.path);
        return ASSAY_ERR_NOMEM;
    }
    script.name = strrchr(script.path, '/') + 1;
    script.is_suite =
        (size_t)(script.name - script.path) >= strlen(suites_folder) &&
        strncmp(script.name - strlen(suites_folder), suites_folder, strlen(suites_folder)) == 0;
    loader->scripts[loader->count++] = script;
    return ASSAY_OK;
}

/* May this script hold what the selector names? "TIME-0*" begins, "CIPH-04/3des" is all of an id.
 */
static bool may_hold(const struct script *script, const char *selector)
{
    size_t len = strcspn(selector, "*?[/");
    bool whole = selector[len] == '\0' || selector[len] == '/';

    if (selector[0] == '@') {
        len = strlen(selector + 1);
        return script->is_suite && strncmp(script->name, selector + 1, len) == 0 &&
               strcmp(script->name + len, ".lua") == 0;
    }
    return !script->is_suite && strncmp(script->name, selector, len) == 0 &&
           (!whole || script->name[len] == '-');
}

/* @retval ASSAY_ERR_NOT_FOUND  no script may hold it; err is untouched */
static enum assay_status load_for(struct loader *loader, const char *selector,
                                  struct assay_error *err)
{
    bool found = false;

    for (size_t i = 0; i < loader->count; i++) {
        struct script *script = &loader->scripts[i];

        if (!may_hold(script, selector))
            continue;
        found = true;
        if (!script->is_loaded) {
            script->is_loaded = true;
            ASSAY_TRY(set_run_file(loader->set, script->path, err));
        }
    }
    return found ? ASSAY_OK : ASSAY_ERR_NOT_FOUND;
}

static enum assay_status load_members(struct loader *loader, struct assay_error *err)
{
    for (size_t i = 0; i < loader->set->suite_count; i++) {
        const struct value *wanted = loader->set->suites[i]->wanted;

        for (size_t k = 0; k < value_count(wanted); k++)
            ASSAY_TRY(load_for(loader, value_text(value_at(wanted, k)), err));
    }
    return ASSAY_OK;
}

/* The set grows while this goes on: controls have controls. */
static enum assay_status load_controls(struct loader *loader, struct assay_error *err)
{
    for (size_t i = 0; i < loader->set->case_count; i++)
        ASSAY_TRY(load_for(loader, loader->set->cases[i]->said.control, err));
    return ASSAY_OK;
}

static enum assay_status load_all_for(struct loader *loader, const char *directory,
                                      const char *const *selectors, size_t count,
                                      struct assay_error *err)
{
    ASSAY_TRY(set_each_script(directory, note_script, loader, err));
    for (size_t i = 0; i < count; i++)
        ASSAY_TRY(load_for(loader, selectors[i], err));
    ASSAY_TRY(load_members(loader, err));
    return load_controls(loader, err);
}

enum assay_status scenario_set_load_selected(const char *directory, const char *const *selectors,
                                             size_t count, struct scenario_set **ret,
                                             struct assay_error *err)
{
    struct loader loader = {.set = calloc(1, sizeof(*loader.set))};
    enum assay_status status = ASSAY_OK;

    if (loader.set == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    status = load_all_for(&loader, directory, selectors, count, err);
    for (size_t i = 0; i < loader.count; i++)
        free(loader.scripts[i].path);
    free(loader.scripts);
    if (status != ASSAY_ERR_NOT_FOUND)
        return set_finish(loader.set, status, ret, err);
    /* Who has all of it can say what is missing, and what comes near. */
    scenario_set_free(loader.set);
    return scenario_set_load(directory, ret, err);
}
