/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net_rules.h"

#include "base/buf.h"

#include <inttypes.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, BYTES_MAX = 1 << 30 };

static const char *const accept_names[] = {"normal", "silent", "reset", NULL};
static const char *const ending_names[] = {"fin", "reset", NULL};

#define AT(member) offsetof(struct net_rules, member)

/* clang-format off */
const struct net_rule_key net_rule_keys[] = {
    /* name, offset, least, most, default, choices, help */
    {"accept", AT(accept), 0, 0, NET_ACCEPT_NORMAL, accept_names,
     "normal: serve; silent: take the connection, read, never answer; reset: RST at once"},
    {"delay_accept_ms", AT(delay_accept_ms), 0, DAY_MS, 0, NULL,
     "the connection is taken by the kernel but served only after this time"},
    {"delay_tx_ms", AT(delay_tx_ms), 0, DAY_MS, 0, NULL,
     "everything that is sent leaves this much later"},
    {"chunk_tx", AT(chunk_tx), 0, BYTES_MAX, 0, NULL,
     "at most so many bytes a write (and so a TCP segment); 0: as it comes"},
    {"chunk_delay_ms", AT(chunk_delay_ms), 0, DAY_MS, 0, NULL,
     "time between two writes"},
    {"stall_after_tx", AT(stall_after_tx), 0, BYTES_MAX, NET_RULE_NONE, NULL,
     "after so many bytes nothing leaves any more, no FIN either; reading goes on"},
    {"reset_after_tx", AT(reset_after_tx), 0, BYTES_MAX, NET_RULE_NONE, NULL,
     "RST after so many bytes sent; 0: when the first byte would leave"},
    {"close_after_tx", AT(close_after_tx), 0, BYTES_MAX, NET_RULE_NONE, NULL,
     "FIN after so many bytes sent; 0: when the first byte would leave"},
    {"reset_after_rx", AT(reset_after_rx), 1, BYTES_MAX, NET_RULE_NONE, NULL,
     "RST when so many bytes have been received; they are not answered"},
    {"ending", AT(ending), 0, 0, NET_ENDING_FIN, ending_names,
     "how the bench ends a connection when the service has finished"},
    {"linger_ms", AT(linger_ms), 0, DAY_MS, 1000, NULL,
     "after its FIN the bench reads for so long until the board ends its side, too"},
    {"max_segment", AT(max_segment), 88, 32767, NET_RULE_NONE, NULL,
     "the MSS that is announced to boards (TCP_MAXSEG)"},
    {"first_connections", AT(first_connections), 0, BYTES_MAX, 0, NULL,
     "the rules hold for the first so many connections of the listener; 0: for all"},
    {NULL, 0, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static int64_t *field(struct net_rules *rules, const struct net_rule_key *key)
{
    return (int64_t *)(void *)((char *)rules + key->offset);
}

static const struct net_rule_key *find_key(const char *name)
{
    for (const struct net_rule_key *key = net_rule_keys; key->name != NULL; key++)
        if (strcmp(key->name, name) == 0)
            return key;
    return NULL;
}

/* "got" of a message: the text in quotes, or the kind of what is no text. */
static enum assay_status add_got(struct buf *out, const struct value *v)
{
    if (value_kind(v) == VALUE_TEXT)
        return value_write_json(v, out);
    return buf_add_text(out, value_kind_name(value_kind(v)));
}

static enum assay_status refuse_choice(const struct net_rule_key *key, const struct value *v,
                                       struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, 512);
    for (size_t i = 0; key->choices[i] != NULL && status == ASSAY_OK; i++)
        status = buf_printf(&text, "%s%s", i > 0 ? ", " : "", key->choices[i]);
    if (status == ASSAY_OK)
        status = buf_add_text(&text, "; got ");
    if (status == ASSAY_OK)
        (void)add_got(&text, v); /* too long a text is left out of the message */
    assay_error_set(err, ASSAY_ERR_MALFORMED, "net.%s: expected one of %s", key->name,
                    buf_text(&text));
    buf_done(&text);
    return ASSAY_ERR_MALFORMED;
}

static enum assay_status parse_choice(const struct net_rule_key *key, const struct value *v,
                                      int64_t *ret, struct assay_error *err)
{
    const char *text = value_text(v);

    for (int64_t i = 0; text != NULL && key->choices[i] != NULL; i++) {
        if (strcmp(text, key->choices[i]) == 0) {
            *ret = i;
            return ASSAY_OK;
        }
    }
    return refuse_choice(key, v, err);
}

static enum assay_status parse_value(const struct net_rule_key *key, const struct value *v,
                                     int64_t *ret, struct assay_error *err)
{
    int64_t number = value_int(v);

    if (key->choices != NULL)
        return parse_choice(key, v, ret, err);
    if (value_kind(v) != VALUE_INT)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "net.%s: expected an integer, got %s",
                               key->name, value_kind_name(value_kind(v)));
    if (number < key->min || number > key->max)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "net.%s: expected %" PRId64 " to %" PRId64 ", got %" PRId64,
                               key->name, key->min, key->max, number);
    *ret = number;
    return ASSAY_OK;
}

static enum assay_status refuse_unknown(const char *name, struct assay_error *err)
{
    struct buf known;
    enum assay_status status = ASSAY_OK;

    buf_init(&known, 512);
    for (const struct net_rule_key *key = net_rule_keys; key->name != NULL; key++)
        if (status == ASSAY_OK)
            status = buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", key->name);
    assay_error_set(err, ASSAY_ERR_MALFORMED, "net.%s: no such key; there are %s", name,
                    buf_text(&known));
    buf_done(&known);
    return ASSAY_ERR_MALFORMED;
}

enum assay_status net_rules_parse(const struct value *description, struct net_rules *ret,
                                  struct assay_error *err)
{
    struct net_rules rules = {0};

    for (const struct net_rule_key *key = net_rule_keys; key->name != NULL; key++)
        *field(&rules, key) = key->preset;
    if (description != NULL && value_kind(description) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "net: expected a table, got %s",
                               value_kind_name(value_kind(description)));
    for (size_t i = 0; i < value_count(description); i++) {
        const char *name = value_key_at(description, i);
        const struct net_rule_key *key = find_key(name);

        if (key == NULL)
            return refuse_unknown(name, err);
        ASSAY_TRY(parse_value(key, value_at(description, i), field(&rules, key), err));
    }
    *ret = rules;
    return ASSAY_OK;
}
