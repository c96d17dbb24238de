/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules by which a TCP listener misbehaves: the `net` table of a server description, read
 * through one table of keys. docs/formats/server-description.md shows the same rows to people.
 */
#ifndef NET_NET_RULES_H
#define NET_NET_RULES_H

#include "base/status.h"
#include "base/value.h"

#include <stddef.h>
#include <stdint.h>

enum net_accept { NET_ACCEPT_NORMAL, NET_ACCEPT_SILENT, NET_ACCEPT_RESET };
enum net_ending { NET_ENDING_FIN, NET_ENDING_RESET };

enum { NET_RULE_NONE = -1 }; /* of the ..._after_... limits: no such limit */

struct net_rules {
    int64_t accept; /* enum net_accept */
    int64_t delay_accept_ms;
    int64_t delay_tx_ms;
    int64_t chunk_tx; /* 0: as it comes */
    int64_t chunk_delay_ms;
    int64_t stall_after_tx;
    int64_t reset_after_tx;
    int64_t close_after_tx;
    int64_t reset_after_rx;
    int64_t ending; /* enum net_ending */
    int64_t linger_ms;
    int64_t max_segment;
    int64_t first_connections; /* 0: all */
};

struct net_rule_key {
    const char *name;
    size_t offset; /* of an int64_t in struct net_rules */
    int64_t min;   /* for integers */
    int64_t max;
    int64_t preset;             /* what holds when the key is not given */
    const char *const *choices; /* NULL terminated texts for 0, 1, ...; NULL: an integer */
    const char *help;
};

/* Every key; ends with a NULL name. */
extern const struct net_rule_key net_rule_keys[];

/*
 * @param description  a map, or NULL for the defaults
 * @retval ASSAY_ERR_MALFORMED  unknown key or wrong value; err names it ("net.chunk_tx: ...")
 */
ASSAY_RESULT net_rules_parse(const struct value *description, struct net_rules *ret,
                             struct assay_error *err);

#endif
