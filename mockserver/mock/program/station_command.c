/* SPDX-License-Identifier: Apache-2.0 */
#include "station_command.h"

#include "base/event_kinds.h"
#include "clock/scenario_clock.h"
#include "mock/description.h"
#include "mock/faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The listeners that a command means. */
struct meant {
    size_t count;
    struct listener *listeners[MOCK_LISTENERS_MAX];
};

struct deed {
    struct station *station;
    const struct command *command;
    struct meant meant;
    struct buf *reply;
    struct station_wish *wish;
    struct assay_error *err;
};

static enum assay_status find_meant(const struct station *station, const char *name,
                                    struct meant *ret, struct assay_error *err)
{
    struct buf names;

    *ret = (struct meant){.count = 0};
    buf_init(&names, 4096);
    for (size_t i = 0; i < station_count(station); i++) {
        struct listener *l = station_at(station, i);

        if (name[0] == '\0' || strcmp(listener_name(l), name) == 0)
            ret->listeners[ret->count++] = l;
        if (buf_printf(&names, "%s%s", i > 0 ? ", " : "", listener_name(l)) != ASSAY_OK)
            break;
    }
    if (ret->count == 0)
        assay_error_set(err, ASSAY_ERR_NOT_FOUND, "there is no listener \"%s\"; there are: %s",
                        name, buf_text(&names));
    buf_done(&names);
    return ret->count > 0 ? ASSAY_OK : ASSAY_ERR_NOT_FOUND;
}

/* {"ok":true,"<what>":{"name":<one>,...}}, one for each listener that is meant. */
static enum assay_status reply_each(const struct deed *d, const char *what,
                                    enum assay_status (*one)(const struct listener *l,
                                                             struct buf *out))
{
    ASSAY_TRY(buf_printf(d->reply, "{\"ok\":true,\"%s\":{", what));
    for (size_t i = 0; i < d->meant.count; i++) {
        ASSAY_TRY(buf_printf(d->reply, "%s\"%s\":", i > 0 ? "," : "",
                             listener_name(d->meant.listeners[i])));
        ASSAY_TRY(one(d->meant.listeners[i], d->reply));
    }
    return buf_add_text(d->reply, "}}");
}

static enum assay_status write_faults(const struct listener *l, struct buf *out)
{
    const struct value *faults = value_get(listener_given(l), "faults");

    return faults != NULL ? value_write_json(faults, out) : buf_add_text(out, "[]");
}

static enum assay_status write_description(const struct listener *l, struct buf *out)
{
    return value_write_json(mock_description(listener_mock(l)), out);
}

static enum assay_status write_clock(const struct listener *l, struct buf *out)
{
    char text[SCENARIO_TIME_TEXT];

    scenario_time_format(listener_now_s(l), text);
    return buf_printf(out, "\"%s\"", text);
}

enum assay_status station_write_listener(const struct listener *listener, struct buf *out)
{
    const struct mock *mock = listener_mock(listener);
    const struct value *description = mock_description(mock);
    const char *service = value_text(value_get(description, "service"));
    const char *host = value_text(value_get(description, "host"));

    if (host == NULL)
        host = "broker.bench.test";
    ASSAY_TRY(buf_printf(out,
                         "\"name\":\"%s\",\"service\":\"%s\",\"host\":", listener_name(listener),
                         service != NULL ? service : mock_services[MOCK_SERVICE_MQTTS].name));
    ASSAY_TRY(json_add_string(out, host, strlen(host)));
    return buf_printf(out, ",\"address\":\"%s\",\"port\":%u,\"dns_port\":%u,\"sntp_port\":%u",
                      listener_address(listener), mock_port(mock), mock_dns_port(mock),
                      mock_sntp_port(mock));
}

static enum assay_status write_status(const struct listener *l, struct buf *out)
{
    const struct mock *mock = listener_mock(l);

    ASSAY_TRY(buf_add_char(out, '{'));
    ASSAY_TRY(station_write_listener(l, out));
    ASSAY_TRY(buf_add_text(out, ",\"clock\":"));
    ASSAY_TRY(write_clock(l, out));
    ASSAY_TRY(buf_printf(out, ",\"open\":%zu,\"total\":%zu,\"faults\":",
                         mock_open_connections(mock), mock_total_connections(mock)));
    ASSAY_TRY(write_faults(l, out));
    return buf_add_char(out, '}');
}

