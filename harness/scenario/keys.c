/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/keys.h"

#include "base/nearest.h"
#include "catalogue.h"
#include "description.h"
#include "judge/rule.h"
#include "read_keys.h"

#include <ctype.h>
#include <string.h>

enum { MAX_MS = 600000, MAX_LASTS_MS = 24 * 3600 * 1000 };

/* ---- readers of one value; they store a pointer into the table that the definition owns ---- */

static enum assay_status refuse(struct assay_error *err, const char *path, const char *want)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be %s", path, want);
}

static bool is_text(const struct value *v)
{
    return value_kind(v) == VALUE_TEXT && value_text_len(v) > 0 &&
           strlen(value_text(v)) == value_text_len(v);
}

static enum assay_status store_text(const char *text, void *target)
{
    memcpy(target, &text, sizeof(text));
    return ASSAY_OK;
}

static enum assay_status store_value(const struct value *v, void *target)
{
    memcpy(target, &v, sizeof(v));
    return ASSAY_OK;
}

static enum assay_status read_text(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    if (!is_text(value))
        return refuse(err, path, "a text that says something");
    return store_text(value_text(value), target);
}

/* As a text; it may be written over several lines and is folded afterwards. */
static enum assay_status read_prose(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    return read_text(spec, value, path, target, err);
}

/* PATH-01, CIPH-04/3des */
static enum assay_status read_id(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err)
{
    static const char sweep_signs[] = "abcdefghijklmnopqrstuvwxyz0123456789.+_-";
    const char *at = is_text(value) ? value_text(value) : "";
    size_t letters = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits = at[letters] == '-' ? strspn(at + letters + 1, "0123456789") : 0;
    const char *rest = digits > 0 ? at + letters + 1 + digits : at;

    (void)spec;
    if (letters == 0 || digits < 2 ||
        (*rest != '\0' &&
         (*rest != '/' || rest[1] == '\0' || strspn(rest + 1, sweep_signs) != strlen(rest + 1))))
        return refuse(err, path, "like \"PATH-01\", in a sweep like \"CIPH-04/3des\"");
    return store_text(at, target);
}

static enum assay_status read_texts(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    bool good = value_kind(value) == VALUE_LIST && value_count(value) > 0;

    (void)spec;
    for (size_t i = 0; i < value_count(value); i++)
        good = good && is_text(value_at(value, i));
    if (!good)
        return refuse(err, path, "a list of texts, {\"...\", \"...\"}");
    return store_value(value, target);
}

static enum assay_status unknown_name(struct assay_error *err, const char *path,
                                      const struct nearest *nearest)
{
    struct buf meant;
    enum assay_status status = ASSAY_OK;

    buf_init(&meant, 200);
    if (nearest_describe(nearest, &meant) != ASSAY_OK)
        buf_clear(&meant);
    status = assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: nothing is called \"%s\"%s", path,
                             nearest->wanted, buf_text(&meant));
    buf_done(&meant);
    return status;
}

