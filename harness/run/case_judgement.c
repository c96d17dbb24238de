/* SPDX-License-Identifier: Apache-2.0 */
/* From a judgement to the record of a case. See case.h. */
#include "case.h"

#include <string.h>

static enum assay_status copy_list(struct record_list *to, const struct event *e, const char *field)
{
    const struct event_field *f = event_field(e, field);

    record_list_done(to);
    for (size_t i = 0; f != NULL && f->kind == EVENT_TEXTS && i < f->count; i++)
        ASSAY_TRY(record_list_add(to, f->texts[i]));
    return ASSAY_OK;
}

static const char *version_name(int64_t code)
{
    static const struct {
        int64_t code;
        const char *name;
    } names[] = {
        {0x0304, "1.3"}, {0x0303, "1.2"}, {0x0302, "1.1"}, {0x0301, "1.0"}, {0x0300, "ssl3"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].code == code)
            return names[i].name;
    return NULL;
}

static enum assay_status copy_versions(struct record_hello *to, const struct event *e)
{
    const struct event_field *f = event_field(e, "versions");
    const char *legacy = version_name(event_get_int(e, "legacy_version", 0));

    record_list_done(&to->versions);
    ASSAY_TRY(record_set(&to->version, legacy));
    if (f == NULL || f->kind != EVENT_INTS)
        return legacy != NULL ? record_list_add(&to->versions, legacy) : ASSAY_OK;
    for (size_t i = 0; i < f->count; i++)
        if (version_name(f->ints[i]) != NULL) /* GREASE values have no name */
            ASSAY_TRY(record_list_add(&to->versions, version_name(f->ints[i])));
    return ASSAY_OK;
}

static enum assay_status copy_hello(struct record_hello *to, const struct event *e)
{
    to->present = e != NULL;
    if (e == NULL)
        return ASSAY_OK;
    ASSAY_TRY(copy_versions(to, e));
    ASSAY_TRY(record_set(&to->server_name, event_get_text(e, "server_name")));
    ASSAY_TRY(record_set(&to->ja3, event_get_text(e, "ja3")));
    ASSAY_TRY(copy_list(&to->ciphers, e, "cipher_names"));
    ASSAY_TRY(copy_list(&to->groups, e, "group_names"));
    ASSAY_TRY(copy_list(&to->signature_algorithms, e, "signature_algorithm_names"));
    ASSAY_TRY(copy_list(&to->alpn, e, "alpn"));
    return copy_list(&to->extensions, e, "extension_names");
}

static enum assay_status copy_mqtt(struct record_mqtt *to, const struct event *e)
{
    to->present = e != NULL;
    if (e == NULL)
        return ASSAY_OK;
    to->version = (int)event_get_int(e, "version", 0);
    to->keep_alive_s = (int)event_get_int(e, "keep_alive_s", 0);
    to->has_password = event_get_bool(e, "has_password");
    ASSAY_TRY(record_set(&to->client_id, event_get_text(e, "client_id")));
    return record_set(&to->username, event_get_text(e, "username"));
}

static enum assay_status copy_observation(struct record_observed *to, const struct observation *o)
{
    to->serial_code = o->serial_code;
    to->connections = o->connections;
    to->alert.present = o->has_alert || o->bench_alert[0] != '\0';
    to->alert.code = o->alert_code;
    ASSAY_TRY(record_set(&to->stage, stage_name(o->stage)));
    ASSAY_TRY(record_set(&to->close, o->close));
    ASSAY_TRY(record_set(&to->close_by, o->close_by));
    ASSAY_TRY(record_set(&to->serial_error, o->serial_error));
    ASSAY_TRY(record_set(&to->alert.level, o->has_alert ? o->alert_level : "fatal"));
    ASSAY_TRY(record_set(&to->alert.name, o->has_alert ? o->alert_name : o->bench_alert));
    ASSAY_TRY(record_set(&to->alert.from, o->has_alert ? "board" : "bench"));
    ASSAY_TRY(copy_hello(&to->client_hello, o->client_hello));
    return copy_mqtt(&to->mqtt, o->mqtt_connect);
}

/* What a control came to, in one word. */
static const char *control_word(bool ran, const struct observation *o)
{
    if (!ran)
        return "";
    if (o->accepted)
        return "accepted";
    if (o->cause != CAUSE_NONE)
        return cause_name(o->cause);
    return o->refused ? "refused" : "nothing";
}

static enum assay_status copy_ladder(struct record_ladder *to, const struct judge_ladder *l)
{
    *to = (struct record_ladder){.present = l->present,
                                 .unit = to->unit,
                                 .least = l->least,
                                 .taken = l->taken,
                                 .refused = l->refused};
    return l->present ? record_set(&to->unit, l->unit) : ASSAY_OK;
}

static enum assay_status copy_backoff(struct record_backoff *to, const struct judge_backoff *b)
{
    to->present = b->present;
    to->jitter = b->has_jitter;
    to->count = b->count < RECORD_WAITS_MAX ? b->count : RECORD_WAITS_MAX;
    for (size_t i = 0; i < to->count; i++)
        to->waits_ms[i] = (int64_t)b->waits_ms[i];
    return b->present ? record_set(&to->kind, judge_backoff_name(b->kind)) : ASSAY_OK;
}

enum assay_status case_record_judgement(const struct judgement *j, struct case_record *ret)
{
    uint64_t duration_ns = 0;
    uint64_t connect_ns = 0;

    ret->verdict = j->verdict;
    ret->verdict_before_waiver = j->verdict;
    ret->cause = j->cause;
    ret->leak = j->leak;
    record_list_done(&ret->repeats);
    for (unsigned i = 0; i < j->case_count; i++) {
        ASSAY_TRY(record_list_add(&ret->repeats, verdict_name(j->repeat_verdicts[i])));
        duration_ns += j->cases[i].duration_ns;
        connect_ns += j->cases[i].connect_ns;
    }
    for (unsigned i = 0; j->ladder.present && i < j->step_count; i++) {
        duration_ns += j->steps[i].duration_ns;
        connect_ns += j->steps[i].connect_ns;
    }
    ret->duration_ms = (double)duration_ns / 1e6;
    ret->connect_ms = (double)connect_ns / 1e6;
    ASSAY_TRY(record_set(&ret->reason, j->reason));
    ASSAY_TRY(record_set(&ret->bracket_before, control_word(j->has_before, &j->before)));
    ASSAY_TRY(record_set(&ret->bracket_after, control_word(j->has_after, &j->after)));
    ASSAY_TRY(copy_ladder(&ret->observed.ladder, &j->ladder));
    ASSAY_TRY(copy_backoff(&ret->observed.backoff, &j->backoff));
    if (j->ladder.present && j->step_count > 0)
        return copy_observation(&ret->observed, &j->steps[j->step_count - 1]);
    if (j->case_count == 0)
        return record_set(&ret->observed.stage, stage_name(STAGE_NONE));
    return copy_observation(&ret->observed, &j->cases[j->decided]);
}
