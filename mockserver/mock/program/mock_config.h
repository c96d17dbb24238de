/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of assay-mock: one server description, or several listeners with one each.
 * docs/formats/mock-config.md.
 */
#ifndef MOCK_CONFIG_H
#define MOCK_CONFIG_H

#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"
#include "program_options.h"

#include <stdbool.h>

enum { MOCK_LISTENERS_MAX = 64, MOCK_NAME_TEXT = 32, MOCK_ADDRESS_TEXT = 64 };

struct mock_listener_config {
    char name[MOCK_NAME_TEXT];
    char address[MOCK_ADDRESS_TEXT];
    int64_t port;     /* 0: any */
    int64_t dns_port; /* -1: not served; 0: any */
    int64_t sntp_port;
    const struct value *given; /* `server`, borrowed while it is read */
    struct value *server;      /* a description; owned */
};

struct mock_config {
    size_t count;
    struct mock_listener_config listeners[MOCK_LISTENERS_MAX];
};

/* The keys of a listener. Ends with a NULL name. */
extern const struct key_spec mock_listener_keys[];

/*
 * @param options  config: the file, NULL for a good broker; listen, port, ...: defaults, and all
 *                 that a single description has
 * @param ret      the caller ends it with mock_config_free()
 * @retval ASSAY_ERR_NOT_FOUND  no such file
 * @retval ASSAY_ERR_MALFORMED  err names the file, the path and what would be right
 */
ASSAY_RESULT mock_config_load(const struct program_options *options, struct mock_config **ret,
                              struct assay_error *err);
void mock_config_free(struct mock_config *config); /* NULL is allowed */

#endif