/* certificate-expired, or a list of such names */
static bool is_flaw(const struct value *v)
{
    static const char signs[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    return is_text(v) && value_text(v)[0] != '-' &&
           strspn(value_text(v), signs) == value_text_len(v);
}

static enum assay_status read_flaws(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    bool good = is_flaw(value) || (value_kind(value) == VALUE_LIST && value_count(value) > 0);

    (void)spec;
    for (size_t i = 0; i < value_count(value); i++)
        good = good && is_flaw(value_at(value, i));
    if (!good)
        return refuse(err, path, "a flaw like \"name-unchecked\", or a list of them");
    return store_value(value, target);
}

static bool is_alert(const char *name, struct nearest *nearest)
{
    for (const char *const *alert = scenario_alert_names; *alert != NULL; alert++) {
        if (strcmp(*alert, name) == 0)
            return true;
        nearest_offer(nearest, *alert);
    }
    return false;
}

static enum assay_status read_alerts(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(read_texts(spec, value, path, target, err));
    for (size_t i = 0; i < value_count(value); i++) {
        const char *name = value_text(value_at(value, i));
        struct nearest nearest = {.wanted = name};

        if (!is_alert(name, &nearest))
            return unknown_name(err, path, &nearest);
    }
    return ASSAY_OK;
}

static enum assay_status read_rules(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(read_texts(spec, value, path, target, err));
    for (size_t i = 0; i < value_count(value); i++) {
        struct nearest nearest = {.wanted = value_text(value_at(value, i))};
        enum rule rule = RULE_COUNT;

        if (rule_parse(nearest.wanted, &rule) == ASSAY_OK)
            continue;
        for (unsigned k = 0; k < RULE_COUNT; k++)
            nearest_offer(&nearest, rule_name((enum rule)k));
        return unknown_name(err, path, &nearest);
    }
    return ASSAY_OK;
}

static enum assay_status read_category(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    const char *name = is_text(value) ? value_text(value) : "";
    struct nearest nearest = {.wanted = name};
    enum category category = CATEGORY_COUNT;

    (void)spec;
    if (category_parse(name, &category) == ASSAY_OK) {
        memcpy(target, &category, sizeof(category));
        return ASSAY_OK;
    }
    for (unsigned i = 0; i < CATEGORY_COUNT; i++)
        nearest_offer(&nearest, category_name((enum category)i));
    return unknown_name(err, path, &nearest);
}

static enum assay_status read_severity(const struct key_spec *spec, const struct value *value,
                                       const char *path, void *target, struct assay_error *err)
{
    enum severity severity = SEVERITY_COUNT;

    (void)spec;
    if (!is_text(value) || severity_parse(value_text(value), &severity) != ASSAY_OK)
        return refuse(err, path, "one of \"S0\" (worst) to \"S4\"");
    memcpy(target, &severity, sizeof(severity));
    return ASSAY_OK;
}

static enum assay_status read_expect(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    const char *text = is_text(value) ? value_text(value) : "";

    (void)spec;
    for (unsigned i = 0; i < SCENARIO_EXPECT_COUNT; i++) {
        enum scenario_expect expect = (enum scenario_expect)i;

        if (strcmp(text, scenario_expect_name(expect)) != 0)
            continue;
        memcpy(target, &expect, sizeof(expect));
        return ASSAY_OK;
    }
    return refuse(err, path, "\"accept\", \"refuse\", \"cope\" or \"observe\"");
}

static enum assay_status read_role(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    const char *text = is_text(value) ? value_text(value) : "";
    bool serves = strcmp(text, "server") == 0;

    (void)spec;
    if (!serves && strcmp(text, "client") != 0)
        return refuse(err, path, "\"client\" or \"server\"");
    memcpy(target, &serves, sizeof(serves));
    return ASSAY_OK;
}

static enum assay_status read_ms(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err)
{
    int64_t number = 0;
    unsigned milliseconds = 0;

    ASSAY_TRY(key_read_int(spec, value, path, &number, err));
    milliseconds = (unsigned)number;
    memcpy(target, &milliseconds, sizeof(milliseconds));
    return ASSAY_OK;
}

static enum assay_status read_table(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    bool empty = value_kind(value) == VALUE_LIST && value_count(value) == 0;

    (void)spec;
    if (value_kind(value) != VALUE_MAP && !empty)
        return refuse(err, path, "a table with names as keys");
    return store_value(value, target);
}

static enum assay_status read_steps(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    bool good = value_kind(value) == VALUE_LIST && value_count(value) > 0;

    (void)spec;
    for (size_t i = 0; i < value_count(value); i++)
        good = good && value_kind(value_at(value, i)) == VALUE_MAP;
    if (!good)
        return refuse(err, path, "a list of tables, {{title = \"...\", ...}, ...}");
    return store_value(value, target);
}

static enum assay_status read_needs(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err)
{
    ASSAY_TRY(read_table(spec, value, path, target, err));
    return needs_check(value, path, err);
}

/* ---- the tables -------------------------------------------------------------------------- */

#define IN(field) offsetof(struct definition, field)

/* clang-format off */
const struct key_spec scenario_keys[] = {
    {"id", read_id, IN(said.id), 0, 0, NULL,
     "the name of the case: `PATH-01`; in a sweep what varies is appended: `CIPH-04/3des`"},
    {"title", read_text, IN(said.title), 0, 0, NULL,
     "a few words, for lists"},
    {"group", read_text, IN(said.group), 0, 0, "from the id",
     "heading in lists; has to be given where the catalogue does not know the letters of the id"},
    {"category", read_category, IN(said.category), 0, 0, NULL,
     "the score that the case counts in: `trust`, `name`, `time`, `crypto`, `identity`, `mqtt`, "
     "`robustness`, `interoperability`"},
    {"severity", read_severity, IN(said.severity), 0, 0, NULL,
     "what a failure is worth: `S0` (somebody else gets the connection or what is in it) to `S4` "
     "(for information)"},
    {"server", read_prose, IN(said.server), 0, 0, NULL,
     "prose: what the server does"},
    {"why", read_prose, IN(said.why), 0, 0, NULL,
     "prose, one sentence: why it matters"},
    {"good", read_prose, IN(said.good), 0, 0, NULL,
     "prose: what a board does that is right"},
    {"bad", read_prose, IN(said.bad), 0, 0, NULL,
     "prose: what a board does that is wrong, and what that says of it"},
    {"spec", read_texts, IN(said.spec), 0, 0, NULL,
     "list of texts: the rules, with their sections"},
    {"expect", read_expect, IN(said.expect), 0, 0, NULL,
     "`accept` or `refuse`: what the board has to do with the server; `cope`: either, as long as it "
     "ends by itself; `observe`: nothing is served for this case; `measure`: how much it can take"},
    {"alerts", read_alerts, IN(said.alerts), 0, 0, "none",
     "list of TLS alerts that are right, with `refuse` only and always; another one, or none, is "
     "a soft pass"},
    {"control", read_id, IN(said.control), 0, 0, NULL,
     "id of the positive control; a case that names itself is one"},
    {"description", read_table, IN(said.description), 0, 0, "all defaults",
     "table: what the servers are made of; only of a case that is its own control"},
    {"change", read_table, IN(change), 0, 0, "none",
     "of every other case. Table: laid over the control's description, `null` takes a key away. "
     "Function: is given a copy of it and returns it changed"},
    {"differs", read_texts, IN(said.differs), 0, 0, "none",
     "of every other case. List of paths at which the description differs from the control's: "
     "proven, no more and no less"},
    {"flaw", read_flaws, IN(said.flaws), 0, 0, "none",
     "text or list of texts: the flaws that the case exists to find: [flaws.md](flaws.md)"},
    {"needs", read_needs, IN(said.needs), 0, 0, "nothing",
     "table: what a board has to support for the case to apply; what the control needs is needed "
     "as well"},
    {"role", read_role, IN(said.board_serves), 0, 0, "of the control, or `client`",
     "what the board is: `client` of the servers that the description makes, or `server`, visited by "
     "the bench ([boards-as-servers.md](../howto/boards-as-servers.md)); said by controls"},
    {"unshared", key_read_bool, IN(said.unshared), 0, 0, "false",
     "of `refuse`: the server insists on something that a good board does not offer at all"},
    {"rules", read_rules, IN(said.rules), 0, 0, "none",
     "list of rules that the board has to keep as well: [rules.md](rules.md)"},
    {"steps", read_steps, IN(steps), 0, 0, "none",
     "list of tables: what comes before the case itself, one connection each, see below"},
    {"ladder", read_table, IN(ladder), 0, 0, "none",
     "table, with `measure` only and always: what is tried, see below"},
    {"reset", key_read_bool, IN(said.reset), 0, 0, "false",
     "the board is switched off and on before the case itself"},
    {"silent", key_read_bool, IN(said.silent), 0, 0, "false",
     "the server says nothing more from some point on, so that the time goes into waiting for the "
     "board's own limit; a board file may make that short (`timeouts.silence_ms`)"},
    {"deadline_ms", read_ms, IN(said.deadline_ms), 1, MAX_MS, "the board's",
     "milliseconds after which the board is given up"},
    {"lasts_ms", read_ms, IN(said.lasts_ms), 1, MAX_LASTS_MS, "1000",
     "milliseconds that the board keeps its session, where the description has a `session`"},
    {"quiet_ms", read_ms, IN(said.quiet_ms), 1, MAX_MS, "the board's",
     "milliseconds that a board has to stay quiet to have refused"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

#define STEP(field) offsetof(struct scenario, field)

const struct key_spec scenario_step_keys[] = {
    {"title", read_text, STEP(title), 0, 0, NULL,
     "a few words: what happens in this step"},
    {"expect", read_expect, STEP(expect), 0, 0, "`accept`",
     "what the case needs of the board here: `accept`, `refuse`, or `cope` for whatever it does"},
    {"change", read_table, STEP(description), 0, 0, "none",
     "table, laid over the description of the control; a step without it is the control itself"},
    {"reset", key_read_bool, STEP(reset), 0, 0, "false",
     "the board is switched off and on before this step"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec scenario_suite_keys[] = {
    {"name", read_text, offsetof(struct suite, name), 0, 0, NULL,
     "what `@name` selects; the file has the same name"},
    {"title", read_text, offsetof(struct suite, title), 0, 0, NULL,
     "a few words, for lists"},
    {"members", read_texts, offsetof(struct suite, wanted), 0, 0, NULL,
     "list of ids or patterns (`TIME-*`), in the order in which they run"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

const struct key_spec scenario_missing_keys[] = {
    {"id", read_id, offsetof(struct missing, said.id), 0, 0, NULL,
     "the row's id, as of a scenario"},
    {"title", read_text, offsetof(struct missing, said.title), 0, 0, NULL,
     "a few words, for lists"},
    {"reason", read_prose, offsetof(struct missing, said.reason), 0, 0, NULL,
     "prose: why nothing here serves it"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static enum assay_status read_rows(const struct key_spec *keys, const struct value *table,
                                   void *target, struct assay_error *err)
{
    ASSAY_TRY(keys_read(keys, table, "", target, err));
    for (const struct key_spec *key = keys; key->name != NULL; key++)
        if (key->fallback == NULL && value_get(table, key->name) == NULL)
            return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is missing: %s", key->name,
                                   key->help);
    return ASSAY_OK;
}

/* ---- what the keys mean together ---------------------------------------------------------- */

static enum assay_status say(struct assay_error *err, const char *text)
{
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s", text);
}

static enum assay_status check_own_control(const struct definition *d, struct assay_error *err)
{
    if (d->said.expect != SCENARIO_ACCEPT)
        return say(err, "control: a case that has to be refused cannot be its own control");
    if (d->change_ref != LUA_NOREF || d->change != NULL || d->said.differs != NULL)
        return say(err, "a case that is its own control has a description, and neither change "
                        "nor differs");
    return ASSAY_OK;
}

/* It looks at what other cases left behind: there is nothing that it could change. */
static enum assay_status check_observation(const struct definition *d, struct assay_error *err)
{
    if (strcmp(d->said.id, d->said.control) == 0)
        return say(err,
                   "control: an observation names the case that is run where nothing else was");
    if (d->said.rules == NULL)
        return say(err, "rules is missing: what this case asks of what the board does anyway");
    if (d->change_ref != LUA_NOREF || d->change != NULL || d->said.differs != NULL ||
        d->said.description != NULL || d->steps != NULL || d->said.reset)
        return say(err, "an observation serves nothing: it has neither description, change, "
                        "differs, steps nor reset");
    return ASSAY_OK;
}

static enum assay_status check_control(const struct definition *d, struct assay_error *err)
{
    if (d->said.expect == SCENARIO_OBSERVE)
        return check_observation(d, err);
    if ((d->said.expect == SCENARIO_MEASURE) != (d->ladder != NULL))
        return say(err, "ladder: it belongs to the cases that expect \"measure\", and to all");
    if (d->ladder != NULL && (d->change_ref == LUA_NOREF || d->steps != NULL))
        return say(err, "ladder: change has to be a function of a description and a number, and "
                        "there are no steps");
    if (strcmp(d->said.id, d->said.control) == 0)
        return check_own_control(d, err);
    if (d->steps != NULL && d->change_ref == LUA_NOREF && d->change == NULL &&
        d->said.differs == NULL && d->said.description == NULL)
        return ASSAY_OK; /* the control itself, after other things */
    if (d->said.description != NULL)
        return say(err, "description: a case says what it changes of its control's; only a case "
                        "that is its own control has a description");
    if (d->change_ref == LUA_NOREF && d->change == NULL)
        return say(err, "change is missing: what this case changes of its control's servers");
    if (d->said.differs == NULL)
        return say(err, "differs is missing: the paths that the change touches");
    return ASSAY_OK;
}

static enum assay_status check_alerts(const struct definition *d, struct assay_error *err)
{
    if (d->said.expect == SCENARIO_REFUSE && d->said.alerts == NULL)
        return say(err, "alerts is missing: a case that has to be refused names the right alerts");
    if (d->said.expect != SCENARIO_REFUSE && d->said.alerts != NULL)
        return say(err, "alerts: no alert is right where the server need not be refused");
    return ASSAY_OK;
}

/* PATH-01-self-signed-leaf.lua defines PATH-01, or PATH-01/a, PATH-01/b, ... */
static enum assay_status check_file_name(const struct definition *d, struct assay_error *err)
{
    size_t len = strcspn(d->said.id, "/");

    if (strncmp(d->source->name, d->said.id, len) == 0 && d->source->name[len] == '-')
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "id: the file of this case has to be called %.*s-<a few words>.lua",
                           (int)len, d->said.id);
}

static enum assay_status fill_group(struct definition *d, struct assay_error *err)
{
    const char *known = catalogue_group(d->said.id);

    if (known == NULL && d->said.group == NULL)
        return say(err, "group is missing: the catalogue does not know the letters of this id");
    if (known != NULL && d->said.group != NULL && strcmp(known, d->said.group) != 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "group: this id belongs to \"%s\"", known);
    if (d->said.group == NULL)
        d->said.group = known;
    return ASSAY_OK;
}

/* Lists of a scenario are never NULL. */
static enum assay_status fill_list(struct definition *d, const char *key,
                                   const struct value **field)
{
    if (*field != NULL)
        return ASSAY_OK;
    ASSAY_TRY(value_set(d->table, key, value_new_list()));
    *field = value_get(d->table, key);
    return ASSAY_OK;
}

/* White space of any length, line ends too, becomes one space; none stays at the ends. */
static enum assay_status fold(const char *prose, struct buf *out)
{
    for (const char *at = prose; *at != '\0'; at++) {
        bool space = isspace((unsigned char)*at) != 0;
        bool after_space = out->len == 0 || out->data[out->len - 1] == ' ';

        if (!space || !after_space)
            ASSAY_TRY(buf_add_char(out, space ? ' ' : *at));
    }
    if (out->len > 0 && out->data[out->len - 1] == ' ')
        buf_truncate(out, out->len - 1);
    return ASSAY_OK;
}

static enum assay_status fold_prose(struct value *table, const struct key_spec *key, void *target)
{
    const char *prose = value_text(value_get(table, key->name));
    enum assay_status status = ASSAY_OK;
    struct buf folded;

    buf_init(&folded, strlen(prose) + 1);
    status = fold(prose, &folded);
    if (status == ASSAY_OK)
        status = value_set(table, key->name, value_new_text(buf_text(&folded)));
    if (status == ASSAY_OK)
        status = store_text(value_text(value_get(table, key->name)), (char *)target + key->offset);
    buf_done(&folded);
    return status;
}

static enum assay_status fold_all(const struct key_spec *keys, struct value *table, void *target)
{
    for (; keys->name != NULL; keys++)
        if (keys->read == read_prose)
            ASSAY_TRY(fold_prose(table, keys, target));
    return ASSAY_OK;
}

/* One flaw is a list of one. */
static enum assay_status list_flaws(struct definition *d)
{
    struct value *list = NULL;

    if (d->said.flaws == NULL || value_kind(d->said.flaws) == VALUE_LIST)
        return fill_list(d, "flaw", &d->said.flaws);
    list = value_new_list();
    if (list == NULL)
        return ASSAY_ERR_NOMEM;
    if (value_add(list, value_new_text(value_text(d->said.flaws))) != ASSAY_OK) {
        value_free(list);
        return ASSAY_ERR_NOMEM;
    }
    ASSAY_TRY(value_set(d->table, "flaw", list));
    d->said.flaws = value_get(d->table, "flaw");
    return ASSAY_OK;
}

enum assay_status definition_read(struct definition *d, struct assay_error *err)
{
    ASSAY_TRY(read_rows(scenario_keys, d->table, d, err));
    ASSAY_TRY(check_control(d, err));
    ASSAY_TRY(check_alerts(d, err));
    ASSAY_TRY(check_file_name(d, err));
    ASSAY_TRY(fill_group(d, err));
    ASSAY_TRY(fill_list(d, "alerts", &d->said.alerts));
    ASSAY_TRY(fill_list(d, "differs", &d->said.differs));
    ASSAY_TRY(fill_list(d, "rules", &d->said.rules));
    ASSAY_TRY(list_flaws(d));
    return fold_all(scenario_keys, d->table, d);
}

enum assay_status missing_read(struct missing *m, struct assay_error *err)
{
    ASSAY_TRY(read_rows(scenario_missing_keys, m->table, m, err));
    return fold_all(scenario_missing_keys, m->table, m);
}

enum assay_status step_read(const struct value *table, const char *path, struct scenario *ret,
                            struct assay_error *err)
{
    ret->title = NULL;
    ret->expect = SCENARIO_ACCEPT;
    ret->reset = false;
    ret->silent = false;
    ret->description = NULL;
    ASSAY_TRY(keys_read(scenario_step_keys, table, path, ret, err));
    if (ret->title == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s.title is missing: what happens here",
                               path);
    if (ret->expect == SCENARIO_OBSERVE)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s.expect has to be \"accept\", \"refuse\" or \"cope\"", path);
    return ASSAY_OK;
}

enum assay_status suite_read(struct suite *s, struct assay_error *err)
{
    ASSAY_TRY(read_rows(scenario_suite_keys, s->table, s, err));
    if (strcmp(s->name, s->source->name) != 0)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "name: the file of this suite has to be called %s.lua", s->name);
    return ASSAY_OK;
}
