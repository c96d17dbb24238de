/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net_rules.h"

#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, BYTES_MAX = 1 << 30 };

/* Store the index of the value among names (NULL terminated) as an enum. */
static enum assay_status read_choice(const char *const *names, const char *expected,
                                     const struct value *value, const char *path, void *target,
                                     struct assay_error *err)
{
    const char *text = value_text(value);

    for (unsigned i = 0; text != NULL && names[i] != NULL; i++) {
        if (strcmp(text, names[i]) == 0) {
            memcpy(target, &i, sizeof(i));
            return ASSAY_OK;
        }
    }
    return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s is %s%.40s%s; it has to be %s", path,
                           text != NULL ? "\"" : "",
                           text != NULL ? text : value_kind_name(value_kind(value)),
                           text != NULL ? "\"" : "", expected);
}

static enum assay_status read_accept(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    static const char *const names[] = {[NET_ACCEPT_NORMAL] = "normal",
                                        [NET_ACCEPT_SILENT] = "silent",
                                        [NET_ACCEPT_RESET] = "reset",
                                        NULL};

    (void)spec;
    return read_choice(names, "normal, silent or reset", value, path, target, err);
}

static enum assay_status read_ending(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    static const char *const names[] = {
        [NET_ENDING_FIN] = "fin", [NET_ENDING_RESET] = "reset", NULL};

    (void)spec;
    return read_choice(names, "fin or reset", value, path, target, err);
}

#define AT(member) offsetof(struct net_rules, member)

/* clang-format off */
const struct key_spec net_keys[] = {
    {"accept", read_accept, AT(accept), 0, 0, "normal",
     "`normal`: serve; `silent`: take the connection, read, never answer; `reset`: RST at once"},
    {"delay_accept_ms", key_read_int, AT(delay_accept_ms), 0, DAY_MS, "0",
     "the kernel takes the connection, but it is served only after this time"},
    {"delay_tx_ms", key_read_int, AT(delay_tx_ms), 0, DAY_MS, "0",
     "everything that the bench sends leaves this much later"},
    {"chunk_tx", key_read_int, AT(chunk_tx), 0, BYTES_MAX, "0",
     "at most so many bytes a write, and so a TCP segment; 0: as it comes"},
    {"chunk_delay_ms", key_read_int, AT(chunk_delay_ms), 0, DAY_MS, "0",
     "time between two writes"},
    {"stall_after_tx", key_read_int, AT(stall_after_tx), 0, BYTES_MAX, "never",
     "after so many bytes nothing leaves any more, no FIN either; reading goes on"},
    {"reset_after_tx", key_read_int, AT(reset_after_tx), 0, BYTES_MAX, "never",
     "RST after so many bytes sent; 0: when the first one would leave"},
    {"close_after_tx", key_read_int, AT(close_after_tx), 0, BYTES_MAX, "never",
     "FIN after so many bytes sent; 0: when the first one would leave"},
    {"reset_after_rx", key_read_int, AT(reset_after_rx), 1, BYTES_MAX, "never",
     "RST when so many bytes have been received; the last of them are not answered"},
    {"stall_after_rx", key_read_int, AT(stall_after_rx), 0, BYTES_MAX, "never",
     "after so many bytes received nothing is read any more, until the board ends; sending goes on"},
    {"read_rate", key_read_int, AT(read_rate), 0, BYTES_MAX, "0",
     "at most so many bytes are read in a second; 0: as they come"},
    {"ending", read_ending, AT(ending), 0, 0, "fin",
     "how the bench ends a connection that the service has finished with: `fin` or `reset`"},
    {"linger_ms", key_read_int, AT(linger_ms), 0, DAY_MS, "1000",
     "how long the bench waits, after its own FIN, for the board's"},
    {"max_segment", key_read_int, AT(max_segment), 88, 32767, "the kernel's",
     "the segment size (MSS) that is announced to boards"},
    {"first_connections", key_read_int, AT(first_connections), 0, BYTES_MAX, "0",
     "the rules hold for the first so many connections, later ones are served well; 0: for all"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

void net_rules_default(struct net_rules *ret)
{
    *ret = (struct net_rules){
        .accept = NET_ACCEPT_NORMAL,
        .ending = NET_ENDING_FIN,
        .stall_after_tx = NET_RULE_NONE,
        .reset_after_tx = NET_RULE_NONE,
        .close_after_tx = NET_RULE_NONE,
        .reset_after_rx = NET_RULE_NONE,
        .stall_after_rx = NET_RULE_NONE,
        .linger_ms = 1000,
        .max_segment = NET_RULE_NONE,
    };
}

enum assay_status net_rules_read(const struct value *description, struct net_rules *ret,
                                 struct assay_error *err)
{
    struct net_rules rules;

    net_rules_default(&rules);
    ASSAY_TRY(keys_read(net_keys, description, "net", &rules, err));
    *ret = rules;
    return ASSAY_OK;
}
