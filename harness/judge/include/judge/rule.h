/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules: what a scenario can ask about a board beside whether it accepted or refused. The names
 * stand here, for scenarios and the runner; the judge has a function for each.
 * docs/formats/rules.md.
 */
#ifndef JUDGE_RULE_H
#define JUDGE_RULE_H

#include "base/event.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/* The events that a rule is shown, beside where attempts begin and end; rule.c has their kinds. */
enum rule_sees {
    SEES_HELLOS = 1,     /* ClientHello */
    SEES_EXTENSIONS = 2, /* their bodies */
    SEES_HANDSHAKES = 4, /* ServerHello, and that the handshake was completed */
    SEES_MESSAGES = 8,   /* the other messages of handshakes */
    SEES_ENDINGS = 16,   /* how connections begin and end: sockets, alerts, close_notify, MQTT */
    SEES_BOARD = 32,     /* what the board reports, its resets, its clock */
    SEES_IDENTITY = 64,  /* the board's certificate and its proof of the key */
    SEES_REQUESTS =
        128, /* the first words of MQTT, HTTP, WebSockets and WWEP, and where they were said */
    SEES_PACKETS = 256,    /* of MQTT */
    SEES_VIOLATIONS = 512, /* of MQTT's rules by the board */
    SEES_BYTES = 1024,     /* of the wire */
    SEES_SESSIONS = 2048,  /* of MQTT: what was kept, what the broker said or withheld, payloads */
    SEES_CLOUDS = 4096,    /* of faces: whom they let in, what their services did */
    SEES_LINES = 8192,     /* of what the board prints: the first, and those with secrets */
    SEES_FRAMES = 16384,   /* of WebSockets: what the server does wrong, pings and pongs */
    SEES_STAY = SEES_ENDINGS | SEES_BOARD | SEES_REQUESTS | SEES_PACKETS | SEES_SESSIONS
};

/*
 * X(constant, name, attempts that it needs at least, attempts that it looks at most (0: all that
 *   there are), what it is shown, what it asks)
 */
