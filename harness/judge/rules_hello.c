/* SPDX-License-Identifier: Apache-2.0 */
/* What a ClientHello tells of its board. */
#include "rules_hello.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { TLS10 = 0x0301, TLS12 = 0x0303, TLS13 = 0x0304 };

enum {
    EXT_POINT_FORMATS = 11,
    EXT_SIGNATURE_ALGORITHMS = 13,
    EXT_HEARTBEAT = 15,
    EXT_PADDING = 21,
    EXT_PRE_SHARED_KEY = 41,
    EXT_COOKIE = 44,
    EXT_PSK_MODES = 45
};

void rule_over_hellos(const struct rule_view *view, hello_check check, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;

    rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: there is no ClientHello to look at.");
    while ((e = rule_walk_find(&walk, EV_TLS_CLIENT_HELLO)) != NULL) {
        check(e, walk.begin, ret);
        if (ret->verdict != VERDICT_PASS && ret->verdict != VERDICT_NOT_APPLICABLE)
            return;
    }
}

static bool has_int(const struct event_field *list, int64_t wanted)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (list->ints[i] == wanted)
            return true;
    return false;
}

/* RFC 8701: values that stand for nothing. */
static bool is_grease(int64_t code)
{
    return (code & 0x0f0f) == 0x0a0a && (code >> 8) == (code & 0xff);
}

static const char *version_name(int64_t version)
{
    static const char *const names[] = {"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};

    return version >= TLS10 && version <= TLS13 ? names[version - TLS10] : "SSL 3.0 or older";
}

struct span {
    int64_t lowest, highest;
    bool listed; /* with supported_versions; without it the lowest does not show */
};

static struct span versions_of(const struct event *hello)
{
    const struct event_field *list = event_field(hello, "versions");
    int64_t legacy = event_get_int(hello, "legacy_version", 0);
    struct span span = {.lowest = legacy, .highest = legacy};

    if (list == NULL || list->count == 0)
        return span;
    span = (struct span){.lowest = 0xffff, .highest = 0, .listed = true};
    for (size_t i = 0; i < list->count; i++) {
        if (is_grease(list->ints[i]))
            continue;
        if (list->ints[i] < span.lowest)
            span.lowest = list->ints[i];
        if (list->ints[i] > span.highest)
            span.highest = list->ints[i];
    }
    return span;
}

static bool offers_tls12(const struct event *hello)
{
    struct span span = versions_of(hello);

    return span.lowest <= TLS12 && span.highest >= TLS12;
}

static void check_versions(const struct event *hello, const struct event *begin,
                           struct rule_finding *ret)
{
    struct span span = versions_of(hello);

    (void)begin;
    if (span.highest < TLS12)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "The newest version that it offers is %s; TLS 1.2 is the oldest that is still "
                 "allowed.",
                 version_name(span.highest));
    else if (span.listed && span.lowest < TLS12)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It offers %s to %s; whoever sits between it and its broker can hold it to the "
                 "old ones: set the minimum version to TLS 1.2.",
                 version_name(span.lowest), version_name(span.highest));
    else if (span.listed)
        rule_say(ret, VERDICT_PASS, "It offers %s to %s.", version_name(span.lowest),
                 version_name(span.highest));
    else
        rule_say(ret, VERDICT_PASS,
                 "It offers %s at most; how far down it would go shows only with servers that are "
                 "older (VER-02, VER-03).",
                 version_name(span.highest));
}

void rule_offered_versions(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_versions, ret);
}

/* ---- extensions ---- */

static bool is_address(const char *text)
{
    return text[0] != '\0' && (strspn(text, "0123456789.") == strlen(text) || strchr(text, ':'));
}

static void check_server_name(const struct event *hello, const struct event *begin,
                              struct rule_finding *ret)
{
    const char *name = event_get_text(hello, "server_name");
    const char *host = event_get_text(begin, "host");

    if (is_address(host) || host[0] == '\0')
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It connects to an address, which has no name.");
    else if (name[0] == '\0')
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It names no server (no SNI): a cloud broker that serves many names cannot choose "
                 "the certificate, and most refuse. Connect by name, and tell the TLS library that "
                 "name.");
    else if (is_address(name))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its server name is the address %s; addresses are not allowed there.", name);
    else if (strcasecmp(name, host) != 0 && strcasecmp(name, event_get_text(begin, "second")) != 0)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "It connects to %s and asks for the server name %s.",
                 host, name);
    else
        rule_say(ret, VERDICT_PASS, "It asks for %s, where it connects to.", name);
}

