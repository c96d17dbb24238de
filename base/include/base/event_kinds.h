/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of event and their fields, in one list: what producers emit and what the judge, the
 * explainer and the reports read. docs/formats/transcript.md is for people; this is for code.
 *
 * X(constant, "room.kind", "fields: name type, ...")
 * Types: int bool text bytes ints texts; then ! marks a secret, ? an optional field. In brackets:
 * the words that a text can be, between bars ("empty" for the empty text; "word: what it means"),
 * or a note for people. dir: "rx" from the board to the bench, "tx" from the bench to the board.
 * tests/support/event_check.h holds events against this list; ci/transcript_doc.py --write takes it
 * over into docs/formats/transcript.md.
 */
#ifndef BASE_EVENT_KINDS_H
#define BASE_EVENT_KINDS_H

/* clang-format off */
#define EVENT_KIND_MAP(X)                                                                         \
    /* harness/run */                                                                             \
    X(EV_CASE_BEGIN, "case.begin",                                                                \
      "board text, id text, title text, group text, category text, severity text, spec texts, "   \
      "expect text (accept|refuse|cope: either, as long as it ends|observe: nothing is served|"   \
      "measure: how much the board takes), ladder_unit text?, ladder_least int?, "                \
      "alerts texts (alert names that are right), rules texts (docs/formats/rules.md), "          \
      "unshared bool? (sharing nothing with the server is right), "                               \
      "role text? (server: the board is the server), "                                            \
      "control text, differs texts, deadline_ms int, quiet_ms int, why text, good text, "         \
      "bad text")                                                                                 \
    X(EV_CASE_END, "case.end", "verdict text, reason text")                                       \
    X(EV_ATTEMPT_BEGIN, "attempt.begin",                                                          \
      "attempt int, role text (before|step: what comes before the case|rung: one size|recovery: " \
      "the control after it|case|after|evidence: a copy), scenario text, expect text, "           \
      "serves texts, "                                                                            \
      "repeat int, rung int? (how much was tried), step int? (from 1), step_title text?, "        \
      "step_expect text? (accept|refuse|cope), host text, "                                       \
      "backoff_ms int? (the first wait of its session, where the board was told one), "           \
      "second text? (the host that the first server sends the board to), "                        \
      "board_role text? (server: the bench is its client), "                                      \
      "alpn text? (what the board is told to offer), time text (RFC 3339 scenario time)")         \
    X(EV_ATTEMPT_END, "attempt.end",                                                              \
      "attempt int, cause text (empty|flash|enumerate|boot|network|clock|tls|mqtt|harness), "     \
      "detail text, ended text (result|closed|deadline|cancelled), duration_ns int, "             \
      "connect_ns int")                                                           \
    X(EV_CLOCK_SET, "clock.set", "unix_s int, reason text")                                       \
    X(EV_SERVER_DESCRIPTION, "server.description", "json text")                                   \
    X(EV_IDENTITY_ISSUED, "identity.issued",                                                      \
      "sha256 text (of the certificate), key_sha256 text? (of its SubjectPublicKeyInfo), pinned "  \
      "bool? (its owner gives nothing else to verify it by)")                                      \
    /* harness/board */                                                                           \
    X(EV_BOARD_COMMAND, "board.command", "text text (secrets masked)")                            \
    X(EV_BOARD_LINE, "board.line", "dir text, stream text (serial|stdout|stderr|bench), text "     \
      "text")                                                                                     \
    X(EV_BOARD_READY, "board.ready", "name text, stack text, version text, reset_reason text?")   \
    X(EV_BOARD_RESET, "board.reset", "reason text (requested|spontaneous|power)")                 \
    X(EV_BOARD_PHASE, "board.phase",                                                              \
      "phase text (resolve|clock|tcp|tls|mqtt|wait|listen|done), detail text?")                        \
    X(EV_BOARD_LISTENING, "board.listening",                                                      \
      "port int (a board that is a server takes visitors), address text? (where it is fixed)")    \
    X(EV_BOARD_RESULT, "board.result",                                                            \
      "ok bool, phase text, code int, text text (the stack's own error string)")                  \
    X(EV_BOARD_EXIT, "board.exit",                                                                \
      "status int (-1: killed by signal), signal int (0 for one of ours), "                               \
      "by text (board: it ended by itself|bench: it was given up and killed)")                    \
    X(EV_BOARD_NOISE, "board.noise", "bytes bytes, why text")                                     \
    /* harness/serial */                                                                          \
    X(EV_SERIAL_OPEN, "serial.open", "path text, baud int, parity text (none|even|odd)")          \
    X(EV_SERIAL_BAUD, "serial.baud", "path text, baud int")                                       \
    X(EV_SERIAL_LINES, "serial.lines", "path text, dtr bool, rts bool")                           \
    X(EV_SERIAL_BREAK, "serial.break", "path text")                                               \
    X(EV_SERIAL_TOUCH, "serial.touch", "path text (opened and closed at 1200 baud)")              \
    X(EV_SERIAL_CLOSE, "serial.close",                                                            \
      "path text, by text (bench|board), why text?, rx_bytes int, tx_bytes int")                  \
    /* harness/flash */                                                                           \
    X(EV_FLASH_BEGIN, "flash.begin",                                                              \
      "driver text, chip text?, image text, sha256 text, address int?, bytes int, port text?")    \
    X(EV_FLASH_ENTRY, "flash.entry", "method text, attempt int, why text?")                       \
    X(EV_FLASH_LOADER, "flash.loader", "chip_id int?, version text?")                             \
    X(EV_FLASH_PROGRESS, "flash.progress",                                                        \
      "phase text (erase|write|verify), done int, total int")                                     \
    X(EV_FLASH_VERIFY, "flash.verify", "ok bool, method text (checksum|read|tool)")               \
    X(EV_FLASH_OUTPUT, "flash.output", "text text (a line of a tool)")                            \
    X(EV_FLASH_END, "flash.end",                                                                  \
      "result text (written|same|differs|checked|failed), bytes int, tx_bytes int, "              \
      "rx_bytes int, attempts int, duration_ns int")                                              \
    X(EV_FLASH_ERROR, "flash.error",                                                              \
      "cause text (flash|enumerate|harness), text text, attempt int, final bool")                 \
    /* mockserver/net */                                                                          \
    X(EV_NET_LISTEN, "net.listen", "service text, address text, port int")                        \
    X(EV_NET_OPEN, "net.open",                                                                    \
      "service text, peer text, peer_port int, local text, local_port int, "                      \
      "by text? (bench: it connected, and the board is the server), "                             \
      "server text? (second: the one that the first sends boards to; plain: the broker without "     \
      "TLS beside the one with it)")                            \
    X(EV_NET_DATA, "net.data", "dir text, bytes bytes")                                           \
    X(EV_NET_DATAGRAM, "net.datagram",                                                            \
      "service text, dir text, peer text, peer_port int, local text, local_port int, "            \
      "bytes bytes")                                                                              \
    X(EV_NET_END, "net.end", "dir text (a FIN: rx from the board, tx from the bench)")            \
    X(EV_NET_CLOSE, "net.close",                                                                  \
      "by text (board|bench), how text (fin|rst|timeout|error), rx_bytes int, tx_bytes int")      \
    X(EV_NET_RULE, "net.rule", "rule text, detail text")                                          \
    /* mockserver/tls */                                                                          \
    X(EV_TLS_MESSAGE, "tls.message",                                                              \
      "dir text, type int, name text (ClientHello, ...), length int, bytes bytes")                \
    X(EV_TLS_CLIENT_HELLO, "tls.client_hello",                                                    \
      "legacy_version int, random bytes, session_id bytes, ciphers ints, cipher_names texts, "    \
      "compressions ints, extensions ints, extension_names texts, server_name text?, "            \
      "versions ints?, groups ints?, group_names texts?, point_formats ints?, "                   \
      "signature_algorithms ints?, signature_algorithm_names texts?, alpn texts?, "               \
      "key_share_groups ints?, psk_modes ints?, psk_identities int?, max_fragment_length int?, "  \
      "record_size_limit int?, extended_master_secret bool, secure_renegotiation bool, "          \
      "encrypt_then_mac bool, session_ticket bool, status_request bool, fallback_scsv bool, "     \
      "grease bool, ja3 text, malformed text?")                                                   \
    X(EV_TLS_EXTENSION, "tls.extension", "message text, type int, name text, bytes bytes")        \
    X(EV_TLS_SERVER_HELLO, "tls.server_hello",                                                    \
      "version int, cipher int, cipher_name text, session_id bytes, extensions ints, "            \
      "retry bool")                                                                               \
    X(EV_TLS_CERTIFICATE_SENT, "tls.certificate_sent", "subjects texts, chain_length int, "       \
      "bytes_total int, description text?")                                                       \
    X(EV_TLS_ALERT, "tls.alert", "dir text, level text, code int, name text")                     \
    X(EV_TLS_ESTABLISHED, "tls.established",                                                      \
      "version text, cipher text, group text?, resumed bool, server_name text?, alpn text?, "     \
      "client_certificate bool")                                                                  \
    X(EV_TLS_CLIENT_CERTIFICATE, "tls.client_certificate",                                        \
      "count int, subject text?, issuer text?, serial text?, sha256 text?, "                      \
      "key_sha256 text? (of its SubjectPublicKeyInfo), key_type text? (EC, RSA, ...), "           \
      "key_bits int?, signature text? (sha256WithRSAEncryption, ...), not_before int? (unix), "   \
      "not_after int? (unix), is_ca bool?, key_usage ints? (bits that are set, from 0), "         \
      "extended_key_usage texts? (OIDs), subjects texts? (of the chain as sent), "                \
      "issuers texts? (of the chain as sent), chain_ok bool, chain_error text?")                  \
    X(EV_TLS_SESSION_GIVEN, "tls.session_given",                                                  \
      "ticket bool, lifetime_s int, early_data int (bytes that may come before a handshake)")      \
    X(EV_TLS_SERVER_CERTIFICATE, "tls.server_certificate",                                        \
      "count int, subject text, issuer text, serial text, sha256 text, key_sha256 text, "         \
      "key_type text?, key_bits int?, signature text, not_before int? (unix), "                   \
      "not_after int? (unix), is_ca bool, key_usage ints?, extended_key_usage texts? (OIDs), "    \
      "subjects texts, issuers texts, chain_ok bool, chain_error text?, name_ok bool (it is for " \
      "the host that the bench connects to)")                                                     \
    X(EV_TLS_CERTIFICATE_VERIFY, "tls.certificate_verify", "ok bool, scheme text?, detail text?") \
    X(EV_TLS_KEY_LOG, "tls.key_log", "line text!")                                                \
    X(EV_TLS_ERROR, "tls.error", "stage text, text text")                                         \
    X(EV_TLS_DATA, "tls.data", "dir text, length int")                                            \
    X(EV_TLS_CLOSE_NOTIFY, "tls.close_notify", "dir text")                                        \
    /* mockserver/mqtt */                                                                         \
    X(EV_MQTT_PACKET, "mqtt.packet",                                                              \
      "dir text, type text (CONNECT, ...), length int, packet_id int?, topic text?, qos int?, "   \
      "retain bool? (absent: false), dup bool? (absent: false), payload_length int?, "              \
      "reason int?, filters texts?, options ints?, "                                               \
      "keep_alive_s int?, receive_maximum int?, maximum_packet int? (of a CONNACK of 5.0)") \
    X(EV_MQTT_CONNECT, "mqtt.connect",                                                            \
      "version int (3|4|5), client_id text, keep_alive_s int, clean bool, username text?, "       \
      "password text!?, password_length int?, has_username bool, has_password bool, will bool, will_topic text?, "      \
      "will_qos int?, will_retain bool?, will_payload_length int?, malformed bool (broke a rule)")\
    X(EV_MQTT_PUBLISH, "mqtt.publish",                                                            \
      "dir text, topic text, qos int, retain bool? (absent: false), dup bool? (absent: false), "  \
      "packet_id int?, payload bytes")                                                            \
    X(EV_MQTT_MESSAGE, "mqtt.message",                                                            \
      "topic text, qos int, retain bool, payload bytes (a message of the broker's own)")          \
    X(EV_MQTT_VIOLATION, "mqtt.violation",                                                        \
      "clause text, text text, type text (CONNECT, ...), detail text? (a property)")              \
    X(EV_MQTT_WITHHELD, "mqtt.withheld", "type text (CONNACK, ...), packet_id int?")              \
    X(EV_MQTT_FAULT, "mqtt.fault", "fault text (withhold|delay|reorder|duplicate|corrupt|"        \
      "shorten|close|code|flood|ignore|disconnect|set), dir text, type text, packet_id int?")         \
    X(EV_MQTT_SESSION, "mqtt.session",                                                            \
      "client_id text, state text (created|resumed|taken over|kept|ended), "                      \
      "subscriptions int, waiting int (messages)")                                                \
    X(EV_MQTT_WILL, "mqtt.will", "client_id text, topic text, qos int, retain bool")              \
    X(EV_MQTT_DROPPED, "mqtt.dropped", "client_id text, topic text, why text")                    \
    X(EV_MQTT_BEHIND, "mqtt.behind", "program text (a real broker that answers), version text")   \
    X(EV_MQTT_CLOSED, "mqtt.closed", "clean bool (DISCONNECT came first)")                        \
    /* mockserver/face */                                                                          \
    X(EV_FACE_ACCEPTED, "face.accepted", "face text (aws, ...), device text, by text (certificate, token, ...)") \
    X(EV_FACE_REFUSED, "face.refused",                                                            \
      "face text, packet text (TLS|HTTP|CONNECT|PUBLISH|SUBSCRIBE|time), rule text (docs/formats/faces.md), " \
      "text text, source text (the vendor's paper), "                                             \
      "answer text (alert|HTTP 403|CONNACK|close|SUBACK|no answer: what the service does)")                \
    X(EV_FACE_REMARK, "face.remark",                                                              \
      "face text, packet text, rule text, text text, source text (tolerated, and worth a word)")  \
    X(EV_FACE_SERVICE, "face.service",                                                            \
      "face text, device text, "                                                                  \
      "service text (shadow|jobs|twin|config|command|method|message|telemetry|order), operation text, "   \
      "item text? (name of a shadow or method, id of a job or message), "                         \
      "status text? (of a method: the board's own), version int?, "                               \
      "code int? (of a rejection), text text?")                                                   \
    /* mockserver/http */                                                                         \
    X(EV_HTTP_REQUEST, "http.request",                                                            \
      "method text, target text, version text (1.0|1.1), host text, user_agent text, "            \
      "fields int, authorization bool, body_length int, body bytes (its beginning)")              \
    X(EV_HTTP_RESPONSE, "http.response",                                                          \
      "status int, body_length int (bytes sent), truncated bool, date text?")                     \
    X(EV_HTTP_VIOLATION, "http.violation", "rule text, text text")                                \
    /* mockserver/websocket */                                                                    \
    X(EV_WS_UPGRADE, "ws.upgrade", "status int (101, 400, ...), path text?, host text?, "         \
      "protocols text?, text text? (what is wrong), authorization bool")                          \
    X(EV_WS_FAULT, "ws.fault",                                                                    \
      "what text (the key of `websocket` because of which the client has to go)")                 \
    X(EV_WS_CONTROL, "ws.control", "dir text, type text (ping|pong), data bytes")                 \
    X(EV_WS_END, "ws.end", "dir text, status int (1000, ...), text text? (what is wrong)")        \
    /* mockserver/wwep */                                                                         \
    X(EV_WWEP_REQUEST, "wwep.request",                                                            \
      "command text (empty|read|write), bytes bytes, device int?, register int?, "       \
      "value int?")                                                                               \
    X(EV_WWEP_RESPONSE, "wwep.response",                                                          \
      "text text, ok bool (the right answer, an A), length int (bytes sent)")                     \
    X(EV_WWEP_VIOLATION, "wwep.violation",                                                        \
      "rule text (length|line_feed|command|character), text text")                                \
    /* mockserver/prober */                                                                       \
    X(EV_PROBER_VISIT, "prober.visit",                                                            \
      "purpose text (case: what is judged|company: connections beside it|still: a good client "   \
      "afterwards, to see whether the board still serves), service text")                         \
    X(EV_PROBER_REQUEST, "prober.request",                                                        \
      "kind text (good, too-long, ...), bytes bytes (its beginning), length int, "                \
      "plain bool (without TLS)")                                                                 \
    X(EV_PROBER_ANSWER, "prober.answer",                                                          \
      "kind text (good: what was asked for|wrong: something else|refused: a no|malformed|"        \
      "partial: its beginning), "                                                                 \
      "contents bool (it holds what only a good client may read), bytes bytes (its beginning), "  \
      "length int, text text (what it says), plain bool (without TLS)")                           \
    X(EV_PROBER_REPLY, "prober.reply",                                                            \
      "hello bool (a ServerHello came), version int?, compression int?, heartbeat bool (one came)") \
    X(EV_PROBER_END, "prober.end",                                                                \
      "outcome text (answered|closed: the board ended it|silent: the board did neither|"          \
      "nobody: no connection|left: the bench ended it as it meant to), text text, "               \
      "duration_ns int")                                                                          \
    /* mockserver/dns, sntp */                                                                    \
    X(EV_DNS_QUERY, "dns.query", "name text, type text, id int, peer text")                       \
    X(EV_DNS_ANSWER, "dns.answer", "name text, rcode text, address text?, peer text")             \
    X(EV_SNTP_REQUEST, "sntp.request", "version int, mode int, peer text")                        \
    X(EV_SNTP_REPLY, "sntp.reply", "unix_s int, stratum int, leap int, peer text")                \
    /* mockserver/mock */                                                                         \
    X(EV_MOCK_CHANGED, "mock.changed",                                                            \
      "why text (later: by itself|command|renewed: only new certificates), "                      \
      "paths texts (of the server description)")                                                  \
    X(EV_MOCK_OUTAGE, "mock.outage",                                                              \
      "state text (begin|end), way text (refuse|silent|drop|bad-certificate), number int, "       \
      "planned_ms int (of its begin: how long it is to take)")                                    \
    X(EV_MOCK_COMMAND, "mock.command", "text text, ok bool, error text?")                         \
    X(EV_MOCK_RELOAD, "mock.reload", "ok bool, error text?, replaced texts (names of listeners)") \
    X(EV_MOCK_STOP, "mock.stop", "connections int (that are still open), limit_ms int")           \
    X(EV_SERVICE_ERROR, "service.error", "service text, text text")
/* clang-format on */

#define EVENT_KIND_CONSTANT(constant, text, fields) extern const char constant[];
EVENT_KIND_MAP(EVENT_KIND_CONSTANT)
#undef EVENT_KIND_CONSTANT

struct event_kind_row {
    const char *kind;
    const char *fields;
};

/* All kinds; ends with a NULL kind. */
extern const struct event_kind_row event_kinds[];

#endif