/* clang-format off */
#define RULE_MAP(X)                                                                                \
    X(RULE_OFFERED_VERSIONS, "offered-versions", 1, 3, SEES_HELLOS,                                \
      "TLS 1.2 or newer is offered, and nothing older")                                            \
    X(RULE_BROKEN_SUITES, "broken-suites", 1, 3, SEES_HELLOS,                                      \
      "no suite without encryption or authentication, none of export strength, RC4, DES, 3DES or " \
      "MD5")                                                                                       \
    X(RULE_STATIC_KEY_EXCHANGE, "static-key-exchange", 1, 3, SEES_HELLOS,                          \
      "no suite whose key exchange is a long-lived key")                                           \
    X(RULE_MODERN_SUITES, "modern-suites", 1, 3, SEES_HELLOS,                                      \
      "a suite with an ephemeral key exchange and authenticated encryption")                       \
    X(RULE_ENCRYPT_THEN_MAC, "encrypt-then-mac", 1, 3, SEES_HELLOS | SEES_HANDSHAKES,              \
      "a suite in CBC mode is used with encrypt_then_mac only")                                    \
    X(RULE_SERVER_NAME, "server-name", 1, 3, SEES_HELLOS,                                          \
      "the server name is the one that the board connects to")                                     \
    X(RULE_OFFERED_SIGNATURES, "offered-signatures", 1, 3, SEES_HELLOS,                            \
      "signature algorithms are listed, without MD5 and SHA-1")                                    \
    X(RULE_OFFERED_GROUPS, "offered-groups", 1, 3, SEES_HELLOS,                                    \
      "no group of fewer than 224 bits, and uncompressed points")                                  \
    X(RULE_COMPRESSION, "compression", 1, 3, SEES_HELLOS, "no compression")                        \
    X(RULE_RENEGOTIATION_INFO, "renegotiation-info", 1, 3, SEES_HELLOS,                            \
      "secure renegotiation is announced wherever TLS 1.2 is offered")                             \
    X(RULE_EXTENDED_MASTER_SECRET, "extended-master-secret", 1, 3, SEES_HELLOS,                    \
      "extended_master_secret is offered wherever TLS 1.2 is")                                     \
    X(RULE_FALLBACK_SCSV, "fallback-scsv", 1, 3, SEES_HELLOS,                                      \
      "no TLS_FALLBACK_SCSV in a ClientHello with the highest version")                            \
    X(RULE_HELLO_FORM, "hello-form", 1, 3, SEES_HELLOS,                                            \
      "no extension twice, pre_shared_key last, the old fields as TLS 1.3 wants them")             \
    X(RULE_HELLO_RECORD, "hello-record", 1, 3, SEES_HELLOS | SEES_HANDSHAKES | SEES_BYTES,         \
      "the ClientHello stands in a TLS record, not in the form of SSL 2.0")                        \
    X(RULE_HEARTBEAT, "heartbeat", 1, 3, SEES_HELLOS, "no heartbeat extension")                    \
    X(RULE_RECORD_SIZE, "record-size", 1, 0, SEES_HELLOS | SEES_BOARD,                             \
      "who cannot take full records says so in the ClientHello")                                   \
    X(RULE_ALPN_OFFERED, "alpn-offered", 1, 3, SEES_HELLOS,                                        \
      "the application protocol that is configured is offered")                                    \
    X(RULE_STACK, "stack", 1, 3, SEES_HELLOS | SEES_BOARD,                                         \
      "which TLS stack it looks like, and what is known of it")                                    \
    X(RULE_RANDOMNESS, "randomness", 2, 0, SEES_HELLOS | SEES_EXTENSIONS | SEES_BOARD,             \
      "random, key shares and new session ids never come twice")                                   \
    X(RULE_CLOCK_IN_RANDOM, "clock-in-random", 1, 3, SEES_HELLOS | SEES_BOARD,                     \
      "whether the random of the ClientHello tells the board's clock")                             \
    X(RULE_POST_QUANTUM, "post-quantum", 1, 3, SEES_HELLOS,                                        \
      "whether a hybrid post-quantum group is offered")                                            \
    X(RULE_SESSION_ELSEWHERE, "session-elsewhere", 1, 0, SEES_HELLOS | SEES_EXTENSIONS |           \
      SEES_HANDSHAKES,                                                                             \
      "no session or ticket of one host is offered to another")                                    \
    X(RULE_HELLO_DETAILS, "hello-details", 1, 3, SEES_HELLOS | SEES_EXTENSIONS,                    \
      "padding is zero, key shares follow the groups, no cookie, curves only with ECC suites")     \
    X(RULE_OWN_RECORD_SIZE, "own-record-size", 1, 0, SEES_HELLOS | SEES_HANDSHAKES | SEES_BYTES,   \
      "the board's own records keep to the maximum that was negotiated")                           \
    X(RULE_RECORD_NONCES, "record-nonces", 1, 0, SEES_HELLOS | SEES_HANDSHAKES | SEES_BYTES,       \
      "no explicit nonce of AES-GCM comes twice in a connection")                                  \
    X(RULE_CLOSE_NOTIFY, "close-notify", 1, 0, SEES_HANDSHAKES | SEES_ENDINGS | SEES_BOARD |       \
      SEES_BYTES,                                                                                  \
      "a connection that went well is closed with close_notify")                                   \
    X(RULE_ALERTS, "alerts", 1, 0, SEES_HANDSHAKES | SEES_MESSAGES | SEES_ENDINGS,                 \
      "a refusal comes with an alert")                                                             \
    X(RULE_HANDSHAKE_TIME, "handshake-time", 1, 0, SEES_BOARD, "how long connections take")        \
    X(RULE_NO_RESETS, "no-resets", 1, 0, SEES_BOARD, "the board never resets itself")              \
    X(RULE_NEVER_LOWER, "never-lower", 1, 0, SEES_HELLOS,                                          \
      "no connection offers less than the one before it")                                          \
    X(RULE_FALLBACK_SAYS, "fallback-says", 1, 0, SEES_HELLOS,                                      \
      "who offers less than before sends TLS_FALLBACK_SCSV")                                       \
    X(RULE_NO_PLAIN_TEXT, "no-plain-text", 1, 0, SEES_HANDSHAKES | SEES_REQUESTS,                  \
      "nothing is sent without TLS")                                                               \
    X(RULE_PLAIN_UNUSED, "plain-unused", 1, 0, SEES_REQUESTS,                                      \
      "a broker without TLS beside the right one is left alone")                                   \
    X(RULE_FEW_CONNECTIONS, "few-connections", 1, 0, SEES_ENDINGS,                                 \
      "a failure is not answered by connecting again at once and without end")                     \
    X(RULE_REPORTS_FAILURE, "reports-failure", 1, 0, SEES_BOARD,                                   \
      "what was refused is not taken for a success")                                               \
    X(RULE_SHORT_ANSWER, "short-answer", 1, 0, SEES_BOARD | SEES_REQUESTS,                         \
      "an answer that is cut off is not taken for a whole one")                                    \
    X(RULE_FEW_REDIRECTS, "few-redirects", 1, 0, SEES_REQUESTS,                                    \
      "redirects that lead to redirects are not followed without end")                             \
    X(RULE_CREDENTIALS_KEPT, "credentials-kept", 1, 0, SEES_REQUESTS,                              \
      "a password is not told to the host that a redirect leads to")                               \
    X(RULE_REQUEST_FORM, "request-form", 1, 0, SEES_HANDSHAKES | SEES_REQUESTS | SEES_VIOLATIONS,  \
      "requests are well formed, and name the host and port that they are sent to")                \
    X(RULE_WEBSOCKET_OBEYED, "websocket-obeyed", 1, 0, SEES_FRAMES | SEES_PACKETS | SEES_BOARD,    \
      "a WebSocket that is not opened or framed as it has to be is given up")                      \
    X(RULE_WEBSOCKET_PONGS, "websocket-pongs", 1, 0, SEES_FRAMES,                                  \
      "pings of a WebSocket are answered")                                                         \
    X(RULE_RESUMED, "resumed", 1, 0, SEES_HELLOS | SEES_EXTENSIONS | SEES_HANDSHAKES,              \
      "a session that the server keeps is resumed")                                                \
    X(RULE_NOT_RESUMED, "not-resumed", 1, 0, SEES_HELLOS | SEES_EXTENSIONS | SEES_HANDSHAKES,      \
      "no session is resumed after what it rests on has ended")                                    \
    X(RULE_CERTIFICATE_SENT, "certificate-sent", 1, 0, SEES_IDENTITY,                              \
      "the board sends its certificate when it is asked for one")                                  \
    X(RULE_CERTIFICATE_ANSWERED, "certificate-answered", 1, 0, SEES_HANDSHAKES | SEES_IDENTITY,    \
      "a CertificateRequest is answered with a Certificate, be it empty")                          \
    X(RULE_SIGNATURE_RIGHT, "signature-right", 1, 0, SEES_IDENTITY,                                \
      "CertificateVerify is made with the key of the certificate")                                 \
    X(RULE_SIGNATURE_LISTED, "signature-listed", 1, 0, SEES_IDENTITY,                              \
      "CertificateVerify uses an algorithm that the server listed")                                \
    X(RULE_OWN_KEY, "own-key", 1, 0, SEES_IDENTITY,                                                \
      "the certificate holds the key that the bench issued the identity for")                      \
    X(RULE_CERTIFICATE_SUBJECT, "certificate-subject", 1, 0, SEES_IDENTITY,                        \
      "the board's certificate names this one board")                                              \
    X(RULE_CERTIFICATE_DATES, "certificate-dates", 1, 0, SEES_IDENTITY,                            \
      "the board's certificate has a validity that is meant")                                      \
    X(RULE_CERTIFICATE_STRENGTH, "certificate-strength", 1, 0, SEES_IDENTITY,                      \
      "key and signature of the board's certificate are strong enough")                            \
    X(RULE_CERTIFICATE_USAGE, "certificate-usage", 1, 0, SEES_IDENTITY,                            \
      "the board's certificate is for clients, and no CA")                                         \
    X(RULE_SIGNATURE_NONCES, "signature-nonces", 2, 0, SEES_MESSAGES,                              \
      "no ECDSA nonce is used twice")                                                              \
    X(RULE_CERTIFICATE_LATE, "certificate-late", 1, 0, SEES_IDENTITY,                              \
      "the certificate is not shown to a server that has to be refused")                           \
    X(RULE_CHAIN_COMPLETE, "chain-complete", 1, 0, SEES_IDENTITY,                                  \
      "the board sends the intermediates of its certificate, in order, without the root")          \
    X(RULE_SERVER_CERTIFICATE, "server-certificate", 1, 0, SEES_IDENTITY,                          \
      "a board that serves presents the certificate that it was issued, which is for its name")    \
    X(RULE_SERVER_KEY, "server-key", 1, 0, SEES_IDENTITY,                                          \
      "key and signature of the certificate that a board serves with are strong enough")           \
    X(RULE_NO_RENEGOTIATION, "no-renegotiation", 1, 0, SEES_HANDSHAKES,                            \
      "a board that serves does not renegotiate when its client asks for it")                      \
    X(RULE_HELLO_REFUSED, "hello-refused", 1, 0, SEES_HANDSHAKES,                                  \
      "a board that serves does not go on with a ClientHello that it has to refuse")               \
    X(RULE_COMPRESSION_REFUSED, "compression-refused", 1, 0, SEES_HANDSHAKES,                      \
      "a board that serves does not choose compression")                                           \
    X(RULE_NO_HEARTBEAT, "no-heartbeat", 1, 0, SEES_HANDSHAKES,                                    \
      "a board that serves does not answer a heartbeat that claims more bytes than it has")        \
    X(RULE_NO_EARLY_DATA, "no-early-data", 1, 0, SEES_HANDSHAKES,                                  \
      "a board that serves takes no request ahead of the handshake")                               \
    X(RULE_MQTT_CONNECT_FORM, "mqtt-connect-form", 1, 0, SEES_REQUESTS | SEES_VIOLATIONS,          \
      "the first packet is a well-formed CONNECT")                                                 \
    X(RULE_MQTT_CONNECT_FLAGS, "mqtt-connect-flags", 1, 0, SEES_REQUESTS | SEES_VIOLATIONS,        \
      "the flags of CONNECT fit together")                                                         \
    X(RULE_MQTT_CREDENTIALS, "mqtt-credentials", 1, 0, SEES_REQUESTS | SEES_VIOLATIONS,            \
      "user name and password are as CONNECT announces them")                                      \
    X(RULE_MQTT_NO_PASSWORD, "mqtt-no-password", 1, 0, SEES_REQUESTS,                              \
      "who is known by a certificate, and was told no password, sends none")                       \
    X(RULE_MQTT_KEEP_ALIVE, "mqtt-keep-alive", 1, 0, SEES_REQUESTS,                                \
      "keep alive is on, and no longer than 20 minutes")                                           \
    X(RULE_MQTT_CLIENT_ID, "mqtt-client-id", 2, 0, SEES_REQUESTS,                                  \
      "the client identifier is the same in all connections")                                      \
    X(RULE_MQTT_WILL, "mqtt-will", 1, 0, SEES_REQUESTS, "whether the board leaves a will")         \
    X(RULE_MQTT_OWN_TOPICS, "mqtt-own-topics", 1, 0, SEES_PACKETS,                                 \
      "topics hold something of the client identifier")                                            \
    X(RULE_MQTT_PACKET_IDS, "mqtt-packet-ids", 1, 0, SEES_PACKETS | SEES_VIOLATIONS,               \
      "DUP and packet identifiers are used as they are meant")                                     \
    X(RULE_MQTT_DISCONNECT, "mqtt-disconnect", 1, 0, SEES_ENDINGS | SEES_BOARD,                    \
      "a session that went well ends with DISCONNECT")                                             \
    X(RULE_MQTT_REFUSAL_OBEYED, "mqtt-refusal-obeyed", 1, 0, SEES_PACKETS,                         \
      "nothing more is sent after a CONNACK that is no acceptance")                                \
    X(RULE_NO_SECRETS_PRINTED, "no-secrets-printed", 1, 0, SEES_LINES,                             \
      "the board prints no password and no key")                                                   \
    X(RULE_FIRST_LEAK, "first-leak", 1, 0, SEES_REQUESTS | SEES_PACKETS | SEES_SESSIONS,           \
      "what servers that have to be refused are told, and in which order")                         \
    X(RULE_STAY_ACKNOWLEDGES, "stay-acknowledges", 1, 0, SEES_STAY,                                \
      "messages of QoS 1 and 2 are acknowledged to their end")                                     \
    X(RULE_STAY_PINGS, "stay-pings", 1, 0, SEES_STAY,                                              \
      "the board is never silent for longer than its keep alive")                                  \
    X(RULE_STAY_PINGRESP, "stay-pingresp", 1, 0, SEES_STAY,                                        \
      "a connection whose PINGREQ is not answered is given up")                                    \
    X(RULE_STAY_DEAD_BROKER, "stay-dead-broker", 1, 0, SEES_STAY,                                  \
      "a broker that says nothing any more is found out")                                          \
    X(RULE_STAY_SUBACK, "stay-suback", 1, 0, SEES_STAY,                                            \
      "a SUBSCRIBE that is not answered is sent again, or the connection given up")                \
    X(RULE_STAY_SUBACK_READ, "stay-suback-read", 1, 0, SEES_STAY,                                  \
      "a subscription that SUBACK refuses is not taken for one")                                   \
    X(RULE_STAY_COMES_BACK, "stay-comes-back", 1, 0, SEES_STAY,                                    \
      "a board that lost its connection comes back by itself")                                     \
    X(RULE_STAY_SUBSCRIBED, "stay-subscribed", 1, 0, SEES_STAY,                                    \
      "a session that the broker lost is made anew, subscriptions and all")                        \
    X(RULE_STAY_RESENDS, "stay-resends", 1, 0, SEES_STAY,                                          \
      "what was not acknowledged when a connection was lost is sent again")                        \
    X(RULE_STAY_LIMITS, "stay-limits", 1, 0, SEES_STAY | SEES_VIOLATIONS, \
      "the limits that CONNACK of MQTT 5.0 tells are kept") \
    X(RULE_STAY_MOVED, "stay-moved", 1, 0, SEES_STAY | SEES_HELLOS | SEES_HANDSHAKES | SEES_BYTES, \
      "where a board is sent by a message, it asks for the same proof") \
    X(RULE_STAY_REPEATS, "stay-repeats", 1, 0, SEES_STAY,                                          \
      "a message that is not acknowledged is sent again, at best on the same connection")          \
    X(RULE_STAY_ONCE, "stay-once", 1, 0, SEES_STAY,                                                \
      "a command that comes twice is carried out once")                                            \
    X(RULE_STAY_RETAINED, "stay-retained", 1, 0, SEES_STAY,                                        \
      "a retained message is not taken for a fresh command")                                       \
    X(RULE_STAY_BACKOFF, "stay-backoff", 1, 0, SEES_STAY,                                          \
      "the waits between connections grow, and chance is in them")                                 \
    X(RULE_STAY_BACKOFF_RESETS, "stay-backoff-resets", 1, 0, SEES_STAY,                            \
      "after a session that held, the waits begin anew")                                           \
    X(RULE_STAY_BACKOFF_CAP, "stay-backoff-cap", 1, 0, SEES_STAY,                                  \
      "the waits between connections stop growing, at 30 s at least and an hour at most")           \
    X(RULE_STAY_CLOSES, "stay-closes", 1, 0, SEES_STAY,                                            \
      "a packet that no broker may send ends the connection")                                      \
    X(RULE_STAY_VERIFIES, "stay-verifies", 1, 0, SEES_STAY,                                        \
      "a board that comes back by itself verifies its broker again")                                     \
    X(RULE_SOAK_RECOVERS, "soak-recovers", 1, 0, SEES_STAY,                                        \
      "a board comes back after each outage, and not slower and slower")                           \
    X(RULE_SOAK_NO_LEAK, "soak-no-leak", 1, 0, SEES_STAY,                                          \
      "connections that were lost are closed")                                                     \
    X(RULE_SOAK_REFUSES, "soak-refuses", 1, 0, SEES_STAY,                                          \
      "a wrong server among good ones is refused each time")                                       \
    X(RULE_CLOUD_SHADOW_REPORTS, "cloud-shadow-reports", 1, 0, SEES_CLOUDS,                        \
      "the board reports its state to its shadow (AWS IoT)")                                       \
    X(RULE_CLOUD_SHADOW_FOLLOWS, "cloud-shadow-follows", 1, 0, SEES_CLOUDS,                        \
      "a state that an application desires is reported by the board (AWS IoT)")                    \
    X(RULE_CLOUD_JOB_DONE, "cloud-job-done", 1, 0, SEES_CLOUDS,                                    \
      "a job is begun, done and reported (AWS IoT)")
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
/* What it is shown: values of enum rule_sees, added up. */
unsigned rule_sees(enum rule rule);
/* Is an event shown to whoever sees this? The edges of attempts are shown to everybody. */
bool rule_sees_event(unsigned sees, const struct event *event);

/* The value of a name. ASSAY_ERR_NOT_FOUND. */
ASSAY_RESULT rule_parse(const char *name, enum rule *ret);

#endif
