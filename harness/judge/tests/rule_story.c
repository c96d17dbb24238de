/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_story.h"

#include "base/event_kinds.h"

const struct identity good_identity = {.sha256 = "aa",
                                       .key = "kk",
                                       .subject = "/CN=board-0042",
                                       .type = "EC",
                                       .signature = "ecdsa-with-SHA256",
                                       .purpose = "1.3.6.1.5.5.7.3.2",
                                       .bits = 256,
                                       .begin_s = 1700000000,
                                       .end_s = 1800000000};

void story_event(struct story *s, struct event_builder *e, const char *kind)
{
    event_begin(e, transcript_sink(s->t), "test", kind, s->conn);
}

void story_open_attempt(struct story *s, const char *role, const char *scenario, const char *host,
                        const char *alpn)
{
    struct event_builder e;

    s->conn = 0;
    story_event(s, &e, EV_ATTEMPT_BEGIN);
    event_int(&e, "attempt", ++s->attempts);
    event_text(&e, "role", role);
    event_text(&e, "scenario", scenario);
    event_int(&e, "repeat", 1);
    event_text(&e, "host", host);
    event_text(&e, "alpn", alpn);
    event_emit(&e);
}

void story_close_attempt(struct story *s)
{
    struct event_builder e;

    s->conn = 0;
    story_event(s, &e, EV_ATTEMPT_END);
    event_int(&e, "attempt", s->attempts);
    event_text(&e, "cause", "");
    event_text(&e, "ended", "result");
    event_int(&e, "connect_ns", 3000000);
    event_emit(&e);
}

void story_open_connection(struct story *s)
{
    struct event_builder e;

    s->conn++;
    story_event(s, &e, EV_NET_OPEN);
    event_emit(&e);
}

