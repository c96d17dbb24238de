/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server session that is told anything by a board. The first three bytes choose settings and
 * split. Whatever it answers is sound MQTT, and every event holds what events may hold.
 */
#include "base/event_kinds.h"
#include "mqtt/decoder.h"
#include "mqtt/session.h"

#include <stdlib.h>
#include <string.h>

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

static void choose(struct mqtt_settings *s, const uint8_t *bytes)
{
    mqtt_settings_default(s);
    s->max_packet = 4096;
    if ((bytes[0] & 1) != 0)
        s->versions |= 1U << MQTT_V31;
    if ((bytes[0] & 2) != 0)
        s->connack_code = 0x87;
    if ((bytes[0] & 4) != 0)
        s->session_present = true;
    if ((bytes[0] & 8) != 0)
        s->topic_alias_maximum = 3;
    if ((bytes[0] & 16) != 0)
        s->receive_maximum = 2;
    if ((bytes[0] & 32) != 0)
        s->max_qos = bytes[1] % 3;
    if ((bytes[0] & 64) != 0)
        s->suback_code = 0x80;
    if ((bytes[0] & 128) != 0)
        s->withhold = (uint32_t)bytes[1] << 2 & ~1U;
}

/* What the bench sends in a session without faults has to be sound. */
static void check_output(const struct mqtt_settings *settings, struct mqtt_session *s)
{
    struct buf *output = mqtt_session_output(s);
    struct mqtt_decoder d;
    struct mqtt_packet packet;
    struct mqtt_violation violation;
    struct reader input = reader_over(output->data, output->len);
    enum mqtt_version version = mqtt_session_info(s).version;
    enum assay_status status = ASSAY_OK;

    if (settings->connack_code != 0 || settings->session_present || output->len == 0)
        return;
    if (version == MQTT_VERSION_UNKNOWN) /* a level that does not exist */
        version = output->data[1] == 2 ? MQTT_V311 : MQTT_V5;
    mqtt_decoder_init(&d, version, 1 << 20);
    do
        status = mqtt_decoder_next(&d, &input, &packet, &violation);
    while (status == ASSAY_OK);
    require(status == ASSAY_ERR_TRUNCATED && d.pending.len == 0);
    mqtt_decoder_done(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct event_sink sink = {.emit = check_event};
    struct mqtt_settings settings;
    struct mqtt_session *s = NULL;
    size_t step = 0;

    if (size < 3)
        return 0;
    choose(&settings, data);
    step = (size_t)data[2] + 1;
    data += 3;
    size -= 3;
    s = mqtt_session_new(&settings, &sink, 1);
    require(s != NULL);
    for (size_t at = 0; at < size; at += step) {
        size_t len = size - at < step ? size - at : step;
        /* A copy of its own, so that a sanitizer sees every byte read over the end. */
        uint8_t *piece = malloc(len);

        require(piece != NULL);
        memcpy(piece, data + at, len);
        require(mqtt_session_receive(s, piece, len) == ASSAY_OK);
        free(piece);
    }
    check_output(&settings, s);
    if (mqtt_session_stage(s) != MQTT_STAGE_EXPECT_CONNECT &&
        mqtt_session_stage(s) != MQTT_STAGE_CONNECTED)
        require(mqtt_session_wants_close(s));
    mqtt_session_free(s);
    return 0;
}
