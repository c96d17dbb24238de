/* SPDX-License-Identifier: Apache-2.0 */
/* assay list */
#include "command.h"

#include "base/value.h"
#include "board/board.h"
#include "dns/dns.h"
#include "face/face.h"
#include "face/settings.h"
#include "flash/flash.h"
#include "http/http.h"
#include "mock/faults.h"
#include "mqtt/settings.h"
#include "net/net_rules.h"
#include "profile/profile.h"
#include "scenario/scenario.h"
#include "serial/serial_ports.h"
#include "sntp/sntp.h"
#include "websocket/websocket.h"
#include "wwep/wwep.h"

#include <stdlib.h>
#include <string.h>

/* A table of what is listed: rows of texts, or objects of the same texts as JSON. */
struct listing {
    struct value *rows; /* list of maps */
    struct value *last; /* the row that was added last */
    const char *const *columns;
    bool json; /* JSON holds more than the columns */
};

/* With `more` (a member that only JSON shows, taken over) under the key `more_key`. */
static enum assay_status add_row_with(struct listing *l, const char *const *texts,
                                      const char *more_key, struct value *more)
{
    struct value *row = value_new_map();
    enum assay_status status = row != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = 0; status == ASSAY_OK && l->columns[i] != NULL; i++)
        status = value_set(row, l->columns[i], value_new_text(texts[i]));
    if (status == ASSAY_OK && more_key != NULL)
        status = value_set(row, more_key, more);
    else
        value_free(more);
    if (status != ASSAY_OK) {
        value_free(row);
        return status;
    }
    l->last = row;
    return value_add(l->rows, row);
}

static enum assay_status add_row(struct listing *l, const char *const *texts)
{
    return add_row_with(l, texts, NULL, NULL);
}

static const char *const scenario_columns[] = {"id",     "severity", "category",
                                               "expect", "title",    NULL};

/* Rows of the catalogue that nothing here serves: in JSON only, whose readers compare catalogues.
 */
static enum assay_status list_missing(const struct scenario_set *set, struct listing *l)
{
    for (size_t i = 0; l->json && i < scenario_missing_count(set); i++) {
        const struct scenario_missing *m = scenario_missing_at(set, i);
        const char *texts[] = {m->id, "", "", "", m->title};

        ASSAY_TRY(add_row_with(l, texts, "not_served", value_new_text(m->reason)));
    }
    return ASSAY_OK;
}

static enum assay_status list_scenarios(const struct paths *paths, struct listing *l,
                                        struct assay_error *err)
{
    struct scenario_set *set = NULL;
    enum assay_status status = scenario_set_load(paths->scenarios, &set, err);

    for (size_t i = 0; status == ASSAY_OK && i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);
        const char *texts[] = {s->id, severity_name(s->severity), category_name(s->category),
                               scenario_expect_name(s->expect), s->title};

        status = add_row_with(l, texts, "flaws", value_copy(s->flaws));
        if (status == ASSAY_OK && l->json)
            status =
                value_set(l->last, "role", value_new_text(s->board_serves ? "server" : "client"));
    }
    if (status == ASSAY_OK)
        status = list_missing(set, l);
    scenario_set_free(set);
    return status;
}

static const char *const suite_columns[] = {"suite", "cases", "title", NULL};

static enum assay_status list_suites(const struct paths *paths, struct listing *l,
                                     struct assay_error *err)
{
    struct scenario_set *set = NULL;
    enum assay_status status = scenario_set_load(paths->scenarios, &set, err);

    for (size_t i = 0; status == ASSAY_OK && i < scenario_suite_count(set); i++) {
        char name[128];
        char count[24];
        const char *texts[] = {name, count, scenario_suite_title(set, i)};

        snprintf(name, sizeof(name), "@%s", scenario_suite_name(set, i));
        snprintf(count, sizeof(count), "%zu", value_count(scenario_suite_members(set, i)));
        status = add_row(l, texts);
    }
    scenario_set_free(set);
    return status;
}

static const char *const board_columns[] = {"board", "driver", "stack", "name", NULL};

static enum assay_status list_boards(const struct paths *paths, struct listing *l,
                                     struct assay_error *err)
{
    struct value *ids = NULL;
    enum assay_status status = board_files_list(paths->boards, &ids, err);

    for (size_t i = 0; status == ASSAY_OK && i < value_count(ids); i++) {
        struct board_file *file = NULL;

        status = board_file_load(paths->boards, value_text(value_at(ids, i)), &file, err);
        if (status == ASSAY_OK) {
            const char *texts[] = {board_file_id(file), board_file_driver(file),
                                   board_file_stack(file), board_file_name(file)};

            status = add_row(l, texts);
        }
        board_file_free(file);
    }
    value_free(ids);
    return status;
}

static const char *const driver_columns[] = {"driver", "for", "summary", NULL};