void story_say_hello(struct story *s, struct hello h)
{
    const char *suites[] = {"TLS_AES_128_GCM_SHA256",
                            h.suite != NULL ? h.suite : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"};
    const int64_t versions[] = {0x0304, 0x0303, h.versions[0]};
    const int64_t signatures[] = {0x0403, h.signature != 0 ? h.signature : 0x0804};
    const int64_t groups[] = {23, h.group != 0 ? h.group : 29};
    const int64_t compressions[] = {0, h.compression};
    size_t extensions = 0;
    struct event_builder e;

    while (extensions < 6 && h.extensions[extensions] != 0)
        extensions++;
    story_event(s, &e, EV_TLS_CLIENT_HELLO);
    event_int(&e, "legacy_version", h.legacy != 0 ? h.legacy : 0x0303);
    event_bytes(&e, "random", h.random != NULL ? h.random : "0123456789abcdef", 16);
    if (h.only_suite != NULL)
        event_texts(&e, "cipher_names", &h.only_suite, 1);
    else
        event_texts(&e, "cipher_names", suites, 2);
    event_ints(&e, "extensions", h.extensions, extensions);
    if (h.legacy == 0)
        event_ints(&e, "versions", versions, h.versions[0] != 0 ? 3 : 2);
    if (!h.no_signatures)
        event_ints(&e, "signature_algorithms", signatures, 2);
    if (h.only_group != 0)
        event_ints(&e, "groups", &h.only_group, 1);
    else
        event_ints(&e, "groups", groups, 2);
    event_ints(&e, "compressions", compressions, h.compression != 0 ? 2 : 1);
    event_text(&e, "server_name", h.name);
    if (h.alpn != NULL)
        event_texts(&e, "alpn", &h.alpn, 1);
    if (h.psk != 0)
        event_int(&e, "psk_identities", h.psk);
    if (h.max_fragment != 0)
        event_int(&e, "max_fragment_length", h.max_fragment);
    event_bool(&e, "secure_renegotiation", !h.no_renegotiation);
    event_bool(&e, "extended_master_secret", !h.no_master_secret);
    event_bool(&e, "fallback_scsv", h.fallback);
    event_text(&e, "ja3", "0123");
    event_emit(&e);
}

void story_say_extension(struct story *s, int64_t type, const char *bytes, size_t len)
{
    struct event_builder e;

    story_event(s, &e, EV_TLS_EXTENSION);
    event_text(&e, "message", "ClientHello");
    event_int(&e, "type", type);
    event_bytes(&e, "bytes", bytes, len);
    event_emit(&e);
}

void story_say_established(struct story *s, bool resumed)
{
    struct event_builder e;

    story_event(s, &e, EV_TLS_ESTABLISHED);
    event_text(&e, "version", "TLSv1.2");
    event_bool(&e, "resumed", resumed);
    event_emit(&e);
}

void story_say(struct story *s, const char *kind, const char *field, const char *text,
               const char *field_2, const char *text_2)
{
    struct event_builder e;

    story_event(s, &e, kind);
    event_add_string(&e, event_name(field), text);
    if (field_2 != NULL)
        event_add_string(&e, event_name(field_2), text_2);
    event_emit(&e);
}

void story_say_result(struct story *s, bool ok)
{
    struct event_builder e;

    story_event(s, &e, EV_BOARD_RESULT);
    event_bool(&e, "ok", ok);
    event_text(&e, "text", ok ? "" : "the broker said no");
    event_emit(&e);
}

void story_say_message(struct story *s, const char *dir, const char *name, const char *bytes,
                       size_t len)
{
    struct event_builder e;

    story_event(s, &e, EV_TLS_MESSAGE);
    event_text(&e, "dir", dir);
    event_text(&e, "name", name);
    event_bytes(&e, "bytes", bytes, len);
    event_emit(&e);
}

void story_say_wire(struct story *s, const char *bytes, size_t len)
{
    struct event_builder e;

    story_event(s, &e, EV_NET_DATA);
    event_text(&e, "dir", "rx");
    event_bytes(&e, "bytes", bytes, len);
    event_emit(&e);
}

void story_say_server_hello(struct story *s, const char *cipher, int64_t extension)
{
    struct event_builder e;

    story_event(s, &e, EV_TLS_SERVER_HELLO);
    event_int(&e, "version", 0x0303);
    event_text(&e, "cipher_name", cipher);
    event_ints(&e, "extensions", &extension, 1);
    event_emit(&e);
}

void story_issue(struct story *s, const char *sha256, const char *key)
{
    story_say(s, EV_IDENTITY_ISSUED, "sha256", sha256, "key_sha256", key);
}

void story_show(struct story *s, struct identity i)
{
    const char *chain[] = {i.subject, "/CN=device-ca"};
    const char *issuers[] = {"/CN=device-ca", "/CN=device-root"};
    struct event_builder e;

    story_event(s, &e, EV_TLS_CLIENT_CERTIFICATE);
    event_int(&e, "count", i.sha256 != NULL ? 1 : 0);
    if (i.sha256 != NULL) {
        event_text(&e, "sha256", i.sha256);
        event_text(&e, "key_sha256", i.key);
        event_text(&e, "subject", i.subject);
        event_text(&e, "key_type", i.type);
        event_text(&e, "signature", i.signature);
        event_int(&e, "key_bits", i.bits);
        event_int(&e, "not_before", i.begin_s);
        event_int(&e, "not_after", i.end_s);
        event_bool(&e, "is_ca", i.ca);
        if (i.purpose != NULL)
            event_texts(&e, "extended_key_usage", &i.purpose, 1);
        event_texts(&e, "subjects", chain, 2);
        event_texts(&e, "issuers", issuers, 2);
    }
    event_bool(&e, "chain_ok", true);
    event_emit(&e);
}

void story_say_verified(struct story *s, bool ok)
{
    struct event_builder e;

    story_event(s, &e, EV_TLS_CERTIFICATE_VERIFY);
    event_bool(&e, "ok", ok);
    event_text(&e, "scheme", "ecdsa_secp256r1_sha256");
    event_text(&e, "detail", ok ? "" : "bad signature");
    event_emit(&e);
}
