/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session with a broker behind it, both sides of which say anything. The first byte chooses
 * settings; then pieces: a byte with the side (128: the broker) and a length, and so many bytes.
 * What is passed on is what the board said, from its beginning and without a gap.
 */
#include "base/event_kinds.h"
#include "mqtt/relay.h"

#include <stdlib.h>
#include <string.h>

enum { SAID_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_event(void *ctx, const struct event *event)
{
    struct buf json;

    (void)ctx;
    buf_init(&json, 1 << 22);
    require(event_write_json(event, &json) == ASSAY_OK);
    for (size_t i = 0; i < event->field_count; i++)
        if (event->fields[i].kind == EVENT_TEXT && !event->fields[i].secret)
            require(event->fields[i].text[event->fields[i].text_len] == '\0');
    buf_done(&json);
}

static void choose(struct mqtt_settings *s, uint8_t bits)
{
    mqtt_settings_default(s);
    s->max_packet = 4096;
    if ((bits & 1) != 0)
        s->versions |= 1U << MQTT_V31;
    if ((bits & 2) != 0)
        s->session_present = true;
    if ((bits & 4) != 0)
        s->suback_code = 0x80;
    if ((bits & 8) != 0)
        s->puback_code = 0x97;
    if ((bits & 16) != 0)
        s->withhold = MQTT_IN(MQTT_PUBACK) | MQTT_IN(MQTT_CONNACK);
    if ((bits & 32) != 0)
        s->close_after = MQTT_IN(MQTT_SUBSCRIBE) | MQTT_IN(MQTT_PUBLISH);
    if ((bits & 64) != 0 &&
        mqtt_fault_read("corrupt any chance=50", "fault", &s->faults[0], NULL) == ASSAY_OK)
        s->fault_count = 1;
}

/* Nothing is passed on that the board did not say there. */
static void check_passed(struct mqtt_session *s, const struct buf *said, size_t *passed)
{
    struct buf *upstream = mqtt_session_upstream(s);

    require(*passed + upstream->len <= said->len);
    if (upstream->len > 0)
        require(memcmp(said->data + *passed, upstream->data, upstream->len) == 0);
    *passed += upstream->len;
    buf_clear(upstream);
}

static bool step(struct mqtt_session *s, bool from_broker, const uint8_t *data, size_t len)
{
    struct mqtt_violation violation;
    enum assay_status status = ASSAY_OK;

    if (from_broker)
        status = mqtt_session_answered(s, data, len, &violation);
    else
        status = mqtt_session_receive(s, data, len);
    require(status == ASSAY_OK || (from_broker && status == ASSAY_ERR_MALFORMED));
    buf_clear(mqtt_session_output(s));
    return status == ASSAY_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct event_sink sink = {.emit = check_event};
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    struct buf said;
    size_t passed = 0;
    size_t at = 1;
    bool goes_on = true;

    if (size < 2)
        return 0;
    choose(&settings, data[0]);
    s = mqtt_session_new(&settings, &sink, 1);
    require(s != NULL && mqtt_session_relay(s) == ASSAY_OK);
    buf_init(&said, SAID_MAX);
    while (goes_on && at < size) {
        bool from_broker = (data[at] & 128) != 0;
        size_t len = data[at++] & 127;

        len = len < size - at ? len : size - at;
        if (!from_broker && buf_add(&said, data + at, len) != ASSAY_OK)
            break;
        goes_on = step(s, from_broker, data + at, len);
        at += len;
        check_passed(s, &said, &passed);
    }
    mqtt_session_left(s);
    require(mqtt_session_wants_close(s));
    mqtt_session_free(s);
    buf_done(&said);
    return 0;
}
