/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_words.h"

#include <stddef.h>
#include <string.h>

struct alert_row {
    const char *name;
    const char *meaning;
};

/* RFC 5246 section 7.2.2 and RFC 8446 section 6.2, and what stacks mean by them in practice. */
static const struct alert_row client_alerts[] = {
    {"bad_certificate", "it found the certificate wrong: a bad signature, or a name that is not "
                        "the host's (OpenSSL and mbedTLS use it for a wrong name)"},
    {"unsupported_certificate", "it cannot use this kind of certificate: wrong purpose, an unknown "
                                "critical extension, or a key type that it lacks"},
    {"certificate_revoked", "it knows that the certificate was revoked"},
    {"certificate_expired", "by its clock the certificate has expired or is not valid yet: if that "
                            "is wrong, look at the board's clock"},
    {"certificate_unknown", "it refused the certificate for a reason that it does not name"},
    {"unknown_ca", "it does not trust the issuer: the root on the board is not the one that signed "
                   "this chain, or an intermediate is missing"},
    {"decrypt_error", "a signature did not verify: the certificate's, or the one over the key "
                      "exchange"},
    {"handshake_failure", "it cannot agree to what the server chose"},
    {"protocol_version", "it does not speak the TLS version that the server chose"},
    {"insufficient_security", "what the server chose is too weak for it"},
    {"illegal_parameter", "a field of the server's message had a value that it does not allow"},
    {"decode_error", "it could not parse one of the server's messages"},
    {"unexpected_message", "a message came that it did not expect at this point"},
    {"bad_record_mac", "a record did not decrypt: the two sides have different keys"},
    {"record_overflow", "a record was longer than it can take: look at its receive buffer"},
    {"internal_error", "it gave up for a reason of its own, often memory"},
    {"user_canceled", "it was told to stop"},
    {"missing_extension", "it misses an extension that this version of TLS requires"},
    {"unsupported_extension", "the server sent an extension that it had not offered"},
    {"no_renegotiation", "it does not renegotiate"},
    {"bad_certificate_status_response", "the stapled OCSP response is not acceptable to it"},
    {"access_denied", "it does not want to talk to this server"},
};

static const struct alert_row bench_alerts[] = {
    {"handshake_failure", "the board offers no cipher suite, group or signature that this server "
                          "can use: compare the offer above with the server's certificate type"},
    {"protocol_version", "the board offers no TLS version that this server speaks"},
    {"no_application_protocol", "the board offers none of the ALPN names that this server wants"},
    {"unrecognized_name", "the board asked for a server name that is not served here, or for none"},
    {"certificate_required", "the server wants a client certificate and the board sent none"},
    {"unknown_psk_identity", "the board's PSK identity is not the one that was issued"},
    {"unknown_ca", "the board's client certificate comes from an issuer that the server does not "
                   "know"},
    {"certificate_expired", "the board's client certificate is outside its validity at the "
                            "scenario's time"},
    {"bad_certificate", "the board's client certificate is not acceptable"},
    {"decrypt_error", "the board's CertificateVerify or Finished does not verify: its private key "
                      "and its certificate may not belong together"},
    {"bad_record_mac", "a record of the board does not decrypt"},
    {"unexpected_message", "the board sent a message out of turn"},
    {"decode_error", "the board sent a message that does not parse"},
};

static const char *look_up(const struct alert_row *rows, size_t count, const char *name,
                           const char *otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].meaning;
    return otherwise;
}

const char *words_alert(const char *name)
{
    return look_up(client_alerts, sizeof(client_alerts) / sizeof(client_alerts[0]), name,
                   "an alert that is unusual at this point");
}

const char *words_bench_alert(const char *name)
{
    return look_up(bench_alerts, sizeof(bench_alerts) / sizeof(bench_alerts[0]), name,
                   "the server ended the handshake");
}

static const char *const closes_silent[STAGE_COUNT] = {
    [STAGE_NONE] = "it closed",
    [STAGE_RESOLVED] = "it closed",
    [STAGE_TCP] = "it closed without a ClientHello: a port scan, a plain-text client, or a board "
                  "that ran out of memory for TLS",
    [STAGE_CLIENT_HELLO] = "it closed before the server's certificate was sent",
    [STAGE_SERVER_FLIGHT] =
        "closed right after Certificate without an alert: it refused the "
        "certificate; BearSSL never sends one, GnuTLS only when its program does",
    [STAGE_KEY_EXCHANGE] = "it closed after its key exchange and before its Finished",
    [STAGE_FINISHED] = "it completed the handshake and closed without sending data: under TLS 1.3 "
                       "a client may refuse the server this late; under TLS 1.2 it had accepted it",
    [STAGE_APPLICATION_DATA] = "it closed after it had sent data",
    [STAGE_SESSION] = "it closed its session",
    [STAGE_DELIVERED] = "it closed after it had delivered its message",
    [STAGE_ACKNOWLEDGED] = "it closed after it had acknowledged a message of the broker",
};

const char *words_close(enum stage stage, bool reset, bool has_alert)
{
    if (has_alert && stage <= STAGE_FINISHED)
        return "closed after its alert: it refused the server";
    if (reset && stage == STAGE_SERVER_FLIGHT)
        return "reset right after Certificate without an alert: it refused the certificate, or it "
               "crashed; its own log tells which";
    return (unsigned)stage < STAGE_COUNT ? closes_silent[stage] : "it closed";
}
