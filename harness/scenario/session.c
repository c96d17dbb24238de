/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario/session.h"

#include "scenario/keys.h"

#include <string.h>

enum { MAX_KEEP_ALIVE_S = 65535, MAX_QOS = 2, MAX_EVERY_MS = 86400000, MAX_BACKOFF_MS = 600000 };

static enum assay_status read_version(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);

    if (text == NULL || (strcmp(text, "3.1.1") != 0 && strcmp(text, "5.0") != 0))
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be \"3.1.1\" or \"5.0\"", path);
    return key_read_text(spec, value, path, target, err);
}

#define IN(field) offsetof(struct scenario_session, field)

/* clang-format off */
const struct key_spec scenario_session_keys[] = {
    {"version", read_version, IN(version), 0, sizeof(((struct scenario_session *)0)->version), "`3.1.1`",
     "of MQTT: `3.1.1` or `5.0`"},
    {"clean", key_read_bool, IN(clean), 0, 0, "true",
     "the session begins anew with each connection; false: it outlives its connections"},
    {"keep_alive_s", key_read_int, IN(keep_alive_s), 0, MAX_KEEP_ALIVE_S, "10",
     "seconds of CONNECT's keep alive"},
    {"subscribe_qos", key_read_int, IN(subscribe_qos), 0, MAX_QOS, "1",
     "QoS that the board asks for in SUBSCRIBE"},
    {"qos", key_read_int, IN(qos), 0, MAX_QOS, "1",
     "QoS of what the board publishes"},
    {"every_ms", key_read_int, IN(every_ms), 0, MAX_EVERY_MS, "0",
     "milliseconds between two messages of the board's; 0: one is all"},
    {"backoff_ms", key_read_int, IN(backoff_ms), 1, MAX_BACKOFF_MS, "250",
     "the board's first wait after a lost connection, where a board can be told"},
    {"ack_ms", key_read_int, IN(ack_ms), 1, MAX_BACKOFF_MS, "1000",
     "how long the board waits for an answer of the broker, where a board can be told"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status scenario_session_read(const struct value *description,
                                        struct scenario_session *ret, bool *ret_has,
                                        struct assay_error *err)
{
    struct scenario_session session = {.version = "3.1.1",
                                       .clean = true,
                                       .keep_alive_s = 10,
                                       .subscribe_qos = 1,
                                       .qos = 1,
                                       .backoff_ms = 250,
                                       .ack_ms = 1000};
    const struct value *table = value_get(description, "session");

    if (table != NULL)
        ASSAY_TRY(keys_read(scenario_session_keys, table, "session", &session, err));
    *ret_has = table != NULL;
    *ret = session;
    return ASSAY_OK;
}
