/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: the object behind mock/mock.h. */
#ifndef MOCK_INTERNAL_H
#define MOCK_INTERNAL_H

#include "mock/mock.h"

#include "dns/dns.h"
#include "face/face.h"
#include "mock/description.h"
#include "mqtt_service.h"
#include "request_service.h"
#include "sntp/sntp.h"
#include "websocket/websocket.h"

struct mock_later;
struct mock_outages;

struct mock {
    const struct event_sink *sink; /* borrowed */
    struct scenario_clock *clock;  /* borrowed */
    struct value *description;     /* with the defaults */
    struct mock_settings settings; /* borrows from it */
    struct mqtt_settings mqtt;
    struct face_settings *face_settings; /* NULL: no face */
    struct face *face;
    struct dns_settings dns;
    struct sntp_settings sntp;
    struct secured_tls *tls; /* NULL: no TLS */
    struct broker *broker;
    struct behind *behind; /* NULL: the mock's own broker answers */
    struct mqtt_service mqtt_service;
    struct http_settings http;
    struct websocket_settings websocket;
    struct wwep_settings wwep;
    struct wwep_registers *registers;
    struct request_service request_service;
    struct net_service service;
    void *(*open_service)(void *ctx, struct net_conn *conn); /* of the service; see listen_tcp() */
    void *service_ctx;
    struct mock_later *later;     /* NULL: nothing changes by itself */
    struct mock_outages *outages; /* NULL: it is always there */
    struct mock *second;          /* beside this one (`second`); NULL: nothing is */
    const char *role;             /* of this one beside another: "second", "plain"; NULL: none */
    uint32_t last_conn;           /* numbers the connections of both, where nobody else does */
    struct net *net;
    uv_loop_t *loop; /* borrowed; NULL: not open */
    unsigned port;
    unsigned dns_port;
    unsigned sntp_port;
    int64_t sntp_shift_ms;
};

/* mock_later.c: what changes by itself between two connections (`later`). */
ASSAY_RESULT mock_later_prepare(struct mock *mock, const struct mock_options *options,
                                struct assay_error *err);
/* So many connections have been taken by another list: what it did to the clock is done. */
void mock_later_skip(struct mock_later *later, size_t taken);
void mock_later_free(struct mock_later *later); /* NULL is allowed */
/* mock_outages.c: when the server is gone (`outages`); its timer runs from the start to the stop.
 */
ASSAY_RESULT mock_outages_prepare(struct mock *mock, const struct mock_options *options,
                                  struct assay_error *err);
ASSAY_RESULT mock_outages_start(struct mock *mock, struct assay_error *err);
void mock_outages_stop(struct mock_outages *outages); /* NULL is allowed */
/* When the loop has turned after that. NULL is allowed. */
void mock_outages_free(struct mock_outages *outages);
/* mock_second.c: what stands beside a server (`second`). */
ASSAY_RESULT mock_second_prepare(struct mock *mock, const struct mock_options *options,
                                 struct assay_error *err);
ASSAY_RESULT mock_second_open(struct mock *mock, const struct mock_options *options,
                              struct assay_error *err);
/* Write host and port of the second server into `location`, which says where they belong. */
void mock_second_tell(struct mock *mock);
/* mock_change.c: are certificates and TLS those of the other one? */
bool mock_has_same_tls(const struct mock *a, const struct mock *b);
/* Scenario time. */
int64_t mock_now_s(const struct mock *mock);
/* Before each connection. */
void mock_later_check(struct mock *mock);

#endif
