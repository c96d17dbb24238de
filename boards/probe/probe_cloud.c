/* SPDX-License-Identifier: Apache-2.0 */
#include "probe_cloud.h"

#include "probe/probe_text.h"
#include "probe_client_internal.h"
#include "probe_json.h"

#include <string.h>

/* What is still to be said, in this order. */
enum want { WANT_HELLO, WANT_NEXT_JOB, WANT_REPORT, WANT_JOB_BEGUN, WANT_JOB_DONE, WANT_COUNT };

static const char things[] = "$aws/things/";

static struct probe_mqtt_text text_of(const char *text)
{
    return (struct probe_mqtt_text){text, strlen(text)};
}

static int is_on(const struct probe_client *c)
{
    return c->config->cloud == PROBE_CLOUD_AWS;
}

static void want(struct probe_client *c, enum want what)
{
    c->cloud.wants |= (uint8_t)(1U << what);
}

void probe_cloud_begin(struct probe_client *c)
{
    c->cloud.wants = 0;
    c->cloud.job[0] = '\0'; /* one that was not ended comes again */
    if (!is_on(c))
        return;
    if (!probe_client_has(c, PROBE_CLIENT_SHADOW_UNREPORTED))
        want(c, WANT_HELLO);
    want(c, WANT_NEXT_JOB);
}

/* $aws/things/THING<rest> */
static struct probe_parts topic_of(const struct probe_client *c, const char *rest, const char *more,
                                   const char *last)
{
    return (struct probe_parts){
        {text_of(things), c->config->client, text_of(rest), text_of(more), text_of(last)}};
}

/* ---- in ---- */

/* Desired and not yet reported: it is so from now on. */
static void on_delta(struct probe_client *c, struct probe_mqtt_text payload)
{
    struct probe_mqtt_text state = probe_json_member(payload, "state");

    if (state.len == 0 || state.bytes[0] != '{') {
        probe_client_say(c, "a delta of the shadow has no state");
        return;
    }
    if (state.len > sizeof(c->cloud.state)) {
        probe_client_say(c, "the state that is desired is larger than it can take");
        return;
    }
    if (probe_client_has(c, PROBE_CLIENT_DELTA_IGNORED))
        return;
    memcpy(c->cloud.state, state.bytes, state.len);
    c->cloud.state_len = (uint16_t)state.len;
    want(c, WANT_REPORT);
}

static void on_rejected(struct probe_client *c, struct probe_mqtt_text payload)
{
    (void)payload;
    probe_client_say(c, "the shadow refuses what it reports");
}

/* It becomes part of a topic: nothing but the letters that the service allows. */
static int is_job_id(struct probe_mqtt_text id)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    for (size_t i = 0; i < id.len; i++)
        if (memchr(letters, id.bytes[i], sizeof(letters) - 1) == NULL)
            return 0;
    return id.len > 0 && id.len <= PROBE_CLOUD_JOB_MAX;
}

/* The next job, from a notice or an answer; both may tell of the same one. No execution: none. */
static void on_job(struct probe_client *c, struct probe_mqtt_text payload)
{
    struct probe_mqtt_text id = probe_json_member(probe_json_member(payload, "execution"), "jobId");
    struct probe_text job = {0};

    if (id.len < 2 || id.bytes[0] != '"')
        return;
    id = (struct probe_mqtt_text){id.bytes + 1, id.len - 2};
    if (!is_job_id(id)) {
        probe_client_say(c, "a job has an id that is none");
        return;
    }
    if (strlen(c->cloud.job) == id.len && memcmp(c->cloud.job, id.bytes, id.len) == 0)
        return;
    job = probe_text_over(c->cloud.job, sizeof(c->cloud.job));
    probe_text_add_bytes(&job, id.bytes, id.len);
    want(c, WANT_JOB_BEGUN);
    if (!probe_client_has(c, PROBE_CLIENT_JOB_UNFINISHED))
        want(c, WANT_JOB_DONE);
}

static const struct {
    const char *rest; /* of the topic, behind the thing's name */
    void (*hear)(struct probe_client *c, struct probe_mqtt_text payload);
} topics[] = {
    {"/shadow/update/delta", on_delta},
    {"/shadow/update/rejected", on_rejected},
    {"/jobs/notify-next", on_job},
    {"/jobs/$next/get/accepted", on_job},
};

int probe_cloud_filter(const struct probe_client *c, size_t i, struct probe_parts *ret)
{
    if (!is_on(c) || i >= sizeof(topics) / sizeof(topics[0]))
        return 0;
    *ret = topic_of(c, topics[i].rest, "", "");
    return 1;
}

/* Take what the text begins with. */
static int take_prefix(struct probe_mqtt_text *text, struct probe_mqtt_text prefix)
{
    if (text->len < prefix.len || memcmp(text->bytes, prefix.bytes, prefix.len) != 0)
        return 0;
    text->bytes += prefix.len;
    text->len -= prefix.len;
    return 1;
}

int probe_cloud_hear(struct probe_client *c, struct probe_mqtt_text topic,
                     struct probe_mqtt_text payload)
{
    if (!is_on(c) || !take_prefix(&topic, text_of(things)))
        return 0;
    if (!take_prefix(&topic, c->config->client))
        return 1; /* another thing's */
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
        if (strlen(topics[i].rest) == topic.len &&
            memcmp(topics[i].rest, topic.bytes, topic.len) == 0)
            topics[i].hear(c, payload);
    return 1;
}

/* ---- out ---- */

/* The message that is wanted: its topic and its payload. */
static void make(const struct probe_client *c, enum want what, struct probe_parts *ret_topic,
                 struct probe_parts *ret_payload)
{
    static const char begin[] = "{\"state\":{\"reported\":";
    const struct probe_mqtt_text state = {c->cloud.state, c->cloud.state_len};
    struct probe_parts job = topic_of(c, "/jobs/", c->cloud.job, "/update");
    struct probe_parts shadow = topic_of(c, "/shadow/update", "", "");

    *ret_topic = what == WANT_JOB_BEGUN || what == WANT_JOB_DONE ? job : shadow;
    *ret_payload = (struct probe_parts){{text_of("{}")}};
    if (what == WANT_HELLO)
        *ret_payload = (struct probe_parts){{text_of(begin), text_of("{\"firmware\":1}}}")}};
    if (what == WANT_NEXT_JOB)
        *ret_topic = topic_of(c, "/jobs/$next/get", "", "");
    if (what == WANT_REPORT)
        *ret_payload = (struct probe_parts){{text_of(begin), state, text_of("}}")}};
    if (what == WANT_JOB_BEGUN)
        *ret_payload = (struct probe_parts){{text_of("{\"status\":\"IN_PROGRESS\"}")}};
    if (what == WANT_JOB_DONE)
        *ret_payload = (struct probe_parts){{text_of("{\"status\":\"SUCCEEDED\"}")}};
}

void probe_cloud_work(struct probe_client *c)
{
    for (unsigned i = 0; i < WANT_COUNT; i++) {
        struct probe_parts topic;
        struct probe_parts payload;

        if ((c->cloud.wants & (1U << i)) == 0)
            continue;
        make(c, (enum want)i, &topic, &payload);
        if (!probe_packet_publish_parts(c, &topic, &payload))
            return;
        c->cloud.wants &= (uint8_t) ~(1U << i);
    }
}
