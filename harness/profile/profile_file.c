/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles from their files. See profile/profile.h. */
#include "profile_rules.h"

#include "base/nearest.h"
#include "yaml_file/yaml_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_RULES = 200, MAX_TEXTS = 200, MAX_TEXT = 1000 };

#define SET (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

/* What libcyaml fills; NULL where the file does not set a key. */
struct raw_rule {
    char **cases, **categories, **spec, **except_spec;
    unsigned cases_count, categories_count, spec_count, except_spec_count;
    char *severity, *not_applicable, *applicable, *why;
};

struct raw_profile {
    char *name, *title;
    struct raw_rule **rules;
    unsigned rules_count;
};

#define TEXT(owner, member) CYAML_FIELD_STRING_PTR(#member, SET, struct owner, member, 1, MAX_TEXT)
#define TEXTS(member)                                                                              \
    CYAML_FIELD_SEQUENCE(#member, SET, struct raw_rule, member, &text_value, 1, MAX_TEXTS)

/* clang-format off */
static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, MAX_TEXT)};
static const cyaml_schema_field_t rule_fields[] = {
    TEXTS(cases), TEXTS(categories), TEXTS(spec), TEXTS(except_spec), TEXT(raw_rule, severity),
    TEXT(raw_rule, not_applicable), TEXT(raw_rule, applicable), TEXT(raw_rule, why),
    CYAML_FIELD_END};
static const cyaml_schema_value_t rule_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_rule, rule_fields)};
static const cyaml_schema_field_t profile_fields[] = {
    TEXT(raw_profile, name), TEXT(raw_profile, title),
    CYAML_FIELD_SEQUENCE("rules", SET, struct raw_profile, rules, &rule_value, 0, MAX_RULES),
    CYAML_FIELD_END};
static const cyaml_schema_value_t profile_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_profile, profile_fields)};
/* clang-format on */

static enum assay_status check_categories(const struct yaml_file *file, const char *path,
                                          const struct value *names, struct assay_error *err)
{
    for (size_t i = 0; i < value_count(names); i++) {
        enum category category;

        if (category_parse(value_text(value_at(names, i)), &category) != ASSAY_OK)
            return yaml_file_error(file, path, err,
                                   "categories takes trust, name, time, crypto, identity, mqtt, "
                                   "robustness or interoperability, not \"%s\"",
                                   value_text(value_at(names, i)));
    }
    return ASSAY_OK;
}

static enum assay_status check_effect(const struct yaml_file *file, const char *path,
                                      const struct profile_rule *rule, struct assay_error *err)
{
    if (rule->not_applicable != NULL && rule->applicable != NULL)
        return yaml_file_error(file, path, err, "applicable and not_applicable exclude each other");
    if (!rule->has_severity && rule->not_applicable == NULL && rule->applicable == NULL)
        return yaml_file_error(file, path, err,
                               "a rule changes something: severity, not_applicable (why not) or "
                               "applicable (why after all)");
    if (rule->has_severity && rule->why == NULL)
        return yaml_file_error(file, path, err, "severity needs a reason (why: ...)");
    return ASSAY_OK;
}

static enum assay_status read_rule(const struct yaml_file *file, size_t index,
                                   struct profile_rule *rule, struct assay_error *err)
{
    const struct value *map = value_at(value_get(file->root, "rules"), index);
    const char *severity = value_text(value_get(map, "severity"));
    char path[32];

    snprintf(path, sizeof(path), "rules.%zu", index + 1);
    *rule = (struct profile_rule){
        .cases = value_get(map, "cases"),
        .categories = value_get(map, "categories"),
        .spec = value_get(map, "spec"),
        .except_spec = value_get(map, "except_spec"),
        .not_applicable = value_text(value_get(map, "not_applicable")),
        .applicable = value_text(value_get(map, "applicable")),
        .why = value_text(value_get(map, "why")),
        .has_severity = severity != NULL,
        .line = (int)value_int(value_get(file->lines, path)),
    };
    if (severity != NULL && severity_parse(severity, &rule->severity) != ASSAY_OK)
        return yaml_file_error(file, path, err, "severity takes S0 (worst) to S4, not \"%s\"",
                               severity);
    ASSAY_TRY(check_categories(file, path, rule->categories, err));
    return check_effect(file, path, rule, err);
}

