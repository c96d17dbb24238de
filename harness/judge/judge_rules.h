/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: pure functions of what the attempts of a case show. judge/rule.h has their names. */
#ifndef JUDGE_RULES_H
#define JUDGE_RULES_H

#include "judge_reason.h"

#include "judge/rule.h"

enum { RULE_TEXT = 400 };

struct rule_finding {
    /*
     * PASS, DEGRADED, one of the fails; NOT_APPLICABLE where there was nothing to look at,
     * INCONCLUSIVE where there should have been.
     */
    enum verdict verdict;
    struct judge_backoff backoff;
    char text[RULE_TEXT]; /* one or two sentences for a firmware author */
};

/*
 * What a rule looks at: the attempts (the steps and the case of one repeat, or all evidence), and
 * of their events those that its row in judge/rule.h says that it sees.
 */
struct rule_view {
    const struct event *const *events;
    size_t count;
};

/* A walk over the events of these attempts. Begin with {.view = view}. */
struct rule_walk {
    const struct rule_view *view;
    size_t next;               /* event */
    unsigned attempts;         /* begun so far */
    const struct event *begin; /* of the attempt that the event belongs to */
};

/* The next event, or NULL. */
const struct event *rule_walk_next(struct rule_walk *walk);
/* ... of this kind. */
const struct event *rule_walk_find(struct rule_walk *walk, const char *kind);