static enum assay_status list_drivers(const struct paths *paths, struct listing *l,
                                      struct assay_error *err)
{
    (void)paths;
    (void)err;
    for (const struct board_driver_info *d = board_driver_infos(); d->name != NULL; d++) {
        const char *texts[] = {d->name, "board", d->summary};

        ASSAY_TRY(add_row(l, texts));
    }
    for (const struct flash_driver_info *d = flash_driver_infos(); d->name != NULL; d++) {
        const char *texts[] = {d->name, "flash", d->summary};

        ASSAY_TRY(add_row(l, texts));
    }
    return ASSAY_OK;
}

static const char *const chip_columns[] = {"chip", "driver", "application", NULL};

static enum assay_status list_chips(const struct paths *paths, struct listing *l,
                                    struct assay_error *err)
{
    (void)paths;
    (void)err;
    for (const struct flash_chip_info *c = flash_chip_infos(); c->name != NULL; c++) {
        char place[64];
        const char *texts[] = {c->name, c->driver, place};

        snprintf(place, sizeof(place), "%u KiB at 0x%08x", c->app_size / 1024, c->app_start);
        ASSAY_TRY(add_row(l, texts));
    }
    return ASSAY_OK;
}

static const char *const port_columns[] = {"port",     "transport", "vid",         "pid",
                                           "usb_path", "serial",    "description", NULL};

static enum assay_status list_ports(const struct paths *paths, struct listing *l,
                                    struct assay_error *err)
{
    struct value *ports = NULL;
    enum assay_status status = serial_ports_list(&ports, err);

    (void)paths;
    for (size_t i = 0; status == ASSAY_OK && i < value_count(ports); i++) {
        const struct value *p = value_at(ports, i);
        const char *texts[] = {
            value_text(value_get(p, "path")),       value_text(value_get(p, "transport")),
            value_text(value_get(p, "vid")),        value_text(value_get(p, "pid")),
            value_text(value_get(p, "usb_path")),   value_text(value_get(p, "serial")),
            value_text(value_get(p, "description"))};

        status = add_row(l, texts);
    }
    value_free(ports);
    return status;
}

static const char *const fault_columns[] = {"fault", "default", "summary", NULL};

/* The verbs of `mqtt.faults`, as `assay serve --fault` takes them. */
static enum assay_status list_packet_faults(struct listing *l)
{
    for (size_t i = 0; i < MQTT_FAULT_VERBS; i++) {
        char name[96];
        const char *texts[] = {name, "", mqtt_fault_rows[i].help};

        snprintf(name, sizeof(name), "%s PACKET", mqtt_fault_rows[i].name);
        ASSAY_TRY(add_row(l, texts));
    }
    return ASSAY_OK;
}

/* The rows of `faults`. */
static enum assay_status list_connection_faults(struct listing *l)
{
    for (const struct mock_fault_row *row = mock_fault_rows; row->name != NULL; row++) {
        char name[96];
        char fallback[32] = "";
        const char *texts[] = {name, fallback, row->help};

        snprintf(name, sizeof(name), "%s%s%s%s", row->name, row->word != NULL ? " " : "",
                 row->word != NULL ? row->word : "", row->word != NULL ? "=N" : "");
        if (row->word != NULL)
            snprintf(fallback, sizeof(fallback), "%d", (int)row->fallback);
        ASSAY_TRY(add_row(l, texts));
    }
    return ASSAY_OK;
}

/* What the servers can be told to do wrong: keys of a scenario's server description. */
static enum assay_status list_faults(const struct paths *paths, struct listing *l,
                                     struct assay_error *err)
{
    const struct {
        const char *table;
        const struct key_spec *keys;
    } tables[] = {{"net", net_keys},   {"mqtt", mqtt_keys},
                  {"http", http_keys}, {"websocket", websocket_keys},
                  {"wwep", wwep_keys}, {"dns", dns_keys},
                  {"sntp", sntp_keys}};

    (void)paths;
    (void)err;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (const struct key_spec *k = tables[i].keys; k->name != NULL; k++) {
            char name[96];
            const char *texts[] = {name, k->fallback, k->help};

            snprintf(name, sizeof(name), "%s.%s", tables[i].table, k->name);
            ASSAY_TRY(add_row(l, texts));
        }
    }
    ASSAY_TRY(list_connection_faults(l));
    return list_packet_faults(l);
}

static const char *const face_columns[] = {"face", "default", "summary", NULL};

