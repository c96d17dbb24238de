/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_commands.h"

#include "probe/probe_encoding.h"

#include <string.h>

enum { PROTOCOL = 1 };

/* The words of a command that are left to be read. */
struct words {
    const char *at;
    size_t left;
};

struct word {
    const char *at;
    size_t len;
};

/* The next word, without blanks; empty at the end. One blank is taken with it. */
static struct word next_word(struct words *words)
{
    struct word word = {.at = words->at};

    while (word.len < words->left && word.at[word.len] != ' ')
        word.len++;
    words->at += word.len;
    words->left -= word.len;
    if (words->left > 0) {
        words->at++;
        words->left--;
    }
    return word;
}

static enum probe_after refuse(struct probe_text *answer, enum probe_word word, const char *why)
{
    static const char *const names[PROBE_WORD_COUNT] = {
        [PROBE_WORD_OK] = "ok",
        [PROBE_WORD_UNKNOWN] = "unknown",
        [PROBE_WORD_ARGUMENT] = "argument",
        [PROBE_WORD_FULL] = "full",
        [PROBE_WORD_ORDER] = "order",
        [PROBE_WORD_CHECKSUM] = "checksum",
        [PROBE_WORD_BUSY] = "busy",
    };

    probe_text_add(answer, "err ");
    probe_text_add(answer, names[word]);
    probe_text_add(answer, " ");
    probe_text_add(answer, why);
    return PROBE_AFTER_NOTHING;
}

static enum probe_after accept(struct probe_text *answer)
{
    probe_text_add(answer, "ok");
    return PROBE_AFTER_NOTHING;
}

static enum probe_after answer_word(struct probe_text *answer, enum probe_word word,
                                    const char *why)
{
    return word == PROBE_WORD_OK ? accept(answer) : refuse(answer, word, why);
}

static enum probe_after run_hello(struct probe_core *core, struct words *args,
                                  struct probe_text *answer)
{
    (void)args;
    probe_text_add(answer, "ok probe/1 ");
    probe_text_add(answer, core->platform->board);
    return PROBE_AFTER_NOTHING;
}

enum fact_kind { FACT_TEXT, FACT_NUMBER };

struct fact {
    const char *key;
    enum fact_kind kind;
    const char *text;
    int64_t number;
};

/* A fact that only the board knows. @return 0: it has not that many */
static int add_board_fact(const struct probe_platform *platform, int64_t n,
                          struct probe_text *answer)
{
    char key[16] = "";
    char value[45] = "";

    if (platform->fact == NULL || !platform->fact(platform->ctx, (unsigned)n, key, value))
        return 0;
    probe_text_add(answer, " ");
    probe_text_add(answer, key);
    probe_text_add(answer, " ");
    probe_text_add(answer, value);
    return 1;
}

static enum probe_after run_info(struct probe_core *core, struct words *args,
                                 struct probe_text *answer)
{
    const struct fact facts[] = {
        {"board", FACT_TEXT, core->platform->board, 0},
        {"stack", FACT_TEXT, core->tls->stack, 0},
        {"protocol", FACT_NUMBER, "", PROTOCOL},
        {"root_max", FACT_NUMBER, "", PROBE_ROOT_MAX},
        {"cert_max", FACT_NUMBER, "", PROBE_CERT_MAX},
        {"key_max", FACT_NUMBER, "", PROBE_KEY_MAX},
        {"tls", FACT_TEXT, core->tls->versions, 0},
        {"can", FACT_TEXT, core->tls->can, 0},
        /* Of the core, whatever the stack; a line has no room for both. */
        {"can", FACT_TEXT, "session mqtt5 websocket http aws", 0},
    };
    const int64_t count = sizeof(facts) / sizeof(facts[0]);
    struct word number = next_word(args);
    int64_t n = probe_parse_decimal(number.at, number.len, INT32_MAX);

    if (n < 0)
        return refuse(answer, PROBE_WORD_ARGUMENT, "info <number>");
    (void)accept(answer);
    if (n >= count) {
        if (!add_board_fact(core->platform, n - count, answer))
            probe_text_add(answer, " end");
        return PROBE_AFTER_NOTHING;
    }
    probe_text_add(answer, " ");
    probe_text_add(answer, facts[n].key);
    probe_text_add(answer, " ");
    if (facts[n].kind == FACT_NUMBER)
        probe_text_add_decimal(answer, facts[n].number);
    else
        probe_text_add(answer, facts[n].text);
    return PROBE_AFTER_NOTHING;
}

