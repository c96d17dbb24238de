/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include "base/nearest.h"
#include "json_value.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct command_row command_rows[COMMAND_VERBS] = {
    [COMMAND_STATUS] = {"status", " ", "status", "listeners, ports, clocks, connections, faults"},
    [COMMAND_SHOW] = {"show", " ", "show", "the descriptions that are served now"},
    [COMMAND_FAULT] = {"fault", " add remove clear ", "fault add SENTENCE | fault remove SENTENCE|N | fault clear | fault",
        "what goes wrong, at once; without a member: the list"},
    [COMMAND_CLOCK] = {"clock", " set advance ", "clock set WHEN | clock advance +30d | clock",
        "the scenario clock, at once; without a member: what it shows"},
    [COMMAND_CHANGE] = {"change", " server ", "change JSON", "lay a part of a description over what is served"},
    [COMMAND_SET] = {"set", " path value ", "set mqtt.connack_code 5", "one value of the description; null takes it away"},
    [COMMAND_RENEW] = {"renew", " ", "renew", "new certificates from the same description, by the clock of now"},
    [COMMAND_ORDER] = {"order", " order ", "order SENTENCE", "a cloud does something by itself: order method reboot payload={}"},
    [COMMAND_CLOSE] = {"close", " connection client reset ", "close connection=7 | close client=lamp [reset=true]",
        "one connection ends: as a good server does it, or with RST"},
    [COMMAND_RELOAD] = {"reload", "", "reload", "read the configuration file again, as SIGHUP does"},
    [COMMAND_STOP] = {"stop", "drain_ms", "stop [MS]", "take no more connections, then end, as SIGTERM does"},
    [COMMAND_HELP] = {"help", "", "help", "these commands"},
};
/* clang-format on */

static enum assay_status read_text(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    (void)spec;
    if (text == NULL || text[0] == '\0' || strlen(text) != value_text_len(value))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be a text", path);
    memcpy(target, &text, sizeof(text));
    return ASSAY_OK;
}

static enum assay_status read_any(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err)
{
    (void)spec;
    (void)path;
    (void)err;
    memcpy(target, &value, sizeof(value));
    return ASSAY_OK;
}

static enum assay_status read_removed(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    if (value_kind(value) != VALUE_TEXT && value_kind(value) != VALUE_INT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be a fault's sentence or its number in the list", path);
    return read_any(spec, value, path, target, err);
}

static enum assay_status read_server(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    if (value_kind(value) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s has to be a part of a server description, as in "
                               "{\"certs\":{\"leaf\":{\"not_after\":\"-1d\"}}}",
                               path);
    return read_any(spec, value, path, target, err);
}

static enum assay_status read_verb(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    struct nearest nearest = {.wanted = value_text(value)};
    struct buf names;
    struct buf meant;

    (void)spec;
    for (enum command_verb i = 0; nearest.wanted != NULL && i < COMMAND_VERBS; i++) {
        if (strcmp(nearest.wanted, command_rows[i].name) == 0) {
            memcpy(target, &i, sizeof(i));
            return ASSAY_OK;
        }
        nearest_offer(&nearest, command_rows[i].name);
    }
    buf_init(&names, 300);
    buf_init(&meant, 100);
    for (size_t i = 0; i < COMMAND_VERBS; i++)
        if (buf_printf(&names, "%s%s", i > 0 ? ", " : "", command_rows[i].name) != ASSAY_OK)
            break;
    if (nearest.wanted != NULL && nearest_describe(&nearest, &meant) != ASSAY_OK)
        buf_clear(&meant);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be one of %s%s", path, buf_text(&names),
                    buf_text(&meant));
    buf_done(&names);
    buf_done(&meant);
    return ASSAY_ERR_MALFORMED;
}

#define AT(member) offsetof(struct command, member)