/* Services that `assay serve --face` passes for, each with its keys. */
static enum assay_status list_faces(const struct paths *paths, struct listing *l,
                                    struct assay_error *err)
{
    (void)paths;
    (void)err;
    for (size_t i = 0; i < FACE_COUNT; i++) {
        const char *texts[] = {face_infos[i].name, "", face_infos[i].title};

        ASSAY_TRY(add_row(l, texts));
        for (const struct key_spec *k = face_infos[i].keys; k->name != NULL; k++) {
            char name[96];
            const char *key[] = {name, k->fallback, k->help};

            snprintf(name, sizeof(name), "%s %s=", face_infos[i].name, k->name);
            ASSAY_TRY(add_row(l, key));
        }
        for (size_t n = 0; face_order_form((enum face_kind)i, n) != NULL; n++) {
            char name[96];
            const char *order[] = {name, "", face_order_form((enum face_kind)i, n)};

            snprintf(name, sizeof(name), "%s order", face_infos[i].name);
            ASSAY_TRY(add_row(l, order));
        }
    }
    return ASSAY_OK;
}

static const char *const profile_columns[] = {"profile", "title", NULL};

static enum assay_status add_profile(struct listing *l, const char *directory, const char *name,
                                     struct assay_error *err)
{
    struct profile *profile = NULL;
    enum assay_status status = profile_load(directory, name, &profile, err);

    if (status == ASSAY_OK) {
        const char *texts[] = {profile_name(profile), profile_title(profile)};

        status = add_row(l, texts);
    }
    profile_free(profile);
    return status;
}

static enum assay_status list_profiles(const struct paths *paths, struct listing *l,
                                       struct assay_error *err)
{
    struct value *names = NULL;
    struct buf directory;
    enum assay_status status = ASSAY_OK;

    buf_init(&directory, 4096);
    status = buf_printf(&directory, "%s/profiles", paths->scenarios);
    if (status == ASSAY_OK)
        status = profile_list(buf_text(&directory), &names, err);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(names); i++)
        status = add_profile(l, buf_text(&directory), value_text(value_at(names, i)), err);
    value_free(names);
    buf_done(&directory);
    return status;
}

static const struct {
    const char *what;
    const char *const *columns;
    enum assay_status (*list)(const struct paths *paths, struct listing *l,
                              struct assay_error *err);
} kinds[] = {
    {"scenarios", scenario_columns, list_scenarios},
    {"suites", suite_columns, list_suites},
    {"boards", board_columns, list_boards},
    {"drivers", driver_columns, list_drivers},
    {"faults", fault_columns, list_faults},
    {"faces", face_columns, list_faces},
    {"profiles", profile_columns, list_profiles},
    {"chips", chip_columns, list_chips},
    {"ports", port_columns, list_ports},
};

static size_t width_of(const struct listing *l, const char *column)
{
    size_t widest = 0;

    for (size_t i = 0; i < value_count(l->rows); i++) {
        size_t len = value_text_len(value_get(value_at(l->rows, i), column));

        widest = len > widest ? len : widest;
    }
    return widest;
}

static enum assay_status format_table(const struct listing *l, struct buf *out)
{
    for (size_t i = 0; i < value_count(l->rows); i++) {
        for (size_t k = 0; l->columns[k] != NULL; k++) {
            const char *text = value_text(value_get(value_at(l->rows, i), l->columns[k]));
            bool last = l->columns[k + 1] == NULL;

            ASSAY_TRY(last ? buf_printf(out, "%s\n", text)
                           : buf_printf(out, "%-*s  ", (int)width_of(l, l->columns[k]), text));
        }
    }
    return ASSAY_OK;
}

static int print_listing(const struct listing *l, bool json)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;
    int code = EXIT_BENCH;

    buf_init(&text, 64U << 20);
    status = json ? value_write_json(l->rows, &text) : format_table(l, &text);
    if (status == ASSAY_OK && json)
        status = buf_add_char(&text, '\n');
    if (status == ASSAY_OK)
        code = print_buffer(&text);
    buf_done(&text);
    return code;
}

static int list_kind(struct context *context, size_t kind, bool json)
{
    struct listing l = {.rows = value_new_list(), .columns = kinds[kind].columns, .json = json};
    struct assay_error err = {.text = ""};
    enum assay_status status = kinds[kind].list(&context->paths, &l, &err);
    int code = status == ASSAY_OK ? print_listing(&l, json) : complain_error(status, &err);

    value_free(l.rows);
    return code;
}

static int run(struct context *context, int argc, char **argv)
{
    bool json = false;
    const struct command_option options[] = {
        {"json", 0, OPTION_FLAG, &json, NULL, "as JSON"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list words = {.count = 0};
    int code = options_parse(context, &command_list, options, argc, argv, &words);

    if (code >= 0)
        return code;
    for (size_t i = 0; words.count == 1 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(words.items[0], kinds[i].what) == 0)
            return list_kind(context, i, json);
    complain("list: what? scenarios, suites, boards, drivers, faults, faces, profiles, chips "
             "or ports");
    return EXIT_USAGE;
}

const struct command command_list = {
    .name = "list",
    .arguments = "scenarios|suites|boards|drivers|faults|faces|profiles|chips|ports [--json]",
    .summary = "what there is",
    .run = run,
};