void rule_server_name(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_server_name, ret);
}

/* RFC 5246 section 7.4.1.4.1: hash in the high byte, signature in the low one, up to 0x06. */
static void check_signatures(const struct event *hello, const struct event *begin,
                             struct rule_finding *ret)
{
    enum { MD5 = 1, SHA1 = 2, LAST_PAIR = 6 };
    const struct event_field *list = event_field(hello, "signature_algorithms");

    (void)begin;
    if (list == NULL) {
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It lists no signature algorithms, so that a server may take SHA-1 for agreed "
                 "(RFC 5246 section 7.4.1.4.1).");
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        int64_t hash = list->ints[i] >> 8;
        bool pair = hash <= LAST_PAIR;

        if (!pair)
            continue;
        if (hash <= MD5 || (list->ints[i] & 0xff) == 0) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It lists 0x%04" PRIx64 " among its signature algorithms: with MD5, or with "
                     "none at all, a signature proves nothing.",
                     (uint64_t)list->ints[i]);
            return;
        }
        if (hash == SHA1) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It lists SHA-1 among its signature algorithms (0x%04" PRIx64 "); two texts "
                     "with the same SHA-1 can be made to order.",
                     (uint64_t)list->ints[i]);
            return;
        }
    }
    rule_say(ret, VERDICT_PASS, "It lists %zu signature algorithms, none with MD5 or SHA-1.",
             list->count);
}

void rule_offered_signatures(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_signatures, ret);
}

static void check_groups(const struct event *hello, const struct event *begin,
                         struct rule_finding *ret)
{
    /* IANA TLS Supported Groups: fewer than 224 bits. */
    static const int64_t weak[] = {1, 2, 3, 4, 5, 15, 16, 17, 18, 19};
    const struct event_field *groups = event_field(hello, "groups");
    const struct event_field *formats = event_field(hello, "point_formats");

    (void)begin;
    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
        if (has_int(groups, weak[i])) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "It offers the curve number %" PRId64
                     " of at most 193 bits (secp192r1 is 19); "
                     "a server may choose it.",
                     weak[i]);
            return;
        }
    if (formats != NULL && !has_int(formats, 0))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its point formats lack the uncompressed one, which everybody has to know.");
    else if (groups == NULL)
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It offers no groups: no elliptic curves at all.");
    else
        rule_say(ret, VERDICT_PASS, "It offers %zu groups, none of fewer than 224 bits.",
                 groups->count);
}

void rule_offered_groups(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_groups, ret);
}

static void check_compression(const struct event *hello, const struct event *begin,
                              struct rule_finding *ret)
{
    const struct event_field *list = event_field(hello, "compressions");

    (void)begin;
    if (!has_int(list, 0))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It does not offer to go without compression, which every client has to.");
    else if (list->count > 1)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It offers compression: from the length of compressed data passwords have been "
                 "guessed (CRIME).");
    else
        rule_say(ret, VERDICT_PASS, "It offers no compression.");
}

void rule_compression(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_compression, ret);
}

static void check_renegotiation(const struct event *hello, const struct event *begin,
                                struct rule_finding *ret)
{
    (void)begin;
    if (!offers_tls12(hello))
        rule_say(ret, VERDICT_NOT_APPLICABLE,
                 "It offers TLS 1.3 only, which has no renegotiation.");
    else if (event_get_bool(hello, "secure_renegotiation"))
        rule_say(ret, VERDICT_PASS, "It announces secure renegotiation.");
    else
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It sends neither renegotiation_info nor TLS_EMPTY_RENEGOTIATION_INFO_SCSV: an "
                 "attacker can put his own data before its first message, and careful servers "
                 "refuse it.");
}

void rule_renegotiation_info(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_renegotiation, ret);
}

static void check_master_secret(const struct event *hello, const struct event *begin,
                                struct rule_finding *ret)
{
    (void)begin;
    if (!offers_tls12(hello))
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It offers TLS 1.3 only, which needs no such thing.");
    else if (event_get_bool(hello, "extended_master_secret"))
        rule_say(ret, VERDICT_PASS, "It offers extended_master_secret.");
    else
        rule_say(ret, VERDICT_DEGRADED,
                 "It does not offer extended_master_secret: its sessions are not bound to their "
                 "handshake, so that a server it talks to can pass as the board elsewhere (triple "
                 "handshake).");
}

void rule_extended_master_secret(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_master_secret, ret);
}