static enum assay_status do_status(const struct deed *d)
{
    ASSAY_TRY(buf_add_text(d->reply, "{\"ok\":true,\"listeners\":["));
    for (size_t i = 0; i < d->meant.count; i++) {
        if (i > 0)
            ASSAY_TRY(buf_add_char(d->reply, ','));
        ASSAY_TRY(write_status(d->meant.listeners[i], d->reply));
    }
    return buf_printf(d->reply, "],\"replaced_open\":%zu}",
                      station_replaced_connections(d->station));
}

static enum assay_status do_show(const struct deed *d)
{
    return reply_each(d, "server", write_description);
}

/* Servers for each listener that is meant; then all of them take effect. */
static enum assay_status change_all(const struct deed *d,
                                    enum assay_status (*edit)(const struct deed *d,
                                                              struct value *given),
                                    const char *why)
{
    struct listener_change changes[MOCK_LISTENERS_MAX];
    enum assay_status status = ASSAY_OK;
    size_t count = 0;

    while (status == ASSAY_OK && count < d->meant.count) {
        struct listener *l = d->meant.listeners[count];
        struct value *given = value_copy(listener_given(l));

        status = given != NULL ? edit(d, given)
                               : assay_error_set(d->err, ASSAY_ERR_NOMEM, "out of memory");
        if (status == ASSAY_OK)
            status =
                listener_prepare(l, given, strcmp(why, "renewed") == 0, &changes[count], d->err);
        else
            value_free(given);
        if (status == ASSAY_OK)
            count++;
        else if (station_count(d->station) > 1)
            assay_error_prefix(d->err, status, "listener \"%s\"", listener_name(l));
    }
    for (size_t i = 0; i < count; i++) {
        if (status == ASSAY_OK)
            listener_apply(&changes[i], strcmp(why, "renewed") == 0, why);
        else
            listener_drop_change(&changes[i]);
    }
    return status;
}

static enum assay_status no_memory(const struct deed *d, enum assay_status status)
{
    return status == ASSAY_OK ? ASSAY_OK : assay_error_set(d->err, status, "out of memory");
}

/* faults = list, which is taken over. */
static enum assay_status set_faults(const struct deed *d, struct value *given, struct value *list)
{
    return no_memory(d, value_set(given, "faults", list));
}

static enum assay_status add_fault(const struct deed *d, struct value *given)
{
    const struct value *old = value_get(given, "faults");
    struct value *list = value_kind(old) == VALUE_LIST ? value_copy(old) : value_new_list();
    enum assay_status status = value_add(list, value_new_text(d->command->add));

    if (status == ASSAY_OK)
        return set_faults(d, given, list);
    value_free(list);
    return no_memory(d, status);
}

static bool is_removed(const struct command *c, const struct value *list, size_t i)
{
    if (value_kind(c->remove) == VALUE_INT)
        return value_int(c->remove) == (int64_t)i + 1;
    return value_equal(value_at(list, i), c->remove);
}

static enum assay_status remove_fault(const struct deed *d, struct value *given)
{
    const struct value *old = value_get(given, "faults");
    struct value *list = value_new_list();
    enum assay_status status = list != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    bool is_found = false;

    for (size_t i = 0; status == ASSAY_OK && i < value_count(old); i++) {
        if (!is_found && is_removed(d->command, old, i))
            is_found = true;
        else
            status = value_add(list, value_copy(value_at(old, i)));
    }
    /* Where all listeners are meant, those that do not have it stay as they are. */
    if (status == ASSAY_OK && !is_found && d->meant.count == 1)
        status = assay_error_set(d->err, ASSAY_ERR_NOT_FOUND,
                                 "fault remove: there is no such fault; {\"do\":\"fault\"} lists "
                                 "them");
    if (status == ASSAY_OK)
        return set_faults(d, given, list);
    value_free(list);
    return status == ASSAY_ERR_NOT_FOUND ? status : no_memory(d, status);
}

