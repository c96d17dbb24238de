/* SPDX-License-Identifier: Apache-2.0 */
/* The rules by which a TCP listener misbehaves: the `net` table of a server description. */
#ifndef NET_NET_RULES_H
#define NET_NET_RULES_H

#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdint.h>

enum net_accept { NET_ACCEPT_NORMAL, NET_ACCEPT_SILENT, NET_ACCEPT_RESET };
enum net_ending { NET_ENDING_FIN, NET_ENDING_RESET };

enum { NET_RULE_NONE = -1 }; /* of the ..._after_... limits and max_segment: none */

struct net_rules {
    enum net_accept accept;
    enum net_ending ending;
    int64_t delay_accept_ms;
    int64_t delay_tx_ms;
    int64_t chunk_tx; /* 0: as it comes */
    int64_t chunk_delay_ms;
    int64_t stall_after_tx;
    int64_t reset_after_tx;
    int64_t close_after_tx;
    int64_t reset_after_rx;
    int64_t stall_after_rx;
    int64_t read_rate; /* 0: as it comes */
    int64_t linger_ms;
    int64_t max_segment;
    int64_t first_connections; /* 0: all */
};

/* The keys of the table. Ends with a NULL name. */
extern const struct key_spec net_keys[];

void net_rules_default(struct net_rules *ret);

/*
 * @param description  NULL: defaults
 * @retval ASSAY_ERR_MALFORMED  err names the path ("net.chunk_tx") and what would be right
 */
ASSAY_RESULT net_rules_read(const struct value *description, struct net_rules *ret,
                            struct assay_error *err);

#endif
