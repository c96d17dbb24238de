/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule, both ways, with made-up transcripts. */
#include "base/event_kinds.h"
#include "judge/judge.h"
#include "judge/rule.h"
#include "rule_rows.h"
#include "rule_story.h"
#include "test_support.h"

#include <stdlib.h>

#define HELLO(name, ...)                                                                           \
    static void name(struct story *s)                                                              \
    {                                                                                              \
        story_say_hello(s, (struct hello){__VA_ARGS__});                                           \
    }

HELLO(good_hello, .name = "broker.bench.test", .alpn = "mqtt", .extensions = {0x2b, 51, 13})
HELLO(old_hello, .legacy = 0x0302)
HELLO(tls12_hello, .legacy = 0x0303)
HELLO(wide_hello, .versions = {0x0301})
HELLO(null_hello, .suite = "TLS_RSA_WITH_NULL_SHA256")
HELLO(triple_des_hello, .suite = "TLS_RSA_WITH_3DES_EDE_CBC_SHA")
HELLO(static_hello, .suite = "TLS_RSA_WITH_AES_128_GCM_SHA256")
HELLO(nameless_hello, .alpn = "mqtt")
HELLO(address_hello, .name = "127.0.0.1")
HELLO(sha1_hello, .signature = 0x0201)
HELLO(unlisted_hello, .no_signatures = true)
HELLO(weak_curve_hello, .group = 19)
HELLO(compressing_hello, .compression = 1)
HELLO(renegotiating_hello, .no_renegotiation = true)
HELLO(unbound_hello, .no_master_secret = true)
HELLO(fallback_hello, .fallback = true)
HELLO(double_hello, .extensions = {13, 10, 13})
HELLO(psk_first_hello, .extensions = {41, 13})
HELLO(heartbeat_hello, .extensions = {13, 15})
HELLO(hybrid_hello, .group = 0x11ec)
HELLO(clock_hello, .random = "\x65\x53\xf1\x05"
                             "0123456789ab")

static void cbc_only(struct story *s)
{
    const char *suite = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
    struct event_builder e;

    story_event(s, &e, EV_TLS_CLIENT_HELLO);
    event_texts(&e, "cipher_names", &suite, 1);
    event_emit(&e);
}

static void clock_in_random(struct story *s)
{
    struct event_builder e;

    story_event(s, &e, EV_CLOCK_SET);
    event_int(&e, "unix_s", 0x6553f100);
    event_emit(&e);
    clock_hello(s);
}

static void padded_with_data(struct story *s)
{
    good_hello(s);
    story_say_extension(s, 21, "\0\0secret", 8);
}

static void cookie_at_once(struct story *s)
{
    good_hello(s);
    story_say_extension(s, 44, "cookie", 6);
}

static void nothing(struct story *s)
{
    (void)s;
}

/* Another connection of its own. */
static void next_attempt(struct story *s, const char *host, const char *scenario)
{
    story_close_attempt(s);
    story_open_attempt(s, "evidence", scenario, host, NULL);
    story_open_connection(s);
}

static void two_randoms(struct story *s)
{
    story_say_hello(s, (struct hello){.random = "aaaaaaaaaaaaaaaa"});
    story_say_extension(s, 51, "share-1", 7);
    next_attempt(s, "broker.bench.test", "POS-01");
    story_say_hello(s, (struct hello){.random = "bbbbbbbbbbbbbbbb"});
    story_say_extension(s, 51, "share-2", 7);
}

static void one_random_twice(struct story *s)
{
    story_say_hello(s, (struct hello){.random = "aaaaaaaaaaaaaaaa"});
    next_attempt(s, "broker.bench.test", "POS-01");
    story_say_hello(s, (struct hello){.random = "aaaaaaaaaaaaaaaa"});
}

