/* SPDX-License-Identifier: Apache-2.0 */
/* What a mosquitto behind the mock is told: a file in a folder of its own. */
#include "behind_internal.h"

#include "mock/description.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_MAX = 4096 };

/*
 * Keys of `mqtt` that hold with mosquitto behind: what is done to packets on their way, and what a
 * line of its configuration says.
 */
static const char *const carried_out[] = {
    "behind",        "versions",         "connack_code",     "session_present",
    "withhold",      "close_after",      "suback_code",      "puback_code",
    "max_packet",    "faults",           "write_bytes",      "max_qos",
    "max_inflight",  "max_queued",       "retain_available", "topic_alias_maximum",
    "reason_string", "server_reference",
};

static bool is_carried_out(const char *key)
{
    for (size_t i = 0; i < sizeof(carried_out) / sizeof(carried_out[0]); i++)
        if (strcmp(carried_out[i], key) == 0)
            return true;
    return false;
}

enum assay_status behind_check_keys(const struct value *description, struct assay_error *err)
{
    for (size_t i = 0; value_kind(description) == VALUE_MAP && i < value_count(description); i++)
        if (!is_carried_out(value_key_at(description, i)))
            return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                                   "mqtt.%s: mosquitto cannot be told that; leave it out, or leave "
                                   "out mqtt.behind, for the mock's own broker",
                                   value_key_at(description, i));
    if (value_kind(value_get(description, "max_queued")) == VALUE_INT &&
        value_int(value_get(description, "max_queued")) == 0)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "mqtt.max_queued: mosquitto takes 0 for no limit; it has to be 1 at "
                               "least with mqtt.behind");
    return ASSAY_OK;
}

enum assay_status behind_check_change(const struct mqtt_settings *now,
                                      const struct mqtt_settings *then, struct assay_error *err)
{
    if (now->is_relayed != then->is_relayed)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "mqtt.behind cannot come or go while the server runs");
    if (!now->is_relayed)
        return ASSAY_OK;
    if (now->max_qos != then->max_qos || now->max_packet != then->max_packet ||
        now->max_inflight != then->max_inflight || now->max_queued != then->max_queued ||
        now->topic_alias_maximum != then->topic_alias_maximum ||
        now->retain_available != then->retain_available)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "the mosquitto behind the broker was told max_qos, max_packet, "
                               "max_inflight, max_queued, topic_alias_maximum and "
                               "retain_available when it started; they have to stay");
    return ASSAY_OK;
}

enum assay_status mock_description_put_behind(struct value *description)
{
    struct mock_settings settings;
    struct value *over = NULL;
    struct value *mqtt = NULL;
    struct assay_error ignored;
    enum assay_status status = ASSAY_OK;

    if (mock_settings_read(description, &settings, &ignored) != ASSAY_OK)
        return ASSAY_OK; /* that is said where it is served */
    if (mock_services[settings.service].protocol > MOCK_PROTOCOL_MQTT_WEBSOCKET ||
        settings.face != NULL || /* which a scenario is about, then */
        behind_check_keys(settings.mqtt, &ignored) != ASSAY_OK)
        return ASSAY_OK;
    over = value_new_map();
    mqtt = value_new_map();
    status = value_set(mqtt, "behind", value_new_text("mosquitto"));
    if (status == ASSAY_OK)
        status = value_set(over, "mqtt", mqtt); /* ownership passes, also where it fails */
    else
        value_free(mqtt);
    if (status == ASSAY_OK)
        status = value_merge(description, over);
    value_free(over);
    return status;
}

/* Where its own default is another, or what the description says differs from ours. */
static enum assay_status add_limits(const struct mqtt_settings *s, struct buf *out)
{
    struct mqtt_settings usual;

    mqtt_settings_default(&usual);
    ASSAY_TRY(buf_printf(out,
                         "max_inflight_messages %" PRId64 "\nmax_queued_messages %" PRId64 "\n",
                         s->max_inflight, s->max_queued));
    if (s->max_packet != usual.max_packet)
        ASSAY_TRY(buf_printf(out, "max_packet_size %" PRId64 "\n", s->max_packet));
    if (!s->retain_available)
        ASSAY_TRY(buf_add_text(out, "retain_available false\n"));
    return ASSAY_OK;
}

/* Options of a listener follow it. */
static enum assay_status add_listener(const struct behind *b, struct buf *out)
{
    const struct mqtt_settings *s = b->settings;

    ASSAY_TRY(buf_printf(out, "listener 0 %s\n", b->socket));
    if (s->max_qos < 2)
        ASSAY_TRY(buf_printf(out, "max_qos %" PRId64 "\n", s->max_qos));
    if (s->topic_alias_maximum > 0)
        ASSAY_TRY(buf_printf(out, "max_topic_alias %" PRId64 "\n", s->topic_alias_maximum));
    return ASSAY_OK;
}

/* `user root`: a bench that is root's has a folder that is root's. Else the line does nothing. */
static enum assay_status compose(const struct behind *b, struct buf *out)
{
    ASSAY_TRY(buf_add_text(out, "per_listener_settings false\n"
                                "allow_anonymous true\n"
                                "user root\n"
                                "persistence false\n"
                                "sys_interval 0\n"
                                "connection_messages false\n"
                                "log_timestamp false\n"
                                "log_dest stderr\n"
                                "log_type error\n"
                                "log_type warning\n"
                                "log_type notice\n"
                                "log_type information\n"));
    ASSAY_TRY(add_limits(b->settings, out));
    return add_listener(b, out);
}

static enum assay_status make_folder(struct behind *b, struct assay_error *err)
{
    const char *tmp = getenv("TMPDIR");

    /* The name of a socket has to be short. */
    if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > BEHIND_PATH / 2)
        tmp = "/tmp";
    snprintf(b->folder, sizeof(b->folder), "%s/assay-mosquitto-XXXXXX", tmp);
    if (mkdtemp(b->folder) == NULL) { /* with mode 0700 */
        int sys_errno = errno;

        b->folder[0] = '\0';
        return assay_error_sys(err, sys_errno, "cannot make a folder for mosquitto in %s", tmp);
    }
    snprintf(b->config, sizeof(b->config), "%.80s/conf", b->folder);
    snprintf(b->socket, sizeof(b->socket), "%.80s/s", b->folder);
    return ASSAY_OK;
}

enum assay_status behind_write_config(struct behind *b, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = make_folder(b, err);
    int fd = -1;

    if (status != ASSAY_OK)
        return status;
    buf_init(&text, CONFIG_MAX);
    status = compose(b, &text);
    fd = status == ASSAY_OK ? open(b->config, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (status == ASSAY_OK && (fd < 0 || write(fd, text.data, text.len) != (ssize_t)text.len))
        status = assay_error_sys(err, errno, "cannot write %s", b->config);
    if (fd >= 0)
        close(fd);
    buf_done(&text);
    return status;
}

void behind_remove_files(const struct behind *b)
{
    if (b->folder[0] == '\0')
        return;
    unlink(b->config);
    unlink(b->socket);
    rmdir(b->folder);
}
