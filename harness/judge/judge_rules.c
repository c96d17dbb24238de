/* SPDX-License-Identifier: Apache-2.0 */
/* The table of rules, and several of them as one finding. See judge_rules.h. */
#include "judge_rules.h"

#include "base/event_kinds.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const rule_fn functions[RULE_COUNT] = {
    [RULE_OFFERED_VERSIONS] = rule_offered_versions,
    [RULE_BROKEN_SUITES] = rule_broken_suites,
    [RULE_STATIC_KEY_EXCHANGE] = rule_static_key_exchange,
    [RULE_MODERN_SUITES] = rule_modern_suites,
    [RULE_ENCRYPT_THEN_MAC] = rule_encrypt_then_mac,
    [RULE_SERVER_NAME] = rule_server_name,
    [RULE_OFFERED_SIGNATURES] = rule_offered_signatures,
    [RULE_OFFERED_GROUPS] = rule_offered_groups,
    [RULE_COMPRESSION] = rule_compression,
    [RULE_RENEGOTIATION_INFO] = rule_renegotiation_info,
    [RULE_EXTENDED_MASTER_SECRET] = rule_extended_master_secret,
    [RULE_FALLBACK_SCSV] = rule_fallback_scsv,
    [RULE_HELLO_FORM] = rule_hello_form,
    [RULE_HELLO_RECORD] = rule_hello_record,
    [RULE_HEARTBEAT] = rule_heartbeat,
    [RULE_RECORD_SIZE] = rule_record_size,
    [RULE_ALPN_OFFERED] = rule_alpn_offered,
    [RULE_STACK] = rule_stack,
    [RULE_RANDOMNESS] = rule_randomness,
    [RULE_CLOCK_IN_RANDOM] = rule_clock_in_random,
    [RULE_POST_QUANTUM] = rule_post_quantum,
    [RULE_SESSION_ELSEWHERE] = rule_session_elsewhere,
    [RULE_HELLO_DETAILS] = rule_hello_details,
    [RULE_OWN_RECORD_SIZE] = rule_own_record_size,
    [RULE_RECORD_NONCES] = rule_record_nonces,
    [RULE_CLOSE_NOTIFY] = rule_close_notify,
    [RULE_ALERTS] = rule_alerts,
    [RULE_HANDSHAKE_TIME] = rule_handshake_time,
    [RULE_NO_RESETS] = rule_no_resets,
    [RULE_NEVER_LOWER] = rule_never_lower,
    [RULE_FALLBACK_SAYS] = rule_fallback_says,
    [RULE_FEW_REDIRECTS] = rule_few_redirects,
    [RULE_CREDENTIALS_KEPT] = rule_credentials_kept,
    [RULE_REQUEST_FORM] = rule_request_form,
    [RULE_WEBSOCKET_OBEYED] = rule_websocket_obeyed,
    [RULE_WEBSOCKET_PONGS] = rule_websocket_pongs,
    [RULE_NO_PLAIN_TEXT] = rule_no_plain_text,
    [RULE_PLAIN_UNUSED] = rule_plain_unused,
    [RULE_FEW_CONNECTIONS] = rule_few_connections,
    [RULE_REPORTS_FAILURE] = rule_reports_failure,
    [RULE_SHORT_ANSWER] = rule_short_answer,
    [RULE_RESUMED] = rule_resumed,
    [RULE_NOT_RESUMED] = rule_not_resumed,
    [RULE_CERTIFICATE_SENT] = rule_certificate_sent,
    [RULE_CERTIFICATE_ANSWERED] = rule_certificate_answered,
    [RULE_SIGNATURE_RIGHT] = rule_signature_right,
    [RULE_SIGNATURE_LISTED] = rule_signature_listed,
    [RULE_OWN_KEY] = rule_own_key,
    [RULE_CERTIFICATE_SUBJECT] = rule_certificate_subject,
    [RULE_CERTIFICATE_DATES] = rule_certificate_dates,
    [RULE_CERTIFICATE_STRENGTH] = rule_certificate_strength,
    [RULE_CERTIFICATE_USAGE] = rule_certificate_usage,
    [RULE_SIGNATURE_NONCES] = rule_signature_nonces,
    [RULE_CERTIFICATE_LATE] = rule_certificate_late,
    [RULE_CHAIN_COMPLETE] = rule_chain_complete,
    [RULE_SERVER_CERTIFICATE] = rule_server_certificate,
    [RULE_SERVER_KEY] = rule_server_key,
    [RULE_NO_RENEGOTIATION] = rule_no_renegotiation,
    [RULE_HELLO_REFUSED] = rule_hello_refused,
    [RULE_COMPRESSION_REFUSED] = rule_compression_refused,
    [RULE_NO_HEARTBEAT] = rule_no_heartbeat,
    [RULE_NO_EARLY_DATA] = rule_no_early_data,
    [RULE_MQTT_CONNECT_FORM] = rule_mqtt_connect_form,
    [RULE_MQTT_CONNECT_FLAGS] = rule_mqtt_connect_flags,
    [RULE_MQTT_CREDENTIALS] = rule_mqtt_credentials,
    [RULE_MQTT_NO_PASSWORD] = rule_mqtt_no_password,
    [RULE_MQTT_KEEP_ALIVE] = rule_mqtt_keep_alive,
    [RULE_MQTT_CLIENT_ID] = rule_mqtt_client_id,
    [RULE_MQTT_WILL] = rule_mqtt_will,
    [RULE_MQTT_OWN_TOPICS] = rule_mqtt_own_topics,
    [RULE_MQTT_PACKET_IDS] = rule_mqtt_packet_ids,
    [RULE_MQTT_DISCONNECT] = rule_mqtt_disconnect,
    [RULE_MQTT_REFUSAL_OBEYED] = rule_mqtt_refusal_obeyed,
    [RULE_NO_SECRETS_PRINTED] = rule_no_secrets_printed,
    [RULE_FIRST_LEAK] = rule_first_leak,
    [RULE_STAY_ACKNOWLEDGES] = rule_stay_acknowledges,
    [RULE_STAY_PINGS] = rule_stay_pings,
    [RULE_STAY_PINGRESP] = rule_stay_pingresp,
    [RULE_STAY_DEAD_BROKER] = rule_stay_dead_broker,
    [RULE_STAY_SUBACK] = rule_stay_suback,
    [RULE_STAY_SUBACK_READ] = rule_stay_suback_read,
    [RULE_STAY_COMES_BACK] = rule_stay_comes_back,
    [RULE_STAY_VERIFIES] = rule_stay_verifies,
    [RULE_STAY_SUBSCRIBED] = rule_stay_subscribed,
    [RULE_STAY_RESENDS] = rule_stay_resends,
    [RULE_STAY_LIMITS] = rule_stay_limits,
    [RULE_STAY_MOVED] = rule_stay_moved,
    [RULE_STAY_REPEATS] = rule_stay_repeats,
    [RULE_STAY_ONCE] = rule_stay_once,
    [RULE_STAY_RETAINED] = rule_stay_retained,
    [RULE_STAY_BACKOFF] = rule_stay_backoff,
    [RULE_STAY_BACKOFF_RESETS] = rule_stay_backoff_resets,
    [RULE_STAY_BACKOFF_CAP] = rule_stay_backoff_cap,
    [RULE_STAY_CLOSES] = rule_stay_closes,
    [RULE_SOAK_RECOVERS] = rule_soak_recovers,
    [RULE_SOAK_NO_LEAK] = rule_soak_no_leak,
    [RULE_SOAK_REFUSES] = rule_soak_refuses,
    [RULE_CLOUD_SHADOW_REPORTS] = rule_cloud_shadow_reports,
    [RULE_CLOUD_SHADOW_FOLLOWS] = rule_cloud_shadow_follows,
    [RULE_CLOUD_JOB_DONE] = rule_cloud_job_done,
};

