/* SPDX-License-Identifier: Apache-2.0 */
#include "catalogue.h"

#include "scenario/keys.h"

#include <string.h>

/* clang-format off */
/* RFC 8446 section 6 and RFC 5246 section 7.2 (with the older ones that these reserve). */
const char *const scenario_alert_names[] = {
    "close_notify", "unexpected_message", "bad_record_mac", "decryption_failed",
    "record_overflow", "decompression_failure", "handshake_failure", "no_certificate",
    "bad_certificate", "unsupported_certificate", "certificate_revoked", "certificate_expired",
    "certificate_unknown", "illegal_parameter", "unknown_ca", "access_denied", "decode_error",
    "decrypt_error", "export_restriction", "protocol_version", "insufficient_security",
    "internal_error", "inappropriate_fallback", "user_canceled", "no_renegotiation",
    "missing_extension", "unsupported_extension", "certificate_unobtainable",
    "unrecognized_name", "bad_certificate_status_response", "bad_certificate_hash_value",
    "unknown_psk_identity", "certificate_required", "no_application_protocol", NULL,
};

/* The letters of the catalogue's ids. */
static const struct {
    const char *letters, *group;
} groups[] = {
    {"POS", "Positive controls"},            {"PATH", "Trust and path"},
    {"SIG", "Certificate signatures and keys"}, {"TIME", "Validity"},
    {"NAME", "Names"},                       {"EXT", "Extensions: constraints, usage, policy"},
    {"DER", "DER and parser robustness"},    {"CHAIN", "Chain shape and size"},
    {"REV", "Revocation"},                   {"CH", "ClientHello observation"},
    {"VER", "Versions and downgrade"},       {"CIPH", "Cipher suites and key exchange"},
    {"KEX", "Cipher suites and key exchange"}, {"HS", "Handshake authentication and structure"},
    {"SM", "State machine"},                 {"REC", "Record layer"},
    {"AL", "Alerts and closure"},            {"REN", "Renegotiation and extensions"},
    {"EMS", "Renegotiation and extensions"}, {"ALPN", "Renegotiation and extensions"},
    {"SNI", "Renegotiation and extensions"}, {"GRS", "Renegotiation and extensions"},
    {"RES", "Resumption, tickets, PSK"},     {"PSK", "Resumption, tickets, PSK"},
    {"CA", "Client authentication"},         {"NET", "Network, timing, resources"},
    {"CLK", "Clock"},                        {"MQ", "MQTT"},
    {"PROV", "Provisioning and identity"},   {"LONG", "Long runs"},
    {"SRV", "Boards as servers"},            {"HTTP", "Web servers"},
};
/* clang-format on */

const char *catalogue_group(const char *id)
{
    size_t len = strcspn(id, "-");

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (strncmp(groups[i].letters, id, len) == 0 && groups[i].letters[len] == '\0')
            return groups[i].group;
    return NULL;
}
