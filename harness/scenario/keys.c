/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/keys.h"

#include "catalogue.h"
#include "description.h"
#include "near_miss.h"
#include "read_keys.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct key;

typedef enum assay_status (*key_reader)(void *row, const struct key *key, const struct value *v,
                                        struct assay_error *err);

struct key {
    struct scenario_key_info info;
    key_reader read;
    size_t offset; /* of the field that is filled */
};

/* ---- readers of one value ---------------------------------------------------------------- */

static enum assay_status refuse(struct assay_error *err, const struct key *key, const char *want)
{
    return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s: must be %s", key->info.name, want);
}

static bool is_text(const struct value *v)
{
    return value_kind(v) == VALUE_TEXT && value_text_len(v) > 0 &&
           strlen(value_text(v)) == value_text_len(v);
}

static const char **text_field(void *row, const struct key *key)
{
    return (const char **)(void *)((char *)row + key->offset);
}

static enum assay_status read_text(void *row, const struct key *key, const struct value *v,
                                   struct assay_error *err)
{
    if (!is_text(v))
        return refuse(err, key, "a text that says something");
    *text_field(row, key) = value_text(v);
    return ASSAY_OK;
}

/* Prose may be written over several lines; it is kept with single spaces. */
static enum assay_status read_prose(void *row, const struct key *key, const struct value *v,
                                    struct assay_error *err)
{
    struct definition *d = row;
    struct value *folded = NULL;
    enum assay_status status = ASSAY_OK;
    struct buf text;

    if (!is_text(v))
        return refuse(err, key, "a text that says something");
    buf_init(&text, value_text_len(v) + 1);
    for (const char *at = value_text(v); *at != '\0' && status == ASSAY_OK; at++) {
        bool space = isspace((unsigned char)*at) != 0;
        bool after_space = text.len == 0 || text.data[text.len - 1] == ' ';

        if (!space || !after_space)
            status = buf_add_char(&text, space ? ' ' : *at);
    }
    if (text.len > 0 && text.data[text.len - 1] == ' ')
        buf_truncate(&text, text.len - 1);
    if (status == ASSAY_OK)
        folded = value_new_text(buf_text(&text));
    buf_done(&text);
    ASSAY_TRY(value_set(d->table, key->info.name, folded));
    return read_text(row, key, value_get(d->table, key->info.name), err);
}

/* PATH-01, CIPH-04/3des */
static enum assay_status read_id(void *row, const struct key *key, const struct value *v,
                                 struct assay_error *err)
{
    static const char sweep_signs[] = "abcdefghijklmnopqrstuvwxyz0123456789.+_-";
    const char *at = is_text(v) ? value_text(v) : "";
    size_t letters = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits = at[letters] == '-' ? strspn(at + letters + 1, "0123456789") : 0;
    const char *rest = digits > 0 ? at + letters + 1 + digits : at;

    if (letters == 0 || digits < 2 ||
        (*rest != '\0' &&
         (*rest != '/' || rest[1] == '\0' || strspn(rest + 1, sweep_signs) != strlen(rest + 1))))
        return refuse(err, key, "like \"PATH-01\", in a sweep like \"CIPH-04/3des\"");
    *text_field(row, key) = at;
    return ASSAY_OK;
}

static enum assay_status read_texts(void *row, const struct key *key, const struct value *v,
                                    struct assay_error *err)
{
    bool good = value_kind(v) == VALUE_LIST && value_count(v) > 0;

    for (size_t i = 0; i < value_count(v); i++)
        good = good && is_text(value_at(v, i));
    if (!good)
        return refuse(err, key, "a list of texts, {\"...\", \"...\"}");
    *(const struct value **)(void *)((char *)row + key->offset) = v;
    return ASSAY_OK;
}

