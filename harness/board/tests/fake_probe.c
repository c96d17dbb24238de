/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_probe.h"

#include "probe/probe_encoding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const slot_names[FAKE_SLOTS] = {"root", "cert", "key"};

void fake_probe_say(struct fake_probe *f, enum probe_line_type type, unsigned char seq,
                    const char *text)
{
    char line[PROBE_LINE_MAX + 1];
    size_t len = probe_line_format(type, seq, text, line);

    if (len == 0 || f->out_len + len > sizeof(f->out))
        abort();
    memcpy(f->out + f->out_len, line, len);
    f->out_len += len;
}

void fake_probe_event(struct fake_probe *f, const char *text)
{
    fake_probe_say(f, PROBE_LINE_EVENT, f->event_seq, text);
    f->event_seq = f->event_seq == 255 ? 1 : (unsigned char)(f->event_seq + 1);
}

void fake_probe_power_on(struct fake_probe *f, const char *reason)
{
    char text[PROBE_LINE_TEXT_MAX + 1];

    memset(f->settings, 0, sizeof(f->settings));
    memset(f->slots, 0, sizeof(f->slots));
    f->has_last = f->has_result = f->is_running = false;
    probe_line_reader_init(&f->reader);
    f->event_seq = 1;
    snprintf(text, sizeof(text), "ready %s", reason);
    fake_probe_say(f, PROBE_LINE_EVENT, 0, text);
}

static struct fake_setting *find_setting(struct fake_probe *f, const char *key)
{
    for (size_t i = 0; i < FAKE_MAX_SETTINGS; i++) {
        if (f->settings[i].key[0] == '\0' || strcmp(f->settings[i].key, key) == 0)
            return &f->settings[i];
    }
    abort();
}

const char *fake_probe_setting(const struct fake_probe *f, const char *key)
{
    for (size_t i = 0; i < FAKE_MAX_SETTINGS; i++) {
        if (strcmp(f->settings[i].key, key) == 0)
            return f->settings[i].value;
    }
    return NULL;
}

/* "host broker.bench.test" */
static const char *run_set(struct fake_probe *f, const char *args, bool append)
{
    char key[16];
    size_t key_len = strcspn(args, " ");
    struct fake_setting *setting = NULL;
    size_t have = 0;
    ptrdiff_t len = 0;

    snprintf(key, sizeof(key), "%.*s", (int)key_len, args);
    setting = find_setting(f, key);
    have = append ? strlen(setting->value) : 0;
    args += key_len + (args[key_len] == ' ');
    len = probe_unescape(args, strlen(args), setting->value + have,
                         sizeof(setting->value) - 1 - have);
    if (len < 0)
        return "err argument";
    memcpy(setting->key, key, sizeof(key));
    setting->value[have + (size_t)len] = '\0';
    f->sets++;
    return "ok";
}

static struct fake_slot *find_slot(struct fake_probe *f, const char *args)
{
    for (size_t i = 0; i < FAKE_SLOTS; i++) {
        size_t len = strlen(slot_names[i]);

        if (strncmp(args, slot_names[i], len) == 0 && (args[len] == ' ' || args[len] == '\0'))
            return &f->slots[i];
    }
    return NULL;
}

static const char *run_put(struct fake_probe *f, struct fake_slot *slot, const char *args)
{
    char *end = NULL;
    size_t offset = strtoul(args, &end, 10);
    ptrdiff_t len = 0;

    f->puts++;
    if (offset == 0)
        *slot = (struct fake_slot){.len = 0};
    if (offset != slot->len || *end != ' ')
        return "err order";
    len = probe_base64_decode(end + 1, strlen(end + 1), slot->bytes + offset,
                              sizeof(slot->bytes) - offset);
    if (len < 0)
        return "err argument";
    slot->len += (size_t)len;
    return "ok";
}

static const char *run_end(struct fake_slot *slot, const char *args)
{
    char *end = NULL;
    size_t len = strtoul(args, &end, 10);
    unsigned long crc = strtoul(end, NULL, 16);

    slot->is_complete = len == slot->len && crc == probe_crc32(0, slot->bytes, slot->len);
    return slot->is_complete ? "ok" : "err checksum the slot is empty now";
}

static void tell_result(struct fake_probe *f)
{
    const char *const *event = f->manners.events;

    f->is_running = false;
    f->has_result = true;
    if (*event == NULL)
        fake_probe_event(f, "result ok done 0");
    for (; *event != NULL; event++)
        fake_probe_event(f, *event);
}

