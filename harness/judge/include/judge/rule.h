/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules: what a scenario can ask about a board beside whether it accepted or refused. The names
 * stand here, for scenarios and the runner; the judge has a function for each.
 * docs/formats/rules.md.
 */
#ifndef JUDGE_RULE_H
#define JUDGE_RULE_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * X(constant, name, attempts that it needs at least, attempts that it looks at most (0: all that
 *   there are), needs bytes of the wire, what it asks)
 */
/* clang-format off */
#define RULE_MAP(X)                                                                                \
    X(RULE_OFFERED_VERSIONS, "offered-versions", 1, 3, false,                                      \
      "TLS 1.2 or newer is offered, and nothing older")                                            \
    X(RULE_BROKEN_SUITES, "broken-suites", 1, 3, false,                                            \
      "no suite without encryption or authentication, none of export strength, RC4, DES, 3DES or " \
      "MD5")                                                                                       \
    X(RULE_STATIC_KEY_EXCHANGE, "static-key-exchange", 1, 3, false,                                \
      "no suite whose key exchange is a long-lived key")                                           \
    X(RULE_MODERN_SUITES, "modern-suites", 1, 3, false,                                            \
      "a suite with an ephemeral key exchange and authenticated encryption")                       \
    X(RULE_SERVER_NAME, "server-name", 1, 3, false,                                                \
      "the server name is the one that the board connects to")                                     \
    X(RULE_OFFERED_SIGNATURES, "offered-signatures", 1, 3, false,                                  \
      "signature algorithms are listed, without MD5 and SHA-1")                                    \
    X(RULE_OFFERED_GROUPS, "offered-groups", 1, 3, false,                                          \
      "no group of fewer than 224 bits, and uncompressed points")                                  \
    X(RULE_COMPRESSION, "compression", 1, 3, false, "no compression")                              \
    X(RULE_RENEGOTIATION_INFO, "renegotiation-info", 1, 3, false,                                  \
      "secure renegotiation is announced wherever TLS 1.2 is offered")                             \
    X(RULE_EXTENDED_MASTER_SECRET, "extended-master-secret", 1, 3, false,                          \
      "extended_master_secret is offered wherever TLS 1.2 is")                                     \
    X(RULE_FALLBACK_SCSV, "fallback-scsv", 1, 3, false,                                            \
      "no TLS_FALLBACK_SCSV in a ClientHello with the highest version")                            \
    X(RULE_HELLO_FORM, "hello-form", 1, 3, false,                                                  \
      "no extension twice, pre_shared_key last, the old fields as TLS 1.3 wants them")             \
    X(RULE_HELLO_RECORD, "hello-record", 1, 3, true,                                               \
      "the ClientHello stands in a TLS record, not in the form of SSL 2.0")                        \
    X(RULE_HEARTBEAT, "heartbeat", 1, 3, false, "no heartbeat extension")                          \
    X(RULE_RECORD_SIZE, "record-size", 1, 0, false,                                                \
      "who cannot take full records says so in the ClientHello")                                   \
    X(RULE_ALPN_OFFERED, "alpn-offered", 1, 3, false,                                              \
      "the application protocol that is configured is offered")                                    \
    X(RULE_STACK, "stack", 1, 3, false, "which TLS stack it looks like, and what is known of it")  \
    X(RULE_RANDOMNESS, "randomness", 2, 0, false,                                                  \
      "random, key shares and new session ids never come twice")                                   \
    X(RULE_CLOCK_IN_RANDOM, "clock-in-random", 1, 3, false,                                        \
      "whether the random of the ClientHello tells the board's clock")                             \
    X(RULE_POST_QUANTUM, "post-quantum", 1, 3, false,                                              \
      "whether a hybrid post-quantum group is offered")                                            \
    X(RULE_SESSION_ELSEWHERE, "session-elsewhere", 1, 0, false,                                    \
      "no session or ticket of one host is offered to another")                                    \
    X(RULE_HELLO_DETAILS, "hello-details", 1, 3, true,                                             \
      "padding is zero, key shares follow the groups, no cookie, curves only with ECC suites")     \
    X(RULE_OWN_RECORD_SIZE, "own-record-size", 1, 0, true,                                         \
      "the board's own records keep to the maximum that was negotiated")                           \
    X(RULE_RECORD_NONCES, "record-nonces", 1, 0, true,                                             \
      "no explicit nonce of AES-GCM comes twice in a connection")                                  \
    X(RULE_CLOSE_NOTIFY, "close-notify", 1, 0, true,                                              \
      "a connection that went well is closed with close_notify")                                   \
    X(RULE_ALERTS, "alerts", 1, 0, false, "a refusal comes with an alert")                         \
    X(RULE_HANDSHAKE_TIME, "handshake-time", 1, 0, false, "how long connections take")             \
    X(RULE_NO_RESETS, "no-resets", 1, 0, false, "the board never resets itself")                   \
    X(RULE_NEVER_LOWER, "never-lower", 1, 0, false,                                                \
      "no connection offers less than the one before it")                                          \
    X(RULE_FALLBACK_SAYS, "fallback-says", 1, 0, false,                                            \
      "who offers less than before sends TLS_FALLBACK_SCSV")                                       \
    X(RULE_NO_PLAIN_TEXT, "no-plain-text", 1, 0, false, "nothing is sent without TLS")             \
    X(RULE_FEW_CONNECTIONS, "few-connections", 1, 0, false,                                        \
      "a failure is not answered by connecting again at once and without end")                     \
    X(RULE_REPORTS_FAILURE, "reports-failure", 1, 0, false,                                        \
      "what was refused is not taken for a success")                                               \
    X(RULE_RESUMED, "resumed", 1, 0, false, "a session that the server keeps is resumed")          \
    X(RULE_NOT_RESUMED, "not-resumed", 1, 0, false,                                                \
      "no session is resumed after what it rests on has ended")                                    \
    X(RULE_CERTIFICATE_SENT, "certificate-sent", 1, 0, false,                                      \
      "the board sends its certificate when it is asked for one")                                  \
    X(RULE_CERTIFICATE_ANSWERED, "certificate-answered", 1, 0, false,                              \
      "a CertificateRequest is answered with a Certificate, be it empty")                          \
    X(RULE_SIGNATURE_RIGHT, "signature-right", 1, 0, false,                                        \
      "CertificateVerify is made with the key of the certificate")                                 \
    X(RULE_SIGNATURE_LISTED, "signature-listed", 1, 0, false,                                      \
      "CertificateVerify uses an algorithm that the server listed")                                \
    X(RULE_OWN_KEY, "own-key", 1, 0, false,                                                        \
      "the certificate holds the key that the bench issued the identity for")                      \
    X(RULE_CERTIFICATE_SUBJECT, "certificate-subject", 1, 0, false,                                \
      "the board's certificate names this one board")                                              \
    X(RULE_CERTIFICATE_DATES, "certificate-dates", 1, 0, false,                                    \
      "the board's certificate has a validity that is meant")                                      \
    X(RULE_CERTIFICATE_STRENGTH, "certificate-strength", 1, 0, false,                              \
      "key and signature of the board's certificate are strong enough")                            \
    X(RULE_CERTIFICATE_USAGE, "certificate-usage", 1, 0, false,                                    \
      "the board's certificate is for clients, and no CA")                                         \
    X(RULE_SIGNATURE_NONCES, "signature-nonces", 2, 0, true,                                       \
      "no ECDSA nonce is used twice")                                                              \
    X(RULE_CERTIFICATE_LATE, "certificate-late", 1, 0, false,                                      \
      "the certificate is not shown to a server that has to be refused")                           \
    X(RULE_CHAIN_COMPLETE, "chain-complete", 1, 0, false,                                          \
      "the board sends the intermediates of its certificate, in order, without the root")          \
    X(RULE_MQTT_CONNECT_FORM, "mqtt-connect-form", 1, 0, false,                                    \
      "the first packet is a well-formed CONNECT")                                                 \
    X(RULE_MQTT_CONNECT_FLAGS, "mqtt-connect-flags", 1, 0, false,                                  \
      "the flags of CONNECT fit together")                                                         \
    X(RULE_MQTT_CREDENTIALS, "mqtt-credentials", 1, 0, false,                                      \
      "user name and password are as CONNECT announces them")                                      \
    X(RULE_MQTT_KEEP_ALIVE, "mqtt-keep-alive", 1, 0, false,                                        \
      "keep alive is on, and no longer than 20 minutes")                                           \
    X(RULE_MQTT_CLIENT_ID, "mqtt-client-id", 2, 0, false,                                          \
      "the client identifier is the same in all connections")                                      \
    X(RULE_MQTT_WILL, "mqtt-will", 1, 0, false, "whether the board leaves a will")                 \
    X(RULE_MQTT_OWN_TOPICS, "mqtt-own-topics", 1, 0, false,                                        \
      "topics hold something of the client identifier")                                            \
    X(RULE_MQTT_PACKET_IDS, "mqtt-packet-ids", 1, 0, false,                                        \
      "DUP and packet identifiers are used as they are meant")                                     \
    X(RULE_MQTT_DISCONNECT, "mqtt-disconnect", 1, 0, false,                                        \
      "a session that went well ends with DISCONNECT")                                             \
    X(RULE_MQTT_REFUSAL_OBEYED, "mqtt-refusal-obeyed", 1, 0, false,                                \
      "nothing more is sent after a CONNACK that is no acceptance")
/* clang-format on */

enum rule {
#define X(id, name, least, most, bytes, help) id,
    RULE_MAP(X)
#undef X
        RULE_COUNT
};

/* Names of docs/formats/rules.md; never NULL for a value of the enum. */
const char *rule_name(enum rule rule);
const char *rule_help(enum rule rule);
/* How many attempts it needs, and at how many it looks (0: all). */
size_t rule_least(enum rule rule);
size_t rule_most(enum rule rule);
bool rule_needs_bytes(enum rule rule);

/* The value of a name. ASSAY_ERR_NOT_FOUND. */
ASSAY_RESULT rule_parse(const char *name, enum rule *ret);

#endif