static enum assay_status read_profile(const char *path, struct yaml_file *file, struct profile *p,
                                      struct assay_error *err)
{
    size_t count = value_count(value_get(file->root, "rules"));

    p->file = strdup(path);
    p->name = value_text(value_get(file->root, "name"));
    p->title = value_text(value_get(file->root, "title"));
    p->rules = calloc(count + 1, sizeof(*p->rules));
    if (p->file == NULL || p->rules == NULL)
        return ASSAY_ERR_NOMEM;
    if (p->name == NULL)
        return yaml_file_error(file, "", err, "a profile needs a name (name: iot)");
    if (p->title == NULL)
        return yaml_file_error(file, "", err, "a profile needs a title");
    for (; p->count < count; p->count++)
        ASSAY_TRY(read_rule(file, p->count, &p->rules[p->count], err));
    p->root = file->root;
    file->root = NULL;
    return ASSAY_OK;
}

static enum assay_status load_path(const char *path, struct profile **ret, struct assay_error *err)
{
    struct yaml_file file = {.name = NULL};
    struct profile *p = calloc(1, sizeof(*p));
    enum assay_status status = p != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    if (status == ASSAY_OK)
        status = yaml_file_load(path, &profile_schema, &file, err);
    if (status == ASSAY_OK)
        status = read_profile(path, &file, p, err);
    yaml_file_done(&file);
    if (status != ASSAY_OK) {
        profile_free(p);
        return status;
    }
    *ret = p;
    return ASSAY_OK;
}

void profile_free(struct profile *profile)
{
    if (profile == NULL)
        return;
    value_free(profile->root);
    free(profile->rules);
    free(profile->file);
    free(profile);
}

static int want_profile(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".yaml") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

enum assay_status profile_list(const char *directory, struct value **ret, struct assay_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, want_profile, by_name);
    struct value *names = NULL;
    enum assay_status status = ASSAY_OK;

    if (count < 0)
        return assay_error_sys(err, errno, "%s: profiles cannot be read", directory);
    names = value_new_list();
    status = names != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    for (int i = 0; i < count; i++) {
        entries[i]->d_name[strlen(entries[i]->d_name) - strlen(".yaml")] = '\0';
        if (status == ASSAY_OK)
            status = value_add(names, value_new_text(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    if (status != ASSAY_OK) {
        value_free(names);
        return status;
    }
    *ret = names;
    return ASSAY_OK;
}

static enum assay_status no_such(const char *directory, const char *name, struct assay_error *err)
{
    struct value *names = NULL;
    struct buf text;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(profile_list(directory, &names, err));
    buf_init(&text, sizeof(err->text) - 1);
    status = buf_printf(&text, "there is no profile \"%s\"; there are", name);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(names); i++)
        status = buf_printf(&text, "%s %s", i > 0 ? "," : "", value_text(value_at(names, i)));
    if (status == ASSAY_OK)
        status = buf_add_text(&text, "; a file of your own is named with its path");
    assay_error_set(err, ASSAY_ERR_NOT_FOUND, "%s", buf_text(&text));
    buf_done(&text);
    value_free(names);
    return ASSAY_ERR_NOT_FOUND;
}

/* A folder of one's own scenarios need not hold profiles. */
static enum assay_status load_default(struct profile **ret)
{
    struct profile *p = calloc(1, sizeof(*p));

    if (p == NULL)
        return ASSAY_ERR_NOMEM;
    p->name = PROFILE_DEFAULT;
    p->title = "The scenarios' own severities";
    *ret = p;
    return ASSAY_OK;
}

enum assay_status profile_load(const char *directory, const char *name_or_path,
                               struct profile **ret, struct assay_error *err)
{
    char path[4096];
    struct stat st;
    size_t len = strlen(name_or_path);

    if (strchr(name_or_path, '/') != NULL ||
        (len > 5 && strcmp(name_or_path + len - 5, ".yaml") == 0))
        return load_path(name_or_path, ret, err);
    if (snprintf(path, sizeof(path), "%s/%s.yaml", directory, name_or_path) >= (int)sizeof(path))
        return assay_error_set(err, ASSAY_ERR_LIMIT, "%s: the path is too long", directory);
    if (stat(path, &st) != 0 && strcmp(name_or_path, PROFILE_DEFAULT) == 0)
        return load_default(ret);
    if (stat(path, &st) != 0)
        return no_such(directory, name_or_path, err);
    return load_path(path, ret, err);
}