static const char *run_slot(struct fake_probe *f, const char *text, char *answer, size_t cap)
{
    const char *args = strchr(text, ' ');
    struct fake_slot *slot = args != NULL ? find_slot(f, args + 1) : NULL;
    const char *rest = slot != NULL ? args + 1 + strcspn(args + 1, " ") : NULL;

    if (slot == NULL)
        return "err unknown";
    rest += *rest == ' ';
    if (strncmp(text, "put ", 4) == 0)
        return run_put(f, slot, rest);
    if (strncmp(text, "end ", 4) == 0)
        return run_end(slot, rest);
    snprintf(answer, cap, "ok %zu %08X", slot->is_complete ? slot->len : 0,
             slot->is_complete ? (unsigned)probe_crc32(0, slot->bytes, slot->len) : 0);
    return answer;
}

static const char *run_result(const struct fake_probe *f)
{
    if (f->manners.forgets)
        return "ok idle";
    if (f->is_running && f->manners.runs_for_ever)
        return "ok running tls";
    return f->is_running || f->has_result ? "ok done" : "ok idle";
}

static const char *run(struct fake_probe *f, const char *text, char *answer, size_t cap)
{
    static const char *const facts[] = {"ok board fake/board", "ok stack fakessl 1.2", "ok end"};
    const char *protocol = f->manners.protocol != NULL ? f->manners.protocol : "probe/1";
    unsigned long n = 0;

    if (strcmp(text, "hello") == 0) {
        snprintf(answer, cap, "ok %s fake/board", protocol);
        return answer;
    }
    if (strncmp(text, "info ", 5) == 0) {
        n = strtoul(text + 5, NULL, 10);
        return facts[n < 2 ? n : 2];
    }
    if (strncmp(text, "set ", 4) == 0)
        return run_set(f, text + 4, false);
    if (strncmp(text, "set+ ", 5) == 0)
        return run_set(f, text + 5, true);
    if (strcmp(text, "clear") == 0)
        memset(f->settings, 0, sizeof(f->settings));
    if (strcmp(text, "abort") == 0)
        f->is_running = false;
    if (strcmp(text, "connect") == 0)
        f->is_running = true;
    if (strcmp(text, "result") == 0)
        return run_result(f);
    if (strncmp(text, "put ", 4) == 0 || strncmp(text, "end ", 4) == 0 ||
        strncmp(text, "sum ", 4) == 0)
        return run_slot(f, text, answer, cap);
    return "ok";
}

static bool is_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    return strncmp(text, word, len) == 0 && (text[len] == ' ' || text[len] == '\0');
}

/* Misbehaves instead of answering? */
static bool resets(struct fake_probe *f, const char *text)
{
    if (is_word(text, "connect") && f->manners.resets_on_connect) {
        f->manners.resets_on_connect = false;
    } else if (is_word(text, "put") && f->manners.resets_on_put > 0 &&
               f->puts + 1 == f->manners.resets_on_put) {
        f->manners.resets_on_put = 0;
    } else {
        return false;
    }
    fake_probe_power_on(f, "watchdog");
    return true;
}

static void take_command(struct fake_probe *f, const struct probe_line *line)
{
    char text[PROBE_LINE_TEXT_MAX + 1] = "";
    const char *answer = NULL;

    f->commands++;
    if (f->has_last && f->last.seq == line->seq && strcmp(f->last.text, line->text) == 0) {
        f->repeated++;
        fake_probe_say(f, PROBE_LINE_ANSWER, line->seq, f->last_answer);
        return;
    }
    if (resets(f, line->text))
        return;
    if (f->manners.refuses != NULL && f->manners.refuse_times > 0 &&
        is_word(line->text, f->manners.refuses)) {
        f->manners.refuse_times--;
        answer = f->manners.with;
    } else {
        answer = run(f, line->text, text, sizeof(text));
    }
    f->connects += is_word(line->text, "connect");
    f->aborts += is_word(line->text, "abort");
    f->last = *line;
    f->has_last = true;
    snprintf(f->last_answer, sizeof(f->last_answer), "%s", answer);
    fake_probe_say(f, PROBE_LINE_ANSWER, line->seq, answer);
    if ((is_word(line->text, "connect") && !f->manners.holds_back && !f->manners.runs_for_ever) ||
        strcmp(answer, "ok done") == 0)
        tell_result(f);
}

void fake_probe_feed(struct fake_probe *f, const void *bytes, size_t len)
{
    struct probe_line line;

    for (size_t i = 0; i < len; i++) {
        if (probe_line_feed(&f->reader, ((const unsigned char *)bytes)[i], &line) ==
                PROBE_FEED_LINE &&
            line.type == PROBE_LINE_COMMAND)
            take_command(f, &line);
    }
}
