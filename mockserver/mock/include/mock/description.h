/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server description: its top level, read through one table of keys. What stands below `certs`,
 * `tls`, `mqtt`, `http`, `wwep`, `net`, `dns` and `sntp` is the business of the rooms that carry it
 * out. docs/formats/server-description.md shows the same rows to people.
 */
#ifndef MOCK_DESCRIPTION_H
#define MOCK_DESCRIPTION_H

#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

enum { MOCK_HOST_TEXT = 254, MOCK_TIME_TEXT = 64, MOCK_TRUST_TEXT = 8 };

enum mock_service {
    MOCK_SERVICE_MQTTS,
    MOCK_SERVICE_MQTT,
    MOCK_SERVICE_WSS,
    MOCK_SERVICE_WS,
    MOCK_SERVICE_HTTPS,
    MOCK_SERVICE_HTTP,
    MOCK_SERVICE_WWEP_TLS,
    MOCK_SERVICE_WWEP,
    MOCK_SERVICE_COUNT
};

enum mock_protocol {
    MOCK_PROTOCOL_MQTT,
    MOCK_PROTOCOL_MQTT_WEBSOCKET,
    MOCK_PROTOCOL_HTTP,
    MOCK_PROTOCOL_WWEP
};

struct mock_service_row {
    const char *name;
    bool has_tls;
    enum mock_protocol protocol;
    unsigned port; /* IANA; of WWEP the one that its clients know */
};

extern const struct mock_service_row mock_services[MOCK_SERVICE_COUNT];

struct mock_settings {
    enum mock_service service;
    char host[MOCK_HOST_TEXT];
    char time[MOCK_TIME_TEXT];
    char board_time[MOCK_TIME_TEXT];   /* "": the same */
    char board_clock[MOCK_TRUST_TEXT]; /* "": as its file says; for the harness */
    bool no_password;                  /* for the harness */
    char trust[MOCK_TRUST_TEXT]; /* "auto", "ecdsa", "rsa": for the harness, not for a server */
    /* Borrowed from the description; NULL: not given. */
    const struct value *chain;
    const struct value *certs;
    const struct value *identity;
    const struct value *session;
    const struct value *tls;
    const struct value *mqtt;
    const struct value *http;
    const struct value *websocket;
    const struct value *second; /* the host that a location names, or the broker without TLS */
    const struct value *wwep;
    const struct value *face;
    const struct value *visit; /* prober/settings.h; a mock has no use for it */
    const struct value *net;
    const struct value *dns;
    const struct value *sntp;
    const struct value *faults; /* mock/faults.h; mock_description_complete() has applied them */
    const struct value *outages;
    const struct value *later;
};

/* The keys of the top level. Ends with a NULL name. */
extern const struct key_spec mock_keys[];
/* ... and of the tables in `later`. */
extern const struct key_spec mock_later_keys[];
/* ... and of the table `outages`. */
extern const struct key_spec mock_outages_keys[];
/* ... and of the table `second`, of a web server and of a broker. */
extern const struct key_spec mock_second_keys[];
extern const struct key_spec mock_plain_keys[];

/* The host that `second` sends boards to; NULL: to none. Borrowed. */
const char *mock_second_host(const struct value *description);

/*
 * The description laid over the defaults of `chain` and `certs`, which are trees, and its `faults`
 * over that: what mock_start() serves. The caller owns it. A description of NULL is an empty one.
 * @retval ASSAY_ERR_MALFORMED  it is no table, or has a fault that is none
 */
ASSAY_RESULT mock_description_complete(const struct value *description, struct value **ret,
                                       struct assay_error *err);

/*
 * @retval ASSAY_ERR_MALFORMED  err names the path and what would be right
 */
ASSAY_RESULT mock_settings_read(const struct value *description, struct mock_settings *ret,
                                struct assay_error *err);

/*
 * Put a mosquitto behind the broker of a description. One that serves no MQTT, or that tells the
 * broker what mosquitto cannot be told, stays as it is, and so does one that has it already.
 * @retval ASSAY_ERR_NOMEM  the only failure
 */
ASSAY_RESULT mock_description_put_behind(struct value *description);

struct mock_times {
    int64_t server_s; /* what the scenario clock is set to */
    int64_t board_s;  /* what the board's clock is told */
};

/*
 * `time` and `board_time` of a description, both relative to base_unix_s.
 * @retval ASSAY_ERR_MALFORMED  err names the path and what would be right
 */
ASSAY_RESULT mock_times_of(const struct value *description, int64_t base_unix_s,
                           struct mock_times *ret, struct assay_error *err);

#endif