/* Those of `mqtt.faults` as well. */
static enum assay_status clear_faults(const struct deed *d, struct value *given)
{
    struct value *over = value_new_map();
    struct value *mqtt = value_new_map();
    enum assay_status status = value_set(mqtt, "faults", value_new_list());

    if (status == ASSAY_OK)
        status = value_set(over, "mqtt", mqtt);
    else
        value_free(mqtt);
    if (status == ASSAY_OK && value_path(given, "mqtt.faults") != NULL)
        status = value_merge(given, over);
    value_free(over);
    ASSAY_TRY(no_memory(d, status));
    return set_faults(d, given, value_new_list());
}

static enum assay_status do_fault(const struct deed *d)
{
    const struct command *c = d->command;

    if (c->add != NULL)
        ASSAY_TRY(change_all(d, add_fault, "command"));
    if (c->remove != NULL)
        ASSAY_TRY(change_all(d, remove_fault, "command"));
    if (c->clear)
        ASSAY_TRY(change_all(d, clear_faults, "command"));
    return reply_each(d, "faults", write_faults);
}

/* WHEN for a listener: absolute, or relative to the start of the run or to its clock. */
static enum assay_status time_for(const struct deed *d, const struct listener *l, int64_t *ret,
                                  struct assay_error *err)
{
    const struct command *c = d->command;
    int64_t zero_s = 0;
    int64_t one_s = 0;

    if (c->set != NULL)
        return scenario_time_parse(c->set, station_base_s(d->station), ret, err);
    ASSAY_TRY(scenario_time_parse(c->advance, 0, &zero_s, err));
    ASSAY_TRY(scenario_time_parse(c->advance, 1, &one_s, err));
    if (zero_s == one_s)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s is no step; write +30d or -1h, or use set", c->advance);
    return scenario_time_parse(c->advance, listener_now_s(l), ret, err);
}

static enum assay_status do_clock(const struct deed *d)
{
    int64_t unix_s[MOCK_LISTENERS_MAX] = {0};
    bool is_set = d->command->set != NULL || d->command->advance != NULL;

    for (size_t i = 0; is_set && i < d->meant.count; i++)
        if (time_for(d, d->meant.listeners[i], &unix_s[i], d->err) != ASSAY_OK)
            return assay_error_prefix(d->err, ASSAY_ERR_MALFORMED, "clock");
    for (size_t i = 0; is_set && i < d->meant.count; i++)
        listener_set_clock(d->meant.listeners[i], unix_s[i], "command");
    return reply_each(d, "clock", write_clock);
}

static enum assay_status merge_server(const struct deed *d, struct value *given)
{
    return no_memory(d, value_merge(given, d->command->server));
}

/* value below the maps of a path, "a.b.c"; the caller owns it. NULL: no memory. */
static struct value *wrap(const char *path, const struct value *value)
{
    struct value *made = value_copy(value);
    size_t end = strlen(path);

    while (made != NULL && end > 0) {
        struct value *map = value_new_map();
        char name[64];
        size_t begin = end;

        while (begin > 0 && path[begin - 1] != '.')
            begin--;
        snprintf(name, sizeof(name), "%.*s", (int)(end - begin), path + begin);
        if (value_set(map, name, made) != ASSAY_OK) {
            value_free(map);
            return NULL;
        }
        made = map;
        end = begin > 0 ? begin - 1 : 0;
    }
    return made;
}

static enum assay_status set_value(const struct deed *d, struct value *given)
{
    struct value *over = wrap(d->command->path, d->command->value);
    enum assay_status status = over != NULL ? value_merge(given, over) : ASSAY_ERR_NOMEM;

    value_free(over);
    return no_memory(d, status);
}

static enum assay_status nothing(const struct deed *d, struct value *given)
{
    (void)d;
    (void)given;
    return ASSAY_OK;
}

static enum assay_status reply_changed(const struct deed *d)
{
    ASSAY_TRY(buf_add_text(d->reply, "{\"ok\":true,\"changed\":["));
    for (size_t i = 0; i < d->meant.count; i++)
        ASSAY_TRY(buf_printf(d->reply, "%s\"%s\"", i > 0 ? "," : "",
                             listener_name(d->meant.listeners[i])));
    return buf_add_text(d->reply, "]}");
}