static enum probe_after run_clear(struct probe_core *core, struct words *args,
                                  struct probe_text *answer)
{
    (void)args;
    probe_settings_init(&core->settings);
    core->is_clock_set = 0;
    core->is_clock_told = 0;
    return accept(answer);
}

static enum probe_after set_time(struct probe_core *core, const struct words *value,
                                 struct probe_text *answer)
{
    int64_t unix_s = probe_parse_decimal(value->at, value->left, INT64_MAX / 2);

    if (unix_s < 0)
        return refuse(answer, PROBE_WORD_ARGUMENT, "set time <unix seconds>");
    probe_core_set_clock(core, unix_s);
    return accept(answer);
}

static enum probe_after set_value(struct probe_core *core, struct words *args, int append,
                                  struct probe_text *answer)
{
    static const char *const whys[PROBE_WORD_COUNT] = {
        [PROBE_WORD_UNKNOWN] = "no such key",
        [PROBE_WORD_ARGUMENT] = "not a value for this key",
        [PROBE_WORD_FULL] = "the value is too long",
    };
    struct word key = next_word(args);
    enum probe_word word = PROBE_WORD_OK;

    if (!append && key.len == 4 && memcmp(key.at, "time", 4) == 0)
        return set_time(core, args, answer);
    word = probe_settings_set(&core->settings, append, key.at, key.len, args->at, args->left);
    return answer_word(answer, word, whys[word]);
}

static enum probe_after run_set(struct probe_core *core, struct words *args,
                                struct probe_text *answer)
{
    return set_value(core, args, 0, answer);
}

static enum probe_after run_append(struct probe_core *core, struct words *args,
                                   struct probe_text *answer)
{
    return set_value(core, args, 1, answer);
}

static enum probe_after run_put(struct probe_core *core, struct words *args,
                                struct probe_text *answer)
{
    static const char *const whys[PROBE_WORD_COUNT] = {
        [PROBE_WORD_ARGUMENT] = "put <slot> <offset> <base64>",
        [PROBE_WORD_FULL] = "the slot is too small",
        [PROBE_WORD_ORDER] = "not the next offset",
    };
    struct word name = next_word(args);
    struct word offset = next_word(args);
    enum probe_slot_id slot = probe_slot_find(name.at, name.len);
    int64_t at = probe_parse_decimal(offset.at, offset.len, UINT16_MAX);
    enum probe_word word = PROBE_WORD_ARGUMENT;

    if (slot == PROBE_SLOT_COUNT)
        return refuse(answer, PROBE_WORD_UNKNOWN, "no such slot");
    if (at >= 0)
        word = probe_slot_put(&core->slots, slot, (size_t)at, args->at, args->left);
    return answer_word(answer, word, whys[word]);
}

static enum probe_after run_end(struct probe_core *core, struct words *args,
                                struct probe_text *answer)
{
    struct word name = next_word(args);
    struct word length = next_word(args);
    enum probe_slot_id slot = probe_slot_find(name.at, name.len);
    int64_t len = probe_parse_decimal(length.at, length.len, UINT16_MAX);
    int64_t crc32 = probe_parse_hex(args->at, args->left, 8);

    if (slot == PROBE_SLOT_COUNT)
        return refuse(answer, PROBE_WORD_UNKNOWN, "no such slot");
    if (len < 0 || crc32 < 0)
        return refuse(answer, PROBE_WORD_ARGUMENT, "end <slot> <length> <crc32>");
    return answer_word(answer, probe_slot_end(&core->slots, slot, (size_t)len, (uint32_t)crc32),
                       "the slot is empty now");
}

static enum probe_after run_sum(struct probe_core *core, struct words *args,
                                struct probe_text *answer)
{
    struct word name = next_word(args);
    enum probe_slot_id slot = probe_slot_find(name.at, name.len);
    const uint8_t *bytes = NULL;
    size_t len = 0;

    if (slot == PROBE_SLOT_COUNT)
        return refuse(answer, PROBE_WORD_UNKNOWN, "no such slot");
    bytes = probe_slot_bytes(&core->slots, slot, &len);
    (void)accept(answer);
    probe_text_add(answer, " ");
    probe_text_add_decimal(answer, (int64_t)len);
    probe_text_add(answer, " ");
    probe_text_add_hex(answer, probe_crc32(0, bytes, len), 8);
    return PROBE_AFTER_NOTHING;
}

