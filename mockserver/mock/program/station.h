/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listeners of assay-mock while they run: a mock each, with a name, a scenario clock and the
 * description that it was given. They can be changed one by one, or all be replaced by those of
 * another configuration, while connections that there are finish under the old one.
 * Nothing here may be called from a callback of the loop, which some of it runs.
 */
#ifndef STATION_H
#define STATION_H

#include "event_lines.h"
#include "mock/mock.h"
#include "mock_config.h"

struct station;
struct listener;

/* Everything is borrowed and must outlive the station. */
struct station_options {
    uv_loop_t *loop;
    struct event_lines *lines; /* NULL: no events */
    struct pki_store *store;
    struct tls_library *library; /* NULL: OpenSSL's default */
    int64_t base_unix_s; /* scenario time now, which `time` of a description is relative to */
    void (*on_empty)(void *ctx); /* from the loop: something has nobody left to serve */
    void *ctx;
};

/*
 * Start all listeners of a configuration.
 * @retval ASSAY_ERR_MALFORMED    a description; err names the listener where there are several
 * @retval ASSAY_ERR_UNSUPPORTED  OpenSSL cannot serve it
 * @retval ASSAY_ERR_IO           a port could not be bound
 */
ASSAY_RESULT station_open(const struct station_options *options, const struct mock_config *config,
                          struct station **ret, struct assay_error *err);
void station_free(struct station *station); /* NULL is allowed */

/*
 * Go on with another configuration: listeners that are the same in it and that no command has
 * changed are left alone, the others replaced (a broker without its sessions), with their ports
 * where these are the same. All or nothing: as station_open(); where it fails everything is as it
 * was. The event mock.reload says what happened.
 */
ASSAY_RESULT station_reload(struct station *station, const struct mock_config *config,
                            struct assay_error *err);
/* A configuration that could not be read: say so. */
void station_refuse_reload(struct station *station, const struct assay_error *why);

/* Let go of servers that were replaced and have nobody left to serve. */
void station_reap(struct station *station);

/* The way to the end: no more connections; then end those that there are. An event says it. */
void station_stop_listening(struct station *station, unsigned limit_ms);
void station_end_connections(struct station *station);
size_t station_open_connections(const struct station *station); /* of replaced servers as well */

/* Of its listeners. */
size_t station_count(const struct station *station);
struct listener *station_at(const struct station *station, size_t index);
size_t station_replaced_connections(const struct station *station);
/* Where events that belong to no listener go; NULL: nowhere. */
const struct event_sink *station_sink(const struct station *station);
int64_t station_base_s(const struct station *station); /* start of the run */

const char *listener_name(const struct listener *listener);
const char *listener_address(const struct listener *listener);
struct mock *listener_mock(const struct listener *listener);
int64_t listener_now_s(const struct listener *listener); /* of its scenario clock */
const struct value *listener_given(const struct listener *listener);

/*
 * Servers for a changed description, which is taken over, also on failure. Then all of a command's
 * listeners take effect, or none: the caller hands each to listener_apply() or to mock_stop().
 * The listener keeps the description with listener_apply() only.
 */
struct listener_change {
    struct listener *listener;
    struct value *given;
    struct mock *prepared;
};
ASSAY_RESULT listener_prepare(struct listener *listener, struct value *given, bool is_renewed,
                              struct listener_change *ret, struct assay_error *err);
void listener_apply(struct listener_change *change, bool is_renewed, const char *why);
void listener_drop_change(struct listener_change *change);
void listener_set_clock(struct listener *listener, int64_t unix_s, const char *why);

#endif