static enum assay_status unknown_name(struct assay_error *err, const struct key *key,
                                      const char *name, const struct near_miss *near)
{
    if (near->best == NULL)
        return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s: nothing is called '%s' (%s)",
                               key->info.name, name, key->info.kind);
    return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s: nothing is called '%s'; did you mean '%s'?",
                           key->info.name, name, near->best);
}

static bool is_alert(const char *name, struct near_miss *near)
{
    for (size_t i = 0; scenario_alert_at(i) != NULL; i++) {
        if (strcmp(scenario_alert_at(i), name) == 0)
            return true;
        near_miss_try(near, scenario_alert_at(i));
    }
    return false;
}

static enum assay_status read_alerts(void *row, const struct key *key, const struct value *v,
                                     struct assay_error *err)
{
    ASSAY_TRY(read_texts(row, key, v, err));
    for (size_t i = 0; i < value_count(v); i++) {
        const char *name = value_text(value_at(v, i));
        struct near_miss near = near_miss_of(name);

        if (!is_alert(name, &near))
            return unknown_name(err, key, name, &near);
    }
    return ASSAY_OK;
}

static enum assay_status read_category(void *row, const struct key *key, const struct value *v,
                                       struct assay_error *err)
{
    struct definition *d = row;
    const char *name = is_text(v) ? value_text(v) : "";
    struct near_miss near = near_miss_of(name);

    if (category_parse(name, &d->said.category) == ASSAY_OK)
        return ASSAY_OK;
    for (unsigned i = 0; i < CATEGORY_COUNT; i++)
        near_miss_try(&near, category_name((enum category)i));
    return unknown_name(err, key, name, &near);
}

static enum assay_status read_severity(void *row, const struct key *key, const struct value *v,
                                       struct assay_error *err)
{
    struct definition *d = row;

    if (is_text(v) && severity_parse(value_text(v), &d->said.severity) == ASSAY_OK)
        return ASSAY_OK;
    return refuse(err, key, "one of \"S0\" (worst) to \"S4\"");
}

static enum assay_status read_expect(void *row, const struct key *key, const struct value *v,
                                     struct assay_error *err)
{
    struct definition *d = row;
    const char *text = is_text(v) ? value_text(v) : "";

    if (strcmp(text, "accept") != 0 && strcmp(text, "refuse") != 0)
        return refuse(err, key, "\"accept\" or \"refuse\"");
    d->said.expect = strcmp(text, "accept") == 0 ? SCENARIO_ACCEPT : SCENARIO_REFUSE;
    return ASSAY_OK;
}

static enum assay_status read_ms(void *row, const struct key *key, const struct value *v,
                                 struct assay_error *err)
{
    if (value_kind(v) != VALUE_INT || value_int(v) < 1 || value_int(v) > 600000)
        return refuse(err, key, "milliseconds, 1 to 600000");
    *(unsigned *)(void *)((char *)row + key->offset) = (unsigned)value_int(v);
    return ASSAY_OK;
}

static enum assay_status read_needs(void *row, const struct key *key, const struct value *v,
                                    struct assay_error *err)
{
    struct definition *d = row;

    (void)key;
    ASSAY_TRY(needs_check(v, err));
    d->said.needs = v;
    return ASSAY_OK;
}

static enum assay_status read_table(void *row, const struct key *key, const struct value *v,
                                    struct assay_error *err)
{
    struct definition *d = row;
    bool empty = value_kind(v) == VALUE_LIST && value_count(v) == 0;

    if (value_kind(v) != VALUE_MAP && !empty)
        return refuse(err, key, "a table with names as keys");
    if (!empty)
        d->change = v;
    return ASSAY_OK;
}

/* ---- the tables -------------------------------------------------------------------------- */

#define IN(field) offsetof(struct definition, said.field)