static void check_fallback(const struct event *hello, const struct event *begin,
                           struct rule_finding *ret)
{
    (void)begin;
    if (event_get_bool(hello, "fallback_scsv"))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It sends TLS_FALLBACK_SCSV, as if it had been refused before; a server that "
                 "knows a newer version than it offers will end the connection.");
    else
        rule_say(ret, VERDICT_PASS, "It does not claim to fall back.");
}

void rule_fallback_scsv(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_fallback, ret);
}

/* ---- form ---- */

static void check_form(const struct event *hello, const struct event *begin,
                       struct rule_finding *ret)
{
    const struct event_field *list = event_field(hello, "extensions");
    const struct event_field *compressions = event_field(hello, "compressions");
    size_t count = list != NULL ? list->count : 0;

    (void)begin;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++)
            if (list->ints[i] == list->ints[k]) {
                rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "It sends the extension %" PRId64 " twice.",
                         list->ints[i]);
                return;
            }
        if (list->ints[i] == EXT_PRE_SHARED_KEY && i + 1 < count) {
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                     "pre_shared_key is not the last of its extensions.");
            return;
        }
    }
    if (versions_of(hello).highest >= TLS13 &&
        (event_get_int(hello, "legacy_version", 0) != TLS12 ||
         (compressions != NULL && compressions->count != 1)))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It offers TLS 1.3 with a legacy_version other than 0x0303, or with compression.");
    else
        rule_say(ret, VERDICT_PASS, "Its %zu extensions stand as they should.", count);
}

void rule_hello_form(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_form, ret);
}

static void check_heartbeat(const struct event *hello, const struct event *begin,
                            struct rule_finding *ret)
{
    (void)begin;
    if (has_int(event_field(hello, "extensions"), EXT_HEARTBEAT))
        rule_say(ret, VERDICT_DEGRADED,
                 "It offers heartbeats, which no MQTT client needs and which have given memory "
                 "away (Heartbleed).");
    else
        rule_say(ret, VERDICT_PASS, "It offers no heartbeats.");
}

void rule_heartbeat(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_heartbeat, ret);
}

static void check_alpn(const struct event *hello, const struct event *begin,
                       struct rule_finding *ret)
{
    const char *wanted = event_get_text(begin, "alpn");
    const struct event_field *list = event_field(hello, "alpn");

    if (wanted[0] == '\0') {
        rule_say(ret, VERDICT_NOT_APPLICABLE, "It was told no application protocol.");
        return;
    }
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (strcmp(list->texts[i], wanted) == 0) {
            rule_say(ret, VERDICT_PASS, "It offers the protocol %s that it was told.", wanted);
            return;
        }
    rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
             "It was told to offer the application protocol %s and offers %s: a broker on port 443 "
             "cannot tell MQTT from HTTP.",
             wanted, list != NULL && list->count > 0 ? "another" : "none");
}

void rule_alpn_offered(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_alpn, ret);
}

static void check_post_quantum(const struct event *hello, const struct event *begin,
                               struct rule_finding *ret)
{
    /* IANA: SecP256r1MLKEM768, X25519MLKEM768, SecP384r1MLKEM1024, the draft of X25519Kyber768. */
    static const int64_t hybrids[] = {0x11eb, 0x11ec, 0x11ed, 0x6399};

    (void)begin;
    for (size_t i = 0; i < sizeof(hybrids) / sizeof(hybrids[0]); i++)
        if (has_int(event_field(hello, "groups"), hybrids[i])) {
            rule_say(ret, VERDICT_PASS, "It offers a hybrid post-quantum group (0x%04" PRIx64 ").",
                     (uint64_t)hybrids[i]);
            return;
        }
    rule_say(ret, VERDICT_PASS,
             "It offers no post-quantum group, as nearly all boards today: what is recorded now "
             "could be read once quantum computers exist.");
}

void rule_post_quantum(const struct rule_view *view, struct rule_finding *ret)
{
    rule_over_hellos(view, check_post_quantum, ret);
}

/* ---- details that need the bodies of extensions ---- */

static bool has_curve_suites(const struct event *hello)
{
    const struct event_field *names = event_field(hello, "cipher_names");

    for (size_t i = 0; names != NULL && i < names->count; i++)
        if (strstr(names->texts[i], "ECDH") != NULL || strstr(names->texts[i], "_WITH_") == NULL)
            return true;
    return false;
}

/* RFC 8422 section 4; the groups of RFC 7919 need no elliptic curve. */
static bool lists_curves(const struct event *hello)
{
    enum { FIRST_FFDHE = 256, LAST_FFDHE = 511 };
    const struct event_field *groups = event_field(hello, "groups");

    for (size_t i = 0; groups != NULL && i < groups->count; i++)
        if (!is_grease(groups->ints[i]) &&
            (groups->ints[i] < FIRST_FFDHE || groups->ints[i] > LAST_FFDHE))
            return true;
    return false;
}