static enum assay_status do_change(const struct deed *d)
{
    ASSAY_TRY(change_all(d, merge_server, "command"));
    return reply_changed(d);
}

static enum assay_status do_set(const struct deed *d)
{
    ASSAY_TRY(change_all(d, set_value, "command"));
    return reply_changed(d);
}

static enum assay_status do_renew(const struct deed *d)
{
    ASSAY_TRY(change_all(d, nothing, "renewed"));
    return reply_changed(d);
}

/* What a cloud has done cannot be taken back: it is for one listener. */
static enum assay_status do_order(const struct deed *d)
{
    struct listener *meant = NULL;

    for (size_t i = 0; i < d->meant.count; i++) {
        struct listener *l = d->meant.listeners[i];

        if (d->meant.count > 1 && value_get(mock_description(listener_mock(l)), "face") == NULL)
            continue;
        if (meant != NULL)
            return assay_error_set(
                d->err, ASSAY_ERR_MALFORMED,
                "order: \"%s\" and \"%s\" have faces; name the one that is meant",
                listener_name(meant), listener_name(l));
        meant = l;
    }
    if (meant == NULL)
        return assay_error_set(d->err, ASSAY_ERR_UNSUPPORTED, "order: no listener has a face");
    ASSAY_TRY(mock_order(listener_mock(meant), d->command->order, d->err));
    return buf_printf(d->reply, "{\"ok\":true,\"ordered\":\"%s\"}", listener_name(meant));
}

/* Connections are numbered over all listeners: the first that has it is meant. */
static enum assay_status do_close(const struct deed *d)
{
    const struct command *c = d->command;
    struct assay_error why = {.text = ""};

    for (size_t i = 0; i < d->meant.count; i++) {
        struct listener *l = d->meant.listeners[i];
        uint32_t id = 0;

        if (mock_close_connection(listener_mock(l), (uint32_t)c->connection, c->client, c->is_reset,
                                  &id, &why) == ASSAY_OK)
            return buf_printf(d->reply, "{\"ok\":true,\"closed\":{\"%s\":%u}}", listener_name(l),
                              (unsigned)id);
    }
    return assay_error_set(d->err, ASSAY_ERR_NOT_FOUND, "%s", why.text);
}

static enum assay_status do_reload(const struct deed *d)
{
    d->wish->reload = true;
    return ASSAY_OK;
}

static enum assay_status do_stop(const struct deed *d)
{
    d->wish->stop = true;
    d->wish->drain_ms = d->command->drain_ms;
    return buf_printf(d->reply, "{\"ok\":true,\"open\":%zu}", station_open_connections(d->station));
}

static enum assay_status do_help(const struct deed *d)
{
    ASSAY_TRY(buf_add_text(d->reply, "{\"ok\":true,\"commands\":{"));
    for (size_t i = 0; i < COMMAND_VERBS; i++) {
        const struct command_row *row = &command_rows[i];

        ASSAY_TRY(buf_printf(d->reply, "%s\"%s\":", i > 0 ? "," : "", row->name));
        ASSAY_TRY(json_add_string(d->reply, row->words, strlen(row->words)));
    }
    return buf_add_text(d->reply, "}}");
}

static enum assay_status (*const deeds[COMMAND_VERBS])(const struct deed *d) = {
    [COMMAND_STATUS] = do_status, [COMMAND_SHOW] = do_show,     [COMMAND_FAULT] = do_fault,
    [COMMAND_CLOCK] = do_clock,   [COMMAND_CHANGE] = do_change, [COMMAND_SET] = do_set,
    [COMMAND_RENEW] = do_renew,   [COMMAND_RELOAD] = do_reload, [COMMAND_STOP] = do_stop,
    [COMMAND_HELP] = do_help,     [COMMAND_ORDER] = do_order,   [COMMAND_CLOSE] = do_close,
};