static const struct key scenario_keys[] = {
    {{"id", "text", "yes",
      "the name of the case: PATH-01; in a sweep what varies is appended: CIPH-04/3des"},
     read_id,
     IN(id)},
    {{"title", "text", "yes", "a few words, for lists"}, read_text, IN(title)},
    {{"group", "text", "for ids of your own",
      "heading in lists; follows from the id where the catalogue knows its letters"},
     read_text,
     IN(group)},
    {{"category", "trust, name, time, crypto, identity, mqtt, robustness or interoperability",
      "yes", "the score that the case counts in"},
     read_category,
     0},
    {{"severity", "S0 to S4", "yes",
      "what a failure is worth: S0 the connection is lost to an attacker ... S4 for information"},
     read_severity,
     0},
    {{"server", "prose", "yes", "what the server does"}, read_prose, IN(server)},
    {{"why", "prose", "yes", "one sentence: why it matters"}, read_prose, IN(why)},
    {{"good", "prose", "yes", "what a board does that is right"}, read_prose, IN(good)},
    {{"bad", "prose", "yes", "what a board does that is wrong, and what that says of it"},
     read_prose,
     IN(bad)},
    {{"spec", "list of texts", "yes", "the rules, with their sections"}, read_texts, IN(spec)},
    {{"expect", "accept or refuse", "yes", "what the board has to do with the server"},
     read_expect,
     0},
    {{"alerts", "list of alert names", "with refuse",
      "the alerts that are right; another one, or none, is a soft pass"},
     read_alerts,
     IN(alerts)},
    {{"control", "text", "yes", "id of the positive control; a case that names itself is one"},
     read_id,
     IN(control)},
    {{"description", "table", "no",
      "what the servers are made of; only of a case that is its own control"},
     read_table,
     0},
    {{"change", "table or function", "unless its own control",
      "laid over the description of the control; null removes a key; a function is given a copy "
      "and returns it changed"},
     read_table,
     0},
    {{"differs", "list of paths", "unless its own control",
      "where the description differs from the control's: proven, no more and no less"},
     read_texts,
     IN(differs)},
    {{"needs", "table", "no",
      "what a board must support for the case to apply; what the control needs is needed as well"},
     read_needs,
     0},
    {{"deadline_ms", "milliseconds", "no",
      "the board is given up after this; default: the board's"},
     read_ms,
     IN(deadline_ms)},
    {{"quiet_ms", "milliseconds", "no",
      "how long a board that refuses must stay quiet; default: the board's"},
     read_ms,
     IN(quiet_ms)},
    {{NULL, NULL, NULL, NULL}, NULL, 0},
};

static const struct key suite_keys[] = {
    {{"name", "text", "yes", "what @name selects; the name of the file"},
     read_text,
     offsetof(struct suite, name)},
    {{"title", "text", "yes", "a few words, for lists"}, read_text, offsetof(struct suite, title)},
    {{"members", "list of texts", "yes",
      "ids or patterns (TIME-*), in the order in which they run"},
     read_texts,
     offsetof(struct suite, wanted)},
    {{NULL, NULL, NULL, NULL}, NULL, 0},
};

const struct scenario_key_info *scenario_key_at(size_t index)
{
    return index < sizeof(scenario_keys) / sizeof(scenario_keys[0]) - 1 ? &scenario_keys[index].info
                                                                        : NULL;
}

const struct scenario_key_info *scenario_suite_key_at(size_t index)
{
    return index < sizeof(suite_keys) / sizeof(suite_keys[0]) - 1 ? &suite_keys[index].info : NULL;
}

static enum assay_status read_rows(void *row, const struct value *table, const struct key *keys,
                                   struct assay_error *err)
{
    for (const struct key *key = keys; key->info.name != NULL; key++) {
        const struct value *v = value_get(table, key->info.name);

        if (v != NULL)
            ASSAY_TRY(key->read(row, key, v, err));
        else if (strcmp(key->info.required, "yes") == 0)
            return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s is missing: %s", key->info.name,
                                   key->info.help);
    }
    return ASSAY_OK;
}

/* ---- what the keys mean together ---------------------------------------------------------- */

static enum assay_status say(struct assay_error *err, const char *text)
{
    return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s", text);
}