void rule_say(struct rule_finding *finding, enum verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

typedef void (*rule_fn)(const struct rule_view *view, struct rule_finding *ret);

/* Rows of judge_rules.c. */
void rule_offered_versions(const struct rule_view *view, struct rule_finding *ret);
void rule_broken_suites(const struct rule_view *view, struct rule_finding *ret);
void rule_static_key_exchange(const struct rule_view *view, struct rule_finding *ret);
void rule_modern_suites(const struct rule_view *view, struct rule_finding *ret);
void rule_encrypt_then_mac(const struct rule_view *view, struct rule_finding *ret);
void rule_server_name(const struct rule_view *view, struct rule_finding *ret);
void rule_offered_signatures(const struct rule_view *view, struct rule_finding *ret);
void rule_offered_groups(const struct rule_view *view, struct rule_finding *ret);
void rule_compression(const struct rule_view *view, struct rule_finding *ret);
void rule_renegotiation_info(const struct rule_view *view, struct rule_finding *ret);
void rule_extended_master_secret(const struct rule_view *view, struct rule_finding *ret);
void rule_fallback_scsv(const struct rule_view *view, struct rule_finding *ret);
void rule_hello_form(const struct rule_view *view, struct rule_finding *ret);
void rule_hello_record(const struct rule_view *view, struct rule_finding *ret);
void rule_heartbeat(const struct rule_view *view, struct rule_finding *ret);
void rule_record_size(const struct rule_view *view, struct rule_finding *ret);
void rule_alpn_offered(const struct rule_view *view, struct rule_finding *ret);
void rule_stack(const struct rule_view *view, struct rule_finding *ret);
void rule_randomness(const struct rule_view *view, struct rule_finding *ret);
void rule_clock_in_random(const struct rule_view *view, struct rule_finding *ret);
void rule_post_quantum(const struct rule_view *view, struct rule_finding *ret);
void rule_session_elsewhere(const struct rule_view *view, struct rule_finding *ret);
void rule_hello_details(const struct rule_view *view, struct rule_finding *ret);
void rule_own_record_size(const struct rule_view *view, struct rule_finding *ret);
void rule_record_nonces(const struct rule_view *view, struct rule_finding *ret);
void rule_close_notify(const struct rule_view *view, struct rule_finding *ret);
void rule_alerts(const struct rule_view *view, struct rule_finding *ret);
void rule_handshake_time(const struct rule_view *view, struct rule_finding *ret);
void rule_no_resets(const struct rule_view *view, struct rule_finding *ret);
void rule_never_lower(const struct rule_view *view, struct rule_finding *ret);
void rule_fallback_says(const struct rule_view *view, struct rule_finding *ret);
void rule_few_redirects(const struct rule_view *view, struct rule_finding *ret);
void rule_credentials_kept(const struct rule_view *view, struct rule_finding *ret);
void rule_request_form(const struct rule_view *view, struct rule_finding *ret);
void rule_websocket_obeyed(const struct rule_view *view, struct rule_finding *ret);
void rule_websocket_pongs(const struct rule_view *view, struct rule_finding *ret);
void rule_no_plain_text(const struct rule_view *view, struct rule_finding *ret);
void rule_plain_unused(const struct rule_view *view, struct rule_finding *ret);
void rule_few_connections(const struct rule_view *view, struct rule_finding *ret);
void rule_reports_failure(const struct rule_view *view, struct rule_finding *ret);
void rule_short_answer(const struct rule_view *view, struct rule_finding *ret);
void rule_resumed(const struct rule_view *view, struct rule_finding *ret);
void rule_not_resumed(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_sent(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_answered(const struct rule_view *view, struct rule_finding *ret);
void rule_signature_right(const struct rule_view *view, struct rule_finding *ret);
void rule_signature_listed(const struct rule_view *view, struct rule_finding *ret);
void rule_own_key(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_subject(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_dates(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_strength(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_usage(const struct rule_view *view, struct rule_finding *ret);
void rule_signature_nonces(const struct rule_view *view, struct rule_finding *ret);
void rule_certificate_late(const struct rule_view *view, struct rule_finding *ret);
void rule_chain_complete(const struct rule_view *view, struct rule_finding *ret);
void rule_server_certificate(const struct rule_view *view, struct rule_finding *ret);
void rule_server_key(const struct rule_view *view, struct rule_finding *ret);
void rule_hello_refused(const struct rule_view *view, struct rule_finding *ret);
void rule_compression_refused(const struct rule_view *view, struct rule_finding *ret);
void rule_no_heartbeat(const struct rule_view *view, struct rule_finding *ret);
void rule_no_early_data(const struct rule_view *view, struct rule_finding *ret);
void rule_no_renegotiation(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_connect_form(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_connect_flags(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_credentials(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_no_password(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_keep_alive(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_client_id(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_will(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_own_topics(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_packet_ids(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_disconnect(const struct rule_view *view, struct rule_finding *ret);
void rule_mqtt_refusal_obeyed(const struct rule_view *view, struct rule_finding *ret);
void rule_no_secrets_printed(const struct rule_view *view, struct rule_finding *ret);
void rule_first_leak(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_acknowledges(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_pings(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_pingresp(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_dead_broker(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_suback(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_suback_read(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_comes_back(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_subscribed(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_resends(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_limits(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_moved(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_repeats(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_once(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_retained(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_verifies(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_backoff(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_backoff_resets(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_backoff_cap(const struct rule_view *view, struct rule_finding *ret);
void rule_stay_closes(const struct rule_view *view, struct rule_finding *ret);
void rule_soak_recovers(const struct rule_view *view, struct rule_finding *ret);
void rule_soak_no_leak(const struct rule_view *view, struct rule_finding *ret);
void rule_soak_refuses(const struct rule_view *view, struct rule_finding *ret);
void rule_cloud_shadow_reports(const struct rule_view *view, struct rule_finding *ret);
void rule_cloud_shadow_follows(const struct rule_view *view, struct rule_finding *ret);
void rule_cloud_job_done(const struct rule_view *view, struct rule_finding *ret);

/*
 * All rules of the case over one repeat: the worst finding, with what the others that are as bad
 * have to say. Without rules: NOT_APPLICABLE.
 */
void rules_apply(const struct transcript *t, const struct case_facts *facts, int repeat,
                 struct rule_finding *ret);

#endif