/* RFC 8446 section 4.2.8: shares are of listed groups, in their order. */
static bool shares_follow_groups(const struct event *hello)
{
    const struct event_field *groups = event_field(hello, "groups");
    const struct event_field *shares = event_field(hello, "key_share_groups");
    size_t at = 0;

    for (size_t i = 0; shares != NULL && i < shares->count; i++) {
        while (groups != NULL && at < groups->count && groups->ints[at] != shares->ints[i])
            at++;
        if (groups == NULL || at == groups->count)
            return false;
    }
    return true;
}

static void check_details(const struct event *hello, const struct event *begin,
                          struct rule_finding *ret)
{
    const struct event_field *extensions = event_field(hello, "extensions");
    const char *wrong = NULL;

    (void)begin;
    if (lists_curves(hello) && !has_curve_suites(hello))
        wrong = "It lists curves and offers no suite that uses them";
    else if (!shares_follow_groups(hello))
        wrong = "Its key shares are not of the groups that it lists, in their order";
    else if (has_int(extensions, EXT_PRE_SHARED_KEY) && !has_int(extensions, EXT_PSK_MODES))
        wrong = "It offers pre_shared_key without psk_key_exchange_modes";
    if (wrong != NULL)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "%s.", wrong);
    else
        rule_say(ret, VERDICT_PASS, "The details of its ClientHello are as they should be.");
}

/* The first ClientHello of a connection has no cookie, and nothing hides in its padding. */
static const char *wrong_body(const struct event *extension, unsigned hellos)
{
    const struct event_field *bytes = event_field(extension, "bytes");
    int64_t type = event_get_int(extension, "type", -1);

    if (type == EXT_COOKIE && hellos == 1)
        return "It sends a cookie before it was given one";
    for (size_t i = 0; type == EXT_PADDING && bytes != NULL && i < bytes->text_len; i++)
        if (bytes->text[i] != '\0')
            return "Its padding is not zero";
    return NULL;
}

void rule_hello_details(const struct rule_view *view, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    uint32_t conn = 0;
    unsigned hellos = 0;

    rule_over_hellos(view, check_details, ret);
    while (ret->verdict == VERDICT_PASS && (e = rule_walk_next(&walk)) != NULL) {
        const char *wrong = NULL;

        if (event_is(e, EV_TLS_CLIENT_HELLO)) {
            hellos = e->conn == conn ? hellos + 1 : 1;
            conn = e->conn;
        }
        if (event_is(e, EV_ATTEMPT_BEGIN))
            conn = 0;
        if (event_is(e, EV_TLS_EXTENSION) &&
            strcmp(event_get_text(e, "message"), "ClientHello") == 0)
            wrong = wrong_body(e, hellos);
        if (wrong != NULL)
            rule_say(ret, VERDICT_FAIL_BEHAVIOUR, "%s.", wrong);
    }
}

/* ---- what the random tells ---- */

static void check_clock(const struct event *hello, const struct event *begin,
                        struct rule_finding *ret)
{
    (void)hello;
    (void)begin;
    rule_say(ret, VERDICT_PASS, "The random of its ClientHello tells nothing of its clock.");
}

/* RFC 5246 section 7.4.1.2: the first four bytes may be the client's time. */
void rule_clock_in_random(const struct rule_view *view, struct rule_finding *ret)
{
    enum { NEAR_S = 30 };
    struct rule_walk walk = {.view = view};
    const struct event *e = NULL;
    int64_t clock_s = 0;

    rule_over_hellos(view, check_clock, ret);
    while ((e = rule_walk_next(&walk)) != NULL) {
        const struct event_field *random = event_field(e, "random");
        int64_t told = 0;

        if (event_is(e, EV_CLOCK_SET))
            clock_s = event_get_int(e, "unix_s", 0);
        if (!event_is(e, EV_TLS_CLIENT_HELLO) || random == NULL || random->text_len < 4)
            continue;
        for (size_t i = 0; i < 4; i++)
            told = told << 8 | (uint8_t)random->text[i];
        if (told >= clock_s - NEAR_S && told <= clock_s + NEAR_S)
            rule_say(ret, VERDICT_PASS,
                     "Its random begins with its clock, which is %" PRId64 " s away from the "
                     "bench's: anybody on the path can read it.",
                     told - clock_s);
    }
}