static bool is_own_control(const struct definition *d)
{
    return strcmp(d->said.id, d->said.control) == 0;
}

static enum assay_status check_control(const struct definition *d, struct assay_error *err)
{
    bool changes = d->change_ref != LUA_NOREF || value_get(d->table, "change") != NULL;

    if (!is_own_control(d)) {
        if (value_get(d->table, "description") != NULL)
            return say(err, "description: a case says what it changes of its control's; only a "
                            "case that is its own control has a description");
        if (!changes)
            return say(err, "change is missing: what this case changes of its control's servers");
        if (d->said.differs == NULL)
            return say(err, "differs is missing: the paths that the change touches");
        return ASSAY_OK;
    }
    if (d->said.expect != SCENARIO_ACCEPT)
        return say(err, "control: a case that has to be refused cannot be its own control");
    if (changes || d->said.differs != NULL)
        return say(err, "a case that is its own control has a description, and neither change "
                        "nor differs");
    return ASSAY_OK;
}

static enum assay_status check_alerts(const struct definition *d, struct assay_error *err)
{
    if (d->said.expect == SCENARIO_REFUSE && d->said.alerts == NULL)
        return say(err, "alerts is missing: a case that has to be refused names the right alerts");
    if (d->said.expect == SCENARIO_ACCEPT && d->said.alerts != NULL)
        return say(err, "alerts: no alert is right where the server has to be accepted");
    return ASSAY_OK;
}

/* PATH-01-self-signed-leaf.lua defines PATH-01, or PATH-01/a, PATH-01/b, ... */
static enum assay_status check_file_name(const struct definition *d, struct assay_error *err)
{
    size_t len = strcspn(d->said.id, "/");

    if (strncmp(d->source->name, d->said.id, len) == 0 && d->source->name[len] == '-')
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_SCRIPT,
                           "id: the file of this case has to be called %.*s-<a few words>.lua",
                           (int)len, d->said.id);
}

static enum assay_status fill_group(struct definition *d, struct assay_error *err)
{
    const char *known = catalogue_group(d->said.id);

    if (known == NULL && d->said.group == NULL)
        return say(err, "group is missing: the letters of this id are not the catalogue's");
    if (known != NULL && d->said.group != NULL && strcmp(known, d->said.group) != 0)
        return assay_error_set(err, ASSAY_ERR_SCRIPT, "group: this id belongs to \"%s\"", known);
    if (d->said.group == NULL)
        d->said.group = known;
    return ASSAY_OK;
}

/* Texts and lists of a scenario are never NULL. */
static enum assay_status fill_list(struct definition *d, const char *key,
                                   const struct value **field)
{
    if (*field != NULL)
        return ASSAY_OK;
    ASSAY_TRY(value_set(d->table, key, value_new_list()));
    *field = value_get(d->table, key);
    return ASSAY_OK;
}

enum assay_status definition_read(struct definition *d, struct assay_error *err)
{
    ASSAY_TRY(refuse_unknown_keys(d->table, "", scenario_key_at, err));
    ASSAY_TRY(read_rows(d, d->table, scenario_keys, err));
    ASSAY_TRY(check_control(d, err));
    ASSAY_TRY(check_alerts(d, err));
    ASSAY_TRY(check_file_name(d, err));
    ASSAY_TRY(fill_group(d, err));
    ASSAY_TRY(fill_list(d, "alerts", &d->said.alerts));
    return fill_list(d, "differs", &d->said.differs);
}

enum assay_status suite_read(struct suite *s, struct assay_error *err)
{
    ASSAY_TRY(refuse_unknown_keys(s->table, "", scenario_suite_key_at, err));
    ASSAY_TRY(read_rows(s, s->table, suite_keys, err));
    if (strcmp(s->name, s->source->name) != 0)
        return assay_error_set(err, ASSAY_ERR_SCRIPT,
                               "name: the file of this suite has to be called %s.lua", s->name);
    return ASSAY_OK;
}