static void one_share_twice(struct story *s)
{
    story_say_hello(s, (struct hello){.random = "aaaaaaaaaaaaaaaa"});
    story_say_extension(s, 51, "share-1", 7);
    next_attempt(s, "broker.bench.test", "POS-01");
    story_say_hello(s, (struct hello){.random = "bbbbbbbbbbbbbbbb"});
    story_say_extension(s, 51, "share-1", 7);
}

/* RFC 8446 section 4.1.2: the second ClientHello of a connection repeats the random. */
static void retried(struct story *s)
{
    story_say_hello(s, (struct hello){.random = "aaaaaaaaaaaaaaaa"});
    story_say_hello(s, (struct hello){.random = "aaaaaaaaaaaaaaaa"});
}

static void session_at_home(struct story *s)
{
    good_hello(s);
    story_say_established(s, false);
    next_attempt(s, "broker.bench.test", "RES-01");
    story_say_hello(s, (struct hello){.psk = 1});
    story_say_established(s, true);
}

static void session_abroad(struct story *s)
{
    good_hello(s);
    story_say_established(s, false);
    next_attempt(s, "other.bench.test", "RES-01");
    story_say_hello(s, (struct hello){.psk = 1});
}

static void ticket_abroad(struct story *s)
{
    good_hello(s);
    story_say_established(s, false);
    next_attempt(s, "other.bench.test", "RES-01");
    good_hello(s);
    story_say_extension(s, 35, "ticket", 6);
}

static void lower_without_a_word(struct story *s)
{
    good_hello(s);
    story_open_connection(s);
    story_say_hello(s, (struct hello){.legacy = 0x0302});
}

static void lower_and_says_so(struct story *s)
{
    good_hello(s);
    story_open_connection(s);
    story_say_hello(s, (struct hello){.legacy = 0x0302, .fallback = true});
}

/* ---- wire ---- */

static void tls_record(struct story *s)
{
    good_hello(s);
    story_say_wire(s, "\x16\x03\x01\x00\x01x", 6);
}

static void ssl3_record(struct story *s)
{
    good_hello(s);
    story_say_wire(s, "\x16\x03\x00\x00\x01x", 6);
}

/* RFC 5246 appendix E.1 lets a client of TLS 1.2 say so. */
static void ssl3_record_of_tls12(struct story *s)
{
    story_open_connection(s);
    story_say_hello(s, (struct hello){.legacy = 0x0303});
    story_say_wire(s, "\x16\x03\x00\x00\x01x", 6);
}