/* Does the attempt that begins here belong to what is looked at? */
static bool is_in_view(const struct event *begin, int repeat)
{
    const char *role = event_get_text(begin, "role");

    if (strcmp(role, "evidence") == 0)
        return true;
    return (strcmp(role, "case") == 0 || strcmp(role, "step") == 0) &&
           event_get_int(begin, "repeat", 1) == repeat;
}

/* What one rule is shown. ret_events has room for all events of t. */
static size_t pick_events(const struct transcript *t, int repeat, unsigned sees,
                          const struct event **ret_events)
{
    size_t count = 0;
    bool inside = false;

    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_ATTEMPT_BEGIN))
            inside = is_in_view(e, repeat);
        if (inside && rule_sees_event(sees, e))
            ret_events[count++] = e;
    }
    return count;
}

const struct event *rule_walk_next(struct rule_walk *walk)
{
    const struct event *e = NULL;

    if (walk->next == walk->view->count)
        return NULL;
    e = walk->view->events[walk->next++];
    if (event_is(e, EV_ATTEMPT_BEGIN)) {
        walk->attempts++;
        walk->begin = e;
    }
    return e;
}

const struct event *rule_walk_find(struct rule_walk *walk, const char *kind)
{
    const struct event *e = rule_walk_next(walk);

    while (e != NULL && !event_is(e, kind))
        e = rule_walk_next(walk);
    return e;
}