/* clang-format off */
const struct key_spec command_keys[] = {
    {"do", read_verb, AT(verb), 0, 0, "", "the command"},
    {"listener", key_read_text, AT(listener), 0, MOCK_NAME_TEXT, "all", "which listener it is about"},
    {"add", read_text, AT(add), 0, 0, "", "a sentence"},
    {"remove", read_removed, AT(remove), 0, 0, "", "a sentence, or its number in the list, from 1"},
    {"clear", key_read_bool, AT(clear), 0, 0, "false", "no faults any more"},
    {"set", read_text, AT(set), 0, 0, "", "a time, absolute or relative to the start of the run"},
    {"advance", read_text, AT(advance), 0, 0, "", "a step: +30d, -1h"},
    {"path", read_text, AT(path), 0, 0, "", "down the description: mqtt.connack_code"},
    {"order", read_text, AT(order), 0, 0, "", "a sentence: docs/formats/faces.md"},
    {"connection", key_read_int, AT(connection), 1, UINT32_MAX, "", "its number in the events"},
    {"client", read_text, AT(client), 0, 0, "", "its client identifier"},
    {"reset", key_read_bool, AT(is_reset), 0, 0, "false", "RST, at once"},
    {"value", read_any, AT(value), 0, 0, "", "what is to stand there"},
    {"server", read_server, AT(server), 0, 0, "", "a part of a server description"},
    {"drain_ms", key_read_int, AT(drain_ms), 0, COMMAND_STOP_MAX_MS, "that of `--drain`",
     "how long connections may go on"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static bool takes(const struct command_row *row, const char *member)
{
    char word[64];

    if (strcmp(member, "do") == 0)
        return true;
    if (strcmp(member, "listener") == 0)
        return strchr(row->members, ' ') != NULL; /* of one listener or all */
    if (strchr(row->members, ' ') == NULL)
        return strcmp(row->members, member) == 0;
    snprintf(word, sizeof(word), " %.60s ", member);
    return strstr(row->members, word) != NULL;
}

/* Members that belong to other commands; and those without which a command says nothing. */
static enum assay_status check_members(const struct command *c, struct assay_error *err)
{
    const struct command_row *row = &command_rows[c->verb];

    for (size_t i = 0; i < value_count(c->tree); i++)
        if (!takes(row, value_key_at(c->tree, i)))
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "%s: \"%.40s\" is not for it; in words: %s", row->name,
                                   value_key_at(c->tree, i), row->words);
    if ((c->add != NULL) + (c->remove != NULL) + c->clear > 1 ||
        (c->set != NULL && c->advance != NULL))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s: one thing at a time", row->name);
    if ((c->verb == COMMAND_CHANGE && c->server == NULL) ||
        (c->verb == COMMAND_ORDER && c->order == NULL) ||
        (c->verb == COMMAND_CLOSE && (c->connection == 0) == (c->client == NULL)) ||
        (c->verb == COMMAND_SET && (c->path == NULL || value_get(c->tree, "value") == NULL)))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s says too little; in words: %s",
                               row->name, row->words);
    return ASSAY_OK;
}

enum assay_status command_parse(const char *line, size_t len, struct command *ret,
                                struct assay_error *err)
{
    struct command c = {.verb = COMMAND_VERBS, .drain_ms = -1};
    enum assay_status status = ASSAY_OK;

    if (len > COMMAND_LINE_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "a command has at most %d bytes",
                               COMMAND_LINE_MAX);
    ASSAY_TRY(json_value_parse("command", line, len, &c.tree, err));
    if (value_kind(c.tree) != VALUE_MAP || value_get(c.tree, "do") == NULL)
        status = assay_error_set(err, ASSAY_ERR_MALFORMED,
                                 "a command is an object with \"do\", as in {\"do\":\"help\"}");
    if (status == ASSAY_OK)
        status = keys_read(command_keys, c.tree, "", &c, err);
    if (status == ASSAY_OK)
        status = check_members(&c, err);
    if (status != ASSAY_OK) {
        value_free(c.tree);
        return status;
    }
    *ret = c;
    return ASSAY_OK;
}

void command_done(struct command *command)
{
    value_free(command->tree);
    command->tree = NULL;
}