static void curves_without_suites(struct story *s)
{
    story_open_connection(s);
    story_say_hello(
        s, (struct hello){.only_suite = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", .only_group = 23});
}

/* RFC 7919 section 3: the groups of DHE stand in the same list. */
static void groups_of_dhe(struct story *s)
{
    story_open_connection(s);
    story_say_hello(
        s, (struct hello){.only_suite = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", .only_group = 256});
}

static void cbc(struct story *s, int64_t extension, bool goes_on)
{
    good_hello(s);
    story_say_server_hello(s, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", extension);
    if (goes_on)
        story_say_established(s, false);
}

static void cbc_with_mac_inside(struct story *s)
{
    cbc(s, 22, true);
}

static void cbc_bare(struct story *s)
{
    cbc(s, 23, true);
}

static void cbc_bare_refused(struct story *s)
{
    cbc(s, 23, false);
}

static void ssl2_record(struct story *s)
{
    good_hello(s);
    story_say_wire(s, "\x80\x2e\x01\x00\x02", 5);
}

static void gcm_stream(struct story *s, const char *second)
{
    good_hello(s);
    story_say_server_hello(s, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xff01);
    story_say_wire(s, "\x16\x03\x01\x00\x01x\x14\x03\x03\x00\x01\x01", 12);
    story_say_wire(s,
                   "\x16\x03\x03\x00\x09"
                   "nonce--1x",
                   14);
    story_say_wire(s, second, 14);
}

static void nonces_differ(struct story *s)
{
    gcm_stream(s, "\x17\x03\x03\x00\x09"
                  "nonce--2x");
}

static void nonces_repeat(struct story *s)
{
    gcm_stream(s, "\x17\x03\x03\x00\x09"
                  "nonce--1y");
}

static void agreed_fragment(struct story *s, size_t len)
{
    char record[1200] = "\x17\x03\x03";

    record[3] = (char)(len >> 8);
    record[4] = (char)(len & 0xff);
    story_say_hello(s, (struct hello){.max_fragment = 1});
    story_say_server_hello(s, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 1);
    story_say_wire(s, record, len + 5);
}

static void short_records(struct story *s)
{
    agreed_fragment(s, 512);
}

/* Before the ServerHello nothing is agreed on. A ClientHello in two records, and a short one. */
static void long_hello_then_short(struct story *s)
{
    char hello[605] = "\x16\x03\x01\x02\x58\x01\x00\x02\xbc"; /* 600 of 4 + 700 bytes */
    char rest[109] = "\x16\x03\x01\x00\x68";

    story_open_connection(s);
    story_say_wire(s, hello, sizeof(hello));
    story_say_wire(s, rest, sizeof(rest));
    agreed_fragment(s, 512);
}

/* Not encrypted yet: there is nothing that a record may be longer by. */
static void long_plain_certificate(struct story *s)
{
    char record[525] = "\x16\x03\x03\x02\x08\x0b";

    story_open_connection(s);
    agreed_fragment(s, 512);
    story_say_wire(s, record, sizeof(record));
}

static void long_records(struct story *s)
{
    agreed_fragment(s, 1000);
}

/* ---- conduct ---- */

static void close_politely(struct story *s)
{
    story_say_result(s, true);
    story_say_established(s, false);
    story_say(s, EV_TLS_CLOSE_NOTIFY, "dir", "rx", "x", "");
    story_say(s, EV_NET_CLOSE, "by", "board", "how", "fin");
}

static void close_at_once(struct story *s)
{
    story_say_result(s, true);
    story_say_established(s, false);
    story_say(s, EV_NET_CLOSE, "by", "board", "how", "fin");
}

static void refuse_with_alert(struct story *s)
{
    story_say_message(s, "tx", "Certificate", "", 0);
    story_say(s, EV_TLS_ALERT, "dir", "rx", "name", "unknown_ca");
    story_say(s, EV_NET_CLOSE, "by", "board", "how", "fin");
}

static void refuse_silently(struct story *s)
{
    story_say_message(s, "tx", "Certificate", "", 0);
    story_say(s, EV_NET_CLOSE, "by", "board", "how", "fin");
}

static void reset_itself(struct story *s)
{
    story_say(s, EV_BOARD_RESET, "reason", "spontaneous", "x", "");
}

static void be_switched_off(struct story *s)
{
    story_say(s, EV_BOARD_RESET, "reason", "power", "x", "");
}

static void succeed(struct story *s)
{
    story_say_result(s, true);
}

static void fail(struct story *s)
{
    story_say_result(s, false);
}

static void connect_often(struct story *s)
{
    for (int i = 0; i < 12; i++)
        story_open_connection(s);
}

static void speak_plainly(struct story *s)
{
    story_say(s, EV_MQTT_CONNECT, "client_id", "x", "y", "");
}

static void speak_sealed(struct story *s)
{
    story_say_established(s, false);
    speak_plainly(s);
}

static void full_record_lost(struct story *s)
{
    good_hello(s);
    next_attempt(s, "broker.bench.test", "REC-01");
    good_hello(s);
    story_say_result(s, false);
}

/* ---- the board's certificate ---- */

#define SHOWN(name, field, value)                                                                  \
    static void name(struct story *s)                                                              \
    {                                                                                              \
        struct identity shown = good_identity;                                                     \
        shown.field = value;                                                                       \
        story_issue(s, "issued", "kk");                                                            \
        story_show(s, shown);                                                                      \
    }

SHOWN(good_own, sha256, "own")
SHOWN(other_key, key, "another")
SHOWN(as_issued, sha256, "issued")
SHOWN(without_number, subject, "/CN=sensor")
SHOWN(from_1970, begin_s, 0)
SHOWN(for_ever, end_s, INT64_C(4000000000))
SHOWN(short_key, bits, 160)
SHOWN(with_sha1, signature, "ecdsa-with-SHA1")
SHOWN(a_ca, ca, true)
SHOWN(for_servers, purpose, "1.3.6.1.5.5.7.3.1")

static void empty_certificate(struct story *s)
{
    story_show(s, (struct identity){.sha256 = NULL});
}

static void good_signature(struct story *s)
{
    story_say_verified(s, true);
}

static void wrong_signature(struct story *s)
{
    story_say_verified(s, false);
}

static void sign(struct story *s, const char *signature)
{
    story_say_message(s, "rx", "CertificateVerify", signature, 16);
}

/* type, length; scheme, length; SEQUENCE { INTEGER 1 byte, INTEGER 1 byte } */
static void two_nonces(struct story *s)
{
    sign(s, "\x0f\x00\x00\x0c\x04\x03\x00\x08\x30\x06\x02\x01\x11\x02\x01\x22");
    sign(s, "\x0f\x00\x00\x0c\x04\x03\x00\x08\x30\x06\x02\x01\x12\x02\x01\x33");
}

static void one_nonce_twice(struct story *s)
{
    sign(s, "\x0f\x00\x00\x0c\x04\x03\x00\x08\x30\x06\x02\x01\x11\x02\x01\x22");
    sign(s, "\x0f\x00\x00\x0c\x04\x03\x00\x08\x30\x06\x02\x01\x11\x02\x01\x33");
}

static void broken_chain(struct story *s)
{
    const char *subjects[] = {"/CN=board", "/CN=stranger"};
    const char *issuers[] = {"/CN=device-ca", "/CN=root"};
    struct event_builder e;

    story_event(s, &e, EV_TLS_CLIENT_CERTIFICATE);
    event_int(&e, "count", 2);
    event_texts(&e, "subjects", subjects, 2);
    event_texts(&e, "issuers", issuers, 2);
    event_emit(&e);
}

static void handshake_only(struct story *s)
{
    story_say_established(s, false);
}

/* clang-format off */
static const struct rule_row rows[] = {
    {"offered-versions", good_hello, VERDICT_PASS, "TLS 1.2 to TLS 1.3"},
    {"offered-versions", tls12_hello, VERDICT_PASS, "TLS 1.2 at most"},
    {"offered-versions", old_hello, VERDICT_FAIL_BEHAVIOUR, "TLS 1.1"},
    {"offered-versions", wide_hello, VERDICT_FAIL_BEHAVIOUR, "minimum version"},
    {"offered-versions", nothing, VERDICT_INCONCLUSIVE, "no ClientHello"},
    {"broken-suites", good_hello, VERDICT_PASS, ""},
    {"broken-suites", null_hello, VERDICT_FAIL_BEHAVIOUR, "TLS_RSA_WITH_NULL_SHA256"},
    {"broken-suites", triple_des_hello, VERDICT_DEGRADED, "3DES"},
    {"static-key-exchange", good_hello, VERDICT_PASS, ""},
    {"static-key-exchange", static_hello, VERDICT_DEGRADED, "recorded"},
    {"modern-suites", good_hello, VERDICT_PASS, "TLS_AES_128_GCM_SHA256"},
    {"modern-suites", cbc_only, VERDICT_FAIL_BEHAVIOUR, "None of its suites"},
    {"server-name", good_hello, VERDICT_PASS, "broker.bench.test"},
    {"server-name", nameless_hello, VERDICT_FAIL_BEHAVIOUR, "no SNI"},
    {"server-name", address_hello, VERDICT_FAIL_BEHAVIOUR, "127.0.0.1"},
    {"offered-signatures", good_hello, VERDICT_PASS, ""},
    {"offered-signatures", sha1_hello, VERDICT_FAIL_BEHAVIOUR, "SHA-1"},
    {"offered-signatures", unlisted_hello, VERDICT_FAIL_BEHAVIOUR, "no signature algorithms"},
    {"offered-groups", good_hello, VERDICT_PASS, ""},
    {"offered-groups", weak_curve_hello, VERDICT_FAIL_BEHAVIOUR, "number 19"},
    {"compression", good_hello, VERDICT_PASS, ""},
    {"compression", compressing_hello, VERDICT_FAIL_BEHAVIOUR, "CRIME"},
    {"renegotiation-info", good_hello, VERDICT_PASS, ""},
    {"renegotiation-info", renegotiating_hello, VERDICT_FAIL_BEHAVIOUR, "SCSV"},
    {"extended-master-secret", good_hello, VERDICT_PASS, ""},
    {"extended-master-secret", unbound_hello, VERDICT_DEGRADED, "triple"},
    {"fallback-scsv", good_hello, VERDICT_PASS, ""},
    {"fallback-scsv", fallback_hello, VERDICT_FAIL_BEHAVIOUR, "SCSV"},
    {"hello-form", good_hello, VERDICT_PASS, ""},
    {"hello-form", double_hello, VERDICT_FAIL_BEHAVIOUR, "13 twice"},
    {"hello-form", psk_first_hello, VERDICT_FAIL_BEHAVIOUR, "last"},
    {"hello-record", tls_record, VERDICT_PASS, "0x0301"},
    {"hello-record", ssl2_record, VERDICT_FAIL_BEHAVIOUR, "SSL 2.0"},
    {"hello-record", ssl3_record, VERDICT_FAIL_BEHAVIOUR, "0x0300"},
    {"hello-record", ssl3_record_of_tls12, VERDICT_PASS, "0x0300"},
    {"encrypt-then-mac", good_hello, VERDICT_NOT_APPLICABLE, ""},
    {"encrypt-then-mac", cbc_with_mac_inside, VERDICT_PASS, ""},
    {"encrypt-then-mac", cbc_bare, VERDICT_DEGRADED, "Lucky 13"},
    {"encrypt-then-mac", cbc_bare_refused, VERDICT_PASS, ""},
    {"heartbeat", good_hello, VERDICT_PASS, ""},
    {"heartbeat", heartbeat_hello, VERDICT_DEGRADED, "Heartbleed"},
    {"record-size", good_hello, VERDICT_PASS, "REC-01"},
    {"record-size", full_record_lost, VERDICT_DEGRADED, "max_fragment_length"},
    {"alpn-offered", good_hello, VERDICT_PASS, "mqtt"},
    {"alpn-offered", address_hello, VERDICT_FAIL_BEHAVIOUR, "offers none"},
    {"stack", good_hello, VERDICT_PASS, "no stack that the bench knows"},
    {"randomness", two_randoms, VERDICT_PASS, "2 connections"},
    {"randomness", retried, VERDICT_PASS, ""},
    {"randomness", one_random_twice, VERDICT_FAIL_BEHAVIOUR, "random of connection 1"},
    {"randomness", one_share_twice, VERDICT_FAIL_BEHAVIOUR, "key share of connection 1"},
    {"randomness", good_hello, VERDICT_INCONCLUSIVE, "two connections"},
    {"clock-in-random", good_hello, VERDICT_PASS, "nothing of its clock"},
    {"clock-in-random", clock_in_random, VERDICT_PASS, "5 s away"},
    {"post-quantum", good_hello, VERDICT_PASS, "no post-quantum"},
    {"post-quantum", hybrid_hello, VERDICT_PASS, "0x11ec"},
    {"session-elsewhere", session_at_home, VERDICT_PASS, "only"},
    {"session-elsewhere", session_abroad, VERDICT_FAIL_BEHAVIOUR, "other.bench.test"},
    {"session-elsewhere", ticket_abroad, VERDICT_FAIL_BEHAVIOUR, "other.bench.test"},
    {"session-elsewhere", good_hello, VERDICT_NOT_APPLICABLE, "keeps no sessions"},
    {"hello-details", good_hello, VERDICT_PASS, ""},
    {"hello-details", curves_without_suites, VERDICT_FAIL_BEHAVIOUR, "curves"},
    {"hello-details", groups_of_dhe, VERDICT_PASS, ""},
    {"hello-details", padded_with_data, VERDICT_FAIL_BEHAVIOUR, "padding"},
    {"hello-details", cookie_at_once, VERDICT_FAIL_BEHAVIOUR, "cookie"},
    {"hello-details", psk_first_hello, VERDICT_FAIL_BEHAVIOUR, "psk_key_exchange_modes"},
    {"own-record-size", short_records, VERDICT_PASS, ""},
    {"own-record-size", long_records, VERDICT_FAIL_BEHAVIOUR, "1000 bytes"},
    {"own-record-size", long_hello_then_short, VERDICT_PASS, ""},
    {"own-record-size", long_plain_certificate, VERDICT_FAIL_BEHAVIOUR, "520 bytes"},
    {"own-record-size", good_hello, VERDICT_NOT_APPLICABLE, ""},
    {"record-nonces", nonces_differ, VERDICT_PASS, ""},
    {"record-nonces", nonces_repeat, VERDICT_FAIL_BEHAVIOUR, "same nonce"},
    {"record-nonces", good_hello, VERDICT_NOT_APPLICABLE, ""},
    {"close-notify", close_politely, VERDICT_PASS, "all 1"},
    {"close-notify", close_at_once, VERDICT_DEGRADED, "1 of 1"},
    {"alerts", refuse_with_alert, VERDICT_PASS, "all 1"},
    {"alerts", refuse_silently, VERDICT_DEGRADED, "1 of 1"},
    {"alerts", close_politely, VERDICT_NOT_APPLICABLE, ""},
    {"handshake-time", succeed, VERDICT_PASS, "3.000 ms"},
    {"handshake-time", fail, VERDICT_NOT_APPLICABLE, ""},
    {"no-resets", be_switched_off, VERDICT_PASS, ""},
    {"no-resets", reset_itself, VERDICT_FAIL_CRASH, "POS-01"},
    {"never-lower", two_randoms, VERDICT_PASS, "2 connections"},
    {"never-lower", lower_without_a_word, VERDICT_FAIL_BEHAVIOUR, "0x0302"},
    {"fallback-says", lower_and_says_so, VERDICT_PASS, ""},
    {"fallback-says", lower_without_a_word, VERDICT_FAIL_BEHAVIOUR, "0x0302"},
    {"fallback-says", good_hello, VERDICT_NOT_APPLICABLE, ""},
    {"no-plain-text", speak_sealed, VERDICT_PASS, ""},
    {"no-plain-text", speak_plainly, VERDICT_FAIL_LEAK, "without TLS"},
    {"few-connections", nothing, VERDICT_PASS, "1 connection "},
    {"few-connections", connect_often, VERDICT_FAIL_BEHAVIOUR, "13 times"},
    {"reports-failure", fail, VERDICT_PASS, "the broker said no"},
    {"reports-failure", succeed, VERDICT_FAIL_BEHAVIOUR, "reported success"},
    {"reports-failure", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"resumed", session_at_home, VERDICT_PASS, "resumed its session"},
    {"resumed", good_hello, VERDICT_PASS, "keeps no sessions"},
    {"not-resumed", good_hello, VERDICT_PASS, ""},
    {"not-resumed", session_at_home, VERDICT_FAIL_BEHAVIOUR, "had ended"},
    {"certificate-sent", good_own, VERDICT_PASS, "board-0042"},
    {"certificate-sent", empty_certificate, VERDICT_FAIL_BEHAVIOUR, "sent none"},
    {"certificate-answered", empty_certificate, VERDICT_PASS, "empty"},
    {"certificate-answered", handshake_only, VERDICT_FAIL_BEHAVIOUR, "without any answer"},
    {"certificate-answered", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"signature-right", good_signature, VERDICT_PASS, ""},
    {"signature-right", wrong_signature, VERDICT_FAIL_BEHAVIOUR, "bad signature"},
    {"signature-listed", good_signature, VERDICT_PASS, "ecdsa_secp256r1_sha256"},
    {"signature-listed", wrong_signature, VERDICT_FAIL_BEHAVIOUR, "not listed"},
    {"own-key", as_issued, VERDICT_PASS, ""},
    {"own-key", good_own, VERDICT_DEGRADED, "older"},
    {"own-key", other_key, VERDICT_FAIL_BEHAVIOUR, "another key"},
    {"own-key", nothing, VERDICT_NOT_APPLICABLE, ""},
    {"certificate-subject", good_own, VERDICT_PASS, "board-0042"},
    {"certificate-subject", without_number, VERDICT_DEGRADED, "/CN=sensor"},
    {"certificate-subject", as_issued, VERDICT_NOT_APPLICABLE, "bench"},
    {"certificate-dates", good_own, VERDICT_PASS, ""},
    {"certificate-dates", from_1970, VERDICT_FAIL_BEHAVIOUR, "without a clock"},
    {"certificate-dates", for_ever, VERDICT_DEGRADED, "years"},
    {"certificate-strength", good_own, VERDICT_PASS, "256 bits"},
    {"certificate-strength", short_key, VERDICT_FAIL_BEHAVIOUR, "160 bits"},
    {"certificate-strength", with_sha1, VERDICT_FAIL_BEHAVIOUR, "SHA1"},
    {"certificate-usage", good_own, VERDICT_PASS, ""},
    {"certificate-usage", a_ca, VERDICT_FAIL_BEHAVIOUR, "CA's"},
    {"certificate-usage", for_servers, VERDICT_FAIL_BEHAVIOUR, "clientAuth"},
    {"signature-nonces", two_nonces, VERDICT_PASS, "2 ECDSA signatures"},
    {"signature-nonces", one_nonce_twice, VERDICT_FAIL_BEHAVIOUR, "private key"},
    {"certificate-late", nothing, VERDICT_PASS, "nobody"},
    {"certificate-late", good_own, VERDICT_FAIL_LEAK, "in the path"},
    {"chain-complete", good_own, VERDICT_PASS, "2 certificates"},
    {"chain-complete", broken_chain, VERDICT_FAIL_BEHAVIOUR, "Certificate 1"},
};
/* clang-format on */

static void every_rule_finds_what_it_is_about(void)
{
    rule_rows_check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void every_rule_is_tested_both_ways(void)
{
    for (unsigned rule = 0; rule < RULE_COUNT; rule++)
        if (!rule_has_tests_of_its_own((enum rule)rule))
            rule_rows_cover(rows, sizeof(rows) / sizeof(rows[0]), (enum rule)rule);
}

static void a_rule_of_a_later_version_is_no_verdict(void)
{
    struct judgement *j = calloc(1, sizeof(*j));

    REQUIRE(j != NULL);
    rule_story_judge("phase-of-the-moon", good_hello, j);
    CHECK_INT_EQ(j->verdict, VERDICT_INCONCLUSIVE);
    CHECK_STR_CONTAINS(j->reason, "phase-of-the-moon");
    free(j);
}

TEST_SUITE(rules, TEST(every_rule_finds_what_it_is_about), TEST(every_rule_is_tested_both_ways),
           TEST(a_rule_of_a_later_version_is_no_verdict));