/* In words, as far as they cannot hold a secret: what is set may be a password. */
static enum assay_status describe(const struct command *c, struct buf *out)
{
    const struct {
        const char *words, *rest;
    } members[] = {
        {"add ", c->add},
        {"remove ", value_text(c->remove)},
        {"set ", c->set},
        {"advance ", c->advance},
        {"", c->path},
        {"client=", c->client},
        {"reset", c->is_reset ? "" : NULL},
        {"clear", c->clear ? "" : NULL},
        {"remove", value_kind(c->remove) == VALUE_INT ? "" : NULL},
    };

    if (c->listener[0] != '\0')
        ASSAY_TRY(buf_printf(out, "@%s ", c->listener));
    ASSAY_TRY(buf_add_text(out, command_rows[c->verb].name));
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (members[i].rest != NULL)
            ASSAY_TRY(buf_printf(out, " %s%s", members[i].words, members[i].rest));
    if (c->connection > 0)
        ASSAY_TRY(buf_printf(out, " connection=%" PRId64, c->connection));
    if (c->order != NULL) {
        const char *payload = strstr(c->order, " payload=");

        return buf_printf(out, " %.*s",
                          (int)(payload != NULL ? (size_t)(payload - c->order) : strlen(c->order)),
                          c->order);
    }
    return ASSAY_OK;
}

static bool is_question(const struct command *c)
{
    switch ((int)c->verb) {
    case COMMAND_FAULT:
        return c->add == NULL && c->remove == NULL && !c->clear;
    case COMMAND_CLOCK:
        return c->set == NULL && c->advance == NULL;
    case COMMAND_CHANGE:
    case COMMAND_SET:
    case COMMAND_RENEW:
    case COMMAND_ORDER:
    case COMMAND_CLOSE:
    case COMMAND_STOP:
        return false;
    default:
        return true; /* of a reload there is an event of its own */
    }
}

static void emit_command(const struct station *station, const struct command *c,
                         const struct assay_error *why)
{
    struct event_builder e;
    struct buf text;

    if (is_question(c))
        return;
    buf_init(&text, 4096);
    if (describe(c, &text) != ASSAY_OK)
        buf_clear(&text);
    event_begin(&e, station_sink(station), "mock", EV_MOCK_COMMAND, 0);
    event_text(&e, "text", buf_text(&text));
    event_bool(&e, "ok", why == NULL);
    event_text(&e, "error", why != NULL ? why->text : NULL);
    event_emit(&e);
    buf_done(&text);
}

static enum assay_status reply_error(const struct assay_error *err, struct buf *reply)
{
    ASSAY_TRY(buf_add_text(reply, "{\"ok\":false,\"error\":"));
    ASSAY_TRY(json_add_string(reply, err->text, strlen(err->text)));
    return buf_add_text(reply, "}\n");
}

enum assay_status station_reply_to_reload(const struct station *station,
                                          const struct assay_error *why, struct buf *reply)
{
    if (why != NULL)
        return reply_error(why, reply);
    return buf_printf(reply, "{\"ok\":true,\"replaced_open\":%zu}\n",
                      station_replaced_connections(station));
}

static enum assay_status carry_out(struct station *station, const struct command *c,
                                   struct buf *reply, struct station_wish *wish,
                                   struct assay_error *err)
{
    struct deed d = {.station = station, .command = c, .reply = reply, .wish = wish, .err = err};

    ASSAY_TRY(find_meant(station, c->listener, &d.meant, err));
    return deeds[c->verb](&d);
}

enum assay_status station_command(struct station *station, const char *line, size_t len,
                                  struct buf *reply, struct station_wish *ret_wish)
{
    struct assay_error err = {.text = ""};
    struct station_wish wish = {.drain_ms = -1};
    size_t begin = reply->len;
    struct command c;

    if (command_parse(line, len, &c, &err) != ASSAY_OK)
        return reply_error(&err, reply);
    if (carry_out(station, &c, reply, &wish, &err) != ASSAY_OK) {
        buf_truncate(reply, begin);
        if (err.text[0] == '\0')
            assay_error_set(&err, ASSAY_ERR_LIMIT, "the reply is too long");
    }
    emit_command(station, &c, err.text[0] != '\0' ? &err : NULL);
    command_done(&c);
    if (err.text[0] != '\0')
        return reply_error(&err, reply);
    *ret_wish = wish;
    return wish.reload ? ASSAY_OK : buf_add_char(reply, '\n');
}