void rule_say(struct rule_finding *finding, enum verdict verdict, const char *format, ...)
{
    va_list args;

    finding->verdict = verdict;
    va_start(args, format);
    vsnprintf(finding->text, sizeof(finding->text), format, args); /* cut when too long */
    va_end(args);
}

static int rank(enum verdict verdict)
{
    if (verdict_is_fail(verdict))
        return 4;
    switch ((int)verdict) {
    case VERDICT_DEGRADED:
        return 3;
    case VERDICT_INCONCLUSIVE:
        return 2;
    case VERDICT_PASS:
        return 1;
    default:
        return 0;
    }
}

static void add(struct rule_finding *all, const struct rule_finding *one)
{
    size_t used = strlen(all->text);
    size_t len = strlen(one->text);

    if (rank(one->verdict) > rank(all->verdict) || used == 0) {
        *all = *one;
        return;
    }
    if (rank(one->verdict) == rank(all->verdict) && used + len + 2 <= RULE_TEXT) {
        all->text[used] = ' ';
        memcpy(all->text + used + 1, one->text, len + 1);
    }
}

static void apply(enum rule rule, const struct transcript *t, int repeat, struct rule_finding *ret)
{
    const struct event **events = calloc(transcript_count(t) + 1, sizeof(const struct event *));

    if (events == NULL) {
        rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: the bench is out of memory.");
        return;
    }
    functions[rule](&(struct rule_view){.events = events,
                                        .count = pick_events(t, repeat, rule_sees(rule), events)},
                    ret);
    free(events);
}

void rules_apply(const struct transcript *t, const struct case_facts *facts, int repeat,
                 struct rule_finding *ret)
{
    struct rule_finding all = {.verdict = VERDICT_NOT_APPLICABLE};
    struct judge_backoff backoff = {.present = false};

    for (size_t i = 0; i < facts->rule_count; i++) {
        struct rule_finding one = {.verdict = VERDICT_NOT_APPLICABLE};
        enum rule rule = RULE_COUNT;

        /* A rule of a later version, which this one does not know. */
        if (rule_parse(facts->rules[i], &rule) != ASSAY_OK)
            rule_say(&one, VERDICT_INCONCLUSIVE, "This judge knows no rule called %s.",
                     facts->rules[i]);
        else
            apply(rule, t, repeat, &one);
        add(&all, &one);
        backoff = one.backoff.present ? one.backoff : backoff;
    }
    all.backoff = backoff;
    *ret = all;
}