/* What connect lacks, or NULL. */
static const char *missing(const struct probe_core *core)
{
    static const uint8_t nowhere[4] = {0};
    const struct probe_settings *s = &core->settings;

    if (s->host[0] == '\0')
        return "host is not set";
    if (memcmp(s->ip, nowhere, sizeof(nowhere)) == 0)
        return "ip is not set";
    if (s->port == 0)
        return "port is not set";
    if (!core->slots.is_complete[PROBE_SLOT_ROOT])
        return "slot root is empty";
    if (s->clock_is_sntp && s->sntp == 0)
        return "sntp is not set";
    if (!s->clock_is_sntp && !core->is_clock_set)
        return "time is not set";
    if (s->has_identity &&
        !(core->slots.is_complete[PROBE_SLOT_CERT] && core->slots.is_complete[PROBE_SLOT_KEY]))
        return "slot cert or key is empty";
    return NULL;
}

static enum probe_after run_connect(struct probe_core *core, struct words *args,
                                    struct probe_text *answer)
{
    const char *why = missing(core);

    (void)args;
    if (why != NULL)
        return refuse(answer, PROBE_WORD_ORDER, why);
    (void)accept(answer);
    return PROBE_AFTER_START;
}

/* What listen lacks, or NULL. */
static const char *missing_to_serve(const struct probe_core *core)
{
    static const uint8_t nowhere[4] = {0};
    const struct probe_settings *s = &core->settings;

    if (s->clock_is_sntp && memcmp(s->ip, nowhere, sizeof(nowhere)) == 0)
        return "ip is not set";
    if (s->clock_is_sntp && s->sntp == 0)
        return "sntp is not set";
    if (!s->clock_is_sntp && !core->is_clock_set)
        return "time is not set";
    if (!core->slots.is_complete[PROBE_SLOT_CERT] || !core->slots.is_complete[PROBE_SLOT_KEY])
        return "slot cert or key is empty";
    return NULL;
}

static enum probe_after run_listen(struct probe_core *core, struct words *args,
                                   struct probe_text *answer)
{
    const char *why = missing_to_serve(core);

    (void)args;
    if (core->platform->server == NULL)
        return refuse(answer, PROBE_WORD_UNKNOWN, "this board is no server");
    if (why != NULL)
        return refuse(answer, PROBE_WORD_ORDER, why);
    (void)accept(answer);
    return PROBE_AFTER_SERVE;
}

static enum probe_after run_result(struct probe_core *core, struct words *args,
                                   struct probe_text *answer)
{
    (void)args;
    (void)accept(answer);
    if (core->attempt.is_running) {
        probe_text_add(answer, " running ");
        probe_text_add(answer, probe_phase_name(core->attempt.phase));
        if (core->attempt.is_listening) {
            probe_text_add(answer, " ");
            probe_text_add_decimal(answer, core->attempt.port);
        }
        return PROBE_AFTER_NOTHING;
    }
    probe_text_add(answer, core->has_result ? " done" : " idle");
    return core->has_result ? PROBE_AFTER_RESULT : PROBE_AFTER_NOTHING;
}

static enum probe_after run_abort(struct probe_core *core, struct words *args,
                                  struct probe_text *answer)
{
    (void)args;
    (void)accept(answer);
    return core->attempt.is_running ? PROBE_AFTER_STOP : PROBE_AFTER_NOTHING;
}

static enum probe_after run_reset(struct probe_core *core, struct words *args,
                                  struct probe_text *answer)
{
    (void)core;
    (void)args;
    (void)accept(answer);
    return PROBE_AFTER_RESET;
}

struct command {
    const char *name;
    enum probe_after (*run)(struct probe_core *core, struct words *args, struct probe_text *answer);
    int is_for_any_time; /* also while an attempt is running */
};

static const struct command commands[] = {
    {"hello", run_hello, 1},   {"info", run_info, 1},     {"clear", run_clear, 0},
    {"set", run_set, 0},       {"set+", run_append, 0},   {"put", run_put, 0},
    {"end", run_end, 0},       {"sum", run_sum, 1},       {"connect", run_connect, 0},
    {"listen", run_listen, 0}, {"result", run_result, 1}, {"abort", run_abort, 1},
    {"reset", run_reset, 1},
};

enum probe_after probe_command_run(struct probe_core *core, const struct probe_line *line,
                                   struct probe_text *answer)
{
    struct words args = {.at = line->text, .left = line->len};
    struct word name = next_word(&args);

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strlen(commands[i].name) != name.len ||
            memcmp(commands[i].name, name.at, name.len) != 0)
            continue;
        if (core->attempt.is_running && !commands[i].is_for_any_time)
            return refuse(answer, PROBE_WORD_BUSY, "an attempt is running");
        return commands[i].run(core, &args, answer);
    }
    return refuse(answer, PROBE_WORD_UNKNOWN, "no such command");
}
